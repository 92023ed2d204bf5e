"""Keyed random streams: the published generator, addressed by name, the same in any company."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.loops import Loops, using
from sim.streams import Streams, hashed_below, key_of, keys_of, philox, subkeys, subkeys_of


@pytest.mark.parametrize(
    ("counter", "key", "words"),
    [  # known answers of Philox4x32-10 in Random123, the authors' own library
        ((0, 0, 0, 0), 0, (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((0xFFFFFFFF,) * 4, 2**64 - 1, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            0x299F31D0_A4093822,
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)
def test_philox_gives_the_published_answers(
    counter: tuple[int, ...], key: int, words: tuple[int, ...]
) -> None:
    got = philox(np.array(counter, dtype=np.uint64)[:, None], key)[:, 0]
    assert tuple(int(word) for word in got) == words


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=60, unique=True), st.data())
@settings(max_examples=50)
def test_a_draw_depends_on_its_address_only(keys: list[int], data: st.DataObject) -> None:
    streams = Streams(seed=3, replication=1)
    array = np.array(keys, dtype=np.uint64)
    some = data.draw(st.permutations(range(len(keys))))[: max(1, len(keys) // 2)]
    assert np.array_equal(streams.uniform("any", array)[some], streams.uniform("any", array[some]))
    assert np.array_equal(streams.quartet("any", array)[:, some], streams.quartet("any", array[some]))


def test_long_arrays_are_drawn_as_short_ones() -> None:
    streams, keys = Streams(1, 0), subkeys(key_of("all"), np.arange(100_000))
    parts = [streams.uniform("any", part) for part in np.array_split(keys, 7)]
    assert np.array_equal(streams.uniform("any", keys), np.concatenate(parts))


def test_seed_replication_purpose_key_and_index_each_give_other_draws() -> None:
    keys = subkeys(key_of("all"), np.arange(20_000))
    draws = [
        Streams(1, 0).uniform("a", keys),
        Streams(2, 0).uniform("a", keys),
        Streams(1, 1).uniform("a", keys),
        Streams(1, 0).uniform("b", keys),
        Streams(1, 0).uniform("a", keys, 1),
        Streams(1, 0).uniform("a", subkeys(key_of("others"), np.arange(20_000))),
        *Streams(1, 0).quartet("a", keys, 2),
    ]
    for i, one in enumerate(draws):
        assert stats.kstest(one, "uniform").pvalue > 1e-4
        for other in draws[:i]:
            assert abs(np.corrcoef(one, other)[0, 1]) < 5 / np.sqrt(len(keys))


def test_uniforms_never_reach_their_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    streams, keys = Streams(1, 0), np.arange(3, dtype=np.uint64)
    for word in (0, 2**32 - 1):
        monkeypatch.setattr(streams, "blocks", lambda *_, w=word: np.full((4, 3), w, dtype=np.uint64))
        assert np.all((streams.uniform("any", keys) > 0) & (streams.uniform("any", keys) < 1))
        assert np.all((streams.quartet("any", keys) > 0) & (streams.quartet("any", keys) < 1))


@pytest.mark.elsewhere
def test_members_of_one_parent_never_collide_and_names_do_not_run_together() -> None:
    members = subkeys(key_of("persona", "buyer"), np.arange(1_000_000))
    assert len(np.unique(members)) == len(members)
    assert key_of("a", "b") != key_of("ab")
    assert key_of("a", 1) != key_of("a", "1")
    assert np.array_equal(keys_of(["x", "y"]), np.array([key_of("x"), key_of("y")], dtype=np.uint64))


@pytest.mark.elsewhere
def test_no_two_draws_in_the_code_have_the_same_purpose() -> None:
    drawing = ("uniform", "quartet", "blocks", "pair_salts", "_normal", "_noise")
    found: Counter[str] = Counter()
    for path in sorted((Path(__file__).parents[1] / "sim").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
            if name in drawing:
                texts = (ast.JoinedStr, ast.Constant)
                found.update(ast.unparse(each) for each in node.args if isinstance(each, texts))
    found = Counter({purpose: times for purpose, times in found.items() if not purpose.isdecimal()})
    assert len(found) > 50
    # what a party does at a booth is asked for when its route is made and when it comes back
    assert {purpose: times for purpose, times in found.items() if times > 1} == {"'stop'": 2}


def test_what_is_no_plain_array_of_keys_is_numpys_with_its_errors_and_never_a_loops() -> None:
    def mix(z: object, n: int) -> None:
        assert type(z) is np.ndarray
        assert z.flags.forc
        assert (z.dtype, z.size) == (np.uint64, n)

    def never(*arguments: object) -> None:
        pytest.fail("a loop reads what is not there")

    keys, others = keys_of(["one", "two"]), keys_of(["three", "four", "five"])
    weight, limit, room = np.ones((2, 3)), np.ones(2), np.empty((2, 2, 3), dtype=np.uint64)
    whole: Any = others.astype(np.int64)
    refused = (TypeError, ValueError, IndexError)
    with using(Loops(**dict.fromkeys(Loops._fields, never) | {"mix": mix})):
        with pytest.raises(refused):
            subkeys_of(keys, np.array(0), whole)
        assert subkeys_of(keys, np.array(0), others[:1]).dtype == np.uint64
        masked: Any = np.ma.array(keys, mask=[True, False])
        assert subkeys_of(keys, np.array([0, 1]), masked).dtype == np.uint64
        hashed_below(keys, others.astype(">u8"), weight, limit, room)
        for given in (
            (keys, whole, weight, limit, room),
            (keys[None], others, weight[:1], limit[:1], room),
            (keys, others[:2], weight, limit, room),
            (keys, others, weight[:, :2], limit, room),
            (keys, others, weight, np.ones(3), room),
            (keys, others, weight, limit, room[:, :1]),
            (keys, others, weight, limit, room.astype(np.int64)),
        ):
            with pytest.raises(refused):
                hashed_below(*given)
