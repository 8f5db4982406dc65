"""A file goes in whole, in parts that each say how far they got; whoever dies in the middle loses and doubles nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import msgspec
import pytest
import sqlalchemy as sa

from bot import accounts, contact, core, exchange, identity
from bot.core import vault
from bot.exchange import work
from bot.exchange.work import Intake
from tests.exchange.kit import CLIENT, COLUMNS, accept, again, checked, csv, laid_out, row, taken, uploaded, worked

pytestmark = pytest.mark.postgres
ONLY_SQLITE = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


def count(engine, name: str) -> int:
    with core.reading(engine) as session:
        return int(session.execute(sa.text(f"SELECT count(*) FROM {name}")).scalar_one())


def test_a_file_is_laid_out_checked_and_taken(engine, settings) -> None:
    file = uploaded(engine, settings, csv(row(1), row(2, zip="501"), row(3, balance="1,0")))
    assert file.state == "new" and file.layout.columns["reference"] == "Account No." and file.layout.fixed["client"] == CLIENT
    assert "Days are written with the month before day" in file.says[1]
    file = taken(engine, settings, csv(row(1), row(2, zip="501"), row(3)))
    assert file.state == "taken" and file.sealed is None and file.sealed_problems is None
    assert file.report is not None and file.report.mended == ["In 1 row the ZIP code had lost a leading zero; it was put back."]
    assert (count(engine, "parties"), count(engine, "debts")) == (3, 3)
    with core.reading(engine) as session:
        [debt] = accounts.known_debts_by_customer(session, "C-1")
        assert debt.balance == core.Money(154000, "USD") and debt.client == CLIENT and debt.itemisation_date.isoformat() == "2026-09-30"
        assert [fact.data for fact in core.facts(session, kind="FileTaken")] == [{"rows": 3, "left_out": 0, "unchanged": 0, "late": 0}]


def test_the_summary_comes_first_and_rows_with_problems_stay_out_only_when_somebody_says_so(engine, settings) -> None:
    raw = csv(row(1), row(2, zip="99999"), row(3, zip="99998", dob="13/13/1980"), row(1), row(5, reference="1.2E+11"))
    file = checked(engine, settings, raw)
    report = file.report
    assert report is not None and (report.rows, report.good, report.bad, report.people) == (5, 1, 4, 1)
    assert [(one.label, one.count, one.first) for one in report.groups][0] == ("ZIP code", 2, "row 3")
    assert {one.label for one in report.groups} == {"ZIP code", "Date of birth", "Account number"}
    with core.transaction(engine) as session, pytest.raises(core.Problems, match="leave out the 4"):
        exchange.files.take(session, file, leaving=3, by="agent:max", now=settings.clock.now())
    assert count(engine, "debts") == 0
    accept(engine, settings, file)
    worked(engine, settings)
    assert count(engine, "debts") == 1


def test_a_file_that_comes_again_may_say_that_they_are_still_customers(engine, settings) -> None:
    """The account is the same; what became of them since is the only thing that is new."""
    def told(until: str) -> bytes:
        head, line = csv(row(1)).decode().split("\n")
        return f"{head},Customer Until\n{line},{until}".encode()

    def known() -> list[str]:
        with core.reading(engine) as session:
            return [str(one) for one in session.execute(sa.text("SELECT still_on FROM customer_status ORDER BY still_on")).scalars()]

    columns = {**COLUMNS, "still_customer_on": "Customer Until"}
    first = uploaded(engine, settings, told("10/1/2026"))
    assert first.layout.columns["still_customer_on"] == "Customer Until"
    assert taken(engine, settings, csv(row(1))).state == "taken" and known() == []
    for until in ("10/1/2026", "11/2/2026", "10/01/2026", ""):
        file = taken(engine, settings, told(until), columns=columns)
        assert file.report is not None and (file.report.bad, file.report.unchanged) == (0, 1)
    assert known() == ["2026-10-01", "2026-11-02"]
    problem = checked(engine, settings, told("1/1/2031"), columns=columns)
    assert problem.report is not None and problem.report.bad == 1, "a day that is to come is none on which they were"


def test_the_same_file_twice_changes_nothing(engine, settings) -> None:
    taken(engine, settings, csv(row(1), row(2)))
    with pytest.raises(exchange.TakenBefore):
        uploaded(engine, settings, csv(row(1), row(2)))
    before = count(engine, "ledger_entries")
    file = taken(engine, settings, csv(row(1), row(2), row(3)))
    assert file.report is not None and file.report.unchanged == 2
    assert count(engine, "ledger_entries") == before + 1
    other = checked(engine, settings, csv(row(1, balance="99.00"), row(4)))
    assert other.report is not None and (other.report.good, other.report.bad) == (1, 1)


class Died(Exception):
    pass


@pytest.mark.parametrize("step", range(5))
def test_whoever_dies_in_the_middle_is_followed_from_the_last_row_that_is_in(engine, settings, monkeypatch, step) -> None:
    monkeypatch.setattr(work, "PART", 2)
    file = checked(engine, settings, csv(*map(row, range(1, 8))))
    accept(engine, settings, file)
    intake, steps = Intake(engine, settings), {"left": step}
    progress = Intake._progress

    def dying(self, *given, **more) -> None:
        progress(self, *given, **more)
        steps["left"] -= 1
        if steps["left"] < 0:
            raise Died

    monkeypatch.setattr(Intake, "_progress", dying)
    with pytest.raises(Died):
        while intake.work():
            pass
    monkeypatch.setattr(Intake, "_progress", progress)
    assert count(engine, "debts") == min(2 * step, 7) == again(engine, file).done
    assert Intake(engine, settings).work() == 0, "it is somebody's still"
    later = settings_later(settings)
    assert worked(engine, later) >= 1
    assert again(engine, file).state == "taken" and count(engine, "debts") == 7 == count(engine, "parties")


def settings_later(settings):
    return replace(settings, clock=core.Clock(fixed=settings.clock.now() + timedelta(seconds=61)))


def test_two_workers_on_one_file_take_each_row_once(engine, settings, monkeypatch) -> None:
    monkeypatch.setattr(work, "PART", 2)
    file = checked(engine, settings, csv(*map(row, range(1, 8))))
    accept(engine, settings, file)
    one, other = Intake(engine, settings), Intake(engine, settings_later(settings))
    one.work()
    while one.work() + other.work():  # the other thinks that the first has died
        pass
    assert again(engine, file).state == "taken" and count(engine, "debts") == 7


def test_products_that_nobody_knows_are_asked_about_and_remembered(engine, settings) -> None:
    raw = csv(row(1), row(2, product="EL-01"), row(3, product="XX"), row(4, product="EL-01"))
    file = checked(engine, settings, raw)
    assert file.report is not None and file.report.products == {"EL-01": 2, "XX": 1} and file.report.good == 1
    now = settings.clock.now()
    with core.transaction(engine) as session:
        with pytest.raises(core.Problems, match="EL-01, XX"):
            exchange.files.take(session, file, leaving=0, by="agent:max", now=now)
        with pytest.raises(core.Problems, match="one of the products"):
            exchange.files.answer_products(session, file, {"EL-01": "power"}, by="agent:max", now=now)
        answers = {"EL-01": "electricity", "XX": exchange.LEFT_OUT}
        exchange.files.answer_products(session, file, answers, by="agent:max", now=now)
    worked(engine, settings)
    file = again(engine, file)
    assert file.report is not None and (file.report.good, file.report.skipped, file.report.products) == (3, 1, {})
    accept(engine, settings, file)
    worked(engine, settings)
    assert count(engine, "debts") == 3
    nxt = checked(engine, settings, csv(row(9, product="EL-01")))
    assert nxt.report is not None and nxt.report.good == 1


@ONLY_SQLITE
def test_the_columns_of_a_creditor_are_remembered_for_its_next_file_only(engine, settings) -> None:
    odd = {**COLUMNS, "given_name": "Last Name", "family_name": "First Name"}
    checked(engine, settings, csv(row(1)), columns=odd)
    assert uploaded(engine, settings, csv(row(2))).layout.columns["given_name"] == "Last Name"
    assert uploaded(engine, settings, csv(row(2)), client="Harbor Bank").layout.columns["given_name"] == "First Name"


@ONLY_SQLITE
def test_what_is_needed_and_nowhere_is_said_before_a_row_is_looked_at(engine, settings) -> None:
    file = uploaded(engine, settings, csv(row(1)))
    without = {name: column for name, column in COLUMNS.items() if name not in ("postcode", "balance")}
    with pytest.raises(core.Problems) as raised:
        laid_out(engine, settings, file, without, {"client": CLIENT})
    assert {one.where for one in raised.value.problems} == {"ZIP code", "Which of the five dates", "Owed now"}


@ONLY_SQLITE
def test_companies_owe_without_a_date_of_birth_or_a_place(engine, settings) -> None:
    raw = b"invoiceNumber,customerID,InvoiceDate,DueDate,InvoiceAmount,SettledDate\n" + b"\n".join(
        [b"0001,K-1,1/2/2013,2/1/2013,55.94,1/15/2013", b"0002,K-1,1/26/2013,2/25/2013,61.74,", b"0003,K-2,1/26/2013,2/25/2013,7,1/26/2013"]
    )
    columns = {"reference": "invoiceNumber", "customer": "customerID", "company": "customerID", "opened_on": "InvoiceDate",
               "itemisation_date": "InvoiceDate", "due_since": "DueDate", "amount_then": "InvoiceAmount", "settled_on": "SettledDate"}  # fmt: skip
    fixed = {"client": "Harbor", "product": "retail", "itemisation_kind": "transaction"}
    file = taken(engine, settings, raw, columns=columns, fixed=fixed)
    assert file.report is not None and (file.report.companies, file.report.people, file.report.bad) == (2, 0, 0)
    with core.reading(engine) as session:
        paid, owed = accounts.known_debts_by_customer(session, "K-1")
        assert (paid.status.value, owed.balance.minor, owed.jurisdiction) == ("paid", 6174, "US")
        assert accounts.known_party(session, owed.party_id).kind == "company"
        [same_day] = accounts.known_debts_by_customer(session, "K-2")
        assert same_day.balance.is_zero and accounts.known_history(session, same_day.id)[-1].effective_on.isoformat() == "2013-01-26"


@ONLY_SQLITE
def test_a_husband_in_a_later_part_is_still_a_husband(engine, settings, monkeypatch) -> None:
    monkeypatch.setattr(work, "PART", 1)
    raw = csv(row(1), row(2), row(3)).replace(b"Balance", b"Balance,Spouse").replace(b"1540.00", b"1540.00,C-3", 1)
    taken(engine, settings, raw, columns={**COLUMNS, "spouse": "Spouse"})
    assert count(engine, "couples") == 2, "each of the other"


@ONLY_SQLITE
def test_problems_are_told_by_row_and_who_only_stands_in_rows_that_stay_out_is_not_counted(engine, settings) -> None:
    rows = row(1, dob="13/13/1985"), row(2), row(3, reference="NW-2"), row(4, dob="13/13/1985")
    file = checked(engine, settings, csv(*rows))
    assert file.report is not None and file.sealed_problems is not None
    found = msgspec.json.decode(vault.unseal(settings.secret_key, file.sealed_problems), type=exchange.Found)
    assert [line.row for line in found.lines] == [2, 4, 5]
    assert (file.report.good, file.report.people) == (1, 1)


@ONLY_SQLITE
def test_a_row_with_a_cell_too_many_stays_out_for_its_cells_are_one_to_the_side(engine, settings) -> None:
    file = checked(engine, settings, csv(row(1), row(2, family="Gomez, Jr."), row(3) + ",", row(4).rpartition(",")[0]))
    assert file.report is not None
    [shifted, short] = sorted(file.report.groups, key=lambda one: one.first)
    assert (file.report.good, file.report.bad) == (2, 2)
    assert (shifted.first, shifted.label, shifted.expected) == ("row 3", "The row", "as many cells as there are columns, 11")
    assert (short.first, short.label) == ("row 5", "Owed on that day")


@ONLY_SQLITE
def test_nothing_of_a_file_can_be_read_in_the_database_and_it_goes_after_a_week(engine, settings) -> None:
    file = checked(engine, settings, csv(row(1, zip="99999", dob="4/13/1985"), row(2)))
    with core.reading(engine) as session:
        stored = "\n".join(str(session.execute(sa.select(table)).all()) for table in core.metadata.sorted_tables)
    assert "4/13/1985" not in stored and "1985-04-13" not in stored and "Gomez" not in stored
    with core.transaction(engine) as session:
        assert exchange.files.forget_old(session, settings.clock.now() + timedelta(days=6)) == 0
        assert exchange.files.forget_old(session, settings.clock.now() + timedelta(days=8)) == 1
    assert again(engine, file).state == "given_up" and again(engine, file).sealed is None


@ONLY_SQLITE
def test_a_file_under_another_secret_key_fails_in_words(engine, settings) -> None:
    file = checked(engine, settings, csv(row(1)))
    accept(engine, settings, file)
    worked(engine, replace(settings, secret_key="another-secret-key-that-is-long-enough"))
    file = again(engine, file)
    assert (file.state, file.sealed) == ("failed", None) and "upload the file again" in (file.failed or "")


def test_what_came_in_fresh_is_strengthened_and_still_proves_who_somebody_is(engine, settings, now) -> None:
    taken(engine, settings, csv(row(1)))
    assert list(hashes(engine)) == ["f$", "f$"]
    assert is_believed(engine, settings, date(1985, 4, 12))
    while identity.strengthen(engine, most=1):
        pass
    assert list(hashes(engine)) == ["s$", "s$"]
    assert is_believed(engine, settings, date(1985, 4, 12))
    assert not is_believed(engine, settings, date(1985, 4, 13))


def is_believed(engine, settings, born: date) -> bool:
    now, checks = settings.clock.now(), identity.Checks.on("sms", settings.secret_key)
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", "+14045550001", now)
        outcome = identity.challenge(session, talk, identity.Answers(born, "30318"), now=now, checks=checks)
    return isinstance(outcome, identity.Matched)


def hashes(engine):
    with core.reading(engine) as session:
        rows = session.execute(sa.text("SELECT hash FROM identity_factors WHERE kind <> 'reference'"))
        yield from (row.hash[:2] for row in rows)
