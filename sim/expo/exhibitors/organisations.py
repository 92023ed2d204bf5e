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
from sim.expo.draw.misfit import PopulationDoesNotFit
from sim.expo.draw.profiles import profiles
from sim.expo.draw.sizes import sizes, whole_sizes
from sim.expo.exhibitors.countries import countries_of
from sim.expo.exhibitors.sponsors import draw_sponsors
from sim.expo.expo import Exhibitors, Organisations
from sim.expo.shared import step
from sim.files.locator import path_text
from sim.files.problems import did_you_mean
from sim.floor.arrays import NONE, IntArray
from sim.scenario.exhibiting import area_of, called
from sim.scenario.schema.countries import COUNTRIES
from sim.scenario.schema.data import STAGES
from sim.streams import KeyArray, Streams, key_of

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["draw_exhibitors"]

FloatArray = npt.NDArray[np.float64]

# Assumptions, each in this one place.
_STAFF_JITTER = 0.35  # sd, against 1 of booth size, in the order by which staff follow area
_FORTUNE_JITTER = 0.7  # the same in the order by which the Fortune 500 take the large booths
_APPEAL = 0.5  # sd of the logarithm of a booth's own appeal


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


@step
def draw_exhibitors(scenario: Scenario, streams: Streams) -> tuple[Organisations, Exhibitors]:
    """The exhibitors, direct ones first, then by pavilion; from the scenario's file if it has one.

    Codes: `chain` and `pavilion` number the scenario's tables, `stage` numbers `STAGES`, `country`
    numbers `countries.COUNTRIES`. Raises `PopulationDoesNotFit` if the totals contradict each other.
    """
    rows = scenario.exhibitor_rows
    companies = _listed(scenario, streams) if rows else _drawn(scenario)
    keys = companies.key()
    chain, stage = _column(companies.chain), _column(companies.stage)
    pavilion, direct = _column(companies.pavilion), _column(companies.direct)

    country = countries_of(scenario, keys, pavilion, direct, streams)
    road = np.array([COUNTRIES[number].belt_and_road for number in country.tolist()], dtype=np.int64)
    for i, row in enumerate(rows):
        if row.belt_and_road is not None:
            road[i] = row.belt_and_road
    size = streams.uniform("booth size", keys)
    area = _areas(scenario, pavilion, size)
    if rows:
        size = _by_area(area, pavilion, size, [area_of(row) is not None for row in rows])
    sponsor = draw_sponsors(scenario, keys, area, streams)
    staff = _staff(scenario, keys, pavilion, area, sponsor, size, streams)
    staff = _by_name(scenario, companies.name, staff)
    fortune, debut = _flags(scenario, keys, direct, size, streams)

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
        sponsor=sponsor,
        attraction=power(area, settings.area_pull) * pull * appeal,
        stand=tuple(row.stand or "" for row in rows) + ("",) * (len(keys) - len(rows)),
    )
    return organisations, exhibitors


def _column(values: list[int]) -> IntArray:
    return np.array(values, dtype=np.int64)


# ---------------------------------------------------------------- who: names, chains, stages


def _listed(scenario: Scenario, streams: Streams) -> _Companies:
    """The exhibitors of the file; pavilions of which it names no company are drawn as their tables say.

    Chains and stages that the file leaves open are shared out among those who have none, so that all
    have their weights, in keyed orders: one exhibitor more moves one at a border at most.
    """
    data, rows = scenario.data, scenario.exhibitor_rows
    chains, pavilions = list(data.chains), list(data.pavilions)
    keys = np.array([key_of("exhibitor", row.name) for row in rows], dtype=np.uint64)
    pavilion = _column([NONE if row.pavilion is None else pavilions.index(row.pavilion) for row in rows])
    chain = _column([NONE if row.chain is None else chains.index(row.chain) for row in rows])
    stage = _column([NONE if row.stage is None else STAGES.index(row.stage) for row in rows])
    for number in np.unique(pavilion).tolist():
        own = list(data.pavilions.values())[number].chains if number != NONE else {}
        weights = [own.get(name, 0.0) for name in chains] if own else None
        if weights is None:
            weights = [1.0 if number != NONE else c.exhibitors for c in data.chains.values()]
        _share_out(chain, np.flatnonzero(pavilion == number), weights, streams.uniform("listed chain", keys))
    for number in np.unique(chain).tolist():
        of_chain = list(data.chains.values())[number].stages
        weights = [of_chain.get(each, 0.0) for each in STAGES]
        _share_out(stage, np.flatnonzero(chain == number), weights, streams.uniform("listed stage", keys))
    companies = _Companies()
    for i, row in enumerate(rows):
        companies.add(row.name, int(chain[i]), int(stage[i]), int(pavilion[i]))
    named = set(companies.pavilion)
    for number in range(len(pavilions)):
        if number not in named:
            _add_pavilion(scenario, number, companies)
    return companies


