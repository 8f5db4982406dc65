"""What must not be sold or reported, and the one notice after a cease."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot import accounts, contact, core, last_words, notices, transfers
from bot.accounts import Claim, DisputeReason, EntryKind
from bot.contact import HoldKind
from tests.law.kit import MARIA, World
from tests.law.test_a_dispute_holds_what_is_disputed import Talk, of_a_part


@pytest.fixture
def maria() -> Iterator[Talk]:
    world = World("sms", "+15550100001")
    world.says(MARIA)
    yield Talk(world)


def against(talk: Talk, after: timedelta = timedelta()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    debt, now = talk.debt(), talk.world.clock.now() + after
    with core.reading(talk.world.database) as session:
        return transfers.against_sale(session, debt, now), transfers.against_furnishing(session, debt, now)


def test_RF_29_what_is_paid_is_not_sold(maria: Talk) -> None:
    debt, now = maria.debt(), maria.now()
    assert against(maria)[0] == ()
    with core.transaction(maria.world.database) as session:
        accounts.post(session, debt_id=debt.id, kind=EntryKind.PAYMENT, amount=-debt.balance, source="cheque", now=now)
        paid = accounts.known_debt(session, debt.id)
        assert transfers.against_sale(session, paid, now) == ("it is paid",)


@pytest.mark.parametrize(
    ("kind", "why"), [(HoldKind.BANKRUPTCY, "bankruptcy"), (HoldKind.IDENTITY_THEFT, "identity theft")]
)
def test_RF_29_and_ST_02_what_is_discharged_or_stolen_is_not_sold(maria: Talk, kind: HoldKind, why: str) -> None:
    party, now = maria.who().party_id, maria.now()
    with core.transaction(maria.world.database) as session:
        contact.place_hold(session, party_id=party, kind=kind, reason="said so", now=now)
    assert against(maria)[0] == (why,)


def test_RF_41_what_is_disputed_is_said_to_be_whenever_it_was_disputed(maria: Talk) -> None:
    maria.world.clock.move(timedelta(days=90))
    maria.world.says(MARIA)
    maria.disputes(of_a_part(maria))
    assert against(maria)[0] == ("$200.00 of it is disputed",)
    maria.disputes(Claim(DisputeReason.NOT_MY_DEBT, "not mine", maria.debt().id))
    assert against(maria)[0] == ("it is disputed",)


def test_RF_28_nothing_is_reported_before_they_were_told_and_fourteen_days_have_passed(maria: Talk) -> None:
    assert against(maria)[1] == ("they have not been told of it",)
    debt, now = maria.debt(), maria.world.clock.now()
    from dataclasses import replace

    known = replace(maria.world.chat.settings, company_address="PO Box 9, Albany NY 12201")
    with core.transaction(maria.world.database) as session:
        contact.add_address(
            session, party_id=debt.party_id, channel="post", value="12 Elm Street", basis="client_file", now=now
        )
        notices.make(session, debt, known, now, is_first=True)
    assert against(maria, timedelta(days=13))[1] == ("they were told less than 14 days ago",)
    assert against(maria, timedelta(days=14))[1] == ()


def test_RF_07_after_a_cease_they_are_told_once_that_it_ends_and_nothing_else_is_started(maria: Talk) -> None:
    world, settings = maria.world, maria.world.chat.settings
    party = maria.who().party_id
    with core.transaction(world.database) as session:
        assert not last_words.say_efforts_end(session, party, settings, actor="operator:ann"), "nobody asked to cease"
    world.says("cease_contact")
    world.clock.move(timedelta(days=1))
    with core.transaction(world.database) as session:
        assert last_words.say_efforts_end(session, party, settings, actor="operator:ann")
    row = world.rows()[-1]
    assert [part["response"] for part in row.parts][0] == "utter_law_efforts_end" and row.state == "ready"
    assert not {"$", "http"} & set(row.text) and "Northwind" in row.text
    world.clock.move(timedelta(days=1))
    with core.transaction(world.database) as session:
        assert not last_words.say_efforts_end(session, party, settings, actor="operator:ann"), "once"
    assert world.tries_to_send(contact.Say("utter_payments_news", "There is news.", "anyone", tag="facts")) == 0
