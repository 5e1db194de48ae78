"""Up to four candidates of a position, side by side: levels, and where each stands on every point."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from interviewer.core.findings import Status
from interviewer.core.hiring import Summary, summarise
from interviewer.core.scenario import Question, Scenario, Tier
from interviewer.core.scoring import PointGrade, QuestionGrade, Standing
from interviewer.hosting.results import MOST_COMPARED, Row
from interviewer.hosting.reviewing import Reviewing
from interviewer.reporting.words import SYMBOLS, TO_READ_BLIND
from interviewer.screening.blindness import hidden
from interviewer.screening.position import Position
from interviewer.web.guard import Seen
from interviewer.web.house import Here
from interviewer.web.pages import back, render

router = APIRouter()
WORDS: Final = {
    Status.COVERED: "covered",
    Status.PARTIAL: "in part",
    Status.CONTRADICTED: "against",
    Status.ABSENT: "not covered",
    Status.UNCLEAR: "unclear",
}
"""Short, since four stand side by side."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where a candidate stands on a point: a mark and words; `blind`: it is to be read before it is shown."""

    mark: str
    words: str
    status: str
    blind: bool = False


@dataclass(frozen=True, slots=True)
class ComparedPoint:
    """A point, and where each candidate stands on it."""

    target: str
    says: str
    tier: Tier
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class ComparedQuestion:
    """A question, the level of each candidate (at worst and at best, or why there is none), and its points."""

    id: str
    title: str
    follow_up: bool
    levels: tuple[tuple[int, int] | str, ...]
    points: tuple[ComparedPoint, ...]


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Up to four candidates, side by side."""

    position: Position
    rows: tuple[Row, ...]
    questions: tuple[ComparedQuestion, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What is known of one of them; `masked` are the findings that are to be read blind first."""

    scenario: Scenario
    summary: Summary
    masked: Collection[str]

    def grade(self, question: str) -> QuestionGrade | None:
        """The grade of a question; None where this candidate's scenario does not have it."""
        return next((one for one in self.summary.grades if one.question.id == question), None)


@router.get("/positions/{name}/compare")
def compare(
    request: Request, house: Here, account: Seen, name: str, interview: Annotated[list[str] | None, Query()] = None
) -> Response:
    """Those that were chosen; with fewer than two or more than four of them back to the list."""
    position = house.office.position(name)
    place = f"/positions/{name}/results"
    asked = list(dict.fromkeys(interview or []))
    if not 2 <= len(asked) <= MOST_COMPARED:
        return back(place, error=f"Choose two to {MOST_COMPARED} candidates to compare.")
    known = {one.interview: one for one in house.results.rows(position, account.name) if one.digest}
    if not set(asked) <= set(known):
        return back(place, error="One of them is no candidate of this position, or cannot be read.")
    rows = tuple(known[one] for one in asked)
    found = []
    for one in rows:
        kept = house.hall.read(one.interview or "")
        found.append(Compared(kept.scenario, summarise(kept.state), hidden(account.role, one.unread)))
        Reviewing(house.program, house.hall, account.name).seen(kept.id)
    return render(request, "office/compare.html.j2", ComparePage(position, rows, side_by_side(found)))


def side_by_side(found: Sequence[Compared]) -> tuple[ComparedQuestion, ...]:
    """All questions in order; of a question that comes in several versions, the words that the first was asked."""
    asked: dict[str, tuple[Question, bool]] = {}
    for one in found:
        for grade in one.summary.grades:
            main = one.scenario.main_of(grade.question.id).id
            asked.setdefault(grade.question.id, (grade.question, main != grade.question.id))
    return tuple(_question(question, follows, found) for question, follows in asked.values())


def _question(question: Question, follow_up: bool, found: Sequence[Compared]) -> ComparedQuestion:
    grades = [one.grade(question.id) for one in found]
    points = tuple(
        ComparedPoint(
            f"{question.id}.{point.id}",
            point.says,
            point.tier,
            tuple(_cell(one, grade, point.id) for one, grade in zip(found, grades, strict=True)),
        )
        for point in question.points
    )
    return ComparedQuestion(question.id, question.title, follow_up, tuple(_level(one) for one in grades), points)


def _level(grade: QuestionGrade | None) -> tuple[int, int] | str:
    if grade is None or grade.standing is Standing.UNASKED:
        return "not asked"
    return "not scored" if grade.standing is Standing.UNSCORED else (grade.low, grade.high)


def _cell(one: Compared, grade: QuestionGrade | None, point: str) -> Cell:
    if grade is None or grade.standing is not Standing.SCORED:
        return Cell("", "", "none")
    if f"{grade.question.id}.{point}" in one.masked:
        return Cell("", TO_READ_BLIND, "blind", blind=True)
    known: PointGrade | None = next((known for known in grade.points if known.point.id == point), None)
    if known is None:
        return Cell("", "", "none")
    return Cell(SYMBOLS[known.status], WORDS[known.status], known.status.value)
