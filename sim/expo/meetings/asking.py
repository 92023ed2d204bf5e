"""Requests of a matchmaking programme: who asks whom, who would say yes, and what comes of it in time.

Requests and policies see scores and wishes only, never affinity.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sim.expo.meetings.participants import Attendance
from sim.expo.shared import step
from sim.floor.arrays import IntArray
from sim.matchmaking import Asked, Reply, Scores, accept, affinity, ask, correspond, reminded
from sim.streams import FloatArray, Streams, subkeys

if TYPE_CHECKING:
    from sim.expo.expo import Organisations
    from sim.matchmaking import Reference
    from sim.scenario import Scenario
    from sim.scenario.schema.data import Matchmaking

__all__ = ["Pairs", "Sent", "pair_keys", "send_requests"]

BoolArray = npt.NDArray[np.bool_]


def _none() -> IntArray:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of organisations for which something holds whoever would ask, each with the lower first."""

    must: frozenset[tuple[int, int]]
    barred: frozenset[tuple[int, int]]  # vetoed, or met before

    @classmethod
    def of(cls, scenario: Scenario, names: Mapping[str, int]) -> Pairs:
        """Those of the scenario's pairs file; pairs of which one side is not there are left out."""
        must: set[tuple[int, int]] = set()
        barred: set[tuple[int, int]] = set()
        for row in scenario.pair_rows:
            if row.who in names and row.whom in names:
                a, b = sorted((names[row.who], names[row.whom]))
                (must if row.rule == "must" else barred).add((a, b))
        return cls(frozenset(must), frozenset(barred))

    def after(self, met: set[tuple[int, int]], *, again: bool) -> Pairs:
        """What is left of them for a programme when others before it brought these together."""
        return Pairs(self.must - met, self.barred if again else self.barred | (met - self.must))


@dataclass(frozen=True, slots=True)
class Sent:
    """The requests of a programme, in order of arrival, and what came of each."""

    asked: Asked
    reply: IntArray  # Reply
    must: BoolArray
    affinity: FloatArray
    wish_a: FloatArray  # the asker's
    wish_b: FloatArray
    sent: tuple[int, ...]  # requests that each side sent, must-meets that nobody else asked for left out
    published: IntArray = field(default_factory=_none)
    """Which of them the published meetings are, in the order of their file."""

    def __len__(self) -> int:
        return len(self.asked)

    @property
    def accepted(self) -> BoolArray:
        """Which requests are accepted."""
        accepted: BoolArray = self.reply == Reply.ACCEPTED
        return accepted


@step
def send_requests(
    name: str,
    section: Matchmaking,
    people: Attendance,
    organisations: Organisations,
    pairs: Pairs,
    limit: IntArray,
    reference: Reference,
    streams: Streams,
    published: tuple[IntArray, IntArray],
) -> Sent:
    """The requests of a programme; each participant can hold `limit` meetings (participants,).

    `published` are the two participants of each published meeting: agreed to, and asked for by nobody else.
    """
    profiles = people.profiles(organisations)
    scores = Scores(
        profiles, people.key, section.profile_quality, streams, reference, purpose=f"score.{name}"
    )
    by_hosts = round(section.requests * section.exhibitors_ask_share)
    most = section.most_requests_each
    asked = ask(
        people.participants,
        scores.matrix,
        streams,
        (by_hosts, section.requests - by_hosts),
        noise=section.choice_noise * reference.sd,
        quotas=None if most is None else np.full(len(people), most, dtype=np.int64),
        vetoes=_vetoes(pairs.barred, people, published),
        purpose=f"requests.{name}",
    )
    sent = tuple(np.bincount(people.side[asked.asker], minlength=2).tolist())
    if meetings := len(published[0]):
        zero, score = np.zeros(meetings), scores.pairs(*published)
        first = (*published, score, zero)
        columns = (asked.asker, asked.asked, asked.score, asked.moment)
        asked = Asked(*(np.concatenate(pair) for pair in zip(first, columns, strict=True)))
    others = len(asked)
    asked, must = _with_musts(asked, pairs, people, scores)
    rows = len(asked) - others + np.arange(meetings)
    says_yes, answered = np.ones((2, len(asked)), dtype=np.bool_)
    answered[rows] = False  # published meetings were agreed to
    says_yes[answered] = accept(
        people.key,
        asked.asker[answered],
        asked.asked[answered],
        asked.score[answered],
        streams,
        acceptance=section.acceptance,
        selectivity=section.selectivity,
        popularity=section.popularity,
        purpose=f"acceptance.{name}",
    )
    reply = _replies(name, section, asked, people, must, says_yes | must, limit, streams)
    reply[rows] = Reply.ACCEPTED
    wishes = scores.wishes(asked.asker, asked.asked)
    return Sent(asked, reply, must, affinity(profiles, asked.asker, asked.asked), *wishes, sent, rows)


