"""Whose a conversation is: taken by one, never by two; from then on the assistant and all others are silent in it."""

from __future__ import annotations

from datetime import datetime

from bot import contact
from bot.core import Session, record
from bot.handoff.model import Case, Taken
from bot.handoff.store import enter

NOBODYS = (contact.BOT, contact.QUEUE)


def take(session: Session, case: Case, by: str, now: datetime) -> None:
    """Of two at the same instant one gets it; the other hears who (Taken). Twice by the same person is once."""
    if contact.change_owner(session, case.conversation_id, by, of=NOBODYS):
        _write(session, case, "taken", "CaseTaken", by, now)
        return
    owner = contact.conversation(session, case.conversation_id).owner
    if owner != by:
        raise Taken(owner)


def take_over(session: Session, case: Case, by: str, now: datetime) -> None:
    """From whoever has it; that this person may do so is for the caller to know."""
    before = contact.conversation(session, case.conversation_id).owner
    if before == by:
        return
    if not contact.change_owner(session, case.conversation_id, by, of=(before,)):
        raise Taken(contact.conversation(session, case.conversation_id).owner)
    _write(session, case, "taken_over", "CaseTakenOver", by, now, before)


def release(session: Session, case: Case, by: str, now: datetime) -> None:
    """Back into the queue, with its clock: the assistant helps meanwhile. Raises Taken when it is not theirs."""
    if not contact.change_owner(session, case.conversation_id, contact.QUEUE, of=(by,)):
        raise Taken(contact.conversation(session, case.conversation_id).owner)
    _write(session, case, "released", "CaseReleased", by, now)


def hold_for(session: Session, case: Case, by: str) -> contact.Conversation:
    """The conversation, locked until the transaction ends. Raises Taken when it is not theirs."""
    contact.lock_conversation(session, case.conversation_id)
    talk = contact.conversation(session, case.conversation_id)
    if talk.owner != by:
        raise Taken(talk.owner)
    return talk


def _write(session: Session, case: Case, kind: str, fact: str, by: str, now: datetime, before: str = "") -> None:
    data = {"case": case.id, **({"from": before} if before else {})}
    enter(session, case.conversation_id, case.id, kind, by, data, now)
    record(session, fact, subject=case.conversation_id, data=data, now=now, actor=by)
