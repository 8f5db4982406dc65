"""What somebody typed to prove who they are, read as they may write it and judged as everywhere."""

from __future__ import annotations

import re
from datetime import date, datetime

from bot import accounts, contact, handoff, identity
from bot.core import Session, Settings

_ISO = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*")
_WRITTEN = re.compile(r"\s*(\d{1,2})\s*[/.\- ]\s*(\d{1,2})\s*[/.\- ]\s*(\d{4})\s*")
_LONGEST = 40


def judge(
    session: Session, talk: contact.Conversation, form: dict[str, str], settings: Settings, now: datetime, spoken: str
) -> identity.Outcome:
    """The same tries and the same lock as in the chat; who has no more tries is a case for a person."""
    born, other = birth_dates(form.get("born", ""), spoken)
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


def problem_of(outcome: identity.Outcome) -> str:
    """The name of the text that says why not."""
    if isinstance(outcome, identity.Locked):
        return "portal_locked"
    if isinstance(outcome, identity.Incomplete):
        return f"portal_lacks_{outcome.missing[0]}"
    return "portal_no_match"


def birth_dates(words: str, spoken: str) -> tuple[date | None, date | None]:
    """How "4/12/1985" reads in that language, and the other way round where it reads so too."""
    iso = _ISO.fullmatch(words)
    if iso is not None:
        return _day(int(iso[1]), int(iso[2]), int(iso[3])), None
    found = _WRITTEN.fullmatch(words)
    if found is None:
        return None, None
    first, second, year = (int(part) for part in found.groups())
    readings = [_day(year, first, second), _day(year, second, first)]
    if spoken == "es":
        readings.reverse()
    known = [day for day in dict.fromkeys(readings) if day is not None]
    return (known + [None])[0], (known + [None, None])[1]


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
