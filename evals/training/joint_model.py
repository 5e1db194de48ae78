"""The joint reader in torch, for training only: the upper layers of MiniLM-L6 reading an answer with every point.

The encoder's lower layers stay as they are, and read every line alone, so that points are read once and an answer's
units once. In the upper layers the answer attends to itself, and a point's lines to themselves and to the answer: any
number of points is judged in one pass, and none of them depends on the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from evals.training.encoder_model import HEADS, LAYERS, WIDTH

CLASSES: Final = ("covered", "partial", "contradicted", "absent")
KINDS: Final = ("answer", "says", "like", "unlike")
FROM: Final = 3
"""The first layer that reads jointly."""

PLACES: Final = 24
"""Units of an answer that are told apart by their order."""

DRAWN: Final = 3.0
"""How much more, at first, a block's token attends to what is near to it (added to the attention, by cosine)."""

_NO: Final = -1e4
"""Added to the attention to padding."""

Rows = npt.NDArray[np.float16]
"""A line's tokens: what the lower layers make of each, and beside it the unit-length row of the last layer."""

Piece = tuple[Sequence[Rows], Sequence[Sequence[tuple[int, Rows]]]]
"""An answer's units, and for each block its lines with their kinds (indices of KINDS)."""


@dataclass(frozen=True)
class Packed:
    """Answers and their blocks, padded."""

    answers: Tensor
    order: Tensor
    answer_pad: Tensor
    blocks: Tensor
    kinds: Tensor
    block_pad: Tensor
    owner: Tensor
    """For each block, which answer it is read with."""
    near: Tensor
    """Cosines of each block's tokens with the answer's, by the encoder's last layer: blocks, block tokens, tokens."""


def _padded(rows: Sequence[Tensor], fill: int = 0) -> Tensor:
    return nn.utils.rnn.pad_sequence(list(rows), batch_first=True, padding_value=fill)


def pack(pieces: Sequence[Piece]) -> Packed:
    """Pieces as one padded batch."""
    answers, order, blocks, kinds, owner = [], [], [], [], []
    for number, (units, points) in enumerate(pieces):
        answers.append(torch.from_numpy(np.concatenate(units)).float())
        places = [min(i, PLACES - 1) for i, unit in enumerate(units) for _ in range(len(unit))]
        order.append(torch.tensor(places))
        for lines in points:
            blocks.append(torch.from_numpy(np.concatenate([rows for _, rows in lines])).float())
            kinds.append(torch.tensor([kind for kind, rows in lines for _ in range(len(rows))]))
            owner.append(number)
    table, blocks_table = _padded(answers), _padded(blocks)
    chosen = torch.tensor(owner)
    near = blocks_table[..., WIDTH:] @ table[..., WIDTH:][chosen].transpose(1, 2)
    pads = [_padded([torch.zeros(len(one)) for one in some], 1) * _NO for some in (answers, blocks)]
    return Packed(
        table[..., :WIDTH], _padded(order), pads[0], blocks_table[..., :WIDTH], _padded(kinds), pads[1], chosen, near
    )


class JointModel(nn.Module):
    """The upper layers, with a head that tells the classes apart; starts from an encoder's weights."""

    def __init__(self, weights: dict[str, Tensor]) -> None:
        super().__init__()
        for name, value in weights.items():
            if any(name.startswith(f"encoder.layer.{i}.") for i in range(FROM, LAYERS)):
                self.register_parameter(name.replace(".", "/"), nn.Parameter(value.clone()))
        self.kinds = nn.Parameter(torch.randn(len(KINDS), WIDTH) * 0.02)
        self.places = nn.Parameter(torch.randn(PLACES, WIDTH) * 0.02)
        self.drawn = nn.Parameter(torch.full((LAYERS - FROM, HEADS), DRAWN))
        self.hidden = nn.Linear(2 * WIDTH, WIDTH)
        self.head = nn.Linear(WIDTH, len(CLASSES))

    def weight(self, name: str) -> Tensor:
        """A tensor by its name in the file."""
        found: Tensor = getattr(self, name.replace(".", "/"))
        return found

    def linear(self, x: Tensor, name: str) -> Tensor:
        """A dense layer."""
        return F.linear(x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias"))

    def _norm(self, x: Tensor, name: str) -> Tensor:
        return F.layer_norm(x, (WIDTH,), self.weight(f"{name}.weight"), self.weight(f"{name}.bias"), 1e-12)

    def _heads(self, x: Tensor, at: str) -> list[Tensor]:
        batch, length, _ = x.shape
        return [
            self.linear(x, f"{at}attention.self.{part}").view(batch, length, HEADS, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        ]

    def _after(self, x: Tensor, mixed: Tensor, at: str) -> Tensor:
        """The rest of a layer, once what each row attends to is mixed."""
        mixed = mixed.transpose(1, 2).reshape(x.shape)
        x = self._norm(x + self.linear(mixed, f"{at}attention.output.dense"), f"{at}attention.output.LayerNorm")
        inner = self.linear(F.gelu(self.linear(x, f"{at}intermediate.dense")), f"{at}output.dense")
        return self._norm(x + F.dropout(inner, 0.1, self.training), f"{at}output.LayerNorm")

    def forward(self, batch: Packed) -> Tensor:
        """One row of logits a block, in the order in which they were packed."""
        a = F.dropout(batch.answers + self.kinds[0] + self.places[batch.order], 0.1, self.training)
        b = F.dropout(batch.blocks + self.kinds[batch.kinds], 0.1, self.training)
        inside = batch.answer_pad[:, None, None, :]
        mask = torch.cat([batch.answer_pad[batch.owner], batch.block_pad], dim=1)[:, None, None, :]
        for i in range(FROM, LAYERS):
            at = f"encoder.layer.{i}."
            (qa, ka, va), (qb, kb, vb) = self._heads(a, at), self._heads(b, at)
            keys, values = (torch.cat([x[batch.owner], y], dim=2) for x, y in ((ka, kb), (va, vb)))
            drawn = self.drawn[i - FROM][None, :, None, None] * batch.near[:, None]
            drawn = F.pad(drawn, (0, kb.shape[2])) + mask
            b = self._after(b, F.scaled_dot_product_attention(qb, keys, values, attn_mask=drawn), at)
            if i < LAYERS - 1:
                a = self._after(a, F.scaled_dot_product_attention(qa, ka, va, attn_mask=inside), at)
        kept = (batch.block_pad == 0).float()
        mean = (b * kept[..., None]).sum(1) / kept.sum(1, keepdim=True)
        logits: Tensor = self.head(F.gelu(self.hidden(F.dropout(torch.cat([b[:, 0], mean], -1), 0.1, self.training))))
        return logits
