"""What `.plot` of a thing gives: its pictures by name, and a list of them for whoever looks at it."""

from __future__ import annotations

import inspect

from sim.files.markup import as_written

__all__ = ["Plots"]


class Plots:
    """The pictures of one thing: each method draws one, on the axes given or new ones, and returns them."""

    def __repr__(self) -> str:
        """The pictures that there are, a line each."""
        lines = [f"{type(self).__name__}: each draws on the axes `ax`, or on new ones, and returns them"]
        for name, method in inspect.getmembers(type(self), inspect.isfunction):
            if not name.startswith("_"):
                takes = ", ".join(list(inspect.signature(method).parameters)[1:])
                lines.append(f"  .{name}({takes}): {(inspect.getdoc(method) or '').partition(chr(10))[0]}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return as_written(repr(self))
