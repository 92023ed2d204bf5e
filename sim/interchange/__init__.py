r"""Anyone's lists in, timetables out: CSV files of requests, slots, availability and limits.

>>> from pathlib import Path
>>> from sim.interchange import arrange, read_lists
>>> requests = b"who,whom,weight\nAnn,Ben,0.9\nAnn,Cem,0.4\n"
>>> made = arrange(read_lists(requests, slots=1, tables=1))
>>> [(row.whom, row.slot, row.reason) for row in made.rows()]
[('Ben', '1', None), ('Cem', None, 'in every slot one or the other has a meeting or is away')]
"""

from sim.files.sheets import ListError
from sim.interchange.arranging import REASONS, Arranged, Row, arrange, compacted, rearrange
from sim.interchange.changes import Change, changes, changes_csv
from sim.interchange.lists import Lists, read_lists
from sim.interchange.published_csv import Publication, read_published
from sim.interchange.telling import as_json, summary
from sim.interchange.timetable_csv import publish, refuse, timetable_csv

__all__ = [
    "REASONS",
    "Arranged",
    "Change",
    "ListError",
    "Lists",
    "Publication",
    "Row",
    "arrange",
    "as_json",
    "changes",
    "changes_csv",
    "compacted",
    "publish",
    "read_lists",
    "read_published",
    "rearrange",
    "refuse",
    "summary",
    "timetable_csv",
]
