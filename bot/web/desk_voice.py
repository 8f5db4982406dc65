"""Who somebody is, by telephone: the agent reads a script and types what they hear. What is stored is never shown.

The answer is a yes, a no with the tries that are left, or a lock: the same that whoever writes would get.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot import accounts, contact, handoff, identity
from bot.core import Session
from bot.web import desk_view, staff, texts
from bot.web.parts import Parts, written_at

NEWS = ("voice_yes", "voice_locked", "voice_left_1", "voice_left_2", "voice_incomplete")


@dataclass(frozen=True)
class Voice:
    """What the panel says of who it is. `script` is empty where there is nothing to ask."""

    known: str
    script: str
    asks_reference: bool


def of(
    row: desk_view.Waiting, me: staff.Staff, parts: Parts, entries: Iterable[handoff.Entry], spoken: str, *,
    is_behind: bool,
) -> Voice:  # fmt: skip
    """`is_behind` when the address is somebody's: then no account number is asked for."""
    now = parts.settings.clock.now()
    if row.talk.is_verified(now):
        return Voice(_known(row.talk, entries, parts, spoken), "", False)
    given = {"agent": me.name.split()[0], "company": parts.settings.company}
    script = texts.text("voice_script", row.talk.language, **given) if row.owner == me.actor else ""
    asks = bool(script) and not is_behind
    if asks:
        script = f"{script} {texts.text('voice_script_reference', row.talk.language)}"
    return Voice("", script, asks)


def _known(talk: contact.Conversation, entries: Iterable[handoff.Entry], parts: Parts, spoken: str) -> str:
    assert talk.verified_until is not None
    at = written_at(parts.settings.time_zone, spoken, talk.verified_until)
    by_voice = {entry.data.get("until") for entry in entries if entry.kind == "voice"}
    return texts.text(
        "voice_until" if talk.verified_until.isoformat() in by_voice else "verified_until", spoken, time=at
    )


def ask(parts: Parts, session: Session, me: staff.Staff, case: handoff.Case, form: dict[str, str]) -> str:
    """What the page says then."""
    talk, now = handoff.hold_for(session, case, me.actor), parts.settings.clock.now()
    answers = _answers(form)
    if answers is None or form.get("same") != "1":
        return "voice_incomplete"
    checks = identity.Checks.by_voice(parts.settings.secret_key)
    outcome = identity.challenge_by_voice(session, talk, answers, by=me.actor, now=now, checks=checks)
    if isinstance(outcome, identity.Matched):
        return _matched(session, case, outcome.verified, me, now)
    if isinstance(outcome, identity.Incomplete):
        return "voice_incomplete"
    left = outcome.left if isinstance(outcome, identity.NotMatched) else 0
    handoff.write_down(session, case, "voice_no", me.actor, {}, now)
    return f"voice_left_{left}" if left else "voice_locked"


def _matched(session: Session, case: handoff.Case, who: identity.Verified, me: staff.Staff, now: datetime) -> str:
    accounts.adopt_disputes(session, who, now)
    until = contact.conversation(session, case.conversation_id).verified_until
    assert until is not None
    handoff.write_down(session, case, "voice", me.actor, {"until": until.isoformat()}, now)
    return "voice_yes"


def _answers(form: dict[str, str]) -> identity.Answers | None:
    """None where one of them is missing or no day at all."""
    try:
        born = date.fromisoformat(form.get("born", ""))
    except ValueError:
        return None
    postcode = form.get("postcode", "").strip()[:20]
    if not postcode:
        return None
    return identity.Answers(born, postcode, form.get("reference", "").strip()[:80] or None)
