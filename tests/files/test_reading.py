"""Bytes of files: limits of size, no devices without an end, no pipes that nobody fills."""

from __future__ import annotations

import io
import os
from pathlib import Path
from threading import Thread

import pytest

from sim.files.problems import near_words, nearest
from sim.files.reading import read_bytes, read_stream


def test_a_file_is_read_up_to_its_limit_and_not_beyond(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"x" * (1 << 20))
    assert read_bytes(path, 1 << 20) == b"x" * (1 << 20)
    path.write_bytes(b"x" * ((1 << 20) + 1))
    assert read_bytes(path, 1 << 20) == "it is longer than 1 MiB"
    assert read_stream(io.BytesIO(b"abc"), 2) == "it is longer than 0 MiB"


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null"])
def test_devices_are_no_files(device: str) -> None:
    assert read_bytes(Path(device)) == "it is not a file with text"


def test_a_pipe_is_read_only_where_a_user_gave_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    assert read_bytes(pipe, pipes=False) == "it is not a file with text"
    writer = Thread(target=lambda: pipe.write_bytes(b"who\n"))
    writer.start()
    assert read_bytes(pipe) == b"who\n"
    writer.join()


def test_why_a_file_cannot_be_read_is_said_in_plain_words(tmp_path: Path) -> None:
    assert read_bytes(tmp_path) == "it is a directory"
    assert read_bytes(tmp_path / "none") == "there is no such file"
    assert read_bytes(tmp_path / "a\0b") == "it cannot be read: embedded null byte"


def test_near_words_do_not_depend_on_capitals_or_hyphens() -> None:
    assert nearest("Hall-B", ["hall_a", "hall_b", "gate"]) == "hall_b"
    assert near_words("hall", ["hall_a", "hall_b", "gate"], 2) == ["hall_b", "hall_a"]
    assert nearest("quite else", ["hall"]) is None
