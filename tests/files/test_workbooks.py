"""Workbooks are read as their sheets show them, within limits, and what is not plain in them is said."""

from __future__ import annotations

import datetime as dt
import io
import sys
import zipfile
from typing import Any

import openpyxl
import pytest

from sim.files.grids import Chosen
from sim.files.sheets import Sheet, read_sheet
from sim.files.workbooks import MOST_UNPACKED, Book, UnreadableError, read_workbook

COLUMNS = {"who": "a name", "whom": "another", "weight": "a number"}


def packed(**sheets: list[list[Any]]) -> bytes:
    book: Any = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    return saved(book)


def saved(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def refused(data: bytes, sheet: str | None = None) -> str:
    with pytest.raises(UnreadableError) as caught:
        read_workbook(data, sheet)
    return str(caught.value)


def cells(book: Book) -> list[list[str]]:
    return [row for _, row in book.rows]


def test_values_are_read_as_they_would_stand_in_a_csv_file() -> None:
    book: Any = openpyxl.Workbook()
    row = [1, 2.0, 0.1 + 0.2, 1e-9, "007", " Ann ", True, dt.datetime(2026, 5, 12, 10, 0)]
    row += [dt.datetime(2026, 5, 12), dt.time(9, 30), dt.timedelta(hours=26, minutes=30), None, "=x"]
    book.active.append(row)
    book.active.cell(1, 9).number_format = "yyyy-mm-dd hh:mm"
    book.active.cell(1, 13).data_type = "s"
    assert cells(read_workbook(saved(book))) == [
        [
            *("1", "2", "0.3", "1e-09", "007", "Ann", "true", "2026-05-12 10:00"),
            *("2026-05-12 00:00", "09:30", "26:30", "", "=x"),
        ]
    ]


def test_a_time_that_excel_keeps_as_a_part_of_a_day_loses_no_second() -> None:
    every = [[dt.datetime(2026, 5, 12, 0, 0) + dt.timedelta(minutes=m)] for m in range(0, 1440, 7)]
    read = cells(read_workbook(packed(a=every)))
    assert [row[0] for row in read] == [f"{when:%Y-%m-%d %H:%M}" for [when] in every]


def test_the_last_moment_that_there_is_is_read_too() -> None:
    never = dt.datetime(9999, 12, 31, 23, 59, 59, 900_000)
    assert cells(read_workbook(packed(Sheet=[[never]]))) == [["9999-12-31 23:59:59"]]


def test_the_sheet_is_that_which_is_named_or_called_as_the_list_or_the_first_with_content() -> None:
    data = packed(Empty=[], First=[["a"]], Requests=[["b"]])
    assert read_workbook(data).sheet == "First"
    assert read_workbook(data, kind="requests").sheet == "Requests"
    assert read_workbook(data, "First", "requests").sheet == "First"
    assert refused(data, "Frist") == "has no sheet 'Frist'; did you mean 'First'?"
    assert refused(data, "Quux") == "has no sheet 'Quux'; there are 'Empty', 'First', 'Requests'"
    assert refused(packed(Empty=[])) == "is a workbook of which no sheet has any content"


def test_a_merged_cell_stands_in_all_its_cells_and_hidden_ones_are_read_and_both_are_said() -> None:
    book: Any = openpyxl.Workbook()
    for row in (["Ann", "x", "y"], [None, "z", None], [None, None, None]):
        book.active.append(row)
    book.active.merge_cells("A1:A3")
    book.active.merge_cells("B2:C2")
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["C"].hidden = True
    found = read_workbook(saved(book))
    assert found.rows == [(1, ["Ann", "x", "y"]), (2, ["Ann", "z", "z"]), (3, ["Ann", "", ""])]
    assert found.notes == ["2 merged cells filled", "1 hidden row read too", "1 hidden column read too"]


def with_formula(value: str) -> bytes:
    """A workbook in which B2 is a formula; openpyxl itself stores no values of formulas."""
    data, file = packed(a=[["who", "weight"], ["Ann", 1]]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                cell = b'<c r="B2" t="n"><v>1</v></c>'
                assert cell in content
                content = content.replace(cell, f'<c r="B2"><f>1+1</f>{value}</c>'.encode())
            new.writestr(part, content)
    return file.getvalue()


@pytest.mark.parametrize(("most", "read"), [(9, True), (8, False)])
def test_what_merged_cells_fill_counts_towards_the_limit(
    monkeypatch: pytest.MonkeyPatch, most: int, read: bool
) -> None:
    monkeypatch.setattr("sim.files.workbooks.MOST_CELLS", most)
    book: Any = openpyxl.Workbook()
    book.active.append(["Ann"])
    book.active.merge_cells("A1:C3")
    if read:
        assert cells(read_workbook(saved(book))) == [["Ann"] * 3] * 3
    else:
        assert refused(saved(book)) == "has more than 8 cells"


def test_of_a_formula_the_stored_value_is_taken_and_without_one_it_is_refused() -> None:
    found = read_workbook(with_formula("<v>2</v>"))
    assert cells(found) == [["who", "weight"], ["Ann", "2"]]
    assert found.notes == ["1 formula taken by the stored value"]
    for empty in ("", "<v/>"):
        wrong = read_workbook(with_formula(empty)).wrong
        assert wrong == [(2, "B", "holds a formula without a stored value; open and save it in Excel")]


def sheet(data: bytes, name: str | None = None) -> Sheet:
    return read_sheet(Chosen(data, "requests", name), COLUMNS, ("who", "whom"), shown="wishes.xlsx")


def test_faults_are_said_with_the_row_and_the_sheet_if_there_are_several() -> None:
    rows: list[list[Any]] = [
        ["Wishes"],
        ["Who", "whom", "weight"],
        ["Ann", "Ben", 1],
        [],
        ["Ann", "#N/A", "x"],
    ]
    book: Any = openpyxl.load_workbook(io.BytesIO(packed(Wishes=rows, Other=[["x"]])))
    book["Wishes"]["B5"].data_type = "e"
    found = sheet(saved(book))
    found.wrong(1, "weight", "found 'x'")
    assert list(map(str, found.problems())) == [
        "wishes.xlsx!Wishes:5: column 'weight': found 'x'",
        "wishes.xlsx!Wishes:5: column 'B': found '#N/A', an error of the spreadsheet",
    ]
    assert sheet(packed(Wishes=rows[:3])).read == ["1 row above the header passed over (1: 'Wishes')"]
    said = str(sheet(b"who,whom\n", "Wishes").problems()[0])
    assert said == "wishes.xlsx: is no workbook, so it has no sheet 'Wishes'"


def test_without_openpyxl_one_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    data = packed(a=[["who"]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert refused(data) == (
        "is a workbook, and openpyxl is not installed: to read it, pip install 'exposim[xlsx]'; or in Excel, "
        "save it as 'CSV UTF-8'"
    )


def rezipped(data: bytes, **parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename.rpartition("/")[2].partition(".")[0] not in parts:
                new.writestr(part, old.read(part))
        for name, content in parts.items():
            new.writestr(f"xl/worksheets/{name}.xml", content)
    return file.getvalue()


def test_a_workbook_that_is_large_when_unpacked_or_no_workbook_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert MOST_UNPACKED == 256 << 20
    monkeypatch.setattr("sim.files.workbooks.MOST_UNPACKED", 1 << 20)
    data = packed(a=[["who"]])
    size = sum(part.file_size for part in zipfile.ZipFile(io.BytesIO(data)).infolist())
    assert cells(read_workbook(rezipped(data, bomb=b"<a>" + b" " * ((1 << 20) - size - 3)))) == [["who"]]
    bomb = rezipped(data, bomb=b"<a>" + b" " * ((1 << 20) - size - 2))
    assert len(bomb) < 1 << 14
    assert refused(bomb) == "is a workbook that is too large when unpacked; allowed: 1 MiB"
    assert "cannot be read" in refused(data[:-200])
    assert "cannot be read" in refused(rezipped(data, sheet1=b"<worksheet><sheetData><row>"))
    entities = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b">]><worksheet/>'
    assert "cannot be read" in refused(rezipped(data, sheet1=entities))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as new:
        new.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert refused(file.getvalue()) == (
        "is an OpenDocument file, no workbook of Excel; save it as .xlsx or as CSV in UTF-8"
    )


def test_a_sheet_that_says_it_is_larger_or_smaller_than_it_is_deceives_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sim.files.workbooks._MOST_ROWS", 1_000)
    monkeypatch.setattr("sim.files.workbooks.MOST_CELLS", 40_000)
    row = '<row r="{}"><c r="{}{}" t="str"><v>x</v></c></row>'
    wide = "".join(row.format(r, "XFD", r) for r in range(1, 12))

    def made(dimension: str, rows: str) -> bytes:
        name = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        text = f'<worksheet xmlns="{name}"><dimension ref="{dimension}"/><sheetData>{rows}</sheetData>'
        text += "</worksheet>"
        return rezipped(packed(a=[["who"]]), sheet1=text.encode())

    small = row.format(1, "A", 1) + row.format(2, "B", 2)
    assert cells(read_workbook(made("A1", small))) == [["x", ""], ["", "x"]]
    assert cells(read_workbook(made("A1:XFD1048576", small))) == [["x", ""], ["", "x"]]
    assert refused(made("A1", wide)) == "has more than 40,000 cells"
    assert refused(made("A1", row.format(2_000_000_000, "A", 1))) == "has more than 40,000 cells"
