"""The KPIs of timetables, promises and costs once more, with loops; see `naive.py`."""

from __future__ import annotations

import math
from itertools import pairwise

from sim.expo.expo import REASONS, REPLIES
from sim.expo.shortfalls import THINGS
from sim.floor.arrays import NEVER, NONE
from tests.statistics.naive import NAN, Naive, gini, mean, ratio
from tests.statistics.naive_meetings import had


def programme_kpis(naive: Naive) -> dict[str, float]:
    """All of them."""
    return (
        timetables(naive)
        | diaries(naive)
        | participants(naive)
        | walks(naive)
        | promises(naive)
        | missing(naive)
        | costs(naive)
        | not_done(naive)
    )


def not_done(naive: Naive) -> dict[str, float]:
    """What was asked for and could not be done."""
    rows = [
        (path, list(THINGS)[thing], int(asked) - int(done))
        for path, thing, asked, done in zip(
            naive.expo.shortfalls.path,
            naive.expo.shortfalls.thing,
            naive.expo.shortfalls.asked,
            naive.expo.shortfalls.done,
            strict=True,
        )
    ]
    things = {
        "cancelled": "activities",
        "table_slots_cut": "slots",
        "requests_cut": "requests",
        "registrations_cut": "registrations",
        "hosts_off_duty": "hosts",
        "tours_cut": "tours",
        "meals_cut": "meals",
        "least_cut": "least_meetings",
        "least_a_day_cut": "least_a_day",
        "visits_cut": "visits",
    }
    values = {f"programme.{name}": sum(n for _, t, n in rows if t == thing) for name, thing in things.items()}
    for name in naive.expo.matchmaking:
        keys = (f"matchmaking.{name}", f"matchmaking.{name}.requests")
        cut = sum(n for path, thing, n in rows if thing == "requests" and path in keys)
        values[f"programme.requests_cut_in.{name}"] = cut
    return {name: float(value) for name, value in values.items()}


def greatest(values: list[float]) -> float:
    return max((v for v in values if math.isfinite(v)), default=NAN)


def timetables(naive: Naive) -> dict[str, float]:
    expo, r = naive.expo, naive.expo.requests
    known = [facts for facts in expo.timetables if math.isfinite(facts.bound)]
    bound = sum(facts.bound for facts in known)
    delegates: dict[int, float] = {}
    for facts in expo.timetables:
        for exhibitor, worth in zip(facts.exhibitor, facts.delegate_worth, strict=True):
            if math.isfinite(worth):
                delegates[int(exhibitor)] = delegates.get(int(exhibitor), 0.0) + float(worth)
    every = range(len(r.asker))
    values = {
        "meetings.value": sum(facts.value for facts in expo.timetables),
        "meetings.gap": max(0.0, 1 - sum(f.value for f in known) / bound) if bound else NAN,
        "meetings.table_worth": greatest([facts.table_worth for facts in expo.timetables]),
        "meetings.delegate_worth": greatest(list(delegates.values())),
        "meetings.interpreter_worth": greatest([facts.interpreter_worth for facts in expo.timetables]),
        **{
            f"meetings.{gain}": greatest([getattr(facts, gain) for facts in expo.timetables])
            for gain in ("table_gain", "table_gain_meetings", "delegate_gain", "delegate_gain_meetings")
        },
        "meetings.expired": sum(REPLIES[r.reply[i]] == "expired" for i in every),
        "meetings.blocked": sum(REPLIES[r.reply[i]] == "blocked" for i in every),
        "meetings.given_up": sum(gave_up(naive, i) for i in every),
        "meetings.must_missed": sum(
            bool(r.must[i] and r.accepted[i])
            and r.meeting[i] not in naive.meetings
            and r.meeting[i] not in naive.held
            for i in every
        ),
    }
    for name, facts in zip(expo.matchmaking, expo.timetables, strict=True):
        values[f"meetings.table_worth_in.{name}"] = facts.table_worth
    return {name: float(value) for name, value in values.items()}


def diaries(naive: Naive) -> dict[str, float]:
    full = [facts.diaries for facts in naive.expo.timetables]
    booked = {"visitor": 0, "exhibitor": 0}
    for meeting in naive.meetings:
        for side in naive.sides(meeting):
            booths = [c for c in range(len(naive.floor.calls.booth)) if called(naive, c) == (meeting, side)]
            booked["exhibitor" if booths or not booked_by_party(naive, meeting, side) else "visitor"] += 1
    without = sum(f.without_slot for f in full)
    return {
        "meetings.diary_share.visitor": ratio(booked["visitor"], sum(f.visitor_slots for f in full)),
        "meetings.diary_share.exhibitor": ratio(booked["exhibitor"], sum(f.exhibitor_slots for f in full)),
        "meetings.full_diary_share.visitor": ratio(sum(f.visitor_full for f in full), without),
        "meetings.full_diary_share.exhibitor": ratio(sum(f.exhibitor_full for f in full), without),
        "visits.never_came": float(
            sum(s for s, t in zip(naive.size, naive.floor.party_days.arrival, strict=False) if t >= NEVER)
        ),
    }


