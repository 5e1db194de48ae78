"""A turn cut into units (about a sentence) and clauses, each a range of words with exact places."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from interviewer.judging.lists import word_set
from interviewer.judging.words import Break, Word, words_of

UNIT_WORDS: Final = 32
"""A unit is never longer (words): speech without punctuation is cut at the last clause that fits."""

CLAUSE_WORDS: Final = 3
"""A clause that is shorter (words) belongs to its neighbour."""

_OPENERS: Final = word_set(
    """what why how when where who which whose is are do does did can could should would will am was were has have may
    shall isn't aren't don't doesn't can't couldn't shouldn't wouldn't"""
)
_WH: Final = word_set("""what why who which whose""")
_LEADING: Final = word_set("""and but so then or also just""")


@dataclass(frozen=True, slots=True)
class Unit:
    """About one sentence of a turn; `clauses` are ranges of indices into `words`."""

    turn: int
    words: tuple[Word, ...]
    clauses: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        """The normalised text, which is what gets matched."""
        return " ".join(word.text for word in self.words)

    @property
    def question(self) -> bool:
        """Whether the candidate asks something here; an upward tone on a statement is still a statement."""
        return self.words[-1].asked and self.asks

    @property
    def asks(self) -> bool:
        """Whether it is built as a question, whatever mark it ends with."""
        tokens = [word.text for word in self.words if word.text not in _LEADING]
        last = self.words[self.clauses[-1][0]].text
        return bool(tokens) and (tokens[0] in _OPENERS or last in _WH)

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Start and end (exclusive) in the turn's text of the words `first` up to, without, `last`."""
        return self.words[first].start, self.words[last - 1].end


def _clauses(words: Sequence[Word]) -> tuple[tuple[int, int], ...]:
    cuts = [0]
    for index, word in enumerate(words):
        if index and word.before >= Break.CLAUSE and index - cuts[-1] >= CLAUSE_WORDS:
            cuts.append(index)
    if len(cuts) > 1 and len(words) - cuts[-1] < CLAUSE_WORDS:
        cuts.pop()
    return tuple(zip(cuts, [*cuts[1:], len(words)], strict=True))


def _pieces(words: Sequence[Word]) -> Iterator[Sequence[Word]]:
    """A sentence cut into pieces of at most UNIT_WORDS words, at clauses where there are any."""
    while len(words) > UNIT_WORDS:
        soft = [i for i in range(UNIT_WORDS // 2, UNIT_WORDS) if words[i].before >= Break.CLAUSE]
        cut = soft[-1] if soft else UNIT_WORDS
        yield words[:cut]
        words = words[cut:]
    yield words


def units_of(text: str, turn: int) -> list[Unit]:
    """The units of a turn's text, in order."""
    sentences: list[list[Word]] = []
    for word in words_of(text):
        if word.before is Break.SENTENCE or not sentences:
            sentences.append([])
        sentences[-1].append(word)
    return [Unit(turn, tuple(piece), _clauses(piece)) for sentence in sentences for piece in _pieces(sentence)]


def plain(text: str) -> str:
    """A line's normalised text, for anchors: the same form in which answers are matched."""
    return re.sub(r"\s+", " ", " ".join(word.text for word in words_of(text))) or text.casefold()
