"""Who meets whom: participants, requests, their timetable, and who stands by."""
