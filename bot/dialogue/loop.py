"""The bot's work, one message at a time: peek in a snapshot, understand, then claim, act and commit in one transaction.

A turn that raises is rolled back and tried again; when it fails again, a person gets the conversation and the
debtor is told. What is the matter of the process, its disk or its database is no failure of the message: it is raised,
and the message waits as if nobody had touched it. A process that dies leaves the rest to its successor.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any, Protocol

import structlog
from sqlalchemy.engine import Engine as Database

from bot import contact, handoff, identity
from bot.core import Session, Settings, is_outage, reading, transaction
from bot.dialogue.turn import Turn, load_state, matters, save_state
from bot.dialogue.underway import Underway

GIVE_UP_AFTER = 2
GIVE_UP_AFTER_DEATHS = 3
"""A process may die for reasons that are not the message's: one try more."""
_log = structlog.get_logger()


URGENT = frozenset({"safety", "opt_out"})
"""Tags of what the assistant still says while a person owns the conversation."""
HEARD_AS = {
    "debt": "choice",
    "choice_all": "choice",
    "accept_all": "accept",
    "terms_all": "terms",
    "shares": "accept",
    "next": "confirm",
    "cancel": "confirm",
    "stop": "confirm",
    "meant": "confirm",
    "change": "confirm",
    "move": "terms",
}
"""Our kinds of question that the NLU knows under another name."""


class Talker(Protocol):
    """What runs the conversation itself: `agent.Engine`."""

    def talk(self, turn: Turn, hints: dict[str, Any]) -> list[contact.Say]: ...

    def parse(self, text: str, hints: dict[str, Any]) -> dict[str, Any]: ...


def take_one(database: Database, talker: Talker, settings: Settings, underway: Underway | None = None) -> bool:
    """Answer the next message. False when nothing waits. `underway` is where a death of the process leaves a trace."""
    others: set[str] = set()
    while (message := _peek(database, settings, others)) is not None:
        # What needs no lock belongs here: understanding the message as it stands, before anything is claimed.
        try:
            with underway.of(message.id) if underway is not None else nullcontext():
                if _claim_and_act(database, talker, settings, message):
                    return True
        except Exception as error:
            if is_outage(error):
                raise
            _log.error("turn_failed", message=message.id, error=type(error).__name__, exc_info=True)
            _count_failure(database, settings, message.id, f"{type(error).__name__}: {error}", GIVE_UP_AFTER)
            return True
        others.add(message.id)
    return False


def _peek(database: Database, settings: Settings, others: set[str]) -> contact.InboxMessage | None:
    """The next message that is not in somebody else's hands."""
    with reading(database) as session:
        return contact.inbox.peek(session, settings.clock.now(), others)


def _claim_and_act(database: Database, talker: Talker, settings: Settings, seen: contact.InboxMessage) -> bool:
    """One transaction. False when what was seen is no longer so, or is somebody else's."""
    with transaction(database) as session:
        claimed = contact.inbox.claim(session, seen.id)
        if claimed is None:
            return False
        _answer(session, talker, settings, *claimed)
    return True


def _count_failure(database: Database, settings: Settings, message_id: str, error: str, limit: int) -> None:
    """Of its own; after `limit` of them a person gets it. Whoever has answered it meanwhile is right."""
    with transaction(database) as session:
        claimed = contact.inbox.claim(session, message_id, waits=True)
        if claimed is not None:
            _failed(session, settings, *claimed, error, limit)


def count_death(database: Database, settings: Settings, underway: Underway) -> None:
    """If the process before this one died in the middle of a turn, its message has failed once more."""
    left = underway.left_behind()
    if left is None:
        return
    _log.error("died_in_turn", message=left)
    _count_failure(database, settings, left, "the process died in this turn", GIVE_UP_AFTER_DEATHS)
    underway.forget()


def _answer(
    session: Session, talker: Talker, settings: Settings, talk: contact.Conversation, message: contact.InboxMessage
) -> None:
    now = settings.clock.now()
    state = load_state(session, talk.id)
    turn = Turn(session, settings, talk, message, now, state)
    _stay_known(turn)
    says = before_rasa(turn)
    if says is None and talk.owner != contact.BOT:
        handoff.debtor_wrote(session, talk, message, now)
        says = overhear(talker, turn)
    if says is None:
        says = talker.talk(turn, hints(turn))
    how = contact.Sending(
        key=f"turn:{message.id}", role=settings.collection_role, reply_to=message.id, time_zone=settings.time_zone
    )
    if says and not contact.send(session, turn.refreshed(), says, how, now):
        _nothing_may_be_said(turn, how)
    save_state(session, talk.id, turn.state, now)
    contact.inbox.finish(session, message, now)


