"""A part of a result: what was counted, the values computed from it, and their intervals."""

from __future__ import annotations

from typing import Any, Final

from pydantic import Field, model_serializer

from interviewer.core.values import Strict
from interviewer.evaluation.figures import Better, Figure
from interviewer.evaluation.resample import Estimate

HEADLINE: Final = "accuracy"
LOWER: Final = frozenset({"credited", "share", "disjoint"})
"""Names of values that should be low: what is credited wrongly, what is left to a person, quotes beside the words."""


class Section(Strict):
    """Values by name; dumps flat, as `{"n", counts..., values..., "ci": {name: [low, high]}}`."""

    n: int = Field(description="How many things were counted.")
    estimates: dict[str, Estimate]
    counts: dict[str, int] = Field(default_factory=dict)

    def __getitem__(self, name: str) -> float | None:
        """The value with this name, None where it is undefined; KeyError if there is none."""
        return self.estimates[name].value

    @model_serializer
    def flat(self) -> dict[str, Any]:
        """The contract's form; a value without an interval is missing from `ci`."""
        around = {name: [one.low, one.high] for name, one in self.estimates.items() if one.low is not None}
        values = {name: one.value for name, one in self.estimates.items()}
        return {"n": self.n, **self.counts, **values, "ci": around}

    def figures(self, prefix: str, *, short: bool = False) -> tuple[Figure, ...]:
        """The defined values as `prefix.name`; `short`: accuracy is called `prefix`, and majority left out."""
        made = []
        for name, one in self.estimates.items():
            if short and name == "majority":
                continue
            place = prefix if short and name == HEADLINE else f"{prefix}.{name}"
            made.append(one.figure(place, Better.LOWER if name in LOWER else Better.HIGHER))
        return tuple(one for one in made if one)
