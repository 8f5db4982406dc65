"""Sending: every word to a debtor goes through `send`, and `send` asks the rules. So does the worker, again,
when the message fires.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot.contact import law, orders, parting, places, rules, segments, texts
from bot.contact.gathering import facts_for
from bot.contact.inbox import conversation
from bot.contact.model import BOT, QUEUE, Conversation, Decision, Language, OutboxMessage, Say, Sending
from bot.contact.store import outbox
from bot.core import Session, insert_once, new_id, record

JOINED = ("sms", "whatsapp", "telegram")
"""Channels where the replies of one turn are one message."""
_MUST_BE_HEARD = ("safety", "opt_out", "receipt", "hold", "code")
"""Tags of what is said of safety, of rights and of money that moved: it goes also when a person has taken over."""
WAITS_FOR = timedelta(days=7)
"""How long a message waits for a word of theirs that would let it out."""
PULLED = ("web", "shell")
"""Channels where the reader fetches from the outbox: storing is sending."""


def say(
    name: str, talk: Conversation, values: Mapping[str, object], now: datetime, time_zone: str,
    true: Collection[str] = (),
) -> Say:  # fmt: skip
    """A response in the language of the conversation. `now` decides whether a date needs its year; `true` are the facts
    that it states and that the caller has made sure of.
    """
    today = now.astimezone(ZoneInfo(time_zone)).date()
    return texts.render(name, talk.language, values, today=today, true=true, channel=talk.channel)


def ask(session: Session, talk: Conversation, message: Say, how: Sending, now: datetime) -> Decision:
    """What the rules say to this message at this moment."""
    return rules.may_send(message, facts_for(session, talk, how, now), now)


def before_paying(
    session: Session, talk: Conversation, debt_ids: Collection[str], how: Sending, now: datetime
) -> list[Say]:  # fmt: skip
    """What the law wants said before a payment or a promise on these debts, for a page that asks for one: it stands
    there each time, and only for whoever proved to be the person of `talk`.
    """
    asking = Say("page", "", tag="payment", debt_id=" ".join(sorted(debt_ids)))
    facts = replace(facts_for(session, talk, how, now), is_verified=True, told=())
    due = rules.disclosures(rules.in_force(facts, now, law.load()), asking, facts, now)
    values = {"company": how.company, "licence_ca": how.licence_ca}
    said = [say(name, talk, values, now, how.time_zone, true=("opted_out",)) for _, name in due]
    too_old = [one for one in said if "time_barred" in one.discloses]
    return [one for disclosure in too_old for one in _with_its_debts(disclosure, [asking], talk, how, now)]


def may_be_asked_for(session: Session, party_id: str, now: datetime) -> bool:
    """False where a debt that is too old for a court is none any more: nobody is asked for it or given a link."""
    _, regions = places.whereabouts(session, [party_id])
    _, relaxed = orders.in_force(session, now)
    ended = [rule for rule in law.load() if rule.kind == "extinguished" and rule.id not in relaxed]
    at = {"on": now.date(), "channel": "web", "role": "first_party", "regions": regions or frozenset()}
    return not any(rule.holds(**at) for rule in ended)  # type: ignore[arg-type]


def send(session: Session, talk: Conversation, says: Sequence[Say], how: Sending, now: datetime) -> int:
    """Queue what may go out; keep what may not with the rule that stopped it. Returns how many may go out.

    Where messages are JOINED, all that may go out is one message, or as few as have room for it. Disclosures stand
    once, at the end of the first.
    """
    facts = facts_for(session, talk, how, now)
    decided = [(message, rules.may_send(message, facts, now)) for message in says]
    for number, (message, decision) in enumerate(pair for pair in decided if not pair[1].allowed):
        _store(session, talk, [message], decision, replace(how, key=f"{how.key}:no{number}"), now)
    allowed = [pair for pair in decided if pair[1].allowed]
    if not allowed:
        return 0
    ruling = _together([decision for _, decision in allowed])
    messages = [message for message, _ in allowed]
    for number, group in enumerate(_groups(talk, messages, _added(talk, ruling, messages, how, now), how)):
        _store(session, talk, group, ruling, replace(how, key=f"{how.key}:{number}"), now)
    return len(allowed)


def _groups(talk: Conversation, says: list[Say], law: list[Say], how: Sending) -> list[list[Say]]:
    """What goes as one message each. Outside the 24 hours of WhatsApp a template takes one text, and no second follows."""
    is_answer = how.reply_to is not None or how.answers_at is not None
    room = parting.ROOMS.get(talk.channel)
    if room is not None and (is_answer or talk.channel == "sms"):
        return parting.messages(says, law, room, as_written=how.author != BOT)
    return [[*says, *law]] if talk.channel in JOINED else [[one] for one in (*says, *law)]


def hold_back(session: Session, talk: Conversation, message: Say, rule: str, how: Sending, now: datetime) -> None:
    """Keep it with the rule that stopped it, by the same work as if it were let out."""
    ask(session, talk, message, how, now)
    _store(session, talk, [message], Decision(False, (rule,)), how, now)


def recheck(session: Session, message: OutboxMessage, role: str, now: datetime, by: Sending | None = None) -> Decision:
    """The same question at the moment of sending: things may have changed since it was queued.

    A disclosure that was to go before it and did not is added to it now; `by` says who writes.
    """
    talk = conversation(session, message.conversation_id)
    row = session.execute(sa.select(outbox).where(outbox.c.id == message.id)).one()
    how = Sending(
        key="recheck", role=role, author=row.author, reply_to=row.reply_to, answers_at=row.answers_at,
        company=by.company if by else "", licence_ca=by.licence_ca if by else "", sequence=row.sequence,
        policy=row.policy, templates=by.templates if by else frozenset(), link_over=by is not None and by.link_over,
        untrue=by is not None and by.untrue,
        time_barred=by.time_barred if by else frozenset(), past_reporting=by.past_reporting if by else frozenset(),
    )  # fmt: skip
    if _is_stale(row, now):
        return Decision(False, tuple(row.rules))
    taken = talk.owner not in (BOT, QUEUE)
    if row.author == BOT and taken and message.owner_epoch != talk.owner_epoch and not _outlives_owner(message):
        return Decision(False, ("PAR-OWNER",))
    facts, decisions, parts = facts_for(session, talk, how, now, row), [], _said(message.parts, message.text)
    for part in parts:
        decision = rules.may_send(part, facts, now)
        if not decision.allowed:
            return decision
        decisions.append(decision)
    ruling = _together(decisions)
    late = _added(talk, ruling, parts, how, now) if ruling.until is None else []
    if late:
        _add_late(session, talk, row, late, replace(ruling, until=None), how, now)
    return replace(ruling, rules=ruling.rules or (rules.ALLOWED,))


def put_in_place(session: Session, message: OutboxMessage, secrets: Collection[str], instead: Say) -> bool:
    """Where a part of it has one of these in it, `instead` is said, once. False where its parts cannot be told apart."""
    row = session.execute(sa.select(outbox).where(outbox.c.id == message.id)).one()
    apart = _said_apart(row)
    if not apart:
        return False
    texts_: list[str] = []
    parts: list[Any] = []
    language = row.parts[0]["language"]
    for said, part in zip(apart, row.parts, strict=True):
        if not any(secret in said.text for secret in secrets):
            texts_, parts = [*texts_, said.text], [*parts, part]
        elif instead.text not in texts_:
            texts_, parts = [*texts_, instead.text], [*parts, _part(instead, language)]
    values = {"text": _whole(row.channel, texts_), "parts": parts}
    session.execute(outbox.update().where(outbox.c.id == row.id).values(**values))
    return True


def _is_stale(row: Any, now: datetime) -> bool:
    """It waited for a word of theirs until what it says may no longer be so."""
    return law.is_window(row.rules) and now - row.created_at > WAITS_FOR


def _said(parts: Sequence[Mapping[str, Any]], text: str) -> list[Say]:
    """What a message is made of; the text is that of the whole, since the parts were joined."""
    return [
        Say(part["response"], text, part["audience"], part["tag"], debt_id=part.get("debt_id"),
            discloses=tuple(part.get("discloses", ())))
        for part in parts
    ]  # fmt: skip


def _together(decisions: Sequence[Decision]) -> Decision:
    """One message out of several: it waits for the last of them."""
    until = max((decision.until for decision in decisions if decision.until is not None), default=None)
    template = next((decision.template for decision in decisions if decision.template), "")
    return Decision(True, _union(d.rules for d in decisions), _union(d.disclosures for d in decisions), until, template)


def _added(talk: Conversation, ruling: Decision, messages: Sequence[Say], how: Sending, now: datetime) -> list[Say]:
    """The disclosures that are due and that none of these messages contains."""
    said = {message.response for message in messages}
    due = [name for name in ruling.disclosures if name not in said]
    if any("automated" in message.discloses for message in messages):
        due = [name for name in due if name != "utter_contact_automated"]
    how_to_stop = any(rules.HOW_TO_STOP.search(message.text) for message in messages)
    if how_to_stop or {"utter_contact_automated", "utter_contact_stopped"} & set(due):
        due = [name for name in due if name != "utter_contact_opt_out_notice"]
    values = {"company": how.company, "licence_ca": how.licence_ca}
    added = [say(name, talk, values, now, how.time_zone, true=("opted_out",)) for name in due]
    return [one for disclosure in added for one in _with_its_debts(disclosure, messages, talk, how, now)]


def _with_its_debts(
    disclosure: Say, messages: Sequence[Say], talk: Conversation, how: Sending, now: datetime
) -> list[Say]:
    """What is said of a debt that is too old says which one it is, where they have several."""
    if "time_barred" not in disclosure.discloses:
        return [disclosure]
    asked = [rules.debts_of(one.debt_id) for one in messages if one.tag in texts.ASKING]
    old = sorted(one for one in how.time_barred if any(rules.may_meet(debts, frozenset({one})) for debts in asked))
    about = replace(disclosure, debt_id=" ".join(old) or None)
    names = [how.called[one] for one in old if one in how.called]
    if not names:
        return [about]
    lead = say("utter_law_time_barred_lead", talk, {"account": " / ".join(names)}, now, how.time_zone)
    return [replace(lead, debt_id=about.debt_id), about]


def _add_late(
    session: Session, talk: Conversation, row: Any, late: Sequence[Say], ruling: Decision, how: Sending, now: datetime
) -> None:
    """What has no room in it any more goes behind it, with its number behind a full stop; and that once."""
    apart = _said_apart(row)
    groups = _groups(talk, apart, list(late), how) if apart and "." not in row.dedup_key else []
    if len(groups) < 2:
        _append(session, row, late, talk.language)
        return
    told = " ".join(dict.fromkeys(name for one in groups[0] for name in _discloses(one)))
    text, parts = _whole(row.channel, [one.text for one in groups[0]]), [_part(one, talk.language) for one in groups[0]]
    session.execute(outbox.update().where(outbox.c.id == row.id).values(text=text, parts=parts, discloses=told))
    for number, group in enumerate(groups[1:], 1):
        _store(session, talk, group, ruling, replace(how, key=f"{row.dedup_key}.{number}"), now)


def _said_apart(row: Any) -> list[Say]:
    """Each part of it with its own words; nothing where they cannot be told apart."""
    lines, counts = row.text.split("\n"), [int(part.get("lines", 0)) for part in row.parts]
    if 0 in counts or sum(counts) != len(lines):
        return []
    ends = [sum(counts[: number + 1]) for number in range(len(counts))]
    return [
        replace(said, text="\n".join(lines[end - count : end]), choices=tuple(part.get("choices", ())))
        for said, part, count, end in zip(_said(row.parts, row.text), row.parts, counts, ends, strict=True)
    ]


def _append(session: Session, row: Any, late: Sequence[Say], language: Language) -> None:
    texts_, parts = [row.text, *(one.text for one in late)], [*row.parts, *(_part(one, language) for one in late)]
    told = " ".join(dict.fromkeys([*row.discloses.split(), *(name for one in late for name in _discloses(one))]))
    values = {"text": _whole(row.channel, texts_), "parts": parts, "discloses": told}
    session.execute(outbox.update().where(outbox.c.id == row.id).values(**values))


def _outlives_owner(message: OutboxMessage) -> bool:
    """What they must hear, and general words beside it. Such words alone are small talk of the assistant."""
    is_general = all(part["tag"] in ("handoff", *_MUST_BE_HEARD) for part in message.parts)
    return is_general and any(map(_must_be_heard, message.parts))


def _must_be_heard(part: Mapping[str, Any]) -> bool:
    """Also that a person was asked, though one has come meanwhile: nobody is left without an answer."""
    known = texts.load().get(part["response"])
    return part["tag"] in _MUST_BE_HEARD or (known is not None and "person_asked" in known.requires)


def _store(
    session: Session, talk: Conversation, says: Sequence[Say], decision: Decision, how: Sending, now: datetime
) -> None:
    pulled = talk.channel in PULLED
    state = "blocked" if not decision.allowed else "sent" if pulled else "ready"
    told = dict.fromkeys(name for part in says for name in _discloses(part))
    values = {
        "id": new_id("out"), "dedup_key": how.key, "conversation_id": talk.id, "channel": talk.channel,
        "address": talk.address, "text": _whole(talk.channel, [part.text for part in says]), "parts": [_part(part, talk.language) for part in says],
        "rules": list(decision.rules), "author": how.author, "reply_to": how.reply_to, "owner_epoch": talk.owner_epoch,
        "state": state, "due_at": now, "attempts": 0, "sent_at": now if state == "sent" else None, "created_at": now,
        "answers_at": how.answers_at, "party_id": talk.party_id, "discloses": " ".join(told), "sequence": how.sequence,
        "policy": how.policy, "held_until": None if pulled else decision.until,
    }  # fmt: skip
    if not insert_once(session, outbox, values):
        return
    kind = "MessageQueued" if decision.allowed else "MessageBlocked"
    data = {"message": values["id"], "responses": [part.response for part in says], "rules": list(decision.rules)}
    record(session, kind, subject=talk.id, data=data, now=now, actor=how.author)


def _whole(channel: str, parts: Sequence[str]) -> str:
    text = "\n".join(parts)
    return segments.fitted(text) if channel == "sms" else text


def _part(message: Say, language: Language) -> dict[str, object]:
    return {
        "language": language,
        "response": message.response, "tag": message.tag, "audience": message.audience,
        "choices": list(message.choices), "debt_id": message.debt_id, "discloses": list(message.discloses),
        "lines": message.text.count("\n") + 1,
    }  # fmt: skip


def _discloses(message: Say) -> tuple[str, ...]:
    """What a text tells by law: it says it itself, or it is the text for that."""
    by_name = {
        "utter_contact_automated": "automated", "utter_contact_mini_miranda": "collection",
        "utter_law_free_advice_gb": "free_advice", "utter_law_languages_nyc": "languages",
    }  # fmt: skip
    return (*message.discloses, *([by_name[message.response]] if message.response in by_name else []))


def _union(groups: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for group in groups for item in group))
