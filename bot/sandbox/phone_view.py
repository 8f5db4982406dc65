"""What the phone page shows, decided without a request: people, days, bubbles, links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import phonenumbers
from markupsafe import Markup, escape

from bot.sandbox.model import Person
from bot.sandbox.twilio_phone import Line

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_STATUS_WORDS = {"queued": "sending", "delivered": "delivered", "undelivered": "not delivered"}
Beside = Mapping[str, tuple[str, tuple[str, ...]]]
CHANNEL_NAMES = {"sms": "SMS", "whatsapp": "WhatsApp", "telegram": "Telegram"}


@dataclass(frozen=True)
class Contact:
    """One row of the list of phones."""

    phone: str
    name: str
    note: str
    preview: str
    when: str
    current: bool


@dataclass(frozen=True)
class Bubble:
    """One message. `meta` is the small line under it."""

    written: bool
    text: Markup
    time: str
    iso: str
    meta: str
    buttons: tuple[tuple[str, str], ...] = ()
    label: str = ""
    """What it is: "assistant, offer"."""
    rules: tuple[str, ...] = ()
    """Those that let it out, each with what it says."""


def shown_number(phone: str) -> str:
    """ "+1 202-555-0143"."""
    try:
        parsed = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def linked(text: str) -> Markup:
    """The text escaped, with its http and https addresses as links that open beside the phone."""
    parts, end = [], 0
    for match in _LINK.finditer(text):
        parts.append(escape(text[end : match.start()]))
        parts.append(Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(match[0]))
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def bubble(line: Line, known: Beside) -> Bubble:
    local = line.at.astimezone()
    if line.written:
        meta = _STATUS_WORDS.get(line.status, line.status)
    else:
        meta = f"{line.segments} SMS" if line.channel == "sms" else line.status
    label, rules = known.get(line.provider_id, ("the debtor" if line.written else "", ()))
    when = local.strftime("%H:%M"), local.isoformat()
    return Bubble(line.written, linked(line.text), *when, meta, line.buttons, label, rules)


def days(lines: Iterable[Line], now: datetime, known: Beside | None = None) -> Iterator[tuple[str, list[Bubble]]]:
    """Bubbles under "Today", "Yesterday" or a date."""
    today = now.astimezone().date()
    for day, group in groupby(lines, key=lambda line: line.at.astimezone().date()):
        passed = (today - day).days
        name = {0: "Today", 1: "Yesterday"}.get(passed) or day.strftime("%A, %-d %B %Y")
        yield name, [bubble(line, known or {}) for line in group]


def contacts(people: Iterable[Person], recent: Iterable[Line], current: str, find: str, now: datetime) -> list[Contact]:
    """Phones with messages first, then the demo's people; `find` looks in name, number and note."""
    known = {person.phone: person for person in people}
    last = {line.phone: line for line in recent}
    phones = [*last, *(phone for phone in known if phone not in last)]
    if current and current not in phones:
        phones.insert(0, current)
    rows = [_contact(phone, known.get(phone), last.get(phone), current, now) for phone in phones]
    sought = find.casefold()
    return [row for row in rows if sought in f"{row.name} {row.phone} {row.note}".casefold()]


def _contact(phone: str, person: Person | None, line: Line | None, current: str, now: datetime) -> Contact:
    preview = ""
    if line:
        preview = ("You: " if line.written else "") + " ".join(line.text.split())
    return Contact(
        phone,
        person.name if person else shown_number(phone),
        person.note if person else "",
        preview[:80],
        _when(line.at.astimezone(), now.astimezone()) if line else "",
        phone == current,
    )


def _when(at: datetime, now: datetime) -> str:
    """The time of today, the day of any other."""
    return at.strftime("%H:%M" if at.date() == now.date() else "%-d %b")
