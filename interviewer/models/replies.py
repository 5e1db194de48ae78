"""Finds the JSON object in what a model answered, with prose or a code fence around it or not; never repairs it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final

TRIES: Final = 50
"""So many opening braces are tried, at most."""

_THOUGHT: Final = re.compile(r"<think>.*?</think>", re.DOTALL)


def _refuse(name: str) -> None:
    raise ValueError(name)


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse)


def find_object(text: str) -> Mapping[str, Any] | None:
    """The first object with anything in it; an empty one only if the text is nothing else; None if there is none."""
    text = _THOUGHT.sub("", text)
    at = text.find("{")
    for _ in range(TRIES):
        if at < 0:
            break
        try:
            found, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            found, end = None, at
        if isinstance(found, dict) and (found or not (text[:at] + text[end:]).strip()):
            return found
        at = text.find("{", at + 1)
    return None
