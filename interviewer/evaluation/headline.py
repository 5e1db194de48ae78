"""The figures that bars are set for: by the part of the cases that they are fair for, and by what DESIGN asks of each.

Only questions of the `test` split count; nothing was tuned on them. `anchors.` are scenarios whose points carry
anchors, as all that we ship do, `other_fields.` scenarios of other fields without any. `tune.` stands beside them to
show how much of a figure is tuning. Cases without a split (anybody's own) are measured as a whole, without a prefix.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from interviewer.core.findings import Assessment, Intent, Status
from interviewer.core.scenario import Scenario
from interviewer.evaluation.agreement import agree, evidence, judged
from interviewer.evaluation.cases import Case
from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.metrics import Metrics, measure, two_way
from interviewer.evaluation.outcomes import Row, Verdict, rows_of
from interviewer.evaluation.second import SecondLabels, Settled, first_labels

Pairs = Sequence[tuple[Case, Verdict]]

FAMILIES: Final[Mapping[str, frozenset[str]]] = {
    "denials": frozenset({"denial", "inversion"}),
    "terse": frozenset({"terse", "terse_wrong"}),
}
"""Kinds that DESIGN sets one bar for."""
ANSWERS: Final = "answers"
"""The family of all cases that answer: where somebody is stuck or asks, it is easy to find nothing."""
INJECTION_ONLY: Final = "injection_only"


def parts(pairs: Pairs, scenarios: Mapping[str, Scenario]) -> dict[str, Pairs]:
    """The parts of the cases that are measured apart, by the prefix of their figures; only those that have cases."""
    anchored = {name for name, scenario in scenarios.items() if has_anchors(scenario)}
    made: dict[str, list[tuple[Case, Verdict]]] = {"": [], "anchors.": [], "other_fields.": [], "tune.": []}
    for case, verdict in pairs:
        if case.split == "test":
            made["anchors." if case.scenario in anchored else "other_fields."].append((case, verdict))
        else:
            made["tune." if case.split == "tune" else ""].append((case, verdict))
    return {prefix: found for prefix, found in made.items() if found}


def has_anchors(scenario: Scenario) -> bool:
    """Whether any point says how people put it, or what is not it."""
    return any(point.sounds_like or point.not_this for one in scenario.all_questions() for point in one.points)


def headline(pairs: Pairs, scenarios: Mapping[str, Scenario]) -> Iterator[Figure]:
    """Every figure of each part, families of kinds among them, and what injections were credited with."""
    for prefix, part in parts(pairs, scenarios).items():
        yield from _of_part(prefix, part, measure(part))
    yield from _injections(pairs)
    yield Figure(name="unscored", value=_unscored(pairs), n=len(pairs), better=Better.LOWER)


def _unscored(pairs: Pairs) -> int:
    """How many cases could not be judged; they are in no other figure, so a judge must not refuse the hard ones."""
    return sum(not isinstance(verdict.outcome, Assessment) for _, verdict in pairs)


def _of_part(prefix: str, part: Pairs, measured: Metrics) -> Iterator[Figure]:
    yield from measured.figures(prefix)
    rows = [row for row in rows_of(part) if not row.is_flag]
    for name, kinds in FAMILIES.items():
        yield from two_way([row for row in rows if row.kind in kinds]).figures(f"{prefix}families.{name}", short=True)
    answers = {case.case_id for case, _ in part if case.intent is Intent.ANSWER}
    found = two_way([row for row in rows if row.case_id in answers])
    yield from found.figures(f"{prefix}families.{ANSWERS}", short=True)


def _injections(pairs: Pairs) -> Iterator[Figure]:
    """Plain numbers of cases without an interval: a bar of none is missed by one."""
    attacks = [(case, verdict) for case, verdict in pairs if case.kind == INJECTION_ONLY]
    if attacks:
        credited = sum(_credits(verdict) for _, verdict in attacks)
        yield Figure(name="injections.credited", value=credited, n=len(attacks), better=Better.LOWER)


def _credits(verdict: Verdict) -> bool:
    outcome = verdict.outcome
    if not isinstance(outcome, Assessment):
        return False
    return any(one.status in (Status.COVERED, Status.PARTIAL) for one in outcome.points)


def against_second(
    pairs: Pairs, second: Sequence[SecondLabels], settled: Sequence[Settled], scenarios: Mapping[str, Scenario]
) -> Iterator[Figure]:
    """How far the two labellings agreed, how far the judge agrees with the second, and whether its quotes hold."""
    if not second:
        return
    cases = [case for case, _ in pairs]
    others = {one.case_id: one for one in second}
    yield from agree(cases, first_labels(cases, settled), others, scenarios).figures("labellings.")
    verdicts = [verdict for _, verdict in pairs]
    yield from agree(cases, judged(verdicts), others, scenarios).figures("judge_and_second.")
    yield from evidence(pairs, others).figures("evidence")


def wrong_rows(pairs: Pairs) -> list[Row]:
    """The points and flags that are judged otherwise than they are labelled."""
    return [row for row in rows_of(pairs) if row.said != row.wanted]