def pair_keys(asked: Asked, people: Attendance) -> npt.NDArray[np.uint64]:
    """The key of each request's two sides: what is drawn of them depends on nobody else."""
    if not len(asked):
        return np.empty(0, dtype=np.uint64)
    return subkeys(people.key[asked.asker], people.key[asked.asked])


def _replies(
    name: str,
    section: Matchmaking,
    asked: Asked,
    people: Attendance,
    must: BoolArray,
    says_yes: BoolArray,
    limit: IntArray,
    streams: Streams,
) -> IntArray:
    """What comes of each request: must-meets are agreed at once, before all others, whoever asks for them."""
    if not len(asked):
        return np.empty(0, dtype=np.int64)
    pair = pair_keys(asked, people)
    delay = section.answer_days.quantile(streams.uniform(f"answer.{name}", pair))
    if section.reminder_days is not None:
        answers = streams.uniform(f"reminder.{name}", pair) < section.reminder_share
        delay = reminded(delay, section.reminder_days, answers)
    return correspond(
        asked.asker,
        asked.asked,
        np.where(must, 0.0, asked.moment * section.request_days),
        np.where(must, 0.0, delay),
        says_yes,
        ends=section.request_days,
        expiry=np.inf if section.expiry_days is None else section.expiry_days,
        limit=limit if section.pending_blocks else None,
    ).reply


def _with_musts(asked: Asked, pairs: Pairs, people: Attendance, scores: Scores) -> tuple[Asked, BoolArray]:
    """The requests with those of must-meets that nobody sent put first, and which are must-meets.

    Of an organisation with several parties the first one takes part.
    """
    wanted = _first_participants(pairs, people)
    if not wanted:
        return asked, np.zeros(len(asked), dtype=np.bool_)
    sent = list(zip(asked.asker.tolist(), asked.asked.tolist(), strict=True))
    there = {(min(pair), max(pair)) for pair in sent}
    new = [pair for pair in wanted if pair not in there]
    a, b = np.array(new, dtype=np.int64).reshape(-1, 2).T
    more = Asked(
        np.concatenate((a, asked.asker)),
        np.concatenate((b, asked.asked)),
        np.concatenate((scores.pairs(a, b), asked.score)) if new else asked.score,
        np.concatenate((np.zeros(len(new)), asked.moment)),
    )
    known = set(wanted)
    must = np.array([True] * len(new) + [(min(pair), max(pair)) in known for pair in sent], dtype=np.bool_)
    return more, must


def _first_participants(pairs: Pairs, people: Attendance) -> list[tuple[int, int]]:
    """The participants of each must-meet of whom both take part and whose sides meet."""
    if not pairs.must:
        return []
    first: dict[int, int] = {}
    for i, organisation in enumerate(people.organisation.tolist()):
        first.setdefault(organisation, i)
    side, meets = people.side.tolist(), people.participants.meets
    found = []
    for one, other in sorted(pairs.must):
        if one in first and other in first:
            a, b = sorted((first[one], first[other]))
            if meets[side[a]][side[b]]:
                found.append((a, b))
    return found


def _vetoes(
    barred: frozenset[tuple[int, int]], people: Attendance, published: tuple[IntArray, IntArray]
) -> IntArray | None:
    """Pairs of participants who do not ask each other: barred, or on the published plan."""
    found = _participants_of(barred, people)
    if not len(published[0]):
        return found
    own = np.stack(published, axis=1)
    return own if found is None else np.concatenate((found, own))


def _participants_of(pairs: frozenset[tuple[int, int]], people: Attendance) -> IntArray | None:
    """All pairs of participants of these pairs of organisations."""
    if not pairs:
        return None
    of: dict[int, list[int]] = {}
    for i, organisation in enumerate(people.organisation.tolist()):
        of.setdefault(organisation, []).append(i)
    found = [(a, b) for one, other in sorted(pairs) for a in of.get(one, ()) for b in of.get(other, ())]
    return np.array(found, dtype=np.int64).reshape(-1, 2)
