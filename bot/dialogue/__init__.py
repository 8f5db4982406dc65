"""What plugs into Rasa: the turn, the agent as an engine, the tail tracker store, the approved responses, the NLU.

Importing this room does not import rasa, which takes 15 to 30 seconds; `load_engine` does.
"""

from __future__ import annotations

from bot.dialogue import tables
from bot.dialogue.loop import before_rasa, count_death, hints, take_one
from bot.dialogue.standalone import turn_of
from bot.dialogue.turn import Matter, Question, State, Turn, current, dialogue_states, load_state, save_state
from bot.dialogue.underway import Underway

__all__ = [
    "Matter", "Question", "State", "Turn", "Underway", "before_rasa", "count_death", "current", "dialogue_states",
    "hints", "load_engine", "load_state", "save_state", "tables", "take_one", "turn_of",
]  # fmt: skip


def load_engine(model: str, *, without_tensorflow: bool = False):  # type: ignore[no-untyped-def]
    """The trained model, ready for turns. `without_tensorflow` saves ten seconds and 340 MB of imports."""
    if without_tensorflow:
        from bot.dialogue.no_tensorflow import install

        install()
    from pathlib import Path

    from bot.dialogue.agent import Engine

    return Engine(Path(model))
