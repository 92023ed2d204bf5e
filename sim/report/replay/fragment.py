"""The replay as a fragment of a page: one section with its style, its script and its data, and nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from sim.files.text import printable
from sim.report.replay.packing import packed, script_json

if TYPE_CHECKING:
    from jinja2 import Template

    from sim.statistics.ledger import Ledger
    from sim.statistics.result import Result

__all__ = ["PEOPLE", "Replay", "fragment", "fragment_of"]

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")  # whatever the machine's language
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

_SCRIPTS: Final = ("data.js", "spots.js", "scene.js", "controls.js")

PEOPLE: Final = 5000
"""People who are shown; of more a sample, keyed by party."""


class Replay:
    """A replay that a notebook shows, and that is written as a page: `result.replay().save("floor.html")`.

    Made for one replication, or for several on one clock (`sim.report.replay.fragment_of`).
    """

    def __init__(self, html: str, title: str) -> None:
        self.html = html
        self.title = title

    def page(self) -> str:
        """A whole HTML page, which asks nothing of any other: it can be sent, and opened offline."""
        return _template("page").render(body=self.html, title=self.title)

    def __repr__(self) -> str:
        return f"Replay({self.title!r}, {len(self.html):,} bytes)"

    def _repr_html_(self) -> str:
        return self.html


def fragment(result: Result, *, people: int = PEOPLE) -> str:
    """A replay of one replication as HTML: a `<section>` with all that it needs, which asks for nothing else.

    Several may stand on one page. Whoever it shows, gauges and counts are of all. Needs a browser with
    `DecompressionStream` (any of 2023 or later), and says so in another.

    Args:
        result: what is shown: its expo and its trace.
        people: how many are shown at most; of more parties a sample, keyed by party: the same ones of two
            variants. Staff who are sent out are shown beside them.

    Raises:
        ValueError: `people` is less than 1.
    """
    return fragment_of([result], people=people)


def fragment_of(
    results: Sequence[Result], labels: Sequence[str] | None = None, *, people: int = PEOPLE
) -> str:
    """A replay of several replications side by side, on one clock: as `fragment`.

    Args:
        results: what is shown, from left to right.
        labels: what each is called; else the title of each.
        people: how many are shown of each at most.

    Raises:
        ValueError: there are none, or not as many labels, or `people` is less than 1.
    """
    if people < 1:
        raise ValueError(f"people: found {people}; allowed: 1 or more")
    if not results:
        raise ValueError("a replay needs a result at least")
    names = [result.expo.title for result in results] if labels is None else list(labels)
    if len(names) != len(results):
        raise ValueError(f"labels: found {len(names)}; allowed: {len(results)}, one a result")
    floors = [_floor(result.ledger, name, people) for result, name in zip(results, names, strict=True)]
    title = " / ".join(dict.fromkeys(names))
    return _template("replay").render(
        title=_said(title),
        style=_text("replay.css"),
        script="\n".join(["(() => {", '"use strict";', *map(_text, _SCRIPTS), "})();"]),
        data=script_json({"floors": floors}),
        floors=floors,
    )


def _floor(ledger: Ledger, label: str, people: int) -> dict[str, Any]:
    """All that the page knows of one replication."""
    import numpy as np

    from sim.report.replay.busy import MINUTE, SERIES, counts_of, grain_of, intervals_of, steps_of
    from sim.report.replay.ground import ground
    from sim.report.replay.moves import moves_of, shown
    from sim.report.replay.states import GRAIN, NAMES

    expo, floor = ledger.expo, ledger.floor
    parties, places = floor.n_party_days, len(floor.places.kind)
    chosen = shown(expo, people)
    moves = moves_of(ledger, chosen)
    intervals, does = intervals_of(ledger)
    days = _days(ledger)
    states, counts = counts_of(does, days)
    grain = grain_of(intervals)

    staff = moves.actor >= parties
    of_party = np.where(staff, 0, moves.actor)
    booth = floor.staff.booth[np.where(staff, moves.actor - parties, 0)]
    organisation = np.where(staff, booth, expo.parties.organisation[of_party])
    named, organisation = np.unique(organisation, return_inverse=True)
    texts = {
        "organisations": [_said(expo.organisations.name[each]) for each in named.tolist()],
        "places": [_said(name) for name in expo.places],
        "personas": [_said(name) for name in expo.personas],
        "halls": [_said(name) for name in expo.halls],
    }
    columns: dict[str, Any] = {f"moves.{name}": column for name, column in moves.columns().items()}
    columns["who.staff"] = staff.astype(np.int64)
    columns["who.size"] = np.where(staff, 1, floor.party_days.size[of_party])
    columns["who.persona"] = np.where(staff, 0, expo.parties.persona[of_party])
    columns["who.organisation"] = organisation.astype(np.int64)
    for name in SERIES:
        made = steps_of(intervals[name], places + len(floor.places.zone_distance), grain)
        columns |= {f"{name}.{part}": column for part, column in made.items()}
    columns["counts"] = counts.T.reshape(-1)
    columns["texts"] = script_json(texts)
    came = _people(ledger, np.ones(parties, dtype=np.bool_))
    there = _people(ledger, chosen)
    return {
        "label": _said(label),
        "replication": expo.replication,
        "seed": expo.seed,
        "grain": grain,
        "minute": MINUTE,
        "days": [[first, last] for first, last in days],
        "hours": (np.stack((expo.day_open, expo.day_close), axis=1) // GRAIN).tolist(),
        "dates": _dates(ledger),
        "states": list(NAMES),
        "counted": states,
        "people": came,
        "shown": there,
        "ground": ground(expo),
        **packed(columns),
    }


def _people(ledger: Ledger, mask: Any) -> int:
    """Different people among those party-days of `mask` that came to a gate."""
    import numpy as np

    from sim.floor.trace import Kind

    days = ledger.floor.party_days
    came = np.zeros(len(mask), dtype=np.bool_)
    came[ledger.rows(Kind.GATE).actor] = True
    some = np.flatnonzero(came & mask)
    _, first = np.unique(days.party[some], return_index=True)
    return int(days.size[some[first]].sum())


def _days(ledger: Ledger) -> list[tuple[int, int]]:
    """Of each day the first and last minute that is shown: the opening hours, and whoever is there longer."""
    import numpy as np

    from sim.floor.trace import Kind

    day_ms, minute_ms = 86_400_000, 60_000
    expo = ledger.expo
    found = []
    starts = ledger.rows(Kind.GATE).start
    ends = np.concatenate((ledger.rows(Kind.GATE).end, ledger.visits.end))
    for opens, closes in zip(expo.day_open.tolist(), expo.day_close.tolist(), strict=True):
        midnight = opens - opens % day_ms
        theirs = starts[(starts >= midnight) & (starts < midnight + day_ms)]
        left = ends[(ends > midnight) & (ends <= midnight + day_ms)]
        first = min(opens, int(theirs.min(initial=opens)))
        last = max(closes, int(left.max(initial=closes)))
        found.append((first // minute_ms, -(-last // minute_ms)))
    return found


def _dates(ledger: Ledger) -> list[str]:
    """What each day is called: Tue 26 Nov."""
    first = ledger.expo.terms.first_day
    days = [first + dt.timedelta(days=number) for number in range(ledger.expo.n_days)]
    return [f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}" for day in days]


def _said(name: str) -> str:
    """A name as text on one line; what nobody could see is spelt out."""
    return printable(" ".join(name.split()), lines=False)


def _text(name: str) -> str:
    return files("sim.report.replay").joinpath(name).read_text(encoding="utf-8")


@cache
def _template(name: str) -> Template:
    """A template of this room; whatever is put into it is escaped."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(lambda each: _text(f"{each}.html.j2")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