def called(naive: Naive, call: int) -> tuple[int, int]:
    return int(naive.floor.calls.meeting[call]), int(naive.floor.calls.side[call])


def booked_by_party(naive: Naive, meeting: int, side: int) -> bool:
    b = naive.floor.bookings
    return any(b.meeting[k] == meeting and b.side[k] == side for k in range(len(b.meeting)))


def gave_up(naive: Naive, i: int) -> bool:
    reason = naive.expo.requests.reason[i]
    return bool(reason != NONE and REASONS[reason] == "given_up")


def sides(naive: Naive, i: int) -> tuple[tuple[str, int], tuple[str, int]]:
    """Both participants of a request: a party, or a booth."""
    r = naive.expo.requests

    def one(organisation: int, party: int) -> tuple[str, int]:
        return ("booth", int(organisation)) if party == NONE else ("party", int(party))

    return one(r.asker[i], r.asker_party[i]), one(r.asked[i], r.asked_party[i])


def participants(naive: Naive) -> dict[str, float]:
    r = naive.expo.requests
    accepted = [i for i in range(len(r.asker)) if r.accepted[i]]
    people = sorted({who for i in accepted for who in sides(naive, i)})
    at_last = {naive.seconds.get(m, m) for m in naive.held}  # in its slot, or made up for
    met = [i for i in range(len(r.asker)) if r.meeting[i] in at_last]
    groups = {i: int(r.meeting[i]) for i in met if len(naive.sides(int(r.meeting[i]))) > 2}
    held = [who for i in met if i not in groups for who in sides(naive, i)]
    held += [who for who, _ in {(w, m) for i, m in groups.items() if had(naive, i) for w in sides(naive, i)}]
    each = [held.count(who) for who in people]
    wish: dict[tuple[str, int], list[float]] = {}
    scheduled = [i for i in range(len(r.asker)) if r.meeting[i] in naive.meetings]
    for i in scheduled:
        for who, value in zip(sides(naive, i), (r.asker_wish[i], r.asked_wish[i]), strict=True):
            wish.setdefault(who, []).append(float(value))
    envious = set()
    for i in accepted:
        both = list(zip(sides(naive, i), (r.asker_wish[i], r.asked_wish[i]), strict=True))
        if i in scheduled or gave_up(naive, i):
            continue
        if all(who not in wish or value > min(wish[who]) for who, value in both):
            envious |= {who for who, _ in both}
    return {
        "meetings.gini": gini(each),
        "meetings.none_share": mean([n == 0 for n in each]),
        "meetings.envy_share": mean([who in envious for who in people]),
    }


def walks(naive: Naive) -> dict[str, float]:
    places, plan = naive.floor.places, naive.floor.meetings
    ways = []
    for party in range(naive.n):
        mine = [m for m in naive.meetings for s in naive.sides(m) if naive.booked[m, s] == ("party", party)]
        mine.sort(key=lambda m: plan.start[m])
        for m, following in pairwise(mine):
            a, b = int(plan.place[m]), int(plan.place[following])
            if places.zone[a] == places.zone[b]:
                way = abs(int(places.x[a] - places.x[b])) + abs(int(places.y[a] - places.y[b]))
            else:
                between = places.zone_distance[places.zone[a], places.zone[b]]
                way = int(places.to_door[a] + between + places.to_door[b])
            ways.append(way / 10)
    return {"meetings.walk_m": mean(ways)}


def promises(naive: Naive) -> dict[str, float]:
    expo = naive.expo
    promised: dict[int, int] = {}
    had: dict[int, int] = {}
    for exhibitor, sponsor in enumerate(expo.exhibitors.sponsor):
        for number, terms in enumerate(expo.terms.matchmaking):
            n = 0 if sponsor == NONE else terms.promises[sponsor]
            met = sum(
                naive.org_of_side(m, s) == exhibitor and naive.programme(m) == number
                for m in naive.held
                for s in naive.there[m]
            )
            promised[exhibitor] = promised.get(exhibitor, 0) + n
            had[exhibitor] = had.get(exhibitor, 0) + min(met, n)
    sponsors = [e for e, n in promised.items() if n]
    return {
        "promises.kept_share": ratio(sum(had[e] for e in sponsors), sum(promised[e] for e in sponsors)),
        "promises.sponsors_share": mean([had[e] == promised[e] for e in sponsors]),
        "promises.worst_share": min((had[e] / promised[e] for e in sponsors), default=NAN),
    }