def _stay_known(turn: Turn) -> None:
    """Whoever is verified and writes is still there: the window in which we believe them starts again."""
    who = identity.who(turn.session, turn.conversation, turn.now)
    if who is not None:
        checks = identity.Checks.on(turn.conversation.channel, turn.settings.secret_key)
        identity.touch(turn.session, who, turn.now, checks.window)


def overhear(talker: Talker, turn: Turn) -> list[contact.Say]:
    """A person owns the conversation: what is about safety or law is acted on all the same, the rest is theirs.

    Holds and opt-outs take effect and the case is raised; only what may save a life, or confirms a STOP, is said.
    """
    if matters(talker.parse(turn.message.text, hints(turn)))[0].caught_by is None:
        return []
    turn.overheard = True
    return [said for said in talker.talk(turn, hints(turn)) if said.tag in URGENT]


def before_rasa(turn: Turn) -> list[contact.Say] | None:
    """What needs no understanding: carrier words and pictures. None when Rasa should hear it."""
    text, talk = turn.message.text, turn.conversation
    where = (turn.session, talk.channel, talk.address)
    if contact.words.is_stop(text, talk.channel) or turn.message.opt_out_type == "STOP":
        contact.opt_out(*where, source="word", now=turn.now)
        if turn.state.question is not None and turn.state.question.kind == "safe":
            _to_queue(turn, handoff.Reason.CRISIS, {"why": "STOP was the answer to: are you safe?"})
        turn.answered()
        return [_said(turn, "utter_contact_opted_out")] if not turn.message.opt_out_type else []
    if contact.words.is_start(text) or turn.message.opt_out_type == "START":
        contact.opt_in(*where, source="word", now=turn.now)
        return [_said(turn, "utter_contact_opted_in")]
    if turn.message.opt_out_type == "HELP":
        return []
    if not text and turn.message.media and talk.owner == contact.BOT:
        _to_queue(turn, handoff.Reason.REQUEST, {"asked": "look at a picture"})
        return [_said(turn, "utter_contact_picture")]
    return None


def hints(turn: Turn) -> dict[str, Any]:
    """What the NLU may know beside the text: the moment, the zone, the language, the open question."""
    question = turn.state.question
    return {
        "now": turn.now.astimezone(turn.zone).isoformat(),
        "language": turn.conversation.language,
        "question": HEARD_AS.get(question.kind, question.kind) if question is not None else None,
    }


def _nothing_may_be_said(turn: Turn, how: contact.Sending) -> None:
    """The door stopped every word of the answer: somebody has to look, and the debtor hears that, if they may.

    After STOP they hear nothing; START brings the assistant back, so it goes on owning the conversation.
    """
    talk = turn.refreshed()
    if contact.opted_out_since(turn.session, talk.channel, talk.address) is not None and talk.owner == contact.BOT:
        handoff.open_case(turn.session, talk, handoff.Reason.REQUEST, {"why": "writes after STOP"}, turn.now)
        contact.set_owner(turn.session, talk.id, contact.BOT)
        return
    _to_queue(turn, handoff.Reason.REQUEST, {"why": "nothing may be said"})
    said = _said(turn, "utter_contact_held")
    contact.send(turn.session, turn.refreshed(), [said], _other(how, "held"), turn.now)


def _failed(
    session: Session,
    settings: Settings,
    talk: contact.Conversation,
    message: contact.InboxMessage,
    error: str,
    limit: int,
) -> None:
    now = settings.clock.now()
    if contact.inbox.postpone(session, message, error, now) < limit:
        return
    turn = Turn(session, settings, talk, message, now)
    _to_queue(turn, handoff.Reason.BOT_ERROR, {"message": message.id})
    how = contact.Sending(key=f"turn:{message.id}", role=settings.collection_role, reply_to=message.id,
                          time_zone=settings.time_zone)  # fmt: skip
    contact.send(session, turn.refreshed(), [_said(turn, "utter_handoff_went_wrong")], how, now)
    contact.inbox.finish(session, message, now)


def _to_queue(turn: Turn, reason: handoff.Reason, summary: dict[str, Any]) -> None:
    """A case that is open for something else while the assistant goes on does not keep it talking."""
    handoff.open_case(turn.session, turn.refreshed(), reason, summary, turn.now)
    if turn.refreshed().owner == contact.BOT:
        contact.set_owner(turn.session, turn.conversation.id, contact.QUEUE)


def _said(turn: Turn, response: str) -> contact.Say:
    values = {"company": turn.settings.company, "phone": turn.settings.company_phone}
    return contact.say(response, turn.refreshed(), values, turn.now, turn.settings.time_zone)


def _other(how: contact.Sending, suffix: str) -> contact.Sending:
    return contact.Sending(f"{how.key}:{suffix}", how.role, how.author, how.reply_to, how.time_zone)
