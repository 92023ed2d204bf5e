"""Codes and times of arrays as columns of frames."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sim.expo.expo import SESSION_KINDS
from sim.floor.arrays import NONE
from sim.floor.trace import Cause, Outcome
from sim.statistics.ledger import DAY, Integers, Ledger, minutes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SIDES", "Names", "code", "day", "minutes", "nullable", "times"]

SIDES: Final = {
    "organisation": "organisation of the first side",
    "partner": "organisation of the second side",
    "chain": "industrial chain of the first side",
    "partner_chain": "industrial chain of the second side",
    "stage": "stage in the chain of the first side",
    "partner_stage": "stage in the chain of the second side",
    "country": "country of the first side, ISO 3166 code",
    "partner_country": "country of the second side, ISO 3166 code",
    "sponsor": "kind of sponsor that the first side is; missing: none",
    "partner_sponsor": "kind of sponsor that the second side is; missing: none",
    "cross_border": "whether the two countries differ",
    "cross_chain": "whether the two chains differ",
    "party_day": "the first side's party on that day, as in `visits`; missing: a booth",
    "partner_party_day": "the second side's party on that day, as in `visits`; missing: a booth",
}
"""What the columns of `Names.sides` mean."""


def code(codes: Integers, names: Sequence[str] | pd.Index[Any]) -> pd.Categorical:
    """Names by code; NONE is missing. Two codes of the same name are one category."""
    import pandas as pd

    index = pd.Index(names) if len(names) else pd.Index([], dtype="str")
    if not index.is_unique:
        unique = index.unique()
        place = np.append(unique.get_indexer(index), NONE)
        codes, index = place[codes], unique
    return pd.Categorical.from_codes(np.asarray(codes), categories=index)


def nullable(values: Integers, missing: int = NONE) -> pd.api.extensions.ExtensionArray:
    """Whole numbers; those equal to `missing` are missing."""
    import pandas as pd

    return pd.arrays.IntegerArray(values.astype(np.int32), values == missing)


def times(ledger: Ledger, ms: Integers) -> np.ndarray[Any, np.dtype[np.datetime64]]:
    """Clock times of milliseconds from the midnight before the first day."""
    first = np.datetime64(ledger.expo.terms.first_day, "ms")
    return first + ms.astype("timedelta64[ms]")


def day(ms: Integers) -> Integers:
    """Day of the expo, from 1."""
    return (ms // DAY + 1).astype(np.int16)


class Names:
    """The names of one expo as columns."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._expo = ledger.expo

    @cached_property
    def _organisations(self) -> pd.Index[Any]:
        import pandas as pd

        return pd.Index(self._expo.organisations.name)

    def organisation(self, number: Integers) -> pd.Categorical:
        """Names of organisations."""
        return code(number, self._organisations)

    def chain(self, organisation: Integers) -> pd.Categorical:
        """Chains of organisations."""
        return code(self._of(self._expo.organisations.chain, organisation), self._expo.chains)

    def stage(self, organisation: Integers) -> pd.Categorical:
        """Stages of organisations."""
        return code(self._of(self._expo.organisations.stage, organisation), self._expo.stages)

    def country(self, organisation: Integers) -> pd.Categorical:
        """Countries of organisations."""
        return code(self._of(self._expo.organisations.country, organisation), self._expo.countries)

    def sponsor(self, organisation: Integers) -> pd.Categorical:
        """Kinds of sponsor of organisations; no sponsor, and no exhibitor, is missing."""
        others = np.full(len(self._expo.organisations.name) - self._expo.n_exhibitors, NONE)
        return code(np.append(self._expo.exhibitors.sponsor, others)[organisation], self._expo.sponsors)

    def persona(self, party_day: Integers) -> pd.Categorical:
        """Personas of party-days; NONE is missing."""
        return code(self._of(self._expo.parties.persona, party_day), self._expo.personas)

    def place(self, number: Integers) -> pd.Categorical:
        """Names of places."""
        return code(number, self._expo.places)

    def hall(self, place: Integers) -> pd.Categorical:
        """Halls of places; outside the halls is missing."""
        zone = self._ledger.floor.places.zone[place]
        return code(np.where(zone < len(self._expo.halls), zone, NONE), self._expo.halls)

    def outcome(self, number: Integers) -> pd.Categorical:
        """Outcomes in lower case."""
        return code(number, [outcome.name.lower() for outcome in Outcome])

    def cause(self, number: Integers) -> pd.Categorical:
        """Causes in lower case; no cause is missing."""
        return code(
            np.where(number == Cause.NONE, NONE, number - 1),
            [cause.name.lower() for cause in Cause if cause is not Cause.NONE],
        )

    def session_kind(self, number: Integers) -> pd.Categorical:
        """Kinds of sessions."""
        return code(number, SESSION_KINDS)

    def programme(self, number: Integers) -> pd.Categorical:
        """Matchmaking programmes."""
        return code(number, self._expo.matchmaking)

    def sides(self, organisation: Integers, partner: Integers, a: Integers, b: Integers) -> dict[str, Any]:
        """Columns of two sides: their organisations and, in `a` and `b`, their party-days or NONE."""
        of = self._expo.organisations
        return {
            "organisation": self.organisation(organisation),
            "partner": self.organisation(partner),
            "chain": self.chain(organisation),
            "partner_chain": self.chain(partner),
            "stage": self.stage(organisation),
            "partner_stage": self.stage(partner),
            "country": self.country(organisation),
            "partner_country": self.country(partner),
            "sponsor": self.sponsor(organisation),
            "partner_sponsor": self.sponsor(partner),
            "cross_border": of.country[organisation] != of.country[partner],
            "cross_chain": of.chain[organisation] != of.chain[partner],
            "party_day": nullable(a),
            "partner_party_day": nullable(b),
        }

    @staticmethod
    def _of(column: Integers, number: Integers) -> Integers:
        """A column's values, NONE where the number is NONE."""
        values: Integers = np.append(column, NONE)[number]
        return values
