"""Two judges over the same cases: what changed, whether it is a real drop, and what drop could have been noticed.

Two tests, because each sees what the other is blind to. Over all points: the 90 % interval of the difference, drawn
again by question, lies below zero, and McNemar's exact one-sided test agrees. Within each question: McNemar's exact
one-sided test, since a fall in one question vanishes in the whole; with Holm's correction over the questions that
changed (the others could not be found fallen whatever the level, so they are no further tests: Tarone 1990). Points of
one case are not independent, so the second test is somewhat quicker to alarm than 5 % says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from pydantic import Field
from scipy.stats import binomtest, t

from interviewer.core.errors import UsageError
from interviewer.core.findings import Status
from interviewer.core.values import Strict
from interviewer.evaluation.outcomes import Row
from interviewer.evaluation.resample import NO_INTERVAL, Estimate, Interval, binomial, estimate, mean, numbered

ALPHA: Final = 0.05
"""One-sided: only a drop counts."""
POWER: Final = 0.80
LEAST_CHANGES: Final = 5
"""Fewer changes than these, all for the worse, are no significant drop: 0.5 ** 5 is the first below 0.05."""

Key = tuple[str, str, bool]


class Change(Strict):
    """One point or flag of a case that one judge had right and the other wrong."""

    case_id: str
    question: str = Field(description="`scenario/question`.")
    kind: str
    target: str
    is_flag: bool
    label: Status
    before: Status
    after: Status
    before_probability: float
    after_probability: float


class QuestionChange(Strict):
    """The points of one question under both judges."""

    question: str
    n: int
    better: int
    worse: int
    p: float = Field(description="McNemar's exact test, one-sided: that so many got worse by chance.")
    adjusted: float = Field(description="The same after Holm's correction.")

    @property
    def dropped(self) -> bool:
        """Whether it fell significantly."""
        return self.adjusted < ALPHA


class Comparison(Strict):
    """One judge after another over the same rows; `difference` is accuracy after, less accuracy before."""

    before: float | None
    after: float | None
    difference: Estimate
    better_points: int
    worse_points: int
    p: float = Field(description="McNemar's exact test over all points, two-sided.")
    p_drop: float = Field(description="The same, one-sided: that so many got worse by chance.")
    noticeable: float | None = Field(
        description="The smallest drop of accuracy that this set notices four times in five."
    )
    questions: tuple[QuestionChange, ...] = Field(description="Those with changes, the most fallen first.")
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    left_out: int = Field(description="Points and flags that only one of the two has a finding for.")

    @property
    def dropped_overall(self) -> bool:
        """Whether all points together fell significantly; without an interval McNemar's test alone decides."""
        below = self.difference.high is None or self.difference.high < 0
        return below and self.p_drop < ALPHA

    @property
    def dropped_questions(self) -> tuple[str, ...]:
        """The questions that fell significantly."""
        return tuple(one.question for one in self.questions if one.dropped)

    @property
    def dropped(self) -> bool:
        """The verdict: a significant drop, of the whole or of a question."""
        return self.dropped_overall or bool(self.dropped_questions)


@dataclass(frozen=True, slots=True)
class _Pair:
    before: Row
    after: Row

    @property
    def step(self) -> int:
        """1: better; -1: worse; 0: as right as before."""
        return int(self.after.said == self.after.wanted) - int(self.before.said == self.before.wanted)


def compare(before: Sequence[Row], after: Sequence[Row]) -> Comparison:
    """Set one judge's rows against another's. Flags count among the changes, not in the figures.

    Raises UsageError where the same point is labelled differently: those are two sets of cases.
    """
    pairs, left_out = _matched(before, after)
    points = [pair for pair in pairs if not pair.after.is_flag]
    steps = np.array([pair.step for pair in points], dtype=float)
    groups = [pair.after.group for pair in points]
    better, worse = int((steps > 0).sum()), int((steps < 0).sum())
    return Comparison(
        before=_accuracy([pair.before for pair in points]),
        after=_accuracy([pair.after for pair in points]),
        difference=_difference(groups, steps),
        better_points=better,
        worse_points=worse,
        p=_mcnemar(worse, better, "two-sided"),
        p_drop=_mcnemar(worse, better, "greater"),
        noticeable=noticeable(groups, steps),
        questions=_by_question(points),
        better=tuple(_change(pair) for pair in pairs if pair.step > 0),
        worse=tuple(_change(pair) for pair in pairs if pair.step < 0),
        left_out=left_out,
    )


