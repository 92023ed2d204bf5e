"""The exhibitors of one replication: published totals met exactly, all else by keyed draws.

A drawn exhibitor is named after its chain, or pavilion, and its position there, and its key comes
from that name: one exhibitor more leaves the draws of all the others as they were. What is shared
out (country, booth area, staff, flags) follows keyed orders and may move by a place.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.arithmetic import exp, normal_quantile, power
from sim.expo.draw.apportion import apportion, rounded, seats
from sim.expo.draw.misfit import Misfit
from sim.expo.draw.profiles import profiles
from sim.expo.draw.sizes import sizes, whole_sizes
from sim.expo.exhibitors.sponsors import draw_sponsors
from sim.expo.expo import Exhibitors, Organisations
from sim.floor.arrays import NONE, IntArray
from sim.scenario.schema.countries import COUNTRIES, country_number
from sim.scenario.schema.data import STAGES
from sim.streams import KeyArray, Streams, key_of

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["PopulationDoesNotFit", "draw_exhibitors"]

FloatArray = npt.NDArray[np.float64]

# Assumptions, each in this one place.
_STAFF_JITTER = 0.35  # sd, against 1 of booth size, in the order by which staff follow area
_FORTUNE_JITTER = 0.7  # the same in the order by which the Fortune 500 take the large booths
_APPEAL = 0.5  # sd of the logarithm of a booth's own appeal
_COUNTRY_SHIFT = 3  # the country at place r of the list weighs 1 / (r + this)


class PopulationDoesNotFit(Misfit):
    """Totals of exhibitors that contradict each other."""


@dataclass(slots=True)
class _Companies:
    """Exhibitors being put together, one item a company."""

    name: list[str] = field(default_factory=list)
    chain: list[int] = field(default_factory=list)
    stage: list[int] = field(default_factory=list)
    pavilion: list[int] = field(default_factory=list)
    direct: list[int] = field(default_factory=list)

    def add(self, name: str, chain: int, stage: int, pavilion: int = NONE, direct: bool = True) -> None:
        self.name.append(name)
        self.chain.append(chain)
        self.stage.append(stage)
        self.pavilion.append(pavilion)
        self.direct.append(int(direct))

    def key(self) -> KeyArray:
        return np.array([key_of("exhibitor", name) for name in self.name], dtype=np.uint64)


def draw_exhibitors(scenario: Scenario, streams: Streams) -> tuple[Organisations, Exhibitors]:
    """The exhibitors, direct ones first, then by pavilion; from the scenario's file if it has one.

    Codes: `chain` and `pavilion` number the scenario's tables, `stage` numbers `STAGES`, `country`
    numbers `countries.COUNTRIES`. Raises `PopulationDoesNotFit` if the totals contradict each other.
    """
    rows = scenario.exhibitor_rows
    companies = _listed(scenario) if rows else _drawn(scenario)
    listed = len(rows)
    keys = companies.key()
    chain, stage = _column(companies.chain), _column(companies.stage)
    pavilion, direct = _column(companies.pavilion), _column(companies.direct)
    own = (pavilion == NONE) & (np.arange(len(keys)) >= listed)

    country = _countries(scenario, keys, pavilion, own, streams)
    size = streams.uniform("booth size", keys)
    area, staff = _areas_and_staff(scenario, keys, pavilion, own, listed, size, streams)
    fortune, debut = _flags(scenario, keys, direct, size, streams)
    road = np.array([COUNTRIES[number].belt_and_road for number in country.tolist()], dtype=np.int64)
    for i, row in enumerate(rows):
        country[i], area[i], staff[i] = country_number(row.country), row.area_m2, row.staff
        fortune[i], debut[i] = row.fortune_500, row.debut
        by_country = COUNTRIES[country[i]].belt_and_road
        road[i] = by_country if row.belt_and_road is None else row.belt_and_road

    offers, needs = profiles(chain, stage, keys, scenario, streams)
    settings = scenario.data.exhibitors
    appeal = exp(_APPEAL * normal_quantile(streams.uniform("appeal", keys)) - _APPEAL**2 / 2)
    pull = np.where(debut == 1, settings.debut_pull, 1.0)
    organisations = Organisations(
        name=tuple(companies.name),
        key=keys,
        chain=chain,
        stage=stage,
        country=country,
        belt_and_road=road,
        fortune_500=fortune,
        offers=offers,
        needs=needs,
    )
    exhibitors = Exhibitors(
        area_m2=area,
        staff=staff,
        pavilion=pavilion,
        direct=direct,
        debut=debut,
        sponsor=draw_sponsors(scenario, keys, area, streams),
        attraction=power(area, settings.area_pull) * pull * appeal,
    )
    return organisations, exhibitors


def _column(values: list[int]) -> IntArray:
    return np.array(values, dtype=np.int64)


# ---------------------------------------------------------------- who: names, chains, stages


def _listed(scenario: Scenario) -> _Companies:
    """The exhibitors of the file; pavilions of which it names no company are drawn as their tables say."""
    chains, pavilions = list(scenario.data.chains), list(scenario.data.pavilions)
    companies = _Companies()
    for row in scenario.exhibitor_rows:
        pavilion = NONE if row.pavilion is None else pavilions.index(row.pavilion)
        companies.add(row.name, chains.index(row.chain), STAGES.index(row.stage), pavilion)
    named = set(companies.pavilion)
    for number in range(len(pavilions)):
        if number not in named:
            _add_pavilion(scenario, number, companies)
    return companies


def _drawn(scenario: Scenario) -> _Companies:
    data = scenario.data
    in_pavilions = _Companies()
    for number in range(len(data.pavilions)):
        _add_pavilion(scenario, number, in_pavilions)
    direct = np.array(in_pavilions.direct, dtype=bool)
    taken = np.bincount(_column(in_pavilions.chain)[direct], minlength=len(data.chains))
    if taken.sum() > data.exhibitors.count:
        raise PopulationDoesNotFit(
            "exhibitors.count",
            f"found {data.exhibitors.count}; the pavilions alone hold {taken.sum()} direct exhibitors",
        )
    by_chain = apportion([c.exhibitors for c in data.chains.values()], data.exhibitors.count, taken) - taken
    companies = _Companies()
    for chain, (name, count) in enumerate(zip(data.chains, by_chain.tolist(), strict=True)):
        for position, stage in enumerate(_stages(scenario, chain, count).tolist(), start=1):
            companies.add(f"{name}-{position:03d}", chain, stage)
    for column in ("name", "chain", "stage", "pavilion", "direct"):
        getattr(companies, column).extend(getattr(in_pavilions, column))
    return companies


def _stages(scenario: Scenario, chain: int, count: int) -> IntArray:
    """Stages of a chain's companies by position, in proportion to its weights for every `count`."""
    weights = list(scenario.data.chains.values())[chain].stages
    listed: list[str] = list(weights)
    number = np.array([STAGES.index(stage) for stage in STAGES if stage in listed], dtype=np.int64)
    stages: IntArray = number[seats([weights[STAGES[i]] for i in number.tolist()], count)]
    return stages


