"""Rules changed in one engine alone: which test finds each?

`python -m tests.engine.mutations [NAME ...]`

Each of `MUTATIONS` is made in a copy of the house, and the tests that hold the engines together are run on it: 60
random floors, tight, by both engines (`tests.engine.same_trace`); where these see nothing, the cases that are worked
by hand (`test_rules_*.py`), on the engine that was changed. Nothing is compiled. Prints what finds each; the exit
status is 1 if nothing finds one, or if the text that one replaces does not stand in its file just once. Some three
minutes on one processor; in the suite is only whether the texts stand.

Not among them, since no trace tells: the order in an instant of `NO_SHOWS` and `PARTIES_LEAVE`, which only
write a row each, and whether the calendar or the heap goes first where both have the same key, which they never
have.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Final, NamedTuple

__all__ = ["MUTATIONS", "Mutation", "main", "standing"]

ROOT: Final = Path(__file__).parents[2]
ENGINES: Final = Path("sim/engine")
PATIENCE: Final = 120  # s: an engine that plays for ever is found as well


class Mutation(NamedTuple):
    """A rule changed in one engine alone."""

    rule: str  # R1 to R9, meals, halls, or order: of events in an instant
    name: str  # what happens then
    file: str  # below `sim/engine`
    old: str  # stands in the file once
    new: str


def _in(file: str, *changes: tuple[str, str, str, str]) -> list[Mutation]:
    return [Mutation(rule, name, file, old, new) for rule, name, old, new in changes]


def _ranks(*changes: tuple[str, str]) -> list[Mutation]:
    """A rank of the calendar's in the order of an instant: the SimPy engine takes another for it."""
    old = "priority = known.rank | known.entity"
    return [
        Mutation(
            "order",
            f"{rank} at the rank of {other}",
            "processes/expo_floor.py",
            old,
            f"priority = np.where(known.rank == Rank.{rank}, Rank.{other}, known.rank) | known.entity",
        )
        for rank, other in changes
    ]


