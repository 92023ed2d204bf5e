"""What each group of changes makes of a difference: known answers, sums to the last bit, honest intervals."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from math import nan
from pathlib import Path
from random import Random
from typing import Any

import pytest

import sim
from sim.decisions.attribute import between
from sim.decisions.attribute.attributing import Attribution, attribute
from sim.decisions.attribute.between import AttributionError, Between, grouped
from sim.decisions.attribute.days import on_the_days_of
from sim.scenario import ScenarioData, diff, load
from sim.scenario.writing.toml import toml_document
from sim.statistics.intervals import estimate
from sim.studies import replicate_variants
from sim.studies.cell import StudyError
from tests.decisions.toys import KPI, Toy
from tests.random_scenarios import draw_scenario
from tests.scenario.conftest import SMALL
from tests.sources import Seeded

pytestmark = pytest.mark.usefixtures("played_once")

FAIR = Path(__file__).parents[1] / "cli" / "fair.toml"
CHANGES = {
    "matchmaking.main.tables": 9,
    "visitors.buyer.visits": 500,
    "venue.gates.main.lanes": 5,
    "expo.title": "Another",
    "expo.seed": 9,
}


def xyz(data: ScenarioData) -> tuple[int, int, int]:
    return data.matchmaking["main"].tables, data.visitors["buyer"].visits, data.venue.gates["main"].lanes


def linear(data: ScenarioData, random: Random) -> float:
    x, y, z = xyz(data)
    return 3.0 * x + 0.25 * y - 2.0 * z + random.gauss(0, 5)  # noise that pairing takes out


def words(found: Attribution) -> str:
    return " ".join(found.text().split())


def means(found: Attribution) -> dict[str, float]:
    return {each.name: found.estimate(KPI, each.name).mean for each in found.groups}


def test_on_a_linear_toy_each_change_makes_its_own_term() -> None:
    small = load(SMALL)
    toy = Toy(linear)
    found = attribute(small, small.replace(**CHANGES), kpis=[KPI], replications=6, runner=toy)
    assert means(found) == pytest.approx(
        {"venue.gates.main": -2.0 * (5 - 3), "visitors.buyer": 0.25 * 100, "matchmaking.main": 3.0 * 4}
    )
    assert found.estimate(KPI).mean == pytest.approx(33)
    assert (found.scenarios, toy.ran) == (8, 48)
    assert found.orders is None
    told = " ".join(found.text().split("\n\n")[0].split())
    before, after = (sum(each[end] for each in found.ends[KPI]) / 6 for end in (0, 1))
    assert f"+33 (same in all 6) meetings (+{100 * (after / before - 1):.1f} %), from" in told
    assert "Of that visitors.buyer made +25 (same in all 6) meetings, matchmaking.main +12 (same" in told
    assert told.endswith("and venue.gates.main −4.00 (same in all 6).")


def test_what_is_not_told_of_a_group_is_said_and_of_many_only_the_first() -> None:
    def value(data: ScenarioData, random: Random) -> float:
        x, y, z = xyz(data)
        return 100 * x + y * random.gauss(0, 0.1) + z * random.gauss(0, 1)

    small = load(SMALL)
    found = attribute(small, small.replace(**CHANGES), kpis=[KPI], replications=6, runner=Toy(value))
    assert "Of that matchmaking.main made +400 (same in all 6) meetings; of visitors.buyer" in words(found)
    assert "; of visitors.buyer and venue.gates.main it cannot be told." in words(found)

    def all_of_them(data: ScenarioData, random: Random) -> float:
        tree = data.model_dump(mode="json", by_alias=True)
        found = [_at(tree, path) for path in many()]
        return float(sum(each for each in found if not isinstance(each, dict)))

    wide = attribute(
        small,
        small.replace(**many()),
        kpis=[KPI],
        by="path",
        orders=1,
        replications=6,
        runner=Toy(all_of_them),
    )
    assert "; 6 more that make something are below." in words(wide)


def _at(tree: Any, path: str) -> Any:
    for key in path.split("."):
        tree = tree[key]
    return tree


def test_another_date_is_no_change_of_what_happens() -> None:
    small = load(SMALL)
    later = {
        "expo.first_day": dt.date(2026, 3, 3),
        "programme.opening.starts": dt.datetime(2026, 3, 3, 10),
        "expo.hours": {"2026-03-04": {"closes": dt.time(14)}},
    }
    other = small.replace(**later, **CHANGES)
    moved = on_the_days_of(small, other)
    assert moved.hash == small.replace(**later).hash != small.hash
    assert repr(sim.run(moved, engine="simpy").row) == repr(sim.run(small, engine="simpy").row)
    found = attribute(small, other, kpis=[KPI], replications=6, runner=Toy(linear))
    assert [each.name for each in found.groups] == ["venue.gates.main", "visitors.buyer", "matchmaking.main"]
    assert "is run on the days of the second" in words(found)
    assert found.exact_difference(KPI) == tuple(map(sum, zip(*found.shares[KPI].values(), strict=True)))
    # an activity of a day that only the second has can be added alone
    new = {"kind": "forum", "starts": dt.datetime(2026, 3, 4, 10), "rooms": ["stage"], "talk_minutes": 20}
    added = other.replace(**{f"programme.talk.{key}": value for key, value in new.items()})
    found = attribute(small, added, kpis=[KPI], replications=2, runner=Toy(linear))
    assert (len(found.groups), found.notes) == (4, ())
    longer = small.replace(**later, **{"expo.hours.2026-03-04.closes": dt.time(15)})
    (group,) = attribute(small, longer, kpis=[KPI], replications=2, runner=Toy(linear)).groups
    assert group.said == "closes: 14:00 → 15:00"
    with pytest.raises(AttributionError, match="nothing differs between the two"):
        attribute(small, small.replace(**later))


def test_an_interaction_is_shared_as_the_closed_form_says_and_is_told() -> None:
    def value(data: ScenarioData, random: Random) -> float:
        x, y, z = xyz(data)
        return x * y / 100 + random.gauss(0, 1) * x + z

    small = load(SMALL)
    found = attribute(small, small.replace(**CHANGES), kpis=[KPI], replications=8, runner=Toy(value))
    x, y, x_, y_ = 5, 400, 9, 500
    of_y = (y_ - y) * (x + x_) / 2 / 100
    for i, number in enumerate(found.numbers[KPI]):
        of_x = (x_ - x) * ((y + y_) / 2 / 100 + Random(number).gauss(0, 1))
        assert float(found.shares[KPI]["matchmaking.main"][i]) == pytest.approx(of_x)
        assert float(found.shares[KPI]["visitors.buyer"][i]) == pytest.approx(of_y)
    # three groups and the whole: four intervals that hold together
    whole = [float(each) for each in found.exact_difference(KPI)]
    assert found.estimate(KPI) == estimate(whole, 1 - 0.05 / 4)
    assert f"{KPI}: visitors.buyer makes +5 meetings as the first change and +9 meetings" in words(found)


def test_that_changes_work_on_each_other_is_told_where_it_is_seen_of_all_together() -> None:
    small = load(SMALL)
    found = attribute(small, small.replace(**CHANGES), kpis=[KPI], replications=8, runner=Toy(linear))
    none = dict.fromkeys((each.name for each in found.groups), (0.0,) * 8)
    for more, seen in ((1.0, False), (1.3, True)):  # ± 0.89 alone at 95 %, ± 1.18 as one of three
        last = none | {"visitors.buyer": (more - 1, more + 1) * 4}
        told = replace(found, first={KPI: none}, last={KPI: last}).text()
        assert ("as the last: changes work on each" in " ".join(told.split())) is seen


@pytest.mark.parametrize("orders", [None, 1, 2, 5])
def test_values_sum_to_the_difference_of_every_replication_exactly(orders: int | None) -> None:
    def value(data: ScenarioData, random: Random) -> float:
        x, y, z = xyz(data)
        return random.random() / x + float(y**0.5 * random.random() ** z)

    small = load(SMALL)
    found = attribute(
        small,
        small.replace(**CHANGES),
        kpis=[KPI],
        replications=5,
        orders=orders,
        by="path",
        runner=Toy(value),
    )
    whole = found.exact_difference(KPI)
    ends = [
        [value(each.data, Random(number)) for each in (small, small.replace(**CHANGES))]
        for number in range(5)
    ]
    assert whole == tuple(Fraction(after) - Fraction(before) for before, after in ends)
    assert tuple(map(sum, zip(*found.shares[KPI].values(), strict=True))) == whole
    assert found.orders == orders


def many() -> dict[str, Any]:
    """Twelve changes in twelve paths that any order can make."""
    behaviour = ("margin_minutes", "short_talk_minutes", "useful_minutes", "retry_share")
    own = load(SMALL).data
    return {
        **{f"behaviour.{name}": 1.25 * getattr(own.behaviour, name) for name in behaviour},
        "matchmaking.main.requests": 70,
        "matchmaking.main.acceptance": 0.5,
        "visitors.buyer.stops": 9,
        "visitors.buyer.authority": 0.5,
        "costs.table_day": 90.0,
        "costs.square_metre": 60.0,
        "chains.parts.exhibitors": 2.0,
        "programme.seminars.registered": 30.0,
    }


def test_beyond_ten_groups_orders_are_drawn_and_intervals_include_that() -> None:
    def value(data: ScenarioData, random: Random) -> float:
        a, b = data.costs.table_day / 90, data.costs.square_metre / 60
        c = float(data.matchmaking["main"].requests > 60)
        d = float(data.chains["parts"].exhibitors > 1)
        return 2.0 * a + 12 * a * b * c + d + random.gauss(0, 1)

    small = load(SMALL)
    toy = Toy(value)
    found = attribute(
        small, small.replace(**many()), kpis=[KPI], by="path", orders=2, replications=30, runner=toy
    )
    assert len(found.groups) == 12
    assert toy.ran <= 30 * (2 + 2 * 11)
    truth = {"costs.table_day": 6.0, "costs.square_metre": 4.0, "matchmaking.main.requests": 4.0}
    for name, mean in truth.items():
        e = found.estimate(KPI, name)
        assert e.low < mean < e.high
        assert (
            0.3 < e.half_width < 4
        )  # in spite of pairing: the orders differ from one replication to the next
    assert found.estimate(KPI, "chains.parts.exhibitors").mean == pytest.approx(1)
    assert tuple(map(sum, zip(*found.shares[KPI].values(), strict=True))) == found.exact_difference(KPI)


def test_what_two_changes_make_together_is_exact_of_an_order_and_its_reverse() -> None:
    def value(data: ScenarioData, random: Random) -> float:
        a, b = data.costs.table_day / 90, data.costs.square_metre / 60
        return 2.0 * a + 12 * a * b * (1 + random.random())

    small = load(SMALL)
    other = small.replace(**many())
    found = attribute(small, other, kpis=[KPI], by="path", orders=2, replications=3, runner=Toy(value))
    for i, number in enumerate(found.numbers[KPI]):
        before, after = (
            (each.costs.table_day / 90, each.costs.square_metre / 60) for each in (small.data, other.data)
        )
        each = 12 * (1 + Random(number).random())
        of_a = (after[0] - before[0]) * (2 + each * (before[1] + after[1]) / 2)
        of_b = (after[1] - before[1]) * each * (before[0] + after[0]) / 2
        assert float(found.shares[KPI]["costs.table_day"][i]) == pytest.approx(of_a)
        assert float(found.shares[KPI]["costs.square_metre"][i]) == pytest.approx(of_b)


def test_what_cannot_be_changed_alone_is_one_group_and_what_needs_another_comes_after_it() -> None:
    small = load(SMALL)
    shorter = {
        "expo.days": 1,
        "expo.hours": None,
        "visitors.buyer.day_shares": None,
        "programme.seminars.per_day": [8],
        "matchmaking.main.windows": [1],
        "shocks.rain": None,
        "venue.halls.south.width_m": 30,
        "venue.halls.south.depth_m": 30,
        "chains.parts.hall": "south",
    }

    def value(data: ScenarioData, random: Random) -> float:
        return 10.0 * data.expo.days + 3 * len(data.venue.halls) + (data.chains["parts"].hall == "south")

    other = small.replace(**shorter)
    found = attribute(small, other, kpis=[KPI], replications=2, runner=Toy(value))
    names = [each.name for each in found.groups]
    (days,) = [each for each in found.groups if each.why]
    assert days.name.startswith("expo + ")
    assert "programme.seminars" in days.name
    assert found.estimate(KPI, days.name).mean == -10
    assert found.estimate(KPI, "venue.halls.south").mean == 3
    assert found.estimate(KPI, "chains.parts").mean == 1
    text = found.text()
    assert "orders of the changes" in text
    assert "One group, since none of it can be changed without the rest" in words(found)
    assert max(map(len, text.splitlines())) <= 80
    assert len(names) < len({each.section for each in diff(small, other)})


def test_a_scenario_that_cannot_be_built_is_done_without() -> None:
    def value(data: ScenarioData, random: Random) -> float:
        x, y, z = xyz(data)
        if z == 5 and x == 5:
            raise ArithmeticError("no room")  # the gate needs the tables
        return float(x * y + z)

    small = load(SMALL)
    found = attribute(small, small.replace(**CHANGES), kpis=[KPI], replications=2, runner=Toy(value))
    names = ["matchmaking.main", "visitors.buyer", "venue.gates.main"]
    sums = dict.fromkeys(names, 0.0)
    made = [each for each in permutations(range(3)) if each.index(0) < each.index(2)]
    before, after = (5, 400, 3), (9, 500, 5)
    for order in made:
        now = list(before)
        for i in order:
            was = now[0] * now[1] + now[2]
            now[i] = after[i]
            sums[names[i]] += (now[0] * now[1] + now[2] - was) / len(made)
    assert means(found) == pytest.approx(sums)
    assert "Of 6 orders of the changes 3 can be made" in found.text()
    drawn = attribute(
        small, small.replace(**CHANGES), kpis=[KPI], orders=4, replications=5, runner=Toy(value)
    )
    assert set(drawn.shares[KPI]["venue.gates.main"]) == {2}  # after the tables in all that were drawn
    assert {sum(each) for each in zip(*drawn.shares[KPI].values(), strict=True)} == {
        9 * 500 + 5 - 5 * 400 - 3
    }

    def never(data: ScenarioData, random: Random) -> float:
        if xyz(data)[2] == 5:
            raise ArithmeticError("no room")
        return 1.0

    with pytest.raises(StudyError, match="no room"):
        attribute(small, small.replace(**CHANGES), kpis=[KPI], replications=2, runner=Toy(never))


def test_replications_in_which_a_scenario_says_nothing_are_left_out() -> None:
    def value(data: ScenarioData, random: Random) -> float:
        x, _, z = xyz(data)
        return nan if random.random() < 0.5 and x == 9 and z == 3 else float(x * z)

    small = load(SMALL)
    found = attribute(small, small.replace(**CHANGES), kpis=[KPI], replications=10, runner=Toy(value))
    assert 0 < len(found.numbers[KPI]) < 10
    assert found.estimate(KPI).mean == 9 * 5 - 5 * 3
    assert f"{KPI}: in {len(found.numbers[KPI])} of 10 replications it is known" in found.text()


def test_that_no_order_can_be_made_is_told_before_anything_is_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """`quickstart` becomes `erlang` in one order of thousands, if any: nobody is to wait for runs of it."""
    runner = Toy(lambda *_: 1.0)
    monkeypatch.setattr(between, "_TRIES", 20)
    with pytest.raises(AttributionError, match="of 20 orders of the changes none can be made, since they"):
        attribute("quickstart", "erlang", replications=2, runner=runner)
    assert runner.ran == 0


def test_groups_of_ones_own_take_paths_and_sections() -> None:
    small = load(SMALL)
    found = diff(small, small.replace(**CHANGES))
    groups = grouped(found, "section", {"people": ["visitors", "venue.gates.main.lanes"]})
    assert {each.name: [change.path for change in each.changes] for each in groups} == {
        "people": ["venue.gates.main.lanes", "visitors.buyer.visits"],
        "matchmaking.main": ["matchmaking.main.tables"],
    }
    with pytest.raises(
        AttributionError, match=r"nothing differs at 'visitor'; did you mean 'visitors.buyer'"
    ):
        grouped(found, "section", {"people": ["visitor"]})
    with pytest.raises(AttributionError, match="is in the group 'a' already"):
        grouped(found, "path", {"a": ["visitors"], "b": ["visitors.buyer"]})
    with pytest.raises(AttributionError, match="nothing differs between the two"):
        attribute(small, small.replace(**{"expo.title": "Another"}))


def test_any_scenario_becomes_any_other_by_its_changes(tmp_path: Path) -> None:
    scenarios = []
    for seed in range(4):
        path = tmp_path / "drawn.toml"
        path.write_text(toml_document(draw_scenario(Seeded(Random(seed)))), encoding="utf-8")
        scenarios.append(load(path))
    listed = tmp_path / "exhibitors.csv"
    listed.write_text("name,chain\n" + "".join(f"Firm {i},\n" for i in range(20)))
    small = load(SMALL)
    scenarios += [small, small.replace(exhibitors_file=str(listed))]
    for one in scenarios:
        for other in scenarios:
            if one != other:
                found = diff(one, other)
                Between(found, grouped(found, "section", {}), Toy(linear), 2)  # which holds it by the hash


def test_a_real_difference_is_attributed_and_told() -> None:
    fair = load(FAIR)
    other = fair.replace(**{"matchmaking.tables.requests": 150, "exhibitors.mean_staff": 4})
    said: list[str] = []
    asked = "meetings.requested"
    found = sim.attribute(fair, other, kpis=[KPI, asked], replications=3, tell=said.append)
    assert said == ["2 groups of changes: 4 scenarios, 12 runs in all"]
    runs = replicate_variants([fair, other], replications=3)
    assert found.exact_difference(KPI) == tuple(
        Fraction(b) - Fraction(a) for a, b in zip(*(each.values(KPI) for each in runs), strict=True)
    )
    assert [set(map(float, each)) for each in found.shares[asked].values()] == [{0.0}, {120.0}]
    assert found.text().startswith(f"the first → the second: {KPI} (Meetings held) +")
    assert list(found.frame) == ["kpi", "group", "replication", "value"]
    assert len(found.frame) == 12
    assert set(found.summary["group"]) == {"", "exhibitors", "matchmaking.tables"}
    assert json.loads(json.dumps(found.to_json_dict()))["kpis"][KPI]["groups"]["exhibitors"]["n"] == 3
