"""Measure the embedded judge on questions that it never saw, and on held-out cases.

    python -m evals.training.measure --rows FILE.npz [--golden FOLDER --scenarios FOLDER] [--by-scenario]

Of the constructed questions that the reader never saw, one is left out at a time: heads and calibration come from the
others. Golden cases of the split `tune`, and no others, are judged by the whole judge, with heads that learned from the
rows of other questions alone (`--by-scenario`: of other scenarios alone).
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import cohen_kappa_score, f1_score
from sklearn.model_selection import StratifiedKFold

from evals.training.data import Asked, spoken, tune_cases, without_anchors
from evals.training.fit import calibration, held_out_scores
from evals.training.rows import GOLDEN, Rows, read_rows
from evals.training.train_head import FLAG_SIZE, POINT_SIZE, THRESHOLDS, heads, intent_model, intent_rows
from interviewer.core.findings import Assessment, Status
from interviewer.judging.embedded import HEADS, EmbeddedJudge
from interviewer.judging.encoder import FOLDER
from interviewer.judging.measure import NAMES

Numbers = npt.NDArray[np.float64]
Marks = npt.NDArray[np.bool_]
_DRAWS: Final = 1000
_BINS: Final = 10

PARTS: Final = 6
"""Golden questions are left out so many parts at a time."""


def probabilities(rows: Rows, positive: Marks, size: tuple[int, int]) -> Numbers:
    """Calibrated probabilities of held-out rows; rows of answers that claim nothing have 0."""
    claimed = ~np.isnan(rows.features[:, 0])
    kept = rows.pick(claimed)
    scores = held_out_scores(kept, positive[claimed], *size)
    made = np.zeros(len(scores))
    for group in np.unique(kept.groups):
        out = kept.groups == group
        slope, shift = calibration(scores[~out], positive[claimed][~out], kept.pick(~out).weights)
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


def tell_constructed(rows: Path) -> None:
    """Leave one question out, over the constructed questions."""
    points, flags = (some.pick(~some.golden) for some in read_rows(rows))
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


def left_out_judge(points: Rows, flags: Rows, out: Iterable[int]) -> EmbeddedJudge:
    """The judge with heads that saw no row of these groups."""
    gone = list(out)
    made = heads(points.pick(~np.isin(points.groups, gone)), flags.pick(~np.isin(flags.groups, gone)))
    with TemporaryDirectory() as name:
        folder = Path(name)
        for kept in FOLDER.glob("*.json"):
            shutil.copy(kept, folder)
        (folder / HEADS).write_text(json.dumps(made), encoding="utf-8")
        judge = EmbeddedJudge(folder=folder)
        judge.check()
    return judge


def _parts(cases: Sequence[tuple[Asked, str]], by_scenario: bool) -> list[list[int]]:
    """Which golden questions are left out together."""
    if by_scenario:
        return [[i for i, (_, name) in enumerate(cases) if name == one] for one in sorted({name for _, name in cases})]
    return [list(range(first, len(cases), PARTS)) for first in range(PARTS)]


@dataclass
class Seen:
    """What was found of golden cases, for one view: points as label, probability, kind, question and scenario."""

    points: list[tuple[str, float, str, str, str]] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    flags: list[tuple[bool, bool]] = field(default_factory=list)


def _seen(judge: EmbeddedJudge, asked: Asked, scenario: str, view: str, into: Seen) -> None:
    question = asked.question if view == "all" else without_anchors(asked.question)
    for answer in asked.answers:
        outcome = judge.assess(question, answer.turns)
        if isinstance(outcome, Assessment):
            into.points += [
                (answer.label(one.target), one.probability, answer.kind, question.id, scenario)
                for one in outcome.points
            ]
            into.statuses += [one.status for one in outcome.points]
            into.flags += [(one.target in answer.flags, one.status is Status.COVERED) for one in outcome.flags]


def tell_golden(rows: Path, golden: Path, scenarios: Path, by_scenario: bool) -> None:
    """Cases that may be tuned on, by the whole judge with heads that saw nothing of their question (or scenario)."""
    cases = tune_cases(golden, scenarios)
    seen = {view: Seen() for view in ("all", "none")}
    for part in _parts(cases, by_scenario):
        judge = left_out_judge(*read_rows(rows), (GOLDEN + i for i in part))
        for view, into in seen.items():
            for i in part:
                _seen(judge, *cases[i], view, into)
    for view, one in seen.items():
        labels, p, kinds, questions, names = (np.array(column) for column in zip(*one.points, strict=True))
        y = labels == "covered"
        tell(f"golden tune, anchors: {view}", y, p, questions, kinds)
        for name in np.unique(names):
            here = names == name
            print(f"  {name:<18} {int(here.sum()):4d}  accuracy {float(((p >= 0.5) == y)[here].mean()):.3f}")
        shown, said = (np.array(column) for column in zip(*one.flags, strict=True))
        against = np.array([status is Status.CONTRADICTED for status in one.statuses])
        print(f"  flags: {precision_recall(shown, said)}")
        print(f"  contradicted: {precision_recall(labels == 'contradicted', against)}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what the arguments ask for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--golden", type=Path)
    parser.add_argument("--scenarios", type=Path)
    parser.add_argument("--by-scenario", action="store_true")
    chosen = parser.parse_args(arguments)
    if not chosen.by_scenario:
        tell_constructed(chosen.rows)
        tell_intents()
    if chosen.golden and chosen.scenarios:
        tell_golden(chosen.rows, chosen.golden, chosen.scenarios, chosen.by_scenario)


if __name__ == "__main__":
    main()
