"""Where people are drawn, and how they get there, in Chromium: by the moves that the page has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sim.report.replay import Replay
from sim.statistics import Result
from tests.report.replay.opening import opened, settle
from tests.report.replay.unpacked import TIMES
from tests.statistics.building import build, trace_of
from tests.statistics.tiny import PLAN, ROWS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow

WALKS = """() => {
    const s = exposimReplays[0].player.scenes[0], { moves, ground } = s;
    const { from, to, state, time, index } = moves;
    const far = (a, b) => Math.hypot(a[0] - b[0], a[1] - b[1]);
    const sides = (a, b) => [Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1])];
    const at = (who, i, t) => { const out = [0, 0]; s.at(who, i, 0, t, out); return out; };
    const spot = (who, i) => { const out = [0, 0]; s.spot(who, i, 0, out); return out; };
    const found = { walks: 0, between: 0, begins: 0, ends: 0, along: 0, doors: 0, last: 0, home: 0 };
    for (let who = 0; who < moves.n; who++) for (let i = index[who]; i + 1 < index[who + 1]; i++) {
        if (state[i] !== 1) continue;
        found.walks++;
        const a = spot(who, i - 1), b = spot(who, i + 1), lasts = time[i + 1] - time[i];
        const way = Array.from({ length: 101 }, (_, k) => at(who, i, time[i] + (k / 100) * lasts));
        found.begins += far(way[0], a) < 1e-3;
        found.ends += far(way[100], b) < 1e-3;
        // along one axis at a time, but for the steps in which it turns
        const steps = way.slice(1).map((p, k) => sides(p, way[k]));
        found.along += steps.filter(([x, y]) => x > 1e-3 && y > 1e-3).length <= 6;
        if (state[i + 1] === 0) {
            found.last++;
            found.home += to[i] === moves.home[who];
        }
        const [here, there] = [ground.zone[from[i]], ground.zone[to[i]]];
        if (here === there) continue;
        found.between++;
        const step = Math.max(...steps.map(([x, y]) => x + y));
        const passes = (zone) => way.some((p) => far(p, ground.doors[zone]) <= step);
        found.doors += passes(here) && passes(there);
    }
    return found;
}"""


def test_walks_lead_from_where_one_stood_to_where_one_stands_and_through_doors(
    browser: Browser, file: Path
) -> None:
    page, wrong = opened(browser, file, reduced_motion="reduce")
    found = page.evaluate(WALKS)
    assert found["walks"] > found["between"] > 1000
    assert found["begins"] == found["ends"] == found["along"] == found["walks"]
    assert found["doors"] == found["between"]
    assert found["home"] == found["last"] > 500
    assert wrong == []


def test_nobody_stands_on_anybody_and_queues_are_in_front(browser: Browser, file: Path) -> None:
    page, _ = opened(browser, file, reduced_motion="reduce")
    for t in (*TIMES, 10 * 3600):
        stands, queues = page.evaluate(
            """t => {
                const s = exposimReplays[0].player.scenes[0], { moves, ground } = s, spots = {}, queues = [];
                s.place(t);
                for (let k = 0; k < s.n; k++) {
                    const who = s.whose[k], i = s.change(who, t), place = moves.from[i];
                    if (moves.state[i] === 1) continue;
                    (spots[[place, moves.state[i]]] ??= []).push(`${s.x[k]},${s.y[k]}`);
                    const waits = moves.state[i] === 3 && ground.kind[place] === 0;
                    if (waits) queues.push(s.y[k] - ground.boxes[place][1]);
                }
                return [Object.values(spots).map((each) => [each.length, new Set(each).size]), queues];
            }""",
            t,
        )
        assert stands
        assert all(many == apart for many, apart in stands)
        assert all(above <= 2 for above in queues)  # south of the booth, on its aisle


def test_time_may_go_back_and_in_any_steps(browser: Browser, file: Path) -> None:
    page, _ = opened(browser, file, reduced_motion="reduce")
    same = page.evaluate("""() => {
        const s = exposimReplays[0].player.scenes[0], names = s.floor.states, times = [...s.moves.time];
        const some = times.filter((_, k) => k % Math.ceil(times.length / 150) === 0).sort((a, b) => a - b);
        const seen = (t) => {
            s.place(t);
            const counts = {};
            for (let k = 0; k < s.n; k++) counts[names[s.does[k]]] = (counts[names[s.does[k]]] ?? 0) + 1;
            return counts;
        };
        const told = (t) => {
            const { shown, staff } = s.state(t), both = { ...shown };
            for (const [name, many] of Object.entries(staff)) both[name] = (both[name] ?? 0) + many;
            return both;
        };
        const text = (counts) => JSON.stringify(Object.entries(counts).sort());
        const like = (a, b) => text(a) === text(b);
        const on = some.filter((t) => like(seen(t), told(t))).length;
        const back = some.reverse().filter((t) => like(seen(t), told(t))).length;
        return [some.length, on, back];
    }""")
    assert same[0] > 100
    assert same == [same[0]] * 3


def test_booths_are_filled_by_the_share_of_staff_who_are_busy(browser: Browser, file: Path) -> None:
    page, _ = opened(browser, file, reduced_motion="reduce")
    drawn, told = page.evaluate(f"""() => {{
        const s = exposimReplays[0].player.scenes[0], t = {TIMES[1]}, rects = [], {{ ground }} = s;
        s.pen.fillRect = (x, y, wide, high) => rects.push([x, y + high, wide, high]);
        s.draw(t, false);
        const told = [];
        for (let place = 0; ground.kind[place] === 0; place++) {{
            const busy = s.steps.busy.at(place, t), duty = s.steps.duty.at(place, t);
            const [x, y, wide, high] = s.rect(ground.inner[place]);
            if (busy) told.push([x, y + high, wide, high * Math.min(1, busy / Math.max(1, duty))]);
        }}
        return [rects, told];
    }}""")
    assert len(told) > 5
    assert len({round(high / wide, 3) for _, _, wide, high in told}) > 3
    assert [pytest.approx(each, abs=1e-6) for each in told] == drawn


def test_who_is_pointed_at_does_so_since_it_began(browser: Browser, file: Path) -> None:
    page, _ = opened(browser, file, reduced_motion="reduce")
    said, began = page.evaluate(f"""() => {{
        const s = exposimReplays[0].player.scenes[0], {{ time, index }} = s.moves, said = [], began = [];
        s.place({TIMES[2]});
        for (const who of new Set(s.whose.subarray(0, s.n))) {{
            said.push(s.person(who)[2].slice(-5));
            const times = [...time.subarray(index[who], index[who + 1])];
            began.push(Math.max(...times.filter((t) => t <= {TIMES[2]})));
        }}
        return [said, began];
    }}""")
    assert len(set(said)) > 20
    assert said == [f"{t // 3600:02d}:{t // 60 % 60:02d}" for t in began]


@pytest.fixture
def two_days(browser: Browser, tmp_path: Path) -> Page:
    Replay.of([Result(build(PLAN), trace_of(ROWS))]).save(tmp_path / "tiny.html")
    return opened(browser, tmp_path / "tiny.html", reduced_motion="reduce")[0]


def test_a_day_follows_the_other_and_the_last_ends(two_days: Page) -> None:
    def now(does: str) -> list[Any]:
        found: list[Any] = two_days.evaluate(
            f"(() => {{ const p = exposimReplays[0].player; {does}; return [p.day, p.t]; }})()"
        )
        return found

    (first, last), (second, end) = two_days.evaluate("exposimReplays[0].player.days")
    assert now(f"p.go(0, {last}); p.by(60)") == [1, second]
    assert now("p.by(-60)") == [0, last]
    assert now(f"p.go(0, {first}); p.by(-60)") == [0, first]
    assert now(f"p.go(1, {end}); p.by(60)") == [1, end]
    assert now("p.play(true); p.play(false)") == [0, first]  # from its beginning, once it has ended
    now(f"p.go(0, {first} + 7200)")
    two_days.locator(".er-day").select_option(index=1)
    assert now("") == [1, second + 7200]  # as long after the doors open


def test_gauges_say_what_is_so_and_the_longest_queue_first(browser: Browser, file: Path) -> None:
    page, _ = opened(browser, file, reduced_motion="reduce")
    seen = 0
    for t in (10 * 3600 + 900, *TIMES):
        state = page.evaluate(
            f"(() => {{ exposimReplays[0].player.go(0, {t}); return exposimReplays[0].state({t}); }})()"
        )
        settle(page)
        gauges = page.locator(".er-gauges").first
        rows = dict(
            zip(
                gauges.locator(".er-row > span:first-child").all_inner_texts(),
                gauges.locator(".er-value").all_inner_texts(),
                strict=True,
            )
        )
        kind = page.evaluate("exposimReplays[0].player.scenes[0].ground.kind")
        assert rows["Tables in use"] == f"{sum(kind[int(at)] == 3 for at in state['inside'])} of 10"
        said = [int(many.split()[0]) for many in rows.values() if many.endswith("queueing")]
        assert said == sorted(state["queue"].values(), reverse=True)[:4]
        seen += len(set(said)) > 1
    assert seen > 0
