"""What is counted at events once more, with loops over rows, people and pairs; see `naive.py`."""

from __future__ import annotations

import math
from collections import defaultdict

from sim.expo.expo import SESSION_KINDS
from sim.floor.arrays import MINUTE, NONE
from sim.floor.trace import Kind, Outcome
from tests.statistics.naive import DAY, NAN, Naive, gini, mean, quantile, ratio
from tests.statistics.naive_booths import booth_kpis
from tests.statistics.naive_encounters import talks
from tests.statistics.naive_visits import visit_kpis

HOUR = 60 * MINUTE


def record_measures(naive: Naive) -> dict[str, float]:
    """All of them."""
    return {**who(naive), **conversations(naive), **met(naive), **arranged(naive)}


def cv(values: list[float]) -> float:
    average = mean(values)
    return ratio(math.sqrt(mean([(v - average) ** 2 for v in values])), average) if values else NAN


def who(naive: Naive) -> dict[str, float]:
    expo = naive.expo
    organisations, all_ = expo.organisations, range(naive.exhibitors)
    direct = [i for i in all_ if expo.exhibitors.direct[i]]
    code = [expo.countries[organisations.country[i]] for i in all_]
    abroad = [i for i in direct if code[i] != expo.terms.home_country]
    opens, closes = min(expo.day_open % DAY) // HOUR, max(expo.day_close % DAY) / HOUR
    present = {k: v for k, v in visit_kpis(naive).items() if k.startswith("visits.present_at.")}
    hours = [v for name, v in present.items() if opens <= int(name[-2:]) < closes]
    came = [int(naive.floor.party_days.arrival[p]) % DAY // HOUR for p in naive.people]
    return {
        "record.exhibitors": len(direct),
        "record.countries": len({code[i] for i in direct}),
        "record.from_abroad": len(abroad),
        "record.belt_and_road": sum(bool(organisations.belt_and_road[i]) for i in abroad),
        "record.fortune_500": sum(bool(organisations.fortune_500[i]) for i in direct),
        "record.debuts": sum(bool(d) for d in expo.exhibitors.debut),
        "record.present": mean(hours),
        **{f"record.arrive_at_{h:02d}": ratio(sum(c == h for c in came), len(came)) for h in (9, 10, 11)},
    }


def conversations(naive: Naive) -> dict[str, float]:
    held = [r for r in naive.of(Kind.TALK) if r.outcome == Outcome.DONE]
    minutes = [(r.end - r.start - r.wait) / MINUTE for r in held]
    long = [m for m in minutes if m >= 1]
    looked = {(r.actor, r.place) for r in naive.of(Kind.LOOK) if r.outcome == Outcome.DONE}
    talked = {(r.actor, r.place) for r in held}
    people = sum(m * naive.size[r.actor] for m, r in zip(minutes, held, strict=True))
    direct = [i for i in range(naive.exhibitors) if naive.expo.exhibitors.direct[i]]
    return {
        "record.talk_median": quantile(long, 0.5),
        "record.talk_mean": mean(long),
        "record.talk_p90": quantile(long, 0.9),
        "record.talk_p95": quantile(long, 0.95),
        "record.talk_5min_share": ratio(sum(m >= 5 for m in long), len(long)),
        "record.talk_cv": cv([m for m in long if m <= 60]),
        "record.talked_share": ratio(
            sum(naive.size[p] for p, _ in talked), sum(naive.size[p] for p, _ in looked)
        ),
        "record.talks_an_exhibitor": ratio(naive.heads(held), len(direct)),
        "record.busy_share": booth_kpis(naive)["staff.busy_share"] * ratio(people, sum(minutes)),
        "record.own_area_contacts": own_area(naive, direct),
    }


def own_area(naive: Naive, direct: list[int]) -> float:
    expo, chain = naive.expo, naive.expo.organisations.chain
    kinds = [expo.terms.persona_kinds[p] for p in expo.parties.persona]
    trade = {
        int(o)
        for o, kind in zip(expo.parties.organisation, kinds, strict=True)
        if kind in ("buyer", "professional", "delegation")
    }
    return mean(
        [
            sum(o >= naive.exhibitors and o in trade and chain[o] == chain[i] for o in naive.partners(i))
            for i in direct
        ]
    )


def met(naive: Naive) -> dict[str, float]:
    """Persons with persons: each of a party by itself, a booth's staff as one."""
    days, parties = naive.floor.party_days, naive.expo.parties

    def person(actor: int) -> tuple[str, int]:
        return ("party", int(days.party[actor])) if actor < naive.n else ("booth", naive.organisation(actor))

    met = [(m.a, m.b, m.length, True) for m in naive.met]
    met += [(t.a, t.b, t.length, False) for t in talks(naive)]
    both = [(a, b, length, how) for x, y, length, how in met for a, b in ((x, y), (y, x)) if a < naive.n]

    def partners(least: int, alone: bool = False) -> dict[int, dict[object, int]]:
        """Of each party-day whom it met, and how many that is: before the gate, too, if not let in."""
        found: dict[int, dict[object, int]] = {p: {} for p in range(naive.n)}
        for a, b, length, interaction in both:
            if length >= least * MINUTE and (interaction or not alone):
                found[a].setdefault(b if alone else person(b), naive.size[b] if b < naive.n else 1)
        return found

    def each(least: int) -> dict[int, float]:
        return {p: sum(of.values()) + naive.size[p] - 1 for p, of in partners(least).items()}

    def a_person(of: dict[int, float]) -> list[float]:
        return [of[p] for p in naive.people]

    span = {r.actor: (r.end - r.start) / HOUR for r in naive.of(Kind.VISIT)}
    usual = [p for p in naive.people if 2.5 <= span[p] <= 4.5]
    one, five = each(1), each(5)
    biggest: dict[int, int] = defaultdict(int)
    for p in naive.admitted:
        biggest[int(days.party[p])] = max(biggest[int(days.party[p])], naive.size[p])
    on_all: dict[int, dict[object, int]] = {party: {} for party in biggest}
    for p, of in sorted(partners(1).items()):
        for other, size in of.items() if int(days.party[p]) in on_all else ():
            on_all[int(days.party[p])].setdefault(other, size)
    event = [
        sum(of.values()) + biggest[party] - 1 for party, of in on_all.items() for _ in range(biggest[party])
    ]
    most: dict[int, int] = defaultdict(int)
    for p in range(naive.n):
        most[int(days.party[p])] = max(most[int(days.party[p])], naive.size[p])
    time: dict[int, int] = defaultdict(int)
    for a, _, length, _ in both:
        time[int(days.party[a])] += length
    alone = {p: float(len(of)) for p, of in partners(1, alone=True).items()}

    first: dict[tuple[str, int], int] = {}
    for p in range(naive.n):
        first[person(p)] = min(int(parties.day[p]), first.get(person(p), int(parties.day[p])))
    seen: dict[tuple[object, object], list[int]] = defaultdict(list)
    for p, of in partners(1).items():
        for other in of:
            seen[person(p), other].append(int(parties.day[p]))
    again = later = 0.0
    for p, of in partners(1).items():
        for other, size in of.items():
            day = int(parties.day[p])
            if day <= max(first[person(p)], first.get(other, 0)):  # type: ignore[call-overload]
                continue
            weight = naive.size[p] * size / (2 if other in first else 1)
            later += weight
            again += weight * (min(seen[person(p), other]) < day)
    back = sum(
        naive.size[p] * (naive.size[p] - 1) / 2
        for p in naive.admitted
        if int(parties.day[p]) > first[person(p)]
    )
    return {
        "record.partners_1min": mean([one[p] for p in usual]),
        "record.partners_5min": mean([five[p] for p in usual]),
        "record.partners_cv": cv(a_person(one)),
        "record.partners_gini": gini(a_person(one)),
        "record.met_gini": gini(a_person(alone)),
        "record.partners_gini_5min": gini(a_person(five)),
        "record.partners_gini_event": gini(event),
        "record.time_gini": gini([t for party, t in time.items() if t for _ in range(most[party])]),
        "record.met_before_share": ratio(again + back, later + back),
    }


def arranged(naive: Naive) -> dict[str, float]:
    expo, requests = naive.expo, naive.expo.requests
    kinds = [SESSION_KINDS[k] for k in expo.programme.kind]
    windows = [expo.terms.matchmaking[p].lists_windows for p in expo.programme.window_programme]
    agreed: dict[tuple[str, int], int] = defaultdict(int)
    for k, meeting in enumerate(requests.meeting):
        if meeting != NONE:
            for party, organisation in (
                (requests.asker_party[k], requests.asker[k]),
                (requests.asked_party[k], requests.asked[k]),
            ):
                agreed[("booth", int(organisation)) if party == NONE else ("party", int(party))] += 1
    held: dict[int, int] = defaultdict(int)
    for m in naive.held:
        for side in naive.there[m]:
            kind, number = naive.who(m, side)
            if kind == "party":
                held[number] += 1
    return {
        "record.activities": sum(k not in ("debut", "tour") for k in kinds) + sum(windows),
        "record.agreed_each": mean(list(agreed.values())),
        "record.held_a_visitor": mean(list(held.values())),
    }
