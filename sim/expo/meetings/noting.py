"""What a matchmaking programme was asked for and could not arrange: requests, promises, must-meets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.expo.meetings.participants import GUESTS, HOSTS, Attendance
from sim.floor.arrays import NONE, IntArray
from sim.matchmaking import UNSCHEDULED

if TYPE_CHECKING:
    from sim.expo.expo import Exhibitors, Organisations, Requests
    from sim.expo.meetings.asking import Sent
    from sim.expo.meetings.joining import Joined
    from sim.expo.meetings.limits import Limits
    from sim.expo.shortfalls import Noted
    from sim.floor.arrays import Calls, IntArray
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Matchmaking

__all__ = [
    "note_days",
    "note_delegates",
    "note_meetings",
    "note_must_meets",
    "note_published",
    "note_requests",
]


def note_requests(name: str, section: Matchmaking, people: Attendance, sent: Sent, noted: Noted) -> None:
    """Requests that could not be sent: nobody had anybody left to ask, or any of his quota."""
    by_hosts = round(section.requests * section.exhibitors_ask_share)
    most = section.most_requests_each
    for side, what, asked in (
        (HOSTS, "by exhibitors", by_hosts),
        (GUESTS, "by visitors", section.requests - by_hosts),
    ):
        there = int((people.side == side).sum())
        others = int((people.side == 1 - side).sum()) + there * (side == HOSTS and section.exhibitors_meet)
        why = "every_pair"
        if not there or not others:
            why = "nobody"
        elif most is not None and sent.sent[side] == there * most:
            why = "quota"
        noted.note(f"matchmaking.{name}.requests", what, "requests", asked, sent.sent[side], why)


def note_meetings(
    name: str,
    section: Matchmaking,
    people: Attendance,
    sent: Sent,
    joined: Joined,
    slot: IntArray,
    organisations: Organisations,
    exhibitors: Exhibitors,
    sponsors: list[str],
    limits: Limits,
    could: IntArray | None,
    noted: Noted,
) -> None:
    """Meetings short of what each should have at least, and of what sponsors were promised.

    What of it was not accepted is told apart from what of the rest found no slot: a sponsor may lack both.
    `could` is a timetable that keeps as much of all this as can be, if the policy does not look at it: what
    that has and `slot` has not is the policy's doing.
    """
    n = len(people)
    meets = joined.meetings_of(sent, slot != UNSCHEDULED, n)
    accepted = np.maximum(meets, joined.meetings_of(sent, sent.accepted, n))
    least = limits.least
    might = meets if could is None else joined.meetings_of(sent, could != UNSCHEDULED, n)
    might = np.minimum(np.maximum(might, meets), accepted)
    steps = [np.minimum(least, each) for each in (accepted, might, meets)]
    _note_steps("least_meetings", limits.least_by, [least, *steps], noted)
    sponsor = exhibitors.sponsor[people.organisation[: people.exhibitors]]
    for i in np.flatnonzero(sponsor != NONE).tolist():
        kind = sponsors[sponsor[i]]
        promised = section.promises.get(kind, 0)
        path = f"matchmaking.{name}.promises.{kind}"
        company = organisations.name[people.organisation[i]]
        open_to = min(promised, int(accepted[i]))
        noted.note(path, company, "promises", promised, open_to, "few_accepted")
        fits_it = min(open_to, int(might[i]))
        noted.note(path, company, "promises", open_to, fits_it, "no_slot")
        noted.note(path, company, "promises", fits_it, min(fits_it, int(meets[i])), "policy")


def note_published(
    name: str, slot: IntArray, place: IntArray, now: IntArray, seat: IntArray, noted: Noted
) -> None:
    """Published meetings that were planned again: cancelled, or at another time or place."""
    path, on = f"matchmaking.{name}.published", now != UNSCHEDULED
    noted.note(path, name, "published", len(slot), int(on.sum()), "no_slot")
    stays, same = on & (now == slot), on & (now == slot) & (seat == place)
    noted.note(path, name, "published_times", int(on.sum()), int(stays.sum()), "replanned")
    noted.note(path, name, "published_tables", int(stays.sum()), int(same.sum()), "replanned")


def note_days(
    people: Attendance,
    sent: Sent,
    joined: Joined,
    slot: IntArray,
    day: IntArray,
    room: IntArray,
    limits: Limits,
    could: IntArray | None,
    noted: Noted,
) -> None:
    """Meetings short of what each should have at least a day, on the days on which it could meet anybody.

    `day` is that of each slot, `room` the meetings that each can hold in it, (participants, slots).
    """
    if not limits.least_a_day.any() or not len(day):
        return
    n, least = len(people), limits.least_a_day
    days, of_day = np.unique(day, return_inverse=True)
    there = np.zeros((n, len(days)), dtype=np.bool_)

    def had(slot: IntArray) -> IntArray:
        of_request = np.where(slot != UNSCHEDULED, of_day[slot], NONE)  # its day
        has = np.stack([joined.meetings_of(sent, of_request == d, n) for d in range(len(days))], axis=1)
        return np.asarray(np.minimum(has, least[:, None]).sum(axis=1))

    np.logical_or.at(there.T, of_day, room.T > 0)
    asked = least * np.minimum(there.sum(axis=1), limits.most_days)
    have = had(slot)
    accepted = joined.meetings_of(sent, sent.accepted, n)
    agreed = np.maximum(have, np.minimum(asked, accepted))
    might = np.minimum(have if could is None else np.maximum(have, had(could)), agreed)
    _note_steps("least_a_day", limits.least_a_day_by, [asked, agreed, might, have], noted)


def _note_steps(thing: str, by: tuple[str, ...], steps: list[IntArray], noted: Noted) -> None:
    """Note by path what of the participants' least is missing: asked for, accepted, with a slot, had."""
    paths = np.array(by)
    for path in dict.fromkeys(by):
        for why, of, done in zip(("few_accepted", "no_slot", "policy"), steps, steps[1:], strict=False):
            short = (done < of) & (paths == path)
            noted.note(path, "participants", thing, int(of[short].sum()), int(done[short].sum()), why)


