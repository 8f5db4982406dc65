"""The trained parts as plain files: numbers in `understanding.npz`, the rest in `understanding.json`. No pickles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.dialogue.nlu.classifier import Classifier, MeaningHead, MeaningSpace, Mixing, WordHead
from bot.dialogue.nlu.features import Terms
from bot.dialogue.nlu.language import Languages
from bot.dialogue.nlu.settings import UnderstandingSettings
from bot.dialogue.nlu.spelling import Spelling


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


def save(parts: Parts, folder: Path) -> None:
    word, meaning = parts.classifier.word, parts.classifier.meaning
    numbers = {
        "word_idf": word.words.idf, "letter_idf": word.letters.idf,
        "word_weights": word.weights, "word_shift": word.shift,
    }  # fmt: skip
    if meaning is not None:
        numbers |= {
            "meaning_centre": meaning.space.centre, "meaning_basis": meaning.space.basis,
            "meaning_examples": meaning.examples.astype(np.float16), "meaning_votes": meaning.votes,
        }  # fmt: skip
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
        Classifier(tuple(told["labels"]), word, _meaning(numbers), Mixing(**told["mixing"])),
        Spelling(**told["spelling"]),
        Languages(**told["languages"]),
        told["phrases"],
        told["curves"],
    )


def _terms(names: list[str], idf: Any) -> Terms:
    return Terms({name: i for i, name in enumerate(names)}, idf)


def _meaning(numbers: Mapping[str, Any]) -> MeaningHead | None:
    if "meaning_votes" not in numbers:
        return None
    space = MeaningSpace(numbers["meaning_centre"], numbers["meaning_basis"])
    return MeaningHead(space, numbers["meaning_examples"].astype(np.float32), numbers["meaning_votes"])
