"""Names of what is drawn: exhibitors of chains and pavilions, companies that visit.

They are given where an expo is built (`expo/exhibitors/organisations.py`, `expo/visitors/companies.py`);
here is what they can be, so that files may speak of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sim.files.problems import did_you_mean
from sim.files.text import folded
from sim.scenario.exhibiting import called
from sim.scenario.schema.data import ScenarioData

__all__ = ["DrawnNames"]

_NUMBERED = re.compile(r"(.+?)([ -])(\d{1,6})")
_VISITOR = re.compile(r"(.+) [1-9]\d*(\.[2-9]|\.[1-9]\d+)?")


@dataclass(frozen=True)
class DrawnNames:
    """The exhibitors that may be drawn: `machines-001`, `Hungary 01`."""

    chains: dict[str, int]  # the stem of the name, and the greatest number there can be
    pavilions: dict[str, int]
    personas: tuple[str, ...]

    @classmethod
    def of(cls, data: ScenarioData, *, listed: bool, without: Iterable[str | None] = ()) -> DrawnNames:
        """Those of a scenario: of chains unless exhibitors are `listed`, of pavilions but those listed."""
        named = set(without)
        return cls(
            {} if listed else dict.fromkeys(data.chains, data.exhibitors.count),
            {
                called(name, data.pavilions): pavilion.exhibitors + pavilion.partners
                for name, pavilion in data.pavilions.items()
                if name not in named
            },
            tuple(data.visitors),
        )

    def exhibitor(self, name: str) -> bool:
        """Whether an exhibitor of this name may be drawn."""
        match = _NUMBERED.fullmatch(name)
        return match is not None and name in self._numbered(int(match[3]))

    def alike(self, name: str) -> str | None:
        """The exhibitor that may be drawn and is called so but for capitals and the like; None if none is."""
        match = _NUMBERED.fullmatch(name)
        near = self._numbered(int(match[3])) if match else []
        return next((each for each in near if folded(each) == folded(name)), None)

    def visitor(self, name: str) -> bool:
        """Whether a visiting company may have this name: `buyer 12`, or `buyer 12.2`."""
        match = _VISITOR.fullmatch(name)
        return match is not None and match[1] in self.personas

    def near_miss(self, name: str, listed: Iterable[str]) -> str:
        """`; did you mean 'Hungary 03'?`, or nothing, among listed and drawn exhibitors."""
        match = _NUMBERED.fullmatch(name)
        near = self._numbered(max(1, int(match[3]))) if match else []
        return did_you_mean(name, [*near, *(f"{persona} 1" for persona in self.personas), *listed])

    def _numbered(self, number: int) -> list[str]:
        names = [f"{stem}-{number:03d}" for stem, most in self.chains.items() if 1 <= number <= most]
        names += [f"{stem} {number:02d}" for stem, most in self.pavilions.items() if 1 <= number <= most]
        return names
