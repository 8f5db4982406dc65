"""What a message may mean, in words: the names that training learns, each with what the debtor does (`act_words.yml`)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("act_words.yml")


@lru_cache(maxsize=1)
def groups() -> Mapping[str, Mapping[str, str]]:
    """Names of acts with what they mean, under headings."""
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def load() -> Mapping[str, str]:
    """By name, whatever the heading."""
    return {name: words for group in groups().values() for name, words in group.items()}
