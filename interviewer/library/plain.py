"""Plain YAML from strangers: text, numbers, lists and mappings, and the line of each; no tags, anchors or aliases.

Only `true`, `false`, `null` and numbers are read as such, as YAML 1.2 has it: `no` and `12:30` stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

MAX_BYTES: Final = 1_000_000
"""A longer file is refused (bytes)."""
MAX_DEPTH: Final = 30
"""More lists and mappings in one another are refused."""

Place = tuple[str | int, ...]
"""The way to a value: keys, and indexes counted from 0."""

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT: Final = re.compile(r"[-+]?[0-9]{1,18}")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
}


class Unreadable(Exception):
    """What is wrong with a file, and in which line (counted from 1; 0: none in particular)."""

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line


@dataclass(frozen=True, slots=True)
class Document:
    """Plain data, and the line (counted from 1) in which each of its values or its key stands."""

    data: Any
    lines: Mapping[Place, int]

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest one around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


@dataclass(slots=True)
class _Builder:
    events: Iterator[Event]
    lines: dict[Place, int] = field(default_factory=dict)

    def build(self, event: Event, place: Place, line: int | None = None) -> Any:
        here = _line(event)
        self.lines[place] = line or here
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
            raise Unreadable(
                "anchors and aliases (& and *) are not allowed; write the text out, or put it in quotes", here
            )
        if tag := getattr(event, "tag", None):
            raise Unreadable(f"the tag {tag[:40]!r} is not allowed; put text that begins with ! in quotes", here)
        if len(place) > MAX_DEPTH:
            raise Unreadable("lists and mappings are nested too deeply", here)
        if isinstance(event, ScalarEvent):
            return _scalar(event)
        return self.mapping(place) if isinstance(event, MappingStartEvent) else self.sequence(place)

    def mapping(self, place: Place) -> dict[str, Any]:
        made: dict[str, Any] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            line = _line(event)
            if not isinstance(event, ScalarEvent) or event.anchor or event.tag:
                raise Unreadable("a key must be a plain word", line)
            if event.value in made:
                raise Unreadable(f"the key {event.value[:40]!r} is given twice", line)
            made[event.value] = self.build(next(self.events), (*place, event.value), line)
        return made

    def sequence(self, place: Place) -> list[Any]:
        made: list[Any] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            made.append(self.build(event, (*place, len(made))))
        return made


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _scalar(event: ScalarEvent) -> Any:
    text = event.value
    if not event.implicit[0]:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text


def parse(text: str) -> Document:
    """Plain data from YAML text; raises Unreadable."""
    try:
        events = yaml.parse(text, Loader=_LOADER)
        next(events)
        first = next(events)
        if not isinstance(first, DocumentStartEvent):
            raise Unreadable("the file is empty")
        builder = _Builder(events)
        data = builder.build(next(events), ())
        next(events)
        if not isinstance(after := next(events), StreamEndEvent):
            raise Unreadable("a second document begins here; one file holds one", _line(after))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unreadable(f"is not valid YAML: {error.problem or error.context}", mark.line + 1 if mark else 0) from None
    except yaml.YAMLError as error:
        raise Unreadable(f"is not valid YAML: {str(error).splitlines()[0]}", _line_of(text, error)) from None
    return Document(data, builder.lines)


def _line_of(text: str, error: yaml.YAMLError) -> int:
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 0


def read_text(path: Path, most: int = MAX_BYTES) -> str:
    """The text of a file; raises Unreadable when it is no file, too large, not UTF-8, or may not be read."""
    try:
        if not path.is_file():
            raise Unreadable("is not a file" if path.exists() else "does not exist")
        with path.open("rb") as file:
            raw = file.read(most + 1)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror or error}") from None
    if len(raw) > most:
        raise Unreadable(f"is larger than {most:,} bytes")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("is not UTF-8 text; save it as UTF-8", raw.count(b"\n", 0, error.start) + 1) from None
