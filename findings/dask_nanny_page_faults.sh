#!/usr/bin/env bash
# Dask and distributed 2026.8.0, NumPy 2.4.6, seen on 2026-11-29 (CPython 3.11, Linux, glibc).
#
# The same simulation takes milliseconds longer a run in a worker of Dask than in a process of joblib, and nothing of
# it is in the profile of the program: it is page faults. A nanny starts its worker with MALLOC_TRIM_THRESHOLD_=65536.
# glibc then gives freed memory back at once, and, since any value switches its adaptation off, also maps every array
# of more than 128 kB anew for ever: here 2,392 page faults a run instead of none.
#
# The way round that Dask's own naming of settings suggests has no effect and no message:
#     DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON__MALLOC_TRIM_THRESHOLD_=...
# Dask makes the name lower case, so that workers get a second variable, `malloc_trim_threshold_`, and keep the first
# as it was. What works is the whole table at once, with None for what shall not be set:
#     DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON='{"MALLOC_TRIM_THRESHOLD_": None}'
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q dask==2026.8.0 distributed==2026.8.0 numpy==2.4.6 2>"$work/log" || { cat "$work/log"; exit 1; }

cat >"$work/faults.py" <<'PY'
import json
import os
import resource

import numpy as np
from distributed import Client, LocalCluster


def runs(n=20):
    """Page faults a run, of runs that make some arrays of 160 kB to 1.6 MB, as a small simulation does."""
    def run():
        arrays = [np.arange(size, dtype=np.float64) for size in (20_000, 60_000, 120_000, 200_000)]
        return sum(float(np.sqrt(each * 2 + 1).sum()) for each in arrays)

    np.ones(1_000_000).sum()  # one larger array in the beginning: glibc adapts to it, if it may
    for _ in range(5):
        run()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(n):
        run()
    return (resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) // n


def named():
    return {name: value for name, value in os.environ.items() if name.upper() == "MALLOC_TRIM_THRESHOLD_"}


if __name__ == "__main__":
    with LocalCluster(n_workers=1, threads_per_worker=1, dashboard_address=None) as cluster, Client(cluster) as client:
        print(json.dumps({"faults": client.submit(runs).result(), "set": client.submit(named).result()}))
PY
cd "$work"
unset MALLOC_TRIM_THRESHOLD_
default=$("$work/env/bin/python" faults.py 2>>"$work/log")
suggested=$(DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON__MALLOC_TRIM_THRESHOLD_=134217728 "$work/env/bin/python" faults.py 2>>"$work/log")
table=$(DASK_DISTRIBUTED__NANNY__PRE_SPAWN_ENVIRON='{"MALLOC_TRIM_THRESHOLD_": None}' "$work/env/bin/python" faults.py 2>>"$work/log")
printf 'as it is           %s\nas the name says   %s\nthe whole table    %s\n' "$default" "$suggested" "$table"

python3 - "$default" "$suggested" "$table" <<'PY'
import json
import sys

default, suggested, table = map(json.loads, sys.argv[1:])
assert default["set"] == {"MALLOC_TRIM_THRESHOLD_": "65536"}, default
assert suggested["set"].get("MALLOC_TRIM_THRESHOLD_") == "65536", suggested
assert suggested["set"].get("malloc_trim_threshold_") == "134217728", suggested
assert table["set"] == {}, table
assert default["faults"] > 5 * max(1, table["faults"]), "no more page faults than without"
PY
echo "as described"
