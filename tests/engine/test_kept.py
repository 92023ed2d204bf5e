"""Where the compiled engine is kept. Compiling it for real: `python -m tests.engine.kept_for_real`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from sim.engine import filling, kept
from sim.engine.compiled import interpreted


@pytest.fixture
def version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a version of an engine that is one file, in a cache of its own."""
    here = tmp_path / "engine" / "compiled"
    here.mkdir(parents=True)
    for name in kept._TAKEN:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    (here / "rules.py").write_text("one")
    monkeypatch.setattr(kept, "_HERE", here)
    monkeypatch.setenv("EXPOSIM_CACHE", str(tmp_path / "cache"))
    return kept.place()


def filled(path: Path, content: str = "machine code") -> None:
    with kept.making(path) as made:
        (made / "sub").mkdir()
        (made / "sub" / "code").write_text(content)


def beside(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir())


def test_whatever_goes_into_the_code_names_the_folder(
    version: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rules = kept._HERE / "rules.py"
    names = [version.name]
    rules.write_text("two")
    names.append(kept.place().name)
    (tmp_path / "floor" / "order.py").write_text("other ranks")
    names.append(kept.place().name)
    (tmp_path / "streams.py").write_text("other hashes")
    names.append(kept.place().name)
    monkeypatch.setattr("numpy.__version__", "3")
    names.append(kept.place().name)
    monkeypatch.setenv("NUMBA_CPU_NAME", "generic")
    names.append(kept.place().name)
    monkeypatch.setattr(kept, "_library", lambda name: f"another {name}")
    names.append(kept.place().name)
    assert len(set(names)) == len(names) == 7
    assert kept.place().name == names[-1]


def test_a_folder_is_there_whole_or_not_at_all(version: Path) -> None:
    with suppress(KeyboardInterrupt), kept.making(version) as made:
        (made / "code").write_text("half of it")
        raise KeyboardInterrupt
    assert beside(version) == []
    filled(version)
    assert kept.whole(version)
    assert beside(version) == [version.name]


@pytest.mark.parametrize("harm", ["cut", "gone", "mark cut", "mark of nothing", "mark of another kind"])
def test_what_is_spoiled_is_seen_and_made_anew(harm: str, version: Path) -> None:
    filled(version)
    code, mark = version / "sub" / "code", version / kept._MARK
    if harm == "gone":
        code.unlink()
    else:
        file, content = (code, "machine") if harm == "cut" else (mark, mark.read_text()[:-9])
        file.write_text({"mark of nothing": "{}", "mark of another kind": "[1]"}.get(harm, content))
    assert not kept.whole(version)
    filled(version)
    assert kept.whole(version)
    assert beside(version) == [version.name]


def test_of_two_who_make_it_at_once_both_go_on_with_one(version: Path) -> None:
    with kept.making(version) as late:
        (late / "code").write_text("late")
        filled(version, "early")
    assert kept.whole(version)
    assert (version / "sub" / "code").read_text() == "early"
    assert beside(version) == [version.name]


def test_a_file_that_changes_while_it_is_compiled_is_not_kept_under_its_old_name(version: Path) -> None:
    with pytest.raises(RuntimeError, match="has changed meanwhile"), kept.making(version):
        (kept._HERE / "rules.py").write_text("edited")
    assert beside(version) == []


def test_one_at_a_time_makes_it_and_a_try_is_not_repeated_at_once(version: Path) -> None:
    assert not kept.begun(version)
    assert not kept.being_made(version)
    with kept.alone(version, wait=False) as first, kept.alone(version, wait=False) as second:
        assert (first, second) == (True, False)
        assert kept.begun(version)
        assert kept.being_made(version)
        kept.failed(version, "the disk is full")
    assert not kept.being_made(version)
    assert kept.begun(version)
    with kept.alone(version, wait=True) as third:  # whoever makes it by hand
        assert third
        assert not kept.trouble(version)  # what is being tried again has not failed
    lock = kept._lock_of(version)
    os.utime(lock, (1, 1))
    assert not kept.begun(version)  # whoever had begun was ended
    lock.write_text("the disk is full")
    assert kept.trouble(version) == "the disk is full"
    os.utime(lock, (1, 1))
    assert not kept.trouble(version)


def test_only_what_is_ours_and_long_unused_is_removed(version: Path) -> None:
    filled(version)
    base, names = version.parent, {}
    day = 86400.0
    for letter, suffix, age in [
        ("a", "", 31 * day),
        ("b", "", day),
        ("c", ".0a0a0a0a", 2 * 3600.0),
        ("d", ".0a0a0a0a", 60.0),
    ]:
        names[letter] = letter * 20 + suffix
        each = base / names[letter]
        each.mkdir()
        os.utime(each, (time.time() - age,) * 2)
    (base / "letters of ours").mkdir()
    os.utime(base / "letters of ours", (1, 1))
    for each in (version / kept._MARK, version):
        os.utime(each, (1, 1))
    assert kept.tidy(version) == 2
    assert beside(version) == sorted([version.name, names["b"], names["d"], "letters of ours"])
    kept.used(version)  # and so it is not old for another version
    assert time.time() - (version / kept._MARK).stat().st_mtime < day


def test_another_version_that_is_in_use_and_a_link_of_the_users_stay(version: Path) -> None:
    filled(version)
    in_use, link, old = (version.with_name(letter * 20) for letter in "abc")
    for each in (in_use, old):
        each.mkdir()
        (each / kept._MARK).write_text("{}")
        os.utime(each, (1, 1))
    os.utime(old / kept._MARK, (1, 1))
    target = version.parent / "a folder of the user's"
    target.mkdir()
    os.utime(target, (1, 1))
    with suppress(OSError):  # Windows lets not everybody make links
        link.symlink_to(target, target_is_directory=True)
    links = [link.name] * link.is_symlink()
    assert kept.tidy(version) == 1
    assert beside(version) == sorted([version.name, in_use.name, target.name, *links])


def test_nothing_is_kept_where_nothing_can_be_written(version: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file")
    with pytest.raises(OSError, match="cache"):
        kept.make_room(version)
    with kept.alone(version, wait=False) as free:
        assert free
    assert not kept.whole(version)


def test_the_users_cache_is_where_the_system_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("EXPOSIM_CACHE")
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(tmp_path))
    assert kept.place().parent == tmp_path / "exposim" / "engine"


@pytest.mark.skipif(os.name == "nt", reason="any name is taken there for a neighbour of the own home")
@pytest.mark.parametrize("name", ["EXPOSIM_CACHE", "XDG_CACHE_HOME"])
def test_a_home_that_there_is_not_is_said_with_the_variable(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.delenv("EXPOSIM_CACHE")
    monkeypatch.setenv(name, "~no such user/x")
    with pytest.raises(
        RuntimeError, match=f"^{name}: there is no home for ~no such user in ~no such user/x$"
    ):
        kept.place()


@pytest.mark.parametrize("name", ["EXPOSIM_CACHE", "XDG_CACHE_HOME"])
@pytest.mark.skipif(os.name == "nt", reason="XDG_CACHE_HOME means nothing there")
def test_a_relative_cache_is_the_same_folder_to_the_process_in_the_background(
    version: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EXPOSIM_CACHE")
    monkeypatch.setenv(name, "there")
    meant = kept.place().absolute()
    said: dict[str, str] = {}
    monkeypatch.setattr(filling, "leave", lambda module, **environment: said.update(environment))
    filling.in_background()
    monkeypatch.chdir(tmp_path / "elsewhere")
    for each, value in said.items():
        monkeypatch.setenv(each, value)
    assert kept.place() == meant


@pytest.mark.parametrize(
    ("said", "means"),
    [(None, False), ("", False), ("0", False), ("1", True), ("false", False), ("yes", False)],
)
def test_whether_numba_compiles_is_known_without_it_as_numba_reads_it(
    monkeypatch: pytest.MonkeyPatch, said: str | None, means: bool
) -> None:
    monkeypatch.delenv("NUMBA_DISABLE_JIT", raising=False)
    if said is not None:
        monkeypatch.setenv("NUMBA_DISABLE_JIT", said)
    assert interpreted() is means
    if said == "false":
        pytest.importorskip("llvmlite", reason="Numba is compared with")
        read = "import numba; print(bool(numba.config.DISABLE_JIT))"
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-c", read], capture_output=True, text=True, check=True
        )
        assert done.stdout.split()[-1] == str(means)
