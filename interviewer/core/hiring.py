"""A whole interview in short: grades, criteria, recommendation with its reasons, and what a person should check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from interviewer.core.criteria import Basis, CriterionResult, Grades, Recommendation, Results, Verdict
from interviewer.core.doubts import Doubt, decisive
from interviewer.core.events import Mode
from interviewer.core.scoring import QuestionGrade, grade
from interviewer.core.state import State

__all__ = ["CriterionResult", "Doubt", "Recommendation", "Summary", "Verdict", "summarise"]

EMBEDDED: Final = "embedded"
"""The names of the embedded judge's versions begin with this."""


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
    reasons: tuple[str, ...]
    passing: tuple[CriterionResult, ...]
    strong: tuple[CriterionResult, ...]
    failing: tuple[CriterionResult, ...]
    doubts: tuple[Doubt, ...]
    assessed: int
    planned: int
    nearest: tuple[CriterionResult, ...]


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
        reasons=_reasons(basis, grades, recommendation, len(state.scenario.questions)),
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


def _reasons(basis: Basis, grades: Grades, recommendation: Recommendation | None, questions: int) -> tuple[str, ...]:
    """Why it is recommended, in plain lines."""
    results = basis.results(grades)
    if recommendation is None:
        return (f"{len(basis.plan)} of {questions} main questions were planned, so there is no recommendation.",)
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


def _holds(one: CriterionResult) -> str:
    bare = one.criterion.points and not one.possible
    why = f"none of its points was shown ({', '.join(one.criterion.points)})" if bare else _flags(one)
    return f'Against: "{one.criterion.says}", {why}.'


def _not_met(one: CriterionResult) -> str:
    return f'Not met: "{one.criterion.says}", {_points(one) if one.possible < one.criterion.needed else _flags(one)}.'


def _open(one: CriterionResult) -> str:
    if _lacking(one) > 0:
        return f'Open: "{one.criterion.says}", {_points(one)}, in doubt or not asked: {one.possible - one.shown}.'
    return f'Open: "{one.criterion.says}", a red flag is to be checked ({", ".join(one.criterion.flags)}).'


def _withheld(basis: Basis, grades: Grades) -> tuple[str, ...]:
    """What would decide, where the embedded judge alone speaks against the candidate."""
    results = basis.results(grades)
    if not (results.held or results.unmet):
        return ()
    told = [(one, _holds(one)) for one in results.held] + [(one, _not_met(one)) for one in results.unmet]
    lines = [f"{line} To check: {', '.join(basis.missed(one.criterion, grades))}." for one, line in told]
    return ("The embedded judge alone decides against nobody; a person's word on these would.", *lines)


def _too_few(basis: Basis, grades: Grades) -> tuple[str, ...]:
    if basis.enough(grades):
        return ()
    return (f"{basis.assessed(grades)} of {len(basis.plan)} main questions were assessed; three quarters are needed.",)


def _in_favour(results: Results) -> tuple[str, ...]:
    """Why it passes, and which fail criteria a person's answer could still make true."""
    told = sum(one.verdict is Verdict.MET for one in results.passing)
    strong = [one.verdict for one in results.strong if one.verdict is not Verdict.PERSON]
    lines = [f"Pass criteria met: {told}, all that a machine can judge."]
    if strong:
        met = strong.count(Verdict.MET)
        lines.append(
            f"Strong criteria met: {met} of {len(strong)}; a strong pass needs more than half, and at least two."
        )
    waiting = [one for one in results.failing if one.verdict is Verdict.OPEN]
    return (*lines, *(f'To check: "{one.criterion.says}" would speak against it.' for one in waiting))
