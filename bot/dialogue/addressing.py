"""Tú or usted: whoever says tú to us in Spanish hears it, and whoever says usted hears that.

Usted until a message of theirs says otherwise; one that says both, or neither, changes nothing. Who asks for one of the
two has it for good.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bot.dialogue.meaning.cues import Cues
from bot.dialogue.turn import Turn

PHRASES = Path(__file__).parents[2] / "data" / "spanish" / "address.yml"


@lru_cache(maxsize=1)
def _lists() -> Cues:
    return Cues.read(PHRASES)


def follow(turn: Turn) -> None:
    """Before a message is answered."""
    state, lists, text = turn.state, _lists(), turn.message.text
    for name, says_tu in (("asks for tu", True), ("asks for usted", False)):
        if lists.holds(name, text):
            state.says_tu, state.address_chosen = says_tu, True
            return
    tu, usted = lists.holds("tu", text), lists.holds("usted", text)
    if turn.conversation.language == "es" and tu != usted and not state.address_chosen:
        state.says_tu = tu
