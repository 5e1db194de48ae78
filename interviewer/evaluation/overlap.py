"""Points that overlap: what is said about one point must not earn another of the same question.

Alternatives of one group may, because they count once. So may lines with code or an address in them: `POST /tasks`
says a verb and a place at once, and may stand under both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from interviewer.core.ports import Judge
from interviewer.core.scenario import Point, Question
from interviewer.evaluation.judged import Judged, weigh
from interviewer.evaluation.problem import Problem

ALIKE: Final = 0.8
"""Two lines are alike when they share this share of their words."""

_CODE: Final = re.compile(r"(?:^|[\s'\"])/\w|\w\(|[{}=@]")
_REMEDY: Final = "Make one point of the two, put them into one `group`, or reword the line so that it says one thing."
_SIDES: Final = "Decide whether such words earn the point, and remove the other line."

Line = tuple[str, str]
"""A line's place and its words."""


def overlaps(question: Question, judge: Judge) -> Iterator[Problem]:
    """Pairs of points that one line earns both of, each told once; and lines on both sides of one point."""
    told: set[frozenset[str]] = set()
    for point in question.points:
        yield from _both_sides(question, point)
    for one, other in combinations(question.points, 2):
        alike = None if _either(one, other) else _first_alike(_lines(question, one), _lines(question, other))
        if alike:
            told.add(frozenset((one.id, other.id)))
            yield Problem(alike[0], f'says the same as a line of {other.id}: "{alike[1]}"', _REMEDY)
    for point in question.points:
        for place, words in _lines(question, point):
            others = [name for name in _earned(question, point, words, judge) if {point.id, name} not in told]
            if others:
                told |= {frozenset((point.id, name)) for name in others}
                names = ", ".join(others)
                yield Problem(place, f'would earn {names} too: "{words}"', _REMEDY)


def _lines(question: Question, point: Point) -> list[Line]:
    """The statement of a point and the other ways to say it, but for those with code in them."""
    place = f"{question.id}.{point.id}"
    said = [(f"{place}.says", point.says)]
    said += [(f"{place}.sounds_like[{index}]", line) for index, line in enumerate(point.sounds_like)]
    return [(where, line) for where, line in said if not _CODE.search(line)]


def _both_sides(question: Question, point: Point) -> Iterator[Problem]:
    against = [(f"{question.id}.{point.id}.not_this[{index}]", line) for index, line in enumerate(point.not_this)]
    alike = _first_alike(against, _lines(question, point), least=1.0)
    if alike:
        yield Problem(alike[0], f'stands under `says` or `sounds_like` too: "{alike[1]}"', _SIDES)


def _first_alike(some: Sequence[Line], others: Sequence[Line], least: float = ALIKE) -> Line | None:
    """The first of some lines that one of the others repeats."""
    repeated = [set(_words(line)) for _, line in others]
    for place, line in some:
        words = set(_words(line))
        if any(words and len(words & other) >= least * len(words | other) for other in repeated):
            return place, line
    return None


def _words(line: str) -> list[str]:
    return re.findall(r"[^\W_]+", line.lower())


def _either(one: Point, other: Point) -> bool:
    return one.group is not None and one.group == other.group


def _earned(question: Question, point: Point, words: str, judge: Judge) -> list[str]:
    """Points but for this one and its alternatives that these words earn; none where they cannot be judged."""
    outcome = weigh(question, words, judge)
    earned = outcome.earned if isinstance(outcome, Judged) else ()
    return [name for name in earned if name != point.id and not _either(point, question.point(name))]
