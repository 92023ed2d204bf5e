"""What is handed out: diaries and tables' days as a page to print, as calendars, as a workbook."""

from sim.interchange.diaries.calendars import calendars
from sim.interchange.diaries.diaries import Diaries, Diary, Meeting, Moments, Table, diaries_of, moments_of
from sim.interchange.diaries.page import diaries_html
from sim.interchange.diaries.publishing import publish_calendars, refuse_calendars, revision_there
from sim.interchange.diaries.workbook import timetable_xlsx

__all__ = [
    "Diaries",
    "Diary",
    "Meeting",
    "Moments",
    "Table",
    "calendars",
    "diaries_html",
    "diaries_of",
    "moments_of",
    "publish_calendars",
    "refuse_calendars",
    "revision_there",
    "timetable_xlsx",
]
