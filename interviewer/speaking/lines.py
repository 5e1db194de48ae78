"""The wordings around an author's lines, and which of them comes next."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from typing import Final

from interviewer.core.events import Who
from interviewer.core.state import State

Lines = Mapping[str, Mapping[str, Sequence[str]]]
"""Key -> mode -> wordings, as prompts/lines.yaml holds them."""

_FIELD: Final = re.compile(r"\{[a-z]+\}")


def choose(lines: Lines, key: str, state: State) -> str:
    """The wording of `key` that this interview has not heard for the longest time.

    Among those never heard, the interview's salt decides where to begin, so that two interviews differ and a
    replay of one does not. KeyError if there is no such key for the interview's mode.
    """
    variants = lines[key][state.mode]
    salt = state.started.salt if state.started else ""
    start = hashlib.sha256(f"{salt} {key}".encode()).digest()[0] % len(variants)
    rotated = [*variants[start:], *variants[:start]]
    return min(rotated, key=lambda variant: last_heard(variant, state))


def last_heard(wording: str, state: State) -> int:
    """The number of the interviewer's last turn with this wording; 0 if there is none."""
    fixed = max(_FIELD.split(wording), key=len).strip()
    for turn in reversed(state.turns):
        if fixed and turn.who is Who.INTERVIEWER and fixed in turn.text:
            return turn.number
    return 0
