#!/usr/bin/env bash
# Numba 0.68.1 and NumPy 2.4.6, seen on 2026-11-30 (CPython 3.11, Linux, x86-64): a loop over a jitted helper that
# itself has a short loop of constant length is compiled number by number, and not for many numbers at once, unless
# the helper is jitted with inline="always". Philox4x32-10, the generator of keyed streams, takes seven times as
# long without: 10.3 ns a number for 1.5.
#
# One would expect LLVM to see to that, as it does for a helper without a loop (a SplitMix64 step, below), which is
# vectorised either way: so what holds for one helper is not seen in the other. In the optimised code of the plain
# one not a product of several numbers is left; with inline="always", by which Numba itself writes the helper out
# before LLVM has it, there are. What comes out is the same to the last bit.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q numba==0.68.1 numpy==2.4.6 2>"$work/log" || { cat "$work/log"; exit 1; }
cat > "$work/lanes.py" <<'PY'
import re
import time

import numba
import numpy as np

LOW, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
M0, M1, W0, W1 = map(np.uint64, (0xD2511F53, 0xCD9E8D57, 0x9E3779B9, 0xBB67AE85))


def philox(key, k0, k1):
    a, b, c, d = key & LOW, key >> HALF, np.uint64(0), np.uint64(0)
    for _ in range(10):
        p, q = a * M0, c * M1
        a, b, c, d = (q >> HALF) ^ b ^ k0, q & LOW, (p >> HALF) ^ d ^ k1, p & LOW
        k0, k1 = (k0 + W0) & LOW, (k1 + W1) & LOW
    return a ^ b ^ c ^ d


def splitmix(key, k0, k1):
    z = (key ^ (key >> np.uint64(30))) * (k0 | np.uint64(1))
    return z ^ (z >> np.uint64(31)) ^ k1


def over(helper, **how):
    one = numba.njit(error_model="numpy", **how)(helper)

    @numba.njit(error_model="numpy")
    def each(keys, out):
        k0, k1 = np.uint64(123), np.uint64(456)
        for i in range(len(keys)):
            out[i] = one(keys[i], k0, k1)

    return each


def seen(each):
    """ns a number, the best of many; whether 64-bit numbers are multiplied several at once; what comes out."""
    keys = np.arange(1 << 14, dtype=np.uint64) * np.uint64(977)
    out = np.empty_like(keys)
    each(keys, out)
    best = 1.0
    for _ in range(300):
        begun = time.perf_counter()
        each(keys, out)
        best = min(best, time.perf_counter() - begun)
    (code,) = each.inspect_llvm().values()
    return best / len(keys) * 1e9, bool(re.search(r"mul (nuw |nsw )*<\d+ x i64>", code)), out


print("numba", numba.__version__, "numpy", np.__version__)
for helper, apart in ((philox, False), (splitmix, True)):
    plain, inline = seen(over(helper)), seen(over(helper, inline="always"))
    for name, (ns, lanes, _) in (("plain", plain), ("inline", inline)):
        print(f"{helper.__name__:9} {name:7} {ns:6.2f} ns a number, {'several' if lanes else 'one'} at once")
    assert (plain[2] == inline[2]).all()
    assert (plain[1], inline[1]) == (apart, True)
    if helper is philox:
        assert plain[0] > 3 * inline[0]
print("as described")
PY
"$work/env/bin/python" "$work/lanes.py"
