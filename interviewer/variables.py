"""Variables of the environment and of .env files: where each is found, and how its value is read.

Only `interviewer.settings`, which reads the environment itself, uses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from dotenv.parser import parse_stream

from interviewer.core.errors import SettingsError

UNBOUNDED: Final = "none"
"""The value of a budget that has no bound."""
MAX_VALUE: Final = 500
"""Characters; a longer value is refused."""

_OURS: Final = re.compile(r"INTERVIEWER_[A-Z_]+")
_SHARED: Final = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "PUBLIC_URL")
"""Read by many programs: a broken line with one of these is none of our business."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it was written, and where."""

    name: str
    text: str
    source: str
    beside: Path

    def refused(self, why: str, remedy: str = "") -> SettingsError:
        """The error of a value that cannot be used."""
        return SettingsError(
            f"{self.name} (from {self.source}) {why}: {self.text[:80]!r}.", remedy or f"Correct or unset {self.name}."
        )


@dataclass(frozen=True, slots=True)
class Source:
    """One place that values come from; a relative path stands beside it."""

    name: str
    values: Mapping[str, str]
    beside: Path


def env_file(path: Path) -> Source:
    """A .env file as a source, empty where there is none; raises SettingsError."""
    return Source(str(path), _read(path), path.parent)


def find(name: str, sources: Iterable[Source]) -> Value | None:
    """The first value that a source has for a variable; an empty one is none."""
    for source in sources:
        if source.values.get(name, "").strip():
            return Value(name, source.values[name].strip(), source.name, source.beside)
    return None


def a_text(value: Value) -> str:
    """A short text; raises SettingsError."""
    if len(value.text) > MAX_VALUE or not value.text.isprintable():
        raise value.refused("is too long, or holds characters that cannot be shown")
    return value.text


def a_number(least: float, most: float) -> Callable[[Value], float]:
    """Reads a number within bounds; raises SettingsError."""

    def read(value: Value) -> float:
        try:
            number = float(value.text)
        except ValueError:
            number = least - 1
        if not least <= number <= most:
            raise value.refused(f"must be a number from {least:g} to {most:g}")
        return number

    return read


def a_count(least: int, most: int) -> Callable[[Value], int]:
    """Reads a whole number within bounds; raises SettingsError."""

    def read(value: Value) -> int:
        digits = value.text.isascii() and value.text.isdigit() and len(value.text) <= len(str(most))
        if not digits or not least <= int(value.text) <= most:
            raise value.refused(f"must be a whole number from {least} to {most}")
        return int(value.text)

    return read


def a_bound(read: Callable[[Value], T]) -> Callable[[Value], T | None]:
    """Reads a number or `none`, which means that there is no bound; raises SettingsError."""
    return lambda value: None if value.text.lower() == UNBOUNDED else read(value)


def a_file(value: Value) -> Path:
    """A file's path; raises SettingsError."""
    try:
        return value.beside / Path(value.text).expanduser()
    except (RuntimeError, ValueError):
        raise value.refused("is no usable path", f"Set {value.name} to a file.") from None


def _read(path: Path) -> dict[str, str]:
    """The variables of a file that are ours; other programs' lines are none of our business."""
    try:
        with path.open(encoding="utf-8") as file:
            bindings = tuple(parse_stream(file))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise SettingsError(f"The settings file {path} cannot be read: {why}.", "Correct or remove it.") from error
    found: dict[str, str] = {}
    for binding in bindings:
        broken = _OURS.search(binding.original.string) if binding.error else None
        if broken:
            raise SettingsError(
                f"{path}:{binding.original.line}: {broken[0]} cannot be read.", f"Write {broken[0]}=VALUE."
            )
        if binding.key and binding.value is not None and (_OURS.fullmatch(binding.key) or binding.key in _SHARED):
            found[binding.key] = binding.value
    return found
