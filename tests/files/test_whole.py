"""Written whole or not at all: by whatever it is killed, whoever else writes, the old or the new is there."""

from __future__ import annotations

import errno
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sim.files import beside, renaming, whole
from sim.files.whole import ChangedError, Place, RefusedError, foreign, place, whole_directory, write_file
from tests.files.crashing import OWN, fill

ROOT = Path(__file__).parents[2]
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="exchanges names as Linux can")


def crashes(kind: str, directory: Path) -> list[dict[str, Any]]:
    """What was there after each step at which the writing was killed."""
    command = [sys.executable, "-m", "tests.files.crashing", kind, str(directory)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) > 10
    return found


def made(text: str) -> dict[str, str]:
    return dict.fromkeys(OWN, text)


def put(out: Path, text: str, at: Place | None = None) -> None:
    with whole_directory(at or place(out, out, OWN), lambda: None) as partial:
        fill(partial, text)


def content(out: Path) -> dict[str, str]:
    return {str(each.relative_to(out)): each.read_text() for each in out.rglob("*") if each.is_file()}


@LINUX
def test_killed_at_any_step_the_old_or_the_new_directory_is_in_its_place(tmp_path: Path) -> None:
    found = crashes("exchange", tmp_path)
    assert all(each["after"] in (made("old"), made("new")) for each in found)
    assert [made("old"), made("new")] == [found[0]["after"], found[-1]["after"]]
    assert all(each["third"] == [made("third"), ["out"]] for each in found)  # nothing is left for ever


@LINUX
def test_without_exchanging_names_the_next_look_puts_back_what_a_killed_process_left_aside(
    tmp_path: Path,
) -> None:
    found = crashes("aside", tmp_path)
    assert all(each["again"] in (made("old"), made("new")) for each in found)
    aside = [each for each in found if each["after"] is None]
    assert 0 < len(aside) < 5  # the moment there is no way around
    assert all(each["again"] == made("old") for each in aside)
    assert all(each["third"] == [made("third"), ["out"]] for each in found)


@LINUX
def test_killed_at_any_step_the_old_or_the_new_file_is_in_its_place(tmp_path: Path) -> None:
    found = crashes("file", tmp_path)
    assert all(each["after"] in ("old", "new") for each in found)
    assert all(each["third"] == ["third", ["out"]] for each in found)


def test_a_directory_that_appears_meanwhile_is_left_and_the_later_writing_fails(tmp_path: Path) -> None:
    out = tmp_path / "out"
    later = place(out, out, OWN)
    put(out, "first")
    with pytest.raises(ChangedError, match="out has changed in the meantime; it is left as it is"):
        put(out, "second", later)
    assert content(out) == made("first")
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("exchanges", [True, False])
def test_what_another_has_replaced_meanwhile_is_not_replaced_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, exchanges: bool
) -> None:
    if not exchanges:
        monkeypatch.setattr(whole, "exchange", lambda *_: False)
    out = tmp_path / "out"
    put(out, "old")
    later = place(out, out, OWN)
    put(out, "first")
    with pytest.raises(ChangedError):
        put(out, "second", later)
    assert content(out) == made("first")


