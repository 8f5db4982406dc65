"""A client's file is taken whole or not at all, and all that is wrong with it is said at once."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from decimal import Decimal

import phonenumbers
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot import accounts, contact, core
from bot.accounts import rows
from bot.accounts.importing import read_file
from bot.accounts.placing import Placement
from bot.accounts.rows import COLUMNS
from tests.accounts.marias_account import MARIA, PHONE, SECRET, usd, verified
from tests.examples import each

pytestmark = pytest.mark.postgres
ROW = {
    "reference": "NW-1000", "customer": "C-1", "given_name": "Maria", "family_name": "Gomez",
    "date_of_birth": "1985-04-12", "postcode": "30318", "language": "en", "phone": "(404) 555-0123",
    "email": "",
    "client": "Northwind Energy", "product": "electricity", "currency": "", "opened_on": "2023-05-02",
    "last_statement_on": "2026-09-30", "due_since": "2026-07-28", "service_from": "2026-07-01",
    "service_to": "2026-09-30", "itemisation_date": "2026-09-30", "itemisation_kind": "last_statement",
    "amount_then": "1,540.00", "interest_since": "10", "fees_since": "72.40", "payments_since": "100.00",
    "credits_since": "22.40", "last_payment_on": "2026-10-20", "last_payment": "$60", "balance": "1500.00",
}  # fmt: skip
HERE = "+14045550123"


def text(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def row(**changes: str) -> dict[str, str]:
    return {**ROW, **changes}


def take(session: core.Session, now: datetime, *rows: dict[str, str]) -> accounts.Report:
    return accounts.import_csv(session, text(*rows), now, SECRET)


def problems(content: str | bytes) -> list[str]:
    raw = content.encode() if isinstance(content, str) else content
    with pytest.raises(core.Problems) as raised:
        read_file(raw, date(2026, 11, 18))
    return [str(problem) for problem in raised.value.problems]


class TestAGoodFile:
    def test_says_in_the_ledger_what_the_row_says(self, session: core.Session, now: datetime) -> None:
        assert take(session, now, ROW) == accounts.Report(people=1, debts=1, entries=6, unchanged=0)
        who = verified(session, HERE, now)
        (debt,) = accounts.open_debts(session, who, now)
        found = accounts.itemisation(session, who, debt.id)
        assert (found.amount_then, found.interest, found.fees) == (usd("1540"), usd("10"), usd("72.40"))
        assert (found.payments, found.credits, found.balance) == (usd("100"), usd("22.40"), usd("1500"))
        assert found.last_payment == accounts.Payment(usd("60"), date(2026, 10, 20))
        assert (debt.jurisdiction, debt.ending) == ("US-GA", "1000")
        assert accounts.me(session, who).time_zone == "America/New_York"

    def test_a_last_payment_before_the_itemisation_date_is_known_too(
        self, session: core.Session, now: datetime
    ) -> None:
        take(session, now, row(last_payment_on="2026-09-30", payments_since="", balance="1600.00"))
        who = verified(session, HERE, now)
        (debt,) = accounts.open_debts(session, who, now)
        found = accounts.itemisation(session, who, debt.id)
        assert (found.amount_then, found.payments, found.balance) == (usd("1540"), usd("0"), usd("1600"))
        assert found.last_payment == accounts.Payment(usd("60"), date(2026, 9, 30))

    def test_needs_no_more_than_the_required_columns(self, session: core.Session, now: datetime) -> None:
        short = {name: ROW[name] for name in accounts.REQUIRED_COLUMNS} | {"balance": "1540.00"}
        assert take(session, now, short).debts == 1

    def test_of_two_accounts_of_one_person_makes_one_person(self, session: core.Session, now: datetime) -> None:
        report = take(session, now, ROW, row(reference="HB-7", client="Harbor Bank"))
        assert (report.people, report.debts) == (1, 2)
        assert len(accounts.open_debts(session, verified(session, HERE, now), now)) == 2

    def test_from_a_spreadsheet_begins_with_a_mark(self, session: core.Session, now: datetime) -> None:
        content = b"\xef\xbb\xbf" + text(row(family_name="Núñez")).encode()
        assert accounts.import_csv(session, content, now, SECRET).debts == 1

    def test_of_three_hundred_people_is_taken_whole(self, session: core.Session, now: datetime) -> None:
        rows = [row(reference=f"NW-{n}", customer=f"C-{n}", phone=f"+1404{5550000 + n}") for n in range(300)]
        assert take(session, now, *rows).debts == 300


class TestTwice:
    def test_the_same_file_changes_nothing(self, session: core.Session, now: datetime) -> None:
        first = take(session, now, ROW)
        before = dump(session)
        assert take(session, now + timedelta(days=3), ROW) == accounts.Report(0, 0, 0, unchanged=first.debts)
        assert dump(session) == before

    def test_the_same_row_in_another_file_changes_nothing(self, session: core.Session, now: datetime) -> None:
        take(session, now, ROW)
        report = take(session, now + timedelta(days=3), row(reference="HB-7"), ROW)
        assert report == accounts.Report(people=0, debts=1, entries=6, unchanged=1)

    @pytest.mark.parametrize(
        ("changes", "place"),
        [({"balance": "1510.00", "interest_since": "20"}, "reference"), ({"given_name": "Mary"}, "customer")],
    )
    def test_an_account_that_is_here_with_other_words_is_a_problem(
        self, session: core.Session, now: datetime, changes: dict[str, str], place: str
    ) -> None:
        take(session, now, ROW)
        before = dump(session)
        with pytest.raises(core.Problems, match=f"row 3, {place}"):
            take(session, now, row(reference="HB-7", customer="C-9"), row(**changes))
        assert dump(session) == before

    def test_a_reference_that_differs_in_a_dash_only_is_a_problem(self, session: core.Session, now: datetime) -> None:
        take(session, now, ROW)
        before = dump(session)
        with pytest.raises(core.Problems, match="row 2, reference: expected a reference that no other person has"):
            take(session, now, row(reference="NW1000", customer="C-9"))
        assert dump(session) == before


CELLS = [
    ("reference", "", "1 to 80 letters"),
    ("given_name", " ", "1 to 80 letters"),
    ("family_name", "x" * 81, "1 to 80 letters"),
    ("client", "North\x07wind", "1 to 80 letters"),
    ("date_of_birth", "12/04/1985", "a day such as 2026-09-30"),
    ("date_of_birth", "1885-04-12", "a day from 1900-01-01"),
    ("date_of_birth", "2026-11-19", "to 2026-11-18"),
    ("postcode", "3031", "a ZIP code"),
    ("postcode", "00000", "a ZIP code"),
    ("language", "fr", "en or es"),
    ("phone", "12", "a telephone number"),
    ("email", "maria", "an address such as"),
    ("currency", "DOLLARS", "a currency such as USD"),
    ("opened_on", "2026-02-30", "a day such as"),
    ("opened_on", "", "a day such as"),
    ("due_since", "2022-01-01", "a day from opened_on"),
    ("service_to", "2026-06-30", "a day from service_from on"),
    ("itemisation_kind", "guess", "one of last_statement"),
    ("amount_then", "", "an amount such as"),
    ("amount_then", "-5", "an amount such as"),
    ("amount_then", "1.234,00", "an amount such as"),
    ("fees_since", "12.345", "an amount such as"),
    ("fees_since", "1e3", "an amount such as"),
    ("balance", "1500.01", "the sum of the other amounts, 1500.00"),
    ("last_payment", "", "an amount together with last_payment_on"),
    ("last_payment_on", "", "an amount together with last_payment_on"),
    ("last_payment", "100.01", "no more than payments_since (100.00)"),
]


class TestABadFile:
    @each(("column", "cell", "expected"), CELLS)
    def test_names_the_row_the_column_and_what_was_expected(self, column: str, cell: str, expected: str) -> None:
        said = problems(text(ROW | {"reference": "A-1", "customer": "C-2"}, row(**{column: cell})))
        assert len(said) == 1, said
        assert expected in said[0]
        assert said[0].startswith("row 3, ")

    def test_says_all_its_problems_at_once(self) -> None:
        bad = row(reference="", postcode="x", opened_on="x", amount_then="x", language="x", balance="x")
        said = problems(text(ROW, bad, row(reference="B-1", phone="x")))
        places = [problem.split(":")[0] for problem in said]
        assert sorted(places) == sorted(
            [f"row 3, {name}" for name in ("reference", "postcode", "opened_on", "amount_then", "language", "balance")]
            + ["row 4, phone"]
        )

    def test_something_that_came_after_today_cannot_be(self) -> None:
        said = problems(text(row(itemisation_date="2026-11-18", last_payment_on="", last_payment="")))
        assert "a day before today" in said[0]

    @each(
        ("content", "expected"),
        [
            ("", "names of the columns"),
            ("reference,colour\n", "a column given_name"),
            ("reference,colour\n", "'colour'"),
            (",".join(COLUMNS) + ",balance\n", "one column balance"),
            (text(ROW) + "NW-2,only,three\n", "as many cells as there are columns"),
            (text(ROW).rstrip("\n") + ",one more\n", "as many cells as there are columns"),
            (text(ROW) + '"never closed', "well-formed CSV"),
            ("refer\0ence\n", "well-formed CSV"),
            (b"reference\n\xff\xfe", "UTF-8"),
        ],
    )
    def test_that_is_no_table_is_refused(self, content: str | bytes, expected: str) -> None:
        assert any(expected in problem for problem in problems(content))

    def test_that_has_an_account_twice_is_refused(self) -> None:
        assert "row 3, reference" in problems(text(ROW, ROW))[0]

    def test_that_gives_one_person_two_birthdays_is_refused(self) -> None:
        other = row(reference="HB-7", date_of_birth="1985-04-13")
        assert "the same person as in row 2" in problems(text(ROW, other))[0]

    def test_leaves_nothing_behind(self, session: core.Session, now: datetime) -> None:
        with pytest.raises(core.Problems, match="row 3, postcode"):
            take(session, now, row(reference="A-1", customer="C-2"), row(postcode="x"))
        assert accounts.is_empty(session)

    @given(
        column=st.sampled_from(COLUMNS),
        cell=st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), max_size=30),
    )
    def test_whatever_a_cell_holds_there_are_problems_or_accounts(self, column: str, cell: str) -> None:
        try:
            (placement,) = read_file(text(row(**{column: cell})).encode(), date(2026, 11, 18))
        except core.Problems as raised:
            assert raised.problems
        else:
            balance = sum((entry.amount for entry in placement.entries), usd("0"))
            assert balance.major == Decimal(
                (cell if column == "balance" else ROW["balance"]).strip(" $").replace(",", "")
            )


SINCE = ("interest_since", "fees_since", "payments_since", "credits_since", "last_payment")


@given(then=st.sampled_from(["1,540.00", "0", "0.00", "", "x", "-1", "1540.001"]), now=st.sampled_from(["1540.00", "0", "1540.01", "", "x"]))
def test_nothing_since_is_the_same_said_with_blanks_or_with_zeros(then: str, now: str) -> None:
    """Rows of blanks, which most files have, are read on a shorter way."""
    blank = row(**dict.fromkeys((*SINCE, "last_payment_on"), ""), amount_then=then, balance=now)
    one, other = (rows.read_row(cells, "row 2", date(2026, 11, 18)) for cells in (blank, blank | dict.fromkeys(SINCE, "0")))
    assert one == other
    assert isinstance(one, Placement) == ((then, now) in {("1,540.00", "1540.00"), ("0", "0"), ("0.00", "0")})


def test_a_phone_of_the_file_may_be_written_to_because_the_client_gave_it(session: core.Session, now: datetime) -> None:
    take(session, now, ROW, row(reference="B-1", customer="C-2", phone=PHONE))
    assert len(contact.parties_at(session, "sms", HERE)) == 1
    assert len(contact.parties_at(session, "sms", PHONE)) == 1


def test_no_date_of_birth_or_postcode_can_be_read_from_the_database(session: core.Session, now: datetime) -> None:
    take(session, now, ROW)
    stored = dump(session)
    assert MARIA.date_of_birth.isoformat() not in stored
    assert "'30318'" not in stored


def dump(session: core.Session) -> str:
    names = [table.name for table in core.metadata.sorted_tables]
    return "\n".join(str(session.execute(sa.text(f"SELECT * FROM {name}")).all()) for name in names)


@given(st.from_regex(rows._PHONE, fullmatch=True))
def test_a_number_that_is_read_quickly_is_read_as_the_library_reads_it(number: str) -> None:
    found = phonenumbers.parse(number, "US")
    assert phonenumbers.is_possible_number(found)
    assert rows._phone(number) == phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
