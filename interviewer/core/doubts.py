"""Which doubts a person should look at: those whose other answer changes a level or the recommendation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from interviewer.core.criteria import Basis, Grades, Recommendation, Results
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
    worst, best = (_Settled.of(basis, grades, answer=answer) for answer in (False, True))
    mixed, found = worst, []
    for doubt in _in_doubt(grades.values()):
        change = _Change(basis, grades[doubt.question], doubt)
        before, mixed = mixed, change.made(mixed, answer=True)
        # One side of each trial is where it starts from: in `worst` the doubt stands against the candidate already.
        trials = ((worst, change.made(worst, answer=True)), (change.made(best, answer=False), best), (before, mixed))
        found.append(max((_either(doubt, *trial) for trial in trials), key=lambda one: one.weight))
    return tuple(sorted((one for one in found if any(one.weight)), key=lambda one: one.weight, reverse=True))


@dataclass(frozen=True, slots=True)
class _Settled:
    """Grades in which a person has answered every doubt in some way, and the results that they make."""

    grades: Grades
    results: Results
    firm: Results
    enough: bool
    recommendation: Recommendation | None

    @classmethod
    def of(cls, basis: Basis, grades: Grades, *, answer: bool) -> _Settled:
        """Every doubt answered alike; True: for the candidate."""
        settled = _settle_all(grades, answer=answer)
        results, firm, enough = basis.results(settled), basis.firm(settled), basis.enough(settled)
        return cls(settled, results, firm, enough, basis.weighed(results, lambda: firm, enough=enough))


@dataclass(frozen=True, slots=True)
class _Change:
    """What another answer to one doubt makes of settled grades; `asked` is its question, unsettled."""

    basis: Basis
    asked: QuestionGrade
    doubt: Doubt

    def made(self, others: _Settled, *, answer: bool) -> _Settled:
        """The same with this doubt answered so (True: for the candidate): only what hangs on it is worked out anew.

        Which questions count as assessed does not depend on how a doubt was answered, only on whether it was.
        """
        grades = {**others.grades, self.doubt.question: self._regraded(others.grades, answer)}
        results = self.basis.renewed(others.results, self.doubt.target, grades, firm=False)
        firm = self.basis.renewed(others.firm, self.doubt.target, grades, firm=True)
        recommended = self.basis.weighed(results, lambda: firm, enough=others.enough)
        return _Settled(grades, results, firm, others.enough, recommended)

    def _regraded(self, others: Grades, answer: bool) -> QuestionGrade:
        name, now = self.doubt.target.split(".")[1], others[self.doubt.question]
        points = tuple(
            _settle_point(before, answer) if before.point.id == name else point
            for before, point in zip(self.asked.points, now.points, strict=True)
        )
        flags = tuple(
            _settle_flag(before, answer) if before.flag.id == name else flag
            for before, flag in zip(self.asked.flags, now.flags, strict=True)
        )
        return _regrade(self.asked, points, flags)


def _either(doubt: Doubt, against: _Settled, favour: _Settled) -> Doubt:
    """The doubt with what either answer makes of it."""
    return replace(
        doubt,
        levels=(against.grades[doubt.question].low, favour.grades[doubt.question].low),
        recommendations=(against.recommendation, favour.recommendation),
    )


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
