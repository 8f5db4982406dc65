"""Their yes to what a person offers: the messages that may be one, and the one that was chosen, as it is quoted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot import contact, handoff, negotiation
from bot.core import Session
from bot.web import texts
from bot.web.desk_asked import Gone, Unfit, among
from bot.web.parts import written_at

BY_VOICE = "voice"
MOST = 10
_FROM_PERSON = "utter_negotiation_from_person"
_TAKEN_OUT = re.compile(r"\[[^\]]*removed\]")
"""What masking leaves of a proof or a card."""
_NEVER_READ = ("blocked", "dead", "failed")


def after_offer(
    session: Session, lines: Sequence[contact.Line], offer_id: str, now: datetime
) -> list[contact.Line]:  # fmt: skip
    """What they wrote since this offer left for them, the newest first; nothing while it has not."""
    made = negotiation.made_at(session, offer_id)
    told = next((line for line in lines if line.at >= made and _FROM_PERSON in line.responses), None)
    if told is None or told.state in _NEVER_READ or _waits(told, now):
        return []
    return _theirs(lines, told.sent_at or told.at)


def after_answer(lines: Sequence[contact.Line], case: handoff.Case) -> list[contact.Line]:
    """What they wrote since a person first answered them in this case: before that nobody had offered them anything."""
    ours = (line for line in lines if line.author not in ("debtor", contact.BOT) and line.at >= case.opened_at)
    first = next((line for line in ours if line.state not in _NEVER_READ), None)
    return _theirs(lines, first.sent_at or first.at) if first is not None else []


def chosen(found: Iterable[contact.Line], said: str) -> contact.Line | None:
    """None for a yes on the telephone. Raises Unfit for a message that is not among those that may be one."""
    if said == BY_VOICE:
        return None
    try:
        return among(found, lambda line: line.id == said)
    except Gone:
        raise Unfit("offer_said") from None


def shown(found: Iterable[contact.Line], zone: str, spoken: str) -> list[tuple[str, str]]:
    """(id, words) for a list to choose from."""
    return [(line.id, f"“{_short(line.text)}” · {written_at(zone, spoken, line.at)}") for line in found]


def quoted(line: contact.Line | None, zone: str, spoken: str) -> str:
    """The whole of it, for whoever is about to set up what it says yes to."""
    if line is None:
        return texts.text("yes_by_voice", spoken)
    return texts.text("yes_is", spoken, words=line.text, time=written_at(zone, spoken, line.at))


def _theirs(lines: Iterable[contact.Line], since: datetime) -> list[contact.Line]:
    found = [line for line in lines if line.author == "debtor" and line.at >= since and _says_something(line.text)]
    return found[::-1][:MOST]


def _says_something(text: str) -> bool:
    """Whether anything is left beside what was taken out of it."""
    return any(sign.isalnum() for sign in _TAKEN_OUT.sub("", text))


def _waits(line: contact.Line, now: datetime) -> bool:
    return line.state == "ready" and line.held_until is not None and line.held_until > now


def _short(text: str) -> str:
    return handoff.first_words(text, "web")
