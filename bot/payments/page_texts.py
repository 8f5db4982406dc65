"""The words of the payment page, English and Spanish, in `page_texts.yml`. Rendered strictly, as messages are."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("page_texts.yml")


@lru_cache(maxsize=1)
def _catalogue() -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return texts


def text(name: str, language: str, **values: str) -> str:
    """Raises KeyError when the text, the language or one of its values is missing."""
    return _catalogue()[name][language].format(**values)


def names() -> tuple[str, ...]:
    return tuple(_catalogue())
