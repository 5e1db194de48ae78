"""What one answer earns by itself, as an interview's first answer to a question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from interviewer.core.events import MoveKind, Who
from interviewer.core.findings import Assessment, Finding, Status
from interviewer.core.ports import Judge
from interviewer.core.scenario import Question, Tier
from interviewer.core.scoring import level_of, status_credit, tier_credits
from interviewer.core.state import Turn
from interviewer.evaluation.outcomes import DECIDED_FROM


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer earns, each `unclear` finding decided by its probability."""

    level: int
    credit: float
    missed: tuple[str, ...]
    earned: tuple[str, ...]
    flags: tuple[Finding, ...]

    @property
    def rank(self) -> tuple[int, float]:
        """Orders answers: by level, then by credit."""
        return self.level, self.credit

    def __str__(self) -> str:
        return f"level {self.level}, credit {self.credit:g}"


def weigh(question: Question, answer: str, judge: Judge) -> Judged | str:
    """What an answer to a question as it is asked earns, or why it could not be judged."""
    asked = Turn(number=1, who=Who.INTERVIEWER, text=question.asks, question=question.id, move=MoveKind.ASK)
    said = Turn(number=2, who=Who.CANDIDATE, text=answer, question=question.id)
    outcome = judge.assess(question, (asked, said))
    if not isinstance(outcome, Assessment):
        return f"could not be judged ({outcome.reason.value.replace('_', ' ')})"
    credit = {one.target: status_credit(one.status, hopeful=one.probability >= DECIDED_FROM) for one in outcome.points}
    return Judged(
        level=level_of(question, credit),
        credit=sum(sum(tier_credits(question, credit, tier)) for tier in Tier),
        missed=_missed(question, credit),
        earned=tuple(name for name, worth in credit.items() if worth),
        flags=tuple(one for one in outcome.flags if one.status in (Status.COVERED, Status.UNCLEAR)),
    )


def _missed(question: Question, credit: Mapping[str, float]) -> tuple[str, ...]:
    """Minimum and core points without credit; of alternatives, none where another has it."""
    heard = {point.group for point in question.points if point.group and credit[point.id]}
    wanted = [point for point in question.points if point.tier is not Tier.STRONG and point.group not in heard]
    return tuple(point.id for point in wanted if not credit[point.id])
