"""Lines that give an answer away: what a candidate would earn a point with, the interviewer must not say."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from interviewer.core.events import Who
from interviewer.core.findings import Assessment, Status
from interviewer.core.ports import Judge
from interviewer.core.scenario import Question
from interviewer.core.state import Turn

_EARNED: Final = (Status.COVERED, Status.PARTIAL)


def leaks(
    judge: Judge, question: Question, line: str, open_points: Collection[str], *, asked: bool = True
) -> tuple[str, ...]:
    """Ids of the open points that a line of the interviewer's would earn if a candidate had said it, in file order.

    The line is judged as it stands and once more without its question marks, because what a candidate asks is no
    claim, while a point that the interviewer gives away in a question is given away. The question's own wording is
    no leak: a judge credits no echo of it. `asked`: whether the line is said while this question is open; if not, it
    counts as much as a candidate's words to another question would.
    """
    earned: set[str] = set()
    for said in {line, line.replace("?", ".")}:
        turn = Turn(number=1, who=Who.CANDIDATE, text=said, question=question.id if asked else "")
        outcome = judge.assess(question, [turn])
        if isinstance(outcome, Assessment):
            earned |= {one.target for one in outcome.points if one.status in _EARNED}
    return tuple(point.id for point in question.points if point.id in earned and point.id in open_points)


def finder(judge: Judge) -> Callable[[Question, str, Collection[str], bool], tuple[str, ...]]:
    """`leaks` with this judge, as the check of scenarios asks for it: question, line, open points, whether asked."""

    def found(question: Question, line: str, still_open: Collection[str], asked: bool) -> tuple[str, ...]:
        return leaks(judge, question, line, still_open, asked=asked)

    return found
