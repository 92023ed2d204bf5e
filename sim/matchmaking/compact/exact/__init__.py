"""Exact timetables of agreed meetings: clauses, two searches, and the race between them."""
