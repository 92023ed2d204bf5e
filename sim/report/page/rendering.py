"""Templates made into HTML: every text is escaped, and nothing is loaded from anywhere."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from sim.files.markup import templates

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["POLICY", "rendered"]

POLICY: Final = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)
"""What the page may load, as it tells the browser: nothing but what stands in it."""


def rendered(template: str, **data: Any) -> str:
    """The HTML of a template; texts of `data` are escaped."""
    return _environment().get_template(template).render(**data)


@cache
def _environment() -> Environment:
    from markupsafe import Markup

    made = templates("sim.report.page", "templates")
    made.globals["policy"] = POLICY
    made.globals["included"] = lambda name: Markup(_own(name))
    made.filters["trusted"] = Markup
    made.filters["plain"] = _plain
    return made


def _own(name: str) -> str:
    """A style sheet or script of this room."""
    return (files("sim.report.page") / "templates" / name).read_text(encoding="utf-8")


def _plain(value: float) -> str:
    """A number as scripts and tests read it: the shortest that is the same."""
    return f"{value:.0f}" if float(value).is_integer() else repr(float(value))
