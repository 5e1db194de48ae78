"""Tune the sentence encoder on the first constructed questions.

    python -m evals.training.train_encoder --float FOLDER --int8 FILE.onnx --out FILE.onnx

`--float` holds MiniLM-L6's `model.safetensors` and `tokenizer.json`, `--int8` is the int8 graph to be filled.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from evals.training.data import Answer, Asked, constructed
from evals.training.encoder_model import MiniLM, float_weights, write_int8
from evals.training.first import FIRST
from evals.training.joint_export import give_lower
from interviewer.core.scenario import Point
from interviewer.judging.features import Window, windows_of, word_places
from interviewer.judging.segments import Unit, plain, units_of

EPOCHS, RATE, DROPPED = 3, 3e-5, 0.35
BATCHES = 3
"""A question's answers are taken in this many steps, with its anchors encoded anew in each."""

PARTLY = {"covered": 1.0, "partial": 0.45}
_SHARP = 0.05


@dataclass(frozen=True)
class Anchors:
    """A question's lines as one matrix, and which rows belong to which point."""

    rows: Tensor
    says: list[int]
    likes: list[list[int]]
    unlikes: list[list[int]]


def anchors_of(model: MiniLM, points: Sequence[Point]) -> Anchors:
    """All lines of all points, encoded."""
    texts: list[str] = []
    found: list[list[list[int]]] = []
    for point in points:
        parts = []
        for lines in ((point.says,), point.sounds_like, point.not_this):
            parts.append(list(range(len(texts), len(texts) + len(lines))))
            texts += [plain(line) for line in lines]
        found.append(parts)
    return Anchors(
        model.pooled(texts), [one[0][0] for one in found], [one[1] for one in found], [one[2] for one in found]
    )


def anchor_loss(anchors: Anchors) -> Tensor:
    """Each way of saying a point must lie near that point, and nearer to it than what denies it."""
    rows, says = anchors.rows, anchors.says
    likes = [(line, i) for i, lines in enumerate(anchors.likes) for line in lines]
    near = rows[[line for line, _ in likes]] @ rows[says].T
    told_apart = F.cross_entropy(near / 0.07, torch.tensor([i for _, i in likes]))
    pairs = []
    for line, i in likes:
        kin = [says[i], *(other for other in anchors.likes[i] if other != line)]
        close = (rows[kin] @ rows[line]).mean()
        pairs += [F.softplus(((rows[kin] @ rows[no]).mean() - close) / 0.1 + 0.5) for no in anchors.unlikes[i]]
    return 0.3 * told_apart + 0.5 * torch.stack(pairs).mean()


def window_rows(model: MiniLM, units: Sequence[Unit], windows: Sequence[Window]) -> Tensor:
    """Every window's unit-length mean, as the judge pools it."""
    hidden = model.hidden([unit.text for unit in units])
    places = [word_places(unit.words) for unit in units]
    pooled = []
    for window in windows:
        start, end = places[window.unit][window.first][0], places[window.unit][window.last - 1][1]
        rows, offsets = hidden[window.unit]
        inside = [i for i, (a, b) in enumerate(offsets) if a < end and b > start]
        pooled.append(rows[inside].mean(0) if inside else rows.mean(0))
    return F.normalize(torch.stack(pooled), dim=-1)


class Scale(nn.Module):
    """Turns an answer's best window into log-odds."""

    def __init__(self) -> None:
        super().__init__()
        self.near = nn.Parameter(torch.tensor(12.0))
        self.contrast = nn.Parameter(torch.tensor(6.0))
        self.shift = nn.Parameter(torch.tensor(-6.0))

    def forward(self, windows: Tensor, anchors: Anchors, *, likes: bool, unlikes: bool) -> Tensor:
        """One number a point: the soft maximum over windows of support, and of support over opposition."""
        sharp = _SHARP * self.near.detach()
        scores = []
        for says, near, far in zip(anchors.says, anchors.likes, anchors.unlikes, strict=True):
            support = (windows @ anchors.rows[[says, *(near if likes else [])]].T).max(1).values
            score = self.near * support + self.shift
            if unlikes:
                score = score + self.contrast * (support - (windows @ anchors.rows[far].T).max(1).values)
            scores.append(sharp * torch.logsumexp(score / sharp, 0) - 0.3)
        return torch.stack(scores)


def step_loss(model: MiniLM, scale: Scale, asked: Asked, answers: Sequence[Answer], rng: random.Random) -> Tensor:
    """The loss of some answers to one question; anchors are left out at random, as they may be missing in use."""
    anchors = anchors_of(model, asked.question.points)
    likes, unlikes = rng.random() >= DROPPED, rng.random() >= DROPPED
    scores, labels = [], []
    for answer in answers:
        units = units_of(answer.turns[0].text, 1)
        windows = window_rows(model, units, windows_of(units))
        scores.append(scale(windows, anchors, likes=likes, unlikes=unlikes))
        labels += [PARTLY.get(answer.label(point.id), 0.0) for point in asked.question.points]
    return anchor_loss(anchors) + F.binary_cross_entropy_with_logits(torch.cat(scores), torch.tensor(labels))


def train(model: MiniLM, questions: Sequence[Asked]) -> None:
    """Tune the encoder on these questions."""
    scale, rng = Scale(), random.Random(0)
    torch.manual_seed(0)
    groups = [(list(model.parameters()), RATE), (list(scale.parameters()), 0.05)]
    optimiser = torch.optim.AdamW([{"params": p, "lr": rate} for p, rate in groups], weight_decay=0.01)
    steps, done = EPOCHS * len(questions) * BATCHES, 0
    model.train()
    for _ in range(EPOCHS):
        jobs = []
        for asked in questions:
            answers = list(asked.answers)
            rng.shuffle(answers)
            jobs += [(asked, answers[k::BATCHES]) for k in range(BATCHES)]
        rng.shuffle(jobs)
        for asked, answers in jobs:
            share = done / steps
            for group, (_, rate) in zip(optimiser.param_groups, groups, strict=True):
                group["lr"] = rate * min(1.0, share / 0.1 + 0.05) * max(0.05, 1 - share)
            loss = step_loss(model, scale, asked, answers, rng)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            done += 1
        print(f"step {done} of {steps}", flush=True)


def main() -> None:
    """Train and write the encoder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--float", type=Path, required=True, dest="weights")
    parser.add_argument("--int8", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    torch.set_num_threads(1)
    model = MiniLM(float_weights(chosen.weights / "model.safetensors"), chosen.weights / "tokenizer.json")
    train(model, [one for one in constructed() if one.question.id in FIRST])
    write_int8(model, chosen.int8, chosen.out)
    give_lower(chosen.out, chosen.out)
    print("wrote", chosen.out)


if __name__ == "__main__":
    main()
