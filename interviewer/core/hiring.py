"""A whole interview in short: grades, criteria, recommendation with its reasons, and what a person should check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from interviewer.core.criteria import Basis, CriterionResult, Grades, Recommendation, Results, Verdict
from interviewer.core.doubts import Doubt, decisive
from interviewer.core.events import Mode
from interviewer.core.scenario import Criterion
from interviewer.core.scoring import QuestionGrade, grade
from interviewer.core.state import State

__all__ = ["CriterionResult", "Doubt", "Reason", "Recommendation", "Summary", "Verdict", "summarise"]

EMBEDDED: Final = "embedded"
"""The names of the embedded judge's versions begin with this."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is recommended, in a plain line, and the criteria that it tells of or counts."""

    text: str
    criteria: tuple[Criterion, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """An interview as its findings in force tell it.

    `grades` are the first attempts at the planned main questions and their follow-ups, in order. There is no
    recommendation where less than the whole scenario was planned. `doubts` are the decisive ones, the most
    consequential first. `assessed` and `planned` count main questions. `nearest` are the pass criteria that
    more points would meet, those that lack the fewest first.
    """

    grades: tuple[QuestionGrade, ...]
    recommendation: Recommendation | None
    grounds: tuple[Reason, ...]
    passing: tuple[CriterionResult, ...]
    strong: tuple[CriterionResult, ...]
    failing: tuple[CriterionResult, ...]
    doubts: tuple[Doubt, ...]
    assessed: int
    planned: int
    nearest: tuple[CriterionResult, ...]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why it is recommended, in plain lines."""
        return tuple(one.text for one in self.grounds)

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        """All criteria: to pass, to pass strongly, and against."""
        return tuple(one.criterion for one in (*self.passing, *self.strong, *self.failing))


def summarise(state: State) -> Summary:
    """What an interview amounts to so far; it may be asked at any time, before the end too."""
    grades = {name: grade(state, name) for name in _names(state)}
    alone = frozenset(name for name in grades if _embedded_alone(state, name))
    basis = Basis(state.scenario.criteria, state.plan, state.whole, alone)
    results = basis.results(grades)
    recommendation = basis.recommend(grades)
    return Summary(
        grades=tuple(grades.values()),
        recommendation=recommendation,
        grounds=_grounds(basis, grades, recommendation, len(state.scenario.questions)),
        passing=results.passing,
        strong=results.strong,
        failing=results.failing,
        doubts=decisive(basis, grades),
        assessed=basis.assessed(grades),
        planned=len(state.plan),
        nearest=tuple(sorted((one for one in results.passing if _to_gain(one)), key=_lacking)),
    )


def _names(state: State) -> list[str]:
    """The planned main questions, each followed by its follow-ups."""
    mains = [state.scenario.main_of(name) for name in state.plan]
    return [one.id for main in mains for one in (main, *main.follow_ups)]


def _embedded_alone(state: State, name: str) -> bool:
    """Whether, in a screen, no other judge has spoken on a question; a skip of one is for a person to weigh too."""
    attempt = state.attempt(name)
    started = state.started.judge if state.started else None
    judge = attempt.assessment.judge if attempt and attempt.assessment else started
    return state.mode is Mode.SCREEN and judge is not None and judge.name.startswith(EMBEDDED)


def _lacking(one: CriterionResult) -> int:
    return one.criterion.needed - one.shown


def _to_gain(one: CriterionResult) -> bool:
    return one.verdict in (Verdict.UNMET, Verdict.OPEN) and bool(one.criterion.points) and _lacking(one) > 0


def _grounds(basis: Basis, grades: Grades, recommendation: Recommendation | None, questions: int) -> tuple[Reason, ...]:
    """Why it is recommended."""
    results = basis.results(grades)
    if recommendation is None:
        words = f"{len(basis.plan)} of {questions} main questions were planned, so there is no recommendation."
        return (Reason(words),)
    if recommendation is Recommendation.FAIL:
        firm = basis.firm(grades)
        return (*map(_holds, firm.held), *map(_not_met, firm.unmet))
    if recommendation is Recommendation.NOT_ENOUGH:
        return (*_withheld(basis, grades), *map(_open, results.opened), *_too_few(basis, grades))
    return _in_favour(results)


def _flags(one: CriterionResult) -> str:
    return f"a person confirmed a red flag ({', '.join(one.criterion.flags)})"


def _points(one: CriterionResult) -> str:
    return f"points shown: {one.shown}, needed: {one.criterion.needed}"


def _holds(one: CriterionResult) -> Reason:
    bare = one.criterion.points and not one.possible
    why = f"none of its points was shown ({', '.join(one.criterion.points)})" if bare else _flags(one)
    return Reason(f'Against: "{one.criterion.says}", {why}.', (one.criterion,))


def _not_met(one: CriterionResult) -> Reason:
    why = _points(one) if one.possible < one.criterion.needed else _flags(one)
    return Reason(f'Not met: "{one.criterion.says}", {why}.', (one.criterion,))


def _open(one: CriterionResult) -> Reason:
    why = f"a red flag is to be checked ({', '.join(one.criterion.flags)})"
    if _lacking(one) > 0:
        why = f"{_points(one)}, in doubt or not asked: {one.possible - one.shown}"
    return Reason(f'Open: "{one.criterion.says}", {why}.', (one.criterion,))


def _withheld(basis: Basis, grades: Grades) -> tuple[Reason, ...]:
    """What would decide, where the embedded judge alone speaks against the candidate."""
    results = basis.results(grades)
    if not (results.held or results.unmet):
        return ()
    told = [(one, _holds(one)) for one in results.held] + [(one, _not_met(one)) for one in results.unmet]
    lines = [
        Reason(f"{line.text} To check: {', '.join(basis.missed(one.criterion, grades))}.", line.criteria)
        for one, line in told
    ]
    return (Reason("The embedded judge alone decides against nobody; a person's word on these would."), *lines)


def _too_few(basis: Basis, grades: Grades) -> tuple[Reason, ...]:
    if basis.enough(grades):
        return ()
    assessed = f"{basis.assessed(grades)} of {len(basis.plan)} main questions were assessed"
    return (Reason(f"{assessed}; three quarters are needed."),)


def _in_favour(results: Results) -> tuple[Reason, ...]:
    """Why it passes, and which fail criteria a person's answer could still make true."""
    told = sum(one.verdict is Verdict.MET for one in results.passing)
    strong = [one for one in results.strong if one.verdict is not Verdict.PERSON]
    lines = [Reason(f"Pass criteria met: {told}, all that a machine can judge.")]
    if strong:
        met = sum(one.verdict is Verdict.MET for one in strong)
        share = f"{met} of {len(strong)}; a strong pass needs more than half, and at least two"
        lines.append(Reason(f"Strong criteria met: {share}.", tuple(one.criterion for one in strong)))
    waiting = [one.criterion for one in results.failing if one.verdict is Verdict.OPEN]
    return (*lines, *(Reason(f'To check: "{one.says}" would speak against it.', (one,)) for one in waiting))