def _add_pavilion(scenario: Scenario, number: int, companies: _Companies) -> None:
    data = scenario.data
    key, pavilion = list(data.pavilions.items())[number]
    chains = list(data.chains)
    count = pavilion.exhibitors + pavilion.partners
    weights = [pavilion.chains.get(c, 0.0) if pavilion.chains else 1.0 for c in chains]
    of_chain = seats(weights, count)
    stage_of = {chain: _stages(scenario, chain, count) for chain in set(of_chain.tolist())}
    name = key[:1].upper() + key[1:]
    if any(other != key and other[:1].upper() + other[1:] == name for other in data.pavilions):
        name = key
    for i, chain in enumerate(of_chain.tolist()):
        stage = int(stage_of[chain][i])
        companies.add(f"{name} {i + 1:02d}", chain, stage, number, direct=i < pavilion.exhibitors)


# ---------------------------------------------------------------- from where


def _countries(
    scenario: Scenario, keys: KeyArray, pavilion: IntArray, own: npt.NDArray[np.bool_], streams: Streams
) -> IntArray:
    """Country of each exhibitor; those of the file are left at 0."""
    pavilions = list(scenario.data.pavilions.values())
    country = np.zeros(len(keys), dtype=np.int64)
    for number, section in enumerate(pavilions):
        country[pavilion == number] = country_number(section.country)
    members = np.flatnonzero(own)
    if not len(members):
        return country
    home, overseas = _country_seats(scenario, len(members))
    by_order = members[np.argsort(streams.uniform("overseas", keys[members]), kind="stable")]
    away = by_order[: len(overseas)]
    # a second order, or those nearest to being at home would all be of one group of countries
    away = away[np.argsort(streams.uniform("country", keys[away]), kind="stable")]
    country[members] = home
    country[away] = overseas
    return country


