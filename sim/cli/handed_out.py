"""What `exposim timetable` writes: refused before the work, written after it."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sim.cli.endings import BadInput, to_write

if TYPE_CHECKING:
    from sim.interchange import Arranged, Lists, Publication

__all__ = ["HandedOut"]


@dataclass(frozen=True, slots=True)
class HandedOut:
    """The files that a timetable is written to, each whole or not at all, and what they say of it.

    `revision` is the one that was asked for, if one was.
    """

    out: Path | None
    diaries: Path | None
    calendars: Path | None
    title: str | None
    time_zone: str | None
    revision: int | None
    changes: Path | None = None

    @property
    def paths(self) -> list[tuple[str, Path]]:
        """Their options and places."""
        each = (
            ("--out", self.out),
            ("--diaries", self.diaries),
            ("--changes", self.changes),
            ("--calendars", self.calendars),
        )
        return [(option, path) for option, path in each if path is not None]

    @property
    def workbook(self) -> bool:
        """Whether the timetable is to be a workbook."""
        return self.out is not None and self.out.suffix.lower() == ".xlsx"

    @property
    def made(self) -> bool:
        """Whether any of them is made of diaries."""
        return self.workbook or self.diaries is not None or self.calendars is not None

    def refuse(self, inputs: Sequence[Path], *, force: bool) -> None:
        """End as bad input unless all can be written and nothing is lost by it."""
        from sim.files.workbooks import need_workbooks
        from sim.interchange import refuse, refuse_calendars

        try:
            if self.workbook:
                need_workbooks()
            self._apart()
            for option, path in self.paths:
                if option == "--calendars":
                    refuse_calendars(path, force=force)
                else:
                    refuse(path, inputs, force=force)
        except (OSError, ValueError) as error:
            raise BadInput(f"exposim: {error}") from None

    def _apart(self) -> None:
        """Raise ValueError if two of them are the same, or one lies in the directory of calendars."""
        real = [(option, Path(os.path.realpath(path))) for option, path in self.paths]
        for place, (option, path) in enumerate(real):
            for other, another in real[place + 1 :]:
                if path == another:
                    raise ValueError(f"{option} and {other}: the same place; give two")
                if other == "--calendars" and another in path.parents:
                    raise ValueError(
                        f"{option}: not in the directory of --calendars, which holds nothing else"
                    )

    def timed(self, lists: Lists) -> None:
        """End as bad input if the slots have no times that are needed, or none in that zone."""
        if not self.made:
            return
        from sim.interchange import moments_of

        try:
            moments = moments_of(lists.slots, self.time_zone)
        except ValueError as error:
            if self.time_zone is None:
                raise BadInput(f"exposim: {error}") from None
            raise click.BadParameter(str(error), param_hint="--time-zone") from None
        if moments:
            return
        option = "--calendars" if self.calendars is not None else "--time-zone"
        if self.calendars is not None or self.time_zone is not None:
            raise click.UsageError(
                f"{option} needs the dates and times of the slots: --slots-file with start and end"
            )

    def numbered(
        self, before: Publication | None, published: Path | None
    ) -> tuple[int | None, tuple[str, ...]]:
        """The revision that the timetable bears, if calendars ever went with it, and what is to be noted.

        It is greater than that of the timetable that went in and of the calendars that are replaced, for a
        program takes in a meeting again only if its SEQUENCE has risen (RFC 5545 § 3.8.7.4). One that was
        asked for and is not ends as bad input; that of the calendars replaced may be written anew.
        """
        from sim.interchange import MOST_REVISION, revision_there

        last = None if before is None else before.revision
        if self.calendars is None:
            return last, ()
        try:
            there = revision_there(self.calendars)
        except OSError as error:
            raise BadInput(f"exposim: {error}") from None
        least = 0 if before is None else (last or 0) + 1
        if self.revision is None:
            found = max(least, 0 if there is None else there + 1)
            if found > MOST_REVISION:
                raise BadInput(f"exposim: --calendars: revision {found:,}; at most {MOST_REVISION:,}")
            if before is None or last is not None or there is not None:
                return found, ()
            unsaid = f"{published} says no revision, so it is taken for the first publication"
            return found, (f"{unsaid}: the calendars have SEQUENCE {found}; if it was not: --revision N",)
        told = [(f"{published} has {last or 0}", least)] if before is not None else []
        told += [(f"the calendars in {self.calendars} have {there}", there)] if there is not None else []
        for has, lowest in told:
            if self.revision < lowest:
                raise click.BadParameter(
                    f"found {self.revision}; {has}: give {lowest} or more", param_hint="--revision"
                )
        return self.revision, ()

    def write(self, made: Arranged, revision: int | None, *, force: bool) -> None:
        """Write them; all are complete before the first is in its place."""
        from sim import interchange

        contents: list[tuple[Path, bytes]] = []
        files: dict[str, bytes] | None = None
        if self.made:
            handed = interchange.diaries_of(
                made, title=self.title or "", time_zone=self.time_zone, revision=revision
            )
            if self.diaries is not None:
                contents.append((self.diaries, interchange.diaries_html(handed)))
            if self.calendars is not None:
                files = interchange.calendars(handed)
        if self.out is not None:
            try:
                content = interchange.timetable_xlsx(handed, revision) if self.workbook else None
            except ValueError as error:
                raise BadInput(f"exposim: {error}") from None
            content = interchange.timetable_csv(made, revision) if content is None else content
            contents.append((self.out, content))
        if self.changes is not None:
            contents.append((self.changes, interchange.changes_csv(made)))
        for path, content in contents:
            _written(path, {path: content}, partial(interchange.publish, content, path, force=force))
        if files is not None and self.calendars is not None:
            own = {self.calendars / name: content for name, content in files.items()}
            publish = partial(interchange.publish_calendars, files, self.calendars, force=force)
            _written(self.calendars, own, publish)


def _written(path: Path, files: Mapping[Path, bytes], publish: Callable[[], None]) -> None:
    """Write these files, and note that `path` is complete, be it stopped in the last moment."""
    try:
        publish()
        to_write(path)
    except KeyboardInterrupt:
        if all(each.is_file() and each.read_bytes() == content for each, content in files.items()):
            to_write(path)
        raise
