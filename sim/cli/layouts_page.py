"""What `exposim timetable --help-layouts` shows: in which layouts lists may be, with an example of each."""

from __future__ import annotations

from typing import Final

__all__ = ["PAGE"]

PAGE: Final = """\
In which layouts `exposim timetable` reads lists
================================================

A list knows itself: nothing has to be said, and what it was taken for is
printed ("read wishes.csv: a matrix of 7 rows ..."), with what was passed over
and on which row. --json has it as "read".

Any list
--------
  Workbooks     .xlsx is read if openpyxl is there (pip install
                'exposim[xlsx]'). Of several sheets: the one that --sheet
                requests=Wishes says, else the one that is called as the list
                (requests, slots, availability, limits, people, places), else
                the first with content. All lists may be in one workbook. A
                merged cell's value stands in all its cells; of a formula its
                stored value is taken; hidden rows are read.
  Titles        Up to 50 rows may stand above the header.
  Columns       --map who="Company A" --map whom="Company B" says which are
                which. Unknown columns are an error, with --ignore-unknown
                they are passed over.
  Yes and no    yes, y, true, 1, x, X, a tick, oui, ja, si, sim, da, tak, igen,
                ano ... and no, n, false, 0, -, a cross, non, nein, nee, nie,
                nem ... An x beside a tick is an error: it may be a cross.
  Dates         2024-11-26 10:00 · 26.11.2024 10:00 · 26 Nov 2024 10:00 ·
                Tue, Nov 26, 2024 10:00 AM · 26/11/2024 10h00. Whether the day
                or the month comes first in 05/12/2024, one date of the list
                that can only be read in one way decides for all, or a
                weekday; if none does, it is an error.

Requests: a list
----------------
  who,whom,weight
  Ann,Ben,2
  Ann,Cem,1

Requests: a matrix
------------------
Who asks has a row, who is asked a column.

  Company,   Contact, Priority, Oak, Elm,   Fir
  persons:,  ,        ,         2,   2,     1
  Lily & Spa,Kim,     1,        X,   X,
  Lily & Spa,Pat,     0,        ,    ,      X
  Aster,     Ola,     1,        X,   12:30, X

  A cell        X or yes: a request, worth 1. A number: what it is worth (0:
                nothing is asked; below 0: a dislike). The name of a slot, or
                the time at which it starts: it must be held then.
  First column  with text in it: who asks; or the one that --map who=... says
  Contact       (or Face, Person ...) who of them comes: Kim and Pat are two
                people, 'Lily & Spa / Kim' and 'Lily & Spa / Pat'
  Priority      is added to what each request of the row is worth
  Weight        is what each mark of the row is worth, in place of 1
  persons:      (or delegates:, most:, least:) in a row or a column: limits,
                as in the list of limits, which goes before it
  All other columns and rows with a colon, sums, and columns full of numbers
  left of those with marks, are passed over.

Availability: a column for each slot
------------------------------------
  who,Tue 10:00,Tue 10:30
  Ann,yes,no

Availability: a poll
--------------------
The columns are dates with times, as polls are exported: in one row, in rows
`from` and `to`, or in rows of the month, the day and the time.

  Our poll
  from,"Mon, Jul 5, 2021 9:00 AM","Mon, Jul 5, 2021 9:30 AM"
  to,  "Mon, Jul 5, 2021 9:30 AM","Mon, Jul 5, 2021 10:00 AM"
  Ann, yes,                       ?

  Without --slots and --slots-file they are the slots (without an end, each
  lasts to the next); else a column is the slot that starts then. An empty
  cell means no; `if need be` (?, (yes), maybe ...) means no, with
  --if-need-be yes it means yes. Rows of sums are passed over.

Availability: spans
-------------------
  who,from,to
  Ann,2024-11-26 09:00,2024-11-26 12:00
  Ben,14:00,17:00

  Whoever is listed is there in the slots that lie wholly within his spans.
  Slots need times: --slots-file.
"""
