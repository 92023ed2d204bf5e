#!/usr/bin/env bash
# SALib 1.6.0, seen on 2026-11-29 (CPython 3.11, Linux).
#
# `SALib.analyze.sobol` gives each Sobol' index with a half-width "at 95 %" (`S1_conf`, `ST_conf`), by a bootstrap over
# rows of the sample. The bootstrap takes rows as independent, and rows of `SALib.sample.sobol`, the sampler it is made
# for, are points of a scrambled Sobol' sequence, which fill the space much more evenly: indices are far nearer to the
# truth than the half-widths say, and the more so the more points. On the function of Ishigami, whose indices are known,
# the half-width is at 4,096 points 4 to 23 times what 95 % of 40 scrambles stay within, at 256 points 1 to 5 times: it
# shrinks with the root of the number of points, the error much faster. Whoever adds points until the half-width is small
# runs the model many times too often. Estimates from several scrambles are independent of each other; rows of one are not.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q SALib==1.6.0 2>"$work/log" || { cat "$work/log"; exit 1; }

cat >"$work/wide.py" <<'PY'
import numpy as np
from SALib.analyze import sobol as indices
from SALib.sample import sobol as points

a, b, pi = 7.0, 0.1, np.pi
problem = {"num_vars": 3, "names": ["x", "y", "z"], "bounds": [[-pi, pi]] * 3}
x = (1 + b * pi**4 / 5) ** 2 / 2
y = a**2 / 8
xz = b**2 * pi**8 * (1 / 18 - 1 / 50)
total = x + y + xz
true = {"S1": np.array([x, y, 0]) / total, "ST": np.array([x + xz, y, xz]) / total}

ratios = {}
for many in (256, 4096):
    off, said = {"S1": [], "ST": []}, {"S1": [], "ST": []}
    for seed in range(40):
        at = points.sample(problem, many, calc_second_order=False, seed=seed)
        value = np.sin(at[:, 0]) + a * np.sin(at[:, 1]) ** 2 + b * at[:, 2] ** 4 * np.sin(at[:, 0])
        found = indices.analyze(problem, value, calc_second_order=False, seed=seed)
        for name in off:
            off[name].append(abs(found[name] - true[name]))
            said[name].append(found[f"{name}_conf"])
    for name in off:
        needed = np.quantile(off[name], 0.95, axis=0)
        ratios[many, name] = np.mean(said[name], axis=0) / needed
        told = ", ".join(f"{each:.1f}" for each in ratios[many, name])
        print(f"{many:5} points, {name}: half-widths are {told} times what 95 % of the errors stay within")
assert all((each > 3).all() for (many, _), each in ratios.items() if many == 4096), ratios
assert max(each.max() for (many, _), each in ratios.items() if many == 4096) > 15, ratios
assert all((each < 6).all() for (many, _), each in ratios.items() if many == 256), ratios
print("as described")
PY
"$work/env/bin/python" -W ignore "$work/wide.py"
