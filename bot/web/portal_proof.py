"""What somebody typed to prove who they are, read as they may write it and judged as everywhere."""

from __future__ import annotations

from datetime import datetime

from bot import accounts, contact, handoff, identity
from bot.contact import glance
from bot.core import Session, Settings
from bot.web.cookies import hashed

_LONGEST = 40


def judge(
    session: Session, talk: contact.Conversation, form: dict[str, str], settings: Settings, now: datetime, spoken: str
) -> identity.Outcome:
    """The same tries and the same lock as in the chat; who has no more tries is a case for a person."""
    born, other = identity.birth_dates(form.get("born", ""), spoken, now.date())
    answers = identity.Answers(
        born, form.get("zip", "")[:_LONGEST] or None, form.get("reference", "")[:_LONGEST].strip() or None, other
    )
    checks = identity.Checks.on("web", settings.secret_key)
    outcome = identity.challenge(session, talk, answers, now=now, checks=checks)
    if isinstance(outcome, identity.Matched):
        accounts.adopt_disputes(session, outcome.verified, now)
    elif isinstance(outcome, identity.Locked):
        handoff.open_case(session, talk, handoff.Reason.LOCKED, {"verified": False}, now, hours=settings.opening)
    return outcome


def known_here(session: Session, cookie: str | None, now: datetime) -> identity.Verified | None:
    """Who proved in this browser who they are, in the chat or here, and may still be believed."""
    talk = glance.conversation_at(session, "web", hashed(cookie)) if cookie is not None else None
    return identity.who(session, talk, now) if talk is not None else None


def problem_of(outcome: identity.Outcome) -> str:
    """The name of the text that says why not."""
    if isinstance(outcome, identity.Locked):
        return "portal_locked"
    if isinstance(outcome, identity.Incomplete):
        return f"portal_lacks_{outcome.missing[0]}"
    return "portal_no_match"
