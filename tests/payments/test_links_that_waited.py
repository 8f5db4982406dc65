"""A link whose message was held overnight: what they did meanwhile is asked for once more before it goes out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import contact, delivery, money_matters, payments
from bot.contact.store import outbox
from bot.core import reading, transaction
from bot.handoff.store import cases, thread_entries
from tests.contact.outbox_kit import Provider
from tests.payments.pay_kit import PHONE, World, usd

TEXT = "Your $50.00 link"


class Night:
    """Eleven at night in New York, and a link that waits for the morning."""

    def __init__(self, engine: Engine, world: World) -> None:
        self.world, now = world, world.now
        self.provider = Provider()
        with transaction(engine) as session:
            contact.opt_in(session, "sms", PHONE, source="test", now=now)
            talk_id, party_id = self.world.who.conversation_id, self.world.who.party_id
            contact.mark_verified(session, talk_id, party_id, now + timedelta(days=3), now)
        self.world.later(hours=13)

    def queue(self, token: str, *, reply_to: str | None = None, sequence: str = "") -> None:
        with transaction(self.world.engine) as session:
            talk = contact.conversation(session, self.world.who.conversation_id)
            says = [
                contact.Say("utter_negotiation_accepted", "Done as you said.\nIt's set up.", tag="facts"),
                contact.Say("utter_payments_link", f"{TEXT}: https://pay.example/p/{token}\nGood until Friday.",
                            tag="payment", debt_id=self.world.debt_id),
            ]  # fmt: skip
            how = contact.Sending("waits", reply_to=reply_to, answers_at=None, sequence=sequence)
            contact.send(session, talk, says if reply_to else says[1:], how, self.world.now)

    def morning(self) -> None:
        """Ten o'clock, and the worker does what it does."""
        self.world.later(hours=11)
        settings = replace(self.world.settings, clock=self.world.clock)
        postman = delivery.Postman(self.world.engine, {"sms": self.provider}, settings, "wrk_1", ticks=lambda: 0.0)
        while postman.deliver():
            pass
        money_matters.tell(self.world.engine, settings)

    def row(self) -> sa.engine.Row:
        (row,) = self.world.rows(sa.select(outbox).where(outbox.c.dedup_key == "waits:0"))
        return row


@pytest.fixture
def night(engine: Engine, world: World) -> Night:
    return Night(engine, world)


def _paid(world: World, token: str) -> None:
    opened = world.click(token)
    assert opened is not None
    world.ring("checkout.session.completed", world.stripe.pay(opened.id) and opened.id)
    world.work()


def _paid_elsewhere(world: World, token: str) -> None:
    world.paid_elsewhere("600.00")


def _owes_less(world: World, token: str) -> None:
    world.paid_elsewhere("570.00")


def _newer_link(world: World, token: str) -> None:
    world.ask("60.00")


def _disputed(world: World, token: str) -> None:
    world.hold()


def _began_a_bank_payment(world: World, token: str) -> None:
    opened = world.click(token)
    assert opened is not None
    world.stripe.pay_by_bank(opened.id)
    world.ring("checkout.session.completed", opened.id)
    world.work()


MEANWHILE = [_paid, _paid_elsewhere, _owes_less, _newer_link, _disputed, _began_a_bank_payment]


def test_what_is_still_so_in_the_morning_is_sent(night: Night) -> None:
    night.queue(night.world.ask("50.00"))
    assert night.row().held_until > night.world.now and night.row().state == "ready"
    night.morning()
    assert night.row().state == "sent" and len(night.provider.took) == 1


@pytest.mark.parametrize("meanwhile", MEANWHILE)
def test_what_is_no_longer_so_is_not_sent(night: Night, meanwhile: Callable[[World, str], None]) -> None:
    token = night.world.ask("50.00")
    night.queue(token)
    meanwhile(night.world, token)
    night.morning()
    assert night.row().state == "blocked" and night.row().id not in night.provider.took
    assert night.row().rules == (["PAR-LINK"] if meanwhile is not _disputed else ["HOLD-DISPUTE"])


def test_an_answer_says_in_its_place_that_there_was_a_link(night: Night) -> None:
    """The provider was away when they agreed, and they paid in the portal meanwhile."""
    token = night.world.ask("50.00")
    night.queue(token, reply_to="in_1")
    _paid(night.world, token)
    night.morning()
    row = night.row()
    assert row.state == "sent" and token not in row.text and "Good until" not in row.text
    assert row.text.startswith("Done as you said.\nIt's set up.\nA payment link stood here.")
    assert [part["response"] for part in row.parts][:2] == ["utter_negotiation_accepted", "utter_payments_link_left_out"]


