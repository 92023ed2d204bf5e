"""Options of a matchmaking programme: pairs, answers in time, promises, limits, few breaks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import sim
from sim.expo import Expo, build
from sim.expo.exhibitors.organisations import draw_exhibitors
from sim.expo.expo import REASONS, REPLIES
from sim.expo.meetings.asking import Pairs
from sim.expo.venue.hours import DAY
from sim.floor.arrays import NONE, IntArray
from sim.floor.contract import faults
from sim.matchmaking.compact import compacting, leads
from sim.streams import Streams
from tests.expo.fair import TOML, Table, built, fair

ONE = TOML[: TOML.index("[matchmaking.hungary]")]


def reply(expo: Expo, name: str) -> IntArray:
    """The requests to which this was the reply."""
    return np.flatnonzero(expo.requests.reply == REPLIES.index(name))


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
