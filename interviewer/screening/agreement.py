"""How far persons who read findings blind agree with the judge: covered against the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Final

from interviewer.core.findings import Status

Z: Final = 1.959964
"""Of the normal distribution: 95 % of it lie within so many deviations of the mean."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """Blind readings set against the judge's findings.

    `read` counts the readings on which the judge was sure, `same` those that call the finding covered where it does,
    and not where it does not; `share` is same of read (None: nothing was read), with its 95 % interval by Wilson's
    formula. `kappa` is Cohen's, agreement beyond chance; None where chance alone would make it whole. `unsure` counts
    the readings on which the judge had found it unclear: it left those to a person, so they are in no figure.
    """

    read: int
    same: int
    share: float | None
    low: float
    high: float
    kappa: float | None
    unsure: int


def agreement(pairs: Iterable[tuple[Status, Status]]) -> Agreement:
    """The agreement of readings with findings, given as (a person's, the judge's)."""
    made = list(pairs)
    sure = [
        (person is Status.COVERED, judge is Status.COVERED) for person, judge in made if judge is not Status.UNCLEAR
    ]
    read, same = len(sure), sum(person == judge for person, judge in sure)
    low, high = wilson(same, read)
    return Agreement(
        read=read,
        same=same,
        share=same / read if read else None,
        low=low,
        high=high,
        kappa=_kappa(sure),
        unsure=len(made) - read,
    )


def wilson(hits: int, count: int) -> tuple[float, float]:
    """The 95 % interval of a share, by Wilson's score formula (1927); 0 to 1 where nothing was counted."""
    if not count:
        return 0.0, 1.0
    share, square = hits / count, Z * Z
    middle = share + square / (2 * count)
    spread = Z * sqrt(share * (1 - share) / count + square / (4 * count * count))
    whole = 1 + square / count
    return max(0.0, min(share, (middle - spread) / whole)), min(1.0, max(share, (middle + spread) / whole))


def _kappa(pairs: list[tuple[bool, bool]]) -> float | None:
    """Cohen's kappa of two labellings with two labels each."""
    if not pairs:
        return None
    count = len(pairs)
    ours, theirs = sum(one for one, _ in pairs) / count, sum(other for _, other in pairs) / count
    chance = ours * theirs + (1 - ours) * (1 - theirs)
    if chance == 1:
        return None
    return (sum(one == other for one, other in pairs) / count - chance) / (1 - chance)
