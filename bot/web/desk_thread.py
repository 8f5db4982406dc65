"""The thread as the desk shows it: their words, the assistant's, colleagues' and notes, and what happened between."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from bot import channels, contact, handoff
from bot.contact import rules
from bot.core import Session
from bot.web import desk_files, desk_links, desk_view, hold_words, texts
from bot.web.parts import Parts, written_at

_SHOWN = (
    "opened",
    "reopened",
    "raised",
    "link_stopped",
    "taken",
    "taken_over",
    "released",
    "withdrawn",
    "handed_back",
    "held",
    "explained",
    "lifted",
    "duty",
    "decided",
    "corrected",
    "asked_more",
    "offered",
    "agreed",
    "linked",
    "autopay_off",
    "assigned",
    "address",
    "reviewed",
    "granted",
    "refused",
    "called_off",
    "dropped",
    "voice",
    "voice_no",
    "proof_yes",
    "proof_no",
    "proof_part",
    "proof_locked",
    "wrote_again",
    "recorded",
    "unrecorded",
    "waived",
    "unwaived",
    "snoozed",
    "woken",
    "time_barred",
    "time_allowed",
    "call_planned",
    "call_wanted",
    "called",
    "called_broke",
)
_SAID = ("note", "transferred")
"""Entries in which a colleague says something."""


@dataclass(frozen=True)
class Row:
    key: str
    kind: str
    """`them`, `bot`, `person`, `note` or `system`."""
    who: str
    text: str
    at: datetime
    status: str = ""
    is_stopped: bool = False
    why: tuple[str, ...] = ()
    """The rules that put it off or stopped it, each as a sentence."""
    waits: str = ""
    """The id of a reply that goes out later, and can be called off until then."""
    files: tuple[tuple[str, str], ...] = ()
    """(address, words) of what came with it; without an address where it is not here."""
    dead: str = ""
    """That the link in it cannot be paid any more."""


def thread(
    session: Session, case: handoff.Case, parts: Parts, spoken: str, names: dict[str, str],
    entries: Collection[handoff.Entry],
) -> list[Row]:  # fmt: skip
    """Oldest first; `names` of all who work here, by actor."""
    say = texts.speaker(spoken)
    said = contact.transcript(session, case.conversation_id, blocked=True)
    now = parts.settings.clock.now()
    dead = desk_links.dead(session, said, now, say)
    lines = [
        replace(_line(line, names, say, parts, spoken, now), dead=dead.get(line.id, ""))
        for line in said
        if line.author != contact.BOT or line.text
    ]
    tell = partial(written_at, parts.settings.time_zone, spoken)
    rows = [*lines, *(_entry(entry, names, say, tell) for entry in entries if entry.kind in (*_SHOWN, *_SAID))]
    return sorted(rows, key=lambda row: row.at) + [
        Row(
            one.id, "person", names.get(one.author, say("desk_colleague")), one.text, one.made_at,
            say("later_at", time=tell(one.at)), waits=one.id,
        )
        for one in handoff.waiting_replies(session, case.conversation_id)
    ]  # fmt: skip


def _line(
    line: contact.Line, names: dict[str, str], say: texts.Speaker, parts: Parts, spoken: str, now: datetime
) -> Row:
    if line.author == "debtor":
        return Row(line.id, "them", say("desk_them"), line.text, line.at, files=desk_files.shown(line.files, say))
    kind = "bot" if line.author == contact.BOT else "person"
    who = say("chat_bot") if kind == "bot" else names.get(line.author, say("desk_colleague"))
    waits = line.state == "ready" and line.held_until is not None and line.held_until > now
    stopped = line.state in ("blocked", "dead", "failed")
    why = tuple(desk_view.rule_says(rule) for rule in line.rules if rule != rules.ALLOWED) if waits or stopped else ()
    if waits:
        assert line.held_until is not None
        told = say("sent_held", time=written_at(parts.settings.time_zone, spoken, line.held_until))
    else:
        told = say(f"sent_{_state(line)}")
    return Row(
        line.id,
        kind,
        who,
        line.text,
        line.at,
        told,
        stopped,
        (*why, *([channels.twilio_errors.in_words(line.error, spoken)] if stopped and line.error else [])),
    )


def _state(line: contact.Line) -> str:
    if line.state == "sent":
        return line.delivery if line.delivery in ("delivered", "read") else "sent"
    return {"blocked": "blocked", "dead": "failed", "failed": "failed"}.get(line.state, "queued")


def _entry(entry: handoff.Entry, names: dict[str, str], say: texts.Speaker, tell: Callable[[datetime], str]) -> Row:
    by = names.get(entry.author, say("chat_bot") if entry.author == contact.BOT else say("desk_them"))
    if entry.kind == "note":
        return Row(f"t{entry.number}", "note", by, str(entry.data["text"]), entry.at)
    if entry.kind == "transferred":
        told = say("entry_transferred", by=by, **_told(entry.data, names, say, tell))
        return Row(f"t{entry.number}", "note", told, str(entry.data["text"]), entry.at)
    told = say(f"entry_{entry.kind}", by=by, **_told(entry.data, names, say, tell))
    return Row(f"t{entry.number}", "system", "", told, entry.at)


def _told(
    data: dict[str, Any], names: dict[str, str], say: texts.Speaker, tell: Callable[[datetime], str]
) -> dict[str, str]:
    """The data of an entry in words; what a sentence does not use is left."""
    told = {"reason": "", "code": "", "former": "", "to": "", "until": ""}
    told |= {"what": hold_words.named(str(data.get("what", "")), say), "why": str(data.get("why", ""))}
    if "to" in data:
        told["to"] = names.get(data["to"], say("desk_colleague"))
    if "until" in data:
        told["until"] = tell(datetime.fromisoformat(data["until"]))
    if "reason" in data:
        told["reason"] = say(f"reason_{data['reason']}")
    if "code" in data:
        told["code"] = say(f"code_{data['code']}")
    if "from" in data:
        told["former"] = names.get(data["from"], say("desk_nobody"))
    return told
