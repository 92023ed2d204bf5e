"""Lists and published meetings as they are once some days are over: what was held, who is gone."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from sim.files.grids import Source
from sim.files.problems import Fault, did_you_mean
from sim.files.sheets import ListError, found, plural, shown_name
from sim.interchange.happened_csv import Past, first_left, read_happened
from sim.interchange.lists import Lists
from sim.interchange.published_csv import Publication
from sim.matchmaking import UNSCHEDULED
from sim.matchmaking.replan.left import days_left
from sim.matchmaking.replan.published import Published

__all__ = ["Begun", "NeverCame", "begin"]

NeverCame = Literal["gone", "stay"]
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Lists and published meetings as they are once some days are over.

    `lists` have the problem of the days that are left, `publication` the published meetings that are left;
    its `published` has those that were held besides, and `called` is what its file is called in problems.
    `gone` are the people who have no meeting any more.
    """

    lists: Lists
    publication: Publication
    called: str
    past: Past
    gone: tuple[str, ...]
    again: bool

    @property
    def asked_no_more(self) -> Collection[int]:
        """The requests whose meeting was not held, and which are not asked for again."""
        return () if self.again else self.past.failed.keys()


def begin(
    lists: Lists,
    publication: Publication,
    happened: Source | None,
    since: str,
    *,
    gone: Iterable[str] = (),
    never_came: NeverCame = "gone",
    again: bool = True,
    published: str = "published",
    ignore_unknown: bool = False,
) -> Begun:
    """The lists as they are once the slots before `since` are over.

    `happened` is a file that says which of the published meetings before `since` were held; those that it
    does not name were, all of them where it is None. `since` is the name of the first slot left, or a
    moment. `gone` are people who have left, as are those of whom `publication` says so; those who never came
    (missing from all of their meetings, of which there were two at least) are gone as well, unless they
    "stay". `again`: meetings that were not held are asked for again. `published` is what the file of
    `publication` is called in problems.

    Raises:
        ListError: with all that is wrong: see `read_happened` and `first_left`; or a name is nobody's.
    """
    first = first_left(lists.slots, since)
    place = {name: i for i, name in enumerate(lists.people)}
    left = list(dict.fromkeys(gone))
    already = [name for name in publication.gone if name in place and name not in left]
    strangers = [name for name in left if name not in place]
    if strangers:
        near = (did_you_mean(name, place) for name in strangers)
        said = "nobody of that name is in the requests"
        raise ListError(
            Fault("--gone", None, "", f"{found(name)}; {said}{close}")
            for name, close in zip(strangers, near, strict=True)
        )
    past = read_happened(
        happened, publication, lists.slots, first, place, published=published, ignore_unknown=ignore_unknown
    )
    left += already
    if never_came == "gone":
        left += [name for name in past.never if name in place and name not in left]
    was = publication.published
    over = np.zeros(len(lists.requests), dtype=np.bool_)
    done = over.copy()
    over[list(past.failed)], done[list(past.done)] = True, True
    now = Published(
        held=was.held & ~over,
        slot=np.where(over, UNSCHEDULED, was.slot),
        table=np.where(over, UNSCHEDULED, was.table),
        done=done,
    )
    problem = lists.problem
    if not again:
        problem = replace(problem, veto=over if problem.veto is None else problem.veto | over)
    return Begun(
        lists=replace(lists, problem=days_left(problem, now, first, [place[name] for name in left])),
        publication=replace(
            publication,
            published=now,
            of={k: each for k, each in publication.of.items() if not (over[k] or done[k])},
            withdrawn=tuple(each for each in publication.withdrawn if each not in past.of_none),
            notes=(*publication.notes, *_notes(past, left, already, published)),
        ),
        called=published,
        past=past,
        gone=tuple(left),
        again=again,
    )


def _notes(past: Past, gone: list[str], already: list[str], published: str) -> list[str]:
    notes = list(past.notes)
    if already:
        who = _some(already)
        notes.append(f"gone already, as {published} says: {who} (take them out of its column `gone` if not)")
    never = [name for name in past.never if name in gone and name not in already]
    if never:
        who = _some(never)
        notes.append(
            f"came to none of their meetings and are taken to be gone: {who} (--never-came stay keeps them)"
        )
    if past.of_none:
        many = plural(len(past.of_none), "published meeting")
        notes.append(f"{many} before --from: no request asks any more; counted towards no limit")
    return notes


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(map(shown_name, names[:_SHOWN])) + more
