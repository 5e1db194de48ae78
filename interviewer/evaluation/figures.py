"""One measured number with its interval: what bars, baselines, tables and reports are made of."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from interviewer.core.values import Strict

LEVEL = 0.90
"""Every interval covers this share: 5 % on either side."""


class Better(StrEnum):
    """Which way a figure should go."""

    HIGHER = "higher"
    LOWER = "lower"


class Figure(Strict):
    """A measured number; `name` is its place, from general to special: `anchored.points.accuracy`."""

    name: str
    value: float
    low: float | None = Field(None, description="Lower end of the 90 % interval; none where it cannot be had.")
    high: float | None = Field(None, description="Upper end.")
    n: Annotated[int, Field(ge=0)] = Field(description="How many things were counted.")
    better: Better = Better.HIGHER

    def __str__(self) -> str:
        around = "" if self.low is None or self.high is None else f" ({self.low:.3f} to {self.high:.3f})"
        return f"{self.value:.3f}{around}"