MUTATIONS: Final = (
    *_in(
        "compiled/visits.py",
        ("R1", "a party takes a lane for each of its people", "counters.take(f, gate, 1)",
         "counters.take(f, gate, party.people)"),
        ("R1", "who gave up at the gate is said to have been absent",
         "why = Cause.GATE if outcome == Outcome.RENEGED else Cause.ABSENT", "why = Cause.ABSENT"),
        ("R1", "who is not admitted misses nothing", "        if of.booking(f, b).comes:\n            _miss(f, v, b, why)",
         "        if of.booking(f, b).comes:\n            pass"),
        ("R2", "setting out in time, a party is held up by what it did before",
         "party.held_up = party.doing if late else Cause.WALK", "party.held_up = party.doing"),
        ("R2", "patience and a booking at once: left for the booking",
         "party.why = why\n    ends = Outcome.RENEGED if patience_ends <= time",
         "party.why = why\n    ends = Outcome.RENEGED if patience_ends < time"),
        ("R2", "patience in a line lasts a millisecond longer", "    party.until = NONE\n    if until < LATEST:",
         "    party.until = NONE\n    until += 1\n    if until < LATEST:"),
        ("R3", "one more than its limit are before a party in a queue",
         "of.place(f, place).waiting >= party.queue_limit", "of.place(f, place).waiting > party.queue_limit"),
        ("R3", "patience 0 queues", "if party.patience == 0 or of.place", "if of.place"),
        ("R3", "who reneged does not come back", "if outcome == Outcome.BALKED or outcome == Outcome.RENEGED:",
         "if outcome == Outcome.BALKED:"),
        ("R3", "leaving for a booking comes before balking",
         "    if party.patience == 0 or of.place(f, place).waiting >= party.queue_limit:",
         "    if time > now and (party.patience == 0 or of.place(f, place).waiting >= party.queue_limit):"),
        ("R5", "late is who comes at the limit", "elif now > session.late:", "elif now >= session.late:"),
        ("R5", "who comes late is said to find it full",
         "_not_seated(f, v, Outcome.TURNED_AWAY, Cause.TOO_LATE)", "_not_seated(f, v, Outcome.TURNED_AWAY, Cause.FULL)"),
        ("R5", "the departure ends a session", "until = time if why == Cause.BOOKING else LATEST - 1",
         "until = time"),
        ("R6", "what held up a party is what it does at the table",
         "v, party.held_up)\n    party.since = now", "v, party.doing)\n    party.since = now"),
        ("R7", "a closed booth is found open by who asks",
         "if now >= booths_open_until(f) and not is_open(f, place, now):", "if False:"),
        ("halls", "a party keeps its place in the hall that it leaves", "        if limited(f, old):",
         "        if False:"),
        ("halls", "each party counts as one in a hall",
         "counters.take(f, of.zone(f, new).counter, party.people)", "counters.take(f, of.zone(f, new).counter, 1)"),
        ("halls", "who waits at a door in vain asks there again", "            give_up(f, v, new)\n", ""),
        ("halls", "patience at the door of a hall has no end",
         "_wait(f, of.zone(f, new).counter, v, now + f.zone_patience)",
         "_wait(f, of.zone(f, new).counter, v, LATEST)"),
        ("meals", "patience for seats has no end", "_wait(f, counter, v, now + booking.patience)",
         "_wait(f, counter, v, LATEST)"),
        ("meals", "seats are not given back",
         "counters.release(f, of.place(f, place).counter, party.people)", "counters.release(f, of.place(f, place).counter, 0)"),
        ("order", "arrivals at rooms and tables at the rank of asking", "at(f, when, Rank.PARTIES_ARRIVE, v)",
         "at(f, when, Rank.PARTIES_ASK, v)"),
        ("order", "asking at booths at the rank of arrivals at rooms", "at(f, when, Rank.PARTIES_ASK, v)",
         "at(f, when, Rank.PARTIES_ARRIVE, v)"),
        ("order", "conversations end at the rank of asking",
         "at(f, now + of.stop(f, party.row).talk, Rank.SERVICES_END, v)",
         "at(f, now + of.stop(f, party.row).talk, Rank.PARTIES_ASK, v)"),
        ("order", "gate checks end at the rank of arrivals", "at(f, now + of.plan(f, v).check, Rank.SERVICES_END, v)",
         "at(f, now + of.plan(f, v).check, Rank.ARRIVALS, v)"),
        ("order", "parties leave sessions at the rank of asking", "at(f, leaves, Rank.SESSIONS_END, v)",
         "at(f, leaves, Rank.PARTIES_ASK, v)"),
    ),
    *_in(
        "compiled/route.py",
        ("R1", "the stay counts from the arrival",
         "party.departure = min(party.admitted + plan.stay, plan.latest)",
         "party.departure = min(party.since + plan.stay, plan.latest)"),
        ("R2", "a party sets out when its booking begins",
         "return start - walk(f, party.here, of.booking(f, b).place, party.pace), Cause.BOOKING",
         "return start, Cause.BOOKING"),
        ("R2", "a stop with a talk needs no time for one", "(short_talk if stop.talk else 0) <= limit", "0 <= limit"),
        ("R2", "a stop that just fits does not", "(short_talk if stop.talk else 0) <= limit",
         "(short_talk if stop.talk else 0) < limit"),
        ("R2", "a party goes to a meeting that it knows to be lost",
         "if booking.comes and (booking.meeting == NONE or not of.meeting(f, booking.meeting).settled):",
         "if booking.comes:"),
        ("R2", "a party goes where it will not be, by the draws", "if booking.comes and (booking",
         "if (booking"),
        ("R3", "no further try is made", "if of.stop(f, s).next_try > 0:", "if False:"),
        ("R7", "nobody remembers that a hall was closed", "    if until > t:\n", "    if False:\n"),
        ("R7", "what the plan closes is gone to", "return not is_open(f, place, arrival) and closed_by_plan(f, zone, arrival)",
         "return False"),
        ("R9", "nobody is known from another day", "if of.party(f, v).may_know >> (booth & 63) & 1 == 0:", "if True:"),
        ("R9", "stops to which a party goes again are passed over as well", "again and not stop.again and knows",
         "again and knows"),
        ("R9", "the last whom a party met is forgotten", "range(of.party(f, other).met, of.party(f, other).last_met)",
         "range(of.party(f, other).met, of.party(f, other).last_met - 1)"),
        ("halls", "stops in a hall that was given up are not passed over",
         "t < of.hall(f, v * f.zones + zone).given_up", "False"),
    ),
    *_in(
        "compiled/counters.py",
        ("R1", "a queue is overtaken by who finds a lane free", "if counter.first != NONE or need > counter.free:",
         "if need > counter.free:"),
        ("R8", "a new number of lanes forgets who is being checked", "counter.free += servers - counter.servers",
         "counter.free = servers"),
        ("R8", "new lanes are not handed on at once", "    counter.servers = servers\n    serve(f, c)",
         "    counter.servers = servers"),
        ("R8", "the number of lanes stays what it was at first", "    counter.servers = servers\n", ""),
        ("meals", "a party takes one seat of those in line", "need = 1 if counter.lanes else of.party(f, v).people",
         "need = 1"),
        ("halls", "when a large party gives up, those behind it are not served",
         "    succeed(f, Goes.PARTY, v, outcome, NONE)\n    serve(f, c)", "    succeed(f, Goes.PARTY, v, outcome, NONE)"),
    ),
    *_in(
        "compiled/booths.py",
        ("R3", "the member goes who has been free for the shortest time", "since < of.idle(f, best).since",
         "since > of.idle(f, best).since"),
        ("R3", "of those free as long, the highest number goes", "since < of.idle(f, best).since",
         "since <= of.idle(f, best).since"),
        ("R3", "last come, first served", "    v = of.place(f, place).first\n", "    v = of.place(f, place).last\n"),
        ("R4", "anybody answers a call for a member by name",
         "while c != NONE and of.call(f, c).member != NONE and of.call(f, c).member != m:", "while False:"),
        ("R4", "nobody came since all of the staff do what its first one does", "(named, named + 1)", "(booth.staff, booth.staff + 1)"),
        ("R7", "a booth that closes sends away the first of its queue only",
         "    while of.place(f, place).first != NONE:\n        give_up", "    if of.place(f, place).first != NONE:\n        give_up"),
    ),
    *_in("compiled/ordered.py",
        ("R4", "who waits in order of slots waits the other way round",
         "(of.listed(f, here).start, here) < (start, entry)", "(of.listed(f, here).start, here) > (start, entry)"),
    ),
    *_in(
        "compiled/delegates.py",
        ("R4", "the queue comes before calls", "    if c != NONE:\n        _send(f, m, c, cause)",
         "    if c != NONE and of.place(f, member.booth).first != NONE:\n        wait_for_delegate(f, c)\n"
         "    elif c != NONE:\n        _send(f, m, c, cause)"),
        ("R4", "who is off duty goes from one call to the next", "if member.on_duty and member.outcome == Outcome.DONE:",
         "if member.outcome == Outcome.DONE:"),
        ("R4", "every delegate walks back before the next call", "if member.on_duty and member.outcome == Outcome.DONE:",
         "if False:"),
        ("R4", "who turns back has not walked yet",
         "back = now - member.left + walk(f, member.here, member.booth, member.pace)",
         "back = walk(f, member.here, member.booth, member.pace)"),
        ("R4", "who was free is said to have been kept", "_send(f, m, c, Cause.WALK)", "_send(f, m, c, Cause.STAFF)"),
        ("R4", "who goes off duty while free still answers", "        take_free(f, member.booth, m)\n", ""),
        ("R5", "hosts do not stay for the mixing", "leaves = session.end + session.rounds * session.round_length",
         "leaves = session.end"),
        ("R5", "the host of a room that is closed stays", "if not is_open(f, session.place, max(now, session.start)):",
         "if False:"),
        ("order", "hosts leave at the rank of asking", "at(f, max(leaves, now + 1), Rank.SESSIONS_END, actor)",
         "at(f, max(leaves, now + 1) + 1, Rank.SESSIONS_END, actor)"),
    ),
    *_in(
        "compiled/sessions.py",
        ("R5", "a seat stays held once its holder sits", "    if registered:\n        session.held -= size", "    if False:\n        session.held -= size"),
        ("R5", "seats are held to the end", "session.held if now < session.hold and not registered else 0",
         "session.held if not registered else 0"),
        ("R5", "no seats are held", "session.held if now < session.hold and not registered else 0", "0"),
        ("R5", "who leaves hands no seat on", "    of.session(f, k).taken -= size\n    release(f, k, now)",
         "    of.session(f, k).taken -= size"),
        ("R5", "a booking due in the mixing is late by a round", "(due - session.end) // session.round_length",
         "(due - session.end) // session.round_length + 1"),
        ("R5", "those who mix are paired the other way round", "ahead.order < mixing or", "ahead.order > mixing or"),
        ("R5", "who has left mixes for a round more", "if of.booking(f, b).present > number:",
         "if of.booking(f, b).present >= number:"),
        ("R5", "the doors are no matter", "if now < session.doors:", "if False:"),
    ),
    *_in(
        "compiled/meetings.py",
        ("R6", "who comes as the slot starts is late", "late = side.since > meeting.start", "late = side.since >= meeting.start"),
        ("R6", "who was there when a stand-by came is late as well", "and number != meeting.keeps", "and True"),
        ("R6", "the tolerance counts from the slot though the table is taken", "            meeting.deadline = last\n", ""),
        ("R6", "the tolerance goes on beyond the last moment to begin", "if deadline < meeting.last_begin:", "if True:"),
        ("R6", "of those that wait, the later slot is tried first", "return one < other or", "return one > other or"),
        ("R6", "two suppliers meet without the buyer", "    if of.side(f, f.sides * k).actor == NONE:\n        return False",
         "    if False:\n        return False"),
        ("R6", "a meeting that is held ends with its slot", "(now if meeting.hold else meeting.start) + meeting.duration",
         "meeting.start + meeting.duration"),
        ("R6", "a stand-by steps in though the other side is there",
         "        and of.side(f, f.sides * k + missing).actor == NONE\n", ""),
        ("R6", "a no-show does not call off the second appointment",
         "off = meeting.second != NONE and _has_no_show(f, k)", "off = False"),
        ("R6", "the second appointment comes though the first may yet be held",
         "if meeting.first != NONE and not of.meeting(f, meeting.first).settled:", "if False:"),
        ("R6", "interpreters are for all at once", "and of.pool(f, meeting.pool).free == 0", "and False"),
        ("R6", "delegates of a lost meeting walk on", "        _lose(f, k, number, cause)\n    cancel_calls(f, k)",
         "        _lose(f, k, number, cause)"),
        ("R6", "a delegate too late for a meeting of three walks on",
         "            _miss(f, k, number)\n    cancel_calls(f, k)", "            _miss(f, k, number)"),
        ("R6", "a stand-by stays though the meeting begins",
         "        if meeting.standby != NONE and not of.meeting(f, meeting.standby).settled:\n            dismiss(f, meeting.standby)\n", ""),
        ("R7", "a place that opens does not begin what is due", "        if of.meeting(f, k).due:\n            begin(f, k)",
         "        if False:\n            begin(f, k)"),
        ("R7", "a meeting begins at a closed place", "    if not is_open(f, meeting.place, f.now):\n", "    if False:\n"),
    ),
    *_in("compiled/calls.py",
        ("R6", "a no-show is said to have been held up", "if not booking.comes:", "if False:"),
        ("R4", "a booth that forgot is said to have been kept", "if not call.comes:", "if False:"),
        ("R4", "a delegate who is called back is expected all the same", "        of.member(f, m).arrives = NONE\n", ""),
    ),
    *_in("compiled/geography.py",
        ("R2", "between two places at one spot is no way", "return max(1, distance * pace)", "return distance * pace"),
        ("R7", "a place is open at its close", "return _changes(f, here.hours, here.hours_end, t) & 1 == 1",
         "return _changes(f, here.hours, here.hours_end, t - 1) & 1 == 1"),
        ("R7", "all booths are open until one is found closed", "f.common += 1\n        f.all_open = 1 - f.all_open",
         "f.common += 1"),
    ),
    *_in("compiled/kernel.py",
        ("R7", "a queue at the gate stays when it closes", "counters.close(f, here.counter)", "pass"),
        ("R7", "who waits at the door of a room that closes goes on waiting",
         "sessions.close(f, of.session_here(f, i).number)", "pass"),
    ),
    *_in("compiled/ordering.py",
        ("order", "rows of an actor stand as they occurred", "whens[k - 1] > when", "False"),
    ),
    *_in("compiled/events.py",
        ("order", "an event in the bucket after the next comes with it", "f.soon = (b + 1) << bits\n    bucket",
         "f.soon = (b + 2) << bits\n    bucket"),
        ("order", "of two events below another in the heap the later one rises",
         "if of.event(f, other).key < of.event(f, best).key:", "if of.event(f, other).key > of.event(f, best).key:"),
    ),
    *_in("processes/expo_floor.py",
        ("R1", "patience at a gate lasts a millisecond longer", "self.lose_patience(arrived + patience, lanes, turn, RENEGED)",
         "self.lose_patience(arrived + patience + 1, lanes, turn, RENEGED)"),
        ("R3", "a party that could not talk is held up by nothing", "                self.doing[v] = QUEUE\n", ""),
        ("R7", "who finds a booth closed asks at the next one of its hall",
         "                self.route.find_closed(v, place, env.now)\n            return", "                pass\n            return"),
        ("order", "of parties that ask at once the one with the highest number comes first",
         "yield At(env, step.at - env.now, ASK, v)", "yield At(env, step.at - env.now, ASK, self.n_party_days - v)"),
        ("order", "patience ends after those who ask", "Rank.PARTIES_ASK, Rank.SERVICES_END, Rank.PATIENCE_ENDS",
         "Rank.PARTIES_ASK, Rank.SERVICES_END, Rank.ARRIVALS"),
        ("order", "patience ends before services do", "Rank.PARTIES_ASK, Rank.SERVICES_END, Rank.PATIENCE_ENDS",
         "Rank.PARTIES_ASK, Rank.SERVICES_END, Rank.STAFF"),
    ),
    *_in("processes/counters.py",
        ("R8", "lanes that close stop the checks there", "self.free += servers - self.servers", "self.free = max(0, self.free + servers - self.servers)"),
    ),
    *_in("processes/booths.py",
        ("R3", "the member goes who became free last", "return self.free.pop(0)[1]", "return self.free.pop()[1]"),
    ),
    *_in("processes/delegates.py",
        ("order", "delegates reach tables after parties", "call_at(self.env, walk, Rank.DELEGATES_ARRIVE, m, arrive)",
         "call_at(self.env, walk, Rank.PARTIES_ASK, m, arrive)"),
        ("order", "delegates are back after those who ask", "yield At(self.env, back, Rank.DELEGATES_BACK, m)",
         "yield At(self.env, back, Rank.ARRIVALS, m)"),
    ),
    *_in("processes/sessions.py",
        ("R5", "the last seat stays free", "if self.taken + held + size > self.seats:", "if self.taken + held + size >= self.seats:"),
    ),
    *_in("processes/meetings.py",
        ("R6", "a meeting that is lost names no cause", "self.record(k, number, side.actor, side.since, now - side.since, Outcome.STOOD_UP, cause)",
         "self.record(k, number, side.actor, side.since, now - side.since, Outcome.STOOD_UP, Cause.NONE)"),
        ("order", "meetings end at the rank of asking", "call_at(self.env, end - now, Rank.MEETINGS_END, k, partial(self.finish, k))",
         "call_at(self.env, end - now, Rank.PARTIES_ASK, k, partial(self.finish, k))"),
        ("order", "meetings that waited for a table expire before those who arrive",
         "call_at(self.env, time - self.env.now, Rank.DEADLINES, entity, partial(self.expire, k))",
         "call_at(self.env, time - self.env.now, Rank.CALLS, entity, partial(self.expire, k))"),
    ),
    *_in("processes/route.py",
        ("R9", "whom a party met earlier on the same day it knows as well",
         "return self.state.met.get((self.party[v], booth), v) != v", "return (self.party[v], booth) in self.state.met"),
        ("R2", "where nothing fits the lounge is where a party is going", "at = here if here < geography.n_places else self.gate[v]",
         "at = goal"),
    ),
    *_in("processes/kernel.py",
        ("order", "who is sent out goes before those whose turn came earlier", "self.env.schedule(self, URGENT)",
         "self.env.schedule(self, 1)"),
    ),
    *_ranks(
        ("PLACES", "PARTIES_LEAVE"), ("STAFF", "ARRIVALS"), ("ROUNDS", "STAFF"), ("SEATS_RELEASED", "PARTIES_ASK"),
        ("CALLS", "ARRIVALS"), ("MEETINGS_DUE", "PLACES"), ("ARRIVALS", "PLACES"), ("DEADLINES", "CALLS"),
    ),
)  # fmt: skip


