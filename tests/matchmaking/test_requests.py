from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking import Asked, Participants, Profiles, Reference, Scores, ask, largest_remainders
from sim.streams import Streams, keys_of
from tests.matchmaking.cases import fair

STREAMS = Streams(11, 2)
GENERAL = ((True,),)


def matrix_scores(matrix: np.ndarray):  # type: ignore[no-untyped-def]
    return lambda rows, columns: matrix[np.ix_(rows, columns)]


def people(sides: list[int], organisations: list[int] | None = None, meets=None) -> Participants:  # type: ignore[no-untyped-def]
    names = [f"p{i}" for i in range(len(sides))]
    own = np.arange(len(sides)) if organisations is None else np.array(organisations)
    if meets is None:
        return Participants(keys_of(names), own, np.array(sides))
    return Participants(keys_of(names), own, np.array(sides), meets)


def pairs_of(asked: Asked) -> list[tuple[int, int]]:
    return sorted(zip(asked.asker.tolist(), asked.asked.tolist(), strict=True))


def test_everybody_asks_the_best_open_to_him() -> None:
    # exhibitors 0, 1; visitors 2, 3, 4; one request each from the visitors
    score = np.zeros((5, 5))
    score[2, [0, 1]], score[3, [0, 1]], score[4, [0, 1]] = (0.9, 0.1), (0.2, 0.8), (0.5, 0.4)
    asked = ask(people([0, 0, 1, 1, 1]), matrix_scores(score), STREAMS, (0, 3), quotas=np.ones(5, dtype=int))
    assert pairs_of(asked) == [(2, 0), (3, 1), (4, 0)]
    assert sorted(asked.score.tolist()) == [0.5, 0.8, 0.9]


def test_of_partners_with_equal_scores_the_first_are_asked() -> None:
    # more partners than are ranked at first, so that some of equal ones are cut off
    score = np.zeros((401, 401))
    score[0, 300], score[0, 350:] = 0.5, 0.25
    asked = ask(people([0] + [1] * 400), matrix_scores(score), STREAMS, (60, 0))
    assert sorted(asked.asked.tolist()) == [*range(1, 9), 300, *range(350, 401)]


def test_a_pair_in_which_both_would_ask_asks_once_and_the_other_takes_his_next_choice() -> None:
    score = np.array([[0, 0, 0.9, 0.1], [0, 0, 0.2, 0.3], [0.9, 0.2, 0, 0], [0.1, 0.3, 0, 0]])
    both = np.array([1, 0, 1, 0])  # exhibitor 0 and visitor 2, each other's favourites, ask once each
    outcomes = set()
    for replication in range(20):
        streams = Streams(1, replication)
        made = pairs_of(ask(people([0, 0, 1, 1]), matrix_scores(score), streams, (1, 1), quotas=both))
        outcomes.add(tuple(made))
    assert outcomes == {((0, 2), (2, 1)), ((0, 3), (2, 0))}


def test_members_of_one_organisation_and_vetoed_pairs_never_meet() -> None:
    group = people([0, 0, 1, 1], organisations=[7, 8, 7, 9])
    asked = ask(group, matrix_scores(np.ones((4, 4))), STREAMS, (4, 4), vetoes=np.array([[3, 1]]))
    assert {tuple(sorted(pair)) for pair in pairs_of(asked)} == {(0, 3), (1, 2)}


def test_anyone_may_meet_anyone_in_a_general_programme() -> None:
    group = people([0] * 5, meets=GENERAL)
    asked = ask(group, matrix_scores(np.ones((5, 5))), STREAMS, (10,))
    assert {tuple(sorted(pair)) for pair in pairs_of(asked)} == {
        (i, j) for i in range(5) for j in range(i + 1, 5)
    }


@st.composite
def programmes(draw: st.DrawFn) -> tuple[Participants, np.ndarray, tuple[int, ...], np.ndarray]:
    meets = draw(st.sampled_from([((False, True), (True, False)), ((True, True), (True, False)), GENERAL]))
    n = draw(st.integers(1, 9))
    sides = draw(st.lists(st.integers(0, len(meets) - 1), min_size=n, max_size=n))
    organisations = draw(st.lists(st.integers(0, n), min_size=n, max_size=n))
    score = np.random.default_rng(draw(st.integers(0, 99))).random((n, n))
    totals = tuple(draw(st.integers(0, 25)) for _ in meets)
    veto = draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=5))
    vetoes = np.array(veto, dtype=np.int64).reshape(-1, 2)
    return people(sides, organisations, meets), (score + score.T) / 2, totals, vetoes


@settings(max_examples=150, deadline=None)
@given(programmes(), st.sampled_from([0.0, 0.3]))
def test_requests_keep_their_rules_and_their_totals(
    programme: tuple[Participants, np.ndarray, tuple[int, ...], np.ndarray], noise: float
) -> None:
    group, score, totals, vetoes = programme
    asked = ask(group, matrix_scores(score), STREAMS, totals, noise=noise, vetoes=vetoes)
    shut = {frozenset(pair) for pair in vetoes.tolist()}
    table = np.array(group.meets)

    def may_meet(i: int, j: int) -> bool:
        return bool(
            i != j
            and table[group.side[i], group.side[j]]
            and group.organisation[i] != group.organisation[j]
            and frozenset((i, j)) not in shut
        )

    made = pairs_of(asked)
    assert all(may_meet(i, j) for i, j in made)
    assert len({frozenset(pair) for pair in made}) == len(made)
    assert np.allclose(asked.score, score[asked.asker, asked.asked])
    sent = np.bincount(group.side[asked.asker], minlength=len(totals))
    n = len(group)
    left = {
        (i, j)
        for i in range(n)
        for j in range(n)
        if may_meet(i, j) and (i, j) not in made and (j, i) not in made
    }
    for side, total in enumerate(totals):
        assert sent[side] <= total
        if (
            sent[side] < total
        ):  # there are no quotas here: only if nobody of this side has anybody left to ask
            assert not any(group.side[i] == side for i, _ in left)


