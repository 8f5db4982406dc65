"""Maria with a plan of six times $100 from Wednesday, December 2, and a card that she allowed us to charge."""

from __future__ import annotations

from datetime import date, datetime, time, timezone
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from bot import core, negotiation, payments
from bot.core import Clock, transaction
from bot.payments import autopay, charging, mandate_store, mandates
from bot.payments.mandate_store import Charge, Mandate
from tests.payments.pay_kit import HOW, PUBLIC, World

HERE = ZoneInfo("America/New_York")
WHERE = mandates.Where("portal", "browser-1")
FIRST, SECOND = date(2026, 12, 2), date(2027, 1, 4)


def agree(world: World) -> negotiation.Agreement:
    with transaction(world.engine) as session:
        today = world.now.date()
        made = negotiation.options(session, world.who, world.debt_id, world.now, today)
        (wanted,) = [one for one in made if one.offer.kind is negotiation.Kind.SHORT_PLAN]
        return negotiation.accept(session, world.who, wanted.id, world.now, today)


def say_yes(world: World) -> Mandate:
    with transaction(world.engine) as session:
        shown = mandates.terms(session, world.who, world.debt_id, world.settings, "en", world.now)
        return mandates.give(session, world.who, shown, shown.sha256, WHERE, world.now)


def allow(world: World, **saved: Any) -> Mandate:
    """All of it: the yes, the provider's page, what was entered there, and what we hear of it."""
    mandate = say_yes(world)
    asked = mandates.to_save(mandate, world.settings, back=f"{PUBLIC}/portal/autopay?x=1")
    opened = mandates.open_page(world.engine, world.stripe, asked)
    world.stripe.save(opened.id, **saved)
    world.ring("checkout.session.completed", opened.id)
    world.work()
    return known(world, mandate)


def pay_and_allow(world: World, amount: str = "100.00") -> tuple[Mandate, str]:
    """The next part from a bank account that is kept by it; the money is on its way. Their yes, and the session."""
    token, mandate = world.ask(amount), say_yes(world)
    with transaction(world.engine) as session:
        attempt = payments.begin_checkout(
            session, token, world.now, public_url=PUBLIC, settings=world.settings, mandate_id=mandate.id
        )
    opened = payments.at_provider(world.stripe, attempt)
    assert opened.checkout is not None
    with transaction(world.engine) as session:
        payments.checkout_opened(session, attempt, opened, world.now)
    world.stripe.pay_by_bank(opened.checkout.id)
    world.ring("checkout.session.completed", opened.checkout.id)
    world.work()
    return known(world, mandate), opened.checkout.id


def known(world: World, mandate: Mandate) -> Mandate:
    with transaction(world.engine) as session:
        found = mandate_store.mandate(session, mandate.id)
    assert found is not None
    return found


def at(world: World, day: date, hour: int = 11) -> None:
    """That hour where she lives."""
    world.clock = Clock(fixed=datetime.combine(day, time(hour), HERE).astimezone(timezone.utc))


def postman(world: World) -> None:
    """What waits in the outbox has left us."""
    outbox = core.metadata.tables["outbox"]
    with transaction(world.engine) as session:
        session.execute(outbox.update().where(outbox.c.state == "ready").values(state="sent"))


def round_(world: World, *, posted: bool = True) -> None:
    """What the worker does: tell, take, tell, and look after the plans."""
    autopay.work(world.engine, world.settings, world.now)
    if posted:
        postman(world)
    charging.take_due(world.engine, world.stripe, world.now, HOW)
    autopay.work(world.engine, world.settings, world.now)
    mandates.forget_ended(world.engine, world.stripe, world.now)
    negotiation.keep_agreements(world.engine, world.clock, waits=payments.may_come)
    if posted:
        postman(world)


def days(world: World, first: date, last: date, hour: int = 11) -> None:
    """A round a day."""
    for number in range(first.toordinal(), last.toordinal() + 1):
        at(world, date.fromordinal(number), hour)
        round_(world)


def charges(world: World) -> list[Charge]:
    with transaction(world.engine) as session:
        return mandate_store.charges(session, sa.true())


def heard(world: World) -> list[str]:
    """Of automatic payments, shortened."""
    return [name.removeprefix("utter_payments_autopay_") for name in world.heard() if "autopay" in name]


def taken(world: World) -> list[int]:
    """Cents, in the order in which they were asked for."""
    return [asked.amount.minor for asked in world.stripe.charged]
