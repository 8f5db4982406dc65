"""Whatever she does beside it, and whatever breaks: what is taken by itself is once, on its day, allowed and announced, and
there is never more than one way to pay that is live.
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

from bot import accounts, payments
from bot.core import Refusal, connect, metadata, reading, transaction, verify
from bot.payments import finding_out, mandate_store, mandates
from bot.payments.asking import ToPay
from tests.examples import many
from tests.payments.autopay_kit import agree, allow, at, charges, round_
from tests.payments.pay_kit import HOW, MemoryStripe, World, make_world, usd

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
START = date(2026, 11, 30)
NOS = (("insufficient_funds", None), ("processing_error", "try_again_later"), ("authentication_required", None),
       ("expired_card", "confirm_card_data"))  # fmt: skip
DOES = ("nothing", "nothing", "next day", "next day", "link", "page", "page paid", "part paid", "decline", "lost", "down",
        "stop", "allow", "bank", "hear", "hear twice", "find out", "bank yes", "bank no", "hold", "to the day")  # fmt: skip


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """Maria with a plan and a saved card, to be copied for each example."""
    import_module("bot.tables")
    path = tmp_path_factory.mktemp("autopay") / "start.db"
    engine = connect(f"sqlite:///{path}")
    metadata.create_all(engine)
    world = make_world(engine, NOW)
    agree(world)
    allow(world)
    engine.dispose()
    return path, world


@contextmanager
def _copy_of(start: tuple[Path, World]) -> Iterator[World]:
    path, world = start
    with tempfile.TemporaryDirectory() as folder:
        engine = connect(f"sqlite:///{shutil.copy(path, folder)}")
        stripe = MemoryStripe(
            sessions=dict(world.stripe.sessions), asked=dict(world.stripe.asked), keys=dict(world.stripe.keys),
            kept=dict(world.stripe.kept),
        )  # fmt: skip
        yield replace(world, engine=engine, stripe=stripe)
        engine.dispose()


class _Life:
    """Days with whatever happens on them; after each thing the worker does its round and the promises are looked at."""

    def __init__(self, world: World) -> None:
        self.world, self.day, self.stops, self.session, self.rings = world, START, list[datetime](), "", 0
        at(world, START)

    def happen(self, what: str, no: tuple[str, str | None]) -> None:
        world, stripe = self.world, self.world.stripe
        if what == "next day":
            self.day += timedelta(days=1)
            at(world, self.day)
        elif what == "to the day" and self.day < date(2026, 12, 2):
            self.day = date(2026, 12, 2)
            at(world, self.day)
        elif what == "decline":
            stripe.next_no.append(no)
        elif what == "lost":
            stripe.lost = 1
        elif what == "down":
            stripe.down = 1
        elif what == "hold":
            world.hold()
        elif what == "stop":
            self._stop()
        elif what in ("allow", "bank"):
            self._allow("card" if what == "allow" else "bank")
        elif what in ("link", "page", "page paid", "part paid"):
            self._pay(what)
        elif what in ("bank yes", "bank no"):
            for intent_id, charge in list(stripe.charges.items()):
                if charge.status == "processing":
                    stripe.debit_says(intent_id, None if what == "bank yes" else "insufficient_funds")
        elif what in ("hear", "hear twice"):
            self._hear(2 if what == "hear twice" else 1)
        elif what == "find out":
            world.later(minutes=20)
            finding_out.find_out(world.engine, stripe, world.now, HOW)

    def _stop(self) -> None:
        with transaction(self.world.engine) as session:
            for mandate in mandate_store.active(session):
                mandates.stop(session, mandate, by="debtor", now=self.world.now)
        self.stops.append(self.world.now)

    def _allow(self, kind: str) -> None:
        self.world.stripe.down = self.world.stripe.lost = 0
        try:
            allow(self.world, kind=kind)
        except Refusal:
            return

    def _pay(self, what: str) -> None:
        try:
            token = self.world.ask("40.00" if what == "part paid" else "100.00")
            opened = self.world.click(token) if what != "link" else None
        except (Refusal, payments.Unavailable):
            return
        if opened is not None and what != "page":
            self.world.stripe.pay(opened.id)

    def _hear(self, times: int) -> None:
        stripe = self.world.stripe
        for _ in range(times):
            for id_ in (*stripe.sessions, *stripe.charges):
                self.rings += 1
                kind = "payment_intent.processing" if id_ in stripe.charges else "checkout.session.completed"
                self.world.ring(kind, id_, f"evt_{self.rings}")
            self.world.work()

    def look(self) -> None:
        """What holds at every moment."""
        stripe, made = self.world.stripe, charges(self.world)
        live = [id_ for id_ in stripe.open_sessions() if isinstance(stripe.asked[id_], ToPay)]
        coming = [one for one in stripe.charges.values() if one.status == "processing"]
        assert len(live) + len(coming) <= 1, "two ways to pay are live"
        began = {one.request_id: one for one in made if one.request_id}
        for asked in stripe.charged:
            charge = began[asked.request_id]
            assert asked.amount <= charge.amount and self.day >= charge.charge_on >= charge.due
        paid = [
            began[one.request_id].due for one in stripe.charges.values() if one.status in ("succeeded", "processing")
        ]
        assert len(paid) == len(set(paid)), "one due day was taken twice"
        tries = [one.due for one in made if one.request_id]
        assert all(tries.count(day) <= 3 for day in tries)
        assert self.world.balance.minor >= 0, "more was taken than is owed"


@settings(max_examples=many(200), deadline=None)
@given(st.lists(st.tuples(st.sampled_from(DOES), st.sampled_from(NOS)), min_size=4, max_size=14))
def test_once_on_its_day_and_never_two_ways_at_once(
    start: tuple[Path, World], happened: list[tuple[str, tuple[str, str | None]]]
) -> None:
    with _copy_of(start) as world:
        life = _Life(world)
        for what, no in happened:
            life.happen(what, no)
            before = len(world.stripe.charged)
            round_(world)
            life.look()
            with reading(world.engine) as session:
                assert len(world.stripe.charged) == before or mandate_store.all_of(session, world.who.party_id)
        _check(world)


def _check(world: World) -> None:
    """Once everything was heard of, the ledger is what the provider says."""
    world.stripe.down = world.stripe.lost = 0
    world.later(minutes=30)
    finding_out.find_out(world.engine, world.stripe, world.now, HOW, at_start=True)
    world.reconcile(at_start=True)
    with reading(world.engine) as session:
        entries = accounts.known_history(session, world.debt_id)
        assert list(verify(session)) == []
    assert usd("600.00").minor - world.balance.minor == world.stripe.net()
    assert len({entry.source for entry in entries}) == len(entries)
