"""The compiled engine: the rules of `sim.engine.processes` over whole numbers, as one compiled function."""

from sim.engine.compiled.run import load, loaded, run

__all__ = ["load", "loaded", "run"]
