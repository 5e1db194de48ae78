"""The calibrated heads, as plain numbers in JSON: boosted trees for points and flags, a linear one for intent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from interviewer.core.errors import ModelFileError
from interviewer.judging.encoder import REMEDY

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tree:
    """A binary tree in arrays: at node i go to `left[i]` when the feature is at most `cut[i]`; a leaf has left -1."""

    feature: tuple[int, ...]
    cut: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]

    def score(self, row: Sequence[float]) -> float:
        """The value of the leaf that the row falls into."""
        node = 0
        while self.left[node] >= 0:
            node = self.left[node] if row[self.feature[node]] <= self.cut[node] else self.right[node]
        return self.value[node]


@dataclass(frozen=True, slots=True)
class TreeHead:
    """Boosted trees and their calibration: probability = sigmoid(slope * (base + sum of trees) + shift)."""

    names: tuple[str, ...]
    base: float
    trees: tuple[Tree, ...]
    slope: float
    shift: float

    def probability(self, row: Sequence[float]) -> float:
        """The calibrated probability for one row of features."""
        score = self.base + sum(tree.score(row) for tree in self.trees)
        return float(1 / (1 + np.exp(-(self.slope * score + self.shift))))

    @classmethod
    def of(cls, data: dict[str, Any]) -> TreeHead:
        """From its JSON form."""
        trees = tuple(Tree(**{name: tuple(column) for name, column in tree.items()}) for tree in data["trees"])
        return cls(tuple(data["names"]), data["base"], trees, data["slope"], data["shift"])


@dataclass(frozen=True, slots=True)
class LinearHead:
    """A multinomial logistic head."""

    classes: tuple[str, ...]
    weights: Numbers
    shifts: Numbers

    def probabilities(self, row: Numbers) -> dict[str, float]:
        """The probability of each class; they add up to 1."""
        scores = self.weights @ row + self.shifts
        shares = np.exp(scores - scores.max())
        return dict(zip(self.classes, (shares / shares.sum()).tolist(), strict=True))

    @classmethod
    def of(cls, data: dict[str, Any]) -> LinearHead:
        """From its JSON form."""
        return cls(tuple(data["classes"]), np.array(data["weights"]), np.array(data["shifts"]))


def read_json(folder: Path, name: str) -> tuple[dict[str, Any], bytes]:
    """A head's file, parsed, and its bytes for the judge's hash; ModelFileError where it cannot be used."""
    try:
        data = (folder / name).read_bytes()
        parsed = json.loads(data)
    except (OSError, ValueError) as error:
        raise ModelFileError(f"The embedded judge's file {name} cannot be read from {folder}.", REMEDY) from error
    if not isinstance(parsed, dict):
        raise ModelFileError(f"The embedded judge's file {name} in {folder} is not a head.", REMEDY)
    return parsed, data
