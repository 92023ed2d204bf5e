"""What of a scenario cannot be built, with its place in the file."""

from __future__ import annotations

from sim.files.locator import Keys, split_path

__all__ = ["Misfit", "PopulationDoesNotFit"]


class Misfit(ValueError):  # noqa: N818 - said as it reads
    """Something that does not fit: the path of what asks for it, and why it cannot be had."""

    def __init__(self, path: str, message: str) -> None:
        super().__init__(path, message)
        self.path = path
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}: {self.message}"

    @property
    def keys(self) -> Keys:
        """The path as the keys of a scenario's document; rows of a CSV file are numbered."""
        keys = split_path(self.path)
        row = 1 if keys[0].endswith("_file") else 3 if keys[2:3] == ("published",) else len(keys)
        return tuple(int(key) if at == row and key.isdecimal() else key for at, key in enumerate(keys))


class PopulationDoesNotFit(Misfit):
    """Totals of exhibitors that contradict each other."""
