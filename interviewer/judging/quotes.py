"""Finds a model's quote in the candidate's own words: verbatim, or with white space, case and typography folded.

Nothing fuzzier than that ever counts, and what is found is always cut from the original, so that folding (which may
lengthen or shorten a text) never shifts an offset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from interviewer.core.findings import Span
from interviewer.core.state import Turn
from interviewer.judging.terms import content
from interviewer.judging.words import words_of

MOST_SPANS: Final = 3
"""An ellipsis joins at most so many spans; more would be a collage."""

MAX_QUOTE: Final = 2_000
"""A longer quote (characters) points at nothing."""

_MOST_PLACES: Final = 50
_ELLIPSIS: Final = re.compile(r"\s*[\[(]?(?:…|\.{3,})[\])]?\s*")
_TYPOGRAPHY: Final = str.maketrans(
    dict.fromkeys("‘’‚‛′`´", "'") | dict.fromkeys("“”„‟″«»", '"') | dict.fromkeys("‐‑‒–—―−", "-") | {"…": "..."}
)
_NOTHING: Final = ("Cc", "Cf")
"""Categories of characters that show nothing."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text with white space, case and typography folded; `origins`: for each character the original's index."""

    text: str
    origins: tuple[int, ...]

    def original(self, start: int, end: int) -> tuple[int, int] | None:
        """The original's range of the folded range; None where an end lies within what was one character."""
        whole_start = start == 0 or self.origins[start - 1] != self.origins[start]
        whole_end = end == len(self.origins) or self.origins[end] != self.origins[end - 1]
        return (self.origins[start], self.origins[end - 1] + 1) if whole_start and whole_end else None


@lru_cache(maxsize=64)
def folded(text: str) -> Folded:
    """The folded text; runs of white space become one space."""
    chars: list[str] = []
    origins: list[int] = []
    for index, char in enumerate(text):
        if char.isspace():
            plain = "" if chars and chars[-1] == " " else " "
        elif unicodedata.category(char) in _NOTHING:
            plain = ""
        else:
            plain = char.translate(_TYPOGRAPHY).casefold()
        chars += plain
        origins += [index] * len(plain)
    return Folded("".join(chars), tuple(origins))


def find(quote: str, turns: Sequence[Turn]) -> tuple[Span, ...] | None:
    """The first place of a quote in the candidate's turns, as one to three spans; None where it is not there."""
    return next(places(quote, turns), None)


def places(quote: str, turns: Sequence[Turn]) -> Iterator[tuple[Span, ...]]:
    """The places of a quote in the candidate's turns: those where it is exact, then folded, then joined by ellipses.

    Each is one to three spans of one turn, in order. A quote without a word that carries content has no place.
    """
    quote = quote.strip()
    if len(quote) > MAX_QUOTE:
        return
    said = [turn for turn in turns if turn.is_answer]
    if tells(quote):
        for turn in said:
            yield from ((span,) for span in islice(_exact(quote, turn), _MOST_PLACES))
        for turn in said:
            yield from ((span,) for span in islice(_folded(quote, turn), _MOST_PLACES))
    parts = [part for part in _ELLIPSIS.split(quote) if part.strip()]
    if not 1 <= len(parts) <= MOST_SPANS or parts == [quote] or not all(tells(part) for part in parts):
        return
    for turn in said:
        yield from islice(_joined(parts, turn), _MOST_PLACES)


def tells(text: str) -> bool:
    """Whether a text holds a word that carries content: a stop word proves nothing."""
    return bool(content(word.text for word in words_of(text)))


def _exact(quote: str, turn: Turn) -> Iterator[Span]:
    at = turn.text.find(quote)
    while at >= 0:
        if span := _span(turn, (at, at + len(quote))):
            yield span
        at = turn.text.find(quote, at + 1)


def _folded(quote: str, turn: Turn) -> Iterator[Span]:
    needle, whole = folded(quote).text.strip(), folded(turn.text)
    at = whole.text.find(needle) if needle else -1
    while at >= 0:
        if span := _span(turn, whole.original(at, at + len(needle))):
            yield span
        at = whole.text.find(needle, at + 1)


def _joined(parts: Sequence[str], turn: Turn) -> Iterator[tuple[Span, ...]]:
    for first in _folded(parts[0], turn):
        found = [first]
        for part in parts[1:]:
            after = (span for span in _folded(part, turn) if span.start >= found[-1].end)
            following = next(after, None)
            if following is None:
                return
            found.append(following)
        yield tuple(found)


def _span(turn: Turn, place: tuple[int, int] | None) -> Span | None:
    """The words at a place, unless it begins or ends within a word: "secure" is not said by "insecure"."""
    if place is None or any(_splits_word(turn.text, at) for at in place):
        return None
    start, end = place
    return Span(turn=turn.number, start=start, end=end, text=turn.text[start:end])


def _splits_word(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    return _marks(text[at]) or (_in_word(text[at - 1]) and _in_word(text[at]))


def _in_word(char: str) -> bool:
    return char.isalnum() or char == "_" or _marks(char)


def _marks(char: str) -> bool:
    """Whether it is a combining mark, which belongs to the character before it."""
    return unicodedata.category(char).startswith("M")
