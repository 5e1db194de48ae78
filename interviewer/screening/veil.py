"""The filter before everything that shows findings singly: of what is to be read blind first, nothing of the verdict.

Nothing else in a report may give it away: no count in which it could be found by taking away the others, no criterion
that rests on it, no other finding that speaks of it. Levels and the recommendation stay (docs/serving.md says so).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from interviewer.core.findings import Aid, Status
from interviewer.core.hiring import Summary, Verdict, summarise
from interviewer.core.scenario import Criterion
from interviewer.core.state import State
from interviewer.reporting.model import (
    AttemptReport,
    CriterionReport,
    FlagReport,
    FlagState,
    PointReport,
    QuestionReport,
    Report,
)

Rests = tuple[str, frozenset[str]]
"""Words, and the findings that they tell of."""
NOTHING: Final = {"quotes": (), "reason": "", "blind": True}


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why something is recommended, and the criteria, each with those findings that may have to be hidden."""

    reasons: tuple[Rests, ...]
    criteria: tuple[Rests, ...]

    @classmethod
    def of(cls, summary: Summary, unread: Collection[str]) -> Grounds:
        """The grounds of an interview; `unread` are all findings that may have to be hidden."""
        criteria = ((one.says, _about([one], unread)) for one in summary.criteria if not one.person)
        reasons = ((one.text, _about(one.criteria, unread)) for one in summary.grounds)
        return cls(tuple(reasons), tuple(one for one in criteria if one[1]))

    def told(self, hidden: Collection[str]) -> tuple[str, ...]:
        """The reasons that tell nothing of what is hidden.

        In place of the others stands one line with all criteria that rest on it, those that are no reason included:
        else a criterion's being there, or not, would tell how it stands.
        """
        blind = dict.fromkeys(f'"{says}"' for says, about in self.criteria if about.intersection(hidden))
        open_ = [text for text, about in self.reasons if not about.intersection(hidden)]
        return (*open_, *([f"Rests on what is to be read blind: {', '.join(blind)}."] if blind else []))


def _about(criteria: Iterable[Criterion], unread: Collection[str]) -> frozenset[str]:
    return frozenset(target for one in criteria for target in (*one.points, *one.flags) if target in unread)


def veiled(report: Report, state: State, hidden: frozenset[str]) -> Report:
    """The report of a state without the verdicts that are hidden, and without what persons have remarked on them."""
    if not hidden:
        return report
    return report.model_copy(
        update={
            "reasons": Grounds.of(summarise(state), hidden).told(hidden),
            "criteria": tuple(_criterion(one, hidden) for one in report.criteria),
            "doubts": tuple(one for one in report.doubts if one.target not in hidden),
            "questions": tuple(_question(one, hidden) for one in report.questions),
            "comments": tuple(one for one in report.comments if one.target not in hidden),
        }
    )


def _criterion(one: CriterionReport, hidden: Collection[str]) -> CriterionReport:
    """Where a criterion stands is hidden with any of its findings: the others are seen, and would tell."""
    if one.verdict is Verdict.PERSON or not {*one.points, *one.red_flags}.intersection(hidden):
        return one
    return one.model_copy(update={"verdict": Verdict.OPEN, "shown": 0, "possible": 0, "blind": True})


def _question(one: QuestionReport, hidden: Collection[str]) -> QuestionReport:
    first, *later = (_attempt(attempt, hidden) for attempt in one.attempts)
    return one.model_copy(update={"first": first, "later": tuple(later)})


def _attempt(one: AttemptReport, hidden: Collection[str]) -> AttemptReport:
    names = {*(point.id for point in one.points), *(flag.id for flag in one.red_flags)}
    if not names.intersection(hidden):
        return one
    seen = [point for point in one.points if point.id not in hidden]
    return one.model_copy(
        update={
            "points": tuple(_seen(point, seen) if point.id not in hidden else _point(point) for point in one.points),
            "red_flags": tuple(flag if flag.id not in hidden else _flag(flag) for flag in one.red_flags),
            # How many are to be checked is left out: it would count what is hidden.
            "level": one.level.model_copy(update={"checks": 0}) if one.level else None,
        }
    )


def _seen(one: PointReport, seen: Iterable[PointReport]) -> PointReport:
    """A point that is shown; that it is not needed, because another was made, is said of another that is shown."""
    if not one.not_needed:
        return one
    stands_for = any(other.credit_low for other in seen if other.group == one.group)
    return one.model_copy(update={"not_needed": stands_for})


def _point(one: PointReport) -> PointReport:
    neutral = {
        "status": Status.UNCLEAR,
        "aid": Aid.UNPROMPTED,
        "credit_low": 0.0,
        "credit_high": 1.0,
        "probability": None,
        "judged_by": "",
        "by_person": False,
        "to_check": False,
        "not_needed": False,
        "self_reported": (),
    }
    return one.model_copy(update={**neutral, **NOTHING})


def _flag(one: FlagReport) -> FlagReport:
    return one.model_copy(update={"state": FlagState.NOT_SEEN, "decided_by": "", **NOTHING})
