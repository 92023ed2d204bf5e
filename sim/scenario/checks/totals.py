"""Numbers that must agree: totals of exhibitors, shares and weights, areas, who can take part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sim.files.locator import Keys
from sim.scenario.checks.references import Finding
from sim.scenario.checks.soundness import Sound
from sim.scenario.exhibiting import area_of, home_of
from sim.scenario.schema.companies import OTHER
from sim.scenario.schema.data import Matchmaking, Pavilion, Persona, ScenarioData, Shock
from sim.scenario.schema.distributions import Constant, Discrete, Distribution, Empirical, Triangular, Uniform
from sim.scenario.schema.rows import ExhibitorRow

__all__ = ["total_findings"]

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
_POLICY_OF_OPTION: Mapping[str, str] = {"proposing": "stable", "welfare": "fair", "effort": "optimal"}
_ROUNDED = 0.005  # shares may be rounded to whole per cents
_SLOWEST_M_PER_S = 0.1  # nobody walks more slowly
_FASTEST_M_PER_S = 5.0


def total_findings(data: ScenarioData, listed: tuple[ExhibitorRow, ...], sound: Sound) -> Iterator[Finding]:
    """Numbers that contradict each other, where they are sound alone; `listed`: the exhibitors of a file."""
    stands = sound("exhibitors") and sound("pavilions") and sound("exhibitors_file")
    placed = stands and sound("chains") and sound("venue", "halls")
    placed &= sound("venue", "gross_area_m2") and sound("venue", "net_share")
    if stands and listed and data.exhibitors.count != len(listed):
        found = data.exhibitors.count
        message = f"found {found}; the exhibitors_file has {len(listed)} rows (it may be left out)"
        yield ("exhibitors", "count"), message
    elif stands and not listed:
        yield from _population(data)
    if stands:
        yield from _shares(data)
    if placed:
        yield from _listed_areas(data, listed) if listed else _areas(data)
    for name, pavilion in data.pavilions.items():
        if sound("pavilions", name):
            yield from _pavilion(("pavilions", name), pavilion)
    yield from _weights(data, sound)
    for name, persona in data.visitors.items():
        if sound("visitors", name):
            yield from _persona(("visitors", name), persona, data, stands)
    for name, place in data.venue.catering.items():
        if sound("venue", "catering", name):
            yield from _positive(("venue", "catering", name, "meal_minutes"), place.meal_minutes)
    yield from _matchmaking(data, sound)
    for name, shock in data.shocks.items():
        if sound("shocks", name):
            yield from _shock(("shocks", name), shock, data)


def _population(data: ScenarioData) -> Iterator[Finding]:
    """Totals of drawn exhibitors, which are met exactly."""
    totals, at = data.exhibitors, "exhibitors"
    count, home = totals.count, home_of(totals, ())
    overseas = round(totals.overseas_share * count)
    in_pavilions = sum(pavilion.exhibitors for pavilion in data.pavilions.values())
    abroad = {p.country: 0 for p in data.pavilions.values() if p.country != home and p.exhibitors}
    for pavilion in data.pavilions.values():
        if pavilion.country in abroad:
            abroad[pavilion.country] += pavilion.exhibitors
    if in_pavilions > count:
        yield (at, "count"), f"found {count}; the pavilions alone hold {in_pavilions} direct exhibitors"
    elif isinstance(totals.countries, dict):
        pass  # whether pavilions fit into the shares is seen when they are drawn
    elif sum(abroad.values()) > overseas:
        message = (
            f"found {totals.overseas_share:g}, {overseas} of {count} exhibitors; "
            f"the pavilions alone hold {sum(abroad.values())} from abroad"
        )
        yield (at, "overseas_share"), message
    if isinstance(totals.countries, dict):
        pass
    elif totals.countries > count:
        yield (at, "countries"), f"found {totals.countries}; there are only {count} exhibitors"
    elif totals.countries == 1 and overseas:
        message = f"found 1, the home country; overseas_share makes {overseas} exhibitors foreign"
        yield (at, "countries"), message
    elif totals.countries - 1 > overseas:
        message = f"found {totals.countries}; overseas_share leaves {overseas} exhibitors for all but one"
        yield (at, "countries"), message
    elif len(abroad) + 1 > totals.countries and overseas < count:
        message = f"found {totals.countries}; with the home country the pavilions are of {len(abroad) + 1}"
        yield (at, "countries"), message
    if totals.fortune_500 > count:
        yield (at, "fortune_500"), f"found {totals.fortune_500}; there are only {count} exhibitors"
    whole = count + sum(pavilion.partners for pavilion in data.pavilions.values())
    if totals.debuts > whole:
        yield (at, "debuts"), f"found {totals.debuts}; there are only {whole} exhibitors"
    sponsors = sum(totals.sponsors.values())
    if sponsors > whole:
        yield (at, "sponsors"), f"found {sponsors} in all; there are only {whole} exhibitors"
    if totals.least_staff > totals.mean_staff:
        message = f"found {totals.least_staff}; allowed: at most mean_staff, {totals.mean_staff:g}"
        yield (at, "least_staff"), message


def _shares(data: ScenarioData) -> Iterator[Finding]:
    """Shares of countries that are not of one whole, or said beside what they replace."""
    totals, at = data.exhibitors, "exhibitors"
    if not isinstance(totals.countries, dict):
        return
    whole = sum(totals.countries.values())
    if whole > 1 + _ROUNDED:
        yield (at, "countries"), f"found shares that make {whole:g}; allowed: 1 in all"
    elif whole < 1 - _ROUNDED:
        more = totals.countries.get(OTHER, 0.0) + 1 - whole
        message = f"found shares that make {whole:g}; allowed: 1 in all. The rest is said by other = {more:g}"
        yield (at, "countries"), message
    for key, value in (
        ("overseas_share", totals.overseas_share or None),
        ("belt_and_road_share", totals.belt_and_road_share),
    ):
        if value is not None:
            yield (
                (at, key),
                f"found {value:g} beside shares in countries, which say where everybody comes from",
            )


def _areas(data: ScenarioData) -> Iterator[Finding]:
    """Booths that do not fit into their halls."""
    venue, totals = data.venue, data.exhibitors
    own = totals.count - sum(pavilion.exhibitors for pavilion in data.pavilions.values())
    weight = sum(chain.exhibitors for chain in data.chains.values())
    if own <= 0 or not weight:
        return
    net = venue.gross_area_m2 * venue.net_share
    stands = [p for p in data.pavilions.values() if p.exhibitors + p.partners]
    if totals.mean_area_m2 is None and sum(p.area_m2 for p in stands) >= net:
        taken = sum(p.area_m2 for p in stands)
        message = f"found {venue.gross_area_m2:g}; the pavilions alone take {taken:g} of {net:g} m² net"
        yield ("venue", "gross_area_m2"), message
        return
    mean = totals.mean_area_m2 or (net - sum(p.area_m2 for p in stands)) / own
    booths = dict.fromkeys(venue.halls, 0.0)
    for chain in data.chains.values():
        booths[chain.hall] += own * mean * chain.exhibitors / weight
    for pavilion in stands:
        booths[pavilion.hall] += pavilion.area_m2
    yield from _halls(data, booths)


def _listed_areas(data: ScenarioData, listed: tuple[ExhibitorRow, ...]) -> Iterator[Finding]:
    """Booths of a file that do not fit into their halls, with those of pavilions it does not name."""
    booths = dict.fromkeys(data.venue.halls, 0.0)
    for row in listed:
        hall = row.hall
        if hall is None and row.pavilion is not None:
            hall = data.pavilions[row.pavilion].hall
        elif hall is None and row.chain is not None:
            hall = data.chains[row.chain].hall
        if hall is not None:  # else its hall is drawn
            booths[hall] += area_of(row) or 0.0
    named = {row.pavilion for row in listed}
    for name, pavilion in data.pavilions.items():
        if name not in named and pavilion.exhibitors + pavilion.partners:
            booths[pavilion.hall] += pavilion.area_m2
    yield from _halls(data, booths)


def _halls(data: ScenarioData, areas: Mapping[str, float]) -> Iterator[Finding]:
    for name, hall in data.venue.halls.items():
        booths = areas[name]
        floor = hall.width_m * hall.depth_m
        if booths > floor:
            message = (
                f"booths of {booths:,.0f} m² net do not fit into {hall.width_m:g} by {hall.depth_m:g} m "
                f"= {floor:,.0f} m²"
            )
            yield ("venue", "halls", name), message


def _pavilion(at: Keys, pavilion: Pavilion) -> Iterator[Finding]:
    companies = pavilion.exhibitors + pavilion.partners
    if not companies:
        yield at, "has neither exhibitors nor partners"
    elif pavilion.staff < companies:
        yield (*at, "staff"), f"found {pavilion.staff}; its {companies} companies need one each at least"


def _weights(data: ScenarioData, sound: Sound) -> Iterator[Finding]:
    """Weights of which at least one must be above 0."""
    groups: list[tuple[Keys, str, list[float]]] = [
        (("chains",), "the exhibitors of the chains", [c.exhibitors for c in data.chains.values()]),
        (("venue", "gates"), "the shares of the gates", [g.share for g in data.venue.gates.values()]),
    ]
    for name, chain in data.chains.items():
        groups.append((("chains", name, "stages"), "the weights", list(chain.stages.values())))
        groups.append((("chains", name, "inputs"), "the weights", list(chain.inputs.values())))
    for name, pavilion in data.pavilions.items():
        groups.append((("pavilions", name, "chains"), "the weights", list(pavilion.chains.values())))
    for name, persona in data.visitors.items():
        at: Keys = ("visitors", name)
        groups.append(((*at, "chains"), "the weights", list(persona.chains.values())))
        groups.append(((*at, "country_shares"), "the weights", list(persona.country_shares.values())))
        groups.append(((*at, "day_shares"), "the weights", list(persona.day_shares)))
        groups.append(((*at, "arrival_shares"), "the weights", list(persona.arrival_shares.values())))
    for keys, what, weights in groups:
        if weights and sound(*keys) and not sum(weights) > 0:
            yield keys, f"{what} are all 0; at least one must be above 0"


def _persona(at: Keys, persona: Persona, data: ScenarioData, stands: bool) -> Iterator[Finding]:
    for key in ("party_size", "bunch_size", "days_each"):
        yield from _at_least_one((*at, key), getattr(persona, key))
    for key in ("stay_minutes", "conversation_minutes"):
        yield from _positive((*at, key), getattr(persona, key))
    mean = persona.pace_m_per_s.expectation()
    if not _SLOWEST_M_PER_S <= mean <= _FASTEST_M_PER_S:
        allowed = f"from {_SLOWEST_M_PER_S:g} to {_FASTEST_M_PER_S:g} m/s on average"
        yield (*at, "pace_m_per_s"), f"found {mean:g}; allowed: {allowed}"
    hours = [int(hour) for hour in persona.arrival_shares]
    if len(set(hours)) < len(hours):
        yield (*at, "arrival_shares"), "the same hour stands twice, with and without a leading 0"
    whole = data.exhibitors.count + sum(p.partners for p in data.pavilions.values())
    if stands and persona.tour_share and persona.tour_stops > whole:
        yield (*at, "tour_stops"), f"found {persona.tour_stops}; there are only {whole} exhibitors"


def _matchmaking(data: ScenarioData, sound: Sound) -> Iterator[Finding]:
    takers = {name for name, persona in data.visitors.items() if persona.matchmaking_share and persona.visits}
    for name, matching in data.matchmaking.items():
        at: Keys = ("matchmaking", name)
        if not sound(*at):
            continue
        among_exhibitors = matching.exhibitors_meet or matching.exhibitor_guest_share > 0
        silent = False
        for position, guest in enumerate(matching.guests):
            persona = data.visitors.get(guest)
            if persona is not None and not persona.matchmaking_share and sound("visitors", guest):
                silent = True
                message = f"found '{guest}'; none of them takes part: visitors.{guest}.matchmaking_share is 0"
                yield (*at, "guests", position), message
        nobody = sound("visitors") and not takers & set(matching.guests or takers)
        if matching.requests and not among_exhibitors and nobody and not silent:
            whose = "no persona" if not matching.guests else "none of its guests"
            message = f"nobody to send them: {whose} has visits and a matchmaking_share above 0"
            yield (*at, "requests"), message
        if matching.selectivity + matching.popularity > 1:
            total = matching.selectivity + matching.popularity
            message = f"with selectivity it makes {total:g}; shares of one variance are at most 1"
            yield (*at, "popularity"), message
        yield from _meetings(at, matching, data)


def _meetings(at: Keys, matching: Matchmaking, data: ScenarioData) -> Iterator[Finding]:
    """Options that the policy does not have, limits and promises that cannot be kept."""
    for option, policy in _POLICY_OF_OPTION.items():
        if getattr(matching.options, option) is not None and matching.policy != policy:
            message = f"the policy '{matching.policy}' has no such option; it is one of '{policy}'"
            yield (*at, "options", option), message
    if matching.compact == "fairness" and matching.breaks_differ_by is None:
        yield (*at, "compact"), "found 'fairness'; it needs breaks_differ_by"
    if matching.breaks_differ_by is not None and matching.compact == "no":
        yield (*at, "breaks_differ_by"), "has no use while compact is 'no'"
    most = matching.most_meetings_each
    if most is not None and matching.least_meetings_each > most:
        message = f"found {matching.least_meetings_each}; allowed: at most most_meetings_each, {most}"
        yield (*at, "least_meetings_each"), message
    for sponsor, promised in matching.promises.items():
        if most is not None and promised > most:
            message = f"found {promised}; nobody has more than most_meetings_each, {most}"
            yield (*at, "promises", sponsor), message
    reminded, expires = matching.reminder_days, matching.expiry_days
    if reminded is not None and expires is not None and reminded >= expires:
        message = f"found {reminded:g}; a request has expired after {expires:g} days"
        yield (*at, "reminder_days"), message


def _shock(at: Keys, shock: Shock, data: ScenarioData) -> Iterator[Finding]:
    used, needed = _USED_BY_SHOCK[shock.kind], _NEEDED_BY_SHOCK.get(shock.kind, ())
    for key in ("hall", "gate", "lanes", "country", "share", "factor", "persona"):
        value, default = getattr(shock, key), Shock.model_fields[key].default
        if key in needed and value == default:
            yield at, f"a shock of kind '{shock.kind}' needs {key}"
        elif key not in used and value != default:
            allowed = ", ".join(used)
            yield (*at, key), f"a shock of kind '{shock.kind}' has no use for it; allowed: {allowed}"
    for name, gate in data.venue.gates.items():
        if shock.kind == "lanes_closed" and shock.lanes and shock.gate == name and shock.lanes > gate.lanes:
            yield (*at, "lanes"), f"found {shock.lanes}; the gate has {gate.lanes}"


def _at_least_one(at: Keys, sizes: Distribution) -> Iterator[Finding]:
    least = _least(sizes)
    if least is not None and least < 1:
        yield at, f"can be {least:g}; allowed: at least 1"
    elif sizes.expectation() < 1:
        yield at, f"is {sizes.expectation():g} on average; allowed: at least 1"


def _positive(at: Keys, lengths: Distribution) -> Iterator[Finding]:
    """A value of exactly 0 where time must pass."""
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
