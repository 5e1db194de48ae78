"""Train the joint reader: on public sets first, then twice on constructed questions; what ships is the mean of both.

    python -m evals.training.train_joint --float FOLDER --public FILE.jsonl ... --out FILE.onnx

`--float` holds MiniLM-L6's `model.safetensors` and `tokenizer.json`; the layers start from the encoder that ships. The
first reader learns from the earlier questions, the second from all; each leaves a fifth of the newer ones out
(`held_out`), and the heads learn from those that neither saw. Two readers from one start can be averaged weight by
weight; the mean is better than either. About an hour on two free cores.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor
from torch.nn import functional as F

from evals.training.data import constructed
from evals.training.encoder_model import MATRICES, float_weights
from evals.training.first import earlier, held_out
from evals.training.joint_data import Example, constructed_examples, public_examples
from evals.training.joint_export import write_joint
from evals.training.joint_model import CLASSES, JointModel, Piece, Rows, pack
from evals.training.joint_vary import Plan, plan
from interviewer.judging.embedded import default_encoder
from interviewer.judging.encoder import FOLDER
from interviewer.judging.joint import MOST_TOKENS

ROUNDS: Final = 3
PUBLIC: Final = (1.5e-4, 2500)
EARLIER: Final = (1.5e-4, 2500)
ALL: Final = (2e-4, 5000)
"""How fast each training learns, and from how many tokens in a batch, padding included."""

SHORT: Final = 10
"""Short answers of each question in one round."""

MOST_BLOCKS: Final = {True: 4, False: 8}
"""Points read with a short answer, and with any other."""

FASTER, DRAWN_FASTER = 5.0, 100.0
_EVERY: Final = 40
Make = Callable[[random.Random], list[Plan]]


@dataclass(frozen=True)
class Ready:
    """A plan as rows."""

    piece: Piece
    labels: tuple[tuple[str, ...], ...]
    length: int
    width: int


class Lower:
    """What the encoder's lower layers make of a line; each line once."""

    def __init__(self) -> None:
        self._kept: dict[str, Rows] = {}

    def __call__(self, text: str) -> Rows:
        """The rows of a text with the special tokens at both ends."""
        if text not in self._kept:
            self._kept[text] = default_encoder().encode(text).paired
        return self._kept[text]

    def ready(self, one: Plan) -> Ready:
        """A plan's rows; what is longer than the reader reads at once is left off."""
        units: list[Rows] = []
        for unit in one.units:
            rows = self(unit)[1:-1]
            if units and sum(map(len, units)) + len(rows) > MOST_TOKENS:
                break
            units.append(rows)
        blocks = [
            [(1, self(says)), *((kind, self(line)[1:-1]) for kind, line in ((2, like), (3, unlike)) if line)]
            for says, like, unlike in one.blocks
        ]
        width = max(sum(len(rows) for _, rows in lines) for lines in blocks)
        return Ready((units, blocks), one.labels, sum(map(len, units)), width)


def encoder_weights(floats: Path, encoder: Path = FOLDER / "encoder.onnx") -> dict[str, Tensor]:
    """MiniLM's weights with the matrices of the encoder that ships."""
    weights = float_weights(floats / "model.safetensors")
    stored = {one.name: numpy_helper.to_array(one) for one in onnx.load(str(encoder)).graph.initializer}
    names = [name.removesuffix("_q") for name in stored if name.startswith("val_") and name.endswith("_q")]
    for name, matrix in zip(sorted(names, key=lambda name: int(name.split("_")[1])), MATRICES, strict=True):
        values = stored[f"{name}_q"].astype(np.float32) * stored[f"{name}_scale"]
        weights[matrix] = torch.from_numpy(values.T.copy())
    return weights


