"""What a message wants: intents, entities, several matters at once, in English and Spanish. Does not import rasa."""

from __future__ import annotations

from bot.dialogue.nlu.examples import Example, read
from bot.dialogue.nlu.pipeline import Understanding
from bot.dialogue.nlu.settings import UnderstandingSettings, checked

__all__ = ["Example", "Understanding", "UnderstandingSettings", "checked", "read"]
