"""Pictures: one style, and the marks of which they are made. What is drawn is said beside what it shows."""

from sim.plotting.accessor import Plots

__all__ = ["Plots"]
