"""Whoever left the web chat before a person answered is told by e-mail that somebody did, and not what they wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.engine import Engine

from bot import accounts, contact, core, handoff
from bot.core import Settings
from bot.core.mail import Smtp
from tests.web.desk_kit import case, maria_is_here
from tests.web.world import settings_for

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
WEB, MAIL = "v" * 43, "maria@example.com"
ANSWER = "I looked into it, and the $60 are there."


@pytest.fixture
def settings() -> Settings:
    return replace(settings_for(), smtp=Smtp("mail.example", 465, "", "", True, "parley@northwind.example"))


def answered(engine: Engine, settings: Settings, text: str, *, known: bool = True) -> str:
    """Maria asks in the web chat, and a person answers; nobody is there to read it. Returns the conversation."""
    now = settings.clock.now()
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
    talk = case(engine, settings, text=text, address=WEB, channel="web")
    with core.transaction(engine) as session:
        if known:
            contact.mark_verified(session, talk, maria, now + timedelta(hours=3), now)
        found = handoff.open_case_of(session, talk)
        assert found is not None
        handoff.take(session, found, "agent:a", now)
        handoff.reply(session, found, ANSWER, by="agent:a", key="k1", settings=settings)
    return talk


def mails(engine: Engine, address: str = MAIL) -> list[contact.Line]:
    with core.reading(engine) as session:
        talk = contact.glance.conversation_at(session, "email", address)
        return contact.transcript(session, talk.id, blocked=True) if talk else []


def later(engine: Engine, settings: Settings, minutes: int = 3) -> int:
    settings.clock.move(timedelta(minutes=minutes))
    return handoff.tell_of_answers(engine, settings)


def test_they_are_told_once_at_the_address_that_they_wrote(engine, settings) -> None:
    talk = answered(engine, settings, f"where is my payment? write me at {MAIL.upper()}")
    assert handoff.tell_of_answers(engine, settings) == 0, "they may still be looking"
    assert later(engine, settings) == 1 and later(engine, settings) == 0
    [one] = mails(engine)
    assert one.state == "ready" and settings.public_url in one.text and "somebody has answered you" in one.text
    assert ANSWER not in one.text and "$" not in one.text and "Maria" not in one.text
    with core.transaction(engine) as session:
        contact.shown.note_shown(session, talk)
        found = handoff.open_case_of(session, talk)
        assert found is not None
        handoff.reply(session, found, "And one more thing.", by="agent:a", key="k2", settings=settings)
    assert later(engine, settings) == 1, "they had looked, and left again"


def test_who_has_seen_it_said_stop_or_gave_no_address_is_not_written_to(engine, settings) -> None:
    talk = answered(engine, settings, f"mail me at {MAIL}")
    with core.transaction(engine) as session:
        contact.shown.note_shown(session, talk)
    assert later(engine, settings) == 0
    with core.transaction(engine) as session:
        found = handoff.open_case_of(session, talk)
        assert found is not None
        handoff.reply(session, found, "Still there?", by="agent:a", key="k2", settings=settings)
        contact.opt_out(session, "web", WEB, source="word", now=settings.clock.now())
    assert later(engine, settings) == 0 and mails(engine) == []


@pytest.mark.parametrize("address", [MAIL, "v@clinic.example"])
def test_a_visitor_nobody_knows_is_told_and_the_address_becomes_nobodys(engine, settings, address: str) -> None:
    answered(engine, settings, f"write me at {address}", known=False)
    assert later(engine, settings) == 1 and later(engine, settings) == 0
    [one] = mails(engine, address)
    assert one.state == "ready" and one.responses[0] == "utter_handoff_answered_visitor"
    assert "If it wasn't you" in one.text and "Maria" not in one.text and "$" not in one.text
    with core.reading(engine) as session:
        assert contact.parties_at(session, "email", address) == ()


@pytest.mark.parametrize("how", ["wants no contact", "is held elsewhere", "said stop to e-mail"])
def test_a_visitor_is_not_told_where_a_hold_or_a_stop_stands_before_it(engine, settings, how: str) -> None:
    talk, now = answered(engine, settings, f"write me at {MAIL}", known=False), settings.clock.now()
    cease: dict[str, Any] = {"kind": contact.HoldKind.CEASE, "reason": "stop writing to me", "now": now}
    with core.transaction(engine) as session:
        if how == "wants no contact":
            contact.place_hold_here(session, talk, **cease)
        if how == "is held elsewhere":
            [maria] = contact.parties_at(session, "sms", "+15550100001")
            contact.add_new_addresses(session, [(maria, "email", MAIL)], basis="client_file", now=now)
            contact.place_hold(session, party_id=maria, **cease)
        if how == "said stop to e-mail":
            contact.opt_out(session, "email", MAIL, source="word", now=now)
    assert later(engine, settings) == 0


@pytest.mark.parametrize("how", ["nothing", "collector", "no server", "a day ago"])
def test_nobody_is_written_to_without_what_it_takes(engine, settings, how: str) -> None:
    answered(engine, settings, "hello" if how == "nothing" else f"hello, {MAIL}")
    if how == "collector":
        settings = replace(settings, collection_role="third_party")
    if how == "no server":
        settings = replace(settings, smtp=None)
    assert later(engine, settings, 25 * 60 if how == "a day ago" else 3) == 0 and mails(engine) == []


def test_an_address_of_the_clients_file_alone_is_no_reason_to_write_there(engine, settings) -> None:
    """12 CFR 1006.6(d)(4): it needs their own word, or a notice of the creditor."""
    answered(engine, settings, "hello")
    with core.transaction(engine) as session:
        [maria] = contact.parties_at(session, "sms", "+15550100001")
        contact.add_new_addresses(session, [(maria, "email", MAIL)], basis="client_file", now=settings.clock.now())
    assert later(engine, settings) == 0
    [one] = mails(engine)
    assert one.state == "blocked" and "RF-11" in one.rules
    with core.reading(engine) as session:
        assert accounts.known_party(session, maria).given_name == "Maria"


@pytest.mark.parametrize(
    "text, known, asked", [("hello", True, True), (f"hello, {MAIL}", True, False), ("hello", False, True),
                           (f"hello, {MAIL}", False, False)]
)
def test_who_left_no_address_is_asked_for_one_known_or_not(
    engine, settings, text: str, known: bool, asked: bool
) -> None:
    talk = answered(engine, settings, text, known=known)
    with core.transaction(engine) as session:
        here = contact.conversation(session, talk)
        assert handoff.asks_for_mail(session, here, settings) is asked
        assert not handoff.asks_for_mail(session, here, replace(settings, smtp=None))
