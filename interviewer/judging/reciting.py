"""Points told by their ids: nobody knows these who has not seen the rubric."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

_RECITED: Final = 3
"""So many ids of points in a row, in the order of the file, are recited, whoever told them; nobody speaks like that."""

_COINED: Final = 3
"""So many ids that are no words, in whatever order, nobody says who answers a question."""

_SEPARATORS: Final = re.compile(r"[^\w-]+|\band\b")
_ID: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def recites(text: str, ids: Sequence[str]) -> bool:
    """Whether a text lists points by their ids, in the order of the file."""
    return _tells(text, [" ".join(ids[at : at + _RECITED]) for at in range(len(ids) - _RECITED + 1)])


def recital(text: str, ids: Sequence[str]) -> bool:
    """Whether a unit is part of a recital: with two ids in a row, or with one that nobody would write as a word."""
    pairs = [f"{first} {second}" for first, second in pairwise(ids)]
    return _tells(text, [*pairs, *(name for name in ids if "-" in name)])


def names_coined(text: str, ids: Sequence[str]) -> bool:
    """Whether a unit's normalised text names points by ids that are no words (`cart-owner`, `s404`)."""
    coined = {one for one in ids if "-" in one or any(char.isdigit() for char in one)}
    return len(coined & set(_ID.findall(text))) >= _COINED


def _tells(text: str, runs: Sequence[str]) -> bool:
    told = " ".join(_SEPARATORS.sub(" ", text.casefold()).split())
    return any(f" {run} " in f" {told} " for run in runs)
