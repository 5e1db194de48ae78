"""The joint reader: a small network that reads an answer together with every point, and tells what it says of each.

It starts from what the encoder's lower layers make of each line alone, so that a point's lines are read once and an
answer's units once; then the answer attends to itself, and a point to its own lines and to the answer, drawn to what
is near to it by the encoder's last layer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np

from interviewer.judging.encoder import FOLDER, Halves, checked_bytes, session_of
from interviewer.judging.features import Answer, Line, Numbers, Target

FILE: Final = "joint.onnx"
SHA256: Final = {FILE: "283a38fbcb924e17d766327f04474e294740bb35be6bd8a959d24ac1e53eb99f"}
"""The file this version was built and measured with."""

CLASSES: Final = ("covered", "partial", "contradicted", "absent")
"""What the reader tells apart, in the order of its output."""

MOST_TOKENS: Final = 256
"""A longer answer is read in parts of whole units."""

_SHARED_UNITS: Final = 2
"""Neighbouring parts share so many units, so that nothing is cut in two."""

_PLACES: Final = 24
"""Units that the reader tells apart by their order; later ones count as the last."""

_WIDTH: Final = 384
"""Of a paired row, so much is from the lower layers; the rest is from the last."""

_SAYS, _LIKE, _UNLIKE = 1, 2, 3
_NO: Final = -1e4
"""Added to the attention to padding."""

_AT_ONCE: Final = 16
"""Points read in one pass, so that memory stays bounded."""


class JointReader:
    """Loads at its first use, once. Threads may share it."""

    def __init__(self, folder: Path = FOLDER, sha256: Mapping[str, str] = SHA256) -> None:
        self._folder = folder
        self._sha256 = sha256

    @cached_property
    def _session(self) -> Any:
        return session_of(checked_bytes(self._folder, FILE, self._sha256[FILE]))

    def check(self) -> None:
        """Make sure that the file is the one it should be, without loading; raises ModelFileError."""
        checked_bytes(self._folder, FILE, self._sha256[FILE])

    def read(self, answer: Answer, targets: Sequence[Target]) -> Numbers:
        """Log-odds of each class for every target, in its favour: targets by CLASSES; the answer must have a unit."""
        blocks = [_block(answer, target) for target in targets]
        found = np.concatenate(
            [
                np.stack([self._run(part, blocks[at : at + _AT_ONCE]) for part in _parts(answer)], axis=1)
                for at in range(0, len(blocks), _AT_ONCE)
            ]
        )
        best = found[:, :, 0].argmax(axis=1)
        chosen: Numbers = found[np.arange(len(targets)), best]
        return chosen

    def _run(self, part: Sequence[Halves], blocks: Sequence[tuple[Halves, list[int]]]) -> Numbers:
        """Log-odds for some blocks and one part of the answer."""
        width = max(len(rows) for rows, _ in blocks)
        answer = np.concatenate(part).astype(np.float32)
        table = np.zeros((len(blocks), width, answer.shape[1]), np.float32)
        kinds = np.zeros((len(blocks), width), np.int64)
        mask = np.full((len(blocks), 1, 1, width), _NO, np.float32)
        mean = np.zeros((len(blocks), 1, width), np.float32)
        for i, (rows, kind) in enumerate(blocks):
            size = len(rows)
            table[i, :size], kinds[i, :size], mask[i, ..., :size], mean[i, 0, :size] = rows, kind, 0.0, 1 / size
        places = [min(i, _PLACES - 1) for i, unit in enumerate(part) for _ in range(len(unit))]
        feeds = {
            "answer": answer[:, :_WIDTH],
            "places": np.array(places, np.int64),
            "blocks": table[..., :_WIDTH],
            "near": (table[..., _WIDTH:] @ answer[:, _WIDTH:].T)[:, None],
            "kinds": kinds,
            "mask": mask,
            "mean": mean,
        }
        logits = self._session.run(None, feeds)[0].astype(float)
        return np.stack([_against_rest(logits, i) for i in range(len(CLASSES))], axis=1)


def _against_rest(logits: Numbers, column: int) -> Numbers:
    """One class against all others, as log-odds."""
    rest = np.delete(logits, column, axis=1)
    most = rest.max(axis=1, keepdims=True)
    odds: Numbers = logits[:, column] - most[:, 0] - np.log(np.exp(rest - most).sum(axis=1))
    return odds


def _parts(answer: Answer) -> Iterator[list[Halves]]:
    """The answer's units in parts of at most MOST_TOKENS tokens (a part holds one unit at least)."""
    start, units = 0, answer.paired
    while True:
        end, tokens = start, 0
        while end < len(units) and (end == start or tokens + len(units[end]) <= MOST_TOKENS):
            tokens += len(units[end])
            end += 1
        yield list(units[start:end])
        if end == len(units):
            return
        start = max(start + 1, end - _SHARED_UNITS)


def _nearest(answer: Answer, lines: Sequence[Line]) -> Line | None:
    """The line that the answer comes nearest to."""
    if not lines:
        return None
    near = (np.stack([line.vector for line in lines]) @ answer.vectors.T).max(axis=1)
    return lines[int(near.argmax())]


def _block(answer: Answer, target: Target) -> tuple[Halves, list[int]]:
    """A target's lines as rows with their kinds: what it says, and the nearest line for and against it."""
    lines = [(_SAYS, target.likes[0].paired)]
    for kind, line in ((_LIKE, _nearest(answer, target.likes[1:])), (_UNLIKE, _nearest(answer, target.unlikes))):
        if line is not None:
            lines.append((kind, line.paired[1:-1]))
    return np.concatenate([rows for _, rows in lines]), [kind for kind, rows in lines for _ in range(len(rows))]
