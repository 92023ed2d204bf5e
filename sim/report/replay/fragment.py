"""The replay as a fragment of a page: one section with its style, its script and its data, no more."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sim.files.markup import templates
from sim.report.replay.packing import script_json
from sim.report.replay.record import recorded, said

if TYPE_CHECKING:
    from jinja2 import Template

    from sim.statistics.result import Result

__all__ = ["PEOPLE", "Replay", "fragment", "fragment_of"]

_SCRIPTS: Final = ("parts.js", "data.js", "spots.js", "scene.js", "controls.js")

PEOPLE: Final = 5000
"""People who are shown; of more a sample, keyed by party."""


class Replay:
    """A replay that a notebook shows, and that is written as a page: `result.replay().save("floor.html")`."""

    def __init__(self, html: str, title: str) -> None:
        self.html = html
        self.title = title

    @classmethod
    def of(
        cls, results: Sequence[Result], labels: Sequence[str] | None = None, *, people: int = PEOPLE
    ) -> Replay:
        """A replay of several replications on one clock; arguments and errors are those of `fragment_of`."""
        html = fragment_of(results, labels, people=people)
        return cls(html, _title(results))

    def page(self) -> str:
        """A whole HTML page, which asks for nothing else: it can be sent, and opened offline."""
        return _template("page").render(body=self.html, title=self.title)

    def save(self, path: str | os.PathLike[str], *, force: bool = False) -> None:
        """Write the page into a file, whole or not at all.

        Raises FileExistsError if it is there and `force` is not given, OSError if nothing can be written.
        """
        from sim.interchange import publish

        publish(self.page().encode("utf-8"), Path(path), force=force)

    def __repr__(self) -> str:
        return f"Replay({self.title!r}, {len(self.html):,} characters)"

    def _repr_html_(self) -> str:
        return self.html


def fragment(result: Result, *, people: int = PEOPLE) -> str:
    """A replay of one replication as HTML: a `<section>` with all that it needs, which asks for nothing else.

    Several may stand on one page. Whoever it shows, gauges and counts are of all. Needs a browser with
    `DecompressionStream` (any of 2023 or later), and says so in another.

    Args:
        result: what is shown: its expo and its trace.
        people: how many are shown at most; of more parties a sample, keyed by party: the same ones of two
            variants. Staff who are sent out are shown beside them.

    Raises:
        ValueError: `people` is less than 1.
    """
    return fragment_of([result], people=people)


def fragment_of(
    results: Sequence[Result], labels: Sequence[str] | None = None, *, people: int = PEOPLE
) -> str:
    """A replay of several replications side by side, on one clock: as `fragment`.

    Args:
        results: what is shown, from left to right.
        labels: what each is called; else the title of each, numbered where one stands twice.
        people: how many are shown of each at most.

    Raises:
        ValueError: there are none, or not as many labels, or `people` is less than 1.
    """
    if people < 1:
        raise ValueError(f"people: found {people}; allowed: 1 or more")
    if not results:
        raise ValueError("a replay needs a result at least")
    names = _names(results, labels)
    floors = [recorded(result.ledger, name, people) for result, name in zip(results, names, strict=True)]
    return _template("replay").render(
        title=_title(results),
        style=_text("replay.css"),
        script="\n".join(["(() => {", '"use strict";', *map(_text, _SCRIPTS), "})();"]),
        data=script_json({"floors": floors}),
    )


def _names(results: Sequence[Result], labels: Sequence[str] | None) -> list[str]:
    """What each is called."""
    titles = [result.expo.title for result in results]
    numbered = [f"{title} ({n})" if titles.count(title) > 1 else title for n, title in enumerate(titles, 1)]
    names = numbered if labels is None else list(labels)
    if len(names) != len(results):
        raise ValueError(f"labels: found {len(names)}; allowed: {len(results)}, one a result")
    return names


def _title(results: Sequence[Result]) -> str:
    """What people call the expo, or all of them."""
    return said(" / ".join(dict.fromkeys(result.expo.title for result in results)))


def _text(name: str) -> str:
    return files("sim.report.replay").joinpath(name).read_text(encoding="utf-8")


@cache
def _template(name: str) -> Template:
    """A template of this room."""
    return templates("sim.report", "replay").get_template(f"{name}.html.j2")
