"""All KPIs once more, with loops over rows, as the definitions read; slow and plain on purpose."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from sim.expo.expo import SESSION_KINDS, Expo
from sim.floor.arrays import MINUTE, NONE, PlaceKind
from sim.floor.trace import Cause, Kind, Outcome, Trace

NAN = float("nan")
DAY = 24 * 60 * MINUTE
CAUSES = ("conversation", "queue", "meeting", "session", "gate", "hall", "staff", "walk", "meal", "absent")


@dataclass(frozen=True)
class R:
    start: int
    end: int
    kind: Kind
    place: int
    actor: int
    other: int
    wait: int
    outcome: Outcome
    cause: Cause

    @property
    def done(self) -> bool:
        return self.outcome in (Outcome.DONE, Outcome.LATE)


@dataclass(frozen=True)
class Met:
    how: str
    a: int  # actor
    b: int
    start: int
    length: int
    org_a: int
    org_b: int

    @property
    def pair(self) -> frozenset[int]:
        return frozenset((self.org_a, self.org_b))


def mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values) if len(values) else NAN


def ratio(part: float, whole: float) -> float:
    return part / whole if whole else NAN


def quantile(values: Sequence[float], q: float) -> float:
    if not values:
        return NAN
    ordered = sorted(values)
    place = q * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def gini(values: Sequence[float]) -> float:
    if not values or not sum(values):
        return NAN
    differences = sum(abs(x - y) for x in values for y in values)
    return differences / (2 * len(values) ** 2 * mean(values))


def peak(intervals: Sequence[tuple[int, int, int]]) -> int:
    """Most weight at once; it can only be reached where an interval begins."""
    return max((sum(w for a, b, w in intervals if a <= t < b) for t, _, _ in intervals), default=0)


def overlap(a: int, b: int, c: int, d: int) -> int:
    return max(0, min(b, d) - max(a, c))


class Naive:
    """The rows of one replication as objects."""

    def __init__(self, expo: Expo, trace: Trace) -> None:
        self.expo, self.floor = expo, expo.floor
        self.n = len(self.floor.party_days.party)
        self.size = [int(s) for s in self.floor.party_days.size]
        self.rows = [
            R(
                int(trace.start[i]), int(trace.end[i]), Kind(trace.kind[i]), int(trace.place[i]),
                int(trace.actor[i]), int(trace.other[i]), int(trace.wait[i]), Outcome(trace.outcome[i]),
                Cause(trace.cause[i]),
            )
            for i in range(len(trace))
        ]  # fmt: skip
        self.admitted = sorted(r.actor for r in self.of(Kind.VISIT))
        self.people = [p for p in self.admitted for _ in range(self.size[p])]  # a person-day each
        self.exhibitors = len(expo.exhibitors.area_m2)
        self.useful_ms = expo.terms.useful
        self._plan_meetings()
        self.met = self._interactions()

    def of(self, kind: Kind) -> list[R]:
        return [r for r in self.rows if r.kind == kind]

    def organisation(self, actor: int) -> int:
        if actor < self.n:
            return int(self.expo.parties.organisation[actor])
        return int(self.floor.staff.booth[actor - self.n])

    def owner(self, booking: int) -> int:
        index = self.floor.party_days.booking_index
        return next(p for p in range(self.n) if index[p] <= booking < index[p + 1])

    def _plan_meetings(self) -> None:
        """Who is booked on each side, and each side's row."""
        self.booked: dict[tuple[int, int], tuple[str, int]] = {}
        for i, meeting in enumerate(self.floor.bookings.meeting):
            if meeting != NONE:
                self.booked[int(meeting), int(self.floor.bookings.side[i])] = ("party", self.owner(i))
        for i, meeting in enumerate(self.floor.calls.meeting):
            if meeting != NONE:
                booth = int(self.floor.calls.booth[i])
                self.booked[int(meeting), int(self.floor.calls.side[i])] = ("booth", booth)
        plan = self.floor.meetings
        every = range(len(plan.start))
        self.seconds = {m: int(plan.again_of[m]) for m in every if plan.again_of[m] != NONE}
        self.meetings = [m for m in every if plan.standby_for[m] == NONE and m not in self.seconds]
        self.standbys = {m: int(plan.standby_for[m]) for m in every if plan.standby_for[m] != NONE}
        for standby, meeting in self.standbys.items():  # who stays is booked for the meeting
            side = int(plan.keeps[standby])
            self.booked[standby, side] = self.booked[meeting, side]
        self.side: dict[tuple[int, int], R] = {}
        later = []
        for r in self.of(Kind.MEETING):
            if r.actor == NONE:
                later.append(r)
                continue
            me = ("party", r.actor) if r.actor < self.n else ("booth", self.organisation(r.actor))
            for side in (0, 1):
                if self.booked[r.other, side] == me:
                    self.side[r.other, side] = r
        for r in later:
            for side in (0, 1):
                if (r.other, side) not in self.side and self.booked[r.other, side][0] == "booth":
                    self.side[r.other, side] = r
                    break
        self.held = [m for m in every if all((m, s) in self.side and self.side[m, s].done for s in (0, 1))]
        self.stepped_in = [s for s in self.standbys if s in self.held]
        self.begin = {m: max(self.side[m, s].start + self.side[m, s].wait for s in (0, 1)) for m in self.held}

    def who(self, meeting: int, side: int) -> tuple[str, int]:
        """The party, on whatever day, or the booth."""
        kind, number = self.booked[meeting, side]
        return (kind, int(self.floor.party_days.party[number])) if kind == "party" else (kind, number)

    def org_of_side(self, meeting: int, side: int) -> int:
        kind, number = self.booked[meeting, side]
        return int(self.expo.parties.organisation[number]) if kind == "party" else number

    def _interactions(self) -> list[Met]:
        met = [
            Met("booth", r.actor, r.other, r.start + r.wait, r.end - r.start - r.wait,
                self.organisation(r.actor), self.organisation(r.other))
            for r in self.of(Kind.TALK) if r.done
        ]  # fmt: skip
        met += [
            Met("exchange", r.actor, r.other, r.start, r.end - r.start,
                self.organisation(r.actor), self.organisation(r.other))
            for r in self.of(Kind.CONTACT)
        ]  # fmt: skip
        met += [
            Met("meeting", self.side[m, 0].actor, self.side[m, 1].actor, self.begin[m],
                self.side[m, 0].end - self.begin[m], self.org_of_side(m, 0), self.org_of_side(m, 1))
            for m in self.held
        ]  # fmt: skip
        return [m for m in met if m.org_a != m.org_b]

    def useful(self, m: Met) -> bool:
        counts = m.how != "exchange" or self.expo.terms.useful_exchanges
        return counts and m.length >= self.useful_ms

    def partners(self, exhibitor: int) -> set[int]:
        """Other organisations with a useful contact."""
        found: set[int] = set()
        for m in self.met:
            if self.useful(m) and exhibitor in m.pair:
                found |= m.pair - {exhibitor}
        return found

    def kpis(self) -> dict[str, float]:
        return (
            self.visits() | self.doors() | self.booths() | self.conversations() | self.staff()
            | self.sessions() | self.meeting_kpis() | self.causes() | self.contacts()
        )  # fmt: skip

    # themes

    def visits(self) -> dict[str, float]:
        expo = self.expo
        visit = {r.actor: r for r in self.of(Kind.VISIT)}
        looked = [r for r in self.of(Kind.LOOK) if r.done]
        open_ms = sum(int(c - o) for o, c in zip(expo.day_open, expo.day_close, strict=True))
        inside = sum(
            self.size[p]
            * overlap(r.start, r.end, int(expo.day_open[r.start // DAY]), int(expo.day_close[r.start // DAY]))
            for p, r in visit.items()
        )
        area = expo.terms.net_area_m2 / 9.290304
        values = {
            "visits.people": len(self.people),
            "visits.peak_people": peak([(r.start, r.end, self.size[p]) for p, r in visit.items()]),
            "visits.people_per_100_sqft": inside / open_ms / area,
            "visits.stay_minutes": mean([(visit[p].end - visit[p].start) / MINUTE for p in self.people]),
            "visits.stops": mean([sum(r.actor == p for r in looked) for p in self.people]),
            "visits.talk_share": ratio(len(self.of(Kind.TALK)), len(looked)),
        }
        for hour in range(9, 17):
            present = open_hour = 0
            for day in range(len(expo.day_open)):
                begin, end = day * DAY + hour * 60 * MINUTE, day * DAY + (hour + 1) * 60 * MINUTE
                open_hour += end - begin
                present += sum(self.size[p] * overlap(r.start, r.end, begin, end) for p, r in visit.items())
            values[f"visits.present_at.{hour:02d}"] = present / open_hour
        buyers = [
            p for p in self.people
            if expo.terms.persona_kinds[expo.parties.persona[p]] == "buyer"
        ]  # fmt: skip
        wasted: dict[int, float] = defaultdict(float)
        for r in self.rows:
            if r.kind is Kind.LOUNGE:
                wasted[r.actor] += r.end - r.start
            elif r.kind not in (Kind.VISIT, Kind.CONTACT, Kind.DELEGATE, Kind.LOOK):
                wasted[r.actor] += r.wait
        values["visits.wasted_minutes"] = mean([wasted[p] / MINUTE for p in buyers])
        return values

    def stays_in_halls(self) -> dict[int, list[tuple[int, int, int]]]:
        """Stretches in each hall: from the door to the last thing done there.

        Who came in vain is not seen where it came to, but comes from there to what it does next, if that is
        in another zone.
        """
        places, stays = self.floor.places, defaultdict(list)
        zone_of = [int(z) for z in places.zone]
        there: dict[int, list[R]] = defaultdict(list)
        vain: dict[int, list[R]] = defaultdict(list)
        for r in self.rows:
            if r.kind is Kind.IN_VAIN:
                vain[r.actor].append(r)
            elif (
                r.outcome not in (Outcome.NO_SHOW, Outcome.MISSED)
                and not (r.outcome is Outcome.NOT_NEEDED and r.cause is not Cause.NONE)
                and r.kind not in (Kind.VISIT, Kind.GATE, Kind.CONTACT)
            ):
                there[r.actor].append(r)
        for p in range(self.n):
            pace = int(self.floor.party_days.pace[p])
            zone, entered, left, since = NONE, 0, 0, -1
            before, stood = int(self.floor.party_days.gate[p]), False
            rows = sorted(there[p], key=lambda r: r.start)
            for r in rows:
                here = NONE if r.kind is Kind.HALL else zone_of[r.place]
                errand = [
                    v.place for v in vain[p]
                    if since < v.start <= r.start and zone_of[v.place] != zone_of[r.place]
                ]  # fmt: skip
                came_from = errand[-1] if errand else before
                if here != zone or errand or r is rows[0]:
                    if zone != NONE:
                        stays[zone].append((entered, left, self.size[p]))
                    inside = int(places.to_door[r.place]) * pace
                    if here != NONE and zone_of[came_from] != here:
                        to_door = 0 if stood and not errand else int(places.to_door[came_from])
                        if to_door + int(places.zone_distance[zone_of[came_from], here]) == 0:
                            inside = max(inside - 1, 0)  # it took 1 ms from there to the door
                    entered = r.start - inside
                    if r is not rows[0]:
                        entered = max(entered, left)
                    zone = here
                left, since, before, stood = r.end, r.start, r.place, r.kind is Kind.HALL
            if zone != NONE:
                stays[zone].append((entered, left, self.size[p]))
        return stays

    def doors(self) -> dict[str, float]:
        gates, halls, meals = self.of(Kind.GATE), self.of(Kind.HALL), self.of(Kind.MEAL)
        let_in = [r.wait / MINUTE for r in gates if r.done for _ in range(self.size[r.actor])]
        ate = [r for r in meals if r.done]
        came = [r for r in meals if r.outcome is not Outcome.MISSED]
        waits = [r.wait / MINUTE for r in halls for _ in range(self.size[r.actor])]
        stays = self.stays_in_halls()
        values = {
            "gate.wait_minutes": mean(let_in),
            "gate.wait_p95_minutes": quantile(let_in, 0.95),
            "gate.not_admitted": self.heads([r for r in gates if not r.done]),
            "gate.gave_up": self.heads([r for r in gates if r.outcome is Outcome.RENEGED]),
            "halls.waited": self.heads(halls),
            "halls.wait_minutes": mean(waits),
            "halls.gave_up": self.heads([r for r in halls if not r.done]),
            "catering.meals": self.heads(ate),
            "catering.wait_minutes": mean([r.wait / MINUTE for r in ate for _ in range(self.size[r.actor])]),
            "catering.lost_share": ratio(self.heads(came) - self.heads(ate), self.heads(came)),
        }
        for zone, hall in enumerate(self.expo.halls):
            most, limit = peak(stays[zone]), int(self.floor.places.zone_limit[zone])
            values[f"halls.peak_people.{hall}"] = most
            values[f"halls.peak_share.{hall}"] = NAN if limit == NONE else most / limit
        return values

    def heads(self, rows: Sequence[R]) -> float:
        return sum(self.size[r.actor] for r in rows)

    def booths(self) -> dict[str, float]:
        talks = self.of(Kind.TALK)
        served = [r for r in talks if r.done]

        def share(outcome: Outcome) -> float:
            return mean([r.outcome is outcome for r in talks])

        return {
            "booths.asked": len(talks),
            "booths.lost_share": mean([not r.done for r in talks]),
            "booths.lost_for_good_share": mean(
                [
                    not any(r.done for r in talks if (r.actor, r.place) == pair)
                    for pair in {(r.actor, r.place) for r in talks}
                ]
            ),
            "booths.wait_minutes": mean([r.wait / MINUTE for r in served]),
            "booths.waited_minutes": mean([r.wait / MINUTE for r in served if r.wait]),
            "booths.wait_p90_minutes": quantile([r.wait / MINUTE for r in served], 0.9),
            "booths.queue_minutes": mean([r.wait / MINUTE for r in talks]),
            "booths.waited_share": mean([r.wait > 0 for r in talks]),
            "booths.balk_share": share(Outcome.BALKED),
            "booths.renege_share": share(Outcome.RENEGED),
            "booths.left_for_booking_share": share(Outcome.LEFT_FOR_BOOKING),
            "booths.closed_share": share(Outcome.CLOSED),
            "booths.found_closed": sum(r.outcome is Outcome.CLOSED for r in self.of(Kind.LOOK)),
        }

    def conversations(self) -> dict[str, float]:
        served = [r for r in self.of(Kind.TALK) if r.done]
        lengths = [(r.end - r.start - r.wait) / MINUTE for r in served]
        a_visit = [sum(r.actor == p for r in served) for p in self.people]
        a_booth = [sum(r.place == i for r in served) for i in range(self.exhibitors)]
        return {
            "conversations.count": len(served),
            "conversations.minutes": mean(lengths),
            "conversations.minutes_median": quantile(lengths, 0.5),
            "conversations.minutes_p90": quantile(lengths, 0.9),
            "conversations.useful_share": mean([m * MINUTE >= self.useful_ms for m in lengths]),
            "conversations.a_visit": mean(a_visit),
            "conversations.a_visit_median": quantile(a_visit, 0.5),
            "conversations.a_visit_p10": quantile(a_visit, 0.1),
            "conversations.a_visit_gini": gini(a_visit),
            "conversations.a_visit_none_share": mean([c == 0 for c in a_visit]),
            "conversations.an_exhibitor": mean(a_booth),
            "conversations.an_exhibitor_median": quantile(a_booth, 0.5),
            "conversations.an_exhibitor_p10": quantile(a_booth, 0.1),
            "conversations.an_exhibitor_gini": gini(a_booth),
            "conversations.an_exhibitor_none_share": mean([c == 0 for c in a_booth]),
            "conversations.a_square_metre": len(served) / float(sum(self.expo.exhibitors.area_m2)),
            "conversations.a_staff_hour": ratio(len(served), self.duty_hours()),
        }

    def shifts(self, member: int) -> list[tuple[int, int]]:
        staff = self.floor.staff
        own = range(int(staff.shift_index[member]), int(staff.shift_index[member + 1]))
        return [(int(staff.shift_from[i]), int(staff.shift_to[i])) for i in own]

    def duty_hours(self) -> float:
        members = range(len(self.floor.staff.booth))
        return sum(b - a for m in members for a, b in self.shifts(m)) / (60 * MINUTE)

    def staff(self) -> dict[str, float]:
        def on_duty(actor: int, begin: int, end: int) -> int:
            return sum(overlap(begin, end, a, b) for a, b in self.shifts(actor - self.n))

        busy = sum(on_duty(r.other, r.start + r.wait, r.end) for r in self.of(Kind.TALK) if r.done)
        away = sum(on_duty(r.actor, r.start, r.end) for r in self.of(Kind.DELEGATE))
        duty = self.duty_hours()
        return {
            "staff.hours": duty,
            "staff.busy_share": ratio(busy / (60 * MINUTE), duty),
            "staff.away_share": ratio(away / (60 * MINUTE), duty),
        }

    def sessions(self) -> dict[str, float]:
        expo, plan = self.expo, self.floor.sessions
        activity = [i for i, kind in enumerate(expo.programme.kind) if SESSION_KINDS[kind] != "tour"]
        rows = [r for r in self.of(Kind.SESSION) if 0 <= r.actor < self.n and r.other in activity]
        hosts = [r for r in self.of(Kind.SESSION) if not 0 <= r.actor < self.n]
        seated = [r for r in rows if r.done]
        away = [r for r in rows if r.outcome is Outcome.TURNED_AWAY]
        registered = {
            (self.owner(i), int(s)) for i, s in enumerate(self.floor.bookings.session)
            if s != NONE and self.floor.bookings.registered[i]
        }  # fmt: skip
        of_registered = [r for r in rows if (r.actor, r.other) in registered]
        windows = len(expo.programme.window_day)
        p, terms = expo.programme, expo.terms.matchmaking
        listed = [w for w in range(windows) if terms[p.window_programme[w]].lists_windows]
        convened = [i for i in activity if SESSION_KINDS[expo.programme.kind[i]] != "debut"]
        there = set()
        for m in self.held:
            for w in listed:
                start = int(self.floor.meetings.start[m])
                if (
                    self.programme(m) == p.window_programme[w]
                    and p.window_start[w] <= start < p.window_end[w]
                ):
                    hours = int(p.window_programme[w]), int(p.window_start[w]), int(p.window_end[w])
                    there |= {(hours, self.side[m, s].actor) for s in (0, 1)}
        in_windows = sum(self.size[a] if a < self.n else 1 for _, a in there)
        most = sum(
            peak([(r.start + r.wait, r.end, self.size[r.actor]) for r in seated if r.other == s])
            for s in activity
        )
        values = {
            "sessions.activities": len(activity) + windows,
            "sessions.audience": self.heads(seated),
            "sessions.people_an_activity": ratio(
                self.heads([r for r in seated if r.other in convened]) + in_windows,
                len(convened) + len(listed),
            ),
            "sessions.seats_filled_share": ratio(most, sum(int(plan.seats[s]) for s in activity)),
            "sessions.turned_away": self.heads(away),
            "sessions.full_share": ratio(
                self.heads([r for r in away if r.cause is Cause.FULL]), self.heads(away + seated)
            ),
            "sessions.too_late_share": ratio(
                self.heads([r for r in away if r.cause is Cause.TOO_LATE]), self.heads(away + seated)
            ),
            "sessions.no_show_share": ratio(
                self.heads([r for r in of_registered if r.outcome is Outcome.NO_SHOW]),
                self.heads(of_registered),
            ),
            "sessions.missed_share": ratio(
                self.heads([r for r in of_registered if r.outcome is Outcome.MISSED]),
                self.heads(of_registered),
            ),
            "sessions.hosts_missing_share": mean([not r.done for r in hosts if r.other in activity]),
        }
        for number, name in enumerate(expo.personas):
            own = [r for r in seated if expo.parties.persona[r.actor] == number]
            values[f"sessions.audience_of.{name}"] = self.heads(own)
        return values

    def request(self, meeting: int) -> int:
        first = self.seconds.get(meeting, meeting)
        found = [i for i, m in enumerate(self.expo.requests.meeting) if m == first]
        return found[0] if found else NONE

    def programme(self, meeting: int) -> int:
        request = self.request(meeting)
        return NONE if request == NONE else int(self.expo.requests.programme[request])

    def meeting_kpis(self) -> dict[str, float]:
        expo, requests, plan = self.expo, self.expo.requests, self.floor.meetings
        every = range(len(requests.asker))
        accepted = [i for i in every if requests.accepted[i]]
        made_up = [self.seconds[m] for m in self.held if m in self.seconds]
        met = {i for i in every if requests.meeting[i] in self.held or requests.meeting[i] in made_up}
        wishes = defaultdict(list)
        for i in every:
            wishes[int(requests.programme[i]), self.asker(i)].append(i in met)
        happy = {self.who(m, s) for m in self.held for s in (0, 1)}
        unwanted = [m for m in self.held if self.is_unwanted(m)]
        scheduled = [i for i in every if requests.meeting[i] in self.meetings]

        def at_table(meetings: Sequence[int]) -> int:
            return sum(self.floor.places.kind[plan.place[m]] == PlaceKind.TABLE for m in meetings)

        slots = int(sum(expo.programme.window_slots * expo.programme.window_tables))
        waits = []
        for m in self.meetings:
            for s in (0, 1):
                r = self.side[m, s]
                if r.outcome in (Outcome.DONE, Outcome.LATE, Outcome.STOOD_UP):
                    waits.append(max(0, r.start + r.wait - max(r.start, int(plan.start[m]))) / MINUTE)
        requested = [m for m in self.held if self.request(m) != NONE]
        breaks, idle = self.breaks()
        values = {
            "meetings.requested": len(every),
            "meetings.accepted": len(accepted),
            "meetings.scheduled": len(self.meetings),
            "meetings.held": len(self.held),
            "meetings.kept_share": mean([m in self.held for m in self.meetings]),
            "meetings.standby_held": len(self.stepped_in),
            "meetings.standby_not_needed": sum(
                r.outcome is Outcome.NOT_NEEDED and r.other in self.standbys for r in self.rows
            ),
            "meetings.offered_again": sum(
                all(self.side[m, s].outcome is not Outcome.NOT_NEEDED for s in (0, 1)) for m in self.seconds
            ),
            "meetings.held_again": len(made_up),
            "meetings.no_slot": len(set(accepted) - set(scheduled) - met),
            "meetings.accepted_met_share": mean([i in met for i in accepted]),
            "meetings.wishes_met_share": mean([mean(list_) for list_ in wishes.values()]),
            "meetings.without_share": mean([who not in happy for who in {who for _, who in wishes}]),
            "meetings.unwanted": len(unwanted),
            "meetings.unwanted_share": ratio(len(unwanted), len(self.held)),
            "meetings.affinity": mean([float(requests.affinity[self.request(m)]) for m in requested]),
            "meetings.minutes": mean([(self.side[m, 0].end - self.begin[m]) / MINUTE for m in self.held]),
            "meetings.delay_minutes": mean(
                [(self.begin[m] - int(plan.start[m])) / MINUTE for m in self.held]
            ),
            "meetings.wait_minutes": mean(waits),
            "meetings.table_share": ratio(at_table(self.held), slots),
            "meetings.table_booked_share": ratio(at_table(self.meetings), slots),
            "meetings.breaks": breaks,
            "meetings.break_minutes": idle,
        }
        for number, name in enumerate(expo.matchmaking):
            values[f"meetings.requested_in.{name}"] = sum(requests.programme[i] == number for i in every)
            values[f"meetings.accepted_in.{name}"] = sum(requests.programme[i] == number for i in accepted)
            values[f"meetings.scheduled_in.{name}"] = sum(self.programme(m) == number for m in self.meetings)
            values[f"meetings.held_in.{name}"] = sum(self.programme(m) == number for m in self.held)
        return values

    def asker(self, request: int) -> tuple[str, int]:
        party = int(self.expo.requests.asker_party[request])
        return ("booth", int(self.expo.requests.asker[request])) if party == NONE else ("party", party)

    def is_unwanted(self, meeting: int) -> bool:
        requests, request = self.expo.requests, self.request(meeting)
        if request == NONE:
            return False
        own = [
            float(a) for a, p in zip(requests.affinity, requests.programme, strict=True)
            if p == requests.programme[request]
        ]  # fmt: skip
        return float(requests.affinity[request]) < quantile(own, 0.25)

    def breaks(self) -> tuple[float, float]:
        plan, days = self.floor.meetings, defaultdict(list)
        terms = self.expo.terms.matchmaking
        for m in self.meetings:
            buffer = 0 if self.programme(m) == NONE else terms[self.programme(m)].buffer
            for s in (0, 1):
                start = int(plan.start[m])
                slot = start, start + int(plan.duration[m]), buffer
                days[self.who(m, s), start // DAY].append(slot)
        count = idle = 0.0
        for slots in days.values():
            slots.sort(key=lambda slot: slot[0])
            busy_until = slots[0][1]
            for (_, _, _), (start, end, buffer) in pairwise(slots):
                gap = start - busy_until - buffer
                if gap > 0:
                    count, idle = count + 1, idle + gap
                busy_until = max(busy_until, end)
        return ratio(count, len(days)), ratio(idle / MINUTE, len(days))

    def causes(self) -> dict[str, float]:
        values = {}
        sides = [(self.booked[m, s][0], self.side[m, s]) for m in self.meetings for s in (0, 1)]
        for name, kind in (("visitor", "party"), ("exhibitor", "booth")):
            own = [r for k, r in sides if k == kind]
            values[f"meetings.no_show_share.{name}"] = mean([r.outcome is Outcome.NO_SHOW for r in own])
            for kpi, outcome in (("late_share", Outcome.LATE), ("missed_share", Outcome.MISSED)):
                values[f"meetings.{kpi}.{name}"] = mean([r.outcome is outcome for r in own])
                for cause in CAUSES:
                    values[f"meetings.{kpi}.{name}.{cause}"] = mean(
                        [r.outcome is outcome and r.cause.name.lower() == cause for r in own]
                    )
        consoled = [(self.standbys[s], int(self.floor.meetings.keeps[s])) for s in self.stepped_in]
        values["meetings.stood_up_share"] = mean(
            [self.side[m, s].outcome is Outcome.STOOD_UP and (m, s) not in consoled
             for m in self.meetings for s in (0, 1)]
        )  # fmt: skip
        return values

    def contacts(self) -> dict[str, float]:
        expo, met = self.expo, self.met
        useful = [len(self.partners(i)) for i in range(self.exhibitors)]
        at_booths = {m.pair for m in met if m.how == "booth"}
        programme = {m.pair for m in met if m.how != "booth"}
        country, chain = expo.organisations.country, expo.organisations.chain
        values = {
            "contacts.useful_an_exhibitor_median": quantile(useful, 0.5),
            "contacts.useful_an_exhibitor_p10": quantile(useful, 0.1),
            "contacts.useful_an_exhibitor": mean(useful),
            "contacts.useful_an_exhibitor_gini": gini(useful),
            "contacts.left_out": sum(u == 0 for u in useful),
            "contacts.useful": len({m.pair for m in met if self.useful(m)}),
            "contacts.interactions": len(met),
            "contacts.exchange": sum(m.how == "exchange" for m in met),
            "contacts.pairs": len(at_booths | programme),
            "contacts.only_programme": len(programme - at_booths),
            "contacts.cross_border_share": mean([bool(country[m.org_a] != country[m.org_b]) for m in met]),
            "contacts.cross_chain_share": mean([bool(chain[m.org_a] != chain[m.org_b]) for m in met]),
        }
        for number, name in enumerate(expo.pavilions):
            own = [u for u, p in zip(useful, expo.exhibitors.pavilion, strict=True) if p == number]
            values[f"contacts.worst_in_pavilion.{name}"] = min(own) if own else NAN

        def partners(least: int) -> list[float]:
            found: dict[int, set[int]] = defaultdict(set)
            for m in met:
                if m.length >= least * MINUTE:
                    found[m.a].add(m.b)
                    found[m.b].add(m.a)
            return [len(found[p]) for p in self.people]

        day = partners(0)
        time: dict[int, int] = defaultdict(int)
        for m in met:
            time[m.a] += m.length
            time[m.b] += m.length
        average = mean(day)
        deviation = math.sqrt(mean([(d - average) ** 2 for d in day])) if day else NAN
        values |= {
            "contacts.partners_a_day": average,
            "contacts.partners_a_day_1min": mean(partners(1)),
            "contacts.partners_a_day_5min": mean(partners(5)),
            "contacts.partners_cv": ratio(deviation, average) if day else NAN,
            "contacts.partners_gini": gini(day),
            "contacts.time_gini": gini([time[p] for p in self.people]),
            "contacts.remeeting_share": self.met_before(),
        }
        return values

    def met_before(self) -> float:
        def person(actor: int) -> tuple[str, int]:
            if actor < self.n:
                return "party", int(self.floor.party_days.party[actor])
            return "booth", self.organisation(actor)

        days: Callable[[int], set[frozenset[tuple[str, int]]]] = lambda day: {  # noqa: E731
            frozenset((person(m.a), person(m.b))) for m in self.met if m.start // DAY == day
        }
        first: dict[tuple[str, int], int] = {}  # booths are there on every day
        for p in range(self.n):
            day = int(self.expo.parties.day[p])
            first[person(p)] = min(day, first.get(person(p), day))
        again = later = 0
        for day in range(1, len(self.expo.day_open)):
            before = set().union(*(days(d) for d in range(day)))
            both = {pair for pair in days(day) if all(first.get(who, 0) < day for who in pair)}
            later += len(both)
            again += len(both & before)
        return ratio(again, later)