def _share_out(code: IntArray, group: IntArray, weights: list[float], u: FloatArray) -> None:
    """Give each of the `group` that has none a code, so that all codes together have their weights."""
    open_ = group[code[group] == NONE]
    if len(open_):
        given = np.bincount(code[group][code[group] != NONE], minlength=len(weights))
        more = apportion(weights, len(group), given) - given
        code[open_[np.argsort(u[open_], kind="stable")]] = np.repeat(np.arange(len(weights)), more)


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
    name = called(key, data.pavilions)
    for i, chain in enumerate(of_chain.tolist()):
        stage = int(stage_of[chain][i])
        companies.add(f"{name} {i + 1:02d}", chain, stage, number, direct=i < pavilion.exhibitors)


# ---------------------------------------------------------------- how large, and what marks them


def _areas(scenario: Scenario, pavilion: IntArray, size: FloatArray) -> FloatArray:
    """Booth areas in m², as the file says, else drawn around what is left for a group."""
    data, settings = scenario.data, scenario.data.exhibitors
    area = np.full(len(pavilion), np.nan)
    for i, row in enumerate(scenario.exhibitor_rows):
        area[i] = np.nan if (said := area_of(row)) is None else said
    for number in (NONE, *range(len(data.pavilions))):
        members = np.flatnonzero(pavilion == number)
        rows = members[np.isnan(area[members])]
        if not len(rows):
            continue
        given = area[members][~np.isnan(area[members])]
        if number == NONE and settings.mean_area_m2 is not None:
            mean_area = float(settings.mean_area_m2)
        else:
            whole = _net_area(scenario) if number == NONE else list(data.pavilions.values())[number].area_m2
            mean_area = (whole - float(given.sum())) / len(rows)
            if mean_area <= 0 and len(given):
                mean_area = float(given.mean())  # the file leaves no room: the others are like those it names
        if mean_area <= 0:
            net = data.venue.gross_area_m2 * data.venue.net_share
            raise PopulationDoesNotFit(
                "venue.gross_area_m2", f"the pavilions take all of the net area, {net:g} m² with net_share"
            )
        by_size = rows[np.argsort(size[rows], kind="stable")]
        area[by_size] = sizes(len(rows), mean_area, settings.area_gini)
    return area


def _net_area(scenario: Scenario) -> float:
    """Net area outside the pavilions, m²."""
    data = scenario.data
    net = data.venue.gross_area_m2 * data.venue.net_share
    return float(net - sum(p.area_m2 for p in data.pavilions.values() if p.exhibitors + p.partners))


def _by_area(area: FloatArray, pavilion: IntArray, size: FloatArray, said: list[bool]) -> FloatArray:
    """The sizes by which staff and flags follow areas, where a file says areas: by rank in the group."""
    ranked = size.copy()
    known = np.array(said + [False] * (len(area) - len(said)), dtype=np.bool_)
    for number in np.unique(pavilion[known]).tolist():
        members = np.flatnonzero(pavilion == number)
        by_area = members[np.lexsort((size[members], area[members]))]
        ranked[by_area] = (np.arange(len(members)) + 0.5) / len(members)
    return ranked


