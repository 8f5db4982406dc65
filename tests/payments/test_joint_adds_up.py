"""Two debts, joint links and links for one, a saved card beside them, two tabs, double clicks, refunds and chargebacks, heard
in any order and any number of times: each ledger is what Stripe says, and there is one live way to pay each debt.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import payments
from bot.core import Refusal, connect, metadata, reading, verify
from tests.payments.autopay_kit import agree, allow, at, round_
from tests.payments.joint_kit import Joint, make_joint
from tests.payments.pay_kit import MemoryStripe, usd

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
START = date(2026, 11, 30)
DOES = ("joint", "first", "other", "old link", "double click", "two tabs", "pay", "pay by bank", "bank yes", "bank no",
        "refund", "dispute", "won", "hear", "hear twice", "crash", "lost", "next day", "to the day")  # fmt: skip


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Joint]:
    """Maria with two debts, a plan and a saved card on the first, to be copied for each example."""
    import_module("bot.tables")
    path = tmp_path_factory.mktemp("joint") / "start.db"
    engine = connect(f"sqlite:///{path}")
    metadata.create_all(engine)
    world = make_joint(engine, NOW)
    agree(world)
    allow(world)
    engine.dispose()
    return path, world


@contextmanager
def _copy_of(start: tuple[Path, Joint]) -> Iterator[Joint]:
    path, world = start
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{shutil.copy(path, folder)}")
        known = world.stripe
        stripe = MemoryStripe(
            sessions=dict(known.sessions), asked=dict(known.asked), keys=dict(known.keys), kept=dict(known.kept)
        )
        yield replace(world, engine=engine, stripe=stripe)
        engine.dispose()


class _Life:
    def __init__(self, world: Joint) -> None:
        self.world, self.day, self.tokens, self.rings = world, START, list[str](), 0
        self.handed_out = set[str]()
        at(world, START)

    def happen(self, what: str) -> None:
        world, stripe = self.world, self.world.stripe
        live, paid = self._live(), self._paid()
        if what in ("joint", "first", "other"):
            self._ask(what)
        elif what in ("old link", "double click", "two tabs") and self.tokens:
            token = self.tokens[0 if what == "old link" else -1]
            for _ in range(1 if what == "old link" else 2):
                self._click(token)
        elif what == "crash" and self.tokens:  # begun, and nobody wrote down what Stripe answered
            try:
                payments.at_provider(stripe, world.begin(self.tokens[-1]))
            except (Refusal, payments.Unavailable):
                return
        elif what == "lost":
            stripe.lost = 1
        elif what in ("pay", "pay by bank") and live:
            stripe.pay(live[-1]) if what == "pay" else stripe.pay_by_bank(live[-1])
        elif what in ("bank yes", "bank no"):
            for id_, payment in list(stripe.sessions.items()):
                if payment.status == "processing":
                    stripe.bank_says(id_, yes=what == "bank yes")
        elif what == "refund" and paid and not stripe.sessions[paid[-1]].disputes:
            back = sum(one.amount.minor for one in stripe.sessions[paid[-1]].refunds)
            if back + 700 <= stripe.amount(paid[-1]).minor:
                stripe.refund(paid[-1], usd("7.00"))
        elif what == "dispute" and paid and not stripe.sessions[paid[-1]].disputes:
            stripe.dispute(paid[-1], "insufficient_funds")
        elif what == "won" and paid and stripe.sessions[paid[-1]].disputes:
            stripe.win_dispute(paid[-1])
        elif what in ("hear", "hear twice"):
            self._hear(2 if what == "hear twice" else 1)
        elif what == "next day" or (what == "to the day" and self.day < date(2026, 12, 2)):
            self.day = self.day + timedelta(days=1) if what == "next day" else date(2026, 12, 2)
            at(world, self.day)

    def _ask(self, what: str) -> None:
        world = self.world
        try:
            token = world.both("50.00", "30.00") if what == "joint" else world.link_of(
                world.debt_id if what == "first" else world.other_id
            )  # fmt: skip
        except Refusal:
            return
        self.tokens.append(token)
        self._click(token)

    def _click(self, token: str) -> None:
        try:
            opened = self.world.click(token)
        except (Refusal, payments.Unavailable):
            return
        if opened is not None:
            self.handed_out.add(opened.id)

    def _live(self) -> list[str]:
        """Sessions with an address that somebody has: it is handed out when its id is stored, not before."""
        return [one for one in self.world.stripe.open_sessions() if one in self.handed_out]

    def _paid(self) -> list[str]:
        return [id_ for id_, one in self.world.stripe.sessions.items() if one.status == "succeeded"]

    def _hear(self, times: int) -> None:
        stripe = self.world.stripe
        for _ in range(times):
            for id_ in (*reversed(stripe.sessions), *stripe.charges):
                self.rings += 1
                kind = "payment_intent.processing" if id_ in stripe.charges else "checkout.session.completed"
                self.world.ring(kind, id_, f"evt_{self.rings}")
            self.world.work()

    def look(self) -> None:
        """One live way to pay each debt; a charge beside it is none."""
        stripe, world = self.world.stripe, self.world
        asks: dict[str, int] = {world.debt_id: 0, world.other_id: 0}
        for id_ in self._live():
            for debt_id in world.debts_of(str(stripe.sessions[id_].request_id)):
                asks[debt_id] += 1
        coming = [one for one in stripe.charges.values() if one.status == "processing"]
        asks[world.debt_id] += len(coming)
        assert max(asks.values()) <= 1, f"two live ways to pay one debt: {asks}"
        if not self._taken_back():
            assert world.cents(world.debt_id) >= 0 and world.cents(world.other_id) >= 0, "more was taken than is owed"

    def _taken_back(self) -> bool:
        return any(one.disputes and one.refunds for one in self.world.stripe.sessions.values())


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from(DOES), min_size=4, max_size=16))
def test_each_ledger_is_what_stripe_says_and_one_way_to_pay_is_live(
    start: tuple[Path, Joint], happened: list[str]
) -> None:
    with _copy_of(start) as world:
        life = _Life(world)
        for what in happened:
            life.happen(what)
            round_(world)
            life.look()
        world.stripe.lost = 0
        world.later(minutes=30)
        life._hear(1)
        world.reconcile(at_start=True)
        owed = 72000 - world.cents(world.debt_id) - world.cents(world.other_id)
        assert owed == world.stripe.net()
        with reading(world.engine) as session:
            assert list(verify(session)) == []

