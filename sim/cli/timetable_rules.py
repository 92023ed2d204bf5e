"""Which options of `exposim timetable` go together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import click

from sim.cli.handed_out import HandedOut

__all__ = ["refuse_of_replan", "refuse_together"]

_Rule = tuple[bool, str]  # whether it is broken, and what to say then
_USUAL: Final = {"least": "breaks", "lead": "value"}  # what they are when nobody says


def refuse_together(options: Mapping[str, Any], handed: HandedOut) -> None:
    """Raise UsageError for the first options that do not go together; `options` are all, by name."""

    def given(*names: str) -> bool:
        said = ((options[name], _USUAL.get(name)) for name in names)
        return any(value is not None and value is not False and value != usual for value, usual in said)

    compact, exact, policy = options["compact"], options["exact"], options["policy"]
    optimal = policy == "optimal"
    of_choice = "--compact" if compact else f"--policy {policy}"
    rules = (
        (
            not given("slots", "slots_file", "availability"),
            "how many slots? Give --slots N, --slots-file FILE or --availability FILE",
        ),
        (
            not given("tables", "slots_file"),
            "how many tables? Give --tables K, or --slots-file FILE with a column 'tables'",
        ),
        (
            given("keep", "changes") and not given("published"),
            "--keep and --changes go with --published FILE",
        ),
        (
            given("published") and (compact or not optimal),
            f"--published goes with --policy optimal, not with {of_choice}: what was published changes as "
            "little as can be, whatever else would be better (see --keep)",
        ),
        (given("lead", "fairness") and not compact, "--lead and --fairness go with --compact"),
        (given("least") and not compact, "--least goes with --compact"),
        (
            given("least") and given("lead", "fairness"),
            "--least waits goes with --lead value, and without --fairness",
        ),
        (options["lead"] == "fairness" and not given("fairness"), "--lead fairness needs --fairness D"),
        (exact and not (optimal or compact), "--exact goes with --policy optimal or --compact"),
        (
            given("time_limit") and not (optimal or (compact and exact)),
            "--time-limit goes with --policy optimal or --compact --exact",
        ),
    )
    _refuse((*_of_any(options, handed), *rules))


def refuse_of_replan(options: Mapping[str, Any], handed: HandedOut) -> None:
    """The same for `exposim replan`, which knows slots and tables where nobody says them."""
    unsaid = options["slots"] is not None and options["tables"] is None
    _refuse((*_of_any(options, handed), (unsaid, "how many tables? --slots goes with --tables K")))


def _of_any(options: Mapping[str, Any], handed: HandedOut) -> tuple[_Rule, ...]:
    """Rules of all commands that make timetables of lists."""

    def given(*names: str) -> bool:
        return any(options[name] is not None and options[name] is not False for name in names)

    of_diaries = "--title" if given("title") else "--time-zone"
    return (
        (given("slots") and given("slots_file"), "--slots and --slots-file: give one of them"),
        (
            given("day_ends") and not given("slots_file"),
            "--day-ends goes with --slots-file FILE: without it slots have no times",
        ),
        (
            given("force") and not handed.paths,
            "--force goes with --out, --diaries or --changes FILE, or --calendars DIR",
        ),
        (
            given("title", "time_zone") and not handed.made,
            f"{of_diaries} goes with --diaries FILE, --calendars DIR or --out FILE.xlsx",
        ),
        (given("revision") and not given("calendars"), "--revision goes with --calendars DIR"),
    )


def _refuse(rules: Iterable[_Rule]) -> None:
    for broken, said in rules:
        if broken:
            raise click.UsageError(said)
