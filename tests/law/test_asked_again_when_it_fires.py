"""The door is asked when a message is queued and again when it is claimed; what is said is said when it was sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from bot import accounts, contact, core
from bot.contact import HoldKind, Say, outbox, places, store
from bot.contact.hours import Barred
from bot.core import Problems
from tests.law.kit import MARIA, REMINDER, World

NEWS = Say("utter_contact_picture", "Something new is here.", audience="anyone", tag="reminder")
WHY = "counsel reviewed it on 12 November"


@pytest.fixture
def world() -> World:
    """Maria's phone, from which she has just written and proved who she is."""
    made = World("sms", "+15550100001")
    made.says(MARIA)
    _all_sent(made)
    return made


def _all_sent(world: World) -> None:
    with core.transaction(world.database) as session:
        session.execute(store.outbox.update().values(state="sent", sent_at=world.clock.now()))


def _at(world: World, hour: int, day: int = 18) -> None:
    """At this hour in New York."""
    target = datetime(2026, 11, day, 5, 0, tzinfo=timezone.utc) + timedelta(hours=hour)
    world.clock.move(target - world.clock.now())


def _claims(world: World) -> list[str]:
    with core.transaction(world.database) as session:
        return outbox.claim_due(session, "wrk_1", world.clock.now())


def test_a_disclosure_that_the_text_contains_is_not_added_once_more_when_it_fires() -> None:
    """The first answer names the company and says that it is automated; it went out with that said twice."""
    world = World("sms", "+15550100001")
    world.says("greet")
    (row,) = world.rows()
    assert row.discloses == "automated"
    with core.transaction(world.database) as session:
        (claimed,) = outbox.claim_due(session, "wrk_1", world.clock.now())
        message = outbox.get(session, claimed)
        contact.recheck(session, message, "first_party", world.clock.now())
    (after,) = world.rows()
    assert [part["response"] for part in after.parts] == [part["response"] for part in row.parts]
    assert after.text == row.text


def test_what_is_started_at_night_waits_in_the_outbox_until_eight(world: World) -> None:
    _at(world, 22)
    assert world.tries_to_send(NEWS) == 1
    assert world.rows()[-1].held_until == datetime(2026, 11, 19, 13, 0, tzinfo=timezone.utc)
    assert _claims(world) == []
    _at(world, 8, day=19)
    assert len(_claims(world)) == 1


def test_an_answer_does_not_wait_behind_what_waits_for_the_morning(world: World) -> None:
    _at(world, 22)
    world.tries_to_send(NEWS)
    world.says("ask_balance")
    (claimed,) = _claims(world)
    assert claimed == world.rows()[-1].id


@pytest.mark.parametrize("change", ["hold", "opt_out", "switch", "barred"])
def test_what_changed_since_it_was_queued_counts_when_it_fires(world: World, change: str) -> None:
    world.tries_to_send(NEWS)
    row, now, talk = world.rows()[-1], world.clock.now() + timedelta(seconds=1), world.talk()
    with core.transaction(world.database) as session:
        message = outbox.get(session, row.id)
        assert (
            contact.recheck(session, message, "first_party", now)
            == contact.ask(session, talk, NEWS, contact.Sending("x"), now)
            or contact.recheck(session, message, "first_party", now).allowed
        )
        if change == "hold":
            contact.place_hold(session, party_id=talk.party_id or "", kind=HoldKind.DECEASED, reason="", now=now)
        elif change == "opt_out":
            contact.opt_out(session, "sms", talk.address, source="word", now=now)
        elif change == "switch":
            contact.orders.stop(session, "channel:sms", reason=WHY, actor="operator:1", now=now)
        else:
            barred = Barred(datetime.min.time(), now.time().replace(hour=17))
            places.bar_time(session, party_id=talk.party_id or "", barred=barred, source="in_1", now=now)
        again = contact.recheck(session, message, "first_party", now)
        assert again.until is not None if change == "barred" else not again.allowed


