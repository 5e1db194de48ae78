"""What a model is asked about an answer: the rubric first, the same for every turn, then the fenced conversation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from interviewer.core.events import Who
from interviewer.core.fence import Fence
from interviewer.core.scenario import Point, Question, RedFlag
from interviewer.core.state import Turn

MOST_CHARS: Final = 24_000
"""Characters of the candidate's words that a model is shown of a question; nobody says so much in earnest."""

_HEAD: Final = MOST_CHARS // 4
"""Of a longer answer the beginning is kept, and most of all what was said last, which may correct the rest."""


def fields_of(question: Question, turns: Sequence[Turn], fence: Fence) -> Mapping[str, str]:
    """The fields of `prompts/judge.md`, those of the stable prefix first."""
    return {
        "question": _lines(question.asks),
        "points": "\n".join(_entry(point) for point in question.points),
        "flags": "\n".join(_entry(flag) for flag in question.red_flags) or "None.",
        "nonce": fence.nonce,
        "turns": "\n".join(_told(turns, fence)),
    }


def left_out(turns: Sequence[Turn]) -> int:
    """How many of the candidate's characters are too many for the model."""
    return max(0, sum(len(turn.text) for turn in turns if turn.is_answer) - MOST_CHARS)


def _entry(one: Point | RedFlag) -> str:
    lines = [f"- id: {one.id}", f"  says: {_line(one.says)}"]
    lines += [f"  sounds like: {_line(text)}" for text in one.sounds_like]
    lines += [f"  not this: {_line(text)}" for text in one.not_this]
    return "\n".join(lines)


def _told(turns: Sequence[Turn], fence: Fence) -> Iterator[str]:
    """Every turn between marks of its own; what is left out is said outside of them, where only we can say it."""
    cut_from, cut_to = _HEAD, _HEAD + left_out(turns)
    at = 0
    for turn in turns:
        label = f"turn {turn.number}, {turn.who.value}"
        if turn.who is Who.INTERVIEWER or not turn.is_answer:
            yield fence.wrap(label, turn.text)
            continue
        first = min(max(cut_from - at, 0), len(turn.text))
        last = min(max(cut_to - at, 0), len(turn.text))
        at += len(turn.text)
        if first == last:
            yield fence.wrap(label, turn.text)
            continue
        if turn.text[:first]:
            yield fence.wrap(label, turn.text[:first])
        yield f"({last - first} characters of turn {turn.number} are left out here, because there are too many.)"
        if turn.text[last:]:
            yield fence.wrap(label, turn.text[last:])


def _line(text: str) -> str:
    return " ".join(text.split())


def _lines(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.splitlines())
