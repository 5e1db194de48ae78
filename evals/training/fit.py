"""Fitting the heads: small boosted trees, calibrated on predictions for questions that they never saw."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from evals.training.rows import Rows
from interviewer.judging.head import TreeHead
from interviewer.judging.measure import NAMES

SEED: Final = 7
CALIBRATION_PARTS: Final = 5
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]


def _trees(rows: Rows, positive: Flags, trees: int, depth: int) -> GradientBoostingClassifier:
    made = GradientBoostingClassifier(
        n_estimators=trees,
        max_depth=depth,
        learning_rate=0.06,
        subsample=0.6,
        min_samples_leaf=12,
        max_features=0.5,
        random_state=SEED,
    )
    return made.fit(rows.features, positive, sample_weight=rows.weights)


def raw_scores(model: GradientBoostingClassifier, rows: Rows) -> Numbers:
    """Log-odds before calibration."""
    scores: Numbers = model.decision_function(rows.features)
    return scores


def held_out_scores(rows: Rows, positive: Flags, trees: int, depth: int, parts: int | None = None) -> Numbers:
    """Each row's log-odds by trees that saw nothing of its question; `parts`: leave out such a share at a time."""
    scores = np.zeros(len(positive))
    part_of = rows.groups if parts is None else rows.groups % parts
    for part in np.unique(part_of):
        out = part_of == part
        model = _trees(rows.pick(~out), positive[~out], trees, depth)
        scores[out] = raw_scores(model, rows.pick(out))
    return scores


def calibration(scores: Numbers, positive: Flags, weights: Numbers) -> tuple[float, float]:
    """Slope and shift that make log-odds into calibrated ones (Platt)."""
    model = LogisticRegression(C=100.0).fit(scores[:, None], positive, sample_weight=weights)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def as_json(model: GradientBoostingClassifier, slope: float, shift: float) -> dict[str, Any]:
    """The head in the form that `interviewer.judging.head` reads."""
    prior = model.init_.class_prior_[1]
    trees = []
    for tree in (one.tree_ for one in model.estimators_[:, 0]):
        trees.append(
            {
                "feature": tree.feature.tolist(),
                "cut": [round(float(cut), 6) for cut in tree.threshold],
                "left": tree.children_left.tolist(),
                "right": tree.children_right.tolist(),
                "value": [round(float(value) * model.learning_rate, 6) for value in tree.value[:, 0, 0]],
            }
        )
    base = round(float(np.log(prior / (1 - prior))), 6)
    return {"names": list(NAMES), "base": base, "trees": trees, "slope": round(slope, 4), "shift": round(shift, 4)}


def fitted(rows: Rows, positive: Flags, trees: int, depth: int) -> dict[str, Any]:
    """A head trained on all rows, calibrated on scores for held-out questions."""
    scores = held_out_scores(rows, positive, trees, depth, CALIBRATION_PARTS)
    slope, shift = calibration(scores, positive, rows.weights)
    head = as_json(_trees(rows, positive, trees, depth), slope, shift)
    TreeHead.of(head)
    return head
