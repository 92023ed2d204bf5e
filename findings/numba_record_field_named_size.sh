#!/usr/bin/env bash
# Numba 0.68.1 and NumPy 2.4.6, seen on 2026-11-28 (CPython 3.11, Linux): the same function reads another value
# compiled than uncompiled, if a field of a record is named as an attribute of every NumPy record: `size`, `nbytes`.
#
# State of a simulation kept as records (a party's `size`, the people in it) is read as an attribute both
# in compiled rules and, with NUMBA_DISABLE_JIT=1 or `.py_func`, in plain Python, by which compiled rules are
# usually debugged and tested. Compiled, `record.size` is the field. In plain Python it is NumPy's own
# attribute, the number of items of a record, always 1: the run goes on with parties of one person, and
# nothing says so. Written to, it is the field in both, so that plain Python does not read what it wrote.
# Only the spelling `record["size"]` means the field each time; or another name (`people`).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q numba==0.68.1 numpy==2.4.6 2>"$work/log" || { cat "$work/log"; exit 1; }
cat > "$work/same.py" <<'PY'
import numba
import numpy as np

PARTY = np.dtype([("size", "i8"), ("people", "i8"), ("nbytes", "i8")])


@numba.njit
def read(parties):
    return parties[0].size, parties[0].people, parties[0].nbytes, parties[0]["size"]


@numba.njit
def write_and_read(parties):
    parties[0].size = 7
    return parties[0].size, parties[0]["size"]


parties = np.zeros(1, PARTY).view(np.recarray)
parties[0]["size"] = parties[0]["people"] = parties[0]["nbytes"] = 4
compiled, plain = read(parties), tuple(map(int, read.py_func(parties)))
print("numba", numba.__version__, "numpy", np.__version__)
print("size, people, nbytes, ['size']: compiled", compiled, "- plain", plain)
assert compiled == (4, 4, 4, 4)
assert plain == (1, 4, PARTY.itemsize, 4)
compiled, plain = write_and_read(parties), tuple(map(int, write_and_read.py_func(parties)))
print("7 written to size; size, ['size']: compiled", compiled, "- plain", plain)
assert compiled == (7, 7)
assert plain == (1, 7)
print("as described")
PY
"$work/env/bin/python" "$work/same.py"
