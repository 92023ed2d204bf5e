"""What a scenario says of its exhibitors by leaving it out: home country and others, names, areas, stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Final

from sim.scenario.schema.companies import OTHER
from sim.scenario.schema.countries import CODES, country_number

if TYPE_CHECKING:
    from sim.scenario.schema.companies import Exhibitors
    from sim.scenario.schema.rows import ExhibitorRow

__all__ = [
    "BELT_AND_ROAD",
    "REFERENCE",
    "area_of",
    "belt_and_road_share",
    "called",
    "home_of",
    "order_of",
    "stand_of",
]

REFERENCE: Final = "CN"
"""Where the reference event is: the home country of an expo that names none (an assumption)."""
BELT_AND_ROAD: Final = 0.5
"""Share of overseas exhibitors from Belt-and-Road countries at an expo in China (FACTS: belt-and-road)."""

# Economies by size (gross domestic product of 2023, put in order by hand): who comes to an expo outside China
# when the scenario does not say it. An assumption, as the order by trade is for one in China.
_ECONOMIES: Final = (
    "US CN DE JP IN GB FR IT BR CA RU MX AU KR ES ID NL TR SA CH PL TW BE AR SE IE AE TH NO IL "
    "SG AT BD PH VN MY DK IR HK CO EG ZA NG RO PK CL CZ FI PE IQ PT KZ NZ QA GR DZ HU KW ET UA "
    "MA SK EC KE BG LU HR LT SI"
)
# Continents, for the same purpose: an expo draws from its own first. Who is in none of them is in the last.
_CONTINENTS: Final = {
    "Europe": (
        "RU NL DE GB FR IT CH PL ES BE IE CZ SE DK HU AT GR RO NO FI SK UA PT BY SI RS BG CY MT "
        "LT HR LU LV EE MK BA AL IS MD ME LI MC AD SM VA FO GI JE GG IM AX SJ"
    ),
    "Americas": (
        "US BR MX CA CL PE CO AR EC PA UY DO CR GT VE CU HN SV BO PY GY NI JM TT HT BS SR BZ BB "
        "AG DM GD LC VC KN PR VI BM KY VG AI MS TC FK AW CW SX BQ GF GP MQ GL PM BL MF GS"
    ),
    "Africa": (
        "ZA NG AO CD EG GH DZ KE TZ LR MA CG LY GN MZ CI ZM SN TN GA CM ET ZW SD TG MR BJ GQ MG "
        "TD UG NA NE DJ SL ML MU SO BW GM BF ER BI LS SC CV CF SS GW KM SZ ST RW RE YT SH EH"
    ),
    "Oceania": ("AU NZ PG SB FJ KI VU WS TO FM MH PW NR TV CK NU GU AS MP UM PN NC PF WF NF TK CX CC HM"),
}


def home_of(exhibitors: Exhibitors, rows: Iterable[ExhibitorRow]) -> str:
    """The home country: as said, or of the largest share, or of most rows of a file, or the reference's.

    Among equals the first by its code.
    """
    if exhibitors.home_country is not None:
        return exhibitors.home_country
    weights: dict[str, float] = {}
    if isinstance(exhibitors.countries, Mapping):
        weights = {code: share for code, share in exhibitors.countries.items() if code != OTHER}
    weights = weights or dict(Counter(row.country for row in rows if row.country is not None))
    return min(weights, key=lambda code: (-weights[code], code)) if weights else REFERENCE


def belt_and_road_share(exhibitors: Exhibitors, home: str) -> float | None:
    """Share of overseas exhibitors from Belt-and-Road countries that is aimed at; None if none is."""
    if exhibitors.belt_and_road_share is None and home == REFERENCE:
        return BELT_AND_ROAD
    return exhibitors.belt_and_road_share


@cache
def order_of(home: str) -> tuple[int, ...]:
    """All countries by number, in the order in which they are likely at an expo in `home`, itself first.

    In China by trade with it; elsewhere those of the same continent first, larger economies before smaller
    ones, and then the others alike.
    """
    numbers = range(len(CODES))
    if home == REFERENCE:
        return tuple(numbers)
    size = {country_number(code): place for place, code in enumerate(_ECONOMIES.split())}
    here = _continent(home)

    def key(number: int) -> tuple[bool, bool, int]:
        code = CODES[number]
        return code != home, _continent(code) != here, size.get(number, len(size) + number)

    return tuple(sorted(numbers, key=key))


@cache
def _continent(code: str) -> str:
    return next((name for name, codes in _CONTINENTS.items() if code in codes.split()), "Asia")


def called(pavilion: str, pavilions: Iterable[str]) -> str:
    """How the companies of a pavilion are called: with a capital, unless another one is called so."""
    name = pavilion[:1].upper() + pavilion[1:]
    taken = any(other != pavilion and other[:1].upper() + other[1:] == name for other in pavilions)
    return pavilion if taken else name


def area_of(row: ExhibitorRow) -> float | None:
    """Its booth area, m²: as said, or width times depth; None if neither is."""
    if row.area_m2 is None and row.width_m is not None and row.depth_m is not None:
        return row.width_m * row.depth_m
    return row.area_m2


def stand_of(row: ExhibitorRow, area_m2: float) -> tuple[float, float, float, float] | None:
    """West, south, east and north edge (m, on the plan) of its stand; None if it has no position.

    An extent that is not said follows from the area and the other one; if neither is, it is a square.
    """
    if row.x_m is None or row.y_m is None:
        return None
    width, depth = row.width_m, row.depth_m
    if width is None:
        width = area_m2**0.5 if depth is None else area_m2 / depth
    depth = area_m2 / width if depth is None else depth
    return row.x_m, row.y_m, row.x_m + width, row.y_m + depth
