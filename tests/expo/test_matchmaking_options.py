"""Options of a matchmaking programme: pairs, answers in time, rounds, promises, stand-bys, reminders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.expo import Expo, build
from sim.expo.exhibitors.organisations import draw_exhibitors
from sim.expo.expo import REASONS, REPLIES
from sim.expo.meetings.asking import Pairs, Sent
from sim.expo.meetings.joining import Joined
from sim.expo.meetings.participants import Attendance
from sim.expo.meetings.standbys import name_standbys
from sim.expo.venue.hours import DAY
from sim.floor.arrays import MINUTE, NONE, IntArray
from sim.floor.contract import faults
from sim.matchmaking import NO_LIMIT, UNSCHEDULED, Asked, Reply
from sim.matchmaking.compact import compacting, leads
from sim.scenario import shipped_files
from sim.streams import Streams, subkeys
from tests.expo.fair import TOML, Table, built, fair
from tests.expo.limited import limits_of_all, slots_at

ONE = TOML[: TOML.index("[matchmaking.hungary]")]


def reply(expo: Expo, name: str) -> IntArray:
    """The requests to which this was the reply."""
    return np.flatnonzero(expo.requests.reply == REPLIES.index(name))


def no_show_shares(expo: Expo) -> float:
    """Share of the booked sides of meetings that never come."""
    of = [table.comes[table.meeting != NONE] for table in (expo.floor.bookings, expo.floor.calls)]
    return 1 - float(np.concatenate(of).mean())


def with_pairs(folder: Path, rows: list[tuple[str, str, str]], **settings: object) -> Expo:
    """The fair with one programme and these pairs."""
    lines = ["who,whom,rule", *(",".join(f'"{cell}"' for cell in row) for row in rows)]
    (folder / "pairs.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "fair.toml").write_text('pairs_file = "pairs.csv"\n' + ONE, encoding="utf-8")
    return build(sim.load(folder / "fair.toml", {k.replace("__", "."): v for k, v in settings.items()}))


def names(expo: Expo) -> list[frozenset[str]]:
    """Both organisations of each request."""
    name = expo.organisations.name
    return [
        frozenset((name[a], name[b]))
        for a, b in zip(expo.requests.asker.tolist(), expo.requests.asked.tolist(), strict=True)
    ]


def test_pairs_that_must_not_meet_never_ask_and_those_that_must_have_agreed(tmp_path: Path) -> None:
    plain = with_pairs(tmp_path, [("buyer 990001", "buyer 990002", "veto")])
    asked = names(plain)
    on = set(np.flatnonzero(plain.requests.meeting != NONE).tolist())
    barred = [tuple(sorted(asked[k])) for k in sorted(on)[:12]]
    declined = next(k for k in reply(plain, "declined").tolist() if asked[k] not in map(set, barred))
    rows = [(a, b, rule) for (a, b), rule in zip(barred, ["veto", "met"] * 6, strict=True)]
    must = tuple(sorted(asked[declined]))
    expo = with_pairs(tmp_path, [*rows, (*must, "must")])
    after = names(expo)
    assert not set(map(frozenset, barred)) & set(after)
    k = after.index(frozenset(must))
    assert expo.requests.must[k] == 1
    assert expo.requests.accepted[k] == 1
    assert expo.requests.must.sum() == 1
    assert len(after) in (len(asked), len(asked) + 1)  # one more if nobody would have asked


def test_a_must_meet_that_nobody_would_ask_for_is_a_request_more_and_held(tmp_path: Path) -> None:
    plain = with_pairs(tmp_path, [("buyer 990001", "buyer 990002", "veto")])
    asked = set(names(plain))
    on = np.flatnonzero(plain.requests.meeting != NONE)
    party = plain.requests.asker[on][plain.requests.asker_party[on] != NONE]
    name = plain.organisations.name
    pair = next(
        (name[e], name[p])
        for p in party.tolist()
        for e in range(plain.n_exhibitors)
        if frozenset((name[e], name[p])) not in asked
    )
    expo = with_pairs(tmp_path, [(*pair, "must")], matchmaking__general__policy="optimal")
    assert len(expo.requests.asker) == len(plain.requests.asker) + 1
    assert names(expo)[0] == frozenset(pair)  # agreed before all others
    assert expo.requests.must.tolist() == [1] + [0] * len(plain.requests.asker)
    assert expo.requests.meeting[0] != NONE or REASONS[expo.requests.reason[0]] == "never_together"


def test_a_must_meet_is_agreed_before_all_others_though_somebody_asks_for_it_late(tmp_path: Path) -> None:
    options: dict[str, object] = {
        "matchmaking__general__answer_days": Table(dist="exponential", mean=6.0),
        "matchmaking__general__pending_blocks": True,
        "matchmaking__general__most_meetings_each": 3,
    }
    plain = with_pairs(tmp_path, [("buyer 990001", "buyer 990002", "veto")], **options)
    late = [names(plain)[k] for k in reply(plain, "blocked").tolist()]
    expo = with_pairs(tmp_path, [(*sorted(late[-1]), "must")], **options)
    k = names(expo).index(late[-1])
    assert len(names(expo)) == len(names(plain))  # somebody asks for it as before
    assert k > 0
    assert expo.requests.must[k] == 1
    assert REPLIES[expo.requests.reply[k]] == "accepted"


def test_answers_that_take_time_expire_and_reminders_bring_some_back() -> None:
    slow = Table(dist="exponential", mean=6.0)
    late = built(matchmaking__general__answer_days=slow, matchmaking__general__expiry_days=5)
    reminded = built(
        matchmaking__general__answer_days=slow,
        matchmaking__general__expiry_days=5,
        matchmaking__general__reminder_days=2,
    )
    at_once = built()
    assert len(reply(at_once, "expired")) == 0
    assert len(reply(late, "expired")) > len(reply(reminded, "expired")) > 0
    # whoever answers says what he would have said
    for expo in (late, reminded):
        for what in ("accepted", "declined"):
            assert np.isin(reply(expo, what), reply(at_once, what)).all()


def test_pending_requests_that_hold_slots_keep_others_from_being_sent() -> None:
    slow = Table(dist="exponential", mean=6.0)
    expo = built(
        matchmaking__general__answer_days=slow,
        matchmaking__general__pending_blocks=True,
        matchmaking__general__most_meetings_each=3,
    )
    assert len(reply(expo, "blocked")) > 0
    general = expo.requests.programme == 0
    held = (expo.requests.reply == REPLIES.index("accepted")) & general
    ends = np.concatenate((expo.requests.asker[held], expo.requests.asked[held]))
    assert np.bincount(ends[ends < expo.n_exhibitors]).max() == 3  # a booth each


def test_nobody_sends_more_requests_than_his_quota() -> None:
    expo = built(matchmaking__general__most_requests_each=4)
    rows = expo.requests.programme == 0
    who = np.where(
        expo.requests.asker_party[rows] == NONE,
        expo.requests.asker[rows],
        expo.n_exhibitors + expo.requests.asker_party[rows],
    )
    assert np.unique(who, return_counts=True)[1].max() == 4


def test_a_confirmation_finds_part_of_the_no_shows_and_what_they_leave_is_refilled() -> None:
    change = {"matchmaking__general__no_show": 0.3, "matchmaking__general__tables": 2}
    once = built(**change)
    twice = built(**change, matchmaking__general__rounds=2)
    sure = built(**change, matchmaking__general__rounds=2, matchmaking__general__confirmation_share=1.0)
    assert no_show_shares(sure) < no_show_shares(twice) < no_show_shares(once)
    given_up = REASONS.index("given_up")
    assert (once.requests.reason == given_up).sum() == 0
    new = (twice.requests.meeting != NONE) & (once.requests.meeting == NONE)
    assert new.any()
    assert ((twice.requests.reason == given_up) & (once.requests.meeting == NONE)).sum() == 0


@pytest.mark.elsewhere
def test_reminders_prevent_their_share_of_no_shows_and_change_nothing_else() -> None:
    change = {"matchmaking__general__no_show": 0.4, "matchmaking__general__no_show_exhibitors": 0.3}
    shares = []
    for replication in range(4):
        plain = built(replication, **change)
        reminded = built(
            replication,
            **change,
            matchmaking__general__against_no_shows="reminders",
            matchmaking__general__reminder_effect=0.5,
            matchmaking__hungary__against_no_shows="reminders",
            matchmaking__hungary__reminder_effect=0.5,
        )
        assert np.array_equal(plain.requests.meeting, reminded.requests.meeting)
        shares.append(no_show_shares(reminded) / no_show_shares(plain))
    assert np.mean(shares) == pytest.approx(0.5, abs=0.1)


def test_standbys_are_free_then_and_stand_by_for_one_meeting_each() -> None:
    expo = built(
        matchmaking__general__against_no_shows="standbys",
        matchmaking__general__tables=1,
        matchmaking__hungary__against_no_shows="standbys",
        matchmaking__hungary__tables=1,
    )
    m, r, b = expo.floor.meetings, expo.requests, expo.floor.bookings
    by = np.flatnonzero(m.standby_for != NONE)
    of = m.standby_for[by]
    held = r.meeting != NONE
    programme = np.full(len(m.place), NONE)
    programme[r.meeting[held]] = r.programme[held]
    assert np.bincount(programme[by], minlength=2).min() > 3
    assert np.array_equal(programme[by], programme[of])
    assert (m.standby_for[of] == NONE).all()
    assert len(np.unique(of)) == len(of)
    assert np.array_equal(m.place[by], m.place[of])
    assert np.array_equal(m.start[by], m.start[of])
    request = np.full(len(m.place), NONE)
    request[r.meeting[r.meeting != NONE]] = np.flatnonzero(r.meeting != NONE)
    for row, meeting in zip(by.tolist(), of.tolist(), strict=True):
        mine, theirs = request[row], request[meeting]
        assert r.accepted[mine] == 1
        exhibitor = r.asker[theirs] if m.keeps[row] == 0 else r.asked[theirs]
        assert exhibitor in (r.asker[mine], r.asked[mine])
        assert exhibitor < expo.n_exhibitors
        assert b.side[b.meeting == row].tolist() == [1 - m.keeps[row]]  # in the other's place
        assert (expo.floor.calls.meeting == row).sum() == 0
    ordinary = built(matchmaking__general__tables=1, matchmaking__hungary__tables=1)
    assert np.array_equal(ordinary.floor.meetings.start, m.start[m.standby_for == NONE])
    none = built(
        matchmaking__general__against_no_shows="standbys",
        matchmaking__general__standby_share=0.0,
        matchmaking__general__tables=1,
    )
    assert (none.floor.meetings.standby_for == NONE).all()


def test_nobody_stands_by_for_two_meetings_of_one_slot() -> None:
    # exhibitors 0 and 1 meet parties 2 and 3 in slot 0; party 4, left out, would come to either
    asker, asked = np.array([2, 3, 4, 4]), np.array([0, 1, 0, 1])
    score, own = np.array([0.9, 0.9, 0.3, 0.4]), np.ones(4)
    one, who = np.ones(5), np.arange(5)
    people = Attendance(
        who, np.where(who < 2, NONE, who), np.where(who < 2, 0, 1), subkeys(1, who), one, one, False
    )
    reply = np.full(4, Reply.ACCEPTED, dtype=np.int64)
    sent = Sent(Asked(asker, asked, score, own), reply, own == 0, score, score, score, (0, 4))
    slot = np.array([0, 0, UNSCHEDULED, UNSCHEDULED])
    wanted = np.ones(4, dtype=np.bool_)
    free = np.ones((5, 1), dtype=np.int64)

    def stands(free: IntArray, most: int = NO_LIMIT, rest: int = 0) -> list[int]:
        limits, alone = limits_of_all(5, most=most, rest=rest), Joined(np.arange(4), np.full(4, NONE))
        return list(name_standbys(sent, alone, people, slot, free, wanted, limits, slots_at(0, 30)))

    assert stands(free) == [NONE, NONE, NONE, 1]
    wider = np.ones((5, 2), dtype=np.int64)
    slot = np.array([0, 1, UNSCHEDULED, UNSCHEDULED])
    assert stands(wider) == [NONE, NONE, 0, 1]
    # nor for more meetings than it may have, or with less rest than it wants; request 3 comes first
    assert stands(wider, most=1) == [NONE, NONE, NONE, 1]
    assert stands(wider, rest=20 * MINUTE) == [NONE, NONE, NONE, 1]
    wanted[1] = False
    assert stands(wider) == [NONE, NONE, 0, NONE]


def test_a_pair_that_met_need_not_meet_again_nor_may_it_unless_the_programme_lets_it() -> None:
    pairs = Pairs(must=frozenset({(0, 1), (2, 3)}), barred=frozenset({(4, 5)}))
    met = {(0, 1), (6, 7)}
    assert pairs.after(met, again=True) == Pairs(frozenset({(2, 3)}), frozenset({(4, 5)}))
    # those of a must-meet may ask each other again: they were to meet
    assert pairs.after(met, again=False) == Pairs(frozenset({(2, 3)}), frozenset({(4, 5), (6, 7)}))


def test_sponsors_are_as_many_as_the_scenario_says_and_mostly_large() -> None:
    kinds = Table(gold=3, silver=6)
    scenario, area = fair(exhibitors__sponsors=kinds), []
    for replication in range(20):
        _, exhibitors = draw_exhibitors(scenario, Streams(scenario.data.expo.seed, replication))
        sponsor = exhibitors.sponsor
        assert np.bincount(sponsor[sponsor != NONE]).tolist() == [3, 6]
        area.append(exhibitors.area_m2[sponsor != NONE].mean() / exhibitors.area_m2.mean())
    assert np.mean(area) > 1.15
    expo = built(exhibitors__sponsors=kinds)
    assert expo.sponsors == ("gold", "silver")
    assert np.bincount(expo.exhibitors.sponsor[expo.exhibitors.sponsor != NONE]).tolist() == [3, 6]
    assert (built().exhibitors.sponsor == NONE).all()


def test_promised_meetings_come_before_better_ones_where_the_policy_knows_them() -> None:
    kinds = Table(gold=6)
    change = {
        "exhibitors__sponsors": kinds,
        "matchmaking__general__policy": "optimal",
        "matchmaking__general__tables": 1,
        "matchmaking__hungary__requests": 0,
    }

    def missing(expo: Expo) -> int:
        r = expo.requests
        ends = np.concatenate([side[r.meeting != NONE] for side in (r.asker, r.asked)])
        met = np.bincount(ends, minlength=expo.n_exhibitors)[: expo.n_exhibitors]
        return int(np.maximum(5 - met[expo.exhibitors.sponsor == 0], 0).sum())

    promised = built(**change, matchmaking__general__promises=Table(gold=5))
    assert missing(promised) < missing(built(**change))
    assert promised.timetables[0].value < built(**change).timetables[0].value


def test_nobody_has_more_meetings_on_end_than_the_programme_lets_him() -> None:
    expo = built(matchmaking__general__most_in_row=2, matchmaking__hungary__requests=0)
    m, r = expo.floor.meetings, expo.requests
    step = 30 * 60_000
    for side in ("asker", "asked"):
        party = getattr(r, f"{side}_party")
        for p in np.unique(party[(party != NONE) & (r.meeting != NONE)]).tolist():
            mine = ((r.asker_party == p) | (r.asked_party == p)) & (r.meeting != NONE)
            start = set(m.start[r.meeting[mine]].tolist())
            assert not any({t, t + step, t + 2 * step} <= start for t in start)


def test_what_is_proven_of_a_timetable_is_told_whatever_the_policy() -> None:
    greedy, best = built(), built(matchmaking__general__policy="optimal")
    for number in (0, 1):
        facts = greedy.timetables[number]
        assert 0 < facts.value <= facts.bound
        assert facts.table_worth >= 0
        assert len(facts.delegate_worth) == len(facts.exhibitor)
    assert greedy.timetables[0].value <= best.timetables[0].value <= best.timetables[0].bound + 1e-9
    assert np.isnan(greedy.timetables[0].interpreter_worth)
    assert greedy.timetables[1].interpreter_worth >= 0
    on = (best.requests.meeting != NONE) & (best.requests.programme == 0)
    assert best.timetables[0].value == pytest.approx(best.requests.score[on].sum())


def test_a_pair_that_met_in_an_earlier_programme_may_be_kept_from_asking_again() -> None:
    pairs = []
    for again in (True, False):
        expo = build(fair(matchmaking__hungary__met_again=again), 0)
        r = expo.requests
        met = (r.meeting != NONE) & (r.programme == 0)
        done = {frozenset(p) for p in zip(r.asker[met].tolist(), r.asked[met].tolist(), strict=True)}
        second = r.programme == 1
        pairs.append(
            sum(
                frozenset(p) in done
                for p in zip(r.asker[second].tolist(), r.asked[second].tolist(), strict=True)
            )
        )
    assert pairs[0] > 0
    assert pairs[1] == 0


def breaks(expo: Expo) -> int:
    """Times that somebody has a slot without a meeting between two of a day."""
    m, r = expo.floor.meetings, expo.requests
    busy: dict[tuple[int, int], set[int]] = {}
    slots = np.unique(m.start).tolist()
    for k in np.flatnonzero(r.meeting != NONE).tolist():
        start = int(m.start[r.meeting[k]])
        for who, party in ((r.asker[k], r.asker_party[k]), (r.asked[k], r.asked_party[k])):
            key = int(who) if party == NONE else expo.n_exhibitors + int(party)
            busy.setdefault((key, start // DAY), set()).add(slots.index(start))
    return sum(
        sum(t + 1 not in own for t in own) - 1  # runs of slots on end, less one
        for own in busy.values()
    )


def test_a_compact_timetable_holds_the_same_meetings_with_fewer_breaks() -> None:
    change = {"matchmaking__hungary__requests": 0}
    plain, compact = built(**change), built(**change, matchmaking__general__compact="value")
    assert np.array_equal(plain.requests.meeting != NONE, compact.requests.meeting != NONE)
    assert breaks(compact) < breaks(plain) / 2
    assert faults(compact.floor) == []


@pytest.fixture
def little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compacting ends after a twentieth of its usual work: not as well, but by the same rules."""
    for module in (compacting, leads):
        monkeypatch.setattr(module, "WORK", 20_000)


