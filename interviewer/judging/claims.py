"""Which of the candidate's units are claims: not asked, not retracted, not the interviewer's own words given back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from interviewer.judging.addressing import split
from interviewer.judging.encoder import Encoder
from interviewer.judging.features import Line, line_of
from interviewer.judging.segments import Unit, units_of
from interviewer.judging.terms import content

_RETRACTS: Final = re.compile(
    r"\b(?:no,? wait|wait,? no|no,? sorry|sorry,? no|actually,? no\b|scratch that|strike that|i take (?:that|it) back|"
    r"(?:that|this) (?:was|is|'s) (?:wrong|not right|incorrect|nonsense)|that's (?:wrong|not right|nonsense)|"
    r"forget (?:that|what i (?:just )?said)|i was wrong|i misspoke|let me correct (?:that|myself)|correction:)",
    re.IGNORECASE,
)
_NEAR_ECHO: Final = 0.72
"""A unit this close (cosine) to a sentence of the interviewer's, and made of its words, repeats it."""

_SHARED_WORDS: Final = 0.75
"""The share of a unit's content words that must be the interviewer's for it to be an echo."""


def retracted(text: str, units: Sequence[Unit]) -> set[int]:
    """Indices of the units of one turn that the candidate took back: the one right before each retraction."""
    gone: set[int] = set()
    for match in _RETRACTS.finditer(text):
        before = [i for i, unit in enumerate(units) if unit.words[-1].end <= match.start()]
        inside = [i for i, unit in enumerate(units) if unit.words[0].start <= match.start() < unit.words[-1].end]
        if inside and units[inside[0]].words[0].start < match.start():
            continue
        if before:
            gone.add(before[-1])
    return gone


def interviewer_lines(encoder: Encoder, texts: Sequence[str]) -> list[Line]:
    """The interviewer's sentences, ready for comparison."""
    return [line_of(encoder, unit.text) for text in texts for unit in units_of(text, 0)]


def echoes(encoder: Encoder, unit: Unit, heard: Sequence[Line]) -> bool:
    """Whether a unit only gives back what the interviewer said."""
    terms = content(word.text for word in unit.words)
    if not terms:
        return False
    vector = None
    for line in heard:
        shared = sum(term in line.terms for term in terms) / len(terms)
        if shared < _SHARED_WORDS:
            continue
        vector = encoder.encode(unit.text).pooled() if vector is None else vector
        if float(vector @ line.vector) >= _NEAR_ECHO:
            return True
    return False


def claims_of(
    encoder: Encoder, text: str, turn: int, heard: Sequence[Line], ids: Sequence[str] = ()
) -> tuple[list[Unit], bool]:
    """A turn's units that claim something, and whether the turn addresses the judge; `ids` are the points'."""
    units = units_of(text, turn)
    gone = retracted(text, units)
    kept, addressed = split(encoder, [unit for i, unit in enumerate(units) if i not in gone], text, ids)
    return [unit for unit in kept if not unit.question and not echoes(encoder, unit, heard)], addressed
