"""Graphs for onnxruntime, written down node by node, their large products in eight bits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

FLOAT, INT32, INT64 = 1, 6, 7
"""Of onnx.TensorProto."""
_OPSET, _IR = 17, 8


NO_OVERFLOW = 63
"""`most` of a product that has to be the same everywhere. Processors without VNNI add two products of eight bits in
sixteen and cut off what is more: 2 * 255 * 127 is, 2 * 255 * 63 is not (`reduce_range` in onnxruntime). The encoders
take all eight bits: seven cost 0.8 of a point of what is understood, and a model learns where it runs."""


class Graph:
    """Collects nodes and constants; every method returns the name of its result."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._squeezed_already: set[str] = set()

    def constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        from onnx import helper

        name = f"{kind}_{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, list(inputs), [name], name=name, **attributes))
        return name

    def product(self, value: str, name: str, matrix: Any, most: int = 127) -> str:
        """With a constant matrix, each column with its own step; onnxruntime fuses these nodes into one."""
        kernel, steps = in_eight_bits(matrix, axis=0, most=most)
        small, step, zero = self._squeezed(value)
        product = self.node("MatMulInteger", small, self.constant(name + ".kernel", kernel), zero)
        scale = self.node("Mul", step, self.constant(name + ".steps", steps))
        return self.node("Mul", self.node("Cast", product, to=FLOAT), scale)

    def _squeezed(self, value: str) -> list[str]:
        """Eight bits, their step and their zero, measured anew for every message."""
        from onnx import helper

        names = [f"{value}.{part}" for part in ("small", "step", "zero")]
        if value not in self._squeezed_already:
            self._squeezed_already.add(value)
            self._nodes.append(helper.make_node("DynamicQuantizeLinear", [value], names, name=f"{value}.squeezed"))
        return names

    def written(self, inputs: Mapping[str, tuple[int, list[Any]]], *results: tuple[str, list[Any]]) -> bytes:
        """The model in onnx's format; inputs by their types and shapes, what it gives by their names and shapes."""
        from onnx import helper

        told = [helper.make_tensor_value_info(name, *kind) for name, kind in inputs.items()]
        gives = [helper.make_tensor_value_info(name, FLOAT, shape) for name, shape in results]
        graph = helper.make_graph(self._nodes, "graph", told, gives, self._constants)
        sets = [helper.make_opsetid("", _OPSET), helper.make_opsetid("com.microsoft", 1)]
        model: bytes = helper.make_model(graph, opset_imports=sets, ir_version=_IR).SerializeToString()
        return model


def in_eight_bits(values: Any, axis: int, most: int = 127) -> tuple[Any, Any]:
    """Whole numbers from `-most` to `most` and what one of them is worth, along `axis` its own."""
    steps = np.abs(values).max(axis=axis, keepdims=axis != 0) / np.float32(most)
    return np.rint(values / steps).astype(np.int8), steps.astype(np.float32)


def opened(model: bytes | Path) -> Any:
    """A session of onnxruntime, on one thread: one message is too little for two."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    source = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
