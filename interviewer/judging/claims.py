"""Which of the candidate's units are claims: not asked, not retracted, not the interviewer's own words given back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from interviewer.judging.addressing import split
from interviewer.judging.encoder import Encoder, Vectors
from interviewer.judging.features import Line, line_of
from interviewer.judging.lists import word_set
from interviewer.judging.segments import Unit, units_of
from interviewer.judging.terms import content

_RETRACTS: Final = re.compile(
    r"\b(?:no,? wait|wait,? no|no,? sorry|sorry,? no|actually,? no\b|(?:scratch|strike) (?:that|what)|"
    r"i(?:'d)? (?:take|took|have to take) (?:that |it |this )?back|"
    r"(?:that|this) (?:was|is|'s) (?:wrong|not right|incorrect|nonsense|a mistake)|"
    r"that's (?:wrong|not right|incorrect|nonsense|a mistake)|"
    r"(?:forget|disregard|ignore|drop|delete) (?:that|what i|the (?:bit|part|thing) (?:i said )?about)|"
    r"i (?:was|got (?:that|this|it)) (?:wrong|mistaken|mixed up)|i misspoke|correct (?:that|myself)|correction:)",
    re.IGNORECASE,
)
_CORRECTS: Final = re.compile(r"no|wait|sorry|actually|scratch that|strike that|correct", re.IGNORECASE)
"""What comes after such words is said instead, and counts."""

_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")
_NAMED: Final = 2
"""A retraction that says what it takes back names so many content words at least."""

_TAKEN_BACK: Final = 0.5
"""The share of a unit's content words, or of those named, that must agree for it to be what is taken back."""

_OF_TAKING_BACK: Final = frozenset(
    content(
        word_set(
            """forget said wrong mistake right correct incorrect nonsense wait sorry actually take took back scratch
            strike case true mistaken misspoke earlier before disregard ignore drop delete part bit mixed"""
        )
    )
)
"""What a retraction says besides what it takes back."""

_NEAR_ECHO: Final = 0.72
"""A unit this close (cosine) to a sentence of the interviewer's, and made of its words, repeats it."""

_NEAR_ASKED: Final = 0.5
"""A question, or a clause of it, this close (cosine) to an anchor that asks is what that point wants to hear asked."""

_SHARED_WORDS: Final = 0.75
"""The share of a unit's content words that must be the interviewer's for it to be an echo."""


def retracted(text: str, units: Sequence[Unit]) -> set[int]:
    """Indices of the units of one turn that the candidate took back.

    They are those that a retraction names, with the retraction itself; else the one right before it.
    """
    gone: set[int] = set()
    for match in _RETRACTS.finditer(text):
        own = _saying(text, match.start(), units)
        named = {term for i in own for term in _terms(units[i])} - _OF_TAKING_BACK
        told = [i for i in range(min(own, default=0)) if _names(named, units[i])]
        if told and _CORRECTS.match(match.group()):
            gone.add(told[-1])
            continue
        if told:
            gone |= {*told, *own}
            continue
        before = [i for i, unit in enumerate(units) if unit.words[-1].end <= match.start()]
        inside = [i for i, unit in enumerate(units) if unit.words[0].start <= match.start() < unit.words[-1].end]
        if inside and units[inside[0]].words[0].start < match.start():
            continue
        if before:
            gone.add(before[-1])
    return gone


def _saying(text: str, place: int, units: Sequence[Unit]) -> set[int]:
    """The units of the sentence that stands at a place."""
    ends = [match.start() for match in _SENTENCE.finditer(text)]
    start = max((end for end in ends if end < place), default=0)
    stop = min((end for end in ends if end >= place), default=len(text))
    return {i for i, unit in enumerate(units) if unit.words[0].start < stop and unit.words[-1].end > start}


def _terms(unit: Unit) -> frozenset[str]:
    return frozenset(content(word.text for word in unit.words))


def _names(named: set[str], unit: Unit) -> bool:
    """Whether a retraction that names these words is about the unit."""
    terms = _terms(unit)
    shared = len(named & terms)
    return shared >= _NAMED and shared >= _TAKEN_BACK * min(len(named), len(terms))


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


def asked_for(encoder: Encoder, unit: Unit, asking: Sequence[Line]) -> bool:
    """Whether a question is itself what a point wants: it is near to an anchor that asks."""
    if not asking:
        return False
    windows = [encoder.encode(unit.text).pooled(), *(_clause(encoder, unit, place) for place in unit.clauses)]
    return any(float(window @ line.vector) >= _NEAR_ASKED for window in windows for line in asking)


def _clause(encoder: Encoder, unit: Unit, place: tuple[int, int]) -> Vectors:
    words = unit.words[place[0] : place[1]]
    return encoder.encode(" ".join(word.text for word in words)).pooled()


def claims_of(
    encoder: Encoder,
    text: str,
    turn: int,
    heard: Sequence[Line],
    ids: Sequence[str],
    asking: Sequence[Line] = (),
) -> tuple[list[Unit], bool]:
    """A turn's units that claim something, and whether the turn addresses the judge.

    `ids`: of points and flags. `asking`: the anchors that are questions; asking them is the answer.
    """
    units = units_of(text, turn)
    gone = retracted(text, units)
    kept, addressed = split(encoder, [unit for i, unit in enumerate(units) if i not in gone], text, ids)
    claimed = [unit for unit in kept if not unit.question or asked_for(encoder, unit, asking)]
    return [unit for unit in claimed if not echoes(encoder, unit, heard)], addressed
