"""Activities of one day placed into rooms: spread over the day, no two at once, rooms empty in between."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.expo.draw.misfit import Misfit
from sim.expo.venue.hours import DAY
from sim.floor.arrays import MINUTE

__all__ = ["ProgrammeDoesNotFit", "Request", "as_clock", "place_day"]

_GRID = 5 * MINUTE  # starts are shifted by whole multiples of this where there is room; an assumption


class ProgrammeDoesNotFit(Misfit):
    """An activity, a matchmaking window or a host cannot be placed; says which rule on which day."""


@dataclass(frozen=True, slots=True)
class Request:
    """Activities of one rule on one day, or a single activity with its time; all in ms."""

    rule: str  # path in the scenario, for errors
    day: int  # 0 is the first
    count: int
    length: int
    changeover: int  # the room stands empty so long before and after
    places: tuple[int, ...]  # rooms it may be put in, the first ones first
    earliest: int
    latest: int  # latest end
    fixed: bool = False  # starts at `earliest`
    prompt: bool = False  # the first one starts at `earliest`, or as soon after it as a room is free


@dataclass(slots=True)
class _Day:
    """What is in each room already: (start, end, changeover)."""

    taken: dict[int, list[tuple[int, int, int]]] = field(default_factory=dict)

    def free(self, request: Request) -> list[tuple[int, int, int]]:
        """Gaps in which an activity of the request may lie: (place, from, to)."""
        gaps = []
        for place in request.places:
            low = request.earliest
            for start, end, changeover in sorted(self.taken.get(place, [])):
                apart = max(changeover, request.changeover)
                if start - apart - low >= request.length:
                    gaps.append((place, low, min(start - apart, request.latest)))
                low = max(low, end + apart)
            if request.latest - low >= request.length:
                gaps.append((place, low, request.latest))
        return [gap for gap in gaps if gap[2] - gap[1] >= request.length]

    def take(self, place: int, start: int, request: Request) -> None:
        self.taken.setdefault(place, []).append((start, start + request.length, request.changeover))


def place_day(requests: list[Request]) -> list[list[tuple[int, int]]]:
    """(place, start) of the activities of each request, by start; the requests are of one day.

    Activities with a time come first; rules then spread theirs over all their rooms and the whole
    day, a prompt one from its earliest start on. If that leaves a rule no room, all are packed without
    gaps, the longest first. Raises `ProgrammeDoesNotFit` if that does not help either.
    """
    try:
        return _placed(requests, packed=False)
    except ProgrammeDoesNotFit:
        return _placed(requests, packed=True)


def _placed(requests: list[Request], packed: bool) -> list[list[tuple[int, int]]]:
    day = _Day()
    result: list[list[tuple[int, int]]] = [[] for _ in requests]
    order = sorted(
        range(len(requests)),
        key=lambda i: (not requests[i].fixed, -requests[i].length if packed else 0, i),
    )
    for i in order:
        request = requests[i]
        result[i] = _fixed(day, request) if request.fixed else _spread(day, request, packed)
        for place, start in result[i]:
            day.take(place, start, request)
    return result


def _fixed(day: _Day, request: Request) -> list[tuple[int, int]]:
    for place in request.places:
        apart = request.changeover
        start, end = request.earliest, request.earliest + request.length
        if all(
            end + max(apart, c) <= begins or start - max(apart, c) >= ends
            for begins, ends, c in day.taken.get(place, [])
        ):
            return [(place, start)]
    raise ProgrammeDoesNotFit(
        request.rule,
        f"none of its rooms is free on day {request.day + 1} from {as_clock(request.earliest)} to "
        f"{as_clock(request.earliest + request.length)}",
    )


def _spread(day: _Day, request: Request, packed: bool) -> list[tuple[int, int]]:
    gaps = day.free(request)
    pitch = request.length + request.changeover
    most = [(high - low + request.changeover) // pitch for _, low, high in gaps]
    if sum(most) < request.count:
        rooms = len(request.places)
        raise ProgrammeDoesNotFit(
            request.rule,
            f"{sum(most)} of its {request.count} activities on day {request.day + 1} fit "
            f"into {rooms} room{'' if rooms == 1 else 's'} between {as_clock(request.earliest)} and "
            f"{as_clock(request.latest)}, at {math.ceil(request.length / MINUTE)} minutes each and "
            f"{math.ceil(request.changeover / MINUTE)} between two",
        )
    share = _filled(most, request.count) if packed else _shared(most, request.count)
    found = []
    filled = list(zip(gaps, share, strict=True))
    if request.prompt:
        filled = sorted((item for item in filled if item[1]), key=lambda item: item[0][1])
    before = 0.0 if request.prompt else 0.5
    for number, ((place, low, high), n) in enumerate(filled):
        slack = high - low - (n * pitch - request.changeover)
        for k in range(n):
            # the rooms begin one after the other, and what is left of the day lies between activities
            shift = 0 if packed else slack * (k + (number + before) / len(filled)) / n
            found.append((place, low + k * pitch + int(shift) // _GRID * _GRID))
    return sorted(found, key=lambda item: (item[1], item[0]))


def _shared(most: list[int], count: int) -> list[int]:
    """`count` in proportion to `most`, nowhere more."""
    quotients = sorted(((-m / (2 * k + 1), i) for i, m in enumerate(most) for k in range(m)))[:count]
    share = [0] * len(most)
    for _, i in quotients:
        share[i] += 1
    return share


def _filled(most: list[int], count: int) -> list[int]:
    """`count` given to the first gaps, each filled."""
    share = []
    for m in most:
        share.append(min(m, count))
        count -= share[-1]
    return share


def as_clock(time: int) -> str:
    """The clock time of `time` ms, such as 09:30."""
    minute = time % DAY // MINUTE
    return f"{minute // 60:02d}:{minute % 60:02d}"