def noticeable(groups: Sequence[str], steps: Sequence[float] | np.typing.NDArray[np.float64]) -> float | None:
    """The smallest true drop that the set notices with 80 % power at a one-sided 5 %; None with fewer than two groups.

    (t(1 - alpha) + t(power)) * SE with G - 1 degrees of freedom (Bloom 1995), where SE is the clustered standard error
    of the mean paired difference: SE^2 = G / (G - 1) * sum over groups of (sum of (d - mean d))^2 / n^2 (Liang and
    Zeger 1986; for evaluations of models, Miller 2024). SE comes from these two judges: two that differ little show
    less than others would. Never under what McNemar's test can call significant, five changes for the worse.
    """
    drop = np.asarray(steps, dtype=float)
    places = numbered(groups)
    count = int(places.max()) + 1 if len(places) else 0
    if count < 2:
        return None
    apart = np.bincount(places, weights=drop - drop.mean(), minlength=count)
    error = np.sqrt(count / (count - 1) * float((apart**2).sum())) / len(drop)
    multiple = t.ppf(1 - ALPHA, count - 1) + t.ppf(POWER, count - 1)
    return round(min(1.0, max(float(multiple * error), LEAST_CHANGES / len(drop))), 6)


def holm(ps: Sequence[float]) -> list[float]:
    """Holm's step-down correction (1979): each p times the number of those not smaller, made monotone, at most 1."""
    adjusted = [1.0] * len(ps)
    reached = 0.0
    for rank, place in enumerate(sorted(range(len(ps)), key=lambda one: ps[one])):
        reached = max(reached, min(1.0, ps[place] * (len(ps) - rank)))
        adjusted[place] = reached
    return adjusted


def _matched(before: Sequence[Row], after: Sequence[Row]) -> tuple[list[_Pair], int]:
    earlier, later = _keyed(before), _keyed(after)
    pairs = [_Pair(earlier[key], row) for key, row in later.items() if key in earlier]
    for pair in pairs:
        if pair.before.label is not pair.after.label:
            raise UsageError(
                f"the point {pair.after.target!r} of case {pair.after.case_id!r} is not labelled alike in the two runs",
                "Measure both judges on the same cases.",
            )
    return pairs, len(earlier.keys() ^ later.keys())


def _keyed(rows: Sequence[Row]) -> Mapping[Key, Row]:
    return {(row.case_id, row.target, row.is_flag): row for row in sorted(rows, key=lambda row: row.case_id)}


def _accuracy(rows: Sequence[Row]) -> float | None:
    return round(sum(row.said == row.wanted for row in rows) / len(rows), 6) if rows else None


def _difference(groups: Sequence[str], steps: np.typing.NDArray[np.float64]) -> Estimate:
    drawn = mean(groups, steps)
    if drawn.value is None or drawn.low is None or drawn.low != drawn.high:
        return drawn
    return estimate(drawn.value, _without_spread(steps), len(steps))


def _without_spread(steps: np.typing.NDArray[np.float64]) -> Interval:
    """Where all questions changed alike (mostly: not at all): from the exact bounds of both shares."""
    if not len(steps):
        return NO_INTERVAL
    gained, lost = (binomial(int((steps == sign).sum()), len(steps)) for sign in (1, -1))
    return Interval((gained.low or 0.0) - (lost.high or 0.0), (gained.high or 0.0) - (lost.low or 0.0))


def _mcnemar(worse: int, better: int, alternative: str) -> float:
    """The exact test on the rows that changed; 1 where none did."""
    if not worse + better:
        return 1.0
    return float(binomtest(worse, worse + better, 0.5, alternative=alternative).pvalue)


def _by_question(points: Sequence[_Pair]) -> tuple[QuestionChange, ...]:
    steps: dict[str, list[int]] = defaultdict(list)
    for pair in points:
        steps[pair.after.group].append(pair.step)
    changed = {name: found for name, found in sorted(steps.items()) if any(found)}
    ps = [_mcnemar(found.count(-1), found.count(1), "greater") for found in changed.values()]
    made = [
        QuestionChange(
            question=name, n=len(found), better=found.count(1), worse=found.count(-1), p=p, adjusted=adjusted
        )
        for (name, found), p, adjusted in zip(changed.items(), ps, holm(ps), strict=True)
    ]
    return tuple(sorted(made, key=lambda one: (one.p, one.question)))


def _change(pair: _Pair) -> Change:
    row = pair.after
    return Change(
        case_id=row.case_id,
        question=row.group,
        kind=row.kind,
        target=row.target,
        is_flag=row.is_flag,
        label=row.label,
        before=pair.before.status,
        after=row.status,
        before_probability=pair.before.probability,
        after_probability=row.probability,
    )
