"""Train the heads of the embedded judge and write them beside its weights.

    python -m evals.training.train_head --rows FILE.npz

FILE holds the rows that `rows` made: the heads for points and flags learn from features of questions that neither the
encoder nor the reader ever saw, as it will be in use: held-out constructed ones and golden ones of the split `tune`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from evals.training.data import Spoken, spoken
from evals.training.fit import SEED, fitted
from evals.training.rows import Rows, read_rows
from interviewer.judging.embedded import HEADS, default_encoder
from interviewer.judging.encoder import FOLDER
from interviewer.judging.intent import HEAD, row_of

POINT_SIZE = (300, 3)
FLAG_SIZE = (120, 2)
"""How many trees, and how deep."""

THRESHOLDS = {"unclear_from": 0.36, "covered_from": 0.7, "contradicted_from": 0.6, "flag_from": 0.45}


def judged(rows: Rows) -> Rows:
    """The rows of answers that claim something; the others are absent by rule."""
    return rows.pick(~np.isnan(rows.features[:, 0]))


def heads(points: Rows, flags: Rows) -> dict[str, Any]:
    """All heads for points and flags, with their thresholds."""
    points, flags = judged(points), judged(flags)
    return {
        "covered": fitted(points, points.labels == "covered", *POINT_SIZE),
        "contradicted": fitted(points, points.labels == "contradicted", *POINT_SIZE),
        "flag": fitted(flags, flags.labels == "shown", *FLAG_SIZE),
        "thresholds": THRESHOLDS,
    }


def intent_rows(turns: list[Spoken]) -> np.ndarray[Any, Any]:
    """The intent head's input for labelled turns."""
    return np.stack([row_of(default_encoder(), one.text, one.after) for one in turns])


def intent_model() -> LogisticRegression:
    """The untrained intent head."""
    return LogisticRegression(C=2.0, max_iter=3000, random_state=SEED)


def intent_head() -> dict[str, Any]:
    """The intent head, trained on all labelled turns."""
    turns = spoken()
    model = intent_model().fit(intent_rows(turns), [one.intent for one in turns])
    return {
        "classes": model.classes_.tolist(),
        "weights": [[round(float(w), 4) for w in row] for row in model.coef_],
        "shifts": [round(float(b), 4) for b in model.intercept_],
    }


def write(rows: Path, folder: Path = FOLDER) -> None:
    """Train everything and write it."""
    for name, made in ((HEADS, heads(*read_rows(rows))), (HEAD, intent_head())):
        (folder / name).write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")
        print("wrote", folder / name)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, required=True)
    write(parser.parse_args().rows)
