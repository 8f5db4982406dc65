"""The graph of all-MiniLM-L6-v2, written down node by node from its weights, in eight bits.

Six layers of attention and GELU (Devlin et al. 2018); the mean over the pieces of a sentence at three depths. What
the words are, what they are doing and what is meant say more together than the last alone.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

DEPTHS = (6, 3, 0)
"""After which layers the mean is taken; 0 is the words themselves."""
WIDTH = 384
_LAYERS, _HEADS, _WIDTH = 6, 12, WIDTH
_PER_HEAD = _WIDTH // _HEADS
_EPSILON = 1e-12
_OPSET, _IR = 17, 8
_FLOAT = 1
"""TensorProto.FLOAT"""


class _Graph:
    """Collects nodes and constants; every method returns the name of its result."""

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        from onnx import helper

        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name


class _MiniLM(_Graph):
    def __init__(self, tensors: dict[str, Any]) -> None:
        super().__init__()
        self._tensors = tensors
        self._squeezed_already: set[str] = set()
        self.constant("heads", np.array([0, 0, _HEADS, _PER_HEAD], dtype=np.int64))
        self.constant("joined", np.array([0, 0, _WIDTH], dtype=np.int64))
        self.constant("scale", np.array(1 / math.sqrt(_PER_HEAD), dtype=np.float32))
        for name, number in (("one", 1.0), ("half", 0.5), ("root2", math.sqrt(2)), ("far", -1e9)):
            self.constant(name, np.array(number, dtype=np.float32))
        for name, axis in (("axis1", [1]), ("axis2", [2]), ("axes12", [1, 2])):
            self.constant(name, np.array(axis, dtype=np.int64))

    def _linear(self, value: str, weights: str) -> str:
        """In eight bits, each column with its own step; onnxruntime fuses these nodes into one."""
        kernel, steps = _in_eight_bits(self._tensors[weights + ".weight"].T, axis=0)
        small, step, zero = self._squeezed(value)
        product = self.node("MatMulInteger", small, self.constant(weights + ".kernel", kernel), zero)
        scale = self.node("Mul", step, self.constant(weights + ".steps", steps))
        wide = self.node("Mul", self.node("Cast", product, to=_FLOAT), scale)
        return self.node("Add", wide, self.constant(weights + ".shift", self._tensors[weights + ".bias"]))

    def _squeezed(self, value: str) -> list[str]:
        """Eight bits, their step and their zero, measured anew for every message."""
        from onnx import helper

        names = [f"{value}.{part}" for part in ("small", "step", "zero")]
        if value not in self._squeezed_already:
            self._squeezed_already.add(value)
            self.nodes.append(helper.make_node("DynamicQuantizeLinear", [value], names, name=f"{value}.squeezed"))
        return names

    def _normalised(self, value: str, weights: str) -> str:
        gain = self.constant(weights + ".gain", self._tensors[weights + ".weight"])
        shift = self.constant(weights + ".shift", self._tensors[weights + ".bias"])
        return self.node("LayerNormalization", value, gain, shift, axis=-1, epsilon=_EPSILON)

    def embedded(self) -> str:
        first = "embeddings."
        words, steps = _in_eight_bits(self._tensors[first + "word_embeddings.weight"], axis=1)
        fixed = (
            self._tensors[first + "position_embeddings.weight"]
            + self._tensors[first + "token_type_embeddings.weight"][0]
        )
        places = self.constant("places", fixed)
        length = self.node("Slice", self.node("Shape", "ids"), "axis1", "axis2")
        at = self.node("Slice", places, self.constant("start", np.array([0], dtype=np.int64)), length, "start")
        piece = self.node("Cast", self.node("Gather", self.constant("words", words), "ids", axis=0), to=_FLOAT)
        step = self.node("Gather", self.constant("steps", steps), "ids", axis=0)
        summed = self.node("Add", self.node("Mul", piece, step), at)
        return self._normalised(summed, first + "LayerNorm")

    def attended(self, hidden: str, layer: str, bias: str) -> str:
        names = [f"{layer}attention.self.{part}" for part in ("query", "key", "value")]
        query, key, value = (self.node("Reshape", self._linear(hidden, name), "heads") for name in names)
        query = self.node("Transpose", query, perm=[0, 2, 1, 3])
        key = self.node("Transpose", key, perm=[0, 2, 3, 1])
        value = self.node("Transpose", value, perm=[0, 2, 1, 3])
        scores = self.node("Mul", self.node("MatMul", query, key), "scale")
        heed = self.node("Softmax", self.node("Add", scores, bias), axis=-1)
        mixed = self.node("Transpose", self.node("MatMul", heed, value), perm=[0, 2, 1, 3])
        out = self._linear(self.node("Reshape", mixed, "joined"), layer + "attention.output.dense")
        return self._normalised(self.node("Add", out, hidden), layer + "attention.output.LayerNorm")

    def widened(self, hidden: str, layer: str) -> str:
        wide = self._linear(hidden, layer + "intermediate.dense")
        erf = self.node("Erf", self.node("Div", wide, "root2"))
        gelu = self.node("Mul", self.node("Mul", wide, "half"), self.node("Add", erf, "one"))
        out = self._linear(gelu, layer + "output.dense")
        return self._normalised(self.node("Add", out, hidden), layer + "output.LayerNorm")

    def sentence(self) -> str:
        away = self.node("Mul", self.node("Sub", "one", "mask"), "far")
        bias = self.node("Unsqueeze", away, "axes12")
        hidden = self.embedded()
        depths = [hidden]
        for number in range(_LAYERS):
            layer = f"encoder.layer.{number}."
            hidden = self.widened(self.attended(hidden, layer, bias), layer)
            depths.append(hidden)
        return self.node("Concat", *(self._mean(depths[depth]) for depth in DEPTHS), axis=1)

    def _mean(self, hidden: str) -> str:
        kept = self.node("Mul", hidden, self.node("Unsqueeze", "mask", "axis2"))
        total = self.node("ReduceSum", kept, "axis1", keepdims=0)
        return self.node("Div", total, self.node("ReduceSum", "mask", "axis1", keepdims=1))


def _in_eight_bits(values: Any, axis: int) -> tuple[Any, Any]:
    """Whole numbers from -127 to 127 and what one of them is worth, along `axis` its own."""
    steps = np.abs(values).max(axis=axis, keepdims=axis != 0) / np.float32(127)
    return np.rint(values / steps).astype(np.int8), steps.astype(np.float32)


def write_graph(weights: Path, target: Path) -> None:
    """`ids` (int64) and `mask` (float32), both sentences x pieces, give one row a sentence, its depths side by side."""
    import onnx
    from onnx import TensorProto, helper
    from safetensors.numpy import load_file

    graph = _MiniLM(load_file(str(weights)))
    result = graph.sentence()
    graph.nodes.append(helper.make_node("Identity", [result], ["vectors"], name="vectors"))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "minilm",
            [
                helper.make_tensor_value_info("ids", TensorProto.INT64, ["sentences", "pieces"]),
                helper.make_tensor_value_info("mask", TensorProto.FLOAT, ["sentences", "pieces"]),
            ],
            [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["sentences", len(DEPTHS) * _WIDTH])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
        ir_version=_IR,
    )
    onnx.save(model, str(target))
