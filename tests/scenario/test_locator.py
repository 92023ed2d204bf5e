"""The locator knows the same keys as the parser, and the line of each."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from sim.files.locator import Keys, locate, path_text, split_path

TRICKY = r'''# a = 1
plain = 10 # [not.a.table]
"quoted key" = 11
'literal "key"' = 12
"esc\"aped \u00e9" = 13
dotted.key.deep = 14
dotted . spaced . "x.y" = 15
dotted.key.other = 16
numbers = [ 20, # ]
  21,

  [22, 23], # a comment, with [brackets]
]
inline = { a = 30, b.c = 31, "d e" = [32, { f = 33 }] }
basic = "a # b = [c] \" ] }"
literal = 'C:\ [x] # "'
long = """
[fake]
key = 1 \
  \""" still
"quotes" at the end"""""
long_literal = \'\'\'
[fake]
it's # not'' a comment\'\'\'\'\'
empty = ""
empty_long = """"""
none = []
blank = {}
when = 1979-05-27 07:32:00
float = 1e3
after = 40

  [ table . "sub.table" ]  # spaces
  x = 50
[table]
y = 51
[[items]]
n = 60
  [items.inner]
  n = 61
  [[items.list]]
  n = 62
  [[items.list]]
  n = 63
[[items]]
[[items.list]]
n = 64
[items.list.deeper]
n = 65
[a.b.c]
n = 70
[a.b]
d.n = 71
'''.replace("\\'", "'")


def keys_of(value: Any, at: Keys = ()) -> dict[Keys, Any]:
    """All paths of what the parser read, with their values."""
    found: dict[Keys, Any] = {at: value}
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        found |= keys_of(inner, (*at, key))
    return found


def numbers_stand_where_located(text: str) -> None:
    lines = locate(text)
    paths = keys_of(tomllib.loads(text))
    assert set(lines) == set(paths)
    rows = text.split("\n")
    for keys, value in paths.items():
        if isinstance(value, int):
            assert str(value) in rows[lines[keys] - 1], (keys, value, lines[keys])


def test_tricky_toml_has_the_keys_of_the_parser_and_their_lines() -> None:
    numbers_stand_where_located(TRICKY)
    numbers_stand_where_located(TRICKY.replace("\n", "\r\n"))


def test_tables_have_the_line_of_their_header() -> None:
    lines = locate(TRICKY)
    rows = TRICKY.split("\n")
    for keys, row in {
        ("table",): "[table]",
        ("table", "sub.table"): '  [ table . "sub.table" ]  # spaces',
        ("a", "b"): "[a.b]",
        ("a",): "[a.b.c]",
        ("items", 0, "inner"): "  [items.inner]",
        ("items", 1, "list", 0, "deeper"): "[items.list.deeper]",
        ("numbers", 2): "  [22, 23], # a comment, with [brackets]",
        ("long",): 'long = """',
    }.items():
        assert rows[lines[keys] - 1] == row


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("a.b", ("a", "b")),
        ('expo.hours."2024-11-30"', ("expo", "hours", "2024-11-30")),
        ("expo.hours.2024-11-30", ("expo", "hours", "2024-11-30")),
        ("a . 'b.c'", ("a", "b.c")),
        ('"a\\"b"', ('a"b',)),
    ],
)
def test_a_path_is_split_as_toml_splits_it(text: str, keys: tuple[str, ...]) -> None:
    assert split_path(text) == keys
    assert split_path(path_text(keys)) == keys


@pytest.mark.parametrize("text", ["", ".", "a.", ".a", "a b", "a..b", 'a."b', "a=b"])
def test_what_is_no_path_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not"):
        split_path(text)


# ---------------------------------------------------------------- any document

names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=4) | st.sampled_from(
    ["a", "b", "c-1", "a.b", "#", "[x]", "=", "'", '"', "\\", "\n"]
)
texts = st.text(st.sampled_from("ab#[]{}=,.'\"\\\n\t é"), max_size=12)


def quoted(text: str) -> str:
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    plain = "".join(escapes.get(char, char) for char in text)
    return '"' + "".join(c if c.isprintable() or c == " " else f"\\U{ord(c):08x}" for c in plain) + '"'


class Writer:
    """Writes a tree as TOML in one of the many ways there are, and notes the line of each path."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw
        self.text = ""
        self.lines: dict[Keys, int] = {(): 1}

    @property
    def line(self) -> int:
        return self.text.count("\n") + 1

    def blank(self, *, newline: bool) -> None:
        choices = ["", " ", "\t"] + (["\n", "  # [a] = 'b'\n", "\n\n"] if newline else [])
        self.text += self.draw(st.sampled_from(choices))

    def key(self, name: str) -> None:
        bare = name.isascii() and name.replace("-", "a").replace("_", "a").isalnum()
        self.text += name if bare and self.draw(st.booleans()) else quoted(name)

    def string(self, value: str) -> None:
        style = self.draw(st.integers(0, 2))
        if style == 1 and "'" not in value and value.isprintable():
            self.text += f"'{value}'"
        elif style == 2 and all(c.isprintable() or c in "\n\t" for c in value):
            body = value.replace("\\", "\\\\").replace('"', '\\"' if self.draw(st.booleans()) else "\\u0022")
            self.text += f'"""\n{body}"""'
        else:
            self.text += quoted(value)

    def value(self, value: Any, at: Keys) -> None:
        if isinstance(value, str):
            self.string(value)
        elif isinstance(value, dict):
            self.text += "{ "
            for position, (name, inner) in enumerate(value.items()):
                self.text += ", " if position else ""
                self.lines[(*at, name)] = self.line
                self.key(name)
                self.text += " = "
                self.value(inner, (*at, name))
            self.text += " }"
        elif isinstance(value, list):
            self.text += "["
            for position, inner in enumerate(value):
                self.blank(newline=True)
                self.lines[(*at, position)] = self.line
                self.value(inner, (*at, position))
                self.blank(newline=True)
                self.text += "," if position < len(value) - 1 or self.draw(st.booleans()) else ""
            self.blank(newline=True)
            self.text += "]"
        else:
            self.text += {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)

    def table(self, tree: dict[str, Any], at: Keys, header: list[str]) -> None:
        later = {k: v for k, v in tree.items() if isinstance(v, dict) and self.draw(st.booleans())}
        items = {
            k: v
            for k, v in tree.items()
            if isinstance(v, list) and v and all(isinstance(i, dict) for i in v) and self.draw(st.booleans())
        }
        for name, value in tree.items():
            if name in later or name in items:
                continue
            self.blank(newline=True)
            self.lines[(*at, name)] = self.line
            self.key(name)
            self.blank(newline=False)
            self.text += "="
            self.blank(newline=False)
            self.value(value, (*at, name))
            self.blank(newline=False)
            self.text += "\n"
        for name, value in later.items():
            self.lines[(*at, name)] = self.line
            self.header([*header, name], "[", "]")
            self.table(value, (*at, name), [*header, name])
        for name, value in items.items():
            self.lines[(*at, name)] = self.line
            for position, inner in enumerate(value):
                self.lines[(*at, name, position)] = self.line
                self.header([*header, name], "[[", "]]")
                self.table(inner, (*at, name, position), [*header, name])

    def header(self, names: list[str], opens: str, closes: str) -> None:
        self.text += opens
        for position, name in enumerate(names):
            self.text += "." if position else ""
            self.key(name)
        self.text += f"{closes}\n"


values = st.recursive(
    st.integers(0, 999) | st.booleans() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_document_has_the_keys_of_the_parser_on_the_lines_they_were_written(data: st.DataObject) -> None:
    tree = data.draw(st.dictionaries(names, values, max_size=4))
    writer = Writer(data.draw)
    writer.table(tree, (), [])
    assert tomllib.loads(writer.text) == tree
    assert locate(writer.text) == writer.lines
