"""A message of signs alone: a face says how somebody feels, a thumb answers only what was asked."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from actions.dialogue import missed
from actions.identity import ask_who
from bot.dialogue import Matter, Turn

_MEANT = {
    "sad": "😢😭😞😔😟🥺😥😓😩😫😖😣☹🙁💔😿😰😨😪",
    "anger": "😡🤬😠👿🖕😤🙄💢😒",
    "thanks": "🙏❤🧡💛💚💙💜🥰😊☺🙂😀😃😄😁🤗😍🫶🎉",
    "answer": "👍👌✅💯🙌👎❌",
    "danger": "🔫🔪🗡⚰🪦",
    "greet": "👋",
}
_FACES = {sign: meant for meant, signs in _MEANT.items() for sign in signs}
_JOINS = frozenset("\u200d\ufe0e\ufe0f🏻🏼🏽🏾🏿♀♂ ")
"""What only shapes the sign before it."""


def feeling(text: str) -> str | None:
    """What the signs say, the gravest first; "unknown" when no list holds them. None when there are words."""
    signs = [sign for sign in text.strip() if sign not in _JOINS]
    if not signs or any(unicodedata.category(sign) != "So" for sign in signs):
        return None
    found = {_FACES.get(sign, "unknown") for sign in signs}
    return next(meant for meant in ("danger", "sad", "anger", "answer", "thanks", "greet", "unknown") if meant in found)


def answers_face(turn: Turn) -> bool:
    """True when everything is said, or another matter is what comes next."""
    face, text = feeling(turn.message.text), turn.message.text
    if face is None or (face == "answer" and turn.state.question is not None):
        return False
    turn.also.clear()
    if face == "danger":
        turn.heard = Matter("crisis", 0.0, text, caught_by="sign", needs_check=True, whole=text)
        return False
    meant = {"answer": "thanks", "unknown": "nlu_fallback", "sad": "hardship"}.get(face, face)
    turn.heard = Matter(meant, 1.0, text, whole=text)
    if face != "sad":
        turn.also.append(turn.heard)
    elif turn.is_verified():
        _sad(turn)
    else:
        ask_who(turn)
    return True


def _sad(turn: Turn) -> None:
    """Acknowledged, then one thing asked; the next one in a row is no answer that we can read."""
    turn.heard = replace(turn.matter, intent="nlu_fallback")
    if turn.state.misses:
        missed(turn)
        return
    turn.state.misses += 1
    turn.say("utter_dialogue_sad")
    turn.ask_again()
