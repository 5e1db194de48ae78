"""Agreement figures, computed from tables of counts: many tables at once, so that a bootstrap needs no loop.

A table has the label down and the finding across; its last two axes are the classes. What is undefined (a share of
nothing, kappa where chance alone agrees) is not a number, without a warning.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


class Statistic(NamedTuple):
    """A figure of tables of counts, how many things each table counts for it, and whether it is a share of those."""

    of: Callable[[Numbers], Numbers]
    counted: Callable[[Numbers], Numbers]
    is_share: bool


def ratio(above: Numbers, below: Numbers) -> Numbers:
    """The quotient; not a number where it is undefined."""
    above, below = np.broadcast_arrays(np.asarray(above, float), np.asarray(below, float))
    made = np.full(above.shape, np.nan)
    np.divide(above, below, out=made, where=below != 0)
    return made


def tables(groups: Whole, labels: Whole, said: Whole, size: int) -> Numbers:
    """One table of `size` classes for each group; groups are numbered from 0."""
    count = int(groups.max()) + 1 if len(groups) else 0
    cells = (groups * size + labels) * size + said
    return np.bincount(cells, minlength=count * size * size).reshape(count, size, size).astype(float)


def total(counts: Numbers) -> Numbers:
    """How many things a table counts."""
    return np.asarray(counts.sum((-2, -1)))


def accuracy(counts: Numbers) -> Numbers:
    """The share whose finding equals its label."""
    return ratio(_hits(counts).sum(-1), total(counts))


def majority(counts: Numbers) -> Numbers:
    """The accuracy of always saying the most frequent label."""
    return ratio(counts.sum(-1).max(-1), total(counts))


def macro_f1(counts: Numbers) -> Numbers:
    """The mean over classes of F1; a class that is neither labelled nor found is left out."""
    one = ratio(2 * _hits(counts), counts.sum(-1) + counts.sum(-2))
    return ratio(np.nansum(one, -1), (~np.isnan(one)).sum(-1))


def kappa(counts: Numbers) -> Numbers:
    """Agreement beyond chance, all disagreements alike (Cohen 1960)."""
    return _weighted(counts, 1 - np.eye(counts.shape[-1]))


def quadratic_kappa(counts: Numbers) -> Numbers:
    """Agreement beyond chance of ordered classes, a disagreement weighing its distance squared (Cohen 1968)."""
    place = np.arange(float(counts.shape[-1]))
    return _weighted(counts, (place[:, None] - place[None, :]) ** 2)


def precision(counts: Numbers) -> Numbers:
    """Of those found in the last class, the share that is labelled so."""
    return ratio(counts[..., -1, -1], found(counts))


def recall(counts: Numbers) -> Numbers:
    """Of those labelled with the last class, the share that is found in it."""
    return ratio(counts[..., -1, -1], labelled(counts))


def credited(counts: Numbers) -> Numbers:
    """Of those that are not labelled with the last class, the share that is found in it all the same."""
    return ratio(found(counts) - counts[..., -1, -1], others(counts))


def specific(counts: Numbers) -> Numbers:
    """Agreement on the last class: twice both, by the sum of either (Cicchetti and Feinstein 1990)."""
    return ratio(2 * counts[..., -1, -1], named(counts))


def found(counts: Numbers) -> Numbers:
    """How many are found in the last class."""
    return np.asarray(counts[..., -1].sum(-1))


def labelled(counts: Numbers) -> Numbers:
    """How many are labelled with the last class."""
    return np.asarray(counts[..., -1, :].sum(-1))


def others(counts: Numbers) -> Numbers:
    """How many are not labelled with the last class."""
    return total(counts) - labelled(counts)


def named(counts: Numbers) -> Numbers:
    """How often the last class is named, by either side."""
    return found(counts) + labelled(counts)


def _hits(counts: Numbers) -> Numbers:
    return np.asarray(np.diagonal(counts, axis1=-2, axis2=-1))


def _weighted(counts: Numbers, weights: Numbers) -> Numbers:
    count = total(counts)
    by_chance = counts.sum(-1)[..., :, None] * counts.sum(-2)[..., None, :]
    seen = (weights * counts).sum((-2, -1))
    return 1 - ratio(seen * count, (weights * by_chance).sum((-2, -1)))


ACCURACY: Final = Statistic(accuracy, total, True)
MACRO_F1: Final = Statistic(macro_f1, total, False)
KAPPA: Final = Statistic(kappa, total, False)
QUADRATIC_KAPPA: Final = Statistic(quadratic_kappa, total, False)
PRECISION: Final = Statistic(precision, found, True)
RECALL: Final = Statistic(recall, labelled, True)
CREDITED: Final = Statistic(credited, others, True)
MAJORITY: Final = Statistic(majority, total, True)
SPECIFIC: Final = Statistic(specific, named, False)
