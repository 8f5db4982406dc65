"""Maria with a second account, at a clinic: $120.00; and one payment for both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.engine import Engine

from bot import accounts, payments
from bot.core import reading, transaction
from bot.payments import store
from tests.payments.pay_kit import PHONE, SECRET, World, make_world, usd


@dataclass
class Joint(World):
    other_id: str = ""

    def both(self, first: str = "50.00", other: str = "30.00", **more: object) -> str:
        """The token of one link for both."""
        return self.joint_link(first, other, **more).url.rsplit("/", 1)[1]  # type: ignore[arg-type]

    def joint_link(self, first: str = "50.00", other: str = "30.00", *, days: int = 7) -> payments.Link:
        shares = [payments.Share(self.debt_id, usd(first)), payments.Share(self.other_id, usd(other))]
        with transaction(self.engine) as session:
            return payments.request_for_several(
                session, self.who, shares, purpose=payments.Purpose.OTHER, now=self.now,
                valid_until=self.now + timedelta(days=days), public_url=self.settings.public_url,
            )  # fmt: skip

    def link_of(self, debt_id: str, amount: str = "20.00") -> str:
        """The token of a new link for one of them."""
        with transaction(self.engine) as session:
            return payments.request(
                session, self.who, debt_id=debt_id, purpose=payments.Purpose.OTHER, amount=usd(amount), now=self.now,
                valid_until=self.now + timedelta(days=7), public_url=self.settings.public_url,
            ).url.rsplit("/", 1)[1]  # fmt: skip

    def paid_both(self, first: str = "50.00", other: str = "30.00") -> str:
        """Asked for, clicked, paid and heard of. The session."""
        opened = self.click(self.both(first, other))
        assert opened is not None
        self.stripe.pay(opened.id)
        self.ring("checkout.session.completed", opened.id)
        self.work()
        return opened.id

    def balances(self) -> tuple[str, str]:
        with reading(self.engine) as session:
            first, other = (accounts.balance(session, one).minor for one in (self.debt_id, self.other_id))
        return f"{first / 100:.2f}", f"{other / 100:.2f}"

    def cents(self, debt_id: str) -> int:
        with reading(self.engine) as session:
            return accounts.balance(session, debt_id).minor

    def debts_of(self, request_id: str) -> list[str]:
        """For which debts it asks."""
        with reading(self.engine) as session:
            found = store.request_by_id(session, request_id)
        return [part.debt_id for part in found.parts] if found is not None else []

    def entries_of(self, debt_id: str) -> list[tuple[str, int]]:
        """Kind and cents of what came after the opening."""
        with reading(self.engine) as session:
            return [(one.kind.value, one.amount.minor) for one in accounts.known_history(session, debt_id)][1:]

    def view(self, token: str) -> payments.PayView:
        with reading(self.engine) as session:
            found = payments.view(session, token, self.now)
        assert found is not None
        return found


def make_joint(engine: Engine, now: datetime) -> Joint:
    return with_clinic(make_world(engine, now))


def with_clinic(world: World) -> Joint:
    person = accounts.Person(
        "cust-1", "Maria", "Lopez", date(1980, 5, 3), "30303", "GA", "America/New_York", "en", PHONE
    )
    account = accounts.Account(
        "Cedar Valley Clinic", "medical", "CVC-2000", date(2026, 6, 1), date(2026, 9, 30),
        accounts.ItemisationKind.LAST_STATEMENT, due_since=date(2026, 9, 30),
    )  # fmt: skip
    opening = accounts.Opening(accounts.EntryKind.PRINCIPAL, usd("120.00"), date(2026, 9, 1))
    with transaction(world.engine) as session:
        placed = [accounts.Placement("row 2", person, account, (opening,))]
        accounts.place(session, placed, now=world.now, secret=SECRET)
        owed = accounts.open_debts(session, world.who, world.now)
    (other,) = [debt.id for debt in owed if debt.id != world.debt_id]
    return Joint(
        world.engine, world.clock, world.who, world.debt_id, world.stripe, world.settings, other_id=other
    )  # fmt: skip
