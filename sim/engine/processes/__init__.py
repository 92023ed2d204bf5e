"""The reference engine: the model as SimPy processes."""

from sim.engine.processes.expo_floor import ExpoFloor

__all__ = ["ExpoFloor"]
