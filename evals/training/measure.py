"""Measure the embedded judge on questions that it never saw, and on held-out cases.

    python -m evals.training.measure --encoders FOLDER [--golden FILE.jsonl --scenario FILE.yaml]

The constructed questions are left out one by one: heads and calibration from the other questions, features by an
encoder that did not see the question (see `train_encoder`). Golden cases are judged by the judge as it ships.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import yaml
from sklearn.metrics import cohen_kappa_score, f1_score
from sklearn.model_selection import StratifiedKFold

from evals.training.data import answer_from, lines, spoken, without_anchors
from evals.training.fit import calibration, held_out_scores
from evals.training.rows import Rows, read_rows
from evals.training.train_head import FLAG_SIZE, POINT_SIZE, THRESHOLDS, intent_model, intent_rows
from interviewer.core.findings import Assessment, Status
from interviewer.core.scenario import Scenario
from interviewer.judging.embedded import EmbeddedJudge
from interviewer.judging.measure import NAMES

Numbers = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]
_DRAWS: Final = 1000
_BINS: Final = 10


def probabilities(rows: Rows, positive: Marks, size: tuple[int, int]) -> Numbers:
    """Calibrated probabilities of held-out rows; rows of answers that claim nothing have 0."""
    claimed = ~np.isnan(rows.features[:, 0])
    kept = rows.pick(claimed)
    scores = held_out_scores(kept, positive[claimed], *size)
    made = np.zeros(len(scores))
    for group in np.unique(kept.groups):
        out = kept.groups == group
        slope, shift = calibration(scores[~out], positive[claimed][~out])
        made[out] = 1 / (1 + np.exp(-(slope * scores[out] + shift)))
    found = np.zeros(len(positive))
    found[claimed] = made.round(2)
    return found


def calibration_error(p: Numbers, y: Marks) -> float:
    """Expected calibration error over ten equal bins."""
    bins = np.minimum((p * _BINS).astype(int), _BINS - 1)
    return float(sum(abs(p[bins == b].mean() - y[bins == b].mean()) * (bins == b).mean() for b in np.unique(bins)))


def figures(y: Marks, p: Numbers) -> dict[str, float]:
    """Accuracy, kappa, macro-F1, the majority's accuracy, calibration error and the share of unclear."""
    said = p >= 0.5
    unclear = (p >= THRESHOLDS["unclear_from"]) & (p < THRESHOLDS["covered_from"])
    return {
        "n": len(y),
        "accuracy": float((said == y).mean()),
        "kappa": float(cohen_kappa_score(y, said)),
        "macro_f1": float(f1_score(y, said, average="macro")),
        "majority": float(max(y.mean(), 1 - y.mean())),
        "calibration_error": calibration_error(p, y),
        "unclear": float(unclear.mean()),
        "accuracy_rest": float((said == y)[~unclear].mean()),
    }