@pytest.mark.elsewhere
@pytest.mark.usefixtures("little_work")
def test_compacting_does_not_know_who_will_stay_away_of_those_never_asked_to_confirm() -> None:
    change = {
        "matchmaking__hungary__requests": 0,
        "matchmaking__general__requests": 600,
        "matchmaking__general__tables": 2,
        "matchmaking__general__most_meetings_each": 3,  # so that many have no meeting to confirm
        "matchmaking__general__no_show": 0.4,
        "matchmaking__general__rounds": 2,
        "matchmaking__general__confirmation_share": 1.0,
    }
    plain, compact = built(**change), build(fair(**change, matchmaking__general__compact="breaks"))
    given_up = plain.requests.reason == REASONS.index("given_up")
    assert given_up.sum() > 20
    assert np.array_equal(compact.requests.reason == REASONS.index("given_up"), given_up)
    came_in = compact.requests.meeting[(plain.requests.meeting == NONE) & (compact.requests.meeting != NONE)]
    assert {0, 1} <= {
        int(table.comes[table.meeting == meeting].min(initial=1))
        for meeting in came_in.tolist()
        for table in (compact.floor.bookings, compact.floor.calls)
    }


@pytest.mark.elsewhere
@pytest.mark.usefixtures("little_work")
def test_compacting_takes_in_what_is_worth_most_to_those_whose_interest_counts() -> None:
    change = {
        "matchmaking__hungary__requests": 0,
        "matchmaking__general__requests": 600,
        "matchmaking__general__policy": "none",  # all meetings are those that compacting took in
        "matchmaking__general__tables": 2,  # so that not all find a place
        "matchmaking__general__compact": "breaks",
    }
    wish = {}
    for interest in ("reciprocal", "one_sided"):
        r = build(fair(**change, matchmaking__general__interest=interest)).requests
        wish[interest] = r.asker_wish[r.meeting != NONE].sum()
    assert 0 < wish["reciprocal"] < wish["one_sided"]


