"""Intervals by drawing whole questions again: rows of one question resemble each other, and are no fresh evidence.

A bootstrap clustered by group (a question, as a rule), percentile method, 90 %. With few groups it is too narrow
(Cameron, Gelbach and Miller 2008): in a simulation of answers like ours its 90 % covered 0.86 with 8 questions, 0.85
with 15 and 0.89 with 40 (400 sets each, accuracies of questions spread by 0.06 about 0.88). With fewer than two groups
there is no interval. Where every draw agrees (nothing was wrong, say) there is no spread between groups to draw from,
and rows are taken as independent: an exact binomial bound (Clopper and Pearson 1934) stands in for an interval of no
width, for shares and whatever else is computed from counts. An interval is widened, where need be, to hold its own
value. Draws in which a figure is undefined are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from interviewer.core.values import Strict
from interviewer.evaluation import confusion
from interviewer.evaluation.confusion import Numbers, Statistic, Whole
from interviewer.evaluation.figures import LEVEL, Better, Figure

DRAWS: Final = 1000
SEED: Final = 20_130_607
_TAILS: Final = (50 * (1 - LEVEL), 50 * (1 + LEVEL))
_PLACES: Final = 6
_SAME: Final = 1e-9


class Interval(NamedTuple):
    """The ends of a 90 % interval; none where it cannot be had."""

    low: float | None
    high: float | None


NO_INTERVAL: Final = Interval(None, None)


class Estimate(Strict):
    """A measured value, its 90 % interval, and how many things were counted; no value: undefined."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0

    def figure(self, name: str, better: Better = Better.HIGHER) -> Figure | None:
        """The same under a name; None where it is undefined."""
        if self.value is None:
            return None
        return Figure(name=name, value=self.value, low=self.low, high=self.high, n=self.n, better=better)


@lru_cache(maxsize=64)
def weights(count: int) -> Numbers:
    """How often each of `count` groups is drawn: one row a draw, always the same."""
    drawn = np.random.default_rng(SEED).multinomial(count, np.full(count, 1 / count), DRAWS).astype(float)
    drawn.setflags(write=False)
    return drawn


def numbered(groups: Sequence[str]) -> Whole:
    """Each row's group as a number from 0, in the order of the groups' names."""
    return np.unique(np.asarray(groups, dtype=str), return_inverse=True)[1].astype(np.int64)


def estimate(value: float, around: Interval, n: int) -> Estimate:
    """A value with its interval, widened to hold it, and rounded to six places."""
    if np.isnan(value):
        return Estimate(value=None, n=n)
    if around.low is None or around.high is None:
        return Estimate(value=round(float(value), _PLACES), n=n)
    low, high = min(around.low, value), max(around.high, value)
    return Estimate(
        value=round(float(value), _PLACES), low=round(float(low), _PLACES), high=round(float(high), _PLACES), n=n
    )


def interval(groups: Sequence[str], statistic: Callable[[Whole], float]) -> Interval:
    """The interval of any statistic, which gets the numbers of the rows drawn; a thousand calls, so keep it quick.

    A statistic that is undefined for a draw returns not a number. The ends are as drawn, neither widened nor rounded.
    """
    rows = numbered(groups)
    members = [np.flatnonzero(rows == group) for group in range(int(rows.max()) + 1 if len(rows) else 0)]
    if len(members) < 2:
        return NO_INTERVAL
    places = np.arange(len(members))
    drawn = (np.repeat(places, times.astype(int)) for times in weights(len(members)))
    return percentiles(np.array([statistic(np.concatenate([members[one] for one in draw])) for draw in drawn]))


def of_sums(groups: Sequence[str], parts: Numbers, statistic: Callable[[Numbers], Numbers]) -> Estimate:
    """A statistic of sums over rows: `parts` has one row of numbers for each row, `statistic` many rows of sums."""
    n = len(groups)
    if not n:
        return Estimate(value=None)
    rows = numbered(groups)
    # In an order of their own, so that the order in which rows come cannot change a last digit.
    order = np.lexsort((*parts.T, rows))
    sums = np.zeros((int(rows.max()) + 1, parts.shape[1]))
    np.add.at(sums, rows[order], parts[order])
    value = float(statistic(sums.sum(0)))
    around = percentiles(statistic(weights(len(sums)) @ sums)) if len(sums) > 1 else NO_INTERVAL
    return estimate(value, around, n)


