"""What a report of a measurement is made from; everything but the run and its scenarios may be missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from interviewer.core.scenario import Scenario
from interviewer.evaluation.gate import Held
from interviewer.evaluation.record import Baseline, Run
from interviewer.evaluation.second import SecondLabels

CONSTRUCTED: Final = (
    "The answers were constructed for known coverage. They were not collected from candidates, and no outside panel "
    "labelled them."
)
"""How the project's own labelled cases came about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """A run with what surrounds it."""

    run: Run
    scenarios: Mapping[str, Scenario]
    origin: str
    """How the cases came about, in plain words; `CONSTRUCTED` for the project's own."""
    held: Sequence[Held] = ()
    """The bars beside what was measured, in the order of the file."""
    second: Sequence[SecondLabels] = ()
    before: Run | Baseline | None = None
    """Another measurement to compare with."""
