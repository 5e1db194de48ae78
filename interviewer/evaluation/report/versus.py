"""A run set against another measurement: figures side by side, and the cases that became better or worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interviewer.evaluation.figures import Figure
from interviewer.evaluation.outcomes import rows_of
from interviewer.evaluation.paired import Change, Comparison, compare
from interviewer.evaluation.record import Baseline, Run, verdicts_of
from interviewer.evaluation.report.material import Material
from interviewer.evaluation.report.tables import BREAKDOWNS


@dataclass(frozen=True, slots=True)
class Versus:
    """The comparison, and the figures that both measurements have and that are not the same, earlier one first."""

    comparison: Comparison
    figures: tuple[tuple[Figure, Figure], ...]


def versus(material: Material) -> Versus | None:
    """The run against what it is to be compared with; None where there is nothing."""
    if material.before is None:
        return None
    before, run = material.before, material.run
    earlier = verdicts_of(before.marks(), run.labelled, before.judge)
    cases = {case.case_id: case for case in run.labelled}
    pairs = [(cases[one.case_id], one) for one in earlier]
    return Versus(compare(list(rows_of(pairs)), list(rows_of(run.pairs()))), _figures(before, run))


def _figures(before: Run | Baseline, run: Run) -> tuple[tuple[Figure, Figure], ...]:
    known = {figure.name: figure for figure in before.figures}
    both = ((known[one.name], one) for one in run.figures if one.name in known and _is_whole(one.name))
    return tuple((then, now) for then, now in both if then.value != now.value)


def _is_whole(name: str) -> bool:
    return not any(part in BREAKDOWNS for part in name.split("."))


def by_case(changes: Sequence[Change]) -> dict[str, list[Change]]:
    """Changes by their case, in order."""
    found: dict[str, list[Change]] = {}
    for change in changes:
        found.setdefault(change.case_id, []).append(change)
    return found
