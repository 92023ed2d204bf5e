"""What became of published meetings once some days are over: in a sentence, and for machines."""

from __future__ import annotations

from typing import Any

from sim.files.sheets import plural
from sim.interchange.arranging import Arranged
from sim.interchange.changes import figures

__all__ = ["past_json", "past_sentence"]


def past_sentence(arranged: Arranged) -> str:
    """What became of the published meetings, and becomes of those that are left; empty if no day is over."""
    made, begun = arranged.replanned, arranged.begun
    if made is None or begun is None or arranged.publication is None:
        return ""
    of, done, failed = figures(arranged, made), len(begun.past.done), len(begun.past.failed)
    left = arranged.publication.meetings
    were = f"{done:,} {'was' if done == 1 else 'were'} held, {failed:,} not"
    stay = of["stay"] + of["reseated"]
    words = [f"{stay:,} stay{'s' * (stay == 1)}", f"{of['moved']:,} move{'s' * (of['moved'] == 1)}"]
    words.append(f"{of['cancelled']:,} {'is' if of['cancelled'] == 1 else 'are'} cancelled")
    text = f"Of {plural(done + failed + left, 'meeting')} published, {were}; of the {left:,} left "
    text += ", ".join(words)
    if failed:
        text += f"; {of['again']:,} of the {failed:,} get{'s' * (of['again'] == 1)} a new slot"
    if of["new"]:
        text += f"; {of['new']:,} {'is' if of['new'] == 1 else 'are'} new"
    return text + "."


def past_json(arranged: Arranged) -> dict[str, Any]:
    """What had become of the published meetings by then, if some days were over."""
    begun = arranged.begun
    if begun is None:
        return {}
    past, requests = begun.past, arranged.lists.requests
    return {
        "past": {
            "told": past_sentence(arranged),
            "from": arranged.lists.slots.names[past.first],
            "held": len(past.done),
            "taken_as_held": past.unsaid,
            "not_held": [
                {
                    "line": requests.lines[k],
                    "who": each.who,
                    "whom": each.whom,
                    "slot": each.slot,
                    "missing": list(past.missing[k]),
                    "why": past.why[k],
                }
                for k, each in past.failed.items()
            ],
            "of_no_request": len(past.of_none),
            "never_came": list(past.never),
            "gone": list(begun.gone),
        }
    }
