#!/usr/bin/env bash
# NumPy 2.4.6, seen on 2026-11-28 (CPython 3.11, Linux, x86-64 with AVX2 or more).
#
# A simulation that is seeded is not yet the same on two machines. Of equal scores, `argpartition` and `argsort`
# take other ones on a processor without vector instructions than on one with them (the first four of 100 equal
# requests are others), and `log` and `exp` differ in the last bit. Generators and `kind="stable"` do not.
#
# And the names that switch this for a test have changed: `NPY_DISABLE_CPU_FEATURES="AVX2 FMA3 AVX512F"`, as older
# releases took them, now switches nothing off; it says so by an ImportWarning, which Python does not show. NumPy calls
# them X86_V3 and X86_V4. A test of reproducibility that still says the old names compares a machine with itself.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q numpy==2.4.6 2>"$work/log" || { cat "$work/log"; exit 1; }

cat >"$work/equal.py" <<'PY'
import hashlib
import json

import numpy as np

def digest(values):
    return hashlib.sha256(np.ascontiguousarray(values).tobytes()).hexdigest()[:12]

rng = np.random.default_rng(1)
waits = rng.exponential(size=1000)
u = rng.random(100_000)
wishes = np.array([3.0, 1.0, 1.0, 2.0] * 100)  # a quarter of 400 requests is worth most, all alike
print(json.dumps({
    "drawn": digest(waits),
    "stable": digest(np.argsort(-wishes, kind="stable")),
    "log": digest(np.log(u)),
    "exp": digest(np.exp(u)),
    "best four": np.sort(np.argpartition(-wishes, 4)[:4]).tolist(),
    "order": digest(np.argsort(-wishes)),
}))
PY
play() { NPY_DISABLE_CPU_FEATURES="$1" "$work/env/bin/python" "$work/equal.py"; }

if ! "$work/env/bin/python" -c "
import numpy._core._multiarray_umath as m
raise SystemExit(not m.__cpu_features__.get('X86_V3'))"; then
    echo "skipped: this processor has no vector code to switch off"
    exit 0
fi
with=$(play "")
old=$(play "AVX2 FMA3 AVX512F AVX512_SKX")
without=$(play "X86_V3 X86_V4")
printf 'as it is       %s\nold names off  %s\nX86_V3/4 off   %s\n' "$with" "$old" "$without"
"$work/env/bin/python" - "$with" "$old" "$without" <<'PY'
import json
import sys

with_, old, without = map(json.loads, sys.argv[1:])
assert old == with_, "the old names switch something again"
assert {k for k in with_ if with_[k] != without[k]} == {"log", "exp", "best four", "order"}
print("as described")
PY
