"""What `exposim timetable --help-layouts` shows: in which layouts lists may be."""

PAGE = "x"
