"""Labelled cases and verdicts in few words, for tests of what is computed from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from interviewer.core.findings import (
    Assessment,
    Finding,
    Intent,
    JudgeVersion,
    Span,
    Status,
    Unscored,
    UnscoredReason,
)
from interviewer.evaluation.cases import Case
from interviewer.evaluation.outcomes import Row, Verdict

COVERED, PARTIAL, CONTRADICTED = Status.COVERED, Status.PARTIAL, Status.CONTRADICTED
ABSENT, UNCLEAR = Status.ABSENT, Status.UNCLEAR
VERSION = JudgeVersion(name="test", hash="0")
PROBABILITY = {COVERED: 0.9, PARTIAL: 0.6, CONTRADICTED: 0.02, ABSENT: 0.1, UNCLEAR: 0.5}

Mark = Status | tuple[Status, float]
Marks = Mapping[str, Mark]


def case(name: str, labels: Mapping[str, Status], **more: object) -> Case:
    """A case with these labels of its points."""
    lists = {
        "covered": tuple(point for point, label in labels.items() if label is COVERED),
        "partial": tuple(point for point, label in labels.items() if label is PARTIAL),
        "contradicted": tuple(point for point, label in labels.items() if label is CONTRADICTED),
    }
    given: dict[str, object] = {
        "scenario": "backend",
        "question_id": "http",
        "answer": "some words",
        "intent": Intent.ANSWER,
        "red_flags": (),
        **lists,
        **more,
    }
    return Case.model_validate({"case_id": name, **given})


def verdict(name: str, points: Marks, flags: Marks | None = None, intent: Intent = Intent.ANSWER) -> Verdict:
    """A verdict with these findings; a mark is a status, or a status with its probability."""
    found = Assessment(judge=VERSION, points=tuple(_findings(points)), flags=tuple(_findings(flags or {})))
    return Verdict(case_id=name, outcome=found, intent=intent)


def unscored(name: str, intent: Intent = Intent.ANSWER) -> Verdict:
    """What is left where the judge could not judge."""
    outcome = Unscored(judge=VERSION, reason=UnscoredReason.OTHER_LANGUAGE)
    return Verdict(case_id=name, outcome=outcome, intent=intent)


def _findings(marks: Marks) -> Iterator[Finding]:
    for target, mark in marks.items():
        status, probability = mark if isinstance(mark, tuple) else (mark, PROBABILITY[mark])
        yield Finding(target=target, status=status, probability=probability)


def row(name: str, label: Status, status: Status, question: str = "http", probability: float | None = None) -> Row:
    """One point of one case."""
    p = PROBABILITY[status] if probability is None else probability
    return Row(
        case_id=name,
        scenario="backend",
        question_id=question,
        kind="strong",
        split="test",
        target="a",
        is_flag=False,
        label=label,
        status=status,
        probability=p,
        finding=Finding(target="a", status=status, probability=p),
    )


def quoted(target: str, *spans: tuple[int, int, str]) -> Finding:
    """A covered finding with evidence: turn, start and text of each span."""
    evidence = tuple(Span(turn=turn, start=start, end=start + len(text), text=text) for turn, start, text in spans)
    return Finding(target=target, status=COVERED, probability=0.9, evidence=evidence)
