"""Badges: what they record, step by step; who wears one changes no other record; measures by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import sim
from sim.floor.arrays import MINUTE, SECOND
from sim.floor.inequality import gini
from sim.statistics import Result
from sim.statistics.badges import MEASURES, Records, distance, lengths, measured, read_badges, thinned
from sim.statistics.badges.congress import CONGRESS_LENGTHS, records_of
from sim.statistics.badges.facing import People
from sim.statistics.badges.measures import distance_from_congress, event_gini, partners, remeeting
from sim.statistics.badges.records import A_MINUTE, DAY_STEPS, recorded, steps
from tests.benchmarks import badges as benchmark
from tests.statistics import naive_badges

HOUR = DAY_STEPS // 24


def ints(*values: int) -> npt.NDArray[np.int64]:
    return np.array(values, dtype=np.int64)


def rows_of(records: Records) -> set[tuple[int, ...]]:
    return set(
        zip(*(c.tolist() for c in (records.one, records.other, records.first, records.last)), strict=True)
    )


def test_a_contact_is_seen_in_the_steps_whose_middle_it_lasts_through() -> None:
    start = ints(0, 5, 10, 11, 11, 45) * SECOND
    end = ints(60, 55, 50, 49, 29, 50) * SECOND
    first, last = steps(start, end)
    assert list(zip(first.tolist(), last.tolist(), strict=True)) == [
        (0, 2), (0, 2), (0, 1), (1, 1), (1, 0), (2, 1),  # the last but one between two middles: unseen
    ]  # fmt: skip


def test_sights_of_a_pair_make_one_contact_over_gaps_of_two_minutes_and_no_longer() -> None:
    pair = {"one": ints(*[4] * 5, 1, 4), "other": ints(*[7] * 5, 4, 5)}
    #          ends before it begins; 6 steps after 10; 7 after 21; within the first; of others
    first, last = ints(0, 17, 29, 3, 50, 18, 11), ints(10, 21, 30, 4, 49, 18, 11)
    found = recorded(pair["one"], pair["other"], first, last)
    assert list(zip(*(column.tolist() for column in found), strict=True)) == [
        (1, 4, 18, 18), (4, 5, 11, 11), (4, 7, 0, 21), (4, 7, 29, 30),
    ]  # fmt: skip
    assert [len(column) for column in recorded(*[ints()] * 4)] == [0] * 4


def made_up() -> Records:
    """Five persons on two days; the fifth is staff."""
    at_9, at_11 = 9 * HOUR, 11 * HOUR
    contacts = [
        (0, 1, at_9, at_9 + 1),  # 40 s
        (0, 1, at_11, at_11 + 2),  # a minute
        (0, 1, at_11 + DAY_STEPS, at_11 + DAY_STEPS + 2),
        (0, 4, at_11 - 9, at_11 + 5),  # five minutes, two in the coffee hour
        (0, 4, at_9 + DAY_STEPS, at_9 + DAY_STEPS + 17),
        (1, 2, at_9, at_9 + 5),
        (2, 4, at_9 + DAY_STEPS, at_9 + DAY_STEPS + 2),
        (3, 4, at_9 + DAY_STEPS, at_9 + DAY_STEPS + 2),  # not there on the first day
    ]
    one, other, first, last = np.array(contacts, dtype=np.int64).T
    days = [(0, 0, 3.0), (0, 1, 3.0), (1, 0, 3.0), (1, 1, 1.0), (2, 0, 5.0), (2, 1, 3.0), (3, 1, 3.0)]
    person, day, hours = zip(*days, strict=True)
    return Records(one, other, first, last, ints(*person), ints(*day), np.array(hours))


def test_measures_of_eight_contacts_by_hand() -> None:
    found, records = measured(made_up()), made_up()
    assert sorted(lengths(records)) == [1, 1, 1, 1, 2, 5, 6]  # 40 s are no minute
    assert found["median"] == 1
    assert found["mean"] == pytest.approx(17 / 7)
    assert found["five"] == pytest.approx(200 / 7)
    assert partners(records, A_MINUTE).tolist() == [2, 2, 2, 1, 1, 1, 1]
    assert partners(records, 15).tolist() == [1, 1, 0, 0, 0, 0, 0]
    of_span = np.array([2.0, 2, 2, 1, 1])  # neither 1 h nor 5 h
    assert found["partners"] == of_span.mean()
    assert found["partners_cv"] == pytest.approx(of_span.std() / of_span.mean())
    assert found["partners_gini"] == pytest.approx(gini(of_span))
    assert found["long_partners"] == 0.4
    assert found["event_gini"] == pytest.approx(gini(np.array([2, 2, 2, 1])))
    assert found["two_days_gini"] == pytest.approx(0)  # of 2, 2 and 2
    assert found["time_gini"] == pytest.approx(gini(np.array([2 + 3 + 3 + 15 + 18, 2 + 3 + 3 + 6, 9, 3])))
    assert found["coffee"] == pytest.approx(100 * (3 + 3 + 6) / 53)
    assert found["audience_coffee"] == pytest.approx(100 * 6 / 14)
    assert found["remeeting"] == pytest.approx(200 / 3)  # 0 with 1 and 4; not 2 with 4; 3 came late
    assert set(found) == {measure.name for measure in MEASURES}


def test_who_comes_later_or_on_more_days_is_told_apart() -> None:
    contacts = [
        (0, 1, DAY_STEPS // 2, DAY_STEPS // 2 + 5),
        (0, 1, 3 * DAY_STEPS // 2, 3 * DAY_STEPS // 2 + 5),
        (0, 2, 3 * DAY_STEPS // 2, 3 * DAY_STEPS // 2 + 5),  # the second of the two came late
    ]
    person, day = ints(0, 0, 0, 1, 1, 2, 2), ints(0, 1, 2, 0, 1, 1, 2)
    one, other, first, last = np.array(contacts, dtype=np.int64).T
    records = Records(one, other, first, last, person, day, np.full(7, 3.0))
    assert remeeting(A_MINUTE)(records) == 100
    assert event_gini()(records) == pytest.approx(gini(np.array([2, 1, 1])))
    assert event_gini(2)(records) == 0  # of 1 and 1, without who came on three days


def test_records_are_read_from_the_rows_of_the_congress() -> None:
    day = 24 * 3600
    t = ints(day + 40, 0, 20, 180, 340, 40)
    records = records_of(t, ints(9, 9, 3, 9, 9, 5), ints(3, 3, 9, 3, 3, 9))
    # 20 and 180 s are 140 s from end to begin: two contacts; 0 and 20 one step after the other
    assert rows_of(records) == {
        (3, 9, 0, 1), (3, 9, 9, 9), (3, 9, 17, 17), (3, 9, DAY_STEPS + 2, DAY_STEPS + 2), (5, 9, 2, 2),
    }  # fmt: skip
    assert list(zip(records.person.tolist(), records.day.tolist(), strict=True)) == [
        (3, 0), (3, 1), (5, 0), (9, 0), (9, 1),
    ]  # fmt: skip
    assert records.hours == pytest.approx(np.array([360, 20, 20, 360, 20]) / 3600)


def test_the_largest_difference_of_two_samples() -> None:
    assert distance(np.array([1.0, 2, 3]), np.array([1.0, 2, 3])) == 0
    assert distance(np.array([1.0, 1, 3, 3]), np.array([2.0, 3])) == 0.5
    assert np.isnan(distance(np.array([]), np.array([1.0])))
    seconds, shares = np.array(CONGRESS_LENGTHS).T
    assert (np.diff(shares) > 0).all()
    exact = np.repeat(seconds / 60, np.diff(np.round(shares * 10_000), prepend=0).astype(int))
    assert distance_from_congress(exact) < 0.0015  # but for the few of more than an hour
    assert np.isnan(distance_from_congress(np.array([])))


def test_the_fitted_curve_is_recorded_as_the_congress_was_and_an_exponential_is_not() -> None:
    rng = np.random.default_rng(3)
    log_normal = np.exp(rng.normal(0.47, 1.22, 200_000))
    for minutes, near in (
        (log_normal[log_normal >= 50 / 60], True),
        (rng.exponential(3.75, 80_000) + 5 / 6, False),
    ):
        ms = (minutes * MINUTE).astype(np.int64)
        start = rng.integers(0, 10**8, len(ms))
        first, last = steps(start, start + ms)
        found = last - first + 1
        assert found.mean() / 3 == pytest.approx(minutes.mean(), rel=0.01)  # right in the mean
        assert (distance_from_congress(found[found >= A_MINUTE] / 3) < 0.03) == near


def test_a_fair_worked_out_by_hand(tiny: Result) -> None:
    # persons: 0; 1 and 2; 3 to 7 the press; 8; 9 to 11; staff of Acme 12 and 13, of Bela 14, of the third 15
    def at(hour: int, minute: int, day: int = 0) -> int:
        return 3 * (60 * hour + minute) + day * DAY_STEPS

    talks = {
        (0, 12, at(9, 10), at(9, 16) - 1), (0, 14, at(9, 22), at(9, 25) - 1),
        (1, 13, at(9, 7), at(9, 20) - 1), (2, 13, at(9, 7), at(9, 20) - 1),
        *((press, 12, at(9, 4), at(9, 10) - 1) for press in range(3, 8)),
        (0, 1, at(10, 40), at(10, 44) - 1), (0, 2, at(10, 40), at(10, 44) - 1),
        (0, 15, at(10, 44), at(10, 48) - 1),
        (0, 1, at(10, 50), at(10, 50) + 3), (0, 2, at(10, 50), at(10, 50) + 3),  # fell into talk for 88.9 s
        (0, 14, at(11, 2), at(11, 20) - 1),  # the meeting: Bela came late
        (0, 12, at(10, 6, 1), at(10, 8, 1) - 1),  # the trace has 13; 0 asks for 12, whom it knows
        (8, 14, at(10, 7, 1), at(10, 16, 1) - 1),
    }  # fmt: skip
    records = read_badges(tiny.ledger, 1)
    assert rows_of(records) == talks
    days = list(zip(records.person.tolist(), records.day.tolist(), records.hours.tolist(), strict=True))
    assert days[:3] == [(0, 0, 179 / 60), (0, 1, 19 / 60), (1, 0, 237 / 60)]
    assert [person for person, *_ in days] == [0, 0, 1, 2, 3, 4, 5, 6, 7, 8]  # 9 to 11 were never let in
    with_companions = rows_of(read_badges(tiny.ledger, 1, companions=True))
    assert (1, 2, at(12, 5), at(12, 30) - 1) in with_companions  # over lunch
    assert with_companions > talks
    assert len(read_badges(tiny.ledger, 0).one) == 0


def test_what_loops_over_steps_and_persons_record_is_what_is_read(quickstart: Result) -> None:
    records, people = read_badges(quickstart.ledger, 0.4, companions=True), People(quickstart.ledger)
    numbers = {}
    for actor in range(quickstart.expo.floor.n_actors):
        for i, person in enumerate(naive_badges.persons(quickstart, actor)):
            numbers[person] = int(people.first[actor]) + i
    by_hand = naive_badges.contacts(quickstart, 0.4)
    assert len(by_hand) > 300
    assert rows_of(records) == {
        (*sorted(numbers[person] for person in pair), first, last) for pair, first, last in by_hand
    }
    assert any(numbers[a] < people.n_visitors > numbers[b] for (a, b), *_ in by_hand)


def test_who_wears_a_badge_changes_nobody_elses_records(quickstart: Result) -> None:
    people, ledger = People(quickstart.ledger), quickstart.ledger
    assert len(np.unique(people.key)) == people.n
    everybody, before = read_badges(ledger, 1), np.zeros(people.n, dtype=np.bool_)
    for fraction in (0.05, 0.3, 0.9):
        wearing = people.wearing(fraction, fraction)
        assert (wearing >= before).all()  # who wore one still does
        assert wearing.mean() == pytest.approx(
            fraction, abs=4 * np.sqrt(fraction * (1 - fraction) / people.n)
        )
        before = wearing
        both = wearing[everybody.one] & wearing[everybody.other]
        columns: dict[str, Any] = {
            name: getattr(everybody, name)[both] for name in ("one", "other", "first", "last")
        }
        assert rows_of(read_badges(ledger, fraction)) == rows_of(replace(everybody, **columns))
        without_staff = read_badges(ledger, fraction, staff=0)
        assert rows_of(without_staff) == {
            row for row in rows_of(read_badges(ledger, fraction)) if row[1] < people.n_visitors
        }
        assert without_staff.person.tolist() == read_badges(ledger, fraction).person.tolist()


def test_more_visits_leave_the_badges_of_those_who_come_anyway_alone(quickstart: Result) -> None:
    wearing = []
    more = sim.run(sim.load("quickstart", {"visitors.buyer.visits": 400}))
    for result in (quickstart, more):
        people = People(result.ledger)
        wearing.append(dict(zip(people.key.tolist(), people.wearing(0.3, 0.3).tolist(), strict=True)))
    both = wearing[0].keys() & wearing[1].keys()
    assert 1_000 < len(both) < len(wearing[1])
    assert all(wearing[0][key] == wearing[1][key] for key in both)
    for fraction in (-0.1, 1.1, np.nan):
        with pytest.raises(ValueError, match="allowed: 0 to 1"):
            read_badges(result.ledger, fraction)


def test_a_fraction_of_badges_finds_fewer_partners_and_makes_them_differ_more() -> None:
    assert thinned(6.0, 0.7, 1) == (6.0, 0.7)
    rng = np.random.default_rng(4)
    there = rng.negative_binomial(2, 0.25, 400_000)
    cv = there.std() / there.mean()
    for fraction in (0.05, 0.3, 0.6):
        seen = rng.binomial(there, fraction)
        expected = thinned(float(there.mean()), float(cv), fraction)
        assert (seen.mean(), seen.std() / seen.mean()) == pytest.approx(expected, rel=0.01)


def test_lengths_at_a_small_fair_are_those_of_the_congress(quickstart: Result) -> None:
    records = read_badges(quickstart.ledger, 1)
    assert len(lengths(records)) > 5_000
    assert distance_from_congress(lengths(records)) < 0.05


def test_the_benchmark_prints_its_table_without_the_congress(capsys: pytest.CaptureFixture[str]) -> None:
    benchmark.main(["--scenario", "quickstart", "--records", "nowhere"])
    told = capsys.readouterr().out
    assert "as the package keeps it" in told
    assert all(f"| {measure.label} | " in told for measure in MEASURES)
    assert told.count("\n|") == len(MEASURES) + 2
