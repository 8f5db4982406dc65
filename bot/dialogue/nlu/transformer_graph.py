"""The graph of a sentence encoder, written down node by node from its weights, in eight bits.

Layers of attention and GELU (Devlin et al. 2018); the mean over the pieces of a sentence at several depths. What the
words are, what they are doing and what is meant say more together than the last alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bot.dialogue.nlu.graph import FLOAT, INT32, INT64, Graph, in_eight_bits

WIDTH = 384
_HEADS = 12
_EPSILON = 1e-12
Tensors = dict[str, Any]
"""By the names that BERT gives them."""


class _Transformer(Graph):
    def __init__(self, tensors: Tensors) -> None:
        super().__init__()
        self._tensors = tensors
        for name, number in (("one", 1.0), ("half", 0.5), ("root2", math.sqrt(2))):
            self.constant(name, np.array(number, dtype=np.float32))
        for name, axis in (("axis1", [1]), ("axis2", [2])):
            self.constant(name, np.array(axis, dtype=np.int64))

    def _linear(self, value: str, weights: str) -> str:
        wide = self.product(value, weights, self._tensors[weights + ".weight"].T)
        return self.node("Add", wide, self.constant(weights + ".shift", self._tensors[weights + ".bias"]))

    def _normalised(self, value: str, weights: str) -> str:
        gain = self.constant(weights + ".gain", self._tensors[weights + ".weight"])
        shift = self.constant(weights + ".shift", self._tensors[weights + ".bias"])
        return self.node("LayerNormalization", value, gain, shift, axis=-1, epsilon=_EPSILON)

    def embedded(self) -> str:
        first = "embeddings."
        words, steps = in_eight_bits(self._tensors[first + "word_embeddings.weight"], axis=1)
        fixed = (
            self._tensors[first + "position_embeddings.weight"]
            + self._tensors[first + "token_type_embeddings.weight"][0]
        )
        places = self.constant("places", fixed)
        length = self.node("Slice", self.node("Shape", "ids"), "axis1", "axis2")
        at = self.node("Slice", places, self.constant("start", np.array([0], dtype=np.int64)), length, "start")
        piece = self.node("Cast", self.node("Gather", self.constant("words", words), "ids", axis=0), to=FLOAT)
        step = self.node("Gather", self.constant("steps", steps), "ids", axis=0)
        summed = self.node("Add", self.node("Mul", piece, step), at)
        return self._normalised(summed, first + "LayerNorm")

    def attended(self, hidden: str, layer: str, heeded: str) -> str:
        query, key, value = (
            self._linear(hidden, f"{layer}attention.self.{part}") for part in ("query", "key", "value")
        )
        told = {"domain": "com.microsoft", "num_heads": _HEADS}
        mixed = self.node("MultiHeadAttention", query, key, value, "", heeded, **told)
        out = self._linear(mixed, layer + "attention.output.dense")
        return self._normalised(self.node("Add", out, hidden), layer + "attention.output.LayerNorm")

    def widened(self, hidden: str, layer: str) -> str:
        wide = self._linear(hidden, layer + "intermediate.dense")
        erf = self.node("Erf", self.node("Div", wide, "root2"))
        gelu = self.node("Mul", self.node("Mul", wide, "half"), self.node("Add", erf, "one"))
        out = self._linear(gelu, layer + "output.dense")
        return self._normalised(self.node("Add", out, hidden), layer + "output.LayerNorm")

    def sentence(self, depths: Sequence[int]) -> tuple[str, str]:
        """The means of a sentence, and its pieces as the last layer leaves them."""
        heeded = self.node("Cast", "mask", to=INT32)
        hidden = self.embedded()
        passed = [hidden]
        for number in range(max(depths)):
            layer = f"encoder.layer.{number}."
            hidden = self.widened(self.attended(hidden, layer, heeded), layer)
            passed.append(hidden)
        return self.node("Concat", *(self._mean(passed[depth]) for depth in depths), axis=1), hidden

    def sought(self, pieces: str, seek: Any, found: Any) -> str:
        """For each act what the pieces say that it looks at; `seek` and `found` are acts x width."""
        unseen = self.node("Mul", self.node("Sub", "mask", "one"), self.constant("far", np.array(1e4, dtype=np.float32)))
        looks = self.node("MatMul", pieces, self.constant("seek", seek.T.astype(np.float32)))
        share = self.node("Softmax", self.node("Add", looks, self.node("Unsqueeze", unseen, "axis2")), axis=1)
        told = self.node("MatMul", pieces, self.constant("found", found.T.astype(np.float32)))
        return self.node("ReduceSum", self.node("Mul", share, told), "axis1", keepdims=0)

    def _mean(self, hidden: str) -> str:
        kept = self.node("Mul", hidden, self.node("Unsqueeze", "mask", "axis2"))
        total = self.node("ReduceSum", kept, "axis1", keepdims=0)
        return self.node("Div", total, self.node("ReduceSum", "mask", "axis1", keepdims=1))


def write_graph(
    tensors: Tensors, depths: Sequence[int], target: Path, sought: tuple[Any, Any] | None = None
) -> None:  # fmt: skip
    """`ids` (int64) and `mask` (float32), both sentences x pieces, give one row a sentence, its depths side by side.

    `depths` says after which layers the mean is taken; 0 is the words themselves. The second result is the pieces one
    by one, after the last layer. With `sought`, what each act seeks and finds in them, the row goes on with that.
    """
    graph = _Transformer(tensors)
    means, pieces = graph.sentence(depths)
    width = len(depths) * WIDTH
    if sought is not None:
        means, width = graph.node("Concat", means, graph.sought(pieces, *sought), axis=1), width + len(sought[0])
    inputs: dict[str, tuple[int, list[Any]]] = {
        "ids": (INT64, ["sentences", "pieces"]),
        "mask": (FLOAT, ["sentences", "pieces"]),
    }
    told = (means, ["sentences", width]), (pieces, ["sentences", "pieces", WIDTH])
    target.write_bytes(graph.written(inputs, *told))
