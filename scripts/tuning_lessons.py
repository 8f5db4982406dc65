"""What the encoder is tuned on, as arrays: `python scripts/tuning_lessons.py TARGET.npz`, in Parley's own environment.

Every message of `data/nlu` that carries a scene, those without one under scenes in which they mean what they say, and
pairs of messages in one: pieces, the scene, the share of each act, and the figures with their roles. With it go the
encoder's weights, so that `tune_encoder.py` needs PyTorch and nothing of Parley.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

from bot.dialogue import nlu
from bot.dialogue.meaning.figures import ABOUT
from bot.dialogue.nlu import acts_training, e5_weights, encoder, lessons, scene_features
from bot.dialogue.nlu.examples import Example
from bot.dialogue.nlu.figures_head import KINDS, fits
from bot.dialogue.nlu.listening import lowered
from bot.dialogue.nlu.scenes import Figure, SceneExample, read_scenes

ROOT = Path(__file__).parents[1]
SEED = 3
PAIRS, LONGEST = 6000, 22
"""Of so many words at most is each of a pair."""
ANYWHERE = (
    "ask_",
    "hardship",
    "talk_to_human",
    "payment_methods",
    "who_are_you",
    "is_this_a_scam",
    "why_verify",
    "third_party",
)
"""What says the same in every scene: one half of a pair does nothing else."""
BETWEEN = {"en": (" ", " ", ". ", ", ", ", and ", ". also "), "es": (" ", " ", ". ", ", ", ", y ", ". tambien ")}


def main(target: Path) -> None:
    folder = ROOT / "data" / "nlu"
    scenes, plain = read_scenes(folder), nlu.read(folder)
    tensors, told = e5_weights.read(encoder.package_folder(e5_weights.PACKAGE) / e5_weights.FILE)
    tokenizer = Tokenizer.from_str(told)
    tokenizer.enable_truncation(encoder.LONGEST)
    some = [plain[at] for at in acts_training.some_plain(plain, SEED)]
    kept = ROOT / "tests" / "nlu" / "heldout"
    held = [one for folder in sorted(kept.iterdir()) if folder.is_dir() for one in read_scenes(folder)]
    labels = lessons.labels_of(scenes)
    arrays = {f"learn.{name}": rows for name, rows in _rows(tokenizer, labels, scenes + pairs(scenes), some).items()}
    arrays |= {f"held.{name}": rows for name, rows in _rows(tokenizer, labels, held, []).items()}
    arrays |= {f"weights.{name}": np.asarray(rows, dtype=np.float32) for name, rows in tensors.items()}
    np.savez(target, labels=np.array(labels), roles=np.array(ABOUT), kinds=np.array(KINDS), **arrays)


def pairs(scenes: Sequence[SceneExample]) -> list[SceneExample]:
    """Two messages as one, in the scene of the first: what it does, and a question or a story that fits anywhere."""
    chance = random.Random(SEED)
    short = [one for one in scenes if one.acts and len(one.acts) < 3 and len(one.text.split()) <= LONGEST]
    anywhere = [one for one in short if all(act.startswith(ANYWHERE) for act in one.acts)]
    found = []
    while len(found) < PAIRS:
        first, second = chance.choice(short), chance.choice(anywhere)
        if first.language == second.language and not set(first.acts) & set(second.acts):
            found.append(_joined(first, second, chance))
    return found


def _joined(first: SceneExample, second: SceneExample, chance: random.Random) -> SceneExample:
    between = chance.choice(BETWEEN[first.language])
    one, other = (first, second) if chance.random() < 0.5 else (second, first)
    shift = len(one.text) + len(between)
    later = tuple(replace(figure, start=figure.start + shift, end=figure.end + shift) for figure in other.figures)
    text, acts = one.text + between + other.text, (*one.acts, *other.acts)
    return SceneExample(text, first.language, first.scene, acts, one.figures + later)


def _rows(
    tokenizer: Any, labels: Sequence[str], scenes: Sequence[SceneExample], plain: Sequence[Example]
) -> dict[str, Any]:
    """`pieces` one after the other with the `ends` of each message; `figures` are (message, first and last piece + 1,
    role, kind)."""
    drawn = lessons.drawn(plain, SEED)
    right, counts = lessons.right_answers(labels, scenes, drawn)
    texts = [*(one.text for one in scenes), *(plain[one.at].text for one in drawn)]
    before = encoder.E5.before
    read = [tokenizer.encode(before + lowered(text)) for text in texts]
    figures = [
        (row, *span, ABOUT.index(figure.about), KINDS.index(figure.kind))
        for row, one in enumerate(scenes)
        for figure in one.figures
        if fits(figure.kind, figure.about) and (span := _pieces_of(figure, read[row].offsets, len(before)))
    ]
    return {
        "pieces": np.concatenate([np.array(one.ids, dtype=np.int32) for one in read]),
        "ends": np.cumsum([len(one.ids) for one in read]),
        "scenes": np.stack([scene_features.features(one.scene) for one in [*scenes, *drawn]]),
        "right": right,
        "counts": counts,
        "figures": np.array(figures, dtype=np.int32).reshape(-1, 5),
    }


def _pieces_of(figure: Figure, offsets: Sequence[tuple[int, int]], shift: int) -> tuple[int, int] | None:
    inside = [at for at, (a, b) in enumerate(offsets) if a - shift < figure.end and b - shift > figure.start and b > a]
    return (inside[0], inside[-1] + 1) if inside else None


if __name__ == "__main__":
    main(Path(sys.argv[1]))
