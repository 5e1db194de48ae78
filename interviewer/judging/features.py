"""What is measured of an answer for each point: similarities, contrasts, coverage, denial, echo, specificity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from interviewer.judging.encoder import Encoded, Encoder, Halves, Vectors, unit_length
from interviewer.judging.segments import Unit, plain
from interviewer.judging.terms import STOP, content, denials, denied_words
from interviewer.judging.words import Break, Word, words_of

Numbers = npt.NDArray[np.float64]
_COMMON_IDS: Final = 2000.0


@dataclass(frozen=True, slots=True)
class Line:
    """An anchor line, ready for matching."""

    vector: Vectors
    tokens: Vectors
    weights: Numbers
    terms: frozenset[str]
    denials: int
    denied: Numbers
    paired: Halves


@dataclass(frozen=True, slots=True)
class Target:
    """A point or a flag with its anchors: `lines[0]` is what it says."""

    id: str
    likes: tuple[Line, ...]
    unlikes: tuple[Line, ...]
    hub: float = 0.0
    """Mean similarity of what it says to what the question's other points say."""


@dataclass(frozen=True, slots=True)
class Window:
    """A run of words within one unit that could be evidence."""

    unit: int
    first: int
    last: int


def line_of(encoder: Encoder, text: str) -> Line:
    """An anchor line made ready; rarer word pieces (BERT's vocabulary is sorted by frequency) weigh more."""
    unit_words = words_of(text)
    words = plain(text)
    encoded = encoder.encode(words)
    weights = np.array([_weight(encoded, i, words) for i in range(len(encoded.ids))])
    if not weights.any():
        weights = np.ones(len(encoded.ids))
    terms = frozenset(content(words.split()))
    return Line(
        encoded.pooled(),
        unit_length(encoded.vectors),
        weights,
        terms,
        denials(words.split()),
        _denied_tokens(encoded, unit_words),
        encoded.paired,
    )


def _denied_tokens(encoded: Encoded, words: Sequence[Word]) -> Numbers:
    """For each token of the words' joined text, 1 where its word is denied."""
    denied = denied_words([word.text for word in words], [word.before >= Break.CLAUSE for word in words])
    marks = np.zeros(len(encoded.ids))
    for (start, end), one in zip(word_places(words), denied, strict=True):
        if one:
            marks[[i for i, (a, b) in enumerate(encoded.places) if a < end and b > start]] = 1.0
    return marks


def _weight(encoded: Encoded, index: int, text: str) -> float:
    start, end = encoded.places[index]
    if text[start:end] in STOP or not any(char.isalnum() for char in text[start:end]):
        return 0.0
    return float(np.log1p(max(encoded.ids[index], _COMMON_IDS) / _COMMON_IDS))


def target_of(encoder: Encoder, name: str, says: str, likes: Sequence[str], unlikes: Sequence[str]) -> Target:
    """A point or flag made ready for matching."""
    return Target(
        name,
        tuple(line_of(encoder, text) for text in (says, *likes)),
        tuple(line_of(encoder, text) for text in unlikes),
    )


def with_hubs(targets: Sequence[Target]) -> tuple[Target, ...]:
    """The targets, each told how near it lies to the others: what is near to everything proves little."""
    vectors = np.stack([target.likes[0].vector for target in targets])
    near = vectors @ vectors.T
    others = max(len(targets) - 1, 1)
    return tuple(replace(t, hub=float((near[i].sum() - near[i, i]) / others)) for i, t in enumerate(targets))


def windows_of(units: Sequence[Unit]) -> list[Window]:
    """Each clause, each two and three neighbouring clauses, and each whole unit."""
    found: list[Window] = []
    for index, unit in enumerate(units):
        clauses = unit.clauses
        runs = {
            (clauses[i][0], clauses[min(i + size, len(clauses)) - 1][1])
            for size in (1, 2, 3)
            for i in range(len(clauses))
        } | {(0, len(unit.words))}
        found += [Window(index, first, last) for first, last in sorted(runs)]
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer made ready for matching against all points of its question."""

    units: tuple[Unit, ...]
    windows: tuple[Window, ...]
    vectors: Vectors
    tokens: Vectors
    token_unit: npt.NDArray[np.int64]
    terms: tuple[tuple[str, ...], ...]
    denials: Numbers
    denied: Numbers
    paired: tuple[Halves, ...]
    words: int

    def terms_in(self, units: Sequence[int]) -> frozenset[str]:
        """The content terms of some units."""
        return frozenset(term for index in units for term in self.terms[index])


def word_places(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Where each word begins and ends (exclusive) in the words' joined text."""
    places, at = [], 0
    for word in words:
        places.append((at, at + len(word.text)))
        at += len(word.text) + 1
    return places


def answer_of(encoder: Encoder, units: Sequence[Unit]) -> Answer:
    """The units encoded, each once, and pooled over every window."""
    windows = windows_of(units)
    encoded = [encoder.encode(unit.text) for unit in units]
    places = [word_places(unit.words) for unit in units]
    vectors = [encoded[w.unit].pooled(places[w.unit][w.first][0], places[w.unit][w.last - 1][1]) for w in windows]
    return Answer(
        units=tuple(units),
        windows=tuple(windows),
        vectors=np.stack(vectors),
        tokens=unit_length(np.concatenate([one.vectors for one in encoded])),
        token_unit=np.repeat(np.arange(len(units)), [len(one.vectors) for one in encoded]),
        terms=tuple(tuple(content(word.text for word in unit.words)) for unit in units),
        denials=np.array([denials(w.text for w in units[x.unit].words[x.first : x.last]) for x in windows], float),
        denied=np.concatenate([_denied_tokens(e, unit.words) for e, unit in zip(encoded, units, strict=True)]),
        paired=tuple(one.paired[1:-1] for one in encoded),
        words=sum(len(unit.words) for unit in units),
    )
