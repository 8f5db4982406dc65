"""What is said beside a proof while we ask who they are: they lack it, the phone is gone, no code came.

Closed lists in `data/phrases/asked_for.yml`, a lookup from end to end; they count only while that question is open.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bot.dialogue.meaning.cues import Cues

PHRASES = Path(__file__).parents[3] / "data" / "phrases" / "asked_for.yml"


@lru_cache(maxsize=1)
def _lists() -> Cues:
    return Cues.read(PHRASES)


def says(name: str, text: str) -> bool:
    return name in _lists().said(text)