@pytest.mark.parametrize("block", [7, 1 << 18])
def test_a_large_programme_meets_its_totals_and_asks_mostly_good_matches(
    block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.matchmaking.wishes.requests._BLOCK", block * 60)
    profiles, group = fair(60, 300)
    reference = Reference.logit_normal()
    scores = Scores(profiles, group.key, 0.7, STREAMS, reference)
    asked = ask(group, scores.matrix, STREAMS, (200, 500), noise=0.5 * reference.sd)
    assert np.bincount(group.side[asked.asker]).tolist() == [200, 500]
    everybody = scores.matrix(np.arange(60), np.arange(60, 360))
    assert asked.score.mean() > np.quantile(everybody, 0.8)
    assert np.allclose(asked.score, scores.pairs(asked.asker, asked.asked), atol=1e-12)


def test_the_size_of_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    profiles, group = fair(20, 60)
    scores = Scores(profiles, group.key, 0.7, STREAMS, Reference.logit_normal())
    whole = ask(group, scores.matrix, STREAMS, (60, 100), noise=0.1)
    monkeypatch.setattr("sim.matchmaking.wishes.requests._BLOCK", 100)
    parts = ask(group, scores.matrix, STREAMS, (60, 100), noise=0.1)
    assert pairs_of(whole) == pairs_of(parts)
    assert np.array_equal(whole.asker, parts.asker)


def test_requests_are_the_same_every_time_and_others_in_another_replication() -> None:
    profiles, group = fair(20, 60)
    scores = Scores(profiles, group.key, 1.0, STREAMS, Reference.logit_normal())
    first, again = (ask(group, scores.matrix, STREAMS, (60, 100), noise=0.1) for _ in range(2))
    other = ask(group, scores.matrix, Streams(11, 3), (60, 100), noise=0.1)
    assert np.array_equal(first.asker, again.asker)
    assert np.array_equal(first.asked, again.asked)
    assert pairs_of(first) != pairs_of(other)


def test_one_participant_more_leaves_the_choices_of_others_but_for_him() -> None:
    profiles, group = fair(10, 40)
    scores = Scores(profiles, group.key, 0.7, STREAMS, Reference.logit_normal())
    quota = np.r_[np.zeros(10, dtype=int), np.full(40, 3)]
    before = ask(group, scores.matrix, STREAMS, (0, 120), noise=0.1, quotas=quota)
    # the newcomer, a visitor, asks exhibitors only, and comes first in the new numbering
    more, larger = fair(10, 41)
    order = np.r_[50, np.arange(50)]
    more = Profiles(more.offers[order], more.needs[order], more.eagerness[order], more.appeal[order])
    larger = Participants(larger.key[order], larger.organisation[order], larger.side[order])
    scores = Scores(more, larger.key, 0.7, STREAMS, Reference.logit_normal())
    after = ask(larger, scores.matrix, STREAMS, (0, 123), noise=0.1, quotas=np.r_[3, quota])
    kept = after.asker != 0
    assert np.array_equal(after.asker[kept], before.asker + 1)
    assert np.array_equal(after.asked[kept], before.asked + 1)


def test_who_is_asked_by_all_his_favourites_still_finds_somebody_to_ask() -> None:
    # twenty visitors ask exhibitor 0, who likes them best; ten more are left for him
    score = np.zeros((31, 31))
    score[0, 1:] = np.linspace(1, 0, 30)
    quotas = np.r_[1, np.ones(20, dtype=int), np.zeros(10, dtype=int)]
    for replication in range(10):
        streams = Streams(1, replication)
        asked = ask(people([0] + [1] * 30), matrix_scores(score), streams, (1, 20), quotas=quotas)
        assert (asked.asker == 0).sum() == 1


def test_participants_out_of_shape_are_refused() -> None:
    with pytest.raises(ValueError, match="symmetric"):
        people([0, 1], meets=((False, True), (False, False)))
    with pytest.raises(ValueError, match="sides"):
        people([0, 2])
    with pytest.raises(ValueError, match="total"):
        ask(people([0, 1]), matrix_scores(np.ones((2, 2))), STREAMS, (1,))


@given(
    st.integers(0, 60),
    st.lists(st.tuples(st.floats(0, 10), st.integers(0, 12)), min_size=1, max_size=8),
)
def test_apportioned_items_sum_to_the_total_within_the_limits(
    total: int, rows: list[tuple[float, int]]
) -> None:
    weights, most = np.array([w for w, _ in rows]), np.array([m for _, m in rows])
    share = largest_remainders(total, weights, most)
    assert (share <= most).all()
    assert share.sum() == min(total, most[weights > 0].sum())
    unlimited = largest_remainders(total, weights)
    if weights.sum() > 1e-9:
        assert np.abs(unlimited - total * weights / weights.sum()).max() < 1 + 1e-6
