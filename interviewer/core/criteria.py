"""What passes, what fails, and what is still open: the criteria, and the recommendation that they make.

The rules are in docs/scoring.md. A person decides; this only recommends.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from interviewer.core.scenario import Criteria, Criterion
from interviewer.core.scoring import QuestionGrade, Standing

ENOUGH_ASSESSED: Final = 0.75
"""Share of the planned main questions that must be assessed before anything is recommended."""
STRONG_SHARE: Final = 0.5
"""More than this share of the strong criteria that a machine can judge makes a strong pass."""
STRONG_LEAST: Final = 2
"""A strong pass needs this many strong criteria, however few there are."""

Grades = Mapping[str, QuestionGrade]
"""The grades of an interview's questions, by the question's id."""


class Recommendation(StrEnum):
    """What the tool recommends; a person decides."""

    STRONG_PASS = "strong pass"
    PASS = "pass"
    FAIL = "fail"
    NOT_ENOUGH = "not enough evidence"


class Verdict(StrEnum):
    """Where a criterion stands; for a fail criterion `met` means that it holds."""

    MET = "met"
    OPEN = "open"
    UNMET = "unmet"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """A criterion, with the number of its points that have credit for certain, and that could have it."""

    criterion: Criterion
    verdict: Verdict
    shown: int
    possible: int


@dataclass(frozen=True, slots=True)
class Results:
    """Where all criteria stand."""

    passing: tuple[CriterionResult, ...]
    strong: tuple[CriterionResult, ...]
    failing: tuple[CriterionResult, ...]

    @property
    def held(self) -> tuple[CriterionResult, ...]:
        """Fail criteria that hold."""
        return tuple(one for one in self.failing if one.verdict is Verdict.MET)

    @property
    def unmet(self) -> tuple[CriterionResult, ...]:
        """Pass criteria that can no longer be met."""
        return tuple(one for one in self.passing if one.verdict is Verdict.UNMET)

    @property
    def opened(self) -> tuple[CriterionResult, ...]:
        """Pass criteria that could still go either way."""
        return tuple(one for one in self.passing if one.verdict is Verdict.OPEN)

    @property
    def is_strong(self) -> bool:
        """Whether enough of the strong criteria are met, of those that a machine can judge."""
        judged = [one.verdict for one in self.strong if one.verdict is not Verdict.PERSON]
        met = judged.count(Verdict.MET)
        return met >= STRONG_LEAST and met > STRONG_SHARE * len(judged)


@dataclass(frozen=True, slots=True)
class Basis:
    """What decides in one interview, apart from its grades.

    `plan` are the main questions of the interview. `alone` are the questions on which only the embedded
    judge has spoken, where that is not enough for a fail.
    """

    criteria: Criteria
    plan: tuple[str, ...]
    whole: bool
    alone: frozenset[str]

    def results(self, grades: Grades) -> Results:
        """Where all criteria stand."""
        return self._results(grades, frozenset())

    def firm(self, grades: Grades) -> Results:
        """The same, with all that only the embedded judge missed as open: what is left supports a fail."""
        return self._results(grades, self.alone)

    def assessed(self, grades: Grades) -> int:
        """How many of the planned main questions count as assessed."""
        return sum(_assessed(grades[name]) for name in self.plan)

    def enough(self, grades: Grades) -> bool:
        """Whether enough of the planned main questions are assessed."""
        return self.assessed(grades) >= ENOUGH_ASSESSED * len(self.plan)

    def missed(self, criterion: Criterion, grades: Grades) -> tuple[str, ...]:
        """Points of a criterion that only the embedded judge did not find, so that a person should look."""
        return tuple(
            target
            for target in criterion.points
            if not _point(target, grades, frozenset())[1] and _point(target, grades, self.alone)[1]
        )

    def recommend(self, grades: Grades) -> Recommendation | None:
        """The recommendation that these grades make; None where less than the whole scenario was planned."""
        return self.weighed(self.results(grades), lambda: self.firm(grades), enough=self.enough(grades))

    def weighed(self, results: Results, firm: Callable[[], Results], *, enough: bool) -> Recommendation | None:
        """The recommendation that results make, the firm ones, and whether enough questions are assessed."""
        if not self.whole:
            return None
        if results.held or results.unmet:
            supported = firm()
            return Recommendation.FAIL if supported.held or supported.unmet else Recommendation.NOT_ENOUGH
        if results.opened or not enough:
            return Recommendation.NOT_ENOUGH
        return Recommendation.STRONG_PASS if results.is_strong else Recommendation.PASS

    def renewed(self, before: Results, target: str, grades: Grades, *, firm: bool) -> Results:
        """Results (or `firm` ones) with only those criteria judged anew that name a target, whose grade changed."""
        alone = self.alone if firm else frozenset()
        judged: list[tuple[CriterionResult, ...]] = []
        for results, judge in ((before.passing, _gain), (before.strong, _gain), (before.failing, _loss)):
            judged.append(
                tuple(judge(one.criterion, grades, alone) if _names(one.criterion, target) else one for one in results)
            )
        return Results(*judged)

    def _results(self, grades: Grades, alone: frozenset[str]) -> Results:
        return Results(
            tuple(_gain(one, grades, alone) for one in self.criteria.passing),
            tuple(_gain(one, grades, alone) for one in self.criteria.strong),
            tuple(_loss(one, grades, alone) for one in self.criteria.failing),
        )


def _names(criterion: Criterion, target: str) -> bool:
    return target in criterion.points or target in criterion.flags


def _assessed(one: QuestionGrade) -> bool:
    """A question that no judge could judge is assessed once a person has settled each of its points."""
    by_person = one.standing is Standing.UNSCORED and all(point.by_person for point in one.points)
    return one.standing is Standing.SCORED or by_person


def _point(target: str, grades: Grades, alone: frozenset[str]) -> tuple[bool, bool]:
    """Whether a point has credit for certain, and whether it could have."""
    question, name = target.split(".")
    if question not in grades:
        return False, True
    found = grades[question].point(name)
    if found.by_person:
        return found.low > 0, found.high > 0
    waits = grades[question].standing is Standing.UNASKED or question in alone
    return found.low > 0, found.high > 0 or waits


def _flag(target: str, grades: Grades) -> tuple[bool, bool]:
    """Whether a red flag was shown for certain, and whether it could have been."""
    question, name = target.split(".")
    if question not in grades:
        return False, True
    found = next(one for one in grades[question].flags if one.flag.id == name)
    return found.shown_high, found.shown_low or grades[question].standing is Standing.UNASKED


def _count(criterion: Criterion, grades: Grades, alone: frozenset[str]) -> tuple[int, int]:
    marks = [_point(target, grades, alone) for target in criterion.points]
    return sum(certain for certain, _ in marks), sum(possible for _, possible in marks)


def _gain(criterion: Criterion, grades: Grades, alone: frozenset[str]) -> CriterionResult:
    """A pass or strong-pass criterion: enough of its points must be shown, and none of its flags."""
    shown, possible = _count(criterion, grades, alone)
    flags = [_flag(target, grades) for target in criterion.flags]
    if criterion.person:
        verdict = Verdict.PERSON
    elif possible < criterion.needed or any(certain for certain, _ in flags):
        verdict = Verdict.UNMET
    elif shown >= criterion.needed and not any(could for _, could in flags):
        verdict = Verdict.MET
    else:
        verdict = Verdict.OPEN
    return CriterionResult(criterion, verdict, shown, possible)


def _loss(criterion: Criterion, grades: Grades, alone: frozenset[str]) -> CriterionResult:
    """A fail criterion: it holds when none of its points has credit, or when one of its flags was shown."""
    shown, possible = _count(criterion, grades, alone)
    flags = [_flag(target, grades) for target in criterion.flags]
    if criterion.person:
        verdict = Verdict.PERSON
    elif (criterion.points and not possible) or any(certain for certain, _ in flags):
        verdict = Verdict.MET
    elif (criterion.points and not shown) or any(could for _, could in flags):
        verdict = Verdict.OPEN
    else:
        verdict = Verdict.UNMET
    return CriterionResult(criterion, verdict, shown, possible)
