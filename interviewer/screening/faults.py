"""What is wrong with a form, told beside the field: from a value that was refused to sentences by the field's name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

WHOLE: Final = ""
"""The name under which a fault of the form as a whole is told."""

_TOLD: Final[Mapping[str, str]] = {
    "missing": "Please fill this in.",
    "string_too_short": "Please fill this in.",
    "none_required": "Please leave this empty.",
    "int_type": "Please give a whole number.",
    "int_parsing": "Please give a whole number.",
    "int_from_float": "Please give a whole number.",
    "float_type": "Please give a number.",
    "float_parsing": "Please give a number.",
    "finite_number": "Please give a number.",
    "enum": "Please choose one of those offered.",
    "literal_error": "Please choose one of those offered.",
}


def faults(error: ValidationError) -> dict[str, str]:
    """For each field (`points.0.says`) the first thing that is wrong with it, as a sentence.

    A fault within a list of lines is told at the list, with the line's number; one of several fields together at what
    they belong to, or under `WHOLE`.
    """
    told: dict[str, str] = {}
    for one in error.errors(include_url=False):
        if one["type"] == "too_short" and one["input"]:
            # The list has items, and what is wrong with them is told at each.
            continue
        name, line = _place(one["loc"])
        told.setdefault(name, f"Line {line}: {_sentence(one)}" if line else _sentence(one))
    return told


def _place(location: tuple[int | str, ...]) -> tuple[str, int]:
    """The field's name, and the number of the line in it (from 1), where the field is a list of lines."""
    parts = list(location)
    line = int(parts.pop()) + 1 if len(parts) > 1 and isinstance(parts[-1], int) and parts[-2] in LINES else 0
    return ".".join(str(one) for one in parts), line


LINES: Final = frozenset({"sounds_like", "not_this", "asked", "briefing", "closing_advice"})
"""Fields that are lists of lines, written into one box."""


def _sentence(one: ErrorDetails) -> str:
    kind, context = one["type"], one.get("ctx", {})
    if kind == "string_too_long":
        return f"At most {context['max_length']} characters; this has {len(str(one['input']))}."
    if kind == "string_pattern_mismatch":
        return f"{str(one['input'])[:40]!r} does not have the right form."
    if kind == "too_short":
        return "Please choose or write at least one."
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        return _bound(kind, context)
    if kind == "value_error":
        text = str(context["error"])
        return f"{text[:1].upper()}{text[1:]}."
    return _TOLD.get(kind, f"{one['msg']}.")


def _bound(kind: str, context: Mapping[str, object]) -> str:
    sign, words = {
        "greater_than_equal": ("ge", "At least"),
        "greater_than": ("gt", "More than"),
        "less_than_equal": ("le", "At most"),
        "less_than": ("lt", "Less than"),
    }[kind]
    bound = context[sign]
    return f"{words} {bound:g}." if isinstance(bound, int | float) else f"{words} {bound}."
