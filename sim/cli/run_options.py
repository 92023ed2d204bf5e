"""Options of `run` that are read from what was typed: replications to keep, and how precise."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final, Literal

import click

__all__ = ["kept_numbers", "wanted_precision"]

_RANGE: Final = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?", re.ASCII)


def kept_numbers(given: str | None) -> Collection[int] | Literal["all"]:
    """The replications that `--keep` names: `0-4,7`, or all."""
    if given is None:
        return (0,)
    if given.strip() == "all":
        return "all"
    numbers: list[int] = []
    for part in given.split(","):
        found = _RANGE.fullmatch(part.strip())
        last = int(found[2] or found[1]) if found else -1
        if found is None or last < int(found[1]):
            raise click.BadParameter(
                f"found {part.strip()!r}; allowed: numbers from 0, such as 0, 0-4 or 0-4,7, or all",
                param_hint="--keep",
            )
        numbers += range(int(found[1]), last + 1)
    return numbers


def wanted_precision(given: tuple[str, ...]) -> str | dict[str, float | str] | None:
    """What `replicate` takes, from the options as given; checked here, before anything runs."""
    from sim.studies.precision import Precision, PrecisionError

    if not given:
        return None
    plain = [text for text in given if "=" not in text]
    named: dict[str, float | str] = {}
    for text in given:
        if "=" in text:
            name, _, width = text.partition("=")
            named[name.strip()] = width
    if len(plain) > 1 or (plain and named):
        raise click.BadParameter("give one P, or KPI=P for each of some KPIs", param_hint="--precision")
    wanted = named or plain[0]
    try:
        Precision.parse(wanted)
    except PrecisionError as error:
        raise click.BadParameter(str(error), param_hint="--precision") from None
    return wanted
