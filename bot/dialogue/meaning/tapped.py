"""The words on the buttons of the open question (`data/phrases/taps.yml`): tapped or typed, they are what they stand for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import yaml

from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.scene import Scene

DECLARED = Path(__file__).parents[3] / "data" / "phrases" / "taps.yml"


@lru_cache(maxsize=1)
def declared() -> dict[str, dict[str, list[str]]]:
    """By question: the words in each language, and the acts that they are heard as."""
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(DECLARED.read_text(encoding="utf-8"))
    return found


def label(text: str, scene: Scene) -> str | None:
    """The act with its value behind a colon; None for words that stand on no button of the question."""
    words = tuple(words_of(text))
    return next((_heard(name)[words] for name in _names(scene) if words in _heard(name)), None) if words else None


def _names(scene: Scene) -> Iterator[str]:
    """What the declaration may call the question."""
    if scene.asked is None:
        return
    if scene.asked == "meant":
        yield "meant two" if len(scene.candidates) > 1 else "meant one"
    if scene.asked == "shares" and scene.shares:
        yield "shares read back"
    yield f"{scene.asked} {scene.missing or scene.awaits or ''}".strip()
    yield scene.asked


@lru_cache(maxsize=64)
def _heard(name: str) -> dict[tuple[str, ...], str]:
    told = declared().get(name)
    if told is None:
        return {}
    return {tuple(words_of(words)): act for one in ("en", "es") for words, act in zip(told[one], told["hears"])}
