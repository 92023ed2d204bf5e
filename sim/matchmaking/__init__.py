"""Matchmaking: affinity, requests, acceptance, policies and timetables, of anyone's lists.

>>> from sim.matchmaking import Problem, solve
>>> problem = Problem.of(a=[0, 0, 1], b=[2, 3, 2], score=[0.9, 0.4, 0.7], slots=2, tables=1)
>>> solve(problem, "greedy").slot.tolist()
[0, -1, 1]
"""

from sim.matchmaking.policies.calendars import Calendars
from sim.matchmaking.policies.interest import Interest, weighed
from sim.matchmaking.policies.registry import (
    POLICIES,
    Policy,
    own_policies,
    policy,
    policy_named,
    register,
    solve,
)
from sim.matchmaking.policies.timetable import Answer, PolicyError, Reason, Timetable
from sim.matchmaking.policies.worth import Worth, worth
from sim.matchmaking.problem.problem import NO_LIMIT, UNSCHEDULED, Problem
from sim.matchmaking.problem.violations import violations
from sim.matchmaking.wishes.acceptance import accept
from sim.matchmaking.wishes.affinity import Profiles, affinity, affinity_matrix, fit, fit_matrix, interests
from sim.matchmaking.wishes.correspondence import Correspondence, Reply, correspond, reminded
from sim.matchmaking.wishes.requests import BIPARTITE, Asked, Participants, ask, largest_remainders
from sim.matchmaking.wishes.score import Reference, Scores, pair_keys

__all__ = [
    "BIPARTITE",
    "NO_LIMIT",
    "POLICIES",
    "UNSCHEDULED",
    "Answer",
    "Asked",
    "Calendars",
    "Correspondence",
    "Interest",
    "Participants",
    "Policy",
    "PolicyError",
    "Problem",
    "Profiles",
    "Reason",
    "Reference",
    "Reply",
    "Scores",
    "Timetable",
    "Worth",
    "accept",
    "affinity",
    "affinity_matrix",
    "ask",
    "correspond",
    "fit",
    "fit_matrix",
    "interests",
    "largest_remainders",
    "own_policies",
    "pair_keys",
    "policy",
    "policy_named",
    "register",
    "reminded",
    "solve",
    "violations",
    "weighed",
    "worth",
]
