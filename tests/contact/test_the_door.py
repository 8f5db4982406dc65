"""The one door: what may go out, by which rule, and again at the moment of sending."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import contact, core
from bot.contact import HoldKind, Say, Sending
from bot.contact.store import outbox

pytestmark = pytest.mark.postgres
PRIVATE = Say("utter_accounts_balance", "You owe $612.40.", tag="facts")
NEUTRAL = Say("utter_dialogue_thanks", "You're welcome.", audience="anyone", tag="handoff", discloses=("automated",))
OFFER = Say("utter_negotiation_read_back", "That works: $40.00 a month.", tag="offer")
GOODBYE = Say("utter_contact_opted_out", "No more messages.", audience="anyone", tag="opt_out")


class Door:
    def __init__(self, session: core.Session, now: datetime) -> None:
        self.session, self.now = session, now
        self.talk = contact.open_conversation(session, "sms", "+15550100001", now)
        self.count = 0

    def verify(self) -> None:
        contact.mark_verified(self.session, self.talk.id, "pty_1", self.now + timedelta(hours=12), self.now)

    def send(
        self, *says: Say, reply_to: str | None = "in_1", author: str = contact.BOT, role: str = "first_party"
    ) -> int:
        self.count += 1
        how = Sending(f"key{self.count}", role=role, author=author, reply_to=reply_to)
        self.talk = contact.conversation(self.session, self.talk.id)
        return contact.send(self.session, self.talk, says, how, self.now)

    def rows(self) -> list[sa.engine.Row]:
        return list(self.session.execute(sa.select(outbox).order_by(outbox.c.number)))


@pytest.fixture
def door(session: core.Session, now: datetime) -> Door:
    return Door(session, now)


def test_nothing_private_goes_to_somebody_unverified(door: Door) -> None:
    assert door.send(PRIVATE, NEUTRAL) == 1
    blocked, sent = sorted(door.rows(), key=lambda row: row.state)
    assert (blocked.state, blocked.rules) == ("blocked", ["PAR-VERIFIED"])
    assert "612" not in sent.text


def test_the_same_goes_to_them_once_they_are_verified(door: Door) -> None:
    door.verify()
    assert door.send(PRIVATE) == 1
    assert door.rows()[0].state == "ready"


def test_a_verification_ends(door: Door) -> None:
    door.verify()
    door.now += timedelta(hours=12)
    assert door.send(PRIVATE) == 0


def test_replies_of_one_turn_are_one_sms_with_the_disclosure_at_its_end(door: Door) -> None:
    door.verify()
    door.send(PRIVATE, Say("utter_accounts_want_options", "Want to see your choices?"))
    (row,) = door.rows()
    lines = row.text.split("\n")
    assert lines[:2] == ["You owe $612.40.", "Want to see your choices?"]
    assert "automated assistant" in lines[2] and "STOP" in lines[2]
    assert row.rules == ["BOT-01", "SR-NYC-LANGUAGE"]  # nobody knows where they live: it may be New York City


def test_the_disclosure_stands_once_a_session(door: Door) -> None:
    door.verify()
    door.send(PRIVATE)
    door.send(PRIVATE)
    assert ["automated" in row.text for row in door.rows()] == [True, False]
    door.now += timedelta(hours=25)
    door.verify()
    door.send(PRIVATE)
    assert "automated" in door.rows()[-1].text


def test_a_third_party_says_first_that_it_collects_and_then_who_it_is(door: Door) -> None:
    door.verify()
    door.send(PRIVATE, role="third_party")
    door.send(PRIVATE, role="third_party")
    first, later = (row.text for row in door.rows())
    assert "attempt to collect a debt" in first and "used for that purpose" in first
    assert "from a debt collector" in later


def test_disclosures_are_in_the_language_of_the_message(door: Door) -> None:
    contact.set_language(door.session, door.talk.id, "es")
    door.verify()
    door.send(PRIVATE, role="third_party")
    assert "intento de cobrar una deuda" in door.rows()[0].text
    assert "ALTO" in door.rows()[0].text


def test_after_an_opt_out_there_is_one_confirmation_and_one_answer_to_each_return(door: Door) -> None:
    door.verify()
    contact.opt_out(door.session, "sms", door.talk.address, source="word", now=door.now)
    assert door.send(GOODBYE) == 1
    assert door.rows()[-1].text == "No more messages.", "nothing is added to it"
    assert door.send(PRIVATE, reply_to=None) == 0
    door.now += timedelta(minutes=1)
    assert door.send(PRIVATE) == 1, "they wrote again: one answer"
    door.now += timedelta(minutes=1)
    assert door.send(PRIVATE) == 0
    contact.opt_in(door.session, "sms", door.talk.address, source="word", now=door.now)
    assert door.send(PRIVATE) == 1


@pytest.mark.parametrize("kind", list(HoldKind))
def test_no_offer_passes_any_hold(door: Door, kind: HoldKind) -> None:
    door.verify()
    hold = contact.place_hold(door.session, party_id="pty_1", kind=kind, reason="said so", now=door.now)
    assert door.send(OFFER) == 0
    assert door.rows()[-1].rules == [f"HOLD-{kind.value.upper()}"]
    contact.release_hold(door.session, hold, reason="settled", actor="agent:1", now=door.now)
    assert door.send(OFFER) == 1


def test_a_hold_on_one_debt_leaves_the_other_alone(door: Door) -> None:
    door.verify()
    contact.place_hold(door.session, party_id="pty_1", kind=HoldKind.DISPUTE, reason="", now=door.now, debt_id="dbt_1")
    assert door.send(Say("utter_negotiation_read_back", "x", tag="offer", debt_id="dbt_1")) == 0
    assert door.send(Say("utter_negotiation_read_back", "x", tag="offer", debt_id="dbt_2")) == 1


def test_the_bot_is_silent_while_a_person_owns_the_conversation(door: Door) -> None:
    door.verify()
    contact.set_owner(door.session, door.talk.id, "agent:7")
    assert door.send(PRIVATE) == 0
    assert door.send(PRIVATE, author="agent:7") == 1


def test_a_message_of_the_bot_that_was_on_its_way_is_dropped_when_a_person_takes_over(
    engine: Engine, now: datetime
) -> None:
    with core.transaction(engine) as session:
        door = Door(session, now)
        door.verify()
        door.send(PRIVATE)
        contact.set_owner(session, door.talk.id, "agent:7")
        message = contact.outbox.get(session, door.rows()[0].id)
        assert contact.recheck(session, message, "first_party", now).rules == ("PAR-OWNER",)


@pytest.mark.parametrize("change", ["hold", "opt_out", "idle"])
def test_the_door_is_asked_again_when_it_fires(door: Door, change: str) -> None:
    door.verify()
    door.send(OFFER)
    message = contact.outbox.get(door.session, door.rows()[0].id)
    assert contact.recheck(door.session, message, "first_party", door.now).allowed
    later = door.now + timedelta(seconds=1)
    if change == "hold":
        contact.place_hold(door.session, party_id="pty_1", kind=HoldKind.BANKRUPTCY, reason="", now=later)
    elif change == "opt_out":
        contact.opt_out(door.session, "sms", door.talk.address, source="word", now=later)
    else:
        later += timedelta(hours=13)
    assert not contact.recheck(door.session, message, "first_party", later).allowed


def test_the_same_key_is_one_message(door: Door) -> None:
    door.verify()
    how = Sending("receipt:pi_1", reply_to=None)
    for _ in range(3):
        contact.send(door.session, contact.conversation(door.session, door.talk.id), [PRIVATE], how, door.now)
    assert len(door.rows()) == 1
