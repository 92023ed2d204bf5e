"""Layouts in which organisers keep their lists, each made into the plain one that the readers know.

- `matrix`: who asks in the rows, who is asked in the columns, marks, weights or times where they cross.
- `calendars`: a column for each slot, a poll (its columns are dates with times), or spans (from, to).

A layout knows itself by its header and cells; what it took them for is in `Sheet.read`, to be said.
"""
