"""Signs of effects on a crowded fair: paired differences over a sweep, with their 95 % intervals."""

from __future__ import annotations

from itertools import pairwise

from tests.crowd import effect


def slots_of(minutes: float) -> dict[str, object]:
    """Slots of so many minutes, and a tolerance that fits."""
    return {
        "matchmaking__main__slot_minutes": minutes,
        "matchmaking__main__tolerance_minutes": min(8, 0.4 * minutes),
    }


def test_useful_contacts_do_not_rise_as_slots_fall_below_what_is_useful() -> None:
    # as long as a slot is of use, more and shorter ones are better; below five minutes none is
    sweep = [slots_of(minutes) for minutes in (20, 10, 5, 4, 1)]
    for longer in sweep[:3]:
        assert effect("contacts.useful", longer, sweep[-1]).high < 0
    assert effect("contacts.useful", sweep[2], sweep[3]).high < 0
    assert effect("contacts.useful", sweep[3], sweep[4]).low <= 0
    # though more and more meetings are held, as before
    assert all(effect("meetings.held", a, b).mean > 0 for a, b in pairwise(sweep))
