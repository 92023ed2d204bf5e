"""Requests for meetings: from those that were sent to those that were held, and what was lost, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sim.interchange.reasons import REASONS
from sim.plotting.marks import height, nothing
from sim.plotting.style import canvas, titled
from sim.report.plots.funnels import Step, funnel

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from sim.report.source import Source

__all__ = ["draw_funnel", "request_steps"]

_MOST: Final = 5  # reasons that have a row of their own


def draw_funnel(source: Source, ax: Axes | None) -> Axes:
    """A funnel of all requests, of all matchmaking programmes."""
    steps = request_steps(source)
    with canvas(ax, (8.8, height(max(len(steps), 1)))) as drawn:
        funnel(drawn, steps)
        if not steps:
            nothing(drawn, "no meeting was requested")
        drawn.set_xlabel("requests")
        said = f"hatched: lost on the way; one replication, {source.title}"
        titled(drawn, "What became of requests for meetings", said)
    return drawn


def request_steps(source: Source) -> list[Step]:
    """The rows of the funnel, as `fate`, `reply` and `reason` of the table of requests say."""
    sent = source.table("requests")
    if not len(sent):
        return []
    accepted = sent[sent["reply"] == "accepted"]
    agreed = accepted[accepted["fate"] != "no_slot"]
    held = agreed[agreed["fate"] == "held"]
    steps = [_kept("requested", len(sent), 0)]
    steps += _lost(sent.loc[sent["reply"] != "accepted", "reply"].astype(str), len(sent))
    steps.append(_kept("accepted", len(accepted), len(sent)))
    reasons = accepted.loc[accepted["fate"] == "no_slot", "reason"].astype("object").fillna("no slot")
    steps += _lost(reasons.map(_said), len(accepted))
    steps.append(_kept("scheduled", len(agreed), len(accepted)))
    steps += _lost(_missed(source, agreed.loc[agreed["fate"] != "held", "meeting"]), len(agreed))
    steps.append(_kept("held", len(held), len(agreed)))
    return steps


def _said(code: str) -> str:
    """A reason for having no slot in words."""
    return next((said for reason, said in REASONS.items() if reason.name.lower() == code), code)


def _missed(source: Source, meetings: pd.Series[int]) -> pd.Series[str]:
    """Why each of these meetings was not held: somebody did not come, or was held up."""
    import pandas as pd

    columns = ["outcome", "cause", "partner_outcome", "partner_cause"]
    every = source.table("meetings").set_index("meeting")[columns].astype("object")
    return pd.Series([_why(*every.loc[int(number)]) for number in meetings], dtype="str")


def _why(outcome: object, cause: object, other: object, why: object) -> str:
    """What kept a meeting from being held, by outcome and cause of its sides."""
    if "no_show" in (outcome, other):
        return "one side never came"
    for became, because in ((outcome, cause), (other, why)):
        if became == "missed":
            return f"one side was held up: {str(because).replace('_', ' ')}"
    return "not held"


def _lost(why: pd.Series[str], before: int) -> list[Step]:
    """A row a reason, those that took most first; what is rare is one row."""
    counts = why.value_counts()
    counts = counts[counts > 0]
    rows = [(str(name), int(count)) for name, count in counts.items()]
    rows.sort(key=lambda row: (-row[1], row[0]))
    if len(rows) > _MOST:
        rows = [*rows[: _MOST - 1], ("for other reasons", sum(count for _, count in rows[_MOST - 1 :]))]
    return [Step(name.replace("_", " "), n, _of(n, before), lost=True) for name, n in rows]


def _kept(name: str, n: int, before: int) -> Step:
    return Step(name, n, _of(n, before))


def _of(n: int, before: int) -> str:
    return f"{n:,}" + (f" ({100 * n / before:.0f} %)" if before else "")
