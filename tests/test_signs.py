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
    # as long as a slot is of use, more and shorter ones are better; below five minutes none is, and all
    # they do is to take time, the less the shorter they are
    of_use, of_none = (
        [slots_of(minutes) for minutes in (20, 10, 5)],
        [slots_of(minutes) for minutes in (4, 1)],
    )
    for longer in of_use:
        assert all(effect("contacts.useful", longer, shorter).high < 0 for shorter in of_none)
    # though more and more meetings are held
    assert all(effect("meetings.held", a, b).mean > 0 for a, b in pairwise(of_use + of_none))
