"""The timetable that a build arranged, in the columns in which published timetables are read again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from sim.files.problems import did_you_mean
from sim.floor.arrays import NONE, PlaceKind

if TYPE_CHECKING:
    import pandas as pd

    from sim.expo.expo import Expo
    from sim.statistics.reading import Integers

__all__ = ["COLUMNS", "arranged", "names_of", "timetable"]

COLUMNS: Final = ("who", "whom", "with", "slot", "start", "end", "table")


def timetable(expo: Expo, programme: str | None = None) -> pd.DataFrame:
    """The meetings of a matchmaking programme as they were arranged beforehand, by time and table.

    A row a meeting, without stand-bys' and second appointments: who asked and whom, by name (of several
    parties of an organisation the second is `buyer 12 (2)`; the bare name is its booth's, or its first
    party's), the slot's start and end, and the table, numbered from 1 through all areas; empty at booths.
    Of a meeting of more than two there is a column `with`: who else is there, with `;` between. `programme`
    may be left out where there is only one.

    Raises KeyError, with the near miss, if there is no such programme, or if one of several must be named.
    """
    return arranged(expo, programme)[0]


def arranged(expo: Expo, programme: str | None = None) -> tuple[pd.DataFrame, Integers]:
    """The same, with the number of each row's meeting."""
    import pandas as pd

    number = _number(expo, programme)
    asked, plan = expo.requests, expo.floor.meetings
    rows = np.flatnonzero((asked.programme == number) & (asked.meeting != NONE))
    rows = rows[plan.standby_for[asked.meeting[rows]] == NONE]
    meeting = asked.meeting[rows]
    rows = rows[np.lexsort((plan.place[meeting], plan.start[meeting]))]
    meeting = asked.meeting[rows]
    names = names_of(expo)
    who = [names[key] for key in _sides(asked.asker[rows], asked.asker_party[rows])]
    whom = [names[key] for key in _sides(asked.asked[rows], asked.asked_party[rows])]
    along: list[list[str]] = [[] for _ in who]
    first = {k: at for at, k in reversed(list(enumerate(meeting.tolist())))}
    kept = [at for at, k in enumerate(meeting.tolist()) if first[k] == at]
    for at, k in enumerate(meeting.tolist()):
        sides = (who[first[k]], whom[first[k]])
        along[first[k]] += [name for name in (who[at], whom[at]) if name not in sides]
    start = np.datetime64(expo.terms.first_day, "ms") + plan.start[meeting].astype("timedelta64[ms]")
    end = start + plan.duration[meeting].astype("timedelta64[ms]")
    table = _tables(expo, expo.matchmaking[number])
    shown = [_shown(each) for each in start]
    frame = pd.DataFrame(
        {
            "who": who,
            "whom": whom,
            "with": [";".join(each) for each in along],
            "slot": shown,
            "start": shown,
            "end": [_shown(each) for each in end],
            "table": [str(table[place]) if place in table else "" for place in plan.place[meeting].tolist()],
        }
    ).iloc[kept]
    columns = COLUMNS if any(along) else tuple(name for name in COLUMNS if name != "with")
    return frame.loc[:, list(columns)].reset_index(drop=True), meeting[kept]


def _number(expo: Expo, programme: str | None) -> int:
    there = ", ".join(expo.matchmaking) or "none"
    if programme is None:
        if len(expo.matchmaking) != 1:
            raise KeyError(f"say which matchmaking programme; there are: {there}")
        return 0
    if programme not in expo.matchmaking:
        near = did_you_mean(programme, expo.matchmaking)
        raise KeyError(f"no matchmaking programme {programme!r}; there are: {there}{near}")
    return expo.matchmaking.index(programme)


def names_of(expo: Expo) -> dict[tuple[int, int], str]:
    """The name of each booth (organisation, NONE) and party (organisation, party)."""
    days = expo.floor.party_days.party
    party, first = np.unique(days, return_index=True)
    names = {(i, NONE): expo.organisations.name[i] for i in range(expo.n_exhibitors)}
    count = dict.fromkeys(range(expo.n_exhibitors), 1)
    for one, of in zip(party.tolist(), expo.parties.organisation[first].tolist(), strict=True):
        count[of] = count.get(of, 0) + 1
        name = expo.organisations.name[of]
        names[of, one] = name if count[of] == 1 else f"{name} ({count[of]})"
    return names


def _sides(organisation: Integers, party: Integers) -> Iterator[tuple[int, int]]:
    return zip(organisation.tolist(), party.tolist(), strict=True)


def _tables(expo: Expo, programme: str) -> dict[int, int]:
    """The number of each table of a programme, by place."""
    called = re.compile(re.escape(programme) + r" \d+/\d+")
    kind = expo.floor.places.kind.tolist()
    own = [i for i, name in enumerate(expo.places) if kind[i] == PlaceKind.TABLE and called.fullmatch(name)]
    return {place: number for number, place in enumerate(own, 1)}


def _shown(when: np.datetime64) -> str:
    return str(when).replace("T", " ").removesuffix(".000").removesuffix(":00")
