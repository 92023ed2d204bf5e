"""The fewest breaks against trying everything, and a checker that finds every planted fault."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.matchmaking.compact.breaks import Agreed, breaks, check_timetable, least_breaks
from sim.matchmaking.compact.exact.counting import narrow
from sim.matchmaking.compact.exact.encoding import encode
from sim.matchmaking.compact.exact.formula import Formula, Sum
from sim.matchmaking.compact.exact.left import Left
from sim.matchmaking.compact.exact.neighbourhood import Neighbourhoods
from sim.matchmaking.compact.exact.search import from_above, from_below
from tests.benchmarks.b2b import known_optima, main, solve
from tests.benchmarks.dzn import DznError, agreed_from_dzn

SOLVER = "cadical153"


@st.composite
def small_problems(draw: st.DrawFn) -> Agreed:
    """Up to five meetings of up to five participants in up to five slots, with everything that can bind."""
    slots = draw(st.integers(1, 5))
    people = draw(st.integers(2, 5))
    slot, person = st.integers(0, slots - 1), st.integers(0, people - 1)
    pairs = draw(st.lists(st.tuples(person, person).filter(lambda p: p[0] != p[1]), max_size=5))
    meeting = st.integers(0, len(pairs) - 1)
    edges = st.tuples(meeting, meeting).filter(lambda e: e[0] != e[1])
    window = st.tuples(slot, st.integers(1, slots)).map(lambda w: (min(w), max(w[0] + 1, w[1])))
    return Agreed.of(
        pairs,
        slots=slots,
        tables=draw(st.lists(st.integers(0, 3), min_size=slots, max_size=slots)),
        participants=people,
        windows=[draw(st.one_of(st.just((0, slots)), window)) for _ in pairs],
        forbidden=draw(st.dictionaries(person, st.frozensets(slot, max_size=2), max_size=3)),
        fixed=draw(st.dictionaries(meeting, slot, max_size=1)) if pairs else {},
        precedences=draw(st.lists(edges, max_size=2)) if len(pairs) > 1 else [],
        fairness=draw(st.sampled_from([None, 0, 1, 2])),
    )


def tried_all(problem: Agreed) -> int | None:
    """The fewest breaks by trying every slot for every meeting; None if no timetable is sound."""
    sound = (
        sum(breaks(problem, slots))
        for slots in product(range(problem.slots), repeat=problem.meetings)
        if not check_timetable(problem, slots)
    )
    return min(sound, default=None)


def searched(problem: Agreed, search: str) -> int | None:
    """The fewest breaks by one search in this process; its timetable must be sound."""
    encoding = encode(problem, Left.of(problem, narrow(problem).domains))
    totals: list[int] = []
    bounds = [0]

    def found(model: Sequence[int], cost: int) -> None:
        slots = encoding.timetable(model)
        assert check_timetable(problem, slots) == []
        assert sum(breaks(problem, slots)) == cost
        totals.append(cost)

    if search in ("above", "in parts"):
        parts = Neighbourhoods(problem, encoding) if search == "in parts" else None
        from_above(encoding.formula, encoding.costs, found, SOLVER, parts, (), encoding.ordered)
    else:
        encoding.formula.add(encoding.ordered)
        from_below(encoding.formula, encoding.costs, found, bounds.append, SOLVER)
        assert not totals or totals == [bounds[-1]]
    return totals[-1] if totals else None


@pytest.mark.elsewhere
@pytest.mark.parametrize("search", ["above", "in parts", "below"])
@given(problem=small_problems())
@settings(max_examples=60, deadline=None)
def test_each_search_finds_what_trying_everything_finds(problem: Agreed, search: str) -> None:
    expected = tried_all(problem)
    if narrow(problem).reason is not None:
        assert expected is None
    assert searched(problem, search) == expected


class NothingAnew(Neighbourhoods):
    """Parts that leave everything where it is: in none of them is there anything better."""

    def __init__(self) -> None:
        self.tried = 0

    def kept(self, model: Sequence[int]) -> list[int]:
        return list(model)

    def exhausted(self) -> None:
        self.tried += 1

    def too_large(self) -> None:
        raise AssertionError("a part without a choice is searched to its end")


@pytest.mark.parametrize("search", ["above", "in parts", "below"])
@given(
    clauses=st.lists(
        st.lists(st.sampled_from([*range(2, 9), *range(2, 9), -2, -5, -7]), min_size=1, max_size=3)
    ),
    costs=st.sets(st.integers(2, 8)),
)
@settings(max_examples=150, deadline=None)
def test_each_search_finds_the_least_cost_of_any_formula(
    search: str, clauses: list[list[int]], costs: set[int]
) -> None:
    formula = Formula()
    for _ in range(7):
        formula.new()
    for clause in clauses:
        formula.add(*clause)
    models = (
        sum(true[cost - 2] for cost in costs)
        for true in product([False, True], repeat=7)
        if all(any(true[abs(literal) - 2] == (literal > 0) for literal in clause) for clause in clauses)
    )
    least = min(models, default=None)
    found: list[int] = []
    bounds = [0]
    if search != "below":
        parts = NothingAnew() if search == "in parts" else None
        from_above(formula, sorted(costs), lambda _, cost: found.append(cost), SOLVER, parts)
        assert parts is None or not found or (parts.tried > 0) == (found[0] > 0)
    else:
        from_below(formula, sorted(costs), lambda _, cost: found.append(cost), bounds.append, SOLVER)
        assert bounds == list(range(len(bounds)))
        assert least is None or bounds[-1] == least
    assert (found[-1] if found else None) == least


@pytest.mark.elsewhere
@given(problem=small_problems())
@settings(max_examples=80, deadline=None)
def test_no_slot_of_a_sound_timetable_is_struck_out(problem: Agreed) -> None:
    domains = narrow(problem).domains
    for slots in product(range(problem.slots), repeat=problem.meetings):
        if not check_timetable(problem, slots):
            assert all(slot in domain for slot, domain in zip(slots, domains, strict=True))


@given(
    literals=st.lists(st.booleans(), max_size=7),
    most=st.integers(0, 8),
)
@settings(max_examples=60, deadline=None)
def test_a_sum_forbids_exactly_more_than_so_many(literals: list[bool], most: int) -> None:
    from pysat.solvers import Solver

    formula = Formula()
    variables = [formula.new() for _ in literals]
    formula.add(-Sum(formula, variables).at_least(most + 1))
    with Solver(name=SOLVER, bootstrap_with=formula.drain()) as solver:
        chosen = [v if holds else -v for v, holds in zip(variables, literals, strict=True)]
        assert solver.solve(assumptions=chosen) == (sum(literals) <= most)


@pytest.mark.parametrize(("extra", "orders"), [((), 1), (((1, 4),), 3)])
def test_meetings_that_nothing_tells_apart_have_one_order(
    extra: tuple[tuple[int, int], ...], orders: int
) -> None:
    from pysat.solvers import Solver

    # Three meetings of one person with others, in three slots: six timetables, in one order if the others
    # are alike. If one of them has another meeting afterwards, his may come first, second or third.
    windows = [(0, 3)] * 3 + [(3, 4)] * len(extra)
    problem = Agreed.of([(0, 1), (0, 2), (0, 3), *extra], slots=4, tables=2, windows=windows)
    encoding = encode(problem, Left.of(problem, narrow(problem).domains))
    with Solver(name=SOLVER, bootstrap_with=encoding.formula.drain()) as solver:
        found = set[tuple[int, ...]]()
        while solver.solve(assumptions=[encoding.ordered]):
            slots = encoding.timetable(solver.get_model())
            found.add(tuple(slots))
            solver.add_clause([-literal for literal in encoding.literals(slots)])
        assert len(found) == orders
        while solver.solve():
            slots = encoding.timetable(solver.get_model())
            found.add(tuple(slots))
            solver.add_clause([-literal for literal in encoding.literals(slots)])
        assert len(found) == 6


def test_a_meeting_that_comes_after_another_has_no_order_among_its_like() -> None:
    from pysat.solvers import Solver

    # meetings 0 and 1 have the same people and slots, but 0 comes after 2: 2 at slot 2 leaves 0 only 3
    problem = Agreed.of(
        [(0, 1), (0, 1), (2, 3)], slots=4, tables=2, windows=[(1, 4), (1, 4), (0, 3)], precedences=[(2, 0)]
    )
    encoding = encode(problem, Left.of(problem, narrow(problem).domains))
    assert set(encoding.placed[0]) == set(encoding.placed[1])
    with Solver(name=SOLVER, bootstrap_with=encoding.formula.drain()) as solver:
        assert solver.solve(assumptions=[encoding.ordered, *encoding.literals([3, 1, 2])])


def test_a_part_of_a_timetable_leaves_the_rest_where_it_is() -> None:
    problem = Agreed.of([(2 * m, 2 * m + 1) for m in range(20)], slots=20, tables=1)
    encoding = encode(problem, Left.of(problem, narrow(problem).domains))
    model = [own[m] for m, own in enumerate(encoding.placed)]  # meeting m in slot m
    parts = Neighbourhoods(problem, encoding)
    kept = [parts.kept(model) for _ in range(20)]
    assert all(set(part) < set(model) for part in kept)  # never all: something is made anew
    assert any(kept)
    for _ in range(40):
        parts.too_large()
    smaller = [parts.kept(model) for _ in range(20)]
    assert sum(map(len, smaller)) > sum(map(len, kept))
    assert all(len(part) < 20 for part in smaller)


def test_three_who_all_meet_at_one_table_have_one_break() -> None:
    # Three meetings, one a slot; whoever has the first and the last waits once.
    result = least_breaks(Agreed.of([(0, 1), (0, 2), (1, 2)], slots=4, tables=1))
    assert (result.status, result.total, result.bound) == ("optimal", 1, 1)
    assert result.slots is not None
    assert result.breaks == breaks(Agreed.of([(0, 1), (0, 2), (1, 2)], slots=4, tables=1), result.slots)


@pytest.mark.parametrize("processes", [1, 2])
def test_the_race_gives_a_sound_timetable_that_obeys_what_is_fixed(processes: int) -> None:
    pairs = [(p, q) for p in range(6) for q in range(p)]
    problem = Agreed.of(
        pairs, slots=8, tables=3, forbidden={0: [3]}, fixed={2: 5}, precedences=[(4, 9), (9, 1)], fairness=2
    )
    result = least_breaks(problem, processes=processes, time_limit=60)
    assert result.status == "optimal"
    assert result.slots is not None
    assert check_timetable(problem, result.slots) == []
    assert result.slots[2] == 5
    assert result.slots[4] < result.slots[9] < result.slots[1]


def fair_or_not(fairness: int | None) -> Agreed:
    """Person 0 must wait three times, one of its partners need not."""
    return Agreed.of(
        [(0, 1), (0, 2), (0, 3), (0, 4)], slots=7, tables=2, fixed={0: 0, 1: 2, 2: 4, 3: 6}, fairness=fairness
    )


def test_fairness_forbids_breaks_that_differ_by_more() -> None:
    assert least_breaks(fair_or_not(None)).breaks == (3, 0, 0, 0, 0)
    assert least_breaks(fair_or_not(3)).total == 3
    assert least_breaks(fair_or_not(2)).status == "infeasible"


def test_fairness_allows_breaks_that_differ_by_just_so_many() -> None:
    # Person 0 could wait twice, waits once, and its partners not at all.
    problem = Agreed.of([(0, 1), (0, 2), (0, 3)], slots=5, tables=1, fixed={0: 0, 1: 2, 2: 3}, fairness=1)
    assert least_breaks(problem).breaks == (1, 0, 0, 0)


def test_fairness_may_cost_breaks() -> None:
    # Person 0 waits twice by what is fixed; person 2 of two meetings could do without waiting.
    pairs = [(0, 1), (0, 1), (0, 1), (2, 3), (2, 3)]
    free = Agreed.of(pairs, slots=5, tables=2, fixed={0: 0, 1: 2, 2: 4})
    assert least_breaks(free).breaks == (2, 2, 0, 0)
    fair = Agreed.of(pairs, slots=5, tables=2, fixed={0: 0, 1: 2, 2: 4}, fairness=1)
    assert least_breaks(fair).breaks == (2, 2, 1, 1)


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (
            Agreed.of([(0, 1), (0, 2)], slots=2, tables=1, forbidden={0: [1]}),
            "participant 0 has 2 meetings; only 1",
        ),
        (Agreed.of([(0, 1), (2, 3), (4, 5)], slots=2, tables=1), "only 2 of the 3 meetings"),
        (
            Agreed.of([(0, 1)], slots=2, tables=1, forbidden={0: [0], 1: [1]}),
            "meeting 0, of participants 0 and 1",
        ),
        (
            Agreed.of([(0, 1), (2, 3)], slots=3, tables=1, precedences=[(0, 1), (1, 0)]),
            "meeting 0, of participants 0 and 1, has no slot left",
        ),
        (
            Agreed.of([(0, 1), (1, 2)], slots=3, tables=1, fixed={0: 1, 1: 1}),
            "participant 1 has 2 meetings; only 1",
        ),
    ],
)
def test_what_counting_shows_to_be_infeasible_is_said_with_the_reason(problem: Agreed, reason: str) -> None:
    result = least_breaks(problem)
    assert (result.status, result.slots, result.total) == ("infeasible", None, None)
    assert result.reason is not None
    assert reason in result.reason


def test_what_only_a_search_shows_to_be_infeasible() -> None:
    # Nobody has more than two meetings, but three who all meet need three slots.
    two_triangles = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3)]
    problem = Agreed.of(two_triangles, slots=2, tables=3)
    assert narrow(problem).reason is None
    assert least_breaks(problem).status == "infeasible"
    assert least_breaks(problem, processes=1).status == "infeasible"


def test_the_time_limit_ends_the_race_with_what_is_known() -> None:
    # Too hard for a few seconds: forty people, tables nearly all used, a few slots barred each.
    pairs = [(p, (p * k + k) % 40) for k in (3, 7, 11, 13, 17) for p in range(40) if (p * k + k) % 40 != p]
    barred = {p: [(p * 5) % 16, (p * 3 + 1) % 16] for p in range(40)}
    problem = Agreed.of(pairs, slots=16, tables=13, forbidden=barred, fairness=4)
    before = time.monotonic()
    result = least_breaks(problem, time_limit=1.5)
    assert time.monotonic() - before < 10
    assert result.status in ("feasible", "unknown", "optimal")
    if result.slots is not None:
        assert check_timetable(problem, result.slots) == []
        assert result.total is not None
        assert result.bound <= result.total


SOUND = Agreed.of(
    [(0, 1), (2, 3), (0, 2), (1, 3)],
    slots=4,
    tables=[1, 1, 2, 2],
    windows=[(0, 4), (0, 2), (0, 4), (0, 4)],
    forbidden={0: [3]},
    fixed={0: 0},
    precedences=[(1, 2)],
    fairness=1,
)


def test_a_sound_timetable_has_no_faults() -> None:
    assert check_timetable(SOUND, [0, 1, 2, 2]) == []
    assert breaks(SOUND, [0, 1, 2, 2]) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("slots", "fault"),
    [
        ([0, 1, 2], "there must be a slot for each of the 4 meetings, not 3"),
        ([0, 1, 2, 4], "meeting 3: slot 4 does not exist"),
        ([0, 1, 2, -1], "meeting 3: slot -1 does not exist"),
        ([0, 2, 3, 3], "meeting 1: slot 2 is outside its window, 0 to 1"),
        ([1, 0, 2, 2], "meeting 0: slot 1 is not its fixed slot 0"),
        ([0, 1, 3, 2], "participant 0 cannot meet in slot 3 (meeting 2)"),
        ([0, 1, 2, 0], "participant 1 has meetings 0 and 3 in slot 0"),
        ([0, 0, 2, 2], "slot 0 has 2 meetings and 1 tables"),
        ([0, 1, 1, 2], "meeting 1 in slot 1 is not before meeting 2 in slot 1"),
    ],
)
def test_the_checker_finds_a_planted_fault(slots: list[int], fault: str) -> None:
    assert fault in check_timetable(SOUND, slots)


def test_the_checker_finds_unfairness() -> None:
    faults = check_timetable(fair_or_not(2), [0, 2, 4, 6])
    assert faults == ["participant 0 has 3 breaks and participant 1 0: they differ by more than 2"]


def test_a_break_is_a_run_of_idle_slots_between_meetings() -> None:
    problem = Agreed.of([(0, 1), (0, 2), (0, 3)], slots=9, tables=1, participants=5)
    assert breaks(problem, [2, 3, 4]) == (0, 0, 0, 0, 0)
    assert breaks(problem, [1, 2, 6])[0] == 1
    assert breaks(problem, [0, 4, 8])[0] == 2


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Agreed.of([(0, 0)], slots=1, tables=1), "meeting 0: participant 0 meets itself"),
        (
            lambda: Agreed.of([(0, 2)], slots=1, tables=1, participants=2),
            "meeting 0: a participant is not 0 to 1",
        ),
        (
            lambda: Agreed.of([(0, 1)], slots=1, tables=1, fixed={0: 1}),
            "meeting 0: its fixed slot does not exist",
        ),
        (lambda: Agreed.of([(0, 1)], slots=1, tables=1, fixed={1: 0}), "fixed: meeting 1 does not exist"),
        (
            lambda: Agreed.of([(0, 1)], slots=1, tables=1, forbidden={0: [1]}),
            "participant 0: a forbidden slot",
        ),
        (lambda: Agreed.of([(0, 1)], slots=1, tables=1, windows=[(0, 2)]), "meeting 0: its window"),
        (lambda: Agreed.of([(0, 1)], slots=1, tables=1, precedences=[(0, 1)]), "precedence 0, 1"),
        (lambda: Agreed.of([(0, 1)], slots=1, tables=-1), "tables of slot 0"),
    ],
)
def test_what_is_out_of_range_is_named(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ValueError, match=message):
        make()


SMALL = """\
% three who all meet
nBusiness = 3; nMeetings = 3; nTables = 1; nTotalSlots = 4; nMorningSlots = 2;
requested = [|1, 2,3,
|1, 3,2,
|2, 3,3,
|];
forbidden = [{0},{1..2},{}];
fixed = [0,3,0];
precedences = [{},{1},{}];
"""


def test_a_dzn_file_says_what_it_says(tmp_path: Path) -> None:
    path = tmp_path / "small.dzn"
    path.write_text(SMALL)
    assert agreed_from_dzn(path, fairness=2) == Agreed.of(
        [(0, 1), (0, 2), (1, 2)],
        slots=4,
        tables=1,
        windows=[(0, 4), (2, 4), (0, 4)],
        forbidden={1: [0, 1]},
        fixed={1: 2},
        precedences=[(0, 1)],
        fairness=2,
    )


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("nTables = 1", "nTables = x", ":2: expected number or { or [ or [|, found 'x'"),
        ("|1, 3,2,", "|1, 3,", ":4: a row of 2 numbers after one of 3"),
        ("|1, 3,2,", "|1, 3,4,", ":3: requested: [1, 3, 4] is not"),
        ("fixed = [0,3,0]", "fixed = [0,3]", ":8: fixed: must be a list of 3 items"),
        ("fixed = [0,3,0]", "fixed = [0,3,{0}]", ":8: fixed: must be a list of numbers"),
        ("fixed = [0,3,0];", "fixed = [0,3,0]", ":9: expected ;, found 'precedences'"),
        ("nTables = 1;", "", ":1: nTables is missing"),
        ("% three", "three", ":1: expected =, found 'who'"),
        ("{1..2}", "{1..2?}", ":7: unexpected character '?'"),
        ("fixed = ", "forbidden = [{},{},{}];\nfixed = ", ":8: forbidden is given twice"),
        (
            "fixed = [0,3,0]",
            "fixed = [0,9,0]",
            ":1: counted from 0: meeting 1: its fixed slot does not exist",
        ),
    ],
)
def test_a_bad_dzn_file_is_named_with_its_line(tmp_path: Path, old: str, new: str, error: str) -> None:
    path = tmp_path / "small.dzn"
    assert old in SMALL
    path.write_text(SMALL.replace(old, new, 1))
    with pytest.raises(DznError) as raised:
        agreed_from_dzn(path)
    assert str(raised.value).startswith(f"{path}{error}")


@pytest.mark.parametrize(("known", "status"), [("INFEASIBLE", 0), ("0", 1)])
def test_the_benchmark_tells_a_disagreement(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], known: str, status: int
) -> None:
    (tmp_path / "small.dzn").write_text(SMALL)  # participant 2 has only slots 3 and 4, both after meeting 2
    (tmp_path / "known_optima.csv").write_text(f"instance,fairness_d,optimal_breaks\nsmall.dzn,2,{known}\n")
    assert main([str(tmp_path)]) == status
    assert ("DISAGREES" in capsys.readouterr().out) == (status == 1)


def test_a_published_instance_has_the_published_optimum() -> None:
    given_folder = os.environ.get("EXPOSIM_B2B")
    folder = Path(given_folder) if given_folder else Path(__file__).parents[3] / "shared" / "data" / "b2b"
    path = folder / "forumt-14.original.dzn"
    if not path.exists():
        pytest.skip(f"the published instances are not in {folder}; EXPOSIM_B2B can name their folder")
    row = solve(path, agreed_from_dzn(path), 60, known_optima(folder, 2)["forumt-14.original.dzn"])
    assert row.faults == []
    assert row.proven
    assert row.answer == row.known
