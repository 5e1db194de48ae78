"""Rows of features for training and measuring, made by the very code that judges.

    python -m evals.training.rows --encoders FOLDER

writes FOLDER/rows.npz, which `train_head` and `measure` read.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evals.training.data import Answer, Asked, constructed, without_anchors
from evals.training.short import short_answers
from interviewer.judging.embedded import EmbeddedJudge
from interviewer.judging.encoder import SHA256, Encoder
from interviewer.judging.measure import NAMES

FOREIGN = 8
"""So many answers to other questions are judged against each question; more would cost recall of paraphrases."""

VIEWS = ("all", "none", "no unlikes", "no likes")
"""Which anchors the judge may see: the heads are trained on all four, so that missing ones do little harm."""


@dataclass(frozen=True)
class Rows:
    """One row a point (or flag) and answer."""

    features: npt.NDArray[np.float64]
    labels: npt.NDArray[np.str_]
    groups: npt.NDArray[np.int64]
    kinds: npt.NDArray[np.str_]
    views: npt.NDArray[np.str_]

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


def folds_of(folder: Path) -> list[EmbeddedJudge]:
    """Judges whose encoders each saw nothing of a part of the questions (made by `train_encoder`), in order."""
    judges = []
    for one in sorted(folder.glob("fold-*")):
        sha256 = {name: hashlib.sha256((one / name).read_bytes()).hexdigest() for name in SHA256}
        judges.append(EmbeddedJudge(Encoder(one, sha256)))
    if not judges:
        raise SystemExit(f"No folds in {folder}; make them with `python -m evals.training.train_encoder`.")
    return judges


def rows_of(judges: Sequence[EmbeddedJudge], questions: Sequence[Asked]) -> tuple[Rows, Rows]:
    """The rows of all points, and of all flags; an answer that claims nothing has rows of NaN.

    Question number g is judged by `judges[g % len(judges)]`, which is the one that never saw it.
    """
    nothing = [float("nan")] * len(NAMES)
    points: list[tuple[object, ...]] = []
    flags: list[tuple[object, ...]] = []
    for group, one in enumerate(questions):
        judge = judges[group % len(judges)]
        rng = random.Random(group)
        work = [(view, asked) for view, asked in _views(one).items()]
        for asked in short_answers(one, group):
            view = rng.choice(("all", "none", "no unlikes"))
            work.append((f"short, {view}", _views(asked)[view]))
        view = rng.choice(("all", "none", "no unlikes"))
        work.append((f"elsewhere, {view}", _views(elsewhere(questions, group, rng))[view]))
        for view, asked in work:
            for answer in asked.answers:
                found = judge.measured(asked.question, answer.turns)
                for point in asked.question.points:
                    row = found.get(point.id, nothing)
                    points.append((row, answer.label(point.id), group, answer.kind, view))
                for flag in asked.question.red_flags:
                    label = "shown" if flag.id in answer.flags else "absent"
                    flags.append((found.get(flag.id, nothing), label, group, answer.kind, view))
    return _rows(points), _rows(flags)


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


def write_rows(folder: Path) -> None:
    """Make the rows and keep them beside the encoders."""
    named = zip(("points", "flags"), rows_of(folds_of(folder), constructed()), strict=True)
    columns = {f"{which}_{name}": getattr(rows, name) for which, rows in named for name in _FIELDS}
    np.savez_compressed(folder / "rows.npz", **columns)


def read_rows(folder: Path) -> tuple[Rows, Rows]:
    """The rows of points and of flags that `write_rows` kept."""
    with np.load(folder / "rows.npz") as kept:
        points, flags = (Rows(*(kept[f"{which}_{name}"] for name in _FIELDS)) for which in ("points", "flags"))
    return points, flags


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoders", type=Path, required=True)
    write_rows(parser.parse_args().encoders)
