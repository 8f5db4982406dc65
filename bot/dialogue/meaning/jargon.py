"""Words of ours, and of this field, that people ask the meaning of: a lookup in `data/phrases/jargon.yml`.

What each means is said by `utter_meaning_<name>`.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bot.dialogue.meaning.cues import FILLER, Cues

PHRASES = Path(__file__).parents[3] / "data" / "phrases" / "jargon.yml"
MOST = 2
"""Meanings of one answer."""


@lru_cache(maxsize=1)
def _lists() -> Cues:
    return Cues.read(PHRASES)


def named(text: str) -> tuple[str, ...]:
    """Those that stand in a text of theirs or of ours, in the order of the file; at most two."""
    found = _lists()
    return tuple(name for name in found.table if name != FILLER and found.holds(name, text))[:MOST]
