"""HTML of templates: every text that is filled in is escaped, whoever wrote it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from jinja2 import Environment, Template

__all__ = ["as_written", "filled", "templates"]

_AS_WRITTEN: Final = "<pre>{{ text }}</pre>"


def filled(template: str, **data: Any) -> str:
    """The HTML of a template of Jinja, filled in; what the template lacks is an error."""
    return _compiled(template).render(**data)


def as_written(text: str) -> str:
    """A text as it is written, line by line."""
    return filled(_AS_WRITTEN, text=text)


def templates(package: str, folder: str) -> Environment:
    """The templates of Jinja in a folder of a package; whatever is put into them is escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader(package, folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _compiled(template: str) -> Template:
    return _environment().from_string(template)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, StrictUndefined

    return Environment(autoescape=True, undefined=StrictUndefined)
