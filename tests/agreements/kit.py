"""Maria with an overdue bill, and everything that she may do with it, on any database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import accounts, contact, core, identity, negotiation
from bot.core import Money, Session, transaction
from bot.negotiation import Agreement, Frequency, Kind, Made, Proposal

SECRET = "a-secret-of-the-tests-that-is-long-enough"
BORN, ZIP = date(1985, 4, 12), "30318"


def usd(text: str | int) -> Money:
    return Money.of(str(text), "USD")


@dataclass
class World:
    """`now` moves; every call is a transaction of its own, as in production."""

    engine: Engine
    now: datetime
    who: identity.Verified
    debts: tuple[str, ...]
    conversation_id: str
    posted: int = field(default=0)

    @property
    def debt_id(self) -> str:
        return self.debts[0]

    @property
    def today(self) -> date:
        return negotiation.local_date(self.now, "America/New_York")

    def later(self, **delta: float) -> None:
        self.now += timedelta(**delta)

    def at(self, day: str) -> None:
        """Ten in the morning of that day, in New York."""
        self.now = datetime.fromisoformat(f"{day}T15:00:00+00:00")

    def run(self, call: Any, *given: Any, **named: Any) -> Any:
        with transaction(self.engine) as session:
            return call(session, *given, **named)

    def options(self, debt_id: str = "") -> tuple[Made, ...]:
        made: tuple[Made, ...] = self.run(negotiation.options, self.who, debt_id or self.debt_id, self.now, self.today)
        return made

    def option(self, kind: Kind) -> Made:
        (found,) = [made for made in self.options() if made.offer.kind is kind]
        return found

    def respond(self, proposal: Proposal) -> tuple[negotiation.Answer, Made | None]:
        answer: tuple[negotiation.Answer, Made | None] = self.run(
            negotiation.respond, self.who, self.debt_id, proposal, self.now, self.today
        )
        return answer

    def propose(self, **words: Any) -> Made:
        made = self.respond(Proposal(**words))[1]
        assert made is not None
        return made

    def accept(self, made: Made, message_id: str | None = "in_yes") -> Agreement:
        agreement: Agreement = self.run(negotiation.accept, self.who, made.id, self.now, self.today, message_id)
        return agreement

    def monthly(self, each: str | int = 60, first: str = "2026-12-04") -> Agreement:
        """A plan of so much a month."""
        first_date = date.fromisoformat(first)
        return self.accept(self.propose(each=usd(each), frequency=Frequency.MONTHLY, first_date=first_date))

    def settlement(self) -> Agreement:
        return self.accept(self.option(Kind.SETTLEMENT))

    def pay(self, amount: str | int, debt_id: str = "", kind: accounts.EntryKind = accounts.EntryKind.PAYMENT) -> None:
        """Money arrives; negative takes it back."""
        self.posted += 1
        source = f"payment:{self.posted}"
        kind = kind if usd(amount).is_positive else accounts.EntryKind.REVERSAL
        self.run(
            accounts.post, debt_id=debt_id or self.debt_id, kind=kind, amount=-usd(amount), source=source, now=self.now
        )

    def charge(self, amount: str | int) -> None:
        """More is owed than before."""
        self.posted += 1
        fee, source = accounts.EntryKind.FEE, f"fee:{self.posted}"
        self.run(accounts.post, debt_id=self.debt_id, kind=fee, amount=usd(amount), source=source, now=self.now)

    def hold(self, debt_id: str | None = None) -> str:
        dispute = contact.HoldKind.DISPUTE
        hold_id: str = self.run(
            contact.place_hold, party_id=self.who.party_id, kind=dispute, reason="test", now=self.now, debt_id=debt_id
        )
        return hold_id

    def look_after(self, agreement: Agreement) -> tuple[str, ...]:
        happened: tuple[str, ...] = self.run(negotiation.look_after, agreement.id, self.now)
        return happened

    def current(self) -> Agreement | None:
        found: Agreement | None = self.run(negotiation.current_agreement, self.debt_id)
        return found

    def left(self) -> list[str]:
        """What is still to come of the agreement in force: "2026-12-04 60"."""
        with transaction(self.engine) as session:
            running = negotiation.current_agreement(session, self.debt_id)
            parts = negotiation.remaining(session, running) if running else ()
        return [f"{part.due} {part.amount.major:f}".removesuffix(".00") for part in parts]

    @property
    def balance(self) -> Money:
        found: Money = self.run(accounts.balance, self.debt_id)
        return found

    def facts(self, kind: str) -> list[core.Fact]:
        found: list[core.Fact] = self.run(core.facts, kind=kind)
        return found

    def rows(self, query: Any) -> list[Any]:
        with transaction(self.engine) as session:
            return list(session.execute(query))

    def count(self, table: sa.Table) -> int:
        return int(self.rows(sa.select(sa.func.count()).select_from(table))[0][0])


def make_world(
    engine: Engine, now: datetime, *, bills: tuple[str, ...] = ("600.00",), days_late: int = 200, person: int = 1
) -> World:
    """One person; each bill is a debt of its own. `person` makes another one in the same database."""
    with transaction(engine) as session:
        placements = [
            _placement(person, number, amount, now.date() - timedelta(days=days_late))
            for number, amount in enumerate(bills)
        ]
        accounts.place(session, placements, now=now, secret=SECRET)
        who = verified(session, now, person)
        debts = accounts.open_debts(session, who, now)
    return World(engine, now, who, tuple(debt.id for debt in debts), who.conversation_id)


def phone(person: int) -> str:
    return f"+1555010{person:04}"


def verified(session: Session, now: datetime, person: int = 1) -> identity.Verified:
    talk = contact.open_conversation(session, "sms", phone(person), now)
    outcome = identity.challenge(
        session, talk, identity.Answers(BORN, ZIP), now=now, checks=identity.Checks.on("sms", SECRET)
    )
    assert isinstance(outcome, identity.Matched)
    return outcome.verified


def _placement(person: int, number: int, amount: str, late_since: date) -> accounts.Placement:
    somebody = accounts.Person(
        customer=f"C-{person}", given_name="María José", family_name="Núñez", date_of_birth=BORN, postcode=ZIP,
        state="GA", time_zone="America/New_York", language="en", phone=phone(person),
    )  # fmt: skip
    account = accounts.Account(
        client="Northwind Energy", product="electricity", reference=f"ACC-{person:04}-{1000 + number}",
        opened_on=date(2023, 5, 2 + number), itemisation_date=late_since,
        itemisation_kind=accounts.ItemisationKind.LAST_STATEMENT, due_since=late_since,
    )  # fmt: skip
    opening = accounts.Opening(accounts.EntryKind.PRINCIPAL, usd(amount), late_since - timedelta(days=30))
    return accounts.Placement(f"row {number}", somebody, account, (opening,))
