"""Whose a conversation is: taken by one, never by two; from then on the assistant and all others are silent in it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot import contact
from bot.contact import masking
from bot.core import Problem, Problems, Session, record
from bot.handoff.mentioning import mention
from bot.handoff.model import NEVER_JOINED, Case, Entry, Taken
from bot.handoff.presence import last_seen, online
from bot.handoff.store import cases, enter

NOBODYS = (contact.BOT, contact.QUEUE)
SILENCE = timedelta(minutes=10)
"""After so long a colleague may take over: they wait for an answer, and whoever has it has no page of the desk open."""
SHORTEST_WORDS, LONGEST_WORDS = 3, 1600
"""Characters of what a colleague is told with a case."""


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


_MOVES = ("taken", "taken_over", "transferred", "assigned", "released", "answered")
"""Entries after which a case is somebody's, or was dealt with by them."""


def may_take_back(case: Case, thread: Iterable[Entry], by: str) -> bool:
    """They gave it away, and nobody has done anything with it since."""
    last = next((one for one in reversed(list(thread)) if one.case_id == case.id and one.kind in _MOVES), None)
    return last is not None and last.kind == "transferred" and (last.author, last.data.get("from")) == (by, by)


def is_left_alone(session: Session, case: Case, owner: str, now: datetime) -> bool:
    """Whoever has it has been away for as long as they have waited, and for longer than `SILENCE`. Where somebody may be
    in danger: whoever has it is not looking at it now.
    """
    if owner in NOBODYS or case.waiting_since is None:
        return False
    if case.reason in NEVER_JOINED:
        here = online(session, now).get(owner)
        return here is None or here.conversation_id != case.conversation_id
    if now - case.waiting_since < SILENCE:
        return False
    seen_at = last_seen(session, owner)
    return seen_at is None or now - seen_at >= SILENCE


def release(session: Session, case: Case, by: str, now: datetime) -> None:
    """Back into the queue, with its clock: the assistant helps meanwhile. Raises Taken when it is not theirs."""
    if not contact.change_owner(session, case.conversation_id, contact.QUEUE, of=(by,)):
        raise Taken(contact.conversation(session, case.conversation_id).owner)
    _write(session, case, "released", "CaseReleased", by, now)


def transfer(session: Session, case: Case, to: str, words: str, *, by: str, now: datetime, of: str) -> None:
    """To a colleague, who reads `words` first. From `of`, who has it, nobody (QUEUE) among them: whether `by` may give
    away what is not theirs is for the caller to know. Raises Problems, and Taken when `of` has it no more.
    """
    words = masking.mask(words.replace("\r\n", "\n").strip())
    problems = [] if to != of else [Problem("colleague", "somebody else than who has it")]
    if not SHORTEST_WORDS <= len(words) <= LONGEST_WORDS:
        problems.append(Problem("note", f"{SHORTEST_WORDS} to {LONGEST_WORDS} characters", str(len(words))))
    if problems:
        raise Problems(problems)
    before = NOBODYS if of in NOBODYS else (of,)
    if not contact.change_owner(session, case.conversation_id, to, of=before):
        raise Taken(contact.conversation(session, case.conversation_id).owner)
    session.execute(cases.update().where(cases.c.id == case.id).values(snoozed_until=None))
    entry = {"from": of, "to": to, "text": words}
    number = enter(session, case.conversation_id, case.id, "transferred", by, entry, now)
    mention(session, case.conversation_id, number, [to], now)
    data = {"case": case.id, "from": of, "to": to}
    record(session, "CaseTransferred", subject=case.conversation_id, data=data, now=now, actor=by)


def hold_for(session: Session, case: Case, by: str) -> contact.Conversation:
    """The conversation, locked until the transaction ends. Raises Taken when it is not theirs."""
    contact.lock_conversation(session, case.conversation_id)
    talk = contact.conversation(session, case.conversation_id)
    if talk.owner != by:
        raise Taken(talk.owner)
    return talk


def _write(session: Session, case: Case, kind: str, fact: str, by: str, now: datetime, before: str = "") -> None:
    data = {"case": case.id, **({"from": before} if before else {})}
    session.execute(cases.update().where(cases.c.id == case.id).values(snoozed_until=None))
    enter(session, case.conversation_id, case.id, kind, by, data, now)
    record(session, fact, subject=case.conversation_id, data=data, now=now, actor=by)
