"""How a named response becomes text inside Rasa: strictly, from approved texts, in the debtor's language.

`nlg: {type: bot.dialogue.responses.ApprovedResponses}` in endpoints.yml makes `rasa shell` speak the same.
"""

from __future__ import annotations

from typing import Any

from rasa.core.nlg import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot import contact
from bot.dialogue import truths
from bot.dialogue.turn import current


class ApprovedResponses(NaturalLanguageGenerator):
    """Values arrive as written text. An error ends the turn: half an answer about money is worse than none."""

    def __init__(self, endpoint_config: Any = None, domain: Domain | None = None) -> None:
        self.domain = domain

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> dict[str, Any]:
        turn = current()
        language = turn.conversation.language if turn is not None else "en"
        try:
            said = truths.render(turn, utter_action, kwargs) if turn is not None else _alone(utter_action, kwargs)
        except contact.texts.TextError as error:
            if turn is not None:
                turn.failure = error
            raise
        buttons = [{"title": choice, "payload": choice} for choice in said.choices]
        return {"text": said.text, "buttons": buttons, "language": language, "said_as": said.response}


def _alone(name: str, values: dict[str, Any]) -> contact.Say:
    """In `rasa shell` nobody is written to: what a text states is not checked."""
    true = contact.texts.load()[name].requires
    return contact.texts.render(name, "en", values, today=contact.texts.date.today(), true=true)