def share(groups: Sequence[str], hits: npt.ArrayLike) -> Estimate:
    """The share of rows that are hits."""
    hit = np.asarray(hits, dtype=np.int64)
    zero = np.zeros_like(hit)
    return of_pairs(groups, zero, 1 - hit, 2, {"share": confusion.ACCURACY})["share"]


def mean(groups: Sequence[str], values: npt.ArrayLike) -> Estimate:
    """The mean of a number that every row has."""
    numbers = np.asarray(values, dtype=float)
    parts = np.stack([numbers, np.ones_like(numbers)], axis=1)
    return of_sums(groups, parts, lambda sums: confusion.ratio(sums[..., 0], sums[..., 1]))


def of_pairs(
    groups: Sequence[str], labels: npt.ArrayLike, said: npt.ArrayLike, size: int, statistics: Mapping[str, Statistic]
) -> dict[str, Estimate]:
    """Statistics of labels set against findings, both as classes from 0 to below `size`."""
    wanted, got = np.asarray(labels, dtype=np.int64), np.asarray(said, dtype=np.int64)
    if not len(groups):
        return {name: Estimate(value=None) for name in statistics}
    counts = confusion.tables(numbered(groups), wanted, got, size)
    return {name: _of_tables(counts, statistic) for name, statistic in statistics.items()}


def _of_tables(counts: Numbers, statistic: Statistic) -> Estimate:
    whole = counts.sum(0)
    value, n = float(statistic.of(whole)), int(statistic.counted(whole))
    if len(counts) < 2 or np.isnan(value):
        return estimate(value, NO_INTERVAL, n)
    draws = statistic.of(np.tensordot(weights(len(counts)), counts, 1))
    if not _agree(draws):
        return estimate(value, percentiles(draws), n)
    if statistic.is_share:
        return estimate(value, binomial(round(value * n), n), n)
    return estimate(value, _without_spread(whole, statistic), n)


def binomial(hits: int, n: int) -> Interval:
    """The exact interval of a share of independent rows (Clopper and Pearson)."""
    # Imported where it is used: simulated candidates need this module, and not what it measures with.
    from scipy.stats import binomtest

    around = binomtest(hits, n).proportion_ci(LEVEL, method="exact")
    return Interval(float(around.low), float(around.high))


def percentiles(draws: Numbers) -> Interval:
    """The ends that leave out 5 % of the draws on either side; none where hardly a draw is defined."""
    defined = draws[~np.isnan(draws)]
    if len(defined) < 2:
        return NO_INTERVAL
    low, high = np.percentile(defined, _TAILS)
    return Interval(float(low), float(high))


def _agree(draws: Numbers) -> bool:
    defined = draws[~np.isnan(draws)]
    return bool(len(defined) and np.ptp(defined) < _SAME)


def _without_spread(whole: Numbers, statistic: Statistic) -> Interval:
    """Where groups do not differ: rows drawn independently; where no row is wrong, as many wrong as could be.

    The greatest share of errors that no error in n rows allows is spread evenly over the other classes that occur.
    """
    n = int(whole.sum())
    if np.trace(whole) < n:
        drawn = np.random.default_rng(SEED).multinomial(n, whole.ravel() / n, DRAWS)
        return percentiles(statistic.of(drawn.reshape(DRAWS, *whole.shape).astype(float)))
    occurs = whole.sum(-1) > 0
    if occurs.sum() < 2:
        return binomial(n, n)
    wrong = binomial(0, n).high or 0.0
    elsewhere = (occurs[None, :] & ~np.eye(len(whole), dtype=bool)) / (occurs.sum() - 1)
    worst = whole * (1 - wrong) + wrong * whole.sum(-1)[:, None] * elsewhere
    return Interval(float(statistic.of(worst)), float(statistic.of(whole)))
