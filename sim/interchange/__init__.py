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
from sim.interchange.arranging import REASONS, Arranged, Row, arrange, compacted, rearrange, replan
from sim.interchange.changes import Change, changes, changes_csv
from sim.interchange.diaries import (
    Diaries,
    calendars,
    diaries_html,
    diaries_of,
    moments_of,
    publish_calendars,
    refuse_calendars,
    revision_there,
    timetable_xlsx,
)
from sim.interchange.happened_csv import COLUMNS as HAPPENED
from sim.interchange.happened_csv import Past
from sim.interchange.lists import Lists, read_lists
from sim.interchange.published_csv import MOST_REVISION, Publication, read_published
from sim.interchange.replanning import Begun, begin
from sim.interchange.telling import summary
from sim.interchange.timetable_csv import publish, refuse, timetable_csv
from sim.interchange.timetable_json import as_json

__all__ = [
    "HAPPENED",
    "MOST_REVISION",
    "REASONS",
    "Arranged",
    "Begun",
    "Change",
    "Diaries",
    "ListError",
    "Lists",
    "Past",
    "Publication",
    "Row",
    "arrange",
    "as_json",
    "begin",
    "calendars",
    "changes",
    "changes_csv",
    "compacted",
    "diaries_html",
    "diaries_of",
    "moments_of",
    "publish",
    "publish_calendars",
    "read_lists",
    "read_published",
    "rearrange",
    "refuse",
    "refuse_calendars",
    "replan",
    "revision_there",
    "summary",
    "timetable_csv",
    "timetable_xlsx",
]
