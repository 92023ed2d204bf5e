"""What is told of what a part of the expo adds: sentences, a table a group, and one of pairs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.decisions.adds.added import CONTACT, MEASURES, MET, Added
from sim.decisions.adds.taken import DEBUTS, said_of, said_what
from sim.decisions.told import fitting, is_real, paragraphs, parts, signed, valued
from sim.statistics.text import counted, number

if TYPE_CHECKING:
    from sim.statistics.intervals import Estimate

__all__ = ["added_text", "group_name"]


def added_text(of: Added, width: int) -> str:
    """All that is told."""
    lines = paragraphs(_sentences(of), width)
    for group in of.groups:
        lines += ["", *fitting(_changes(of, group), "<>><<", width, heads=1)]
    if of.sizes:
        lines += ["", *fitting(list(_sizes(of)), "<><<><<", width, heads=1)]
    for kind in (CONTACT, MET):
        rows = list(_pairs(of, kind))
        lines += ["", *fitting(rows, "<" + ">" * (len(rows[0]) - 1), width, heads=1)]
    return "\n".join([*lines, "", *paragraphs(_notes(of), width)])


def group_name(of: Added, group: str) -> str:
    """A group in words, with how many they are."""
    n = counted(of.size(group), "exhibitor")
    if group == "own":
        return f"{n} {said_of(of.own)}"
    if group == "near":
        return f"{n} beside these, in their halls"
    if group == "rest":
        return f"{number(of.size(group))} other exhibitors"
    return ("all " if len(of.groups) > 1 else "") + n


def _said(e: Estimate) -> str:
    return signed(e, "")


def _counted(e: Estimate) -> str:
    return " ".join(filter(None, valued(e, "")[:2]))


def _real(e: Estimate) -> str:
    """A difference with, where it is so, that it cannot be told apart from none; none is none."""
    return _said(e) + ("" if is_real(e) or (e.same and not e.mean) else " (not told apart from none)")


def _sentences(of: Added) -> Iterator[str]:
    net = of.counted(CONTACT, "net")
    what = said_what(of.scenario, of.what)
    if "own" in of.groups:
        own, rest = (of.change("useful", group) for group in ("own", "rest"))
        yield (
            f"With {what} the {group_name(of, 'own')} have {_real(own)} useful contacts each, the "
            f"{group_name(of, 'rest')} {_real(rest)}; in all there are {_real(net)} pairs of organisations "
            "in useful contact."
        )
        gains, loses = (of.change("useful", group, total=True) for group in ("own", "rest"))
        if is_real(gains) and is_real(loses) and gains.mean > 0 > loses.mean:
            yield (
                f"Summed over exhibitors its own gain {_said(gains)} and the others lose "
                f"{_said(loses)}: what is left is {_real(of.change('useful', 'all', total=True))}."
            )
    else:
        each = of.change("useful", "all")
        yield (
            f"With {what} the {group_name(of, 'all')} have {_real(each)} useful contacts each; in all there "
            f"are {_real(net)} pairs of organisations in useful contact."
        )
    group = "own" if "own" in of.groups else "all"
    yield (
        f"Of what comes of contacts {'its own' if group == 'own' else 'they'} have "
        f"{_real(of.change('chain', group))} chain contacts and {_real(of.change('intentions', group))} "
        "intentions each."
    )
    more, lost = (_counted(of.counted(CONTACT, part)) for part in ("only_with", "only_without"))
    said = f"Additional, in contact only with it, are {more} pairs"
    if of.in_meetings:
        through = (_counted(of.counted(CONTACT, f"through_{part}")) for part in ("only_with", "both"))
        said += ", {} of them with a meeting of it; {} that have one are in contact without it too".format(
            *through
        )
    yield f"{said}. {lost} are in contact only without it."
    once, anyway = (of.counted(MET, f"through_{part}") for part in ("only_with", "both"))
    yield (
        f"Of pairs that met only through the programme of the same fair (contacts.only_programme) "
        f"{_counted(once)} did not meet without it, and {_counted(anyway)} did: that KPI looks at one fair, "
        "this at two."
    )
    if "own" in of.groups:
        yield from _booths(of)


def _booths(of: Added) -> Iterator[str]:
    """How it is spread over its own booths, and how they stand beside their neighbours."""
    for measure in of.told_of_booths():
        spread = of.booths(measure)
        gain = " ".join(filter(None, valued(spread["gain"], "share")))
        tenth, half, nine = (_said(spread[f"{q} %"]) for q in (10, 50, 90))
        yield (
            f"{MEASURES[measure].capitalize()}: {gain} of its own booths gain; a tenth change by at most "
            f"{tenth}, half by at most {half}, nine tenths by at most {nine}. Beside the others"
            f"{' in their halls' * bool(of.size('near'))} they have {_said(of.beside(measure))} in the same "
            "fair."
        )


def _changes(of: Added, group: str) -> list[tuple[str, ...]]:
    """A row a measure: what an exhibitor of the group has without, and the change."""
    rows: list[tuple[str, ...]] = [(f"{group_name(of, group)}, each", "without", "with it", "", "")]
    for measure, label in MEASURES.items():
        e = of.change(measure, group)
        mean, spread, _ = parts(e, "")
        rows.append((f"  {label}", number(of.level(measure, group)), mean, spread, "real" * is_real(e)))
    return rows


def _sizes(of: Added) -> Iterator[tuple[str, ...]]:
    measures = list(of.told_of_booths())
    yield ("thirds, by area", *(text for each in measures for text in (MEASURES[each], "", "")))
    for size in of.sizes:
        found = [of.change(each, size) for each in measures]
        cells = (text for e in found for text in (*parts(e, "")[:2], "real" * is_real(e)))
        yield (f"  {size}", *cells)


def _pairs(of: Added, kind: str) -> Iterator[tuple[str, ...]]:
    """Pairs by when they met: those with one of its own, and all."""
    whose = ("own", "all") if "own" in of.groups else ("all",)
    heads = {"own": "with its own", "all": "in all"}
    yield ("pairs in contact" if kind == CONTACT else "pairs that met", *(heads[each] for each in whose))
    through = "in a meeting of it" if kind == CONTACT else "programme alone"
    rows = {"only_with": "only with it", "through_only_with": f"... {through}", "both": "with and without"}
    rows |= {"through_both": f"... {through}", "only_without": "only without", "net": "more with it"}
    for part, said in rows.items():
        if part.startswith("through") and kind == CONTACT and not of.in_meetings:
            continue
        told = _said if part == "net" else _counted
        yield (f"  {said}", *(told(of.counted(kind, part, each)) for each in whose))


def _notes(of: Added) -> Iterator[str]:
    yield (
        f"{counted(len(of.numbers), 'replication')} with and without it, seed {of.seed}, paired; all "
        "intervals together 95 %. Real is what leaves 0 out."
    )
    yield (
        "Whoever is free at another time meets others: so pairs come and go that have nothing to do with it, "
        "and the net is what it does."
    )
    yield (
        "As many people come without it, unless --vary says otherwise: what it draws to the fair is not in "
        "these numbers."
    )
    if DEBUTS in of.what:
        yield (
            "Without debuts booths are as attractive as others of their size (exhibitors.debut_pull = 1), "
            "and their activities are gone. Which booths have one is drawn, so that the comparison with "
            "neighbours is a fair one, but for visitors taken from these."
        )
