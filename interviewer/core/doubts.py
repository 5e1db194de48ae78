"""Which doubts a person should look at: those whose other answer changes a level or the recommendation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from interviewer.core.criteria import Basis, Grades, Recommendation
from interviewer.core.scoring import FlagGrade, PointGrade, QuestionGrade, level_of


@dataclass(frozen=True, slots=True)
class Doubt:
    """A finding that a person could settle, and what either answer would make of its question and the whole.

    `levels` and `recommendations` hold two values: if it is decided against the candidate, and for.
    """

    target: str
    question: str
    is_flag: bool
    levels: tuple[int, int]
    recommendations: tuple[Recommendation | None, Recommendation | None]

    @property
    def weight(self) -> tuple[bool, int]:
        """How much hangs on it: whether the recommendation changes, then by how many levels its question does."""
        against, favour = self.recommendations
        return against is not favour, self.levels[1] - self.levels[0]


def decisive(basis: Basis, grades: Grades) -> tuple[Doubt, ...]:
    """The doubts that matter, the most consequential first, else in file order.

    Each is tried with all others decided against the candidate, with all in favour, and with those before it
    in favour and those after it against. The third finds what the extremes miss: of four unclear points of
    which two are needed, none matters at an extreme. So whenever doubt leaves a level or the recommendation
    open, at least one doubt is listed.
    """
    worst, best = (_settle_all(grades, answer=answer) for answer in (False, True))
    mixed, found = worst, []
    for doubt in _in_doubt(grades.values()):
        tried = [_either(basis, others, grades, doubt) for others in (worst, best, mixed)]
        found.append(max(tried, key=lambda one: one.weight))
        mixed = _with(mixed, grades, doubt, answer=True)
    return tuple(sorted((one for one in found if any(one.weight)), key=lambda one: one.weight, reverse=True))


def _in_doubt(grades: Iterable[QuestionGrade]) -> Iterator[Doubt]:
    """All that a person could settle, in file order."""
    for one in grades:
        name, same = one.question.id, (one.low, one.low)
        for point in one.points:
            if point.in_doubt:
                yield Doubt(f"{name}.{point.point.id}", name, False, same, (None, None))
        for flag in one.flags:
            if flag.in_doubt:
                yield Doubt(f"{name}.{flag.flag.id}", name, True, same, (None, None))


def _either(basis: Basis, others: Grades, grades: Grades, doubt: Doubt) -> Doubt:
    """The doubt with what either answer makes of it, where the others were settled so."""
    against, favour = (_with(others, grades, doubt, answer=answer) for answer in (False, True))
    return replace(
        doubt,
        levels=(against[doubt.question].low, favour[doubt.question].low),
        recommendations=(basis.recommend(against), basis.recommend(favour)),
    )


def _with(others: Grades, grades: Grades, doubt: Doubt, *, answer: bool) -> dict[str, QuestionGrade]:
    """Grades in which this doubt is answered so (True: for the candidate) and all others as before."""
    name = doubt.target.split(".")[1]
    settled, asked = others[doubt.question], grades[doubt.question]
    points = tuple(
        _settle_point(before, answer) if before.point.id == name else now
        for before, now in zip(asked.points, settled.points, strict=True)
    )
    flags = tuple(
        _settle_flag(before, answer) if before.flag.id == name else now
        for before, now in zip(asked.flags, settled.flags, strict=True)
    )
    return {**others, doubt.question: _regrade(asked, points, flags)}


def _settle_all(grades: Grades, *, answer: bool) -> dict[str, QuestionGrade]:
    """The grades as they would be, had a person answered every doubt so."""
    made = {}
    for name, one in grades.items():
        points = tuple(_settle_point(point, answer) for point in one.points)
        made[name] = _regrade(one, points, tuple(_settle_flag(flag, answer) for flag in one.flags))
    return made


def _settle_point(one: PointGrade, answer: bool) -> PointGrade:
    credit = one.high if answer else one.low
    return replace(one, low=credit, high=credit, by_person=True) if one.in_doubt else one


def _settle_flag(one: FlagGrade, answer: bool) -> FlagGrade:
    return replace(one, shown_low=not answer, shown_high=not answer) if one.in_doubt else one


def _regrade(one: QuestionGrade, points: tuple[PointGrade, ...], flags: tuple[FlagGrade, ...]) -> QuestionGrade:
    low = level_of(one.question, {p.point.id: p.low for p in points}, [f.flag.severity for f in flags if f.shown_low])
    high = level_of(
        one.question, {p.point.id: p.high for p in points}, [f.flag.severity for f in flags if f.shown_high]
    )
    return replace(one, low=low, high=high, points=points, flags=flags)
