"""What a judge and an intent reader made of a case, and the rows that metrics are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from interviewer.core.findings import Assessment, Finding, Intent, Outcome, Status
from interviewer.core.values import Strict
from interviewer.evaluation.cases import Case

DECIDED_FROM = 0.5
"""A probability from which a point counts as covered, where covered is set against the rest."""


class Verdict(Strict):
    """What a judge made of one case, how the last turn read, and what it took."""

    case_id: str
    outcome: Outcome
    intent: Intent
    seconds: float = 0.0
    cost: float = 0.0
    """In US dollars."""


@dataclass(frozen=True, slots=True)
class Row:
    """One point (or one flag) of one case: the label beside the finding."""

    case_id: str
    scenario: str
    question_id: str
    kind: str
    split: str
    target: str
    is_flag: bool
    label: Status
    status: Status
    probability: float
    finding: Finding

    @property
    def group(self) -> str:
        """The question, within its scenario: what intervals are clustered by."""
        return f"{self.scenario}/{self.question_id}"

    @property
    def wanted(self) -> bool:
        """Whether the label is covered (a flag: shown)."""
        return self.label is Status.COVERED

    @property
    def said(self) -> bool:
        """Whether the judge says covered; `unclear` is decided by its probability, and a flag must be shown."""
        if self.is_flag:
            return self.status is Status.COVERED
        return self.status is Status.COVERED or (self.status is Status.UNCLEAR and self.probability >= DECIDED_FROM)


def rows_of(pairs: Iterable[tuple[Case, Verdict]]) -> Iterator[Row]:
    """The rows of all cases that could be judged; those of unscored ones are missing."""
    for case, verdict in pairs:
        if not isinstance(verdict.outcome, Assessment):
            continue
        for is_flag, findings in ((False, verdict.outcome.points), (True, verdict.outcome.flags)):
            for finding in findings:
                if finding.target not in case.unlabelled:
                    yield _row(case, finding, is_flag)


def _row(case: Case, finding: Finding, is_flag: bool) -> Row:
    return Row(
        case_id=case.case_id,
        scenario=case.scenario,
        question_id=case.question_id,
        kind=case.kind,
        split=case.split,
        target=finding.target,
        is_flag=is_flag,
        label=case.label(finding.target),
        status=finding.status,
        probability=finding.probability,
        finding=finding,
    )
