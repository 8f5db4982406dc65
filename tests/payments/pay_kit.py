"""Maria, who owes $600.00, and a small Stripe in memory at the port."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import accounts, contact, identity, payments
from bot.core import Clock, Money, Settings, reading, transaction
from bot.payments import (
    BankDispute,
    Checkout,
    FraudWarning,
    GivenBack,
    Movement,
    Payment,
    Refund,
    Refused,
    Saved,
    Unavailable,
    store,
    stripe_events,
)
from bot.payments.asking import ToCharge, ToPay, ToSave
from bot.payments.stripe_declines import is_empty, meaning

SECRET = "a secret for tests that is long enough"
PUBLIC = "https://pay.example"
PHONE = "+14045550123"
HOW = contact.Sending(key="")


def usd(text: str) -> Money:
    return Money.of(text, "USD")


def settings(**environ: str) -> Settings:
    return Settings.load({"PARLEY_PUBLIC_URL": PUBLIC, "PARLEY_SECRET_KEY": SECRET, "PARLEY_BANK_DEBITS": "on", **environ})


@dataclass
class MemoryStripe:
    """Checkout Sessions as values. `down` calls fail before they reach it; of `lost` ones the answer is lost."""

    sessions: dict[str, Payment] = field(default_factory=dict)
    asked: dict[str, ToPay | ToSave | ToCharge] = field(default_factory=dict)
    """By page or payment."""
    keys: dict[str, str] = field(default_factory=dict)
    warned: dict[str, str] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    charges: dict[str, Payment] = field(default_factory=dict)
    charged: list[ToCharge] = field(default_factory=list)
    next_no: list[tuple[str, str | None]] = field(default_factory=list)
    """Code and advice of what the bank will say to the next charges."""
    kept: dict[str, Saved] = field(default_factory=dict)
    ended: set[str] = field(default_factory=set)
    """Accounts of which the bank ended the mandate."""
    unheard: list[payments.Event] = field(default_factory=list)
    moved_before: bool = False
    """Nothing moved on the day that is asked for."""
    down: int = 0
    lost: int = 0

    def open_checkout(self, asked: ToPay | ToSave) -> Checkout:
        self._maybe_down()
        if asked.key in self.keys:
            assert self.asked[self.keys[asked.key]] == asked, "the same key for something else"
        else:
            self._open(asked)
        if self.lost:
            self.lost -= 1
            raise Unavailable("the answer was lost")
        return Checkout(self.keys[asked.key], f"https://stripe.example/{self.keys[asked.key]}")

    def _open(self, asked: ToPay | ToSave) -> None:
        id_ = f"cs_{len(self.sessions) + 1}"
        self.keys[asked.key], self.asked[id_] = id_, asked
        request_id, number = (asked.request_id, asked.number) if isinstance(asked, ToPay) else (None, None)
        self.sessions[id_] = Payment(request_id, number, id_, "open", None, None, None, mandate_id=asked.mandate_id)

    def save(
        self, session_id: str, kind: str = "card", last4: str = "4242", expires: date = date(2034, 12, 31)
    ) -> None:
        """They enter it on the page that only saves it."""
        saved = Saved(f"cus_{session_id}", f"pm_{session_id}", kind, "visa", last4, expires if kind == "card" else None)  # type: ignore[arg-type]
        self.kept[saved.method_id] = saved
        self._change(session_id, session="complete", saved=saved)

    def charge(self, asked: ToCharge) -> Payment:
        """As Stripe does it: the same key is the same charge, declined or not."""
        self._maybe_down()
        if asked.method_id not in self.kept:
            raise Refused("no attached payment source")
        if asked.key in self.keys:
            assert self.asked[self.keys[asked.key]] == asked, "the same key for something else"
        else:
            self._charge(asked)
        if self.lost:
            self.lost -= 1
            raise Unavailable("the answer was lost")
        return self.charges[self.keys[asked.key]]

    def _charge(self, asked: ToCharge) -> None:
        id_ = f"pi_charge_{len(self.charges) + 1}"
        self.keys[asked.key], self.asked[id_] = id_, asked
        self.charged.append(asked)
        is_bank = self.kept[asked.method_id].kind == "bank"
        code, advice = self.next_no.pop(0) if self.next_no else (None, None)
        status: Any = "failed" if code else "processing" if is_bank else "succeeded"
        received = asked.amount if status == "succeeded" else Money.zero("USD")
        self.charges[id_] = Payment(
            asked.request_id, 1, None, None, id_, status, received, declined=code, means=meaning(code, advice),
            by_itself=True, by_bank=is_bank,
        )  # fmt: skip

    def find_charge(self, customer_id: str, request_id: str) -> Payment | None:
        self._maybe_down()
        return next((one for one in self.charges.values() if one.request_id == request_id), None)

    def debit_says(self, intent_id: str, code: str | None = None) -> None:
        known = self.charges[intent_id]
        asked = self.asked[intent_id]
        assert isinstance(asked, ToCharge)
        status: Any = "failed" if code else "succeeded"
        received = Money.zero("USD") if code else asked.amount
        self.charges[intent_id] = replace(
            known, status=status, declined=code, means=meaning(code, None), received=received
        )

    def forget(self, method_id: str) -> None:
        self._maybe_down()
        self.kept.pop(method_id, None)

    def close_checkout(self, session_id: str) -> Payment:
        self._maybe_down()
        if self.sessions[session_id].session == "open":
            self._change(session_id, session="expired")
        return self.sessions[session_id]

    def checkout(self, session_id: str) -> Payment:
        self._maybe_down()
        return self.sessions[session_id]

    def payment(self, payment_id: str) -> Payment:
        self._maybe_down()
        return self._known(payment_id)

    def read_event(self, raw_body: bytes, signature: str | None) -> payments.Event:
        """Signed as Stripe signs, with the sandbox's secret."""
        return stripe_events.verify(settings(), raw_body, signature)

    def about(self, event: payments.Event) -> Payment | None:
        self._maybe_down()
        event_type, object_id = event.type, event.object_id
        if event_type.startswith("customer."):
            return None
        if event_type == "mandate.updated":
            method_id = object_id.replace("mandate_", "pm_")
            nothing = Payment(None, None, None, None, None, None, None)
            return replace(nothing, revoked=method_id if method_id in self.ended else None)
        if object_id in self.warned:
            warnings = (FraudWarning(object_id, "made_with_stolen_card"),)
            return replace(self.sessions[self.warned[object_id]], session_id=None, session=None, warnings=warnings)
        return self.sessions[object_id] if event_type.startswith("checkout.") else self._known(object_id)

    def _known(self, object_id: str) -> Payment:
        """By its own id or that of a refund or a dispute, as if read without its page."""
        if object_id in self.charges:
            return self.charges[object_id]
        for payment in self.sessions.values():
            parts = (*payment.refunds, *payment.disputes)
            if object_id in {payment.session_id, payment.payment_id, *(part.id for part in parts)}:
                return replace(payment, session_id=None, session=None)
        raise Refused(f"No such object: {object_id}")

    def undelivered(self, since: datetime, until: datetime) -> list[payments.Event]:
        self._maybe_down()
        return [one for one in self.unheard if since <= one.created < until]

    def movements(self, since: datetime, until: datetime) -> list[Movement]:
        """All that ever moved, as if on the day that is asked for."""
        self._maybe_down()
        known: tuple[Payment, ...] = () if self.moved_before else (*self.sessions.values(), *self.charges.values())
        return [moved for payment in known if payment.status == "succeeded" for moved in _moved(payment)]

    def intent_of(self, session_id: str) -> str:
        intent = self.sessions[session_id].payment_id
        assert intent is not None
        return intent

    def charge_id(self) -> str:
        """Of the last charge of what was saved."""
        return list(self.charges)[-1]

    def lose_what_was_saved(self) -> None:
        self.kept.clear()

    def end_mandate(self, method_id: str) -> None:
        self.ended.add(method_id)

    def open_sessions(self) -> list[str]:
        return [id_ for id_, payment in self.sessions.items() if payment.session == "open"]

    def amount(self, session_id: str) -> Money:
        asked = self.asked[session_id]
        assert isinstance(asked, ToPay)
        return sum((item.amount for item in asked.items[1:]), asked.items[0].amount)

    def pay(self, session_id: str) -> str:
        """By card; the id of the payment."""
        return self._complete(session_id, "succeeded")

    def pay_by_bank(self, session_id: str) -> str:
        return self._complete(session_id, "processing")

    def bank_says(self, session_id: str, *, yes: bool, code: str | None = None) -> None:
        received = self.amount(session_id) if yes else Money.zero("USD")
        no = {} if yes else {"declined": code, "means": meaning(code, None)}
        self._change(session_id, status="succeeded" if yes else "failed", received=received, **no)

    def refund(
        self, session_id: str, amount: Money, status: Any = "succeeded", order_id: str | None = None
    ) -> str:  # fmt: skip
        id_ = f"re_{session_id}_{len(self.sessions[session_id].refunds) + 1}"
        self._change(session_id, refunds=(*self.sessions[session_id].refunds, Refund(id_, amount, status, order_id)))
        return id_

    def fail_refund(self, session_id: str) -> None:
        *before, last = self.sessions[session_id].refunds
        self._change(session_id, refunds=(*before, replace(last, status="failed")))

    def warn(self, session_id: str) -> str:
        """An early fraud warning. Its id."""
        self.warned[f"issfr_{session_id}"] = session_id
        return f"issfr_{session_id}"

    def give_back(self, intent_id: str, amount: Money, order_id: str, *, is_old: bool = False) -> GivenBack:
        """As Stripe does it: the same order is the same refund."""
        self._maybe_down()
        session_id = intent_id.removeprefix("pi_")
        if order_id not in self.given:
            back = sum(one.amount.minor for one in self.sessions[session_id].refunds if one.status != "failed")
            if self.sessions[session_id].disputes or back + amount.minor > self.amount(session_id).minor:
                raise Refused("has been charged back, or is more than is left")
            self.given[order_id] = self.refund(session_id, amount, order_id=order_id)
        if self.lost:
            self.lost -= 1
            raise Unavailable("the answer was lost")
        return GivenBack(self.given[order_id], self.sessions[session_id])

    def dispute(self, session_id: str, reason: str = "fraudulent", *, withdrawn: bool = True) -> str:
        id_ = f"dp_{session_id}"
        taken = BankDispute(
            id_, self.amount(session_id), reason, withdrawn=withdrawn, reinstated=False, is_empty=is_empty(reason)
        )
        self._change(session_id, disputes=(taken,))
        return id_

    def win_dispute(self, session_id: str) -> None:
        (dispute,) = self.sessions[session_id].disputes
        self._change(session_id, disputes=(replace(dispute, reinstated=True),))

    def net(self) -> int:
        """Cents that are ours by all that happened here."""
        return sum(_net(payment) for payment in (*self.sessions.values(), *self.charges.values()))

    def _complete(self, session_id: str, status: str) -> str:
        assert self.sessions[session_id].session == "open", "only an open session can be paid"
        received = self.amount(session_id) if status == "succeeded" else Money.zero("USD")
        self._change(
            session_id, session="complete", payment_id=f"pi_{session_id}", status=status, received=received,
            by_bank=status == "processing", saved=self._kept_with(session_id, "bank" if status == "processing" else "card"),
        )  # fmt: skip
        return f"pi_{session_id}"

    def _kept_with(self, session_id: str, kind: Any) -> Saved | None:
        """What they pay with, where they agreed that it is kept."""
        if self.asked[session_id].mandate_id is None:
            return None
        expires = date(2034, 12, 31) if kind == "card" else None
        saved = Saved(f"cus_{session_id}", f"pm_{session_id}", kind, "visa", "4242", expires)
        self.kept[saved.method_id] = saved
        return saved

    def _change(self, session_id: str, **values: Any) -> None:
        self.sessions[session_id] = replace(self.sessions[session_id], **values)

    def _maybe_down(self) -> None:
        if self.down:
            self.down -= 1
            raise Unavailable("nobody answers")


