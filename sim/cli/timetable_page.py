"""What `exposim timetable --help` shows below its options: examples, and the columns of every list."""

from __future__ import annotations

from typing import Final

__all__ = ["EPILOG"]

EPILOG: Final = """\b
Examples:
  exposim timetable requests.csv --slots 12 --tables 20
  exposim timetable requests.csv --slots-file slots.csv --out timetable.csv
  exposim timetable requests.csv --slots 8 --availability free.csv
  exposim timetable requests.csv --slots 8 --tables 5 --compact --exact
  exposim timetable requests.csv --slots-file slots.csv --out all.xlsx \\
    --diaries diaries.html --calendars calendars --time-zone Europe/Budapest
  exposim timetable requests.csv --slots 8 --tables 2 --json | jq .table_worth

\b
The files are CSV in UTF-8, or .xlsx, with a header; columns may stand in any
order; commas, semicolons or tabs separate them; what stands above the header
is passed over. A matrix, a poll and spans are read too, and what columns
are called otherwise can be said: see --help-layouts. What a file was taken
for is printed, unless it is a plain list as described here.
The timetable is written as REQUESTS are. Names are data: one that a
spreadsheet would run as a formula (= + - @ at its head) is written with a '
before it, which is taken away again where it is read. A file is 32 MiB
long at most, a workbook 256 MiB when unpacked.

\b
REQUESTS, a row for each meeting that somebody wants:
  who, whom   who asks whom; anyone may meet anyone
              (`Birch & Cedar`, or with a ; between, are two people, where
              both are known by themselves, here or from --people)
  with        who else must be there: Dahl; Elm
  weight      what the meeting is worth: the sum of those held is made
              great (left out: 1 each); below 0, a dislike: it is not held,
              unless it must be
  rank        in place of a weight: 1 for the asker's first choice, 2 for
              his second ...; of his R, rank r is worth R + 1 - r. (With
              --ranks, weight and wishes are such ranks.)
  wish_who, wish_whom
              what each side itself wishes it by (left out: the weight)
  arrival     when it came in, numbers or dates, for first_come and ties
              (left out: as in the file)
  must        yes (X, oui, ja, 1 ...): it is held before any that need not
  veto        yes: it is not held
  slot        the only slot in which it may be held: its name, or when it
              starts
  language    the interpreters it needs: see --interpreters
  id          a name for the request, for the column `after`; it is in the
              timetable too
  after       the id of a request that must end before this one, if both
              are held; at most 2,000 requests stand in such a chain
  one_of      a name: of the requests with the same, one is held at most
              (offers of the same meeting; an order holds for any of them)
  minutes     how long it takes, from its begin to its end (left out: one
              slot). A longer one takes slots that follow each other directly,
              the pauses between them included, at one table; its slot is the
              first of them
  place       where it is held, a name: see --walk and --places

\b
AVAILABILITY, a row for each person who is not always there:
  who         as in REQUESTS; whoever is not listed is always available
  a column for each slot, by its name (1, 2, ... with --slots):
              yes or no, 1 or 0, X, oui, ja ... An empty cell means no
              where the file has only yes, yes where it has only no, else it
              is an error. Columns that are dates with times are a poll
or who, from, to: he is there in the slots that lie wholly within; he may
              have several rows; times without a date are of every day

\b
LIMITS, a row for each person; who = * stands for all who have no cell of
their own (whose own most is below everybody's least has it for his least):
  who         as in REQUESTS
  delegates   meetings held at once (left out: 1, or as many as names)
  delegate_names
              who sits in them: Anna; Béla. More of them than meetings at
              once take turns; without names they are numbered
  most        the most meetings
  least       the fewest meetings, if it can be
  in_row      the most meetings in slots that adjoin: slots of one day with a
              pause of --pause minutes between them at most
  most_a_day, least_a_day
              the same for each day
  days        the most days on which to have meetings; 1: one day only
  lunch       slots of which one stays free on each day: by the clock, such
              as 12:00-13:00, or by name, such as 12:00 | 12:30. Of several
              delegates it is counted for all together, as are in_row and
              keep_free: diaries do not see to it that each has his own
  keep_free   slots of each day that stay free, for walk-ins
  rest        minutes between two meetings, at least
  place       the number of the table that this person keeps: all his meetings
              are there, one at a time

\b
SLOTS, a row for each slot:
  slot        its name
  start, end  such as 2024-11-26 10:00, 26.11.2024 10:00 or 10:00 (left out:
              half an hour each, one after the other). Whether 05/12/2024 is
              in May the other dates decide, or it is an error
  tables      tables in it (left out: --tables)
  day         the day it belongs to, any name (left out: a day ends at
              --day-ends; or else in the longest stretch of the clock without
              slots on any day, if it is four hours long, and wherever there
              is no slot for eight hours)

\b
PLACES, a row for each place, and for each way between two of them that takes
longer or less than --walk (a place may have several rows):
  place       its name, as in REQUESTS
  room        meetings held there at once, at most (left out: any number):
              the seats of a room, or of a company's own booth. Each takes one
              of the slot's tables besides
  to, minutes how long it takes to walk from there to another place, and back
              where no row says otherwise

\b
PUBLISHED is a timetable that --out wrote before, CSV or .xlsx, for lists that
may have changed since. Its rows are requests by their id, or by who and whom
(several of the same two by slot). A slot is the one of its name, if it is at
the same time still. By --keep, what comes first is
  times       as many published meetings as can be; then the fewest of these
              moved to another slot, of the fewest people, none for the sake
              of a new meeting; then the greatest value
  meetings    as many published meetings as can be; then the greatest value;
              then the fewest of these moved, of the fewest people
  value       the greatest value; then as many published meetings as can be;
              then the fewest of these moved, of the fewest people
Must-meets come before all of it, `least` before the value. Whoever stays in a
slot keeps the table, if it is still there: no seating changes fewer.
--changes writes a row for each person and meeting that is not as it was:
person, partner, what (moved, table, cancelled, new), the old and the new
slot, start and table, and why.

\b
The timetable has a row for each request, in the same order: who, whom,
weight, slot (its name or number), start, end, table (from 1) and, for those
without a slot, the reason. It goes to standard output, or with --out to a
file; the figures go to the other of standard error and standard output.

\b
What is handed out:
  --diaries FILE   a page for a browser, to be printed as well: everybody's
                   diary, each table's day, and all by slot and table. Where
                   somebody has delegates, each has a diary: they have
                   alike much to do, and stay at a table where they can
  --calendars DIR  the diaries as iCalendar, a file each, and index.csv,
                   which says whose each is. Slots with an offset from UTC
                   are written in UTC, or with --time-zone in that zone;
                   those without are what clocks there show. A meeting that
                   is published again replaces itself, its SEQUENCE being
                   one more than in the calendars replaced and in the
                   column 'revision' of --published, which --out writes
                   beside calendars; one that is no longer held is
                   called off in the calendars of all who were in it,
                   and in all later ones (a row of --out with off_slot)
  --out FILE.xlsx  a workbook: the timetable, the grid, a sheet a diary, a
                   sheet a table (pip install 'exposim[xlsx]')

\b
Exit status: 0 done, 2 bad input, 130 stopped by Ctrl-C.
"""
