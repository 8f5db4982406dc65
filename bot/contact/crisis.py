"""Who can be reached in a crisis where somebody is: numbers by country, as data with their source.

Where they live counts first; of whom that is not known, the country of the number that they write from; then ours.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import phonenumbers
import yaml

from bot.contact import places
from bot.contact.consent import parties_at
from bot.contact.model import Conversation
from bot.core import Session

FILE = Path(__file__).parents[2] / "data" / "law" / "crisis" / "lines.yml"
ELSEWHERE = "*"


@lru_cache(maxsize=1)
def lines() -> Mapping[str, Any]:
    """By country; "*" is every other one."""
    told: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {country: told[entry.get("same_as", country)] for country, entry in told.items()}


def values(session: Session, talk: Conversation, *, our_phone: str) -> dict[str, str]:
    """`lifeline` and `danger` of a text, in its language. `our_phone` is where the operator is."""
    country = where(session, talk, our_phone=our_phone)
    entry = lines().get(country) or lines()[ELSEWHERE]
    language = talk.language if talk.language in entry["lifeline"] else "en"
    return {"lifeline": entry["lifeline"][language], "danger": entry["danger"][language]}


def where(
    session: Session, talk: Conversation, *, our_phone: str, behind: Collection[str] | None = None
) -> str:  # fmt: skip
    """Their country as far as anything says it, else the operator's. `behind` where it is known who may be behind the
    address.
    """
    return country_of(session, talk, behind) or _of_number(our_phone) or "US"


def longest(language: str) -> dict[str, str]:
    """Of every value the longest: what a text must still hold."""
    every = lines().values()
    return {name: max((entry[name][language] for entry in every), key=len) for name in ("lifeline", "danger")}


def country_of(session: Session, talk: Conversation, behind: Collection[str] | None = None) -> str | None:
    """Where they are, as ISO 3166 has it; None when nothing says so, or when several say different things."""
    if behind is None and not talk.party_id:
        behind = parties_at(session, talk.channel, talk.address)
    people = (talk.party_id,) if talk.party_id else behind or ()
    here = _of_number(talk.address) if talk.channel in ("sms", "whatsapp") else None
    lived_in = _countries(session, people)
    if len(lived_in) == 1:
        return next(iter(lived_in))
    return here if here in lived_in or not lived_in else None


def _countries(session: Session, people: Collection[str]) -> frozenset[str]:
    _, regions = places.whereabouts(session, people) if people else (frozenset(), None)
    return frozenset(region for region in regions or () if "-" not in region)


def _of_number(number: str) -> str | None:
    """A number of nobody in particular is of the country that its code is mostly of."""
    try:
        read = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return None
    return phonenumbers.region_code_for_number(read) or phonenumbers.region_code_for_country_code(
        read.country_code or 0
    )
