"""Requests that are joined into meetings of more than two."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

import sim
from sim.engine import simulate
from sim.expo import Expo
from sim.floor.arrays import NONE
from sim.floor.contract import faults
from sim.floor.index import index_of
from sim.floor.laws import broken_laws
from sim.floor.trace import SERVED, Kind
from tests.expo.fair import built, fair
from tests.expo.test_meetings import keys

ALONE: dict[str, object] = {"matchmaking__general__exhibitors_ask_share": 0.4}
SHARED = ALONE | {
    "matchmaking__general__group_share": 0.8,
    "matchmaking__general__group_of": "chain",
    "matchmaking__general__group_size": 4,
    "matchmaking__hungary__group_share": 0.9,
    "matchmaking__hungary__group_of": "any",
}


def groups(expo: Expo) -> dict[int, list[int]]:
    """The requests of each meeting of more than two."""
    of: dict[int, list[int]] = {}
    for k in np.flatnonzero(expo.requests.meeting != NONE).tolist():
        meeting = int(expo.requests.meeting[k])
        if expo.floor.meetings.sides[meeting] > 2:
            of.setdefault(meeting, []).append(k)
    return of


def people(expo: Expo, side: int, meeting: int) -> tuple[int, int]:
    """Organisation and party, or NONE, on a side."""
    index = index_of(expo.floor)
    row = int(index.party_day[side, meeting])
    if row != NONE:
        return int(expo.parties.organisation[row]), int(expo.floor.party_days.party[row])
    return int(index.booth[side, meeting]), NONE


def test_a_meeting_of_more_than_two_is_one_guest_and_all_whose_requests_are_joined() -> None:
    expo = built(**SHARED)
    r, found = expo.requests, groups(expo)
    assert Counter(len(rows) for rows in found.values()).keys() == {2, 3}
    assert len(found) > 20
    for meeting, rows in found.items():
        sides = [people(expo, side, meeting) for side in range(len(rows) + 1)]
        assert expo.floor.meetings.sides[meeting] == len(sides) == len(set(sides))
        ends = [{(r.asker[k], r.asker_party[k]), (r.asked[k], r.asked_party[k])} for k in rows]
        assert set.intersection(*ends) == {sides[0]}  # it is about the guest
        assert set.union(*ends) == set(sides)
        assert r.accepted[rows].all()
        assert len(set(r.programme[rows].tolist())) == 1
        if expo.matchmaking[r.programme[rows[0]]] == "general":
            assert len({expo.organisations.chain[who] for who, _ in sides[1:]}) == 1
    alone = np.bincount(r.meeting[r.meeting != NONE], minlength=len(expo.floor.meetings.sides))
    assert (alone == expo.floor.meetings.sides - 1).all()


def test_nobody_in_a_meeting_of_more_than_two_is_anywhere_else() -> None:
    expo = built(**SHARED)
    m, index = expo.floor.meetings, index_of(expo.floor)
    assert faults(expo.floor) == []
    assert len({*zip(m.place.tolist(), m.start.tolist(), strict=True)}) == len(m.place)
    for start in np.unique(m.start).tolist():
        here = index.party_day[:, m.start == start]
        assert len(np.unique(here[here != NONE])) == (here != NONE).sum()
    trace = simulate(expo.floor)
    assert broken_laws(expo.floor, trace) == []
    rows = trace.kind == Kind.MEETING
    meeting, served = trace.other[rows], np.isin(trace.outcome[rows], SERVED)
    there = np.bincount(meeting[served], minlength=len(m.sides))
    more = m.sides > 2
    assert (more & (there == m.sides)).sum() > 10
    assert (more & (there > 1) & (there < m.sides)).sum() > 0  # the others met without one


def test_hosts_that_meet_together_belong_together() -> None:
    together = {"general": "neighbours", "hungary": "stage"}
    of = {f"matchmaking__{name}__group_of": value for name, value in together.items()}
    expo = built(**ALONE | of | {f"matchmaking__{name}__group_share": 1.0 for name in together})
    found, who = groups(expo), expo.organisations
    programmes = [expo.matchmaking[expo.requests.programme[rows[0]]] for rows in found.values()]
    assert set(programmes) == set(together)
    for meeting, programme in zip(found, programmes, strict=True):
        one, two = (people(expo, side, meeting)[0] for side in (1, 2))
        assert who.chain[one] == who.chain[two]
        assert abs(who.stage[one] - who.stage[two]) == (1 if programme == "general" else 0)


def test_whether_requests_are_joined_depends_on_nobody_else() -> None:
    def joined(change: dict[str, object]) -> dict[object, bool]:
        expo = built(**change)
        of = {k for rows in groups(expo).values() for k in rows}
        names = keys(expo, {})
        return {names[k]: k in of for k in np.flatnonzero(expo.requests.meeting != NONE).tolist()}

    one, other = joined(SHARED), joined(SHARED | {"matchmaking__general__tables": 5})
    both = one.keys() & other.keys()  # fewer tables: fewer of the same meetings
    assert sum(one[k] for k in both) > 20
    assert [k for k in both if one[k] != other[k]] == []


def test_without_a_share_nothing_is_joined_and_the_rest_is_as_it_was() -> None:
    plain, shared = built(**ALONE), built(**SHARED)
    assert not groups(plain)
    for column in ("asker", "asked", "accepted", "score", "affinity"):
        assert np.array_equal(getattr(plain.requests, column), getattr(shared.requests, column)), column


def test_a_joined_request_is_held_if_both_who_agreed_were_there() -> None:
    result = sim.run(fair(**SHARED))
    requests, meetings = result.requests, result.meetings.set_index("meeting")
    more = requests[requests["scheduled"] & requests["meeting"].map(meetings["third"].notna()).fillna(False)]
    held = more["meeting"].map(meetings["held"])
    assert 0 < (held & ~more["held"]).sum() < len(more) / 2  # the others met without this one
    assert not (more["held"] & ~held).any()
    pairs = result.interactions.dropna(subset="meeting").groupby("meeting").size()
    assert set(pairs[pairs.index.isin(more["meeting"][held])]) == {1, 3} | {6} & set(pairs)


def test_meetings_at_booths_cannot_be_of_more_than_two() -> None:
    with pytest.raises(sim.ScenarioError, match=r"group_share.*at tables only; allowed: 0, or location"):
        fair(**SHARED, matchmaking__general__location="booth")
