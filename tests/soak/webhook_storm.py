"""Stripe's webhooks as the network may bring them: each after what it tells of, late, twice, and in any order.

Payments go their ways one step at a time, chosen by chance; what each step would ring goes into a bag, and the bag is
emptied by chance over real HTTP, signed. The worker looks now and then, so that it reads payments that are half-way.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime

import httpx
from sqlalchemy.engine import Engine
from stripe import WebhookSignature

from bot import payments
from bot.core import Clock, Settings, transaction
from tests.agreements import kit
from tests.payments.pay_kit import HOW, PUBLIC, MemoryStripe, settings, usd
from tests.web_pay import pay_site

DEBTS = 8
"""Of each person; one payment for each."""
TWICE = 0.3
"""So many of all rings are of an event that rang before."""
RINGS_A_PAYMENT = 4.6
AT_ONCE, LOOK_EVERY = 16, 200
CUT_OFF = 0
Step = tuple[Callable[[], object], tuple[str, ...]]


@dataclass
class Storm:
    """What came of it."""

    rings: int
    events: int
    ringing: float
    working: float
    worlds: list[kit.World]
    stripe: MemoryStripe
    sessions: dict[str, str]
    """Debt by session."""
    refused: int = 0

    @property
    def rung_per_second(self) -> float:
        return self.rings / self.ringing

    @property
    def handled_per_second(self) -> float:
        return self.events / self.working

    def __str__(self) -> str:
        return (
            f"{self.rings} webhooks of {self.events} events of {len(self.sessions)} payments: {self.rung_per_second:.0f} "
            f"taken a second, {self.handled_per_second:.0f} handled a second, {self.refused} rung once more since cut off or busy"
        )


@dataclass
class _Bag:
    """Rings under way. `known` is how often each event was put in."""

    chance: random.Random
    rings: list[tuple[str, str]] = field(default_factory=list)
    events: int = 0

    def put(self, told: tuple[str, ...]) -> None:
        for one in told:
            self.events += 1
            copies = 1 + (self.chance.random() < TWICE / (1 - TWICE))
            self.rings += [(f"evt_{self.events}", one)] * copies
        self.chance.shuffle(self.rings)

    def take(self, most: int) -> list[tuple[str, str]]:
        taken, self.rings = self.rings[:most], self.rings[most:]
        return taken


def storm(engine: Engine, webhooks: int, now: datetime, seed: int = 1) -> Storm:
    """At least so many webhooks."""
    chance, stripe = random.Random(seed), MemoryStripe()
    people = round(webhooks / RINGS_A_PAYMENT / DEBTS) + 1
    worlds = [kit.make_world(engine, now, bills=("100.00",) * DEBTS, person=number) for number in range(1, people + 1)]
    debts = [(world, debt_id) for world in worlds for debt_id in world.debts]
    sessions = {_opened(world, debt_id, stripe, now): debt_id for world, debt_id in debts}
    ways = [iter(list(_way(stripe, session_id, chance))) for session_id in sessions]
    mine = replace(settings(), clock=Clock(fixed=now))
    app = pay_site._app(pay_site._parts(engine, mine, stripe))
    port, bag = pay_site._free_port(), _Bag(chance)
    came = Storm(0, 0, 0.0, 0.0, worlds, stripe, sessions)
    with pay_site._served(app, port), httpx.Client(timeout=30) as http, ThreadPoolExecutor(AT_ONCE) as ringers:
        ring = _ringer(http, f"http://127.0.0.1:{port}/webhooks/stripe", mine)
        while ways or bag.rings:
            while ways and len(bag.rings) < 2 * LOOK_EVERY:
                _step(ways, bag, chance)
            _ring_some(came, list(bag.take(LOOK_EVERY)), ring, ringers)
            _work(came, engine, stripe, now)
    came.events = bag.events
    return came


def _opened(world: kit.World, debt_id: str, stripe: MemoryStripe, now: datetime) -> str:
    """A link and a page at Stripe. The session."""
    with transaction(world.engine) as session:
        link = payments.request(
            session, world.who, debt_id=debt_id, purpose=payments.Purpose.OTHER, amount=usd("40.00"), now=now,
            valid_until=now.replace(hour=23), public_url=PUBLIC,
        )  # fmt: skip
        attempt = payments.begin_checkout(session, link.url.rsplit("/", 1)[1], now, public_url=PUBLIC)
    opened = payments.at_provider(stripe, attempt)
    with transaction(world.engine) as session:
        payments.checkout_opened(session, attempt, opened, now)
    assert opened.checkout is not None
    return opened.checkout.id


def _way(stripe: MemoryStripe, session_id: str, chance: random.Random) -> Iterator[Step]:
    """What happens to one payment, and what each step rings: type and object, "type:object"."""
    completed, intent = f"checkout.session.completed:{session_id}", f"pi_{session_id}"
    kind = chance.choice(("card", "card", "card", "refund", "refund_failed", "taken", "won", "bank", "bank_no", "expired"))
    if kind == "expired":
        yield lambda: stripe.close_checkout(session_id), (f"checkout.session.expired:{session_id}",)
        return
    if kind.startswith("bank"):
        yes = kind == "bank"
        yield lambda: stripe.pay_by_bank(session_id), (completed, f"payment_intent.processing:{intent}")
        end = "succeeded" if yes else "failed"
        told = (f"checkout.session.async_payment_{end}:{session_id}", f"payment_intent.{end if yes else 'payment_failed'}:{intent}")
        yield lambda: stripe.bank_says(session_id, yes=yes), told
        return
    yield lambda: stripe.pay(session_id), (completed, f"payment_intent.succeeded:{intent}")
    refund, dispute = f"re_{session_id}_1", f"dp_{session_id}"
    if kind.startswith("refund"):
        yield lambda: stripe.refund(session_id, usd("15.00")), (f"refund.created:{refund}", f"refund.updated:{refund}")
    if kind == "refund_failed":
        yield lambda: stripe.fail_refund(session_id), (f"refund.failed:{refund}",)
    if kind in ("taken", "won"):
        opened = (f"charge.dispute.created:{dispute}", f"charge.dispute.funds_withdrawn:{dispute}")
        yield lambda: stripe.dispute(session_id), opened
    if kind == "won":
        yield lambda: stripe.win_dispute(session_id), (f"charge.dispute.funds_reinstated:{dispute}", f"charge.dispute.closed:{dispute}")


def _step(ways: list[Iterator[Step]], bag: _Bag, chance: random.Random) -> None:
    number = chance.randrange(len(ways))
    step = next(ways[number], None)
    if step is None:
        ways[number] = ways[-1]
        ways.pop()
        return
    happens, told = step
    happens()
    bag.put(told)


def _ringer(http: httpx.Client, url: str, mine: Settings) -> Callable[[tuple[str, str]], int]:
    secret = mine.stripe.webhook_secrets[0]

    def ring(event: tuple[str, str]) -> int:
        """Rings again as Stripe does, until it is taken. How often it was not."""
        kind, _, about = event[1].partition(":")
        now = int(time.time())
        data = {"object": {"id": about, "object": kind.rpartition(".")[0]}}
        body = json.dumps({"id": event[0], "object": "event", "type": kind, "created": now, "livemode": False, "data": data})
        headers = {"Stripe-Signature": WebhookSignature.generate_signature_header(body, secret, timestamp=now)}
        refused = 0
        while (code := _answer(http, url, body, headers)) != 200:
            assert code in (503, CUT_OFF), code
            refused += 1
            time.sleep(0.05)
        return refused

    return ring


def _answer(http: httpx.Client, url: str, body: str, headers: dict[str, str]) -> int:
    """Stripe rings again, too, where the connection was cut before an answer; the event may have been taken."""
    try:
        return http.post(url, content=body, headers=headers).status_code
    except httpx.TransportError:
        return CUT_OFF


def _ring_some(
    came: Storm, rings: list[tuple[str, str]], ring: Callable[[tuple[str, str]], int], ringers: ThreadPoolExecutor
) -> None:  # fmt: skip
    began = time.monotonic()
    came.refused += sum(ringers.map(ring, rings))
    came.ringing += time.monotonic() - began
    came.rings += len(rings)


def _work(came: Storm, engine: Engine, stripe: MemoryStripe, now: datetime) -> None:
    began = time.monotonic()
    while payments.process_events(engine, stripe, Clock(fixed=now), HOW):
        pass
    came.working += time.monotonic() - began
