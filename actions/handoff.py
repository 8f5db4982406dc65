"""Getting a person, from every turn: for the whole conversation, or for one thing while the assistant goes on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from actions.answers import answers, what_else
from actions.responder import Responder
from bot import contact, handoff
from bot.core import record
from bot.dialogue import Matter, Question, Turn


def hand_over(turn: Turn, reason: handoff.Reason, response: str, **values: object) -> None:
    """Put the conversation into the queue and say what happens next. Whoever takes it sees the rest of the message."""
    summary = _summary(turn)
    turn.answered()
    turn.also.clear()
    turn.say(response, **values)
    open_case(turn, reason, summary)


def open_case(turn: Turn, reason: handoff.Reason, summary: dict[str, Any]) -> None:
    """The queue owns the conversation from here on; a person who owns it already goes on owning it."""
    handoff.open_case(turn.session, turn.refreshed(), reason, summary, turn.now)
    if turn.refreshed().owner == contact.BOT:
        contact.set_owner(turn.session, turn.conversation.id, contact.QUEUE)


def note(turn: Turn, response: str, **values: object) -> None:
    """Something for a person to do while the conversation goes on here: written down, on the list, acknowledged."""
    turn.state.noted.append(turn.matter.text)
    data = {"asked": turn.matter.intent, "message": turn.message.id}
    record(turn.session, "RequestNoted", subject=turn.conversation.id, data=data, now=turn.now, actor="debtor")
    handoff.open_case(turn.session, turn.refreshed(), handoff.Reason.REQUEST, _summary(turn), turn.now)
    contact.set_owner(turn.session, turn.conversation.id, contact.BOT)
    turn.say(response, **values)


def _summary(turn: Turn) -> dict[str, Any]:
    """What they should know first; ids and their own words, no figures that could be stale."""
    summary: dict[str, Any] = {
        "asked": turn.matter.intent, "verified": turn.is_verified(), "language": turn.conversation.language,
        "message": turn.message.id,
    }  # fmt: skip
    waiting = [Matter(**matter) for matter in turn.state.wanted if matter["intent"] != turn.matter.intent]
    if turn.also or waiting:
        summary["also_asked"] = [{"about": matter.intent, "words": matter.text} for matter in (*turn.also, *waiting)]
    if turn.state.noted:
        summary["noted_before"] = list(turn.state.noted)
    return summary


class ActionHandoffPerson(Responder):
    """Asks for a person."""

    def respond(self, turn: Turn) -> None:
        hand_over(turn, handoff.Reason.ASKED, "utter_handoff_waiting")


def offer_person(turn: Turn, response: str, **values: object) -> None:
    """Shall I get a person? What had been asked before waits, and comes back after a no."""
    before = turn.state.question
    data = {"before": asdict(before)} if before is not None and before.kind != "person" else {}
    turn.ask("person", response, data, "utter_dialogue_offer_person_short", **values)


@answers("person")
def wants_person(turn: Turn) -> bool:
    """Yes or no to "shall I get a person?"."""
    assert turn.state.question is not None
    if turn.matter.intent == "affirm":
        hand_over(turn, handoff.Reason.ASKED, "utter_handoff_waiting")
        return True
    if turn.matter.intent != "deny":
        return False
    before = turn.state.question.data.get("before")
    turn.answered()
    if before is not None:
        turn.state.question = Question(**{**before, "returned": False})
    if not turn.ask_again():
        what_else(turn)
    return True


class ActionHandoffThreat(Responder):
    """Threatens staff: no negotiation, a person at once."""

    def respond(self, turn: Turn) -> None:
        hand_over(turn, handoff.Reason.THREAT, "utter_handoff_threat")
