"""Back to the assistant, always by a person: the debtor is told, what they wrote meanwhile is answered, the case ends."""

from __future__ import annotations

from datetime import datetime

from bot import contact
from bot.core import Session, Settings, record
from bot.handoff import crowd
from bot.handoff.answering import left_waiting, sending
from bot.handoff.model import HOLDS_OF, Case, Code
from bot.handoff.owning import NOBODYS
from bot.handoff.store import cases, enter, get


def hand_back(session: Session, case_id: str, *, by: str, code: Code, settings: Settings) -> None:
    """The assistant answers again, those who joined too. `code` says how it ended and holds what it must. Twice is once.

    Whoever `by` is has the conversation, or nobody has: the caller has made sure.
    """
    case, now = get(session, case_id), settings.clock.now()
    if case.closed_at is not None:
        return
    for other in crowd.joined(session, case_id):
        hand_back(session, other.id, by=by, code=code, settings=settings)
    contact.lock_conversation(session, case.conversation_id)
    talk = contact.conversation(session, case.conversation_id)
    somebody_was_here = talk.owner not in NOBODYS
    hold_as(session, talk, code, by, now)
    contact.set_owner(session, talk.id, contact.BOT)
    if contact.inbox.last_heard(session, talk.id) is not None:
        _tell(session, case, somebody_was_here, settings)
    contact.inbox.ask_again(session, left_waiting(session, case), now)
    session.execute(cases.update().where(cases.c.id == case_id).values(closed_at=now, code=code.value))
    enter(session, talk.id, case_id, "handed_back", by, {"code": code.value}, now)
    record(session, "HandedBack", subject=talk.id, data={"case": case_id, "code": code.value}, now=now, actor=by)


def hold_as(session: Session, talk: contact.Conversation, code: Code, by: str, now: datetime) -> None:
    """On the person, or on the conversation while nobody is known."""
    kind = HOLDS_OF.get(code)
    if kind is None:
        return
    why = f"case closed as {code.value}"
    if talk.party_id is not None:
        contact.place_hold(session, party_id=talk.party_id, kind=kind, reason=why, now=now, actor=by)
    else:
        contact.place_hold_here(session, talk.id, kind=kind, reason=why, now=now, actor=by)


def _tell(session: Session, case: Case, somebody_was_here: bool, settings: Settings) -> None:
    """In one line, before whatever the assistant answers next; whoever may be in danger reads where help is, too."""
    talk, now = contact.conversation(session, case.conversation_id), settings.clock.now()
    if any(hold.kind is contact.HoldKind.CRISIS for hold in contact.holds_over(session, talk, now)):
        lines = contact.crisis.values(session, talk, our_phone=settings.company_phone)
        true = ("held:crisis",)
        line = contact.say("utter_safety_handed_back", talk, lines, now, settings.time_zone, true=true)
    else:
        name = "utter_handoff_handed_back" if somebody_was_here else "utter_handoff_left_to_me"
        line = contact.say(name, talk, {}, now, settings.time_zone)
    contact.send(session, talk, [line], sending(session, case, contact.BOT, f"back:{case.id}", settings), now)
