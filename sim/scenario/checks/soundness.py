"""What of a scenario can be spoken of when some of it is wrong: all that does not depend on that."""

from __future__ import annotations

from collections.abc import Iterable

from sim.files.locator import Keys
from sim.files.problems import nearest
from sim.scenario.checks.wording import key_names, shape_at
from sim.scenario.schema.data import ScenarioData

__all__ = ["Sound"]


class Sound:
    """What is known to be wrong, by paths."""

    def __init__(self, wrong: Iterable[Keys] = ()) -> None:
        self._wrong: set[Keys] = set()
        self._above: set[Keys] = set()
        for keys in wrong:
            self.spoil(keys)

    def __call__(self, *keys: str | int) -> bool:
        """Whether nothing is known to be wrong at a path, below it or above it."""
        return keys not in self._above and not any(keys[:n] in self._wrong for n in range(1, len(keys) + 1))

    def spoil(self, keys: Keys) -> None:
        """Note that what stands at a path is wrong; with a misspelt key, what was meant is missing."""
        self._note(keys)
        if keys and shape_at(keys, ScenarioData) is None:
            holder = shape_at(keys[:-1], ScenarioData)
            if holder is not None and isinstance(holder.hint, type):
                meant = nearest(str(keys[-1]), key_names(holder.hint))
                if meant is not None:
                    self._note((*keys[:-1], meant))

    def days(self) -> bool:
        """Whether the days of the expo are known."""
        return self("expo", "days") and self("expo", "first_day")

    def hours(self) -> bool:
        """Whether its opening hours are known too."""
        return self.days() and all(self("expo", key) for key in ("opens", "closes", "hours"))

    def _note(self, keys: Keys) -> None:
        self._wrong.add(keys)
        self._above.update(keys[:n] for n in range(1, len(keys) + 1))
