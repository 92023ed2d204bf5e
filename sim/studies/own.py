"""What a user has registered, taken along to worker processes."""

from __future__ import annotations

import pickle
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from threading import Condition, Lock
from types import ModuleType
from typing import Any

from sim.policy_names import SHIPPED_POLICIES, policy_names
from sim.statistics.own import forget_own_kpis, own_kpis, register_kpi

__all__ = ["knowing", "learn", "own_things"]

_known = b""  # what this process has registered, as it was last given or taken
_learning = Lock()
_turn = Condition()
_at_work = 0  # how many threads of this process are at work, all with what it knows


def own_things() -> bytes:
    """A user's own KPIs and policies as bytes that `learn` takes; none if there are none.

    Functions go by value, with what they need of their module: a worker need not find that module.

    Raises:
        TypeError, pickle.PicklingError: one holds something that cannot be taken to another process.
    """
    global _known
    kpis = own_kpis()
    policies: dict[str, Any] = {}
    if len(policy_names()) > len(SHIPPED_POLICIES):
        from sim.matchmaking import own_policies

        policies = own_policies()
    taken = b""
    if kpis or policies:
        import cloudpickle

        with _by_value([each.compute for each in kpis] + list(policies.values())):
            taken = cloudpickle.dumps((kpis, policies))
    _known = taken
    return taken


def learn(own: bytes) -> None:
    """Know what `own_things` of another process, which is trusted, gave, and nothing else of a user's.

    A worker may have worked for another study before; and it may be this process, which knows already.
    """
    global _known
    with _learning:  # workers of a cluster may have threads
        if own == _known:
            return
        kpis, policies = pickle.loads(own) if own else ((), {})
        _known = b""
        forget_own_kpis()
        if policies or len(policy_names()) > len(SHIPPED_POLICIES):
            from sim.matchmaking.policies.registry import forget_own_policies, register

            forget_own_policies()
            for name, policy in policies.items():
                register(name, policy)
        for each in kpis:
            register_kpi(each)
        _known = own


@contextmanager
def knowing(own: bytes) -> Iterator[None]:
    """Within, `own` is what this process knows: see `learn`.

    A worker of a cluster may have threads, and they may be at work for several studies: a thread of one waits
    until those of another are done.
    """
    global _at_work
    with _turn:
        _turn.wait_for(lambda: not _at_work or own == _known)
        learn(own)
        _at_work += 1
    try:
        yield
    finally:
        with _turn:
            _at_work -= 1
            _turn.notify_all()


@contextmanager
def _by_value(functions: list[Callable[..., Any]]) -> Iterator[None]:
    """Within, functions of these functions' modules are pickled by value, not by the name of the module."""
    import cloudpickle

    names = {str(getattr(each, "__module__", "__main__")) for each in functions} - {"__main__"}
    modules = [sys.modules[name] for name in names if isinstance(sys.modules.get(name), ModuleType)]
    there = cloudpickle.list_registry_pickle_by_value()
    with ExitStack() as stack:
        for module in modules:
            if module.__name__ not in there:
                cloudpickle.register_pickle_by_value(module)
                stack.callback(cloudpickle.unregister_pickle_by_value, module)
        yield
