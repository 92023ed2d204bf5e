"""Reads a page as a browser would: its tables by caption, its elements, its texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

__all__ = ["Cell", "Page", "read"]

_VOID = {"meta", "link", "input", "br", "path", "img"}


@dataclass
class Cell:
    """What stands in a cell, small below it, and the number behind it, if there is any."""

    text: str = ""
    value: float | None = None
    below: str = ""


@dataclass
class Grid:
    """A table."""

    caption: str = ""
    rows: list[list[Cell]] = field(default_factory=list)

    @property
    def body(self) -> dict[str, list[Cell]]:
        """The rows by their first cell."""
        return {row[0].text: row[1:] for row in self.rows if row}


class Page(HTMLParser):
    """A page that was read."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.tables: list[Grid] = []
        self.kpis: dict[str, str] = {}
        self.text: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self._open: list[str] = []
        self._into: list[str] = []  # what texts are taken into
        self._kpi = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        said = dict(attrs)
        self.tags.append((tag, said))
        if tag not in _VOID:
            self._open.append(tag)
        if tag == "table":
            self.tables.append(Grid())
        elif tag == "tr":
            self.tables[-1].rows.append([])
        elif tag in ("td", "th"):
            value = said.get("data-v")
            self.tables[-1].rows[-1].append(Cell(value=None if value is None else float(value)))
        elif tag == "dd":
            self._kpi = said.get("data-kpi") or ""
        elif tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((int(tag[1]), ""))

    def handle_endtag(self, tag: str) -> None:
        """An element ends; they nest as they should."""
        if tag not in _VOID:
            assert self._open, f"</{tag}> without a beginning"
            assert self._open[-1] == tag, f"</{tag}> within <{self._open[-1]}>"
            self._open.pop()
        if tag == "dd":
            self._kpi = ""

    def handle_data(self, data: str) -> None:
        """A text."""
        if "script" in self._open or "style" in self._open:
            return
        self.text.append(data)
        if "caption" in self._open:
            self.tables[-1].caption += data
        elif "small" in self._open and self.tables:
            self.tables[-1].rows[-1][-1].below += data.strip()
        elif "td" in self._open or "th" in self._open:
            self.tables[-1].rows[-1][-1].text += data.strip("\n")
        elif self._kpi:
            self.kpis[self._kpi] = self.kpis.get(self._kpi, "") + data
        if self.headings and self._open and self._open[-1] in ("h1", "h2", "h3", "h4", "bdi"):
            level, said = self.headings[-1]
            if any(each in self._open for each in ("h1", "h2", "h3", "h4")):
                self.headings[-1] = (level, said + data)

    def table(self, caption: str) -> Grid:
        """The table whose caption begins so."""
        (found,) = [each for each in self.tables if each.caption.strip().startswith(caption)]
        return found


def read(html: str) -> Page:
    """A page; every element in it is closed."""
    page = Page()
    page.feed(html)
    page.close()
    assert page._open == []
    return page
