"""Whether a probability means what it says, and what saying `unclear` more often would buy."""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum
from typing import Any, Final

import numpy as np
from pydantic import model_serializer

from interviewer.core.values import Strict
from interviewer.evaluation.confusion import Numbers, Whole, ratio
from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.outcomes import DECIDED_FROM, Row
from interviewer.evaluation.resample import Estimate, mean, of_sums

BINS: Final = 10
WIDTHS: Final = tuple(round(0.05 * step, 2) for step in range(10))
"""Half widths of the band around 0.5 that is left to a person."""


class Bin(Strict):
    """The points whose probability lies in one tenth of the scale; the last tenth holds 1."""

    low: float
    high: float
    n: int
    mean: float | None
    """Mean probability; None in an empty bin."""
    share: float | None
    """Share that is labelled covered."""


class Band(Strict):
    """What is left when every point nearer than `width` to 0.5 is put before a person."""

    width: float
    kept: float
    accuracy: float | None


class Reliability(Strict):
    """A reliability table with its summary, and accuracy against coverage."""

    n: int
    ece: Estimate
    """Expected calibration error: mean distance of share from mean probability, weighted by bin (Naeini 2015)."""
    brier: Estimate
    """Mean squared distance of the probability from the label (Brier 1950)."""
    bins: tuple[Bin, ...]
    bands: tuple[Band, ...]

    @model_serializer
    def flat(self) -> dict[str, Any]:
        """Values beside their intervals, as every other part of the result has them."""
        measured = {"ece": self.ece, "brier": self.brier}
        return {
            "n": self.n,
            **{name: one.value for name, one in measured.items()},
            "ci": {name: [one.low, one.high] for name, one in measured.items() if one.low is not None},
            "bins": [one.model_dump() for one in self.bins],
            "bands": [one.model_dump() for one in self.bands],
        }

    def figures(self, prefix: str) -> tuple[Figure, ...]:
        """Both summaries; lower is better."""
        made = (
            self.ece.figure(f"{prefix}calibration.ece", Better.LOWER),
            self.brier.figure(f"{prefix}calibration.brier", Better.LOWER),
        )
        return tuple(one for one in made if one)


def reliability(rows: Sequence[Row]) -> Reliability:
    """How the probabilities of points stand to their labels."""
    p = np.array([row.probability for row in rows], dtype=float)
    covered = np.array([row.wanted for row in rows], dtype=float)
    right = np.array([row.said == row.wanted for row in rows], dtype=float)
    groups = [row.group for row in rows]
    # Rounded first: 0.7 may be stored as a little less, and must not fall into the bin below.
    places = np.minimum(np.round(p * BINS, 9).astype(np.int64), BINS - 1)
    return Reliability(
        n=len(rows),
        ece=of_sums(groups, _parts(places, p, covered), _calibration_error),
        brier=mean(groups, (p - covered) ** 2),
        bins=tuple(_bin(place, p[places == place], covered[places == place]) for place in range(BINS)),
        bands=tuple(_band(width, p, right) for width in WIDTHS) if len(rows) else (),
    )


def _parts(places: Whole, p: Numbers, covered: Numbers) -> Numbers:
    """For each row and bin: one, its probability, its label; zeros in the bins that it is not in."""
    inside = np.eye(BINS)[places]
    return np.concatenate([inside, inside * p[:, None], inside * covered[:, None]], axis=1)


def _calibration_error(sums: Numbers) -> Numbers:
    counts, said, seen = np.split(sums, 3, axis=-1)
    return ratio(np.abs(said - seen).sum(-1), counts.sum(-1))


def _bin(place: int, p: Numbers, covered: Numbers) -> Bin:
    empty = not len(p)
    return Bin(
        low=place / BINS,
        high=(place + 1) / BINS,
        n=len(p),
        mean=None if empty else round(fsum(p) / len(p), 6),
        share=None if empty else round(float(covered.mean()), 6),
    )


def _band(width: float, p: Numbers, right: Numbers) -> Band:
    kept = np.round(np.abs(p - DECIDED_FROM), 9) >= width
    return Band(
        width=width,
        kept=round(float(kept.mean()), 6),
        accuracy=round(float(right[kept].mean()), 6) if kept.any() else None,
    )
