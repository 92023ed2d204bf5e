"""A published timetable made again after its lists have changed, with as few changes as can be."""