def _moved(payment: Payment) -> Iterator[Movement]:
    assert payment.payment_id is not None and payment.received is not None
    id_, came = payment.payment_id, payment.received
    yield Movement("payment", id_, id_, payment.request_id, came)
    for refund in payment.refunds:
        if refund.status != "pending":
            yield Movement("refund", refund.id, id_, None, -refund.amount)
        if refund.status == "failed":
            yield Movement("refund_failed", refund.id, id_, None, refund.amount)
    for dispute in payment.disputes:
        if dispute.withdrawn:
            yield Movement("taken_back", dispute.id, id_, None, -dispute.amount)
        if dispute.reinstated:
            yield Movement("given_again", dispute.id, id_, None, dispute.amount)


def _net(payment: Payment) -> int:
    if payment.status != "succeeded" or payment.received is None:
        return 0
    back = sum(refund.amount.minor for refund in payment.refunds if refund.status == "succeeded")
    taken = sum(d.amount.minor for d in payment.disputes if d.withdrawn and not d.reinstated)
    return payment.received.minor - back - taken


@dataclass
class World:
    """Maria's account, her verified conversation, and the edges of the product around them."""

    engine: Engine
    clock: Clock
    who: identity.Verified
    debt_id: str
    stripe: Any = field(default_factory=MemoryStripe)
    settings: Settings = field(default_factory=settings)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def settings_now(self) -> Settings:
        """The settings, with the clock of this moment."""
        return replace(self.settings, clock=self.clock)

    def later(self, **by: float) -> None:
        self.clock = Clock(fixed=self.now + timedelta(**by))

    def ask(self, amount: str = "50.00", **more: Any) -> str:
        """The token of a new link."""
        return self.link(amount, **more).url.rsplit("/", 1)[1]

    def link(self, amount: str = "50.00", *, days: int = 7) -> payments.Link:
        with transaction(self.engine) as session:
            return payments.request(
                session, self.who, debt_id=self.debt_id, purpose=payments.Purpose.OTHER, amount=usd(amount),
                now=self.now, valid_until=self.now + timedelta(days=days), public_url=PUBLIC,
            )  # fmt: skip

    def begin(self, token: str) -> payments.Attempt:
        with transaction(self.engine) as session:
            return payments.begin_checkout(session, token, self.now, public_url=PUBLIC, settings=self.settings)

    def click(self, token: str) -> Checkout | None:
        """All three steps, as the page does them."""
        attempt = self.begin(token)
        opened = payments.at_provider(self.stripe, attempt)
        with transaction(self.engine) as session:
            payments.checkout_opened(session, attempt, opened, self.now)
        return opened.checkout

    def paid(self, amount: str = "50.00") -> str:
        """A link asked for, clicked and paid, and nothing heard of it yet. The session."""
        opened = self.click(self.ask(amount))
        assert opened is not None
        self.stripe.pay(opened.id)
        return opened.id

    def ring(self, event_type: str, object_id: str, event_id: str = "") -> bool:
        """The doorbell. Without an id of its own each ring is another event."""
        id_ = event_id or f"evt_{event_type}_{object_id}"
        event = payments.Event(id_, event_type, object_id, datetime.now(timezone.utc))
        with transaction(self.engine) as session:
            return payments.take_event(session, event, self.now)

    def work(self) -> int:
        return payments.process_events(self.engine, self.stripe, self.clock, HOW)

    def reconcile(self, **more: Any) -> int:
        return payments.reconcile(self.engine, self.stripe, self.now, HOW, **more)

    def state(self, token: str) -> payments.State:
        with reading(self.engine) as session:
            found = payments.view(session, token, self.now)
        assert found is not None
        return found.state

    def hold(self, kind: contact.HoldKind = contact.HoldKind.DISPUTE, debt_id: str | None = None) -> None:
        with transaction(self.engine) as session:
            contact.place_hold(
                session, party_id=self.who.party_id, kind=kind, reason="test", now=self.now, debt_id=debt_id
            )

    def paid_elsewhere(self, amount: str) -> None:
        with transaction(self.engine) as session:
            kind = accounts.EntryKind.PAYMENT
            accounts.post(session, debt_id=self.debt_id, kind=kind, amount=-usd(amount), source="cheque", now=self.now)

    def work_in_parallel(self, workers: int) -> None:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(lambda _: self.work(), range(workers)))

    def break_conversation(self, broken: bool) -> None:
        """While broken, no receipt can be written: its language has no texts."""
        with transaction(self.engine) as session:
            contact.set_language(session, self.who.conversation_id, "xx" if broken else "en")  # type: ignore[arg-type]

    def event_states(self) -> list[str]:
        return [row.state for row in self.rows(sa.select(store.provider_events.c.state))]

    def event_types(self) -> set[str]:
        return {row.type for row in self.rows(sa.select(store.provider_events.c.type))}

    @property
    def balance(self) -> Money:
        with reading(self.engine) as session:
            return accounts.balance(session, self.debt_id)

    def entries(self) -> list[tuple[str, int]]:
        """Kind and cents of what came after the opening."""
        with reading(self.engine) as session:
            return [(e.kind.value, e.amount.minor) for e in accounts.known_history(session, self.debt_id)][1:]

    def heard(self) -> list[str]:
        """Names of the responses that were sent to her."""
        with reading(self.engine) as session:
            lines = contact.said(session, self.who.conversation_id)
        return [name for line in lines for name in line.responses if name.startswith("utter_payments")]

    def said(self) -> list[str]:
        with reading(self.engine) as session:
            return [line.text for line in contact.said(session, self.who.conversation_id)]

    def rows(self, query: sa.sql.Select) -> list[Any]:
        with reading(self.engine) as session:
            return list(session.execute(query))


