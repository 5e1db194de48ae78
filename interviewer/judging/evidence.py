"""No quote, no credit: the candidate's own words for a finding, cut from the turn and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from interviewer.core.findings import Span
from interviewer.judging.features import Answer, Numbers

MOST: Final = 3
_NEARLY: Final = 0.03
"""A shorter window is preferred when it loses at most this much similarity."""

_ALSO: Final = 0.05
"""Another unit is quoted too when it is within this of the best."""


def span_of(texts: Mapping[int, str], turn: int, start: int, end: int) -> Span:
    """The words at a place in a turn, verbatim; ValueError where there are none."""
    text = texts[turn][start:end]
    if not text.strip() or start < 0 or end > len(texts[turn]):
        raise ValueError(f"turn {turn} has no words from {start} to {end}")
    return Span(turn=turn, start=start, end=end, text=text)


def quoted(answer: Answer, support: Numbers, texts: Mapping[int, str], most: int = MOST) -> tuple[Span, ...]:
    """One to `most` spans, each the shortest window that carries nearly all of its unit's support, in order."""
    best: dict[int, int] = {}
    for index in sorted(range(len(answer.windows)), key=lambda i: -support[i]):
        best.setdefault(answer.windows[index].unit, index)
    ranked = sorted(best.values(), key=lambda i: -support[i])
    top = support[ranked[0]]
    chosen = [_shortest(answer, support, i) for i in ranked if support[i] >= top - _ALSO][:most]
    spans = []
    for index in chosen:
        window = answer.windows[index]
        unit = answer.units[window.unit]
        spans.append(span_of(texts, unit.turn, *unit.place(window.first, window.last)))
    return tuple(sorted(spans, key=lambda span: (span.turn, span.start)))


def _shortest(answer: Answer, support: Numbers, index: int) -> int:
    """The shortest window inside this one's unit that is nearly as good."""
    unit = answer.windows[index].unit
    near: Sequence[int] = [
        i for i, w in enumerate(answer.windows) if w.unit == unit and support[i] >= support[index] - _NEARLY
    ]
    return min(near, key=lambda i: (answer.windows[i].last - answer.windows[i].first, -support[i]))
