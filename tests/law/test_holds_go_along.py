"""What somebody says before we know them goes along: to another channel of the same telephone, and over the link from a
phone to our page.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import accounts, contact, core, identity
from bot.dialogue.meaning.acts import Pay
from tests.law.kit import MARIA, OFFER, REMINDER, World

PHONE, PAGE = "+15559990042", "b" * 64
Go = Callable[[World], World]


def elsewhere(world: World, channel: str, address: str) -> World:
    """Somebody who writes from there, with a clock in common."""
    other = copy.copy(world)
    other.chat, other.count = replace(world.chat, channel=channel, address=address), world.count + 100
    return other


def on_whatsapp(world: World) -> World:
    return elsewhere(world, "whatsapp", PHONE)


def by_the_link(world: World) -> World:
    """The link that WEB brings, opened."""
    talk, now, key = world.talk(), world.clock.now(), world.chat.settings.secret_key
    page = elsewhere(world, "web", PAGE)
    with core.transaction(world.database) as session:
        secret = identity.offer_link(session, talk, now)
        here = contact.open_conversation(session, "web", PAGE, now)
        assert identity.follow_link(session, secret, here, now, key)
    return page


@pytest.fixture
def stranger() -> World:
    return World("sms", PHONE)


@pytest.mark.parametrize("go", [on_whatsapp, by_the_link])
@pytest.mark.parametrize(("said", "kind"), [("bankruptcy", "bankruptcy"), ("cease_contact", "cease"), ("not_my_debt", "dispute")])
def test_it_holds_where_they_go_on_and_whoever_they_prove_to_be_there(
    stranger: World, go: Go, said: str, kind: str
) -> None:
    stranger.says(said)
    there = go(stranger)
    assert there.holds() == {kind}, "before they are known"
    there.says(MARIA)
    assert there.holds_of("NW-1000") == {kind}
    there.says("ask_options")
    there.says(Pay())
    assert there.tries_to_send(OFFER) == there.tries_to_send(REMINDER) == 0
    assert there.asked_for_money() == [] and there.links() == 0


@pytest.mark.parametrize("go", [on_whatsapp, by_the_link])
def test_a_dispute_becomes_theirs_with_its_number(stranger: World, go: Go) -> None:
    stranger.says("wrong_amount")
    there = go(stranger)
    there.says(MARIA)
    with core.transaction(there.database) as session:
        (dispute,) = accounts.open_disputes(session, there.party("NW-1000"))
        how = {"reason": "checked", "actor": "agent:7", "now": there.clock.now()}
        accounts.decide_dispute(session, dispute.number, accounts.DisputeOutcome.VERIFIED, **how)
    there.clock.move(timedelta(minutes=14))
    there.says("greet")
    assert there.holds_of("NW-1000") == set(), "decided, it does not come back with their next word"


@pytest.mark.parametrize("go", [on_whatsapp, by_the_link])
def test_lifted_by_a_person_it_does_not_come_back_from_where_it_was_said(stranger: World, go: Go) -> None:
    stranger.says("military")
    there = go(stranger)
    there.says(MARIA)
    with core.transaction(there.database) as session:
        (hold,) = contact.active_holds(session, there.party("NW-1000"), there.clock.now())
        contact.release_hold(session, hold.id, reason="orders are over", actor="agent:7", now=there.clock.now())
    there.clock.move(timedelta(minutes=14))
    there.says("greet")
    assert there.holds() == set() and there.holds_of("NW-1000") == set()


def test_another_telephone_is_another_matter(stranger: World) -> None:
    stranger.says("bankruptcy")
    other = elsewhere(stranger, "whatsapp", "+15559990043")
    other.says(MARIA)
    assert other.holds_of("NW-1000") == set()


@pytest.mark.parametrize(("channel", "address"), [("sms", PHONE), ("telegram", "4242")])
def test_an_address_that_becomes_theirs_brings_what_was_said_from_it(channel: str, address: str) -> None:
    """By the link to Telegram, by what they tell a person: until they had proved it there too, their page was free."""
    world = World(channel, address)
    world.says("bankruptcy")
    maria = world.party("NW-1000")
    with core.transaction(world.database) as session:
        if channel == "telegram":
            token = contact.bindings.offer(session, maria, "telegram", world.clock.now())
            assert contact.bindings.follow(session, token, "telegram", address, world.clock.now())
        else:
            how = {"channel": "whatsapp", "value": address, "by": "agent:7", "now": world.clock.now()}
            assert contact.give_address(session, party_id=maria, **how)
    assert world.holds_of("NW-1000") == {"bankruptcy"}


def test_a_number_that_a_file_brings_is_held_by_what_was_said_from_it() -> None:
    world = World("sms", PHONE)
    world.says("cease_contact")
    maria = world.party("NW-1000")
    with core.transaction(world.database) as session:
        ones = [(maria, "sms", PHONE), (world.party("NW-9528"), "sms", "+15559990043")]
        contact.add_new_addresses(session, ones, basis="client_file", now=world.clock.now())
    assert world.holds_of("NW-1000") == {"cease"} and world.holds_of("NW-9528") == set()
