"""Cases as they are read: each point's label beside its finding, the cases with errors first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from interviewer.core.findings import Assessment, Span, Status
from interviewer.core.scenario import Point, Question, RedFlag
from interviewer.evaluation.cases import Case
from interviewer.evaluation.outcomes import Row, Verdict, rows_of
from interviewer.evaluation.report.material import Material
from interviewer.evaluation.second import SecondLabels

MOST_WORST = 25
"""How many cases the index of the worst names."""


class Standing(StrEnum):
    """How a finding stands to its label."""

    AGREES = "agrees"
    NEAR = "near"
    """Another status, but on the same side where covered is set against the rest."""
    MISSED = "missed"
    CREDITED = "credited"


@dataclass(frozen=True, slots=True)
class PointRead:
    """One point (or flag) of one case; `number` is its place in the question, and marks its evidence."""

    number: int
    says: str
    row: Row
    second: Status | None
    """What the second labelling says, where it says something else."""

    @property
    def standing(self) -> Standing:
        """How the finding stands to the label."""
        if self.row.said != self.row.wanted:
            return Standing.CREDITED if self.row.said else Standing.MISSED
        return Standing.AGREES if self.row.status is self.row.label else Standing.NEAR

    @property
    def differs(self) -> bool:
        """Whether it counts as an error."""
        return self.row.said != self.row.wanted

    @property
    def silent(self) -> bool:
        """Whether there is nothing to read: absent by every label and by the judge."""
        return self.row.label is self.row.status is Status.ABSENT and self.second is None

    @property
    def evidence(self) -> tuple[Span, ...]:
        """The words that the finding rests on."""
        return self.row.finding.evidence


@dataclass(frozen=True, slots=True)
class CaseRead:
    """A case with its verdict; `anchor` is its place in the page."""

    anchor: str
    case: Case
    verdict: Verdict
    points: tuple[PointRead, ...]

    @property
    def errors(self) -> int:
        """How many points and flags differ from their label."""
        return sum(point.differs for point in self.points)

    @property
    def weight(self) -> float:
        """How far off the probabilities of its errors are."""
        return sum(abs(point.row.probability - point.row.wanted) for point in self.points if point.differs)

    @property
    def unscored(self) -> bool:
        """Whether the judge could not judge it."""
        return not isinstance(self.verdict.outcome, Assessment)

    @property
    def misread(self) -> bool:
        """Whether the intent was read otherwise than it is labelled."""
        return self.verdict.intent is not self.case.intent

    @property
    def quiet(self) -> bool:
        """Whether everything agrees."""
        return not self.errors and not self.unscored and not self.misread

    @property
    def order(self) -> tuple[int, float, bool, bool, str]:
        """Sorts the worst case first."""
        return (-self.errors, -self.weight, not self.unscored, not self.misread, self.case.case_id)


@dataclass(frozen=True, slots=True)
class QuestionRead:
    """A question with its cases, those with errors first."""

    anchor: str
    name: str
    """`scenario/question`"""
    title: str
    asks: str
    split: str
    targets: tuple[Point | RedFlag, ...]
    cases: tuple[CaseRead, ...]


def read(material: Material) -> tuple[QuestionRead, ...]:
    """All questions with all their cases, in the order of the labelled cases."""
    second = {one.case_id: one for one in material.second}
    rows: dict[str, list[Row]] = {}
    for row in rows_of(material.run.pairs()):
        rows.setdefault(row.case_id, []).append(row)
    groups: dict[tuple[str, str], list[CaseRead]] = {}
    for place, (case, verdict) in enumerate(material.run.pairs(), 1):
        says = _numbered(question_of(material, case))
        points = tuple(_points(rows.get(case.case_id, ()), says, second.get(case.case_id)))
        groups.setdefault((case.scenario, case.question_id), []).append(
            CaseRead(f"case-{place}", case, verdict, points)
        )
    return tuple(_question(material, place, cases) for place, cases in enumerate(groups.values(), 1))


def question_of(material: Material, case: Case) -> Question | None:
    """The question that a case answers; None if its scenario no longer has it."""
    try:
        return material.scenarios[case.scenario].question(case.question_id)
    except KeyError:
        return None


def worst(questions: Iterable[QuestionRead]) -> tuple[CaseRead, ...]:
    """The cases with most errors, and of those the ones where the judge was surest; the worst first."""
    wrong = (case for question in questions for case in question.cases if case.errors)
    return tuple(sorted(wrong, key=lambda case: case.order))[:MOST_WORST]


def by_kind(questions: Iterable[QuestionRead]) -> Mapping[str, Sequence[CaseRead]]:
    """The cases with errors, by kind of answer in alphabetical order."""
    found: dict[str, list[CaseRead]] = {}
    for question in questions:
        for case in question.cases:
            if case.errors:
                found.setdefault(case.case.kind or "no kind", []).append(case)
    return dict(sorted(found.items()))


def _question(material: Material, place: int, cases: Sequence[CaseRead]) -> QuestionRead:
    first = cases[0].case
    question = question_of(material, first)
    return QuestionRead(
        anchor=f"question-{place}",
        name=f"{first.scenario}/{first.question_id}",
        title=question.title if question else first.question_id,
        asks=question.asks if question else "",
        split=first.split,
        targets=(*question.points, *question.red_flags) if question else (),
        cases=tuple(sorted(cases, key=lambda case: case.order)),
    )


def _numbered(question: Question | None) -> dict[str, tuple[int, str]]:
    targets: tuple[Point | RedFlag, ...] = (*question.points, *question.red_flags) if question else ()
    return {one.id: (number, one.says) for number, one in enumerate(targets, 1)}


def _points(
    rows: Iterable[Row], says: Mapping[str, tuple[int, str]], second: SecondLabels | None
) -> Iterator[PointRead]:
    for row in rows:
        number, words = says.get(row.target, (0, row.target))
        other = second.label(row.target) if second else row.label
        yield PointRead(number, words, row, None if other is row.label else other)