def test_what_is_looked_at_and_may_not_be_replaced_any_more_is_left(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(out, "old")

    def look() -> None:
        raise RefusedError("not this one")

    with pytest.raises(RefusedError), whole_directory(place(out, out, OWN), look) as partial:
        fill(partial, "new")
    assert content(out) == made("old")
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("before", [True, False])
def test_a_foreign_file_that_appears_while_writing_is_left(tmp_path: Path, before: bool) -> None:
    out = tmp_path / "out"
    if before:
        put(out, "old")

    def disturbed() -> None:
        with whole_directory(place(out, out, OWN), lambda: None) as partial:
            fill(partial, "new")
            out.mkdir(exist_ok=True)
            (out / "precious").write_text("precious")

    with pytest.raises(ChangedError):
        disturbed()
    assert (out / "precious").read_text() == "precious"
    assert list(tmp_path.iterdir()) == [out]


def test_a_foreign_file_that_comes_at_the_last_moment_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    put(out, "old")

    def late(one: Path, other: Path) -> bool:
        (out / "precious").write_text("precious")
        monkeypatch.undo()
        return renaming.exchange(one, other)

    monkeypatch.setattr(whole, "exchange", late)
    with pytest.raises(ChangedError):
        put(out, "new")
    assert content(out) == made("old") | {"precious": "precious"}
    assert list(tmp_path.iterdir()) == [out]


def test_nothing_but_own_names_is_ever_deleted(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (elsewhere / "one").write_text("precious")
    (out / "mark").write_text("old")
    (out / "tables").symlink_to(elsewhere)
    (out / "note").write_text("precious")
    assert foreign(out, OWN) == ["note", "tables"]  # a link is not followed
    beside.take_away(out, OWN)
    assert content(out) == {"note": "precious"}
    assert (elsewhere / "one").read_text() == "precious"


def test_an_old_directory_that_will_not_go_is_no_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    put(out, "old")

    def stuck(path: Path) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", stuck)
        put(out, "new")
    assert content(out) == made("new")


def test_where_names_cannot_be_exchanged_an_error_in_between_puts_the_old_directory_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    put(out, "old")
    rename = os.rename

    def failing(old: Path, new: Path) -> None:
        if new == out and old.suffix == ".partial":
            raise OSError(errno.EIO, "Input/output error")
        rename(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(whole, "exchange", lambda *_: False)
        patch.setattr(os, "rename", failing)
        with pytest.raises(OSError, match="Input/output error"):
            put(out, "new")
    assert content(out) == made("old")
    assert list(tmp_path.iterdir()) == [out]


def test_what_a_living_process_has_not_locked_yet_is_not_cleared_away(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with beside.beside(out, OWN) as partial:
        partial.mkdir()
        beside.clear(out, OWN)
        assert partial.is_dir()
        partial.rmdir()


def test_what_a_living_process_writes_is_not_cleared_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with whole_directory(place(out, out, OWN), lambda: None) as partial:
        fill(partial, "first")
        place(out, out, OWN)
        assert partial.is_dir()
        monkeypatch.setattr(beside, "_dead", lambda _: True)  # as seen from a container of the same name
        place(out, out, OWN)
        assert content(partial) == made("first")
    assert content(out) == made("first")


def test_files_and_directories_are_on_the_disk_before_they_get_their_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    fsync = os.fsync

    def note(opened: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{opened}")).name)
        fsync(opened)

    monkeypatch.setattr(os, "fsync", note)
    put(tmp_path / "out", "new")
    assert {"mark", "one", "two", "tables"} < set(synced[:-1])
    assert synced[-1] == tmp_path.name
    write_file(tmp_path / "file", b"new")
    assert synced[-1] == tmp_path.name


@pytest.mark.parametrize("known", ["renames", "links", "neither"])
def test_a_new_file_replaces_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: str) -> None:
    if known != "renames":
        monkeypatch.setattr(renaming, "_renameat2", lambda: None)
    if known == "neither":
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(PermissionError(1, "no links here")))
    file = tmp_path / "file"
    write_file(file, b"first")
    with pytest.raises(FileExistsError):
        write_file(file, b"second")
    assert file.read_bytes() == b"first"
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(FileExistsError):
        write_file(tmp_path / "link", b"second")
    assert {each.name for each in tmp_path.iterdir()} == {"file", "link"}


def test_a_file_that_is_replaced_lends_its_mode(tmp_path: Path) -> None:
    file = tmp_path / "file"
    write_file(file, b"first")
    file.chmod(0o640)
    write_file(file, b"second", replace=True)
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode)) == (b"second", 0o640)
