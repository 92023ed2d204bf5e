"""Costs of inputs that are made to cost: each is refused, or read, within two seconds and 200 MB.

In processes of their own, so that what other tests have loaded does not count.
"""

from __future__ import annotations

import json

import pytest

from tests.ahead import Ended

SECONDS = 2.0  # of the processor
MEGABYTES = 200

SCRIPT = r'''
import json, re, sys, time
from pathlib import Path
from sim.files.problems import ScenarioError
from sim.interchange.requests_csv import read_requests
from sim.interchange.layouts.calendars import read_calendar
from sim.interchange.slots_csv import named_slots
from sim.scenario import load

N = 1_000_000
deep = ".".join(["a"] * 30_000)
scenarios = {
    "blanks after a bare word": "a = word" + " " * 8_000 + "!\n",
    "blanks before a missing value": "a =" + " " * (2 * N) + '"\n',
    "a run of digits": "a = " + "9" * (2 * N) + "\n",
    "runs of digits": "".join(f"a{i} = " + "9" * 4_200 + "\n" for i in range(470)) + "x =\n",
    "a header of dots": f"[{deep}]\n",
    "a key of dots": f"{deep} = 1\n",
    "dots in an inline table": "a = { " + deep + " = 1 }\n",
    "a long text": 'a = """' + "\\n" * N + '"""\n',
    "a text without an end": 'a = """' + '\\""' * N + "\n",
    "brackets": "a = " + "[" * N,
    "empty lines": "\n" * (4 * N) + "a =",
    "many that are extended": "extends = [" + ",".join(f'"b{i}.toml"' for i in range(20_000)) + "]\n",
    "one that is extended often": "extends = [" + '"small.toml",' * 20_000 + "]\n",
    "unknown keys": "".join(f"a{i}=1\n" for i in range(N)),
    "some unknown keys": "".join(f"a{i}=1\n" for i in range(20_000)),
}
columns = ",".join(f"c{i}" for i in range(100_000))
some = ",".join(f"c{i}" for i in range(9_000))
orders = "".join(f"a{i},b{i},1,r{i},{f'r{i - 1}' if i else ''}\n" for i in range(100_000))
ring = "".join(f"a{i},b{i},1,r{i},r{(i + 1) % 100_000}\n" for i in range(100_000))
lists = {
    "columns": (f"who,whom,weight,{columns}\na,b,1\n", "ignored"),
    "some columns": (f"who,whom,weight,{some}\na,b,1\n", "refused"),
    "some columns ignored": (f"who,whom,weight,{some}\na,b,1\n", "ignored"),
    "orders in a chain": ("who,whom,weight,id,after\n" + orders, "refused"),
    "orders in a ring": ("who,whom,weight,id,after\n" + ring, "refused"),
    "empty rows": ("\n" * (8 * N), "refused"),
    "separators": ("who,whom,weight" + "," * (20 * N) + "\n", "refused"),
    "quotes": ("who,whom,weight\n" + '"' * N, "refused"),
}
Path("small.toml").write_text('[expo]\ntitle = "Small"\n')
with open("long.toml", "wb") as opened:
    opened.truncate(100 * N)
took = {}

def measured(name, work):
    begun = time.process_time()
    try:
        work()
    except ScenarioError as error:
        str(error)
    took[name] = time.process_time() - begun

measured("imports", lambda: load("quickstart"))
measured("100 MB", lambda: load("long.toml"))
for name, text in scenarios.items():
    Path("case.toml").write_text(text)
    measured(name, lambda: load("case.toml"))
for name, (text, unknown) in lists.items():
    data = text.encode()
    measured(name, lambda: [str(each) for each in read_requests(data, ["1"], {}, unknown)[1].problems()])
free = f"who,{columns}\n".encode()
measured("availability", lambda: read_calendar(free, None, "refused", 1, need=False)[0].problems())
slot = named_slots(["1"], [1])
measured("availability of slots", lambda: read_calendar(free, slot, "refused", 1, need=False)[0].problems())
del scenarios, lists, columns, some, orders, ring
peak = re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())  # ru_maxrss begins with the parent's
print(json.dumps([took, int(peak[1]) / 1024]))
'''

COMMAND = r"""
import json, re, sys, time
from click.testing import CliRunner
from sim.cli import exposim

with open("chain.csv", "w") as opened:
    opened.write("who,whom,weight,id,after\n")
    opened.writelines(f"A{i},B{i},1,n{i},{f'n{i - 1}' if i else ''}\n" for i in range(100_000))
begun = time.process_time()
done = CliRunner().invoke(exposim, ["timetable", "chain.csv", "--slots", "12", "--tables", "20"])
took = time.process_time() - begun
assert done.exit_code == 2, done.output
peak = re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())
print(json.dumps([{"a chain": took}, int(peak[1]) / 1024]))
"""


FOLDER = r"""
import os, tempfile
folder = tempfile.TemporaryDirectory()
os.chdir(folder.name)
"""


def measured(ended: Ended) -> tuple[dict[str, float], float]:
    """The seconds that each case took, and the megabytes of the whole."""
    assert ended.returncode == 0, ended.stderr[-2000:]
    took, megabytes = json.loads(ended.stdout)
    return took, megabytes


@pytest.mark.ahead("-c", FOLDER + SCRIPT)
def test_inputs_that_are_made_to_cost_are_refused_or_read_soon_and_in_little_memory(ahead: Ended) -> None:
    took, megabytes = measured(ahead)
    assert {name: seconds for name, seconds in took.items() if seconds > SECONDS} == {}
    assert megabytes < MEGABYTES + 60  # and the inputs themselves


@pytest.mark.ahead("-c", FOLDER + COMMAND)
def test_a_hundred_thousand_orders_in_a_chain_end_the_whole_command_soon_and_in_little_memory(
    ahead: Ended,
) -> None:
    took, megabytes = measured(ahead)
    assert took["a chain"] <= SECONDS
    assert megabytes <= MEGABYTES