def make_world(engine: Engine, now: datetime, *, language: str = "en", channel: str = "sms") -> World:
    with transaction(engine) as session:
        accounts.place(session, [_placement(language)], now=now, secret=SECRET)
        talk = contact.open_conversation(session, channel, PHONE, now, language)  # type: ignore[arg-type]
        answers = identity.Answers(date(1980, 5, 3), "30303", "ACC-1000")
        checks = replace(identity.Checks.on("sms", SECRET), window=timedelta(hours=12))
        outcome = identity.challenge(session, talk, answers, now=now, checks=checks)
        assert isinstance(outcome, identity.Matched)
        (debt,) = accounts.open_debts(session, outcome.verified, now)
    return World(engine, Clock(fixed=now), outcome.verified, debt.id)


def _placement(language: str) -> accounts.Placement:
    person = accounts.Person(
        "cust-1", "Maria", "Lopez", date(1980, 5, 3), "30303", "GA", "America/New_York", language, PHONE
    )
    account = accounts.Account(
        "Northwind Energy", "energy", "ACC-1000", date(2026, 6, 1), date(2026, 9, 30),
        accounts.ItemisationKind.LAST_STATEMENT, due_since=date(2026, 9, 30),
    )  # fmt: skip
    opening = accounts.Opening(accounts.EntryKind.PRINCIPAL, usd("600.00"), date(2026, 9, 1))
    return accounts.Placement("row 1", person, account, (opening,))
