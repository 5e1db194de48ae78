"""MiniLM-L6 in torch, for training only: its 36 matrices learn, all else stays as it came."""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F

LAYERS, HEADS, WIDTH = 6, 12, 384
PARTS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
MATRICES = tuple(f"encoder.layer.{i}.{part}.weight" for i in range(LAYERS) for part in PARTS)
BATCH = 24
Hidden = tuple[Tensor, list[tuple[int, int]]]


def float_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file."""
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    found = {}
    for name, about in header.items():
        if name != "__metadata__" and about["dtype"] == "F32":
            start, end = (8 + size + at for at in about["data_offsets"])
            array = np.frombuffer(data[start:end], np.float32).reshape(about["shape"]).copy()
            found[name] = torch.from_numpy(array)
    return found


class MiniLM(nn.Module):
    """The encoder; `hidden` gives a row per token, special tokens left out."""

    def __init__(self, weights: dict[str, Tensor], tokenizer: Path) -> None:
        super().__init__()
        for name, value in weights.items():
            if name in MATRICES:
                self.register_parameter(name.replace(".", "/"), nn.Parameter(value.clone()))
            else:
                self.register_buffer(name.replace(".", "/"), value)
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(128)

    def weight(self, name: str) -> Any:
        """A tensor by its name in the file."""
        return getattr(self, name.replace(".", "/"))

    def _linear(self, x: Tensor, name: str) -> Tensor:
        return F.linear(x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"))

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return F.layer_norm(x, (WIDTH,), self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), 1e-12)

    def _drop(self, x: Tensor) -> Tensor:
        return F.dropout(x, 0.1, self.training)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """The last layer's rows for a padded batch."""
        words = self.weight("embeddings.word_embeddings.weight")[ids]
        places = self.weight("embeddings.position_embeddings.weight")[: ids.shape[1]]
        kind = self.weight("embeddings.token_type_embeddings.weight")[0]
        x = self._drop(self._norm(words + places + kind, "embeddings.LayerNorm"))
        seen = mask[:, None, None, :].bool()
        for i in range(LAYERS):
            x = self._layer(x, seen, f"encoder.layer.{i}.")
        return x

    def _layer(self, x: Tensor, seen: Tensor, at: str) -> Tensor:
        batch, length, _ = x.shape
        query, key, value = (
            self._linear(x, f"{at}attention.self.{part}").view(batch, length, HEADS, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        mixed = F.scaled_dot_product_attention(query, key, value, attn_mask=seen)
        mixed = mixed.transpose(1, 2).reshape(batch, length, WIDTH)
        x = self._norm(
            x + self._drop(self._linear(mixed, f"{at}attention.output.dense")), f"{at}attention.output.LayerNorm"
        )
        inner = F.gelu(self._linear(x, f"{at}intermediate.dense"))
        return self._norm(x + self._drop(self._linear(inner, f"{at}output.dense")), f"{at}output.LayerNorm")

    def hidden(self, texts: Sequence[str]) -> list[Hidden]:
        """For each text its token rows and their places in the text."""
        encoded = [self._tokenizer.encode(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        found: dict[int, Hidden] = {}
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            longest = max(len(encoded[i].ids) for i in batch)
            ids = torch.tensor([encoded[i].ids + [0] * (longest - len(encoded[i].ids)) for i in batch])
            sizes = [len(encoded[i].ids) for i in batch]
            rows = self(ids, torch.arange(longest)[None, :] < torch.tensor(sizes)[:, None])
            for row, i, size in zip(rows, batch, sizes, strict=True):
                found[i] = (row[1 : size - 1], encoded[i].offsets[1:-1])
        return [found[i] for i in range(len(texts))]

    def pooled(self, texts: Sequence[str]) -> Tensor:
        """One unit-length row a text."""
        return F.normalize(torch.stack([rows.mean(0) for rows, _ in self.hidden(texts)]), dim=-1)


def write_int8(model: MiniLM, base: Path, target: Path) -> None:
    """The base graph with the trained matrices in place of its own: int8, one scale a column, as it came."""
    graph = onnx.load(str(base))
    stored = {one.name: one for one in graph.graph.initializer}
    names = [name for name in stored if name.startswith("val_") and name.endswith("_q")]
    names.sort(key=lambda name: int(name.split("_")[1]))
    for name, matrix in zip(names, MATRICES, strict=True):
        scale_name = name.removesuffix("_q") + "_scale"
        old = numpy_helper.to_array(stored[scale_name])
        weights = model.weight(matrix).detach().numpy().T.astype(np.float32)
        axes = tuple(i for i in range(2) if old.shape[i] == 1)
        scale = np.abs(weights).max(axis=axes, keepdims=True) / 127
        rounded = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
        stored[name].CopyFrom(numpy_helper.from_array(rounded, name))
        stored[scale_name].CopyFrom(numpy_helper.from_array(scale.reshape(old.shape).astype(np.float32), scale_name))
    onnx.save(graph, str(target))
