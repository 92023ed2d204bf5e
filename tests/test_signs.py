"""Signs of effects on a crowded fair: paired differences over a sweep, with their 95 % intervals."""

from __future__ import annotations

from itertools import pairwise

import pytest

from tests.ahead import Ended
from tests.crowd import effect, learn, played


def slots_of(minutes: float) -> dict[str, object]:
    """Slots of so many minutes, and a tolerance that fits."""
    return {
        "matchmaking__main__slot_minutes": minutes,
        "matchmaking__main__tolerance_minutes": min(8, 0.4 * minutes),
    }


def limited_to(people: int) -> dict[str, object]:
    """At most so many people in one of the halls."""
    return {"venue__halls__west__max_people": people}


def checks_of(seconds: float) -> dict[str, object]:
    """A check at the gate takes so long."""
    return {"venue__gates__south__check_seconds": seconds}


def tries(share: float, staff: float) -> dict[str, object]:
    """So many come back to a busy booth, which has so many staff."""
    return {"behaviour__retry_share": share, "exhibitors__mean_staff": staff}


OF_USE, OF_NONE = ([slots_of(minutes) for minutes in some] for some in ((20, 10, 5), (4, 1)))
LIMITS: list[dict[str, object]] = [{}, limited_to(40), limited_to(20), limited_to(5)]
CHECKS = [checks_of(seconds) for seconds in (8, 60, 120, 240)]
TRIES = [tries(share, staff) for share in (0, 0.5) for staff in (2.5, 3.5)]


@pytest.fixture(autouse=True)
def _known(ahead: Ended) -> None:
    assert ahead.returncode == 0, ahead.stderr
    learn(ahead.stdout)


@played(OF_USE, OF_NONE)
def test_useful_contacts_do_not_rise_as_slots_fall_below_what_is_useful() -> None:
    # as long as a slot is of use, more and shorter ones are better; below five minutes none is, and all
    # they do is to take time, the less the shorter they are
    for longer in OF_USE:
        assert all(effect("contacts.useful", longer, shorter).high < 0 for shorter in OF_NONE)
    # though more and more meetings are held
    assert all(effect("meetings.held", a, b).mean > 0 for a, b in pairwise(OF_USE + OF_NONE))


@played(LIMITS)
def test_a_stricter_limit_of_a_hall_never_raises_peak_presence_or_stay() -> None:
    for kpi in ("visits.peak_people", "visits.stay_minutes"):
        for looser, stricter in pairwise(LIMITS):
            assert effect(kpi, looser, stricter).low <= 0, (kpi, stricter)


@played(CHECKS)
def test_a_slower_gate_never_raises_held_meetings() -> None:
    for faster, slower in pairwise(CHECKS):
        assert effect("meetings.held", faster, slower).low <= 0, slower
    assert effect("meetings.held", CHECKS[0], CHECKS[-1]).high < 0  # and it is slow enough to be felt


@played(TRIES)
def test_who_comes_back_to_a_busy_booth_is_lost_less_often_and_staff_are_worth_less() -> None:
    lost, talks = "booths.lost_for_good_share", "conversations.count"
    assert effect(lost, tries(0, 2.5), tries(0.5, 2.5)).high < -0.01
    assert effect(talks, tries(0, 2.5), tries(0.5, 2.5)).low > 0
    # one more member of staff is of use either way, of less where people come back
    once, again = (effect(talks, tries(share, 2.5), tries(share, 3.5)) for share in (0, 0.5))
    assert once.low > 0
    assert again.low > 0
    assert again.mean < once.mean
