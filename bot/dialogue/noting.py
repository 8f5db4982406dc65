"""Writes down what was heard of a message, in which scene, and whether it came to nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.meaning.scene_json import scene_as_json
from bot.dialogue.turn import Turn
from bot.handoff import hearing

_NOTHING = frozenset({"unclear", "out_of_scope"})


class Noting:
    """Made before a message is answered: answering changes the scene that it was heard in."""

    def __init__(self, turn: Turn) -> None:
        self._turn, self._misses = turn, turn.state.misses
        self._scene: Mapping[str, Any] = scene_as_json(turn.known.scene)
        self._language, self._talk = turn.conversation.language, turn.conversation.id

    def write(self) -> None:
        turn, said = self._turn, self._turn.meaning.said
        if not any(one.words for one in said) and not turn.message.text.strip():
            return
        ids = (turn.message.id, *turn.message.joined)
        acts = [one.name for one in said]
        hearing.hear(turn.session, self._talk, ids, self._scene, acts, language=self._language, why=self._why(),
                     now=turn.now)  # fmt: skip

    def _why(self) -> hearing.Why:
        """A person who owns the conversation hears it, or it was a proof: then nothing came to nothing."""
        if self._turn.overheard or self._turn.was_proof:
            return ""
        if any(one.needs_check for one in self._turn.meaning.said):
            return "check"
        meaning = self._turn.meaning
        missed = self._turn.state.misses > self._misses or _NOTHING & {one.name for one in meaning.said}
        return "not_understood" if missed or meaning.missed else ""
