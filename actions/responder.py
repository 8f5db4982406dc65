"""What all actions share: hear, answer, and carry on with the other matters of the same message.

An action's name is its class name: `ActionAccountsBalance` is `action_accounts_balance`. A refusal that a room
raises is said in its own words; somebody who is not known yet is asked first and then gets what they wanted.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from bot import dialogue, identity
from bot.core import Refusal
from bot.dialogue import Turn

RULES = Path(__file__).parents[1] / "data" / "rules"
SMALL_TALK = frozenset(
    ["greet", "thanks", "goodbye", "affirm", "deny", "inform", "choose_option", "repeat", "help", "anger", "feedback",
     "out_of_scope", "nlu_fallback"]
)  # fmt: skip
"""Said without meaning anything new: two misses around it are still two in a row."""


class Responder(Action):
    """One action: `respond` makes one call to a room and says what came of it."""

    overhears = False
    """True for safety and law: acted on even while a person owns the conversation."""

    def name(self) -> str:
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()

    @abstractmethod
    def respond(self, turn: Turn) -> None: ...

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[Any]:
        """No rule follows a followed-up action: the last one says itself that it is the debtor's turn."""
        with dialogue.turn_of(tracker.sender_id, tracker.latest_message) as turn:
            is_first = turn.heard is None
            turn.hear(tracker.latest_message)
            before = len(turn.says)
            self._act(turn, is_first=is_first)
            for response, values in turn.says[before:]:
                dispatcher.utter_message(response=response, **values)
            if turn.also:
                return [FollowupAction(action_of(turn.also[0].intent))]
            return [] if is_first else [FollowupAction("action_listen")]

    def _act(self, turn: Turn, *, is_first: bool) -> None:
        from actions import attention

        if turn.overheard and not self.overhears:
            turn.also.clear()
            return
        misses = turn.state.misses
        try:
            if not (is_first and attention.comes_first(turn)):
                self.respond(turn)
        except Refusal as refusal:
            refused(turn, refusal)
        if turn.state.misses == misses and turn.matter.intent not in SMALL_TALK:
            turn.state.misses = 0
        if not turn.also:
            attention.comes_last(turn)


def refused(turn: Turn, refusal: Refusal) -> None:
    """Say the refusal; when it is only that we do not know them, remember what they wanted."""
    from actions import debts
    from actions.identity import wait_for_proof

    if isinstance(refusal, identity.NotVerified):
        wait_for_proof(turn)
    elif isinstance(refusal, debts.SeveralDebts):
        turn.state.wanted = [matter.as_json() for matter in (turn.matter, *turn.also)]
        turn.also.clear()
        debts.ask_which(turn)
    else:
        turn.say(refusal.response, **refusal.values)


@lru_cache(maxsize=1)
def _actions_by_intent() -> dict[str, str]:
    found = {}
    for path in sorted(RULES.glob("*.yml")):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            intent, action = rule["steps"][0]["intent"], rule["steps"][1]["action"]
            found[intent] = action
    return found


def action_of(intent: str) -> str:
    """The action that the rules give to an intent: the one place that says so."""
    return _actions_by_intent()[intent]