def _by_name(scenario: Scenario, names: list[str], staff: IntArray) -> IntArray:
    """The staff with that of booths by name, and those who are added to or taken from booths by name."""
    settings = scenario.data.exhibitors
    if not (settings.named_staff or settings.added_staff):
        return staff
    at = {name: i for i, name in enumerate(names)}
    staff = staff.copy()
    for key, said in (("named_staff", settings.named_staff), ("added_staff", settings.added_staff)):
        for name, number in said.items():
            path = path_text(("exhibitors", key, name))
            if name not in at:
                message = f"there is no such exhibitor{did_you_mean(name, names)}"
                raise PopulationDoesNotFit(path, message)
            there = 0 if key == "named_staff" else int(staff[at[name]])
            if there + number < 1:
                message = f"takes {-number} of {there} members of staff; one has to remain"
                raise PopulationDoesNotFit(path, message)
            staff[at[name]] = there + number
    return staff


def _staff(
    scenario: Scenario,
    keys: KeyArray,
    pavilion: IntArray,
    area: FloatArray,
    sponsor: IntArray,
    size: FloatArray,
    streams: Streams,
) -> IntArray:
    """Staff of each booth: of its row, else of its kind of sponsor, else by area, else drawn."""
    data, settings = scenario.data, scenario.data.exhibitors
    staff = np.zeros(len(keys), dtype=np.int64)
    for i, row in enumerate(scenario.exhibitor_rows):
        staff[i] = row.staff or 0
    for number, kind in enumerate(settings.sponsors):
        if kind in settings.sponsor_staff:
            staff[(sponsor == number) & (staff == 0)] = settings.sponsor_staff[kind]
    if settings.area_a_member_m2 is not None:
        free = (pavilion == NONE) & (staff == 0)
        by_rule = np.floor(area[free] / settings.area_a_member_m2 + 0.5).astype(np.int64)
        staff[free] = np.maximum(by_rule, settings.least_staff)
    by_staff = normal_quantile(size) + _STAFF_JITTER * normal_quantile(streams.uniform("booth staff", keys))
    for number in (NONE, *range(len(data.pavilions))):
        members = np.flatnonzero(pavilion == number)
        rows = members[staff[members] == 0]
        n = len(rows)
        if not n:
            continue
        if number == NONE:
            total, least = rounded(settings.mean_staff * n), settings.least_staff
        else:
            left = list(data.pavilions.values())[number].staff - int(staff[members].sum())
            total, least = max(left, n), min(settings.least_staff, max(left // n, 1))
        staff[rows[np.argsort(by_staff[rows], kind="stable")]] = whole_sizes(
            n, total, settings.staff_gini, least
        )
    return staff


def _flags(
    scenario: Scenario, keys: KeyArray, direct: IntArray, size: FloatArray, streams: Streams
) -> tuple[IntArray, IntArray]:
    """Who is a Fortune 500 company (direct exhibitors, mostly with large booths), who shows a debut."""
    settings = scenario.data.exhibitors
    fortune, debut = np.zeros((2, len(keys)), dtype=np.int64)
    listed = scenario.exhibitor_rows
    rows = np.flatnonzero(direct)
    said = [False, False]
    for place, (flag, name) in enumerate(((fortune, "fortune_500"), (debut, "debut"))):
        said[place] = any(getattr(row, name) is not None for row in listed)
        flag[: len(listed)] = [bool(getattr(row, name)) for row in listed]
    for field_name, wanted, n, known in (
        ("fortune_500", settings.fortune_500, len(rows), said[0]),
        ("debuts", settings.debuts, len(keys), said[1]),
    ):
        if wanted > n and not known:
            raise PopulationDoesNotFit(
                f"exhibitors.{field_name}", f"found {wanted}; there are only {n} exhibitors"
            )
    by_size = normal_quantile(size) + _FORTUNE_JITTER * normal_quantile(streams.uniform("fortune 500", keys))
    if not said[0]:
        fortune[rows[np.argsort(-by_size[rows], kind="stable")[: settings.fortune_500]]] = 1
    if not said[1]:
        debut[np.argsort(streams.uniform("debut", keys), kind="stable")[: settings.debuts]] = 1
    return fortune, debut
