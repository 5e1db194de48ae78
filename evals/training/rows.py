"""Rows of features for training and measuring, made by the very code that judges.

    python -m evals.training.rows --golden FOLDER --scenarios FOLDER --out FILE.npz

writes what `train_head` and `measure` read. Only questions that neither encoder nor readers ever saw have rows, since
features of what they were trained on would promise too much: constructed ones that are held out (`unseen`), and
those with golden cases of the split `tune`.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evals.training.data import Answer, Asked, constructed, tune_cases, without_anchors
from evals.training.first import unseen
from evals.training.short import short_answers
from interviewer.judging.embedded import EmbeddedJudge
from interviewer.judging.measure import NAMES

SHORT = 14
"""So many short answers made from a question's anchors are judged."""

FOREIGN = 8
"""So many answers to other questions are judged against each question; more would cost recall of paraphrases."""

VIEWS = ("all", "none", "no unlikes", "no likes")
"""Which anchors the judge may see: the heads are trained on all four, so that missing ones do little harm."""

GOLDEN = 10_000
"""From this number on, groups are questions with golden cases."""

GOLDEN_SHARE = 1.0
"""What the rows of golden cases weigh together, where those of constructed questions weigh 1."""


@dataclass(frozen=True)
class Rows:
    """One row a point (or flag) and answer."""

    features: npt.NDArray[np.float64]
    labels: npt.NDArray[np.str_]
    groups: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.str_]
    views: npt.NDArray[np.str_]

    @property
    def golden(self) -> npt.NDArray[np.bool_]:
        """Which rows come from golden cases."""
        return self.groups >= GOLDEN

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """What each row weighs in training: golden cases, which are many of few questions, do not drown the others."""
        golden = self.golden
        if golden.all() or not golden.any():
            return np.ones(len(golden))
        weights: npt.NDArray[np.float64] = np.where(golden, GOLDEN_SHARE * (~golden).sum() / golden.sum(), 1.0)
        return weights

    def pick(self, mask: npt.NDArray[np.bool_]) -> Rows:
        """The rows where the mask holds."""
        return Rows(*(getattr(self, name)[mask] for name in ("features", "labels", "groups", "kinds", "views")))


def _views(asked: Asked) -> dict[str, Asked]:
    question = asked.question
    return {
        "all": asked,
        "none": Asked(without_anchors(question), asked.answers),
        "no unlikes": Asked(without_anchors(question, likes=False), asked.answers),
        "no likes": Asked(without_anchors(question, unlikes=False), asked.answers),
    }


Work = tuple[int, str, Asked]
"""A group, which anchors the judge may see, and what it judges."""


def rows_of(judge: EmbeddedJudge, work: Iterable[Work]) -> tuple[Rows, Rows]:
    """The rows of all points, and of all flags.

    An answer that claims nothing has rows of NaN.
    """
    nothing = [float("nan")] * len(NAMES)
    points: list[tuple[object, ...]] = []
    flags: list[tuple[object, ...]] = []
    for group, view, asked in work:
        for answer in asked.answers:
            found = judge.measured(asked.question, answer.turns)
            for point in asked.question.points:
                row = found.get(point.id, nothing)
                points.append((row, answer.label(point.id), group, answer.kind, view))
            for flag in asked.question.red_flags:
                label = "shown" if flag.id in answer.flags else "absent"
                flags.append((found.get(flag.id, nothing), label, group, answer.kind, view))
    return _rows(points), _rows(flags)


def golden_work(golden: Path, scenarios: Path) -> Iterator[Work]:
    """Golden cases that may be tuned on, with all anchors and with fewer."""
    for number, (asked, _) in enumerate(tune_cases(golden, scenarios)):
        for view, seen in _views(asked).items():
            yield GOLDEN + number, view, seen


def constructed_work(questions: Sequence[Asked], group: int) -> list[Work]:
    """Everything that is judged for a question."""
    one, rng = questions[group], random.Random(group)
    work = [(group, view, seen) for view, seen in _views(one).items()]
    short = list(short_answers(one, group))
    for asked in rng.sample(short, min(len(short), SHORT)):
        view = rng.choice(("all", "none", "no unlikes"))
        work.append((group, f"short, {view}", _views(asked)[view]))
    view = rng.choice(("all", "none", "no unlikes"))
    work.append((group, f"elsewhere, {view}", _views(elsewhere(questions, group, rng))[view]))
    return work


def elsewhere(questions: Sequence[Asked], group: int, rng: random.Random) -> Asked:
    """Answers to other questions, judged against this one: nothing is there.

    A follow-up is judged over everything said since its parent was asked, and most of that is about other things: it
    must not earn a point because some clause of it is the nearest to that point.
    """
    others = [answer for number, other in enumerate(questions) if number != group for answer in other.answers]
    foreign = [answer for answer in others if answer.kind not in ("echo", "injection")]
    taken = tuple(Answer("elsewhere", answer.turns, *[frozenset()] * 4) for answer in rng.sample(foreign, FOREIGN))
    return Asked(questions[group].question, taken)


def _rows(made: list[tuple[object, ...]]) -> Rows:
    columns = list(zip(*made, strict=True))
    features = np.array(columns[0], dtype=float).reshape(len(made), len(NAMES))
    return Rows(features, *(np.array(column) for column in columns[1:]))


_FIELDS = ("features", "labels", "groups", "kinds", "views")


def write_rows(target: Path, golden: Path, scenarios: Path) -> None:
    """Make the rows and keep them in a file."""
    questions = constructed()
    out = unseen(questions)
    groups = [number for number, one in enumerate(questions) if one.question.id in out]
    work = [one for group in groups for one in constructed_work(questions, group)]
    named = zip(("points", "flags"), rows_of(EmbeddedJudge(), [*work, *golden_work(golden, scenarios)]), strict=True)
    columns = {f"{which}_{name}": getattr(rows, name) for which, rows in named for name in _FIELDS}
    np.savez_compressed(target, **columns)


def read_rows(path: Path) -> tuple[Rows, Rows]:
    """The rows of points and of flags that `write_rows` kept."""
    with np.load(path) as kept:
        points, flags = (Rows(*(kept[f"{which}_{name}"] for name in _FIELDS)) for which in ("points", "flags"))
    return points, flags


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--golden", type=Path, required=True)
    parser.add_argument("--scenarios", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    write_rows(chosen.out, chosen.golden, chosen.scenarios)
