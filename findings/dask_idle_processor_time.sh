#!/usr/bin/env bash
# Dask and distributed 2026.8.0, seen on 2026-11-29 (CPython 3.11, Linux, 2 processors).
#
# A cluster to which nobody sends anything is at work all the time: a scheduler, a nanny and two workers take some
# 60 ms of processor time a second, for ever (scheduler 13, nanny 19, workers 27). On a machine whose processors all
# have workers that is taken from what they do, and nothing of it is in the profile of a task. Half of it and more are
# "ticks", by which every server of Dask sees 50 times a second that its event loop still turns
# (`distributed.admin.tick.interval`, 20 ms), a worker's nanny too; then the nanny and the worker, which both ask ten
# times a second how much memory there is (`distributed.worker.memory.monitor-interval`, 100 ms). Once a second each,
# it is a quarter of that. (Profiles of workers are off here in both: `distributed.worker.profile.enabled`.)
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install -q dask==2026.8.0 distributed==2026.8.0 2>"$work/log" || { cat "$work/log"; exit 1; }

cat >"$work/idle.py" <<'PY'
import json
import os
import subprocess
import sys
import time

import psutil

SECONDS = 20


def used(process):
    times = process.cpu_times()
    return times.user + times.system


def main():
    with open("log", "w") as log:
        file = ["--scheduler-file", f"{os.getpid()}.json"]
        said = {"stdout": log, "stderr": log}
        begin = [sys.executable, "-m", "dask"]
        quiet = ["--no-dashboard"]
        begun = [subprocess.Popen([*begin, "scheduler", "--host", "127.0.0.1", "--port", "0", *quiet, *file], **said)]
        while not os.path.exists(file[1]):
            time.sleep(0.1)
        begun.append(subprocess.Popen([*begin, "worker", *file, "--nworkers", "2", "--nthreads", "1", *quiet], **said))
    try:
        while open("log").read().count("Registered to") < 2:
            time.sleep(0.2)
        time.sleep(5)  # until what they load is loaded
        scheduler, nanny = (psutil.Process(each.pid) for each in begun)
        parts = {"scheduler": [scheduler], "nanny": [nanny], "workers": nanny.children()}
        before = {name: sum(map(used, of)) for name, of in parts.items()}
        time.sleep(SECONDS)
        print(json.dumps({name: round((sum(map(used, of)) - before[name]) / SECONDS * 1e3, 1) for name, of in parts.items()}))
    finally:
        for each in reversed(begun):
            each.terminate()
            each.wait()


main()
PY
cd "$work"
export DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED=False
default=$("$work/env/bin/python" idle.py)
seldom=$(DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL=1s DASK_DISTRIBUTED__WORKER__MEMORY__MONITOR_INTERVAL=1s "$work/env/bin/python" idle.py)
printf 'ms of processor time a second, as it is         %s\nms of processor time a second, once a second    %s\n' "$default" "$seldom"

python3 - "$default" "$seldom" <<'PY'
import json
import sys

default, seldom = (sum(json.loads(each).values()) for each in sys.argv[1:])
assert default > 2 * seldom, "no more than when it looks seldom"
PY
echo "as described"
