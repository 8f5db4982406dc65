"""Sending: every word to a debtor goes through `send`, and `send` asks the rules. So does the worker, again,
when the message fires.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.contact import consent, holds, rules, texts
from bot.contact.inbox import conversation
from bot.contact.model import BOT, QUEUE, Conversation, Decision, Hold, OutboxMessage, Say
from bot.contact.store import conversations, outbox
from bot.core import Session, insert_once, new_id, record

JOINED = ("sms", "whatsapp")
"""Channels where the replies of one turn are one message."""
PULLED = ("web", "shell")
"""Channels where the reader fetches from the outbox: storing is sending."""
SESSION_GAP = timedelta(hours=24)


@dataclass(frozen=True)
class Sending:
    """How a message goes out. `key` makes a repeat harmless; `role` is the operator's collection role."""

    key: str
    role: str = "first_party"
    author: str = BOT
    reply_to: str | None = None
    time_zone: str = "America/New_York"
    company: str = ""
    """Who writes, where a disclosure names it."""


def say(name: str, talk: Conversation, values: Mapping[str, object], now: datetime, time_zone: str) -> Say:
    """A response in the language of the conversation. `now` decides whether a date needs its year."""
    return texts.render(name, talk.language, values, today=now.astimezone(ZoneInfo(time_zone)).date())


@dataclass(frozen=True)
class _Facts:
    """What the door looks at beside the message, read once for all that is said in one go."""

    opted_out_since: datetime | None
    answered_since: bool
    holds: tuple[Hold, ...]
    automated_said_at: datetime | None
    collector_said_at: datetime | None


def _facts(session: Session, talk: Conversation, now: datetime, queued_at: datetime | None = None) -> _Facts:
    """`queued_at` when it was allowed once before: a message that was queued before they opted out is stopped; one
    queued after it was their one answer.
    """
    row = session.execute(
        sa.select(conversations.c.automated_said_at, conversations.c.collector_said_at).where(
            conversations.c.id == talk.id
        )
    ).one()
    since = consent.opted_out_since(session, talk.channel, talk.address)
    if since is not None and queued_at is not None and queued_at > since:
        since = None
    answered = since is not None and (queued_at is not None or consent.answered_since(session, talk.id, since))
    held = holds.holds_over(session, talk, now)
    return _Facts(since, answered, held, row.automated_said_at, row.collector_said_at)


def may_send(
    session: Session, talk: Conversation, message: Say, how: Sending, now: datetime, queued_at: datetime | None = None
) -> Decision:
    """What the rules say to this message at this moment; `queued_at` when it was allowed once before."""
    return _decide(_facts(session, talk, now, queued_at), talk, message, how, now)


def _decide(facts: _Facts, talk: Conversation, message: Say, how: Sending, now: datetime) -> Decision:
    said_at = facts.automated_said_at
    return rules.decide(
        rules.Asked(
            say=message,
            is_verified=talk.is_verified(now),
            is_reply=how.reply_to is not None,
            opted_out=facts.opted_out_since is not None,
            answered_since_opt_out=facts.answered_since,
            holds=tuple(h.kind for h in facts.holds if _concerns(h, message)),
            by_bot=how.author == BOT,
            owner=talk.owner,
            role=how.role,
            automation_disclosed="automated" in message.discloses
            or (said_at is not None and now - said_at < SESSION_GAP),
            collection_disclosed=facts.collector_said_at is not None,
        )
    )


def _concerns(hold: Hold, message: Say) -> bool:
    """A hold on one debt stops what may be about that one, and nothing that is about others only."""
    return not (hold.debt_id and message.debt_id and hold.debt_id not in message.debt_id.split())