def test_an_answer_of_a_version_that_kept_no_lines_is_not_sent(night: Night) -> None:
    token = night.world.ask("50.00")
    night.queue(token, reply_to="in_1")
    parts = [{name: part[name] for name in part if name != "lines"} for part in night.row().parts]
    with transaction(night.world.engine) as session:
        session.execute(outbox.update().values(parts=parts))
    _paid(night.world, token)
    night.morning()
    assert night.row().state == "blocked"


def test_who_owes_less_now_is_a_case_and_the_link_is_taken_back(night: Night) -> None:
    token = night.world.ask("50.00")
    night.queue(token)
    _owes_less(night.world, token)
    night.morning()
    assert night.world.state(token) is payments.State.CANCELLED
    assert _problems(night.world) == [("link_stopped", usd("50.00"))] and _cases(night.world) == ["undelivered"]


@pytest.mark.parametrize("meanwhile", [_paid, _paid_elsewhere, _newer_link, _disputed, _began_a_bank_payment])
def test_who_needs_no_link_any_more_is_no_case(night: Night, meanwhile: Callable[[World, str], None]) -> None:
    token = night.world.ask("50.00")
    night.queue(token)
    meanwhile(night.world, token)
    night.morning()
    assert _problems(night.world) == [] and _cases(night.world) == []


def test_what_the_door_stops_in_the_morning_is_a_case_with_the_reason(night: Night) -> None:
    token = night.world.ask("50.00")
    night.queue(token)
    with transaction(night.world.engine) as session:
        contact.opt_out(session, "sms", PHONE, source="word", now=night.world.now)
    night.morning()
    night.morning()
    assert night.row().state == "blocked" and night.world.state(token) is payments.State.CANCELLED
    assert _cases(night.world) == ["undelivered"]
    (entry,) = night.world.rows(sa.select(thread_entries.c.data).where(thread_entries.c.kind == "link_stopped"))
    assert "revoked consent" in entry.data["why"]
    with reading(night.world.engine) as session:
        assert contact.conversation(session, night.world.who.conversation_id).owner == contact.BOT


def test_a_link_that_they_have_from_before_stays_good(night: Night) -> None:
    """They asked for it again, and that second message is stopped."""
    token = night.world.ask("50.00")
    with transaction(night.world.engine) as session:
        talk = contact.conversation(session, night.world.who.conversation_id)
        first = contact.Say("utter_payments_link", f"https://pay.example/p/{token}", tag="payment")
        contact.send(session, talk, [first], contact.Sending("first", reply_to="in_0"), night.world.now)
        session.execute(outbox.update().values(state="sent", sent_at=night.world.now))
    night.queue(token)
    with transaction(night.world.engine) as session:
        contact.opt_out(session, "sms", PHONE, source="word", now=night.world.now)
    night.morning()
    assert night.row().state == "blocked" and night.world.state(token) is payments.State.OPEN
    assert _problems(night.world) == []


def test_a_link_whose_last_day_passed_while_it_waited_is_told_to_a_person(night: Night) -> None:
    token = night.world.ask("50.00", days=0.2)
    night.queue(token)
    night.morning()
    assert night.row().rules == ["PAR-LINK"] and _cases(night.world) == ["undelivered"]


def test_the_address_of_a_receipt_is_no_link_to_pay(night: Night) -> None:
    token = night.world.ask("50.00")
    _paid(night.world, token)
    with reading(night.world.engine) as session:
        receipt = f"Receipt: https://pay.example/p/{token}/receipt and https://pay.example/p/unknown-unknown-unk"
        assert payments.waited.over(session, receipt, night.world.now) == frozenset()
        assert payments.waited.over(session, f"Pay: https://pay.example/p/{token}.", night.world.now) == {token}


def _problems(world: World) -> list[tuple[str, object]]:
    with reading(world.engine) as session:
        return [(one.kind.value, one.amount) for one in payments.open_problems(session)]


def _cases(world: World) -> list[str]:
    return [row.reason for row in world.rows(sa.select(cases.c.reason).where(cases.c.closed_at.is_(None)))]