def batches(ready: Sequence[Ready], rng: random.Random, tokens: int) -> list[list[Ready]]:
    """Batches of like lengths, in random order."""
    made: list[list[Ready]] = []
    current: list[Ready] = []
    length = width = blocks = 0
    for one in sorted(ready, key=lambda one: (one.length // 12, one.width)):
        length, width = max(length, one.length), max(width, one.width)
        blocks += len(one.labels)
        if current and length * (len(current) + 1) + width * blocks > tokens:
            made.append(current)
            current, length, width, blocks = [], one.length, one.width, len(one.labels)
        current.append(one)
    rng.shuffle(made := [*made, current])
    return made


def loss_of(logits: Tensor, labels: Iterable[tuple[str, ...]]) -> Tensor:
    """Cross-entropy; where several classes are right, what they have together counts."""
    right = torch.tensor([[float(name in one) for name in CLASSES] for one in labels])
    return -torch.logsumexp(F.log_softmax(logits, -1) + (right - 1) * 1e4, -1).mean()


def _pace(name: str) -> float:
    """How much faster than the layers a parameter learns: what is new does."""
    if name == "drawn":
        return DRAWN_FASTER
    return 1.0 if name.startswith("encoder/") else FASTER


def train(model: JointModel, lower: Lower, make: Make, rounds: int, pace: tuple[float, int]) -> None:
    """Some rounds, each over plans made anew; `pace` is how fast, and how many tokens in a batch."""
    rate, tokens = pace
    rng = random.Random(0)
    torch.manual_seed(0)
    parameters = list(model.parameters())
    groups = [
        {"params": [one for name, one in model.named_parameters() if _pace(name) == speed], "pace": speed}
        for speed in (1.0, FASTER, DRAWN_FASTER)
    ]
    optimiser = torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), weight_decay=0.0)
    steps, done, begun = 0, 0, time.monotonic()
    model.train()
    for _ in range(rounds):
        jobs = batches([lower.ready(one) for one in make(rng)], rng, tokens)
        steps = steps or len(jobs) * rounds
        for job in jobs:
            share = min(1.0, done / steps)
            for group in optimiser.param_groups:
                group["lr"] = rate * group["pace"] * min(1.0, share / 0.06 + 0.02) * max(0.03, 1 - share)
            loss = loss_of(model(pack([one.piece for one in job])), [label for one in job for label in one.labels])
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(parameters, 1.0)
            optimiser.step()
            done += 1
            if done % _EVERY == 0:
                print(f"step {done} of {steps}: {loss.item():.3f}, {time.monotonic() - begun:.0f} s", flush=True)


def public_plans(examples: Sequence[Example]) -> Make:
    """One round over the public sets; of the long answers of one of them, half."""

    def make(rng: random.Random) -> list[Plan]:
        kept = [one for one in examples if one.kind != "saf" or rng.random() < 0.5]
        return [plan(one, examples if rng.random() < 0.16 else (), 1, rng) for one in kept]

    return make


def constructed_plans(examples: Sequence[Example]) -> Make:
    """One round over the constructed questions: every answer, and some short ones of each question."""
    whole = [one for one in examples if not one.short]
    short: dict[str, list[Example]] = {}
    for one in examples:
        if one.short:
            short.setdefault(one.group, []).append(one)

    def make(rng: random.Random) -> list[Plan]:
        some = [one for group in short.values() for one in rng.sample(group, min(len(group), SHORT))]
        return [plan(one, whole, MOST_BLOCKS[one.short], rng) for one in (*whole, *some)]

    return make


def mean(readers: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The mean of readers' weights, one by one."""
    return {name: torch.stack([one[name] for one in readers]).mean(0) for name in readers[0]}


def main() -> None:
    """Train and write the reader."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--float", type=Path, required=True, dest="weights")
    parser.add_argument("--public", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    chosen = parser.parse_args()
    torch.set_num_threads(2)
    torch.manual_seed(0)
    model, lower = JointModel(encoder_weights(chosen.weights)), Lower()
    if chosen.public:
        train(model, lower, public_plans(public_examples(chosen.public)), 1, PUBLIC)
    questions = constructed()
    examples, start = constructed_examples(questions), deepcopy(model.state_dict())
    readers = []
    for names, pace in ((earlier(questions), EARLIER), ({one.question.id for one in questions}, ALL)):
        model.load_state_dict(start)
        seen = names - held_out(names)
        train(model, lower, constructed_plans([one for one in examples if one.group in seen]), ROUNDS, pace)
        readers.append(deepcopy(model.state_dict()))
    model.load_state_dict(mean(readers))
    write_joint(model.eval(), chosen.out)
    print("wrote", chosen.out)


if __name__ == "__main__":
    main()
