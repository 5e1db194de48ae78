"""Writes the trained joint reader as an int8 graph, and has the encoder give out the rows that it starts from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from evals.training.encoder_model import HEADS, LAYERS, WIDTH
from evals.training.joint_model import CLASSES, FROM, JointModel

_OPSET: Final = 17
_LOWER: Final = "layer_norm_6"
"""What the encoder's third layer puts out, by its name in the graph."""


class _Graph:
    """Nodes and constants under construction."""

    def __init__(self, model: JointModel) -> None:
        self._model = model
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self._made = 0

    def _name(self, what: str) -> str:
        self._made += 1
        return f"{what}_{self._made}"

    def op(self, kind: str, *inputs: str, **attributes: Any) -> str:
        """A node with one output; its name."""
        name = self._name(kind.lower())
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def cut(self, x: str, sizes: str, axis: int) -> tuple[str, str]:
        """A tensor in two parts."""
        names = self._name("part"), self._name("part")
        self.nodes.append(helper.make_node("Split", [x, sizes], list(names), axis=axis))
        return names

    def constant(self, name: str, value: npt.NDArray[Any]) -> str:
        """A stored tensor."""
        self.constants.append(numpy_helper.from_array(value, name))
        return name

    def tensor(self, name: str) -> npt.NDArray[np.float32]:
        """A tensor of the model."""
        found: npt.NDArray[np.float32] = self._model.weight(name).detach().numpy().astype(np.float32)
        return found

    def drawn(self, at: str) -> npt.NDArray[np.float32]:
        """How much each head of a layer is drawn to what is near."""
        layer = int(at.split(".")[2]) - FROM
        return self.tensor("drawn")[layer][None, :, None, None].copy()

    def linear(self, x: str, name: str) -> str:
        """A dense layer; its matrix is stored as int8 with one scale a column, and multiplied out at loading."""
        weights = self.tensor(f"{name}.weight").T
        scale = np.maximum(np.abs(weights).max(axis=0, keepdims=True), 1e-8) / 127
        whole = np.clip(np.round(weights / scale), -127, 127).astype(np.int8)
        cast = self.op("Cast", self.constant(f"{name}.q", whole), to=TensorProto.FLOAT)
        matrix = self.op("Mul", cast, self.constant(f"{name}.scale", scale.astype(np.float32)))
        bias = self.constant(f"{name}.bias", self.tensor(f"{name}.bias"))
        return self.op("Add", self.op("MatMul", x, matrix), bias)

    def norm(self, x: str, name: str) -> str:
        """A layer norm."""
        parts = [self.constant(f"{name}.{part}", self.tensor(f"{name}.{part}")) for part in ("weight", "bias")]
        return self.op("LayerNormalization", x, *parts, epsilon=1e-12)

    def gelu(self, x: str) -> str:
        """Gelu, by the error function."""
        bell = self.op("Erf", self.op("Mul", x, "root_half"))
        return self.op("Mul", self.op("Mul", x, "half"), self.op("Add", bell, "one"))

    def heads(self, x: str, shape: str, *perm: int) -> str:
        """Rows as heads, turned round."""
        return self.op("Transpose", self.op("Reshape", x, shape), perm=list(perm))

    def attention(self, x: str, at: str) -> str:
        """The answer attends to itself, each block to the answer and to itself."""
        (qa, qb), (ka, kb), (va, vb) = (
            self.cut(self.linear(x, f"{at}attention.self.{part}"), "sizes", 0) for part in ("query", "key", "value")
        )
        keys, values = self.heads(ka, "answer_heads", 1, 2, 0), self.heads(va, "answer_heads", 1, 0, 2)
        asked = self.op("Mul", self.heads(qa, "answer_heads", 1, 0, 2), "scale")
        inside = self.op("MatMul", self.op("Softmax", self.op("MatMul", asked, keys), axis=-1), values)
        answer = self.op("Reshape", self.op("Transpose", inside, perm=[1, 0, 2]), "flat")
        asking = self.op("Mul", self.heads(qb, "block_heads", 0, 2, 1, 3), "scale")
        own = self.op("Add", self.op("MatMul", asking, self.heads(kb, "block_heads", 0, 2, 3, 1)), "mask")
        drawn = self.op("Mul", "near", self.constant(f"{at}drawn", self.drawn(at)))
        asked_of = self.op("Add", self.op("MatMul", asking, keys), drawn)
        shares = self.op("Softmax", self.op("Concat", asked_of, own, axis=-1), axis=-1)
        of_answer, of_own = self.cut(shares, "widths", -1)
        own_values = self.heads(vb, "block_heads", 0, 2, 1, 3)
        taken = self.op("Add", self.op("MatMul", of_answer, values), self.op("MatMul", of_own, own_values))
        blocks = self.op("Reshape", self.op("Transpose", taken, perm=[0, 2, 1, 3]), "flat")
        return self.op("Concat", answer, blocks, axis=0)

    def layer(self, x: str, at: str) -> str:
        """One layer of the encoder."""
        mixed = self.linear(self.attention(x, at), f"{at}attention.output.dense")
        x = self.norm(self.op("Add", x, mixed), f"{at}attention.output.LayerNorm")
        inner = self.gelu(self.linear(x, f"{at}intermediate.dense"))
        return self.norm(self.op("Add", x, self.linear(inner, f"{at}output.dense")), f"{at}output.LayerNorm")

    def sizes(self) -> None:
        """What depends on how long the answer and the blocks are."""
        length = self.op("Slice", self.op("Shape", "answer"), "c0", "c1")
        shape = self.op("Shape", "blocks")
        width = self.op("Slice", shape, "c1", "c2")
        total = self.op("Mul", self.op("Slice", shape, "c0", "c1"), width)
        for name, parts in {
            "sizes": (length, total),
            "widths": (length, width),
            "block_heads": ("minus", width, "head_shape"),
            "block_rows": ("minus", width, "row"),
        }.items():
            self.nodes.append(helper.make_node("Concat", list(parts), [name], axis=0))


