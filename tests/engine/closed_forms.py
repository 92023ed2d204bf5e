"""Closed forms of a booth as a queue with Poisson arrivals, from the textbooks.

Rates are per unit of time; `arrivals` / `service` is the offered load in erlangs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Steady", "birth_and_death", "erlang_a", "erlang_b", "erlang_c", "finite_room"]


class Steady(NamedTuple):
    """What is seen in the long run."""

    waits: float  # probability that an arriving party has to wait
    mean_wait: float  # over all who are not blocked, those who give up included
    lost: float  # share of the arrivals blocked or giving up
    busy: float  # share of the servers' time


def birth_and_death(arrivals: float, deaths: npt.NDArray[np.float64], servers: int, service: float) -> Steady:
    """The stationary M/M/c-like chain with these death rates from states 1, 2, …, K.

    State K blocks. By detailed balance p[n] = p[n - 1] · arrivals / deaths[n] (Kleinrock, Queueing
    Systems I, 1975, § 3.1), Poisson arrivals see time averages (Wolff 1982), and the mean wait is
    the mean queue over the accepted rate (Little 1961).
    """
    states = np.arange(len(deaths) + 1)
    log_p = np.concatenate(([0.0], np.cumsum(np.log(arrivals / deaths))))
    p = np.exp(log_p - log_p.max())
    p /= p.sum()
    queue = float(p @ np.maximum(states - servers, 0))
    in_service = float(p @ np.minimum(states, servers))
    accepted = arrivals * (1 - float(p[-1]))
    return Steady(
        waits=float(p[servers:-1].sum()),
        mean_wait=queue / accepted,
        lost=1 - service * in_service / arrivals,
        busy=in_service / servers,
    )


def erlang_b(arrivals: float, service: float, servers: int) -> float:
    """Share blocked when nobody waits (Erlang 1917), by the recursion in the number of servers."""
    load, blocked = arrivals / service, 1.0
    for n in range(1, servers + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


def erlang_c(arrivals: float, service: float, servers: int) -> Steady:
    """All wait (Erlang 1917): from B by C = B / (1 - busy (1 - B)); mean wait C / (cμ - λ)."""
    busy = arrivals / (servers * service)
    blocked = erlang_b(arrivals, service, servers)
    waits = blocked / (1 - busy * (1 - blocked))
    return Steady(waits, waits / (servers * service - arrivals), 0.0, busy)


def erlang_a(arrivals: float, service: float, servers: int, patience: float) -> Steady:
    """Exponential patience of rate `patience` (Palm 1957; Garnett, Mandelbaum and Reiman 2002).

    M/M/c + M is the chain with death rates min(n, c) μ + (n - c)⁺ θ, cut where nobody comes.
    """
    n = np.arange(1, 1_000)
    deaths = np.minimum(n, servers) * service + np.maximum(n - servers, 0) * patience
    return birth_and_death(arrivals, deaths, servers, service)


def finite_room(arrivals: float, service: float, servers: int, queue: int) -> Steady:
    """M/M/c/(c + queue): who finds the queue full is lost (Kleinrock 1975, § 3.6)."""
    n = np.arange(1, servers + queue + 1)
    return birth_and_death(arrivals, np.minimum(n, servers) * service, servers, service)
