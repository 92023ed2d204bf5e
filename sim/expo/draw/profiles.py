"""What companies offer and need, over chain and stage.

A company supplies mostly what stands in its own cell (chain, stage), and a little of its chain's
neighbouring stages. It needs what its chain buys (FACTS: inputs, in the scenario's `inputs`), in
the stages that its stage buys from. Keyed noise makes each company its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.arithmetic import log
from sim.floor.arrays import IntArray
from sim.matchmaking.wishes.affinity import on_grid
from sim.scenario.schema.data import STAGES
from sim.streams import KeyArray, Streams, key_of, subkeys

if TYPE_CHECKING:
    from sim.scenario import Scenario

__all__ = ["STAGE_FLOWS", "input_table", "profiles"]

FloatArray = npt.NDArray[np.float64]

# Share of what a company of a stage (row) buys that companies of each stage (column) supply, both in
# the order of STAGES: each buys mostly from the stage before it, and some services. An assumption.
STAGE_FLOWS: FloatArray = np.array(
    [
        # research materials components manufacturing distribution services
        [0.40, 0.20, 0.20, 0.00, 0.00, 0.20],  # research: its own kind, and things to try
        [0.35, 0.40, 0.05, 0.05, 0.00, 0.15],  # materials
        [0.10, 0.60, 0.10, 0.00, 0.05, 0.15],  # components
        [0.05, 0.15, 0.60, 0.05, 0.00, 0.15],  # manufacturing
        [0.00, 0.00, 0.05, 0.70, 0.05, 0.20],  # distribution
        [0.10, 0.00, 0.05, 0.20, 0.40, 0.25],  # services
    ]
)
_OWN = 0.7  # share of its offers in its own cell, before noise; an assumption
_ROWS = 1 << 12  # companies at a time: bounds the memory
_DECAY = 0.4  # weight of a neighbouring stage, for each step away; an assumption


def input_table(scenario: Scenario) -> FloatArray:
    """Share of what a chain (row) buys that each chain (column) supplies; rows sum to 1."""
    chains = scenario.data.chains
    number = {name: i for i, name in enumerate(chains)}
    table = np.zeros((len(chains), len(chains)))
    for buyer, chain in enumerate(chains.values()):
        for supplier, weight in chain.inputs.items():
            table[buyer, number[supplier]] = weight
        if not table[buyer].any():
            table[buyer, buyer] = 1.0
    # summed one by one, so that a chain nobody buys from changes no bit of the others' shares
    share: FloatArray = table / np.cumsum(table, axis=1)[:, -1:]
    return share


def _noise(streams: Streams, purpose: str, keys: KeyArray) -> FloatArray:
    """Gamma noise of shape 1 and mean 1, one number a stage: shape (n, stages)."""
    n = len(keys)
    draws = streams.quartet(purpose, np.tile(keys, 2), np.repeat((0, 1), n)).reshape(4, 2, n)
    noise: FloatArray = -log(np.concatenate((draws[:, 0], draws[:, 1]))[: len(STAGES)].T)
    return noise


def profiles(
    chain: IntArray, stage: IntArray, keys: KeyArray, scenario: Scenario, streams: Streams
) -> tuple[FloatArray, FloatArray]:
    """Offers and needs of companies of these chains and stages, each of shape (n, chains * stages).

    Rows of the offers sum to 1; the greatest of each row of the needs is 1. All are multiples of 2⁻²⁶, for
    which the arithmetic of affinities is exact. Draws are addressed by
    the company's key and the chain's name, so another chain or company changes none of them.
    """
    n, names, width = len(keys), tuple(scenario.data.chains), len(STAGES)
    steps = np.abs(np.arange(width)[:, None] - np.arange(width))
    near = np.where(steps > 0, np.cumprod(np.full(width, _DECAY))[steps - 1], 0.0)
    near *= (1 - _OWN) / near.sum(axis=1, keepdims=True)
    own = near[stage] * _noise(streams, "offers", keys)
    own[np.arange(n), stage] = _OWN
    own = on_grid(own / own.sum(axis=1, keepdims=True))
    own[np.arange(n), stage] += 1 - own.sum(axis=1)  # exactly: what rounding took
    offers = np.zeros((n, len(names), width))
    offers[np.arange(n), chain] = own

    inputs = input_table(scenario)
    cells = np.zeros((n, len(names), width))
    of_chain = np.array([key_of("chain", name) for name in names], dtype=np.uint64)
    for low in range(0, n, _ROWS):
        row, supplier = np.nonzero(inputs[chain[low : low + _ROWS]] > 0)
        row += low
        noise = _noise(streams, "needs", subkeys(keys[row], of_chain[supplier]))
        cells[row, supplier] = inputs[chain[row], supplier, None] * STAGE_FLOWS[stage[row]] * noise
    needs: FloatArray = cells.reshape(n, len(names) * width)
    needs /= needs.max(axis=1, keepdims=True, initial=np.finfo(np.float64).tiny)
    return offers.reshape(n, len(names) * width), on_grid(needs)
