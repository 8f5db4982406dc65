"""What plugs into Rasa: the turn, the agent as an engine, the approved responses, and what messages mean.

Importing this room does not import rasa, which takes 15 to 30 seconds; `load_engine` does.
"""

from __future__ import annotations

from bot.dialogue import effects, meant, moving, questions, state
from bot.dialogue.gathering import BURST, Gathering
from bot.dialogue.loop import count_death, take_one
from bot.dialogue.standalone import turn_of
from bot.dialogue.state import State, dialogue_states, load_state, save_state
from bot.dialogue.turn import Turn, current
from bot.dialogue.underway import Underway

__all__ = [
    "BURST", "Gathering", "State", "Turn", "Underway", "count_death", "current", "dialogue_states", "effects", "load_engine",
    "load_state", "meant", "moving", "questions", "save_state", "state", "take_one", "turn_of",
]  # fmt: skip


def load_engine(model: str, *, without_tensorflow: bool = False):  # type: ignore[no-untyped-def]
    """The trained model, ready for turns. `without_tensorflow` saves ten seconds and 340 MB of imports."""
    if without_tensorflow:
        from bot.dialogue.no_tensorflow import install

        install()
    from pathlib import Path

    from bot.dialogue.agent import Engine

    return Engine(Path(model))