def _country_seats(scenario: Scenario, own: int) -> tuple[int, IntArray]:
    """The home country, and a country for each overseas exhibitor outside the pavilions."""
    settings = scenario.data.exhibitors
    home = country_number(settings.home_country)
    overseas = rounded(settings.overseas_share * settings.count)
    wanted = {True: rounded(settings.belt_and_road_share * overseas)}
    wanted[False] = overseas - wanted[True]
    inside, abroad = {True: 0, False: 0}, set()
    home_inside = False
    for pavilion in scenario.data.pavilions.values():
        country = country_number(pavilion.country)
        if country == home:
            home_inside |= pavilion.exhibitors > 0
        elif pavilion.exhibitors:
            inside[COUNTRIES[country].belt_and_road] += pavilion.exhibitors
            abroad.add(country)
    road, other = (wanted[flag] - inside[flag] for flag in (True, False))
    if min(road, other) < 0 or road + other > own:
        raise PopulationDoesNotFit(
            "exhibitors.overseas_share",
            f"with belt_and_road_share it asks for {wanted[True]} exhibitors from Belt-and-Road countries "
            f"and {wanted[False]} from other ones abroad; the pavilions alone hold {inside[True]} and "
            f"{inside[False]}, and {own} exhibitors stand outside them",
        )
    has_home = own > road + other or home_inside
    chosen = _more_countries(settings.countries - has_home - len(abroad), road, other, home, abroad)
    groups = []
    for flag, number in ((True, road), (False, other)):
        new = [c for c in chosen if COUNTRIES[c].belt_and_road == flag]
        candidates = new + [c for c in sorted(abroad) if COUNTRIES[c].belt_and_road == flag]
        taken = np.array([c in new for c in candidates], dtype=np.int64)  # each new country has one at least
        weights = [1 / (c + _COUNTRY_SHIFT) for c in candidates]
        more = seats(weights, number - len(new), taken) if candidates else np.zeros(0, dtype=np.int64)
        groups.append(np.array(new + [candidates[i] for i in more.tolist()], dtype=np.int64))
    return home, np.concatenate(groups)


def _more_countries(wanted: int, road: int, other: int, home: int, abroad: set[int]) -> list[int]:
    """The next `wanted` countries of the list, so many of each group as there are exhibitors for them."""
    lists = {
        flag: [
            i for i, c in enumerate(COUNTRIES) if c.belt_and_road == flag and i != home and i not in abroad
        ]
        for flag in (True, False)
    }
    open_to = {flag: any(COUNTRIES[c].belt_and_road == flag for c in abroad) for flag in (True, False)}
    low = int(road > 0 and not open_to[True])
    low_other = int(other > 0 and not open_to[False])
    least = max(low, wanted - min(other, len(lists[False])))
    most = min(road, len(lists[True]), wanted - low_other)
    if wanted < 0 or least > most:
        raise PopulationDoesNotFit(
            "exhibitors.countries",
            f"asks for {wanted} countries beside the home country and the pavilions', but there are "
            f"{road} exhibitors from Belt-and-Road and {other} from other countries for them",
        )
    first = sorted(lists[True] + lists[False])[:wanted]
    n_road = min(max(sum(COUNTRIES[c].belt_and_road for c in first), least), most)
    return sorted(lists[True][:n_road] + lists[False][: wanted - n_road])


