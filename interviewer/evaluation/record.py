"""What one measurement left: kept as a file, compared with others, and in short as a committed baseline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal, Self

from pydantic import AwareDatetime, Field

from interviewer.core.findings import (
    Assessment,
    Finding,
    Intent,
    JudgeVersion,
    Status,
    Unscored,
    UnscoredReason,
)
from interviewer.core.scenario import Clarification, Question, Scenario
from interviewer.core.values import Strict
from interviewer.evaluation.cases import Case, digest, rubric_digest
from interviewer.evaluation.figures import Figure
from interviewer.evaluation.outcomes import Verdict
from interviewer.evaluation.perturb.moved import Shift, shifts
from interviewer.evaluation.perturb.work import Item
from interviewer.evaluation.rehearsal.results import Rehearsed

RUN_SCHEMA: Final = "interviewer.eval-run/1"
BASELINE_SCHEMA: Final = "interviewer.eval-baseline/1"
UNSCORED: Final = "unscored"
FLAG: Final = "flag "
"""Stands before a flag's id in short findings."""


class Measured(Strict):
    """What is the same in a whole run and in a baseline."""

    judge: JudgeVersion
    sources: dict[str, str] = Field(
        description="Everything that can move a verdict, each hashed: weights, code, prompt, model, rubrics."
    )
    cases: str = Field(description="Hash of the labelled cases.")
    at: AwareDatetime
    program: str = Field(description="Version of the program.")
    cost: float = Field(0.0, description="In US dollars.")
    figures: tuple[Figure, ...] = ()

    @property
    def fingerprint(self) -> str:
        """Hash of all that can move a verdict."""
        return digest(self.sources)

    def figure(self, name: str) -> Figure | None:
        """The figure with this name, if it was measured."""
        return next((one for one in self.figures if one.name == name), None)


class Run(Measured):
    """A whole measurement, with every case and verdict."""

    schema_name: Literal["interviewer.eval-run/1"] = Field(RUN_SCHEMA, alias="schema")
    labelled: tuple[Case, ...]
    verdicts: tuple[Verdict, ...]
    result: dict[str, Any] = Field(description="What `eval run --format json` prints.")
    items: tuple[Item, ...] = Field((), description="What was perturbed, and how.")
    changed: tuple[Verdict, ...] = Field((), description="The verdicts on cases that only perturbations have.")
    rehearsed: Rehearsed | None = None

    def pairs(self) -> tuple[tuple[Case, Verdict], ...]:
        """Each case with its verdict."""
        return tuple(zip(self.labelled, self.verdicts, strict=True))

    def shifts(self) -> tuple[Shift, ...]:
        """Every finding before and after a perturbation."""
        return tuple(shifts(self.items, {one.case_id: one for one in (*self.verdicts, *self.changed)}))

    def marks(self) -> Mapping[str, Mapping[str, str]]:
        """For each case the findings in short; see `in_short`."""
        return {one.case_id: in_short(one) for one in self.verdicts}


class Baseline(Measured):
    """A measurement in short, committed beside the code that it measured."""

    schema_name: Literal["interviewer.eval-baseline/1"] = Field(BASELINE_SCHEMA, alias="schema")
    command: str = Field(description="What measures it again.")
    short: dict[str, dict[str, str]] = Field(description="For each case its findings in short; see `in_short`.")

    @classmethod
    def of(cls, run: Run, command: str) -> Self:
        """The baseline that a run leaves."""
        kept = {name: getattr(run, name) for name in Measured.model_fields}
        return cls(schema=BASELINE_SCHEMA, command=command, short={k: dict(v) for k, v in run.marks().items()}, **kept)

    def marks(self) -> Mapping[str, Mapping[str, str]]:
        """For each case the findings in short."""
        return self.short


def in_short(verdict: Verdict) -> dict[str, str]:
    """Findings as status and probability (`covered 0.93`), the intent under the empty name; or why it is unscored."""
    intent = {"": verdict.intent.value}
    outcome = verdict.outcome
    if not isinstance(outcome, Assessment):
        return {**intent, UNSCORED: outcome.reason.value}
    points = {one.target: _mark(one) for one in outcome.points}
    return {**intent, **points, **{FLAG + one.target: _mark(one) for one in outcome.flags}}


def _mark(finding: Finding) -> str:
    return f"{finding.status.value} {finding.probability:.2f}"


def from_short(mark: str) -> tuple[Status, float]:
    """Status and probability of a finding in short."""
    status, probability = mark.split(" ")
    return Status(status), float(probability)


def cases_digest(cases: Sequence[Case]) -> str:
    """SHA-256 of labelled cases, whatever their order."""
    return digest(sorted(digest(case.model_dump(mode="json")) for case in cases))


def rubric_sources(questions: Mapping[str, Question]) -> dict[str, str]:
    """The rubrics that a judge is given, by `scenario/question`, each hashed with its anchors."""
    return {f"rubric {name}": rubric_digest(question) for name, question in sorted(questions.items())}


def fact_sources(scenarios: Mapping[str, Scenario], facts: Sequence[Clarification]) -> dict[str, str]:
    """What candidates may ask for, which moves how their turns are read: everywhere, and in each scenario, hashed."""
    own = {
        f"facts {name}": digest(
            [_asked(one.facts), *([question.id, _asked(question.clarifications)] for question in one.all_questions())]
        )
        for name, one in sorted(scenarios.items())
    }
    return {"facts prompts/facts.yaml": digest(_asked(facts)), **own}


def _asked(facts: Sequence[Clarification]) -> list[tuple[str, ...]]:
    return [fact.asked for fact in facts]


def verdicts_of(marks: Mapping[str, Mapping[str, str]], cases: Sequence[Case], judge: JudgeVersion) -> list[Verdict]:
    """Verdicts without their evidence, from findings in short; cases that were not judged then are left out."""
    return [_verdict(case, marks[case.case_id], judge) for case in cases if case.case_id in marks]


def _verdict(case: Case, short: Mapping[str, str], judge: JudgeVersion) -> Verdict:
    intent = Intent(short[""])
    if UNSCORED in short:
        return Verdict(
            case_id=case.case_id, intent=intent, outcome=Unscored(judge=judge, reason=UnscoredReason(short[UNSCORED]))
        )
    found = {name: from_short(mark) for name, mark in short.items() if name}
    made = {
        name: Finding(target=name.removeprefix(FLAG), status=status, probability=probability)
        for name, (status, probability) in found.items()
    }
    outcome = Assessment(
        judge=judge,
        points=tuple(one for name, one in made.items() if not name.startswith(FLAG)),
        flags=tuple(one for name, one in made.items() if name.startswith(FLAG)),
    )
    return Verdict(case_id=case.case_id, intent=intent, outcome=outcome)
