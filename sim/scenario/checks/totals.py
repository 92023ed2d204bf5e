"""Numbers that must agree: totals of exhibitors, shares and weights, areas, who can take part."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from sim.files.locator import Keys
from sim.scenario.checks.limits import limit_checks, most_of_sponsor
from sim.scenario.checks.references import Finding
from sim.scenario.checks.soundness import Check
from sim.scenario.exhibiting import area_of, home_of
from sim.scenario.schema.companies import OTHER
from sim.scenario.schema.data import Pavilion, ScenarioData, Shock
from sim.scenario.schema.distributions import Constant, Discrete, Distribution, Empirical, Triangular, Uniform
from sim.scenario.schema.rows import ExhibitorRow

__all__ = ["booth_areas", "occupied", "total_checks"]

_USED_BY_SHOCK: Mapping[str, tuple[str, ...]] = {
    "hall_closed": ("hall",),
    "gate_closed": ("gate",),
    "lanes_closed": ("gate", "lanes"),
    "staff_absent": ("share",),
    "arrivals": ("factor", "persona"),
    "country_absent": ("country", "share"),
}
_NEEDED_BY_SHOCK: Mapping[str, tuple[str, ...]] = {
    "hall_closed": ("hall",),
    "lanes_closed": ("lanes",),
    "arrivals": ("factor",),
    "country_absent": ("country",),
}
_OF_SHOCKS = ("hall", "gate", "lanes", "country", "share", "factor", "persona")
_POLICY_OF_OPTION: Mapping[str, str] = {"proposing": "stable", "welfare": "fair", "effort": "optimal"}
_ROUNDED = 0.005  # shares may be rounded to whole per cents
_SLOWEST_M_PER_S = 0.1  # nobody walks more slowly
_FASTEST_M_PER_S = 5.0


def total_checks(data: ScenarioData, listed: tuple[ExhibitorRow, ...]) -> Iterator[Check]:
    """Numbers that may contradict each other; `listed`: the exhibitors of a file."""
    for name in data.pavilions:
        yield partial(_companies, name)
        yield partial(_staff, name)
    yield partial(_listed_count, listed)
    if data.exhibitors_file is None:
        yield from (_in_pavilions, _abroad, _countries, _least_staff)
    for column, of in (("fortune_500", _fortune_500), ("debut", _debuts), ("sponsor", _sponsors)):
        yield partial(_if_drawn, column, of, listed)
    yield from (_shares, _beside_shares)
    for keys, what, weights in _weight_groups(data):
        yield partial(_weights, keys, what, weights)
    for name in data.visitors:
        for key in ("party_size", "bunch_size", "days_each"):
            yield partial(_at_least_one, ("visitors", name, key), partial(_of_persona, name, key))
        for key in ("stay_minutes", "conversation_minutes"):
            yield partial(_positive, ("visitors", name, key), partial(_of_persona, name, key))
        yield from (partial(check, name) for check in (_pace, _hours_twice, _tour_stops))
    for name in data.venue.catering:
        at: Keys = ("venue", "catering", name, "meal_minutes")
        yield partial(_positive, at, partial(_of_catering, name))
    for name in data.matchmaking:
        for position in range(len(data.matchmaking[name].guests)):
            yield partial(_guest, name, position)
        for check in (_requests, _shares_of_variance, _fairness, _breaks, _reminder):
            yield partial(check, name)
        for sponsor in data.matchmaking[name].promises:
            yield partial(_promise, name, sponsor)
        yield partial(_sides, name)
        for option in _POLICY_OF_OPTION:
            yield partial(_option, name, option)
    yield from limit_checks(data, listed)
    for name in data.shocks:
        for key in _OF_SHOCKS:
            yield partial(_of_no_use, name, key)
        yield partial(_lanes, name)
        yield partial(_needed, name)
    yield _pavilions_too_large
    yield from (partial(_hall, name, listed) for name in data.venue.halls)


def _if_drawn(
    column: str, check: Check, listed: tuple[ExhibitorRow, ...], data: ScenarioData
) -> Iterator[Finding]:
    """Numbers count where a file does not say who it is."""
    if data.exhibitors_file is None or all(getattr(row, column) is None for row in listed):
        yield from check(data)


def _listed_count(listed: tuple[ExhibitorRow, ...], data: ScenarioData) -> Iterator[Finding]:
    if data.exhibitors_file is not None and listed and data.exhibitors.count != len(listed):
        found = data.exhibitors.count
        message = f"found {found}; the exhibitors_file has {len(listed)} rows (it may be left out)"
        yield ("exhibitors", "count"), message


def _in_pavilions(data: ScenarioData) -> Iterator[Finding]:
    count = data.exhibitors.count
    in_pavilions = sum(pavilion.exhibitors for pavilion in data.pavilions.values())
    if in_pavilions > count:
        message = f"found {count}; the pavilions alone hold {in_pavilions} direct exhibitors"
        yield ("exhibitors", "count"), message


def _overseas(data: ScenarioData) -> int:
    """Exhibitors from abroad."""
    return round(data.exhibitors.overseas_share * data.exhibitors.count)


def _in_foreign_pavilions(data: ScenarioData) -> dict[str, int]:
    """Direct exhibitors of the pavilions of each country but the home country."""
    abroad: dict[str, int] = {}
    home = home_of(data.exhibitors, ())
    for pavilion in data.pavilions.values():
        if pavilion.country != home and pavilion.exhibitors:
            abroad[pavilion.country] = abroad.get(pavilion.country, 0) + pavilion.exhibitors
    return abroad


def _abroad(data: ScenarioData) -> Iterator[Finding]:
    if isinstance(data.exhibitors.countries, Mapping):
        return  # whether pavilions fit into the shares is seen when they are drawn
    overseas, abroad = _overseas(data), sum(_in_foreign_pavilions(data).values())
    if abroad > overseas:
        message = (
            f"found {data.exhibitors.overseas_share:g}, {overseas} of {data.exhibitors.count} exhibitors; "
            f"the pavilions alone hold {abroad} from abroad"
        )
        yield ("exhibitors", "overseas_share"), message


def _countries(data: ScenarioData) -> Iterator[Finding]:
    countries, count = data.exhibitors.countries, data.exhibitors.count
    at: Keys = ("exhibitors", "countries")
    if isinstance(countries, Mapping):
        return
    if countries > count:
        yield at, f"found {countries}; there are only {count} exhibitors"
    elif countries == 1 and _overseas(data):
        yield at, f"found 1, the home country; overseas_share makes {_overseas(data)} exhibitors foreign"
    elif countries - 1 > _overseas(data):
        yield at, f"found {countries}; overseas_share leaves {_overseas(data)} exhibitors for all but one"
    elif _overseas(data) < count and len(_in_foreign_pavilions(data)) + 1 > countries:
        there = len(_in_foreign_pavilions(data)) + 1
        yield at, f"found {countries}; with the home country the pavilions are of {there}"


def _shares(data: ScenarioData) -> Iterator[Finding]:
    countries = data.exhibitors.countries
    if isinstance(countries, Mapping) and abs(1 - (whole := sum(countries.values()))) > _ROUNDED:
        rest = f". The rest is said by other = {countries.get(OTHER, 0.0) + 1 - whole:g}" if whole < 1 else ""
        yield ("exhibitors", "countries"), f"found shares that make {whole:g}; allowed: 1 in all{rest}"


def _beside_shares(data: ScenarioData) -> Iterator[Finding]:
    totals = data.exhibitors
    if isinstance(totals.countries, Mapping):
        for key, value in (
            ("overseas_share", totals.overseas_share or None),
            ("belt_and_road_share", totals.belt_and_road_share),
        ):
            if value is not None:
                message = f"found {value:g} beside shares in countries, which say where everybody comes from"
                yield ("exhibitors", key), message


def _fortune_500(data: ScenarioData) -> Iterator[Finding]:
    totals = data.exhibitors
    if totals.fortune_500 > totals.count:
        message = f"found {totals.fortune_500}; there are only {totals.count} exhibitors"
        yield ("exhibitors", "fortune_500"), message


def _whole(data: ScenarioData) -> int:
    """Exhibitors with the partners in pavilions."""
    return data.exhibitors.count + sum(pavilion.partners for pavilion in data.pavilions.values())


def _debuts(data: ScenarioData) -> Iterator[Finding]:
    if data.exhibitors.debuts > _whole(data):
        message = f"found {data.exhibitors.debuts}; there are only {_whole(data)} exhibitors"
        yield ("exhibitors", "debuts"), message


def _sponsors(data: ScenarioData) -> Iterator[Finding]:
    sponsors = sum(data.exhibitors.sponsors.values())
    if sponsors > _whole(data):
        message = f"found {sponsors} in all; there are only {_whole(data)} exhibitors"
        yield ("exhibitors", "sponsors"), message


def _least_staff(data: ScenarioData) -> Iterator[Finding]:
    totals = data.exhibitors
    if totals.least_staff > totals.mean_staff:
        message = f"found {totals.least_staff}; allowed: at most mean_staff, {totals.mean_staff:g}"
        yield ("exhibitors", "least_staff"), message


def occupied(data: ScenarioData) -> list[Pavilion]:
    """The pavilions that somebody is in."""
    return [pavilion for pavilion in data.pavilions.values() if pavilion.exhibitors + pavilion.partners]


def _pavilions_too_large(data: ScenarioData) -> Iterator[Finding]:
    venue, totals = data.venue, data.exhibitors
    if totals.mean_area_m2 is not None or not _of_chains(data):
        return
    net, taken = venue.gross_area_m2 * venue.net_share, sum(p.area_m2 for p in occupied(data))
    if taken >= net:
        message = f"found {venue.gross_area_m2:g}; the pavilions alone take {taken:g} of {net:g} m² net"
        yield ("venue", "gross_area_m2"), message


def _of_chains(data: ScenarioData) -> int:
    """Exhibitors that stand with their chains, not in pavilions; 0 if no chain has any."""
    own = data.exhibitors.count - sum(pavilion.exhibitors for pavilion in data.pavilions.values())
    return max(0, own) if sum(chain.exhibitors for chain in data.chains.values()) else 0


def _hall(name: str, listed: tuple[ExhibitorRow, ...], data: ScenarioData) -> Iterator[Finding]:
    hall = data.venue.halls[name]
    floor = hall.width_m * hall.depth_m
    booths = booth_areas(data, listed).get(name, 0.0)
    if booths > floor:
        message = (
            f"booths of {booths:,.0f} m² net do not fit into {hall.width_m:g} by {hall.depth_m:g} m "
            f"= {floor:,.0f} m²"
        )
        yield ("venue", "halls", name), message


def booth_areas(data: ScenarioData, listed: tuple[ExhibitorRow, ...]) -> dict[str, float]:
    """Net m² of the booths in each hall that has any, as drawn on average or as a file lists them."""
    booths: dict[str, float] = {}

    def add(hall: str, area: float) -> None:
        booths[hall] = booths.get(hall, 0.0) + area

    if data.exhibitors_file is not None:
        named = {row.pavilion for row in listed}
        for row in listed:
            hall = row.hall
            if hall is None and row.pavilion is not None:
                hall = data.pavilions[row.pavilion].hall
            elif hall is None and row.chain is not None:
                hall = data.chains[row.chain].hall
            if hall is not None:  # else its hall is drawn
                add(hall, area_of(row) or 0.0)
        for name, pavilion in data.pavilions.items():
            if name not in named and pavilion.exhibitors + pavilion.partners:
                add(pavilion.hall, pavilion.area_m2)
        return booths
    venue, stands, number = data.venue, occupied(data), _of_chains(data)
    net = venue.gross_area_m2 * venue.net_share - sum(pavilion.area_m2 for pavilion in stands)
    own_area = net if data.exhibitors.mean_area_m2 is None else data.exhibitors.mean_area_m2 * number
    weight = sum(chain.exhibitors for chain in data.chains.values())
    if not number or own_area <= 0:
        return {}
    for chain in data.chains.values():
        add(chain.hall, own_area * chain.exhibitors / weight)
    for pavilion in stands:
        add(pavilion.hall, pavilion.area_m2)
    return booths


def _companies(name: str, data: ScenarioData) -> Iterator[Finding]:
    if not data.pavilions[name].exhibitors + data.pavilions[name].partners:
        yield ("pavilions", name), "has neither exhibitors nor partners"


def _staff(name: str, data: ScenarioData) -> Iterator[Finding]:
    pavilion = data.pavilions[name]
    companies = pavilion.exhibitors + pavilion.partners
    if pavilion.staff < companies:
        message = f"found {pavilion.staff}; its {companies} companies need one each at least"
        yield ("pavilions", name, "staff"), message


_Read = Callable[[ScenarioData], Any]


def _weight_groups(data: ScenarioData) -> Iterator[tuple[Keys, str, _Read]]:
    """Weights of which at least one must be above 0: their path, what they are, how they are read."""
    for section, keys in (("chains", ("stages", "inputs")), ("pavilions", ("chains",))):
        for name in getattr(data, section):
            for key in keys:
                yield (section, name, key), "the weights", partial(_named_weights, section, name, key)
    for name in data.visitors:
        for key in ("chains", "country_shares", "day_shares", "arrival_shares"):
            yield ("visitors", name, key), "the weights", partial(_named_weights, "visitors", name, key)
    yield ("venue", "gates"), "the shares of the gates", lambda d: [g.share for g in d.venue.gates.values()]
    exhibitors: _Read = lambda d: [c.exhibitors for c in d.chains.values()]  # noqa: E731
    yield ("chains",), "the exhibitors of the chains", exhibitors


def _named_weights(section: str, name: str, key: str, data: ScenarioData) -> list[float]:
    weights = getattr(getattr(data, section)[name], key)
    return list(weights.values() if isinstance(weights, Mapping) else weights)


def _weights(at: Keys, what: str, read: _Read, data: ScenarioData) -> Iterator[Finding]:
    weights = read(data)
    if weights and not sum(weights) > 0:
        yield at, f"{what} are all 0; at least one must be above 0"


def _pace(name: str, data: ScenarioData) -> Iterator[Finding]:
    mean = data.visitors[name].pace_m_per_s.expectation()
    if not _SLOWEST_M_PER_S <= mean <= _FASTEST_M_PER_S:
        allowed = f"from {_SLOWEST_M_PER_S:g} to {_FASTEST_M_PER_S:g} m/s on average"
        yield ("visitors", name, "pace_m_per_s"), f"found {mean:g}; allowed: {allowed}"


def _hours_twice(name: str, data: ScenarioData) -> Iterator[Finding]:
    hours = [int(hour) for hour in data.visitors[name].arrival_shares]
    if len(set(hours)) < len(hours):
        at: Keys = ("visitors", name, "arrival_shares")
        yield at, "the same hour stands twice, with and without a leading 0"


def _tour_stops(name: str, data: ScenarioData) -> Iterator[Finding]:
    persona = data.visitors[name]
    if persona.tour_share and persona.tour_stops > _whole(data):
        message = f"found {persona.tour_stops}; there are only {_whole(data)} exhibitors"
        yield ("visitors", name, "tour_stops"), message


def _takes_part(data: ScenarioData, name: str) -> bool:
    return bool(data.visitors[name].matchmaking_share and data.visitors[name].visits)


def _guest(name: str, position: int, data: ScenarioData) -> Iterator[Finding]:
    guest = data.matchmaking[name].guests[position]
    if guest in data.visitors and not data.visitors[guest].matchmaking_share:
        message = f"found '{guest}'; none of them takes part: visitors.{guest}.matchmaking_share is 0"
        yield ("matchmaking", name, "guests", position), message


def _requests(name: str, data: ScenarioData) -> Iterator[Finding]:
    matching = data.matchmaking[name]
    if not matching.requests or matching.exhibitors_meet or matching.exhibitor_guest_share > 0:
        return
    if not any(_takes_part(data, guest) for guest in matching.guests or data.visitors):
        whose = "no persona" if not matching.guests else "none of its guests"
        message = f"nobody to send them: {whose} has visits and a matchmaking_share above 0"
        yield ("matchmaking", name, "requests"), message


def _shares_of_variance(name: str, data: ScenarioData) -> Iterator[Finding]:
    total = data.matchmaking[name].selectivity + data.matchmaking[name].popularity
    if total > 1:
        message = f"with selectivity it makes {total:g}; shares of one variance are at most 1"
        yield ("matchmaking", name, "popularity"), message


def _option(name: str, option: str, data: ScenarioData) -> Iterator[Finding]:
    """Options that the policy does not have."""
    matching, policy = data.matchmaking[name], _POLICY_OF_OPTION[option]
    if getattr(matching.options, option) is not None and matching.policy != policy:
        message = f"the policy '{matching.policy}' has no such option; it is one of '{policy}'"
        yield ("matchmaking", name, "options", option), message


def _sides(name: str, data: ScenarioData) -> Iterator[Finding]:
    """Without two sides there may be no stable choice at all (Gale and Shapley, 1962: the roommates)."""
    matching = data.matchmaking[name]
    if matching.policy == "stable" and matching.exhibitors_meet:
        message = "found 'stable', which is of two sides; with exhibitors_meet hosts also meet each other"
        yield ("matchmaking", name, "policy"), message


def _fairness(name: str, data: ScenarioData) -> Iterator[Finding]:
    matching = data.matchmaking[name]
    if matching.compact == "fairness" and matching.breaks_differ_by is None:
        yield ("matchmaking", name, "compact"), "found 'fairness'; it needs breaks_differ_by"


def _breaks(name: str, data: ScenarioData) -> Iterator[Finding]:
    matching = data.matchmaking[name]
    if matching.breaks_differ_by is not None and matching.compact == "no":
        yield ("matchmaking", name, "breaks_differ_by"), "has no use while compact is 'no'"


def _promise(name: str, sponsor: str, data: ScenarioData) -> Iterator[Finding]:
    matching, promised = data.matchmaking[name], data.matchmaking[name].promises[sponsor]
    most, by = most_of_sponsor(data, matching, sponsor)
    if most is not None and promised > most:
        message = f"found {promised}; nobody has more than {by}, {most}"
        yield ("matchmaking", name, "promises", sponsor), message


def _reminder(name: str, data: ScenarioData) -> Iterator[Finding]:
    reminded, expires = data.matchmaking[name].reminder_days, data.matchmaking[name].expiry_days
    if reminded is not None and expires is not None and reminded >= expires:
        message = f"found {reminded:g}; a request has expired after {expires:g} days"
        yield ("matchmaking", name, "reminder_days"), message


def _of_no_use(name: str, key: str, data: ScenarioData) -> Iterator[Finding]:
    shock = data.shocks[name]
    used = _USED_BY_SHOCK[shock.kind]
    if key not in used and getattr(shock, key) != Shock.model_fields[key].default:
        message = f"a shock of kind '{shock.kind}' has no use for it; allowed: {', '.join(used)}"
        yield ("shocks", name, key), message


def _needed(name: str, data: ScenarioData) -> Iterator[Finding]:
    shock = data.shocks[name]
    for key in _NEEDED_BY_SHOCK.get(shock.kind, ()):
        if getattr(shock, key) == Shock.model_fields[key].default:
            yield ("shocks", name), f"a shock of kind '{shock.kind}' needs {key}"


def _lanes(name: str, data: ScenarioData) -> Iterator[Finding]:
    shock = data.shocks[name]
    if shock.kind == "lanes_closed" and shock.lanes and shock.gate is not None:
        lanes = data.venue.gates[shock.gate].lanes
        if shock.lanes > lanes:
            yield ("shocks", name, "lanes"), f"found {shock.lanes}; the gate has {lanes}"


def _of_persona(name: str, key: str, data: ScenarioData) -> Distribution:
    found: Distribution = getattr(data.visitors[name], key)
    return found


def _of_catering(name: str, data: ScenarioData) -> Distribution:
    return data.venue.catering[name].meal_minutes


def _at_least_one(
    at: Keys, read: Callable[[ScenarioData], Distribution], data: ScenarioData
) -> Iterator[Finding]:
    sizes = read(data)
    least = _least(sizes)
    if least is not None and least < 1:
        yield at, f"can be {least:g}; allowed: at least 1"
    elif sizes.expectation() < 1:
        yield at, f"is {sizes.expectation():g} on average; allowed: at least 1"


def _positive(
    at: Keys, read: Callable[[ScenarioData], Distribution], data: ScenarioData
) -> Iterator[Finding]:
    """A value of exactly 0 where time must pass."""
    lengths = read(data)
    always = isinstance(lengths, Constant | Discrete | Empirical)
    if _least(lengths) == 0 and (always or lengths.expectation() == 0):
        yield at, "can be 0; allowed: above 0"


def _least(values: Distribution) -> float | None:
    """The least value of a distribution that is given by its values; None for one given by a mean."""
    if isinstance(values, Constant):
        return values.value
    if isinstance(values, Uniform | Triangular):
        return values.low
    if isinstance(values, Discrete):
        return min(value for value, weight in zip(values.values, values.weights, strict=True) if weight)
    if isinstance(values, Empirical):
        return min(values.observations)
    return None