def test_a_relaxation_is_a_dated_record_with_a_reason_and_ends_on_its_day(world: World) -> None:
    _at(world, 22)
    now = world.clock.now()
    with core.transaction(world.database) as session:
        contact.orders.relax(session, "RF-01", reason=WHY, actor="operator:1", now=now, until=now + timedelta(hours=1))
    assert world.tries_to_send(NEWS) == 1 and world.rows()[-1].held_until is None
    world.clock.move(timedelta(hours=1))
    world.tries_to_send(NEWS)
    assert world.rows()[-1].held_until is not None
    with core.reading(world.database) as session:
        (fact,) = core.facts(session, kind="RuleRelaxed")
        assert fact.data["reason"] == WHY and fact.actor == "operator:1"


@pytest.mark.parametrize("rule", ["PAR-VERIFIED", "HOLD-CRISIS", "TC-01", "no such rule"])
def test_what_protects_people_everywhere_is_never_relaxed(world: World, rule: str) -> None:
    with core.transaction(world.database) as session, pytest.raises(Problems) as raised:
        contact.orders.relax(session, rule, reason="no", actor="operator:1", now=world.clock.now())
    assert len(raised.value.problems) == 2, "the rule, and a reason that is none"


def test_RF_19_a_disclosure_that_was_queued_and_never_sent_is_added_to_the_next_that_is() -> None:
    world = World("sms", "+15550100001")
    world.says(MARIA)
    with core.transaction(world.database) as session:
        session.execute(store.outbox.update().values(state="sent"))
    first = Say("utter_accounts_balance", "You owe $612.40.", tag="facts")
    later = Say("utter_accounts_more", "It is for July.", tag="facts")
    reply = {"role": "third_party", "reply_to": "in_1"}
    world.tries_to_send(first, **reply)
    world.tries_to_send(later, **reply)
    queued, after = world.rows()[-2:]
    assert "attempt to collect" in queued.text and "attempt to collect" not in after.text
    with core.transaction(world.database) as session:
        session.execute(store.outbox.update().where(store.outbox.c.id == queued.id).values(state="dead"))
        contact.recheck(session, outbox.get(session, after.id), "third_party", world.clock.now())
    assert "attempt to collect" in world.rows()[-1].text


def test_BOT_01_the_assistant_names_itself_in_the_first_message_that_arrives() -> None:
    world = World("sms", "+15550100001")
    hello = Say("utter_dialogue_thanks", "You're welcome.", audience="anyone", tag="handoff")
    for _ in range(2):
        world.tries_to_send(hello, reply_to="in_1")
    first, second = world.rows()
    assert "automated assistant" in first.text and "automated assistant" not in second.text
    with core.transaction(world.database) as session:
        session.execute(store.outbox.update().where(store.outbox.c.id == first.id).values(state="dead"))
        contact.recheck(
            session,
            outbox.get(session, second.id),
            "first_party",
            world.clock.now(),
            contact.Sending("x", company="Northwind"),
        )
    assert "automated assistant of Northwind" in world.rows()[-1].text


def test_limits_count_what_was_started_on_every_channel(world: World) -> None:
    for _ in range(3):
        assert world.tries_to_send(NEWS) == 1
    assert [row.held_until is None for row in world.rows()[-3:]] == [True, True, True]
    world.tries_to_send(NEWS)
    late = world.rows()[-1]
    assert late.held_until is not None and "RF-17" in late.rules
    with core.transaction(world.database) as session:
        now = world.clock.now()
        talk = contact.open_conversation(session, "telegram", "4711", now)
        contact.receive(session, contact.Incoming("telegram", "4711", "m1", "hi"), now)
        contact.mark_verified(session, talk.id, world.party("NW-1000"), now + timedelta(hours=1), now)
        talk = contact.conversation(session, talk.id)
        assert contact.ask(session, talk, NEWS, contact.Sending("x"), now).until is not None


def test_RF_27_a_debt_that_grows_too_old_while_a_message_waits_has_its_words_added_when_it_fires(world: World) -> None:
    with core.reading(world.database) as session:
        [debt] = [one.id for one in accounts.known_debts_of(session, world.party("NW-1000"))]
    assert world.tries_to_send(replace(REMINDER, debt_id=debt)) == 1
    assert "judge" not in world.rows()[-1].text
    by = contact.Sending("recheck", company="Northwind", time_barred=frozenset({debt}))
    with core.transaction(world.database) as session:
        message = outbox.get(session, world.rows()[-1].id)
        assert contact.recheck(session, message, "first_party", world.clock.now(), by).allowed
    assert "a judge can no longer make anyone pay it" in world.rows()[-1].text
