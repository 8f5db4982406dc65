"""Personal details taken out of a message before more people read it: names, numbers, addresses, long-past dates.

What is left teaches as well. An amount with its sign stays; a number of five digits or more without one goes.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import phonenumbers

from bot.contact.masking.proofs import BORN, DATE, parts_of

NAME, PHONE, EMAIL, ADDRESS, LINK = "[name]", "[phone]", "[e-mail]", "[address]", "[link]"
REFERENCE = "[number]"
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_LINK = re.compile(r"(?i)\b(?:https?://|www\.)\S+")
_STREET = (
    r"street|st|avenue|ave|road|rd|boulevard|blvd|lane|ln|drive|dr|court|ct|place|pl|way|circle|cir|terrace|highway|hwy"
)
_ADDRESS = re.compile(
    rf"(?i)\b\d{{1,6}}\s+(?:[a-z0-9.'\-]+\s+){{1,4}}?(?:{_STREET})\b\.?(?:,?\s*(?:apt|unit|suite|#)\.?\s*\w+)?"
    r"|\b(?:calle|avenida|av\.|carrera|paseo)\s+[\w.'\-]+(?:\s+[\w.'\-]+){0,3}?\s+(?:#\s*)?\d{1,5}\b"
)
_SAYS_NAME = re.compile(
    r"((?i:\b(?:my name is|my name's|name is|this is|i am|i'm|me llamo|mi nombre es|soy|habla))\s+)"
    r"([A-ZÁÉÍÓÚÑ][\w'\-]+(?:\s+[A-ZÁÉÍÓÚÑ][\w'\-]+){0,2})"
)
_NUMBER = re.compile(r"(?<![\w$£€.,])(?:[A-Z]{1,4}-?)?\d(?:[ \-]?\d){4,}(?![\w]|[.,]\d)")
_OLD = 2010
"""A date of this year or before is somebody's birthday, not a day to pay on."""


def without_details(text: str, names: Collection[str] = ()) -> str:
    """`names` are those that are known to belong to whoever wrote it, and to theirs."""
    text = _LINK.sub(LINK, _EMAIL.sub(EMAIL, text))
    text = _ADDRESS.sub(ADDRESS, text)
    text = DATE.sub(lambda found: BORN if _is_old(found[0]) else found[0], text)
    for match in reversed(list(phonenumbers.PhoneNumberMatcher(text, "US"))):
        text = text[: match.start] + PHONE + text[match.end :]
    text = _NUMBER.sub(REFERENCE, text)
    text = _SAYS_NAME.sub(rf"\1{NAME}", text)
    known = sorted({part for name in names for part in name.split() if len(part) > 2}, key=len, reverse=True)
    for part in known:
        text = re.sub(rf"(?i)(?<!\w){re.escape(part)}(?!\w)", NAME, text)
    return text


def _is_old(found: str) -> bool:
    years = [part for part in parts_of(found) if part >= 1900]
    short = [part for part in parts_of(found) if 31 < part < 100]
    return any(year <= _OLD for year in years) or (not years and bool(short))
