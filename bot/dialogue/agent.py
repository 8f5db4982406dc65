"""The Rasa agent as an engine: no server, no fail-safe store, actions in this process.

An exception in an action or in the store would be logged and swallowed by Rasa, and the debtor would hear nothing.
Here it is kept on the turn, and the turn is rolled back and run again.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from rasa.core.actions.action import RemoteAction
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from bot import contact
from bot.dialogue.meaning.acts import Meaning
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.responses import ApprovedResponses
from bot.dialogue.turn import Turn, current, running


class InProcessActions(EndpointConfig):
    """Runs the actions of the package `actions` through the SDK's own executor, without HTTP."""

    def __init__(self, package: str = "actions") -> None:
        super().__init__(url="in-process", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(self, method: str = "post", **kwargs: Any) -> Any:
        try:
            return await self._executor.run(kwargs["json"]) or {"events": [], "responses": []}
        except ActionExecutionRejection as rejection:
            text = f'{{"action_name": "{rejection.action_name}", "error": "rejected"}}'
            raise ClientResponseError(400, "rejected", text) from rejection
        except Exception as error:
            turn = current()
            if turn is not None:
                turn.failure = error
            raise


class Spoken(OutputChannel):
    """Collects what one turn says, for the door."""

    def __init__(self) -> None:
        self.says: list[contact.Say] = []

    @classmethod
    def name(cls) -> str:
        return "parley"

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        name = message.get("said_as") or message.get("utter_action") or message.get("template_name")
        assert name, "only named responses may be said"
        response = contact.texts.load()[name]
        self.says.append(
            contact.Say(
                response=name,
                text=message["text"],
                audience=response.audience,
                tag=response.tag,
                choices=tuple(button["title"] for button in message.get("buttons") or ()),
                discloses=response.discloses,
                debt_id=message.get("debt_id"),
            )
        )


class OneTurn(TrackerStore):
    """Rasa's tracker lives for one turn: what a conversation remembers is our own row (`state`), and nothing reads
    Rasa's events afterwards.
    """

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        return None

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Nothing: the turn is over."""


class ParleyAgent(Agent):
    """Without Rasa's fail-safe wrapper: a database error must end the turn, not the conversation."""

    @staticmethod
    def _create_tracker_store(store: TrackerStore | None, domain: Domain | None) -> TrackerStore:
        assert store is not None
        store.domain = domain
        return store


class Engine:
    """One trained model, ready to run turns. Raises RuntimeError when the model cannot be loaded."""

    def __init__(self, model: Path) -> None:
        _cache_event_types()
        _trust_our_own_actions()
        self._loop = asyncio.new_event_loop()
        self._agent = ParleyAgent(
            generator=ApprovedResponses(), tracker_store=OneTurn(Domain.empty()), action_endpoint=InProcessActions()
        )
        self._agent.load_model(str(model))
        if not self._agent.is_ready():
            raise RuntimeError(f"the model {model} was not loaded")

    def understand(self, text: str, scene: Scene) -> Meaning:
        """What a text means in this scene: Rasa runs the NLU graph, whose last component says it."""
        meaning: Meaning = self.parse(text, {"scene": scene})["meaning"]
        return meaning

    def parse(self, text: str, hints: dict[str, Any]) -> dict[str, Any]:
        """What the NLU makes of a text, without a conversation."""
        assert self._agent.processor is not None
        return self._loop.run_until_complete(self._agent.processor.parse_message(UserMessage(text, metadata=hints)))

    def talk(self, turn: Turn) -> list[contact.Say]:
        """What the assistant says to `turn.message`. Raises whatever went wrong in it."""
        return self._loop.run_until_complete(self._run(turn))

    async def _run(self, turn: Turn) -> list[contact.Say]:
        """Rules lead from the first act to its action; each action leads to the next act of the message."""
        spoken, heard = Spoken(), turn.queue[0] if turn.queue else None
        assert heard is not None, "a message that means nothing reached Rasa"
        message = UserMessage(
            turn.message.text,
            spoken,
            turn.conversation.id,
            parse_data={
                "intent": {"name": heard.name, "confidence": heard.confidence},
                "entities": [],
                "text": turn.message.text,
            },
            input_channel=turn.conversation.channel,
            message_id=turn.message.id,
        )
        with running(turn):
            await self._agent.handle_message(message)
        if turn.failure is not None:
            raise turn.failure
        return spoken.says


def _trust_our_own_actions() -> None:
    """Rasa checks what an action server sent against a schema, and the schema against its own: half of a turn.

    Ours runs in this process, and the SDK's executor has made the result.
    """
    RemoteAction._validate_action_result = lambda self, result: True  # type: ignore[method-assign]


def _cache_event_types() -> None:
    """Rasa looks through all event classes for every event it reads; once is enough."""
    types = {cls.type_name: cls for cls in all_subclasses(Event)}

    def resolve_by_type(type_name: str, default: Any = None) -> Any:
        return types.get(type_name, default)

    Event.resolve_by_type = staticmethod(resolve_by_type)  # type: ignore[method-assign]