def _constants(graph: _Graph, model: JointModel) -> None:
    shapes: dict[str, Sequence[int]] = {"c0": [0], "c1": [1], "c2": [2], "minus": [-1], "row": [WIDTH]}
    shapes |= {"flat": [-1, WIDTH], "answer_heads": [-1, HEADS, WIDTH // HEADS]}
    for name, value in (shapes | {"head_shape": [HEADS, WIDTH // HEADS]}).items():
        graph.constant(name, np.array(value, np.int64))
    for name, number in {"scale": (WIDTH / HEADS) ** -0.5, "root_half": 0.5**0.5, "half": 0.5, "one": 1.0}.items():
        graph.constant(name, np.array(number, np.float32))
    for name in ("kinds", "places"):
        graph.constant(f"{name}_table", graph.tensor(name))
    graph.constant("kind_answer", graph.tensor("kinds")[0])
    for name, layer in (("hidden", model.hidden), ("head", model.head)):
        graph.constant(f"{name}_weight", layer.weight.detach().numpy().T.copy())
        graph.constant(f"{name}_bias", layer.bias.detach().numpy())


def write_joint(model: JointModel, target: Path) -> None:
    """The graph: an answer's lower rows and every block's, to four logits a block.

    `mask` is added to the attention between a block's tokens, `mean` averages them; both are for the padding.
    """
    graph = _Graph(model)
    _constants(graph, model)
    graph.sizes()
    placed = graph.op("Add", "answer", graph.op("Gather", "places_table", "places"))
    answer = graph.op("Add", placed, "kind_answer")
    blocks = graph.op("Add", "blocks", graph.op("Gather", "kinds_table", "kinds"))
    x = graph.op("Concat", answer, graph.op("Reshape", blocks, "flat"), axis=0)
    for i in range(FROM, LAYERS):
        x = graph.layer(x, f"encoder.layer.{i}.")
    rows = graph.op("Reshape", graph.cut(x, "sizes", 0)[1], "block_rows")
    first = graph.op("Squeeze", graph.op("Slice", rows, "c0", "c1", "c1"), "c1")
    mean = graph.op("Squeeze", graph.op("MatMul", "mean", rows), "c1")
    both = graph.op("Concat", first, mean, axis=-1)
    inner = graph.gelu(graph.op("Add", graph.op("MatMul", both, "hidden_weight"), "hidden_bias"))
    graph.nodes.append(helper.make_node("Add", [graph.op("MatMul", inner, "head_weight"), "head_bias"], ["logits"]))
    onnx.save(_whole(graph), str(target))


def _whole(graph: _Graph) -> Any:
    floats = {
        "answer": ["tokens", WIDTH],
        "blocks": ["points", "width", WIDTH],
        "mask": ["points", 1, 1, "width"],
        "mean": ["points", 1, "width"],
        "near": ["points", 1, "width", "tokens"],
    }
    inputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in floats.items()]
    for name, shape in {"places": ["tokens"], "kinds": ["points", "width"]}.items():
        inputs.append(helper.make_tensor_value_info(name, TensorProto.INT64, shape))
    outputs = [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["points", len(CLASSES)])]
    made = helper.make_graph(graph.nodes, "joint", inputs, outputs, graph.constants)
    return helper.make_model(made, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=9)


def give_lower(encoder: Path, target: Path) -> None:
    """The encoder's graph with the rows of its lower layers as a second output."""
    graph = onnx.load(str(encoder))
    shape = ["batch", "sequence", WIDTH]
    if all(one.name != _LOWER for one in graph.graph.output):
        graph.graph.output.append(helper.make_tensor_value_info(_LOWER, TensorProto.FLOAT, shape))
    onnx.save(graph, str(target))
