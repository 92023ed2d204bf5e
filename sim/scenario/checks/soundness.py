"""What of a scenario can be spoken of when some of it is wrong: all that does not depend on that.

A check is a function of the data that reads what it needs and says what does not agree. Where nothing is
wrong it reads the data itself; else a view of them, and whoever reads something wrong there is stopped: what
he would have said rests on it. So no check declares what it depends on, and none forgets to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar, cast

from sim.files.locator import Keys
from sim.files.problems import nearest
from sim.scenario.checks.references import Finding
from sim.scenario.checks.wording import is_section, key_names, shape_at
from sim.scenario.schema.data import ScenarioData
from sim.scenario.schema.distributions import DISTRIBUTIONS
from sim.scenario.schema.fields import Section

__all__ = ["Check", "Sound", "readable"]

Check = Callable[[ScenarioData], Iterable[Finding]]
"""One check: it reads of the data only what it needs, since it says nothing if any of that is wrong."""
_T = TypeVar("_T")


_DISTRIBUTIONS = tuple(DISTRIBUTIONS.values())


class UnsoundError(Exception):
    """Something was read that is known to be wrong."""


def readable(read: Callable[[], _T]) -> _T | None:
    """What `read` gives; None if it reads something wrong."""
    try:
        return read()
    except UnsoundError:
        return None


class Sound:
    """What is known to be wrong, by paths."""

    def __init__(self, wrong: Iterable[Keys] = ()) -> None:
        self._wrong: set[Keys] = set()
        self._above: set[Keys] = set()
        self._in: dict[Keys, set[str | int]] = {}  # what is wrong just below a path
        for keys in wrong:
            self.spoil(keys)

    def findings(self, checks: Iterable[Check], data: ScenarioData) -> Iterator[Finding]:
        """What the checks find, one after the other; what one found to be wrong stops the later ones."""
        for check in checks:
            try:
                for keys, message in check(self.view(data)):
                    if keys in self._wrong:  # said already
                        continue
                    if not _is_section(keys):  # a section that lacks something is sound in what it has
                        self.spoil(keys)
                    yield keys, message
            except UnsoundError:
                continue

    def view(self, data: ScenarioData) -> ScenarioData:
        """The data, as far as they are sound."""
        return cast(ScenarioData, self.read((), data))

    def read(self, keys: Keys, value: Any) -> Any:
        """The value at a path, or a view of it where only some of it is wrong. Raises UnsoundError."""
        if keys in self._wrong:
            raise UnsoundError
        if keys not in self._above:
            return value
        if isinstance(value, Mapping):
            return _NamesView(self, keys, value)
        if isinstance(value, Section) and not isinstance(value, _DISTRIBUTIONS):
            return _SectionView(self, keys, value)
        raise UnsoundError  # a list or a distribution is read whole

    def wrong_in(self, keys: Keys) -> set[str | int]:
        """The keys below a path whose values are wrong as a whole."""
        return self._in.get(keys, set())

    def spoil(self, keys: Keys) -> None:
        """Note that what stands at a path is wrong; with a misspelt key, what was meant is missing."""
        self._note(keys)
        if keys and shape_at(keys, ScenarioData) is None:
            holder = shape_at(keys[:-1], ScenarioData)
            if holder is not None and isinstance(holder.hint, type):
                meant = nearest(str(keys[-1]), key_names(holder.hint))
                if meant is not None:
                    self._note((*keys[:-1], meant))

    def _note(self, keys: Keys) -> None:
        self._wrong.add(keys)
        self._above.update(keys[:n] for n in range(len(keys) + 1))
        if keys:
            self._in.setdefault(keys[:-1], set()).add(keys[-1])


def _is_section(keys: Keys) -> bool:
    shape = shape_at(keys, ScenarioData)
    return shape is not None and isinstance(shape.hint, type) and is_section(shape)


class _SectionView:
    """A section of which something is wrong: reading that raises UnsoundError."""

    def __init__(self, sound: Sound, keys: Keys, section: Section) -> None:
        self._sound, self._keys, self._section = sound, keys, section

    def __getattr__(self, name: str) -> Any:
        fields = type(self._section).model_fields
        if name not in fields:
            raise AttributeError(name)
        key = fields[name].alias or name
        return self._sound.read((*self._keys, key), getattr(self._section, name))


class _NamesView(Mapping[Any, Any]):
    """Sections or numbers by name, of which some are wrong.

    Which names there are is not known if one of them was misspelt, or its section could not be kept.
    """

    def __init__(self, sound: Sound, keys: Keys, named: Mapping[Any, Any]) -> None:
        self._sound, self._keys, self._named = sound, keys, named

    def __getitem__(self, name: Any) -> Any:
        if name not in self._named:
            self._all_known()
        value = self._named.get(name)
        found = self._sound.read((*self._keys, name), value)
        if name not in self._named:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[Any]:
        self._all_known()
        return iter(self._named)

    def __len__(self) -> int:
        self._all_known()
        return len(self._named)

    def _all_known(self) -> None:
        if self._sound.wrong_in(self._keys):
            raise UnsoundError
