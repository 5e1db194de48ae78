"""Short answers made from the anchors themselves: in conversation most turns are a line or two, not a paragraph.

Half of them are judged against their question without their own lines (a new way of saying it), half against all lines
but with words dropped (nearly what the author foresaw).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Final

from evals.training.data import Answer, Asked, turn
from interviewer.core.scenario import Point, Question, RedFlag

MIXES: Final = 14
"""Answers of two to four lines for each question."""

_SHORTEST: Final = 4
"""Lines of fewer words keep them all."""

_DROPPED: Final = 0.2
_ALL_RIGHT: Final = 0.6
_DENIALS: Final = 0.35
"""The share of the wrong lines that is used: candidates are wrong less often than authors list errors."""

_STARTS: Final = ("", "", "", "so ", "Well, ", "I think ", "um ", "First, ", "Okay so ")
Row = tuple[str, str, str]
"""A line, the id that it belongs to, and which list it stands in."""


def _without(question: Question, taken: Sequence[Row]) -> Question:
    """The question with these lines removed from its anchors."""
    gone = {(owner, line) for line, owner, _ in taken}

    def changes(one: Point | RedFlag) -> dict[str, tuple[str, ...]]:
        likes = tuple(line for line in one.sounds_like if (one.id, line) not in gone)
        return {"sounds_like": likes, "not_this": tuple(line for line in one.not_this if (one.id, line) not in gone)}

    points = tuple(point.model_copy(update=changes(point)) for point in question.points)
    flags = tuple(flag.model_copy(update=changes(flag)) for flag in question.red_flags)
    return question.model_copy(update={"points": points, "red_flags": flags})


def _rows(question: Question) -> list[Row]:
    rows: list[Row] = []
    for one in question.points:
        rows += [(line, one.id, "covered") for line in one.sounds_like]
        rows += [(line, one.id, "contradicted") for line in one.not_this]
    for flag in question.red_flags:
        rows += [(line, flag.id, "shown") for line in flag.sounds_like]
        rows += [(line, flag.id, "near") for line in flag.not_this]
    return rows


def _thinned(line: str, rng: random.Random) -> str:
    """The line with some of its words dropped."""
    words = line.split()
    return " ".join(word for word in words if len(words) < _SHORTEST or rng.random() > _DROPPED) or line


def _answer(taken: Sequence[Row], rng: random.Random) -> Answer:
    joint = rng.choice((". ", ", and ", "\n", " and then ", ". "))
    text = rng.choice(_STARTS) + joint.join(line for line, _, _ in taken)
    sets = {name: frozenset(owner for _, owner, what in taken if what == name) for name in ("covered", "contradicted")}
    covered = sets["covered"] - sets["contradicted"]
    shown = frozenset(owner for _, owner, what in taken if what == "shown")
    kind = "line" if len(taken) == 1 else "lines"
    return Answer(kind, (turn(1, text),), covered, frozenset(), sets["contradicted"], shown)


def short_answers(asked: Asked, seed: int) -> Iterator[Asked]:
    """Each short answer with the question as it may be judged on."""
    rng = random.Random(seed)
    rows = _rows(asked.question)
    taken = [[row] for row in rows]
    for _ in range(MIXES):
        mixed = {row[1]: row for row in rng.sample(rows, len(rows)) if row[2] in ("covered", "contradicted")}
        picked = list(mixed.values())[: rng.randint(2, 4)]
        if rng.random() < _ALL_RIGHT:
            picked = [row for row in picked if row[2] == "covered"] or picked
        taken.append(picked)
    for some in taken:
        if any(what == "contradicted" for _, _, what in some) and rng.random() > _DENIALS:
            continue
        if rng.random() < 0.5:
            yield Asked(_without(asked.question, some), (_answer(some, rng),))
        else:
            yield Asked(asked.question, (_answer([(_thinned(one[0], rng), *one[1:]) for one in some], rng),))
