"""The ledger: its sum is the balance, it is only ever added to, and every cent is posted once."""

from __future__ import annotations

import threading
from dataclasses import fields
from datetime import date, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from bot import accounts, core, identity
from bot.accounts import DebtStatus, EntryKind, ledger, store
from tests.accounts.marias_account import BILLS, PHONE, POWER, SECRET, placement, usd, verified

pytestmark = pytest.mark.postgres
OF_BOTH = [
    "UPDATE ledger_entries SET amount_minor = 1",
    "UPDATE ledger_entries SET memo = 'harmless'",
    "UPDATE ledger_entries SET number = number + 100",
    "DELETE FROM ledger_entries",
    "DELETE FROM ledger_entries WHERE kind = 'payment'",
]
OF_SQLITE = [
    "INSERT OR REPLACE INTO ledger_entries "
    "SELECT number, debt_id, kind, 1, currency, effective_on, at, source, memo "
    "FROM ledger_entries WHERE kind = 'fee'",
    "REPLACE INTO ledger_entries SELECT NULL, debt_id, kind, 1, currency, effective_on, at, source, memo "
    "FROM ledger_entries WHERE kind = 'fee'",
    "UPDATE OR REPLACE ledger_entries SET source = 'x'",
]
OF_POSTGRESQL = [
    "TRUNCATE ledger_entries",
    "TRUNCATE debts CASCADE",
    "INSERT INTO ledger_entries SELECT * FROM ledger_entries ON CONFLICT (source) DO UPDATE SET amount_minor = 1",
]


class TestTheDatabaseRefuses:
    def test_to_change_or_delete_an_entry(self, session: core.Session, maria: identity.Verified, debt_id: str) -> None:
        before = accounts.history(session, maria, debt_id)
        for statement in OF_BOTH + {"sqlite": OF_SQLITE, "postgresql": OF_POSTGRESQL}[session.dialect.name]:
            with (
                pytest.raises(sa.exc.IntegrityError, match="never changed or deleted"),
                session.begin_nested(),
            ):
                session.execute(sa.text(statement))
            assert accounts.history(session, maria, debt_id) == before

    @pytest.mark.parametrize(("kind", "minor"), [("payment", 100), ("fee", -100), ("write_off", 1), ("adjustment", 0)])
    def test_an_amount_that_goes_the_wrong_way(
        self, session: core.Session, debt_id: str, now: datetime, kind: str, minor: int
    ) -> None:
        row = {"debt_id": debt_id, "kind": kind, "amount_minor": minor, "currency": "USD", "at": now,
               "memo": "",
               "effective_on": now.date(), "source": "direct"}  # fmt: skip
        with pytest.raises(sa.exc.IntegrityError), session.begin_nested():
            store.append(session, [row])
        with pytest.raises(ValueError, match="expected a"):
            ledger.check_sign(EntryKind(kind), core.Money(minor, "USD"))


