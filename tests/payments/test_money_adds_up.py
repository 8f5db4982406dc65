"""Whatever happens at Stripe, and however often and in whatever order we hear of it: the ledger says the same."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timezone
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import accounts, payments
from bot.core import connect, metadata, reading, verify
from tests.examples import many
from tests.payments.pay_kit import MemoryStripe, World, make_world, usd

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
CLICKS = ("card", "bank", "left", "replaced")
AFTER = {
    "card": ("refund", "refund_fails", "dispute", "won"),
    "bank": ("bank_yes", "bank_no", "refund", "refund_fails", "dispute", "won"),
    "left": (),
    "replaced": (),
}


@st.composite
def happenings(draw: st.DrawFn) -> list[str]:
    """A few clicks, and after each what can happen to such a payment."""
    found = []
    for click in draw(st.lists(st.sampled_from([*CLICKS, "card"]), min_size=1, max_size=4)):
        found += [click, *draw(st.lists(st.sampled_from(AFTER[click] or ("left",)), max_size=4))]
    return found


@pytest.fixture(scope="module")
def maria(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """A database with nobody but Maria, to be copied for each example."""
    import_module("bot.tables")
    path = tmp_path_factory.mktemp("maria") / "start.db"
    engine = connect(f"sqlite:///{path}")
    metadata.create_all(engine)
    world = make_world(engine, NOW)
    engine.dispose()
    return path, world


@contextmanager
def _copy_of(maria: tuple[Path, World]) -> Iterator[World]:
    path, world = maria
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{shutil.copy(path, folder)}")
        yield replace(world, engine=engine, stripe=MemoryStripe())
        engine.dispose()


class _Life:
    """Things that happen to one person's payments, each ringing as Stripe would."""

    def __init__(self, world: World) -> None:
        self.world, self.rings = world, []
        self.session = ""

    def happen(self, what: str) -> None:
        stripe = self.world.stripe
        if what in CLICKS:
            self._click(what)
            return
        known = stripe.sessions.get(self.session)
        if known is None:
            return
        if what in ("bank_yes", "bank_no") and known.status == "processing":
            stripe.bank_says(self.session, yes=what == "bank_yes")
            self._ring("checkout.session.async_payment_succeeded", "payment_intent.succeeded")
        elif what == "refund" and known.status == "succeeded" and len(known.refunds) < 4:
            refund = stripe.refund(self.session, usd("1.00"))
            self.rings += [("refund.created", refund), ("charge.refunded", self._intent)]
        elif what == "refund_fails" and known.refunds:
            stripe.fail_refund(self.session)
            self.rings.append(("refund.failed", known.refunds[-1].id))
        elif what == "dispute" and known.status == "succeeded" and not known.disputes:
            self.rings.append(("charge.dispute.created", stripe.dispute(self.session, "insufficient_funds")))
        elif what == "won" and known.disputes:
            stripe.win_dispute(self.session)
            self.rings.append(("charge.dispute.closed", known.disputes[0].id))

    def _click(self, how: str) -> None:
        if not self.world.balance.minor >= 5000:
            return
        try:
            opened = self.world.click(self.world.ask("50.00"))
        except payments.OnItsWay:
            return  # a debit is with a bank: no second payment is begun
        if opened is None:
            return
        self.session = opened.id
        if how == "replaced":
            self.world.click(self.world.ask("40.00"))
        if how == "card":
            self.world.stripe.pay(self.session)
            self._ring("checkout.session.completed", "payment_intent.succeeded")
        elif how == "bank":
            self.world.stripe.pay_by_bank(self.session)
            self._ring("checkout.session.completed", "payment_intent.processing")

    @property
    def _intent(self) -> str:
        return f"pi_{self.session}"

    def _ring(self, checkout: str, intent: str) -> None:
        self.rings += [(checkout, self.session), (intent, self._intent)]


@settings(max_examples=many(500), deadline=None)
@given(happened=happenings(), seed=st.integers(0, 2**16), at_once=st.booleans(), lost=st.sampled_from([0.0, 0.0, 0.4]))
def test_the_ledger_is_what_stripe_says_however_it_is_heard(
    maria: tuple[Path, World], happened: list[str], seed: int, at_once: bool, lost: float
) -> None:
    """`at_once`: something is heard of after each step; `lost`: the share of events that never come."""
    dice = random.Random(seed)
    with _copy_of(maria) as world:
        life = _Life(world)
        for number, what in enumerate(happened):
            life.happen(what)
            if at_once and life.rings:
                world.ring(*dice.choice(life.rings), f"evt_early_{number}")
                world.work()
        heard = [ring for ring in life.rings if dice.random() >= lost for _ in range(dice.randint(1, 3))]
        dice.shuffle(heard)
        for number, ring in enumerate(heard):
            world.ring(*ring, f"evt_{number}")
        while world.work():
            pass
        _check(world, heard_all=set(life.rings) <= set(heard))


def _check(world: World, *, heard_all: bool) -> None:
    world.later(hours=1)
    world.reconcile(at_start=True)
    paid = usd("600.00").minor - world.balance.minor
    with reading(world.engine) as session:
        entries = accounts.known_history(session, world.debt_id)
        assert world.balance.minor == sum(entry.amount.minor for entry in entries)
        assert list(verify(session)) == []
    sources = [entry.source for entry in entries]
    assert len(sources) == len(set(sources))
    if heard_all:
        assert paid == world.stripe.net()
    receipts = [name for name in world.heard() if "receipt" in name]
    assert len(receipts) == len([entry for entry in entries if entry.kind is accounts.EntryKind.PAYMENT])
