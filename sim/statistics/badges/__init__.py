"""A result as a badge study would have seen it: who wears one, what is recorded, what is measured of that."""

from sim.statistics.badges.measures import MEASURES, Measure, distance, lengths, measured, thinned
from sim.statistics.badges.records import Records, read_badges

__all__ = ["MEASURES", "Measure", "Records", "distance", "lengths", "measured", "read_badges", "thinned"]
