"""The sentence encoder: MiniLM-L6 with int8 weights, run in float on one thread, so that verdicts do not depend on
batches and hardly on the processor."""

from __future__ import annotations

import hashlib
import os
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, Final

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

# The runtime would keep and send usage statistics; it looks for this once, when it is imported.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # noqa: TID251 - set for the runtime, not read

import onnxruntime

from interviewer.core.errors import ModelFileError

Vectors = npt.NDArray[np.float32]
Halves = npt.NDArray[np.float16]

FOLDER: Final = Path(__file__).parent / "model"
SHA256: Final = {
    "encoder.onnx": "f024764f745ef5df45cea89e7cecca77726efe35868b119017446c8930c8e716",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
"""The files this version was built and measured with."""

REMEDY: Final = "Reinstall the package, for instance with `pip install --force-reinstall quoted-interviewer`."
MAX_TOKENS: Final = 128
_KEPT_TOKENS: Final = 20_000
"""Tokens kept in memory over all texts (about 3 kB each)."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text as the encoder sees it: a row per token, the token ids, and each token's place in the text.

    `paired` is for the joint reader: a row per token, with the special tokens at both ends, of what the lower layers
    make of it, and beside that what the last layer does, scaled to length 1.
    """

    vectors: Vectors
    paired: Halves
    ids: tuple[int, ...]
    places: tuple[tuple[int, int], ...]

    def pooled(self, start: int = 0, end: int | None = None) -> Vectors:
        """The unit-length mean of the tokens that lie in the text's characters `start` to `end`."""
        stop = self.places[-1][1] if end is None and self.places else end or 0
        rows = [i for i, (a, b) in enumerate(self.places) if a < stop and b > start]
        mean = self.vectors[rows].mean(axis=0) if rows else self.vectors.mean(axis=0)
        return unit_length(mean)


def unit_length(vector: Vectors) -> Vectors:
    """The vector, or each row of the matrix, scaled to length 1."""
    norm = np.linalg.norm(vector, axis=-1, keepdims=True)
    scaled: Vectors = (vector / np.maximum(norm, 1e-9)).astype(np.float32)
    return scaled


def checked_bytes(folder: Path, name: str, sha256: str) -> bytes:
    """The bytes of a model file; ModelFileError where it is missing or another one."""
    try:
        data = (folder / name).read_bytes()
    except OSError as error:
        raise ModelFileError(f"The embedded judge's file {name} cannot be read from {folder}.", REMEDY) from error
    if hashlib.sha256(data).hexdigest() != sha256:
        raise ModelFileError(f"The embedded judge's file {name} in {folder} is not the one it was built with.", REMEDY)
    return data


def session_of(data: bytes) -> Any:
    """A graph, ready to run on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry("session.inter_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])


class Encoder:
    """Loads at its first use, once; remembers what it has encoded. Threads may share it."""

    def __init__(self, folder: Path = FOLDER, sha256: Mapping[str, str] = SHA256) -> None:
        self._folder = folder
        self._sha256 = sha256
        self._kept: OrderedDict[str, Encoded] = OrderedDict()
        self._kept_tokens = 0
        self._keeping = Lock()

    @cached_property
    def _session(self) -> Any:
        return session_of(checked_bytes(self._folder, "encoder.onnx", self._sha256["encoder.onnx"]))

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        data = checked_bytes(self._folder, "tokenizer.json", self._sha256["tokenizer.json"])
        tokenizer = Tokenizer.from_str(data.decode())
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        return tokenizer

    def check(self) -> None:
        """Make sure that every file is there and the one it should be, without loading; raises ModelFileError."""
        for name, sha256 in self._sha256.items():
            checked_bytes(self._folder, name, sha256)

    def encode(self, text: str) -> Encoded:
        """The encoded text; the same for the same text whatever was encoded before."""
        with self._keeping:
            found = self._kept.get(text)
            if found is not None:
                self._kept.move_to_end(text)
                return found
        return self._keep(text, self._run(text))

    def _keep(self, text: str, made: Encoded) -> Encoded:
        """What is kept for a text: this, unless another thread was faster."""
        with self._keeping:
            kept = self._kept.setdefault(text, made)
            self._kept_tokens += len(made.ids) if kept is made else 0
            while self._kept_tokens > _KEPT_TOKENS and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self._kept_tokens -= len(dropped.ids)
        return kept

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row a text."""
        return np.stack([self.encode(text).pooled() for text in texts])

    def _run(self, text: str) -> Encoded:
        tokens = self._tokenizer.encode(text)
        ids = np.array([tokens.ids], dtype=np.int64)
        feeds = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        hidden, lower = (rows[0] for rows in self._session.run(None, feeds))
        inner = slice(1, -1) if len(tokens.ids) > 2 else slice(0, None)
        paired = np.concatenate([lower, unit_length(hidden)], axis=1).astype(np.float16)
        return Encoded(hidden[inner], paired, tuple(tokens.ids[inner]), tuple(tokens.offsets[inner]))
