"""How far a judge's findings are right: points, red flags and intent, each figure with its 90 % interval.

Two-way means covered against the rest, `unclear` decided by its probability. Cases that could not be judged are
counted, and left out of everything but intent. Intervals are clustered by question, and within a single question by
case; see `resample`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import numpy as np
from pydantic import Field
from sklearn.metrics import confusion_matrix

from interviewer.core.findings import Assessment, Intent, Status
from interviewer.core.values import Strict
from interviewer.evaluation import confusion
from interviewer.evaluation.cases import Case
from interviewer.evaluation.figures import Figure
from interviewer.evaluation.outcomes import Row, Verdict, rows_of
from interviewer.evaluation.reliability import Reliability, reliability
from interviewer.evaluation.resample import of_pairs, share
from interviewer.evaluation.section import Section

Pairs = Sequence[tuple[Case, Verdict]]
Key = Callable[[Row], str]

TWO_WAY: Final = {
    "accuracy": confusion.ACCURACY,
    "macro_f1": confusion.MACRO_F1,
    "kappa": confusion.KAPPA,
    "precision": confusion.PRECISION,
    "recall": confusion.RECALL,
    "majority": confusion.MAJORITY,
    "credited": confusion.CREDITED,
}
"""`credited` is the share of the points that are not there that are said to be."""
THREE_WAY: Final = {
    "accuracy": confusion.ACCURACY,
    "kappa": confusion.QUADRATIC_KAPPA,
    "macro_f1": confusion.MACRO_F1,
}
FOUND: Final = {"precision": confusion.PRECISION, "recall": confusion.RECALL}


class Metrics(Strict):
    """All figures of a judge over labelled cases; dumps to the contract of `eval run --format json`."""

    cases: int
    unscored: int = Field(description="Cases that could not be judged.")
    points: Section
    unclear: Section
    three_way: Section = Field(description="The rest, partial, covered, in this order; kappa is quadratic.")
    contradicted: Section = Field(description="Points that are denied: credited all the same, found as contradicted.")
    red_flags: Section
    intent: Section
    by_kind: dict[str, Section]
    by_scenario: dict[str, Section]
    by_question: dict[str, Section] = Field(description="Their intervals are clustered by case.")
    by_intent: dict[str, Section]
    intents: dict[str, dict[str, int]] = Field(description="For each labelled intent how often each one was read.")
    calibration: Reliability

    def figures(self, prefix: str = "") -> tuple[Figure, ...]:
        """Every figure that is defined, under dotted names; `prefix` ends in a dot."""
        whole: dict[str, Section] = {
            "points": self.points,
            "unclear": self.unclear,
            "three_way": self.three_way,
            "contradicted": self.contradicted,
            "red_flags": self.red_flags,
            "intent": self.intent,
        }
        made = [one for name, section in whole.items() for one in section.figures(f"{prefix}{name}")]
        parts: dict[str, Mapping[str, Section]] = {
            "kinds": self.by_kind,
            "scenarios": self.by_scenario,
            "questions": {name.replace("/", "."): section for name, section in self.by_question.items()},
            "intents": self.by_intent,
        }
        for place, sections in parts.items():
            for name, section in sections.items():
                made += section.figures(f"{prefix}{place}.{name}", short=True)
        return (*made, *self.calibration.figures(prefix))


def measure(pairs: Pairs) -> Metrics:
    """All figures of the verdicts on labelled cases; what cannot be computed is None."""
    rows = tuple(rows_of(pairs))
    points = [row for row in rows if not row.is_flag]
    return Metrics(
        cases=len(pairs),
        unscored=sum(not isinstance(verdict.outcome, Assessment) for _, verdict in pairs),
        points=two_way(points),
        unclear=_unclear(points),
        three_way=_three_way(points),
        contradicted=_contradicted(points),
        red_flags=_red_flags([row for row in rows if row.is_flag]),
        intent=_intent(pairs),
        by_kind=_by(points, lambda row: row.kind),
        by_scenario=_by(points, lambda row: row.scenario),
        by_question=_by(points, lambda row: row.group, lambda row: row.case_id),
        by_intent=_by_intent(pairs),
        intents=_intents(pairs),
        calibration=reliability(points),
    )


def two_way(rows: Sequence[Row], cluster: Key = lambda row: row.group) -> Section:
    """Covered against the rest."""
    groups = [cluster(row) for row in rows]
    wanted, said = [row.wanted for row in rows], [row.said for row in rows]
    return Section(n=len(rows), estimates=of_pairs(groups, wanted, said, 2, TWO_WAY))


def _unclear(rows: Sequence[Row]) -> Section:
    clear = [row for row in rows if row.status is not Status.UNCLEAR]
    estimates = {
        "share": share(_groups(rows), [row.status is Status.UNCLEAR for row in rows]),
        "accuracy_rest": share(_groups(clear), [row.said == row.wanted for row in clear]),
    }
    return Section(n=len(rows), estimates=estimates)


def _three_way(rows: Sequence[Row]) -> Section:
    wanted = [_grade(row.label) for row in rows]
    said = [2 if row.said else _grade(row.status) for row in rows]
    return Section(n=len(rows), estimates=of_pairs(_groups(rows), wanted, said, 3, THREE_WAY))


def _grade(status: Status) -> int:
    return {Status.COVERED: 2, Status.PARTIAL: 1}.get(status, 0)


def _contradicted(rows: Sequence[Row]) -> Section:
    denied = [row for row in rows if row.label is Status.CONTRADICTED]
    wanted = [row.label is Status.CONTRADICTED for row in rows]
    said = [row.status is Status.CONTRADICTED for row in rows]
    estimates = {
        "credited": share(_groups(denied), [row.said for row in denied]),
        **of_pairs(_groups(rows), wanted, said, 2, FOUND),
    }
    return Section(n=len(denied), estimates=estimates)


def _red_flags(rows: Sequence[Row]) -> Section:
    wanted, said = [row.wanted for row in rows], [row.said for row in rows]
    counts = {
        "shown": sum(wanted),
        "found": sum(said),
        "hits": sum(one and other for one, other in zip(wanted, said, strict=True)),
        "unclear": sum(row.status is Status.UNCLEAR for row in rows),
    }
    return Section(n=len(rows), counts=counts, estimates=of_pairs(_groups(rows), wanted, said, 2, FOUND))


def _intent(pairs: Pairs) -> Section:
    groups = [f"{case.scenario}/{case.question_id}" for case, _ in pairs]
    names = list(Intent)
    wanted, read = [names.index(case.intent) for case, _ in pairs], [names.index(one.intent) for _, one in pairs]
    statistics = {"accuracy": confusion.ACCURACY, "macro_f1": confusion.MACRO_F1}
    return Section(n=len(pairs), estimates=of_pairs(groups, wanted, read, len(names), statistics))


def _by_intent(pairs: Pairs) -> dict[str, Section]:
    made: dict[str, Section] = {}
    for intent in Intent:
        meant = [(case, verdict) for case, verdict in pairs if case.intent is intent]
        if meant:
            hits = share([f"{c.scenario}/{c.question_id}" for c, _ in meant], [v.intent is intent for _, v in meant])
            made[intent.value] = Section(n=len(meant), estimates={"accuracy": hits})
    return made


def _intents(pairs: Pairs) -> dict[str, dict[str, int]]:
    if not pairs:
        return {}
    names = [intent.value for intent in Intent]
    wanted, read = [case.intent.value for case, _ in pairs], [verdict.intent.value for _, verdict in pairs]
    counts = np.asarray(confusion_matrix(wanted, read, labels=names))
    made = {
        name: {other: int(n) for other, n in zip(names, line, strict=True) if n}
        for name, line in zip(names, counts, strict=True)
    }
    return {name: line for name, line in made.items() if line}


def _by(rows: Iterable[Row], key: Key, cluster: Key = lambda row: row.group) -> dict[str, Section]:
    parts: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        parts[key(row)].append(row)
    return {name: two_way(parts[name], cluster) for name in sorted(parts) if name}


def _groups(rows: Iterable[Row]) -> list[str]:
    return [row.group for row in rows]
