"""A debt that is settled for less, from the yes to the answer to "how was it": Stripe's ring, the worker's jobs, the door."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import contact, core, delivery, negotiation, satisfaction
from bot.chat import Chat
from bot.core import Settings
from bot.dialogue.meaning.acts import Plain
from bot.handoff.store import csat_surveys
from tests.contact.outbox_kit import Provider
from tests.law.kit import Moving, Scripted
from tests.payments.pay_kit import PHONE, World, make_world

HOUR = timedelta(hours=1)


class Settled:
    """Maria by SMS, half a year overdue, with a worker that does what the real one does."""

    def __init__(self, engine: Engine, now: datetime) -> None:
        self.world: World = make_world(engine, now + timedelta(days=150))
        self.engine, self.clock = engine, Moving(self.world.now)
        self.world.clock = self.clock
        self.settings: Settings = replace(self.world.settings, clock=self.clock)
        self.provider, self.talker, self.passed = Provider(), Scripted(), 0.0
        self.postman = delivery.Postman(engine, {"sms": self.provider}, self.settings, "w1", ticks=lambda: self.passed)
        self.writes("hello", "greet")

    def writes(self, text: str, act: str) -> None:
        self.talker.means[text] = (Plain(name=act),)
        Chat(self.engine, self.talker, self.settings, "sms", PHONE).write(text)
        self.deliver()

    def deliver(self) -> None:
        while self.postman.deliver():
            self.passed += 60

    def settles(self) -> None:
        with core.transaction(self.engine) as session:
            now, today = self.clock.now(), self.clock.now().date()
            made = negotiation.options(session, self.world.who, self.world.debt_id, now, today)
            [offer] = [one for one in made if one.offer.kind is negotiation.Kind.SETTLEMENT]
            negotiation.accept(session, self.world.who, offer.id, now, today)

    def pays(self, amount: str) -> None:
        session_id = self.world.paid(amount)
        self.world.ring("checkout.session.completed", session_id)
        self.world.work()
        self.deliver()

    def asked(self, later: timedelta = HOUR) -> int:
        """By the worker's job, that much later; and what it says is delivered."""
        self.clock.move(later)
        found = satisfaction.ask(self.engine, self.settings)
        self.deliver()
        return found

    def last_said(self) -> list[str]:
        with core.reading(self.engine) as session:
            [line] = contact.said(session, self.world.who.conversation_id, last=1)
        return list(line.responses)

    def survey(self) -> tuple[str, str, int | None] | None:
        with core.reading(self.engine) as session:
            row = session.execute(sa.select(csat_surveys)).first()
        return (row.resolution, row.subject, row.rating) if row is not None else None


def test_who_settled_is_asked_once_and_the_answer_is_kept(engine: Engine, now: datetime) -> None:
    maria = Settled(engine, now)
    maria.settles()
    assert maria.asked() == 0, "nothing is paid"
    maria.pays("509.00")
    assert maria.asked() == 0, "a dollar is missing"
    maria.pays("1.00")
    assert maria.world.balance.is_zero and maria.last_said() == ["utter_payments_receipt_last"]
    assert maria.asked() == 0, "the choices that she was shown an hour ago are still hers to take"
    assert maria.asked(timedelta(hours=20)) == 0, "and so they are for a day"
    sent = len(maria.provider.took)
    assert maria.asked() == 1
    assert len(maria.provider.took) == sent + 1 and maria.last_said()[0] == "utter_satisfaction_ask"
    assert maria.survey() == ("debt_settled", maria.world.debt_id, None)
    assert maria.asked() == 0, "once"
    maria.writes("4", "unclear")
    assert maria.last_said()[0] == "utter_satisfaction_thanks"
    assert maria.survey() == ("debt_settled", maria.world.debt_id, 4)


def test_a_hold_and_the_night_put_it_off_and_it_is_asked_in_the_morning(engine: Engine, now: datetime) -> None:
    maria = Settled(engine, now)
    maria.settles()
    maria.clock.move(timedelta(hours=9))  # eight in the evening in New York, daylight time
    maria.pays("510.00")
    with core.transaction(engine) as session:
        hold = contact.place_hold(
            session, party_id=maria.world.who.party_id, kind=contact.HoldKind.MILITARY, reason="serves", now=maria.clock.now()
        )
    assert maria.asked(timedelta(hours=15)) == 0, "eleven in the morning: only the hold is in the way"
    maria.clock.move(timedelta(hours=9))
    with core.transaction(engine) as session:
        contact.release_hold(session, hold, reason="over", actor="agent:sam", now=maria.clock.now())
    assert maria.asked(timedelta(hours=1, minutes=5)) == 0, "five past nine in the evening"
    assert maria.asked(timedelta(hours=10, minutes=50)) == 0, "five to eight in the morning"
    assert maria.survey() is None
    assert maria.asked(timedelta(minutes=10)) == 1
    assert maria.survey() == ("debt_settled", maria.world.debt_id, None)


def test_who_was_paused_for_longer_than_it_is_asked_within_is_let_be(engine: Engine, now: datetime) -> None:
    maria = Settled(engine, now)
    maria.settles()
    maria.pays("510.00")
    assert maria.asked(satisfaction.ASKED_WITHIN + HOUR) == 0 and maria.survey() is None