def standing() -> Iterator[str]:
    """What is wrong with the list: texts that do not stand in their file just once, names that are not."""
    for mutation in MUTATIONS:
        found = (ROOT / ENGINES / mutation.file).read_text(encoding="utf-8").count(mutation.old)
        if found != 1:
            yield f"{mutation.name}: its text stands in {mutation.file} {found} times"
    for name, many in Counter(mutation.name for mutation in MUTATIONS).items():
        if many > 1:
            yield f"{name}: {many} of this name"


def main(arguments: Sequence[str] | None = None) -> int:
    """Make each, and tell what finds it; 1 if nothing finds one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", help="parts of names, or rules; all if left out")
    asked = parser.parse_args(arguments)
    if wrong := list(standing()):
        print(*wrong, sep="\n")
        return 1
    chosen = [m for m in MUTATIONS if not asked.names or any(n in (m.rule, m.file) or n in m.name for n in asked.names)]
    survive, begun = 0, monotonic()
    with TemporaryDirectory() as folder:
        copy = Path(folder)
        for part in ("sim", "tests"):
            shutil.copytree(ROOT / part, copy / part)  # as old as they are, so that what is compiled of them holds
        shutil.copy2(ROOT / "pyproject.toml", copy)
        for file in ("compiled/kernel.py", "processes/kernel.py"):
            if found := _found(copy, Mutation("", "", file, "", "")):
                print(f"found though nothing is changed: {found}")
                return 1
        for number, mutation in enumerate(chosen, 1):
            found = _found(copy, mutation)
            survive += not found
            engine = mutation.file.split("/")[0].replace("processes", "simpy")
            print(f"{number:3} {mutation.rule:5} {engine:8} {mutation.name}\n{'':19}{found or 'SURVIVES'}", flush=True)
    print(f"{len(chosen)} mutations, {survive} survive, {monotonic() - begun:.0f} s")
    return int(survive > 0)


def _found(copy: Path, mutation: Mutation) -> str:
    """What finds a mutation that is made in a copy of the house, and undone again; nothing: it survives."""
    file, original = copy / ENGINES / mutation.file, ROOT / ENGINES / mutation.file
    text = original.read_text(encoding="utf-8").replace(mutation.old, mutation.new, 1)
    file.write_text(text, encoding="utf-8")
    try:
        told = _told(copy, "tests.engine.same_trace", "60", "--tight", "--seeds")
        if not told.endswith(" 0 differ"):
            return f"random floors: {told}"
        if mutation.file.startswith("compiled"):
            told = _told(copy, "tests.engine.rules_compiled", "-x")
        else:
            cases = [str(case.relative_to(copy)) for case in sorted((copy / "tests/engine").glob("test_rules_*.py"))]
            told = _told(copy, "pytest", "-q", "-x", "-p", "no:cacheprovider", *cases)
        failed = [line for line in told.splitlines() if line.startswith("FAILED")]
        return f"worked by hand: {failed[0].split('::')[-1].split(' - ')[0]}" if failed else ""
    finally:
        shutil.copy2(original, file)


def _told(copy: Path, module: str, *arguments: str) -> str:
    """The last line of what a program of the copy prints; of the cases worked by hand, all of it."""
    env = {name: value for name, value in os.environ.items() if name != "PYTEST_ADDOPTS"}
    env |= {"PYTHONPATH": str(copy), "NUMBA_DISABLE_JIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        ended = subprocess.run(
            [sys.executable, "-P", "-m", module, *arguments],
            cwd=copy, env=env, timeout=PATIENCE, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return f"not over in {PATIENCE} s"
    if module != "tests.engine.same_trace":
        return ended.stdout
    lines = (ended.stdout if ended.returncode in (0, 1) and not ended.stderr else ended.stderr).strip().splitlines()
    return lines[-1] if lines else f"exit status {ended.returncode}"


if __name__ == "__main__":
    sys.exit(main())
