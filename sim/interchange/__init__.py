r"""Anyone's lists in, timetables out: CSV files of requests, slots, availability and limits.

>>> from pathlib import Path
>>> from sim.interchange import arrange, read_lists
>>> requests = b"who,whom,weight\nAnn,Ben,0.9\nAnn,Cem,0.4\n"
>>> made = arrange(read_lists(requests, slots=1, tables=1))
>>> for row in made.rows():
...     print(row.whom, row.slot, row.reason)
Ben 1 None
Cem None in every slot one or the other has a meeting or is away (line 2)
"""

from sim.files.sheets import ListError
from sim.interchange.arranging import REASONS, Arranged, Row, arrange, compacted
from sim.interchange.lists import Lists, read_lists
from sim.interchange.telling import as_json, summary
from sim.interchange.timetable_csv import publish, refuse, timetable_csv

__all__ = [
    "REASONS",
    "Arranged",
    "ListError",
    "Lists",
    "Row",
    "arrange",
    "as_json",
    "compacted",
    "publish",
    "read_lists",
    "refuse",
    "summary",
    "timetable_csv",
]
