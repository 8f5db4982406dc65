"""The people of the demo: believable, the same every time, and never older than when they were loaded."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timezone
from pathlib import Path

import phonenumbers
import pytest
import sqlalchemy as sa
import zipcodes

from bot import accounts, contact, core, demo, identity
from tests.accounts.marias_account import usd
from tests.examples import each

pytestmark = pytest.mark.postgres
SECRET = "a-secret-of-the-tests-that-is-long-enough"
FOLDER = demo.FOLDER


def people() -> list[dict[str, str]]:
    return rows("people")


def rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def loaded(session: core.Session, now: datetime) -> core.Session:
    demo.load(session, now, SECRET)
    return session


def all_debts(session: core.Session) -> list[accounts.Debt]:
    found = [accounts.known_debts_by_customer(session, person["customer"]) for person in people()]
    assert all(found)
    return [debt for debts in found for debt in debts]


class TestMaria:
    def test_she_owes_what_is_printed_and_it_sums(self, loaded: core.Session, now: datetime) -> None:
        who, debt = maria(loaded, now)
        found = accounts.itemisation(loaded, who, debt.id)
        assert (found.amount_then, found.fees, found.balance) == (usd("540"), usd("72.40"), demo.MARIA.owes)
        assert found.last_payment is not None and found.last_payment.amount == usd("60")
        assert (debt.service_from, debt.service_to) == (date(2026, 7, 1), date(2026, 9, 30))
        assert (debt.client, debt.reference, debt.status.value) == (
            demo.MARIA.client,
            demo.MARIA.reference,
            "open",
        )
        me = accounts.me(loaded, who)
        assert (f"{me.given_name} {me.family_name}", me.language) == (demo.MARIA.name, "en")

    @pytest.mark.parametrize("today", [date(2026, 11, 1), date(2026, 11, 30), date(2027, 3, 1), date(2028, 2, 29)])
    def test_on_any_day_her_bills_are_of_three_past_months_and_she_is_past_ninety_days(self, today: date) -> None:
        due = demo.day("first-4+27", today)
        assert 90 < (today - due).days < 130
        assert (demo.day("first-4", today).day, demo.day("last-2", today) < today) == (1, True)
        for row in rows("entries"):
            assert demo.day(row["effective_on"], today) < today


class TestTheOthers:
    def test_there_are_two_hundred_and_a_quarter_writes_spanish(self) -> None:
        assert len(people()) == 200
        assert Counter(person["language"] for person in people()) == {"en": 150, "es": 50}

    def test_names_phones_and_references_are_unlike_each_other(self) -> None:
        assert len({(person["given_name"], person["family_name"]) for person in people()}) == 200
        assert len({person["phone"] for person in people()}) == 200
        references = [debt["reference"] for debt in rows("debts")]
        assert len(set(references)) == len(references)

    def test_phones_are_invented_and_not_the_company_s_own(self) -> None:
        settings = core.Settings.load({})
        for person in people():
            assert person["phone"].startswith("+1555010")
            assert phonenumbers.is_possible_number(phonenumbers.parse(person["phone"]))
            assert person["phone"] not in (settings.twilio.sms_from, settings.company_phone.replace(" ", ""))

    def test_each_zip_lies_in_its_state_and_time_zone(self) -> None:
        for person in people():
            (place,) = zipcodes.matching(person["postcode"])
            assert (place["state"], place["timezone"]) == (person["state"], person["time_zone"])
        assert len({person["state"] for person in people()}) >= 45

    def test_everybody_was_of_age_when_the_account_began(self) -> None:
        born = {person["customer"]: date.fromisoformat(person["date_of_birth"]) for person in people()}
        today = date(2026, 11, 18)
        for debt in rows("debts"):
            assert (demo.day(debt["opened_on"], today) - born[debt["customer"]]).days > 18 * 365

    def test_debts_are_of_all_products_and_of_ten_days_to_four_years(self, loaded: core.Session, now: datetime) -> None:
        debts = all_debts(loaded)
        ages = [accounts.days_past_due(debt, now.date()) for debt in debts]
        assert {debt.product for debt in debts} == {
            "electricity", "credit_card", "personal_loan", "medical", "phone", "gym", "rent"
        }  # fmt: skip
        assert 10 <= min(ages) < 20 and 1300 < max(ages) <= 1461
        assert sum(age < 90 for age in ages) > 50 and sum(age > 365 for age in ages) > 50
        assert len(debts) - len(people()) == 24

    def test_every_balance_is_owed_and_is_itemised_to_the_cent(self, loaded: core.Session, now: datetime) -> None:
        for debt in all_debts(loaded):
            entries = accounts.known_history(loaded, debt.id)
            assert debt.balance.is_positive
            assert sum((entry.amount for entry in entries), usd("0")) == debt.balance
            assert all(debt.opened_on <= entry.effective_on < now.date() for entry in entries)
            assert debt.due_since and debt.opened_on < debt.due_since and debt.itemisation_date <= now.date()

    def test_histories_have_payments_fees_and_interest(self) -> None:
        kinds = Counter(entry["kind"] for entry in rows("entries"))
        assert min(kinds[kind] for kind in ("principal", "payment", "fee", "interest")) > 100

    def test_some_are_on_hold_and_some_dispute(self, loaded: core.Session) -> None:
        holds = loaded.execute(sa.text("SELECT kind FROM holds")).scalars().all()
        assert len(set(holds)) >= 10
        assert sum(debt.status.value == "disputed" for debt in all_debts(loaded)) == 9

    def test_anybody_can_prove_who_they_are(self, loaded: core.Session, now: datetime) -> None:
        for person in people()[::20]:
            talk = contact.open_conversation(loaded, "sms", person["phone"], now)
            answers = identity.Answers(date.fromisoformat(person["date_of_birth"]), person["postcode"])
            checks = identity.Checks.on("sms", SECRET)
            assert isinstance(identity.challenge(loaded, talk, answers, now=now, checks=checks), identity.Matched)


class TestLoading:
    def test_takes_all_of_the_people(self, session: core.Session, now: datetime) -> None:
        report = demo.load(session, now, SECRET)
        assert (report.people, report.debts) == (200, 224)

    def test_happens_in_an_empty_database_only(self, loaded: core.Session, now: datetime) -> None:
        with pytest.raises(core.Problems, match="expected an empty one"):
            demo.load(loaded, now, SECRET)

    def test_leaves_a_whole_log(self, loaded: core.Session) -> None:
        assert list(core.verify(loaded)) == []

    def test_the_files_are_what_the_generator_writes(self, tmp_path: Path) -> None:
        subprocess.run([sys.executable, str(FOLDER / "generate.py"), str(tmp_path)], check=True)
        for path in FOLDER.glob("*.csv"):
            assert (tmp_path / path.name).read_bytes() == path.read_bytes()


@each(
    ("text", "expected"),
    [("0", date(2026, 11, 18)), ("18", date(2026, 10, 31)), ("first-4", date(2026, 7, 1)),
     ("first-4+27", date(2026, 7, 28)), ("last-2", date(2026, 9, 30)), ("last-9", date(2026, 2, 28))],
)  # fmt: skip
def test_days_are_read_as_they_are_written(text: str, expected: date) -> None:
    assert demo.day(text, datetime(2026, 11, 18, tzinfo=timezone.utc).date()) == expected


def maria(session: core.Session, now: datetime) -> tuple[identity.Verified, accounts.Debt]:
    talk = contact.open_conversation(session, "sms", demo.MARIA.phone, now)
    answers = identity.Answers(demo.MARIA.date_of_birth, demo.MARIA.postcode)
    outcome = identity.challenge(session, talk, answers, now=now, checks=identity.Checks.on("sms", SECRET))
    assert isinstance(outcome, identity.Matched)
    (debt,) = accounts.open_debts(session, outcome.verified, now)
    return outcome.verified, debt
