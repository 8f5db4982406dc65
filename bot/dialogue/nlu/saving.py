"""The trained parts as plain files, no pickles: numbers in `understanding.npz`, the rest in `understanding.json`.

What messages mean stands in `meaning.onnx`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from bot.dialogue.nlu.acts_head import ActsHead
from bot.dialogue.nlu.classifier import Classifier, Mixing, WordHead
from bot.dialogue.nlu.features import Terms
from bot.dialogue.nlu.figures_head import FiguresHead
from bot.dialogue.nlu.language import Languages
from bot.dialogue.nlu.meaning import MeaningHead, MeaningSpace
from bot.dialogue.nlu.network import Network
from bot.dialogue.nlu.settings import UnderstandingSettings
from bot.dialogue.nlu.spelling import Spelling

_MEANING = "meaning.onnx"
_LAYERS = 4  # arrays of a network
_ACTS = ("centre", "weighed", "dense", "runs")


@dataclass(frozen=True)
class Parts:
    """Everything learnt, and the settings it was learnt with."""

    settings: UnderstandingSettings
    classifier: Classifier
    spelling: Spelling
    languages: Languages
    phrases: Mapping[str, Any]
    curves: Mapping[str, Any]
    """What each threshold costs and brings, from training."""
    trained_on: int
    """How many messages."""
    cues: Mapping[str, Any] = field(default_factory=dict)
    acts: ActsHead | None = None
    figures: FiguresHead | None = None
    """None where no message with its scene was there to learn from."""


def save(parts: Parts, folder: Path) -> None:
    word, meaning = parts.classifier.word, parts.classifier.meaning
    numbers = {
        "word_idf": word.words.idf, "letter_idf": word.letters.idf,
        "word_weights": word.weights, "word_shift": word.shift,
    }  # fmt: skip
    if meaning is not None:
        numbers |= {
            "meaning_centre": meaning.space.centre, "meaning_basis": meaning.space.basis,
        }  # fmt: skip
        (folder / _MEANING).write_bytes(meaning.graph)
    if parts.acts is not None:
        numbers |= {f"acts_{name}": getattr(parts.acts, name) for name in _ACTS}
    if parts.figures is not None:
        numbers |= _of_networks("figures", (parts.figures.network,))
    np.savez(folder / "understanding.npz", **numbers)
    told = {
        "settings": asdict(parts.settings),
        "labels": parts.classifier.labels,
        "mixing": asdict(parts.classifier.mixing),
        "words": list(word.words.vocabulary),
        "letters": list(word.letters.vocabulary),
        "spelling": parts.spelling.as_json(),
        "languages": parts.languages.as_json(),
        "phrases": parts.phrases,
        "curves": parts.curves,
        "trained_on": parts.trained_on,
        "cues": parts.cues,
        "acts": parts.acts.labels if parts.acts else None,
    }
    (folder / "understanding.json").write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def load(folder: Path) -> Parts:
    told = json.loads((folder / "understanding.json").read_text(encoding="utf-8"))
    with np.load(folder / "understanding.npz", allow_pickle=False) as stored:
        numbers = {name: stored[name] for name in stored.files}
    word = WordHead(
        _terms(told["words"], numbers["word_idf"]),
        _terms(told["letters"], numbers["letter_idf"]),
        numbers["word_weights"],
        numbers["word_shift"],
    )
    return Parts(
        UnderstandingSettings(**told["settings"]),
        Classifier(tuple(told["labels"]), word, _meaning(folder, numbers), Mixing(**told["mixing"])),
        Spelling(**told["spelling"]),
        Languages(**told["languages"]),
        told["phrases"],
        told["curves"],
        told["trained_on"],
        told["cues"],
        ActsHead(told["acts"], *(numbers[f"acts_{name}"] for name in _ACTS)) if told["acts"] else None,
        next((FiguresHead(network) for network in _networks("figures", numbers)), None),
    )


def _terms(names: list[str], idf: Any) -> Terms:
    return Terms({name: i for i, name in enumerate(names)}, idf)


def _meaning(folder: Path, numbers: Mapping[str, Any]) -> MeaningHead | None:
    if not (folder / _MEANING).is_file():
        return None
    space = MeaningSpace(numbers["meaning_centre"], numbers["meaning_basis"])
    return MeaningHead(space, (folder / _MEANING).read_bytes())


def _of_networks(name: str, networks: Sequence[Network]) -> dict[str, Any]:
    """In 16 bits; the models are as good."""
    return {
        f"{name}_{number}_{layer}": weights.astype(np.float16)
        for number, network in enumerate(networks)
        for layer, weights in enumerate(network.weights)
    }


def _networks(name: str, numbers: Mapping[str, Any]) -> tuple[Network, ...]:
    count = sum(1 for one in numbers if one.startswith(name + "_")) // _LAYERS
    return tuple(
        Network(tuple(numbers[f"{name}_{number}_{layer}"].astype(np.float32) for layer in range(_LAYERS)))
        for number in range(count)
    )
