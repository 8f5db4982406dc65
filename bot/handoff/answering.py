"""What a person writes: replies that go through the same door as everything, and notes that have no way out.

A note is a row of the thread. What is sent comes from the outbox, and nothing but `contact.send` writes there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot import accounts, contact
from bot.contact import masking
from bot.core import Problem, Problems, Session, Settings, record
from bot.handoff.canned import Ready
from bot.handoff.drafts import drop_draft
from bot.handoff.mentioning import mention, named
from bot.handoff.model import WORDS, Case
from bot.handoff.owning import hold_for
from bot.handoff.snoozing import wake
from bot.handoff.store import cases, enter, entries

LONGEST = 1600
"""Characters of one reply: what the providers take as one message."""
STILL_AN_ANSWER = timedelta(hours=24)
"""How long after their message a further reply of ours still answers it."""


def reply(
    session: Session, case: Case, text: str, *, by: str, key: str, settings: Settings, quotes: str = "",
    keeps_draft: bool = False,
) -> bool:  # fmt: skip
    """Only the owner's goes out (Taken). False when the door stopped it: it is kept with the rule. `key` is this form;
    `quotes` the message of theirs that it answers, whose first words stand above it.

    Raises Problems.
    """
    text, now = checked(session, case, text, quotes), settings.clock.now()
    talk = hold_for(session, case, by)
    if not keeps_draft:
        drop_draft(session, talk.id, by)
    text = quoting(session, talk, quotes) + text
    audience: contact.Audience = "verified" if talk.is_verified(now) else "anyone"
    return _send(session, case, talk, [contact.Say(WORDS, text, audience, "person")], by, key, settings)


def may_reply(
    session: Session, case: Case, talk: contact.Conversation, *, by: str, settings: Settings,
    at: datetime | None = None,
) -> contact.Decision:  # fmt: skip
    """What the door would say to a reply of this person now, or `at` a later time. Nothing is kept of the question."""
    now = at or settings.clock.now()
    audience: contact.Audience = "verified" if talk.is_verified(now) else "anyone"
    how = sending(session, case, by, f"{by}:may", settings, now)
    return contact.ask(session, talk, contact.Say(WORDS, "", audience, "person"), how, now)


def reply_ready(session: Session, case: Case, chosen: Ready, *, by: str, key: str, settings: Settings) -> bool:
    """The same for a text that goes out as it stands. What is being written stays. Raises Taken."""
    talk = hold_for(session, case, by)
    words = contact.Say(chosen.response, chosen.text, chosen.audience, chosen.tag)
    return _send(session, case, talk, [words], by, key, settings)


def say(session: Session, case: Case, says: Sequence[contact.Say], *, by: str, key: str, settings: Settings) -> bool:
    """Approved texts for what a person did: an offer, what was set up. `by` has the case. Raises Taken."""
    return _send(session, case, hold_for(session, case, by), says, by, key, settings)


def may_say(session: Session, case: Case, words: contact.Say, *, by: str, settings: Settings) -> contact.Decision:
    """What the door would say to it now. Nothing is kept of the question."""
    talk, now = contact.conversation(session, case.conversation_id), settings.clock.now()
    return contact.ask(session, talk, words, sending(session, case, by, f"{by}:may", settings), now)


def _send(
    session: Session, case: Case, talk: contact.Conversation, says: Sequence[contact.Say], by: str, key: str,
    settings: Settings,
) -> bool:  # fmt: skip
    now = settings.clock.now()
    wake(session, case, by, now)
    sent = contact.send(session, talk, says, sending(session, case, by, f"{by}:{key}", settings), now)
    if sent and case.waiting_since is not None:
        session.execute(cases.update().where(cases.c.id == case.id).values(waiting_since=None))
        enter(session, talk.id, case.id, "answered", by, {}, now)
    return bool(sent)


def note(
    session: Session, case: Case, text: str, *, by: str, now: datetime, colleagues: Mapping[str, str] | None = None
) -> None:
    """For colleagues. Anybody who may read the case may write one. Those of `colleagues` (actor to name) whose name
    stands behind an @ are told. Raises Problems.
    """
    text = _checked(text, "note")
    number = enter(session, case.conversation_id, case.id, "note", by, {"text": text}, now)
    called = [actor for actor in named(text, colleagues or {}) if actor != by]
    mention(session, case.conversation_id, number, called, now)
    record(session, "NoteWritten", subject=case.conversation_id, data={"case": case.id}, now=now, actor=by)


def sending(
    session: Session, case: Case, author: str, key: str, settings: Settings, at: datetime | None = None
) -> contact.Sending:
    """It answers their last message while that waits for one, and for a day; later it is we who start."""
    last = contact.inbox.last_heard(session, case.conversation_id)
    if settings.creditors:
        settings = accounts.speaking(session, settings, contact.conversation(session, case.conversation_id))
    now = at or settings.clock.now()
    theirs = accounts.known_debts_of(session, case.party_id) if case.party_id else ()
    answers = last is not None and (
        now - last.received_at <= STILL_AN_ANSWER
        or last.id in left_waiting(session, case)
        or not _answered(session, case)
    )
    return contact.Sending(
        key=key, role=settings.collection_role, author=author, time_zone=settings.time_zone, company=settings.company,
        templates=frozenset(settings.twilio.templates),
        reply_to=last.id if last is not None and answers else None,
        answers_at=last.received_at if last is not None and answers else None,
        **accounts.too_old(theirs, now.date()),
    )  # fmt: skip


def left_waiting(session: Session, case: Case) -> list[str]:
    """Ids of their messages that came while a person had the conversation and that nobody has answered since."""
    found: list[str] = []
    for entry in entries(session, case.conversation_id):
        if entry.kind == "answered":
            found = []
        elif entry.kind == "debtor_wrote":
            found.append(str(entry.data["message"]))
    return found


def _answered(session: Session, case: Case) -> bool:
    """Where a person opened it again, nobody waits: it is we who start."""
    known = entries(session, case.conversation_id)
    return any(entry.kind in ("answered", "reopened") and entry.case_id == case.id for entry in known)


def checked(session: Session, case: Case, text: str, quotes: str) -> str:
    """With card numbers masked. Raises Problems, also for a quotation of what was not said here."""
    kept = _checked(text, "reply")
    if quotes and _said(session, case.conversation_id, quotes) is None:
        raise Problems([Problem("quote", "a message that they wrote here", quotes[:40])])
    return kept


def first_words(text: str, channel: str) -> str:
    """Of a message that is answered: enough to know it again. An SMS is paid by its length."""
    words, most = " ".join(text.split()), 40 if channel == "sms" else 80
    return words if len(words) <= most else words[: most - 1].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


def quoting(session: Session, talk: contact.Conversation, quotes: str) -> str:
    """The line above a reply; nothing where it answers no message in particular."""
    said = _said(session, talk.id, quotes) if quotes else None
    return f"“{first_words(said, talk.channel)}”\n" if said else ""


def _said(session: Session, conversation_id: str, message_id: str) -> str | None:
    return contact.inbox.text_of(session, conversation_id, message_id)


def _checked(text: str, where: str) -> str:
    kept = masking.mask(text.replace("\r\n", "\n").strip())
    if not 1 <= len(kept) <= LONGEST:
        raise Problems([Problem(where, f"1 to {LONGEST} characters", str(len(kept)))])
    return kept
