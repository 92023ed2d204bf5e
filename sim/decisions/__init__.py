"""Decisions: what many runs say about a question that an organiser has, with honest error bars.

Each room answers one question; all ask `sim.studies.runner.Runner` for the cells that they need.
"""
