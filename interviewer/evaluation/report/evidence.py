"""An answer as HTML, with the words that findings rest on marked by the numbers of their points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from markupsafe import Markup, escape

from interviewer.core.findings import Span
from interviewer.core.turns import clean
from interviewer.evaluation.report.reading import CaseRead

FIRST_TURN = 2
"""The number of a conversation's first turn: the question itself is turn 1 (see `Case.turns_of`)."""

_Place = tuple[int, int, int]
"""Start, end, and the number of the point."""


def said_html(case: CaseRead) -> list[tuple[str, Markup]]:
    """Who spoke and what they said, in order."""
    spans: dict[int, list[tuple[Span, int]]] = {}
    for point in case.points:
        for span in point.evidence:
            spans.setdefault(span.turn, []).append((span, point.number))
    turns = enumerate(case.case.said(), FIRST_TURN)
    return [(turn.who.value, marked(turn.text, spans.get(number, ()))) for number, turn in turns]


def marked(text: str, spans: Sequence[tuple[Span, int]]) -> Markup:
    """Text without control characters, with each span marked and followed by its points' numbers."""
    shown = clean(text)
    places = [place for span, number in spans for place in _place(shown, text, span, number)]
    cuts = sorted({0, len(shown), *(end for place in places for end in place[:2])})
    made = [_piece(shown, start, end, places) for start, end in pairwise(cuts)]
    return Markup("").join(made)


def _place(shown: str, text: str, span: Span, number: int) -> Iterator[_Place]:
    """Where a span stands in the cleaned text: where it stood, or else where its words are found first."""
    start = span.start if shown == text else shown.find(clean(span.text))
    if start >= 0:
        yield start, min(start + len(clean(span.text) if shown != text else span.text), len(shown)), number


def _piece(shown: str, start: int, end: int, places: Iterable[_Place]) -> Markup:
    held = [place for place in places if place[0] <= start and end <= place[1]]
    words = escape(shown[start:end])
    if not held:
        return words
    ending = sorted({number for _, last, number in held if last == end and number})
    note = Markup("<sup>{}</sup>").format(",".join(map(str, ending))) if ending else Markup("")
    return Markup("<mark>{}</mark>{}").format(words, note)