def intervals(y: Marks, p: Numbers, groups: npt.NDArray[Any]) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals; questions (or cases) are drawn, not points."""
    rng = np.random.default_rng(0)
    parts = [np.flatnonzero(groups == one) for one in np.unique(groups)]
    drawn = []
    for _ in range(_DRAWS):
        index = np.concatenate([parts[i] for i in rng.integers(0, len(parts), len(parts))])
        said = p[index] >= 0.5
        drawn.append(
            ((said == y[index]).mean(), cohen_kappa_score(y[index], said), f1_score(y[index], said, average="macro"))
        )
    low, high = np.percentile(np.array(drawn), [2.5, 97.5], axis=0)
    return {name: (float(low[i]), float(high[i])) for i, name in enumerate(("accuracy", "kappa", "macro_f1"))}


def tell(title: str, y: Marks, p: Numbers, groups: npt.NDArray[Any], kinds: npt.NDArray[Any]) -> None:
    """Print the figures of one set, then accuracy by kind."""
    found, around = figures(y, p), intervals(y, p, groups)
    print(f"\n{title}: " + ", ".join(f"{k} {v:.3f}" if k != "n" else f"{int(v)} points" for k, v in found.items()))
    print("  95 % intervals: " + ", ".join(f"{k} {a:.3f} to {b:.3f}" for k, (a, b) in around.items()))
    for kind in np.unique(kinds):
        here = kinds == kind
        print(f"  {kind:<18} {int(here.sum()):4d}  accuracy {float(((p >= 0.5) == y)[here].mean()):.3f}")


def precision_recall(shown: Marks, said: Marks) -> str:
    """Precision and recall in words."""
    right = int((shown & said).sum())
    return f"precision {right}/{int(said.sum())}, recall {right}/{int(shown.sum())}"


def tell_constructed(encoders: Path) -> None:
    """Leave one question out, over the constructed questions."""
    points, flags = read_rows(encoders)
    y = points.labels == "covered"
    p = probabilities(points, y, POINT_SIZE)
    for view in np.unique(points.views):
        here = points.views == view
        tell(f"constructed, anchors: {view}", y[here], p[here], points.groups[here], points.kinds[here])
    against = points.labels == "contradicted"
    here = points.views == "all"
    said = (probabilities(points, against, POINT_SIZE) >= THRESHOLDS["contradicted_from"]) & (
        p < THRESHOLDS["unclear_from"]
    )
    print(f"\ncontradicted: {precision_recall(against[here], said[here])}")
    print(f"contradicted points credited: {float((p >= 0.5)[here & against].mean()):.3f}")
    shown = flags.labels == "shown"
    nearer = flags.features[:, NAMES.index("margin")] > 0
    said = (probabilities(flags, shown, FLAG_SIZE) >= THRESHOLDS["flag_from"]) & nearer
    here = flags.views == "all"
    print(f"flags: {precision_recall(shown[here], said[here])}")


def tell_intents() -> None:
    """Ten-fold accuracy of intent."""
    turns = spoken()
    x, y = intent_rows(turns), np.array([one.intent for one in turns])
    said = np.empty_like(y)
    for train, test in StratifiedKFold(10, shuffle=True, random_state=0).split(x, y):
        said[test] = intent_model().fit(x[train], y[train]).predict(x[test])
    print(f"\nintent: {len(y)} turns, accuracy {float((said == y).mean()):.3f}")
    print("  " + ", ".join(f"{one} {float((said[y == one] == one).mean()):.2f}" for one in np.unique(y)))


def tell_golden(path: Path, scenario_file: Path) -> None:
    """Held-out cases, by the judge as it ships; with the scenario's anchors and without."""
    scenario = Scenario.model_validate(yaml.safe_load(scenario_file.read_text(encoding="utf-8")))
    cases = [(one, answer_from(one)) for one in lines(path)]
    for anchors in (True, False):
        points: list[tuple[bool, float, str, str]] = []
        flags: list[tuple[bool, bool]] = []
        unscored = 0
        for case, answer in cases:
            question = scenario.question(case["question_id"])
            outcome = EMBEDDED.assess(question if anchors else without_anchors(question), answer.turns)
            if not isinstance(outcome, Assessment):
                unscored += 1
                continue
            kind = answer.kind
            points += [
                (answer.label(one.target) == "covered", one.probability, kind, question.id) for one in outcome.points
            ]
            flags += [(one.target in answer.flags, one.status is Status.COVERED) for one in outcome.flags]
        y, p, kinds, groups = (np.array(column) for column in zip(*points, strict=True))
        tell(f"golden {path.stem}, {'with' if anchors else 'without'} anchors", y, p, groups, kinds)
        shown, said = (np.array(column) for column in zip(*flags, strict=True))
        print(f"  flags: {precision_recall(shown, said)}; unscored: {unscored} of {len(cases)} cases")


EMBEDDED: Final = EmbeddedJudge()


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoders", type=Path)
    parser.add_argument("--golden", type=Path)
    parser.add_argument("--scenario", type=Path)
    chosen = parser.parse_args(arguments)
    if chosen.encoders:
        tell_constructed(chosen.encoders)
    tell_intents()
    if chosen.golden and chosen.scenario:
        tell_golden(chosen.golden, chosen.scenario)


if __name__ == "__main__":
    main()