# ---------------------------------------------------------------- how large, and what marks them


def _areas_and_staff(
    scenario: Scenario,
    keys: KeyArray,
    pavilion: IntArray,
    own: npt.NDArray[np.bool_],
    listed: int,
    size: FloatArray,
    streams: Streams,
) -> tuple[FloatArray, IntArray]:
    """Booth areas (m²) and staff; those of the file are left at 1 and 1."""
    data, settings = scenario.data, scenario.data.exhibitors
    area, staff = np.ones(len(keys)), np.ones(len(keys), dtype=np.int64)
    by_staff = normal_quantile(size) + _STAFF_JITTER * normal_quantile(streams.uniform("booth staff", keys))
    groups = []
    if own.any():
        n = int(own.sum())
        groups.append((own, _mean_area(scenario, n), rounded(settings.mean_staff * n), settings.least_staff))
    for number, section in enumerate(data.pavilions.values()):
        members = (pavilion == number) & (np.arange(len(keys)) >= listed)
        n = int(members.sum())
        if n:
            least = min(settings.least_staff, section.staff // n)
            groups.append((members, section.area_m2 / n, section.staff, least))
    for members, mean_area, total_staff, least in groups:
        rows = np.flatnonzero(members)
        by_size = rows[np.argsort(size[rows], kind="stable")]
        area[by_size] = sizes(len(rows), mean_area, settings.area_gini)
        staff[rows[np.argsort(by_staff[rows], kind="stable")]] = whole_sizes(
            len(rows), total_staff, settings.staff_gini, least
        )
    return area, staff


def _mean_area(scenario: Scenario, n: int) -> float:
    data = scenario.data
    if data.exhibitors.mean_area_m2 is not None:
        return float(data.exhibitors.mean_area_m2)
    net = data.venue.gross_area_m2 * data.venue.net_share
    free = net - sum(p.area_m2 for p in data.pavilions.values() if p.exhibitors + p.partners)
    if free <= 0:
        raise PopulationDoesNotFit(
            "venue.gross_area_m2", f"the pavilions take all of the net area, {net:g} m² with net_share"
        )
    return float(free / n)


def _flags(
    scenario: Scenario, keys: KeyArray, direct: IntArray, size: FloatArray, streams: Streams
) -> tuple[IntArray, IntArray]:
    """Who is a Fortune 500 company (direct exhibitors, mostly with large booths), who shows a debut."""
    settings = scenario.data.exhibitors
    fortune, debut = np.zeros((2, len(keys)), dtype=np.int64)
    if scenario.exhibitor_rows:
        return fortune, debut
    rows = np.flatnonzero(direct)
    for field_name, wanted, n in (
        ("fortune_500", settings.fortune_500, len(rows)),
        ("debuts", settings.debuts, len(keys)),
    ):
        if wanted > n:
            raise PopulationDoesNotFit(
                f"exhibitors.{field_name}", f"found {wanted}; there are only {n} exhibitors"
            )
    by_size = normal_quantile(size) + _FORTUNE_JITTER * normal_quantile(streams.uniform("fortune 500", keys))
    fortune[rows[np.argsort(-by_size[rows], kind="stable")[: settings.fortune_500]]] = 1
    debut[np.argsort(streams.uniform("debut", keys), kind="stable")[: settings.debuts]] = 1
    return fortune, debut
