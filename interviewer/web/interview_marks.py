"""A conversation as it is shown: its lines, with the words that a finding rests on marked where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from interviewer.core.events import Event, Said, Who
from interviewer.core.findings import Span
from interviewer.core.state import Turn


@dataclass(frozen=True, slots=True)
class Reference:
    """A finding that words are evidence for: its target, and the number that it has on the page (0: none)."""

    target: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `marks` are the findings that it is evidence for, `ends` those whose words end here."""

    text: str
    marks: tuple[Reference, ...] = ()
    ends: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One utterance; of a candidate's, with facts for the reader: seconds it took, and characters that were pasted."""

    number: int
    by_candidate: bool
    pieces: tuple[Piece, ...]
    command: str | None
    seconds: float
    pasted: int | None
    length: int


Evidence = Mapping[int, Sequence[tuple[Span, Reference]]]
"""By turn, the words that are evidence, and for what."""


def evidence(found: Iterable[tuple[Reference, Iterable[Span]]]) -> Evidence:
    """The evidence of findings, by turn."""
    made: dict[int, list[tuple[Span, Reference]]] = {}
    for reference, spans in found:
        for span in spans:
            made.setdefault(span.turn, []).append((span, reference))
    return made


def pieces(text: str, spans: Sequence[tuple[Span, Reference]]) -> tuple[Piece, ...]:
    """The text cut wherever evidence begins or ends, so that spans may overlap; joined, the pieces are the text."""
    cuts = sorted({0, len(text), *(place for span, _ in spans for place in (span.start, span.end))})
    made = []
    for start, end in pairwise(cuts):
        marks = tuple(one for span, one in spans if span.start <= start and end <= span.end)
        ends = tuple(one for span, one in spans if span.end == end and span.start <= start)
        made.append(Piece(text[start:end], marks, ends))
    return tuple(made)


def lines(turns: Iterable[Turn], marked: Evidence, pasted: Mapping[int, int | None]) -> tuple[Line, ...]:
    """Turns as they are shown."""
    return tuple(
        Line(
            number=turn.number,
            by_candidate=turn.who is Who.CANDIDATE,
            pieces=pieces(turn.text, marked.get(turn.number, ())),
            command=turn.command,
            seconds=turn.seconds,
            pasted=pasted.get(turn.number),
            length=len(turn.text),
        )
        for turn in turns
    )


def pasted_in(events: Iterable[Event]) -> dict[int, int | None]:
    """How many characters of each candidate's turn were pasted, where the page could tell; only the log knows it."""
    return {one.turn: one.pasted for one in events if isinstance(one, Said) and one.who is Who.CANDIDATE}