class TestPosting:
    def test_a_payment_takes_off_what_was_paid(
        self, session: core.Session, maria: identity.Verified, debt_id: str, now: datetime
    ) -> None:
        assert accounts.balance(session, debt_id) == usd("612.40")
        assert pay(session, debt_id, "50", "pi_1", now)
        assert accounts.balance(session, debt_id) == usd("562.40")

    def test_the_same_source_is_posted_once(
        self, session: core.Session, maria: identity.Verified, debt_id: str, now: datetime
    ) -> None:
        assert [pay(session, debt_id, "50", "pi_1", now) for _ in range(5)] == [
            True,
            False,
            False,
            False,
            False,
        ]
        assert accounts.balance(session, debt_id) == usd("562.40")
        assert len(core.facts(session, kind="LedgerEntryPosted")) == 1

    def test_two_that_post_the_same_at_once_post_it_once(self, engine: Engine, now: datetime) -> None:
        with core.transaction(engine) as session:
            accounts.place(session, [placement()], now=now, secret=SECRET)
            who = verified(session, PHONE, now)
            debt_id = accounts.open_debts(session, who, now)[0].id
        posted: list[bool] = []

        def once() -> None:
            with core.transaction(engine) as session:
                posted.append(pay(session, debt_id, "50", "pi_1", now))

        threads = [threading.Thread(target=once) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(posted) == [False] * 5 + [True]
        with core.reading(engine) as session:
            assert accounts.balance(session, debt_id) == usd("562.40")

    @pytest.mark.parametrize("amount", [usd("50"), usd("0"), core.Money(-5000, "EUR")])
    def test_a_payment_that_adds_or_is_of_other_money_is_a_mistake(
        self, session: core.Session, debt_id: str, now: datetime, amount: core.Money
    ) -> None:
        with pytest.raises(ValueError, match="expected"):
            accounts.post(session, debt_id=debt_id, kind=EntryKind.PAYMENT, amount=amount, source="pi_1", now=now)

    def test_an_entry_counts_from_the_day_that_it_is_where_the_debtor_lives(
        self, session: core.Session, maria: identity.Verified, debt_id: str
    ) -> None:
        late_in_new_york = datetime(2026, 11, 19, 3, 30, tzinfo=timezone.utc)
        pay(session, debt_id, "50", "pi_1", late_in_new_york)
        assert accounts.history(session, maria, debt_id)[-1].effective_on == date(2026, 11, 18)

    def test_a_debt_that_is_paid_is_no_longer_open(
        self, session: core.Session, maria: identity.Verified, debt_id: str, now: datetime
    ) -> None:
        pay(session, debt_id, "612.40", "pi_1", now)
        assert accounts.open_debts(session, maria, now) == ()
        assert accounts.debt(session, maria, debt_id).status is DebtStatus.PAID

    def test_a_debt_that_is_written_off_is_not_called_paid(
        self, session: core.Session, maria: identity.Verified, debt_id: str, now: datetime
    ) -> None:
        accounts.post(
            session,
            debt_id=debt_id,
            kind=EntryKind.WRITE_OFF,
            amount=-usd("612.40"),
            source="desk:1",
            now=now,
        )
        assert accounts.debt(session, maria, debt_id).status is DebtStatus.WRITTEN_OFF


class TestItemisation:
    def test_it_says_how_the_balance_came_about(
        self, session: core.Session, maria: identity.Verified, debt_id: str
    ) -> None:
        found = accounts.itemisation(session, maria, debt_id)
        assert (found.on, found.amount_then, found.fees) == (date(2026, 9, 30), usd("540"), usd("72.40"))
        assert found.payments.is_zero and found.credits.is_zero and found.interest.is_zero
        assert found.balance == usd("612.40")
        assert found.last_payment == accounts.Payment(usd("60"), date(2026, 8, 20))

    def test_a_payment_that_bounced_is_taken_back_from_what_was_paid(
        self, session: core.Session, maria: identity.Verified, debt_id: str, now: datetime
    ) -> None:
        pay(session, debt_id, "50", "pi_1", now)
        pay(session, debt_id, "20", "pi_2", now)
        accounts.post(session, debt_id=debt_id, kind=EntryKind.REVERSAL, amount=usd("50"), source="re_1", now=now)
        assert accounts.itemisation(session, maria, debt_id).payments == usd("20")
        assert accounts.balance(session, debt_id) == usd("592.40")

    @pytest.mark.parametrize(("day", "since"), [(date(2026, 9, 30), "0"), (date(2026, 10, 1), "5")])
    def test_the_day_itself_belongs_to_the_amount_then(self, day: date, since: str) -> None:
        entries = [entry(EntryKind.PRINCIPAL, 1000, date(2026, 9, 1)), entry(EntryKind.FEE, 500, day)]
        found = ledger.itemise(debt(1500), entries)
        assert found.fees == usd(since)

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(EntryKind),
                st.integers(1, 10**9),
                st.booleans(),
                st.dates(date(2026, 9, 1), date(2026, 11, 1)),
            )
        )
    )
    def test_it_always_sums_to_the_balance(self, drawn: list[tuple[EntryKind, int, bool, date]]) -> None:
        entries = [
            entry(
                kind,
                minor * (ledger.SIGNS[kind][0] if len(ledger.SIGNS[kind]) == 1 else 1 if plus else -1),
                day,
            )
            for kind, minor, plus, day in drawn
        ]
        found = ledger.itemise(debt(0), entries)
        parts = found.amount_then + found.charges + found.interest + found.fees - found.payments - found.credits
        assert parts == found.balance == ledger.total(entries, "USD")


class TestDaysPastDue:
    @pytest.mark.parametrize(("days", "expected"), [(-1, 0), (0, 0), (1, 1), (90, 90)])
    def test_they_count_from_the_first_missed_due_date(self, days: int, expected: int) -> None:
        assert POWER.due_since is not None
        assert ledger.days_past_due(debt(100), POWER.due_since + timedelta(days=days)) == expected

    def test_nothing_is_past_due_when_nothing_is_owed(self) -> None:
        assert ledger.days_past_due(debt(0), date(2027, 1, 1)) == 0


def pay(session: core.Session, debt_id: str, amount: str, source: str, now: datetime) -> bool:
    return accounts.post(session, debt_id=debt_id, kind=EntryKind.PAYMENT, amount=-usd(amount), source=source, now=now)


def entry(kind: EntryKind, minor: int, day: date) -> accounts.Entry:
    at = datetime(2026, 11, 1, tzinfo=timezone.utc)
    return accounts.Entry(1, "debt_1", kind, core.Money(minor, "USD"), day, at, "s", "")


def debt(minor: int) -> accounts.Debt:
    known = {one.name for one in fields(accounts.Debt)}
    facts = {name: value for name, value in vars(POWER).items() if name in known}
    return accounts.Debt(
        id="debt_1", party_id="par_1", jurisdiction="US-GA", balance=core.Money(minor, "USD"),
        status=DebtStatus.OPEN,
        **facts,
    )  # fmt: skip


def test_the_bills_of_the_tests_sum_to_what_maria_owes() -> None:
    assert sum((bill.amount for bill in BILLS), usd("0")) == usd("612.40")
