"""Levels from findings set against levels from labels, of one answer or of many.

A range is taken at its middle for kappa and mean absolute error: that is what a reader makes of "2 or 3". It counts as
exact only where it is no range, so that doubt earns nothing there. Wide ranges make `within_range_or_one` easy, so read
it beside `range_share`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from interviewer.core.findings import Assessment, Outcome, Status
from interviewer.core.scenario import Question
from interviewer.core.scoring import LEVEL_NAMES, level_of, status_credit
from interviewer.evaluation.cases import Case
from interviewer.evaluation.confusion import QUADRATIC_KAPPA
from interviewer.evaluation.outcomes import Verdict
from interviewer.evaluation.resample import Estimate, mean, of_pairs, share

LOWER_IS_BETTER: Final = frozenset({"mae", "range_share"})
_LOWEST, _HIGHEST = min(LEVEL_NAMES), max(LEVEL_NAMES)
_CLASSES: Final = 2 * (_HIGHEST - _LOWEST) + 1
"""Whole and half levels."""


class Shown(NamedTuple):
    """A question's level by its labels, and the range that the findings show (1 to 4)."""

    label: int
    low: int
    high: int

    @property
    def is_near(self) -> bool:
        """Whether the labelled level lies inside the range or within one of it."""
        return self.low - 1 <= self.label <= self.high + 1

    @property
    def is_exact(self) -> bool:
        """Whether one level is shown, and it is the labelled one."""
        return self.low == self.label == self.high

    @property
    def words(self) -> str:
        """The range as a key of a table: `2`, or `2 to 3`."""
        return f"{self.low}" if self.low == self.high else f"{self.low} to {self.high}"


def label_level(question: Question, case: Case) -> int:
    """The level of an answer by its labels, given without help; labelled flags count as confirmed."""
    return _level(question, {point.id: case.label(point.id) for point in question.points}, case.red_flags)


def found_range(question: Question, outcome: Outcome) -> tuple[int, int]:
    """The range of an answer's level by its findings, as one answer given without help shows it."""
    if isinstance(outcome, Assessment):
        found = {one.target: one.status for one in outcome.points}
        flags = [one.target for one in outcome.flags if one.status in (Status.COVERED, Status.UNCLEAR)]
    else:
        found, flags = {point.id: Status.UNCLEAR for point in question.points}, []
    return _level(question, found, flags), _level(question, found, (), hopeful=True)


def _level(question: Question, found: Mapping[str, Status], flags: Collection[str], *, hopeful: bool = False) -> int:
    credit = {name: status_credit(status, hopeful=hopeful) for name, status in found.items()}
    return level_of(question, credit, [flag.severity for flag in question.red_flags if flag.id in flags])


def of_case(question: Question, case: Case, verdict: Verdict) -> Shown:
    """One answer by itself."""
    return Shown(label_level(question, case), *found_range(question, verdict.outcome))


def measure_levels(groups: Sequence[str], shown: Sequence[Shown]) -> dict[str, Estimate]:
    """Kappa (quadratic), mean absolute error (in levels), and shares; `groups` are drawn as a whole for intervals."""
    labels = [2 * (one.label - _LOWEST) for one in shown]
    middles = [one.low + one.high - 2 * _LOWEST for one in shown]
    off = [abs(label - middle) / 2 for label, middle in zip(labels, middles, strict=True)]
    return {
        **of_pairs(groups, labels, middles, _CLASSES, {"kappa": QUADRATIC_KAPPA}),
        "mae": mean(groups, off),
        "within_range_or_one": share(groups, [one.is_near for one in shown]),
        "exact": share(groups, [one.is_exact for one in shown]),
        "range_share": share(groups, [one.low < one.high for one in shown]),
    }


def table(shown: Iterable[Shown]) -> dict[str, dict[str, int]]:
    """How often each range was shown, by labelled level."""
    counts: dict[str, Counter[str]] = {str(level): Counter() for level in LEVEL_NAMES}
    for one in shown:
        counts[str(one.label)][one.words] += 1
    return {label: dict(sorted(found.items())) for label, found in counts.items() if found}
