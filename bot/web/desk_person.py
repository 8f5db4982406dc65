"""About one person, once they are verified: how each balance came about, what came in, what was agreed, and where and
why they may be written to. What is wrong of that is put right here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import phonenumbers

from bot import accounts, contact, handoff, identity, negotiation
from bot.core import Session
from bot.web import desk_agreed, desk_view, texts
from bot.web.desk_asked import Asked, Gone, Unfit, among
from bot.web.parts import Parts, written_at, written_day

POST, MAIL = "post", "email"
CHANNELS = ("sms", "whatsapp", MAIL, POST)
_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(\.[\w-]+)+")
"""What can be given to a person at the desk; the others are known once they write there."""
SHOWN = 8
SHORTEST_POST, LONGEST_POST = 10, 128
NEWS = ("address_wrong", "address_known")


@dataclass(frozen=True)
class Account:
    """One account as the law has it itemised."""

    reference: str
    client: str
    lines: tuple[tuple[str, str], ...]
    received: tuple[str, ...]
    agreed: desk_agreed.Agreed | None


@dataclass(frozen=True)
class Place:
    """An address, and what may be said of it."""

    id: str
    channel: str
    value: str
    words: str
    is_stopped: bool


def page_values(asked: Asked, spoken: str) -> dict[str, Any]:
    """Raises Gone while nobody is verified, and handoff.Taken."""
    who = _who(asked)
    party = accounts.known_party(asked.session, who.party_id)
    debts = accounts.known_debts_of(asked.session, who.party_id)
    plans = negotiation.running(asked.session, who)
    return {
        "party": party,
        "accounts": [_account(asked.session, who, debt, plans, spoken) for debt in debts],
        "places": [_place(one, asked.parts, spoken) for one in contact.addresses_of(asked.session, who.party_id)],
        "has_post": bool(contact.postal_address(asked.session, who.party_id)),
        "channels": CHANNELS,
        "spoken_here": contact.conversation(asked.session, asked.here.conversation_id).language,
        "languages": texts.LANGUAGES,
    }


def _account(
    session: Session, who: identity.Verified, debt: accounts.Debt, plans: desk_agreed.Running, spoken: str
) -> Account:
    item, say = accounts.itemisation(session, who, debt.id), texts.speaker(spoken)
    amounts = {
        "then": item.amount_then, "charges": item.charges, "interest": item.interest, "fees": item.fees,
        "payments": item.payments, "credits": item.credits, "balance": item.balance,
    }  # fmt: skip
    shown = {name: one for name, one in amounts.items() if one.minor or name in ("then", "balance")}
    lines = tuple(
        (say(f"item_{name}", on=written_day(spoken, item.on)), one.text(spoken)) for name, one in shown.items()
    )
    entries = [one for one in accounts.history(session, who, debt.id) if one.kind is accounts.EntryKind.PAYMENT]
    received = tuple(
        f"{(-one.amount).text(spoken)}, {written_day(spoken, one.effective_on)}" for one in reversed(entries[-SHOWN:])
    )
    agreed = desk_agreed.of(session, who, debt, plans, spoken)
    return Account(debt.reference, debt.client, lines, received, agreed)


def _place(one: contact.Address, parts: Parts, spoken: str) -> Place:
    say, zone = texts.speaker(spoken), parts.settings.time_zone

    def at(moment: datetime) -> str:
        return written_at(zone, spoken, moment)

    words = say("place_since", basis=desk_view.spaced(one.basis), time=at(one.since))
    if one.opted_out_at is not None:
        words = say("place_stopped", time=at(one.opted_out_at))
    elif one.opted_in_at is not None:
        words = f"{words} {say('place_again', time=at(one.opted_in_at))}"
    return Place(one.id, say(f"channel_{one.channel}"), one.value, words, one.opted_out_at is not None)


def give(asked: Asked) -> None:
    """Another number of theirs, as they tell it."""
    who, channel = _who(asked), among(CHANNELS, lambda one: one == asked.form.get("kind"))
    value = _value(asked)
    how: dict[str, Any] = {"by": asked.me.actor, "now": asked.now}
    if not contact.give_address(asked.session, party_id=who.party_id, channel=channel, value=value, **how):
        raise Unfit("address_known")
    asked.write_down("address", f"+ {_told(channel, value)}")


def take(asked: Asked) -> None:
    """A number that is not theirs, or not any more."""
    who = _who(asked)
    theirs = contact.addresses_of(asked.session, who.party_id)
    one = among(theirs, lambda address: address.id == asked.form.get("entry"))
    contact.take_address(asked.session, party_id=who.party_id, address_id=one.id, by=asked.me.actor, now=asked.now)
    asked.write_down("address", f"− {_told(one.channel, one.value)}")


def _told(channel: str, value: str) -> str:
    """Which one, for who reads the thread later; no more of it than is needed."""
    return f"{channel} {value}" if channel == POST else f"{channel} …{value[-4:]}"


def speak(asked: Asked) -> None:
    """In which language we write here."""
    talk = handoff.hold_for(asked.session, asked.here, asked.me.actor)
    language = among(texts.LANGUAGES, lambda one: one == asked.form.get("kind"))
    contact.set_language(asked.session, talk.id, language)
    asked.write_down("address", f"language: {language}")


def named(asked: Asked, spoken: str) -> dict[str, str]:
    """What the heading names."""
    if asked.form["act"] == "address":
        return {"what": f"{texts.text('channel_' + among(CHANNELS, lambda one: one == asked.form.get('kind')), spoken)}: {_value(asked)}"}
    if asked.form["act"] == "address_off":
        theirs = contact.addresses_of(asked.session, _who(asked).party_id)
        one = among(theirs, lambda address: address.id == asked.form.get("entry"))
        return {"what": f"{texts.text('channel_' + one.channel, spoken)}: {one.value}"}
    return {"what": texts.text(f"language_{among(texts.LANGUAGES, lambda one: one == asked.form.get('kind'))}", spoken)}


def _value(asked: Asked) -> str:
    typed = " ".join(asked.form.get("reference", "").split())
    if asked.form.get("kind") == MAIL:
        if not _MAIL.fullmatch(typed):
            raise Unfit("address_wrong")
        return typed.lower()
    if asked.form.get("kind") != POST:
        return _phone(typed)
    if not SHORTEST_POST <= len(typed) <= LONGEST_POST or not any(map(str.isdigit, typed)):
        raise Unfit("address_wrong")
    return typed


def _phone(typed: str) -> str:
    try:
        number = phonenumbers.parse(typed, "US")
    except phonenumbers.NumberParseException:
        raise Unfit("address_wrong") from None
    if not phonenumbers.is_possible_number(number):
        raise Unfit("address_wrong")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _who(asked: Asked) -> identity.Verified:
    talk = handoff.hold_for(asked.session, asked.here, asked.me.actor)
    who = identity.known_in(talk, asked.now)
    if who is None:
        raise Gone
    return who