def test_second_appointments_are_of_the_same_two_later_that_day_and_change_nothing_else() -> None:
    lists = {
        "matchmaking__general__tables": 12, "matchmaking__hungary__tables": 6,
        "matchmaking__hungary__delegates": 3, "matchmaking__hungary__interpreters": 6,
    }  # fmt: skip
    plain, again = (
        built(**lists),
        built(matchmaking__general__again_share=1.0, matchmaking__hungary__again_share=1.0, **lists),
    )
    assert faults(again.floor) == []
    first, m = plain.floor.meetings, again.floor.meetings
    n = len(first.place)
    second = np.arange(n, len(m.place))
    of = m.again_of[second]
    assert len(second) > 10
    assert (np.append(first.again_of, m.again_of[:n]) == NONE).all()
    assert (of < n).all()
    for name in ("place", "start", "duration", "interpreters", "standby_for"):
        assert np.array_equal(getattr(first, name), getattr(m, name)[:n])
    for name in ("asker", "asked", "reply", "accepted", "meeting"):
        assert np.array_equal(getattr(plain.requests, name), getattr(again.requests, name))
    for name in ("arrival", "stay", "latest", "stop_index"):
        assert np.array_equal(getattr(plain.floor.party_days, name), getattr(again.floor.party_days, name))
    for table in ("bookings", "calls"):
        one, two = getattr(plain.floor, table), getattr(again.floor, table)
        others = two.meeting < n
        for name in ("place", "start", "meeting", "side", "comes"):
            assert np.array_equal(getattr(one, name), getattr(two, name)[others])
        assert (two.comes[~others] == 1).all()
    # later on the same day, when the slot of the first is over
    assert (m.start[second] >= m.start[of] + m.duration[of]).all()
    assert np.array_equal(m.start[second] // DAY, m.start[of] // DAY)
    # meetings of earlier slots have chosen first, a programme after the other
    r = again.requests
    for number in (0, 1):
        own = np.isin(of, r.meeting[(r.programme == number) & (r.meeting != NONE)])
        assert np.count_nonzero(own) > 3
        assert (np.diff(m.start[of[own]]) >= 0).all()
    # each side booked once, none that will not come to the first
    sides = [
        (int(k), int(s)) for t in (again.floor.bookings, again.floor.calls)
        for k, s in zip(t.meeting, t.side, strict=True) if k >= n
    ]  # fmt: skip
    assert sorted(sides) == [(k, s) for k in second.tolist() for s in (0, 1)]
    for them in (again.floor.bookings, again.floor.calls):
        assert (them.comes[np.isin(them.meeting, of)] == 1).all()
    # no table is promised twice, and no party is
    for place in np.unique(m.place):
        at = np.flatnonzero(m.place == place)
        at = at[np.argsort(m.start[at])]
        assert (m.start[at[1:]] >= (m.start + m.duration)[at[:-1]]).all()
    b, row = (
        again.floor.bookings,
        np.repeat(np.arange(again.floor.n_party_days), np.diff(again.floor.party_days.booking_index)),
    )
    on = np.flatnonzero(b.meeting != NONE)
    until = m.start[b.meeting[on]] + m.duration[b.meeting[on]]
    assert (b.start[on[1:]] >= until[:-1])[row[on[1:]] == row[on[:-1]]].all()


def test_whether_two_would_agree_to_another_time_depends_on_the_two_alone() -> None:
    def agreed(share: float, **more: object) -> set[tuple[int, int]]:
        expo = built(matchmaking__general__again_share=share, matchmaking__general__tables=12, **more)
        again = expo.floor.meetings.again_of
        r = expo.requests
        of = np.flatnonzero(np.isin(r.meeting, again[again != NONE]))
        return set(zip(r.asker[of].tolist(), r.asked[of].tolist(), strict=True))

    none, half, all_ = agreed(0.0), agreed(0.5), agreed(1.0)
    assert not none
    assert 0.25 * len(all_) < len(half) < 0.9 * len(all_)


def test_second_appointments_keep_to_the_delegates_and_interpreters_there_are() -> None:
    expo = built(
        matchmaking__general__again_share=1.0, matchmaking__general__tables=12,
        matchmaking__general__interpreters=2, matchmaking__general__delegates=1,
    )  # fmt: skip
    m, r, c = expo.floor.meetings, expo.requests, expo.floor.calls
    assert (m.again_of != NONE).sum() > 3
    programme = np.full(len(m.place), NONE)
    programme[r.meeting[r.meeting != NONE]] = r.programme[r.meeting != NONE]
    programme = np.where(m.again_of == NONE, programme, programme[m.again_of])
    for t in np.unique(m.start):
        now = (m.start <= t) & (t < m.start + m.duration)
        assert (now & (m.interpreters == 0)).sum() <= 2
        on = (c.meeting != NONE) & (now & (programme == 0))[c.meeting]
        assert np.bincount(c.booth[on], minlength=1).max() <= 1


def test_by_default_nothing_is_offered_again() -> None:
    for name in shipped_files():
        assert all(programme.again_share == 0 for programme in sim.load(name).data.matchmaking.values())
    expo = build(sim.load("quickstart"))
    assert (expo.floor.meetings.again_of == NONE).all()