def send(session: Session, talk: Conversation, says: Sequence[Say], how: Sending, now: datetime) -> int:
    """Queue what may go out; keep what may not with the rule that stopped it. Returns how many may go out.

    On SMS and WhatsApp all that may go out is one message. Disclosures stand once, at the end.
    """
    facts = _facts(session, talk, now)
    decided = [(message, _decide(facts, talk, message, how, now)) for message in says]
    for number, (message, decision) in enumerate(pair for pair in decided if not pair[1].allowed):
        _store(session, talk, [message], decision, replace(how, key=f"{how.key}:no{number}"), now)
    allowed = [pair for pair in decided if pair[1].allowed]
    if not allowed:
        return 0
    ruling = Decision(True, _union(d.rules for _, d in allowed), _union(d.disclosures for _, d in allowed))
    messages = [message for message, _ in allowed]
    if any("automated" in message.discloses for message in messages):
        ruling = replace(ruling, disclosures=tuple(d for d in ruling.disclosures if d != "utter_contact_automated"))
    said_already = {message.response for message in messages}
    added = (name for name in ruling.disclosures if name not in said_already)
    messages += [say(name, talk, {"company": how.company}, now, how.time_zone) for name in added]
    groups = [messages] if talk.channel in JOINED else [[message] for message in messages]
    for number, group in enumerate(groups):
        _store(session, talk, group, ruling, replace(how, key=f"{how.key}:{number}"), now)
    _note_disclosures(session, talk, messages, now)
    return len(allowed)


def recheck(session: Session, message: OutboxMessage, role: str, now: datetime) -> Decision:
    """The same question at the moment of sending: things may have changed since it was queued."""
    talk = conversation(session, message.conversation_id)
    row = session.execute(sa.select(outbox.c.author, outbox.c.reply_to).where(outbox.c.id == message.id)).one()
    how = Sending(key="recheck", role=role, author=row.author, reply_to=row.reply_to)
    taken = talk.owner not in (BOT, QUEUE)
    if row.author == BOT and taken and message.owner_epoch != talk.owner_epoch and not _outlives_owner(message):
        return Decision(False, ("PAR-OWNER",))
    facts = _facts(session, talk, now, message.created_at)
    for part in message.parts:
        stand_in = Say(part["response"], "", part["audience"], part["tag"], debt_id=part.get("debt_id"))
        decision = _decide(facts, talk, stand_in, how, now)
        if not decision.allowed:
            return decision
    return Decision(True, ("PAR-ALLOWED",))


def _outlives_owner(message: OutboxMessage) -> bool:
    return all(part["tag"] in ("handoff", "safety", "opt_out", "receipt", "hold") for part in message.parts)


def _store(
    session: Session, talk: Conversation, says: Sequence[Say], decision: Decision, how: Sending, now: datetime
) -> None:
    state = "blocked" if not decision.allowed else "sent" if talk.channel in PULLED else "ready"
    values = {
        "id": new_id("out"), "dedup_key": how.key, "conversation_id": talk.id, "channel": talk.channel,
        "address": talk.address, "text": "\n".join(part.text for part in says), "parts": [_part(part) for part in says],
        "rules": list(decision.rules), "author": how.author, "reply_to": how.reply_to, "owner_epoch": talk.owner_epoch,
        "state": state, "due_at": now, "attempts": 0, "sent_at": now if state == "sent" else None, "created_at": now,
    }  # fmt: skip
    if not insert_once(session, outbox, values):
        return
    kind = "MessageQueued" if decision.allowed else "MessageBlocked"
    data = {"message": values["id"], "responses": [part.response for part in says], "rules": list(decision.rules)}
    record(session, kind, subject=talk.id, data=data, now=now, actor=how.author)


def _part(message: Say) -> dict[str, object]:
    return {
        "response": message.response, "tag": message.tag, "audience": message.audience,
        "choices": list(message.choices), "debt_id": message.debt_id,
    }  # fmt: skip


def _note_disclosures(session: Session, talk: Conversation, said: Sequence[Say], now: datetime) -> None:
    values = {}
    names = {message.response for message in said}
    if "utter_contact_automated" in names or any("automated" in message.discloses for message in said):
        values["automated_said_at"] = now
    if "utter_contact_mini_miranda" in names:
        values["collector_said_at"] = now
    if values:
        session.execute(conversations.update().where(conversations.c.id == talk.id).values(**values))


def _union(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))
