"""The words of our pages, English and Spanish, in `texts.yml` and the files beside it. Rendered strictly, as messages are."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml

Language = Literal["en", "es"]
Speaker = Callable[..., str]
LANGUAGES: tuple[Language, ...] = ("en", "es")
_NAMES = ("texts.yml", "desk_texts.yml", "desk_money_texts.yml", "portal_texts.yml", "autopay_texts.yml")
_FILES = tuple(Path(__file__).with_name(name) for name in _NAMES)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """All texts: name, then language."""
    texts: dict[str, dict[str, str]] = {}
    for file in _FILES:
        texts |= yaml.safe_load(file.read_text(encoding="utf-8"))
    return texts


def text(name: str, language: str, **values: object) -> str:
    """Raises KeyError when the text, its language or one of its values is missing."""
    return catalogue()[name][language].format(**values).strip()


def speaker(language: str) -> Speaker:
    """`text` with the language filled in, for templates."""
    return lambda name, **values: text(name, language, **values)


def preferred(accept_language: str) -> Language:
    """The one of ours that a browser names first; English when it names none."""
    for part in accept_language.split(",")[:20]:
        wanted = part.split(";")[0].strip()[:2].lower()
        if wanted == "es":
            return "es"
        if wanted == "en":
            return "en"
    return "en"


def known(language: str | None) -> Language | None:
    """One of ours, or None."""
    return next((ours for ours in LANGUAGES if ours == language), None)