def missing(naive: Naive) -> dict[str, float]:
    """The meetings that are missing of those promised, one by one, each with the first reason that holds."""
    expo, r = naive.expo, naive.expo.requests
    found: dict[str, int] = {}
    for exhibitor, sponsor in enumerate(expo.exhibitors.sponsor):
        for number, terms in enumerate(expo.terms.matchmaking):
            promised = 0 if sponsor == NONE else terms.promises[sponsor]
            if not promised:
                continue
            sent = [
                i for i in range(len(r.asker))
                if r.programme[i] == number and exhibitor in (r.asker[i], r.asked[i])
            ]  # fmt: skip
            accepted = [i for i in sent if r.accepted[i]]

            def own(
                meetings: list[int], n: int = number, e: int = exhibitor, of_held: bool = False
            ) -> list[tuple[int, int]]:
                return [
                    (m, s) for m in meetings for s in (naive.there[m] if of_held else naive.sides(m))
                    if naive.org_of_side(m, s) == e and naive.programme(m) == n
                ]  # fmt: skip

            scheduled, held = own(naive.meetings), own(naive.held, of_held=True)
            instead = [
                (naive.standbys[m], s) for m, s in held
                if m in naive.standbys and s == naive.floor.meetings.keeps[m]
            ]  # fmt: skip
            instead += [(naive.seconds[m], s) for m, s in held if m in naive.seconds]
            lost = [each for each in scheduled if each not in held and each not in instead]
            lost.sort(key=lambda each: (naive.floor.meetings.start[each[0]], each))
            for number_of in range(len(held), promised):  # the next meeting that was promised
                if number_of < len(scheduled):
                    reason = lost_because(naive, *lost.pop(0))
                elif number_of < len(accepted):
                    reason = "no_slot"
                else:
                    reason = "not_accepted" if number_of < len(sent) else "not_asked"
                found[reason] = found.get(reason, 0) + 1
            for name in MISSING:
                found.setdefault(name, 0)
    return {f"promises.missing.{name}": float(found[name]) for name in MISSING if found}


MISSING = (
    "not_asked", "not_accepted", "no_slot", "partner_no_show", "partner_late", "own_no_show", "own_late",
    "no_place",
)  # fmt: skip


def lost_because(naive: Naive, meeting: int, side: int) -> str:
    rows = [("own", naive.side[meeting, side])]
    rows += [("partner", naive.side[meeting, s]) for s in naive.sides(meeting) if s != side]
    for whose, row in rows:
        if row.outcome.name == "NO_SHOW":
            return f"{whose}_no_show"
        if row.outcome.name == "MISSED":
            return f"{whose}_late"
    return "no_place"


def costs(naive: Naive) -> dict[str, float]:
    expo, prices = naive.expo, naive.expo.terms.prices
    plan = expo.programme
    tables = interpreters = 0
    for number, terms in enumerate(expo.terms.matchmaking):
        for day in range(expo.n_days):
            windows = sum(
                p == number and d == day for p, d in zip(plan.window_programme, plan.window_day, strict=True)
            )
            tables += min(windows, terms.areas) * terms.tables
            interpreters += (windows > 0) * (terms.interpreters or 0)
    people: dict[int, int] = {}
    for i, party in enumerate(naive.floor.party_days.party):
        if expo.parties.hosted[i]:
            people[int(party)] = max(people.get(int(party), 0), naive.size[i])
    spent = {
        "tables": prices.table_day * tables,
        "hosted": prices.hosted_buyer * sum(people.values()),
        "staff": prices.staff_hour * naive.duty_hours(),
        "space": prices.square_metre * sum(float(a) for a in expo.exhibitors.area_m2),
        "interpreters": prices.interpreter_day * interpreters,
    }
    total = sum(spent.values()) or NAN
    useful = {m.pair for m in naive.met if naive.useful(m)}
    matchmaking = (spent["tables"] + spent["hosted"] + spent["interpreters"]) or NAN
    return {
        **{f"costs.of.{name}": float(value) for name, value in spent.items()},
        "costs.total": total,
        "costs.a_useful_contact": ratio(total, len(useful)),
        "costs.a_meeting": ratio(matchmaking, len(naive.held)),
    }