def note_must_meets(
    scenario: Scenario, names: Mapping[str, int], requests: list[Requests], noted: Noted
) -> None:
    """Must-meets of the pairs file that no programme arranged."""
    if not scenario.pair_rows:
        return
    asked: set[tuple[int, int]] = set()
    made: set[tuple[int, int]] = set()
    for each in requests:
        pairs = np.sort(np.stack((each.asker, each.asked)), axis=0)
        asked.update(zip(*pairs.tolist(), strict=True))
        made.update(zip(*pairs[:, each.meeting != NONE].tolist(), strict=True))
    for row in scenario.pair_rows:
        if row.rule != "must":
            continue
        there = row.who in names and row.whom in names
        pair = tuple(sorted((names[row.who], names[row.whom]))) if there else (NONE, NONE)
        why = "no_slot" if pair in asked else "no_part" if there else "not_there"
        noted.note("pairs_file", f"{row.who} and {row.whom}", "must_meets", 1, int(pair in made), why)


def note_delegates(scenario: Scenario, requests: Requests, calls: Calls, noted: Noted) -> None:
    """Meetings for which a named member of staff was to come and nobody could be named."""
    programme = np.full(
        int(max(requests.meeting.max(initial=NONE), calls.meeting.max(initial=NONE))) + 2, NONE
    )
    programme[requests.meeting] = requests.programme
    programme[NONE] = NONE
    of = programme[calls.meeting]
    for number, (name, section) in enumerate(scenario.data.matchmaking.items()):
        if section.delegate == "named":
            asked, named = int((of == number).sum()), int(((of == number) & (calls.member != NONE)).sum())
            noted.note(f"matchmaking.{name}.delegate", name, "delegates", asked, named, "off_duty")
