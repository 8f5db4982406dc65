"""A STOP ends one channel; a refusal to pay, or no contact in any words, ends all of them (12 CFR 1006.6(c))."""

from __future__ import annotations

import pytest

from bot import contact, core
from bot.contact import Say
from bot.core import Money
from bot.dialogue.meaning.acts import Accept, Plain, Propose, Said
from tests.law.kit import MARIA, World

NEWS = Say("utter_contact_picture", "x", audience="anyone", tag="reminder")


def other_channel(world: World) -> int:
    """A message to Maria's telephone, whatever she wrote in; how many may go out."""
    with core.transaction(world.database) as session:
        talk = contact.open_conversation(session, "whatsapp", "+15550100001", world.clock.now())
        party = contact.parties_at(session, "sms", "+15550100001")[0]
        contact.add_address(session, party_id=party, channel="whatsapp", value="+15550100001", basis="given_by_debtor",
                            now=world.clock.now())  # fmt: skip
        contact.opt_in(session, "whatsapp", "+15550100001", source="test", now=world.clock.now())
        contact.receive(
            session, contact.Incoming("whatsapp", "+15550100001", core.new_id("in"), "hi"), world.clock.now()
        )
        return contact.send(session, talk, [NEWS], contact.Sending(core.new_id("key")), world.clock.now())


@pytest.mark.parametrize("verified", [True, False])
def test_RF_07_a_cease_ends_every_channel_and_says_so(verified: bool) -> None:
    world = World("sms", "+15550100001")
    if verified:
        world.says(MARIA)
    assert world.says("cease_contact")[-1] == "utter_safety_ceased"
    assert world.holds() == {"cease"}
    assert world.tries_to_send(NEWS) == 0
    assert other_channel(world) == 0


def test_RF_07_where_nobody_is_known_only_here_is_promised() -> None:
    world = World()
    assert world.says("cease_contact") == ["utter_safety_ceased_here"]
    assert world.holds() == {"cease"} and world.tries_to_send(NEWS) == 0


def test_RF_15_a_stop_ends_one_channel_and_says_which() -> None:
    world = World("sms", "+15550100001")
    world.says(MARIA)
    assert world.says("opt_out") == ["utter_contact_opted_out"]
    assert world.holds() == set()
    assert world.tries_to_send(NEWS) == 0
    assert other_channel(world) == 1


def test_RF_13_a_stop_in_a_chat_does_not_speak_of_a_number() -> None:
    assert World().says("opt_out") == ["utter_contact_opted_out_chat"]


def test_RF_08_a_stop_with_a_refusal_to_pay_in_the_same_breath_is_a_cease() -> None:
    world = World("sms", "+15550100001")
    assert world.says("opt_out", "cease_contact") == ["utter_safety_ceased"]
    assert world.holds() == {"cease"}


def test_RF_14_who_ceased_and_then_writes_is_answered_and_is_asked_for_nothing() -> None:
    """ "If you ever want to talk, write to us first": then somebody must be there."""
    world = World("sms", "+15550100001")
    world.says(MARIA)
    world.says("cease_contact")
    world.agent_hands_back()
    before = world.last()
    assert world.says("ask_balance") != []
    assert world.asked_for_money(after=before) == []


def doubt() -> Said:
    """What "i'm not paying this" is heard as: a refusal that is asked about once."""
    return Said(Plain(name="cease_contact"), "i'm not paying this", needs_check=True)


def refuses_to_pay(channel: str = "sms", *, verified: bool = True) -> World:
    world = World(channel, "+15550100001" if channel == "sms" else "visitor-1")
    if verified:
        world.says(MARIA)
    assert "utter_law_ask_cease" in world.says(doubt())
    assert world.holds() == set(), "nothing before the answer: it may have been bargaining"
    return world


@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize("channel", ["sms", "web"])
def test_RF_08_a_bare_refusal_to_pay_is_asked_about_once_and_a_yes_is_the_cease(channel: str, verified: bool) -> None:
    world = refuses_to_pay(channel, verified=verified)
    here = channel == "web" and not verified
    assert world.says(Accept())[-1] == ("utter_safety_ceased_here" if here else "utter_safety_ceased")
    assert world.holds() == {"cease"} and world.tries_to_send(NEWS) == 0


@pytest.mark.parametrize("word", ["STOP", "ALTO", "stop!"])
def test_RF_08_the_word_stop_to_that_question_ends_every_channel_and_not_this_one_alone(word: str) -> None:
    world = refuses_to_pay()
    assert world.writes(word) == ["utter_safety_ceased"]
    assert world.holds() == {"cease"} and other_channel(world) == 0
    assert len([row for row in world.rows() if row.state != "blocked"]) == 3, "one confirmation"


def test_RF_08_who_was_bargaining_goes_on() -> None:
    world = refuses_to_pay()
    world.says(Propose(each=Money(3000, "USD"), frequency="monthly"))
    assert world.holds() == set() and world.asked_for_money() != []


def leaning() -> Said:
    """What "leave me alone" may be heard as: a STOP that is asked about once."""
    return Said(Plain(name="opt_out"), "leave me", needs_check=True)


def test_RF_15_what_is_asked_says_whether_this_channel_ends_or_all_of_them() -> None:
    world = World("sms", "+15550100001")
    world.says(MARIA)
    assert "utter_safety_ask_stop" in world.says(leaning())
    assert world.says(Accept())[-1] == "utter_contact_opted_out" and world.holds() == set()


def test_RF_07_a_stop_that_reaches_everywhere_is_the_cease_and_stands_in_the_ledger_as_a_stop_too() -> None:
    """What "ya dejen de escribirme" is heard as: `meaning/reach.py`."""
    world = World("sms", "+15550100001")
    world.says(MARIA)
    assert world.says("cease_contact", "opt_out") == ["utter_safety_ceased"]
    assert world.holds() == {"cease"} and other_channel(world) == 0
    with core.reading(world.database) as session:
        assert contact.opted_out_since(session, "sms", "+15550100001") is not None
