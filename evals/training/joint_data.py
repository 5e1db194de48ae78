"""What the joint reader learns from: answers cut into units, each with points, their anchors and their labels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from evals.training.data import Answer, Asked, lines
from evals.training.short import short_answers
from interviewer.core.scenario import Question
from interviewer.judging.embedded import EmbeddedJudge, default_encoder
from interviewer.judging.features import windows_of, word_places
from interviewer.judging.segments import Unit, plain, units_of

_TRAINING: Final = ("train", "training")
_LABELS: Final = {
    "correct": ("covered",),
    "partially correct": ("partial",),
    "contradictory": ("contradicted",),
    "incorrect": ("partial", "absent"),
}
"""SemEval-2013's `incorrect` holds what is incomplete too: either class is right."""


@dataclass(frozen=True)
class Block:
    """A point or a flag as an answer is read with it; `near`: the anchors nearest to the answer ("" for none)."""

    says: str
    labels: tuple[str, ...]
    likes: tuple[str, ...] = ()
    unlikes: tuple[str, ...] = ()
    near: tuple[str, str] = ("", "")
    flag: bool = False
    carrier: int = -1
    """The one unit that the point rests on, where a single one is clearly nearest."""


@dataclass(frozen=True)
class Example:
    """An answer's units, normalised, with blocks of its own question."""

    group: str
    kind: str
    units: tuple[str, ...]
    blocks: tuple[Block, ...]

    @property
    def short(self) -> bool:
        """Whether it was made from anchors."""
        return self.kind in ("line", "lines")


_CLEARLY: Final = 0.1
"""How much nearer than all others (cosine) the unit is that a point rests on."""

_SEVERAL: Final = 2
"""A unit can be left out where there are so many."""


def _windows(units: Sequence[Unit]) -> np.ndarray:
    encoder = default_encoder()
    rows = []
    for window in windows_of(units):
        places = word_places(units[window.unit].words)
        encoded = encoder.encode(units[window.unit].text)
        rows.append(encoded.pooled(places[window.first][0], places[window.last - 1][1]))
    return np.stack(rows)


def _nearest(windows: np.ndarray, anchors: Sequence[str]) -> str:
    """The anchor that the answer comes nearest to."""
    if not anchors:
        return ""
    return anchors[int((default_encoder().embed(anchors) @ windows.T).max(axis=1).argmax())]


def _carrier(windows: np.ndarray, unit_of: np.ndarray, lines: Sequence[str]) -> int:
    """The unit that is clearly nearest to what the point says or to a line for it; -1 for none."""
    near = (default_encoder().embed(lines) @ windows.T).max(axis=0)
    best = np.array([near[unit_of == unit].max() for unit in range(unit_of.max() + 1)])
    if len(best) < _SEVERAL:
        return -1
    order = best.argsort()
    return int(order[-1]) if best[order[-1]] - best[order[-2]] >= _CLEARLY else -1


def _blocks(question: Question, answer: Answer, units: Sequence[Unit]) -> Iterator[Block]:
    windows = _windows(units)
    unit_of = np.array([window.unit for window in windows_of(units)])
    named = [(one, answer.label(one.id), False) for one in question.points]
    flags = [(one, "covered" if one.id in answer.flags else "absent", True) for one in question.red_flags]
    for one, label, flag in (*named, *flags):
        likes, unlikes = (tuple(plain(line) for line in some) for some in (one.sounds_like, one.not_this))
        near = _nearest(windows, likes), _nearest(windows, unlikes)
        carrier = _carrier(windows, unit_of, (plain(one.says), *likes))
        yield Block(plain(one.says), (label,), likes, unlikes, near, flag, carrier)


def _example(judge: EmbeddedJudge, asked: Asked, answer: Answer, group: str) -> Example | None:
    units = judge.claims(asked.question, answer.turns)
    if not units:
        return None
    blocks = tuple(_blocks(asked.question, answer, units))
    return Example(group, answer.kind, tuple(unit.text for unit in units), blocks)


def constructed_examples(questions: Sequence[Asked]) -> list[Example]:
    """Every answer to the constructed questions, and the short ones that are made from their anchors."""
    judge, found = EmbeddedJudge(), []
    for number, asked in enumerate(questions):
        for one in (asked, *short_answers(asked, number)):
            made = (_example(judge, one, answer, asked.question.id) for answer in one.answers)
            found += [example for example in made if example is not None]
    return found


def public_examples(paths: Sequence[Path]) -> list[Example]:
    """Every item of a training split, its reference answer as the only point."""
    found = []
    for path in paths:
        for item in lines(path):
            units = units_of(item["answer"], 1)
            if item["split"] in _TRAINING and units:
                block = Block(plain(item["reference"]), _LABELS[item["label"]])
                group = f"{item['set']} {item['question_id']}"
                found.append(Example(group, item["set"], tuple(unit.text for unit in units), (block,)))
    return found
