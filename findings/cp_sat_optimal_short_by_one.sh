#!/usr/bin/env bash
# ortools 9.15.6755 (CP-SAT), seen on 2026-11-28 (CPython 3.11, Linux).
#
# A maximum of whole numbers that CP-SAT calls OPTIMAL may be short of the best, with its limits of gaps as they come (one
# worker here, so that each run is the same). Objectives are allowed up to 2^63, and solved in whole numbers, but the
# search ends when the gap is at most `absolute_gap_limit` (1e-4), and that gap behaves as a difference of two floats: from
# 2^53 on, sums that differ by one are the same float, and what is short by one, or by a few, is OPTIMAL. With
# `absolute_gap_limit = 0` every one of the same models ends with its best. Weights such as priorities in tiers (1, 10^4,
# 10^8, ...) come to such sums soon.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q ortools==9.15.6755 2>"$work/log" || { cat "$work/log"; exit 1; }

cat >"$work/gap.py" <<'PY'
from random import Random

from ortools.sat.python import cp_model


def best(weights: list[int], rows: list[list[int]]) -> int:
    """The greatest sum of weights of which no row has two, by trying everything."""
    masks = [sum(1 << i for i in row) for row in rows]
    sets = (s for s in range(1 << len(weights)) if all((s & mask).bit_count() <= 1 for mask in masks))
    return max(sum(w for i, w in enumerate(weights) if s >> i & 1) for s in sets)


def solved(weights: list[int], rows: list[list[int]], gap: float | None) -> tuple[str, int]:
    model = cp_model.CpModel()
    x = [model.new_bool_var("") for _ in weights]
    for row in rows:
        model.add_at_most_one(x[i] for i in row)
    model.maximize(cp_model.LinearExpr.weighted_sum(x, weights))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    if gap is not None:
        solver.parameters.absolute_gap_limit = gap
    status = solver.status_name(solver.solve(model))
    return status, sum(w for w, one in zip(weights, x) if solver.boolean_value(one))


short = {}
for power in (40, 50, 55, 57):
    random = Random(1)
    for _ in range(200):
        n = random.randint(4, 9)
        weights = [2**power + random.randint(0, 3) for _ in range(n)]
        rows = [random.sample(range(n), random.randint(2, 3)) for _ in range(n)]
        right = best(weights, rows)
        for gap in (None, 0.0):
            status, value = solved(weights, rows, gap)
            assert status == "OPTIMAL", status
            assert value <= right
            short[power, gap] = short.get((power, gap), 0) + (value < right)
    print(f"weights near 2^{power}: of 200 OPTIMAL, {short[power, None]} short of the best as it comes, "
          f"{short[power, 0.0]} with absolute_gap_limit = 0")
assert short[40, None] == short[50, None] == 0
assert short[55, None] > 0 and short[57, None] > 0
assert all(number == 0 for (_, gap), number in short.items() if gap == 0.0)
print("as described")
PY
"$work/env/bin/python" "$work/gap.py"
