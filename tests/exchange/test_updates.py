"""What a creditor says of accounts that are here: each row says what is, so that the same one twice changes nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot import accounts, contact, core, exchange
from tests.exchange.kit import CLIENT, again, csv, laid_out, row, taken, uploaded, worked

pytestmark = pytest.mark.postgres
HEAD = "Account,Action,Amount,Day,Note\n"
COLUMNS = {"reference": "Account", "action": "Action", "amount": "Amount", "day": "Day", "note": "Note"}


def updated(engine, settings, *rows: str) -> exchange.File:
    file = uploaded(engine, settings, (HEAD + "\n".join(rows)).encode(), "updates")
    laid_out(engine, settings, file, COLUMNS, {})
    worked(engine, settings)
    file = again(engine, file)
    with core.transaction(engine) as session:
        exchange.files.take(session, file, leaving=file.report.bad, by="agent:max", now=settings.clock.now())
    worked(engine, settings)
    return again(engine, file)


def owed(engine, number: int) -> tuple[int, str]:
    with core.reading(engine) as session:
        found = accounts.known_debt_by_reference(session, f"NW-{number}")
        return found.balance.minor, found.status.value


def test_balances_payments_write_offs_recalls_and_opening_again(engine, settings) -> None:
    taken(engine, settings, csv(*map(row, range(1, 6))))
    rows = ["NW-1,balance,1600.00,,late interest", "NW-2,Payment,40.00,11/10/2026,CHK 7", "NW-3,Write-off,,,", "NW-4,recall,,,"]
    file = updated(engine, settings, *rows)
    assert file.report.does == {"balance": 1, "payment": 1, "write_off": 1, "recall": 1} and not file.report.late
    assert [owed(engine, n) for n in range(1, 6)] == [
        (160000, "open"), (150000, "open"), (0, "written_off"), (0, "written_off"), (154000, "open"),
    ]  # fmt: skip
    file = updated(engine, settings, *rows, "NW-4,reopen,,,")
    assert file.report.unchanged == 4
    assert owed(engine, 4) == (154000, "open") and owed(engine, 1) == (160000, "open") and owed(engine, 2) == (150000, "open")
    updated(engine, settings, "NW-4,recall,,,", "NW-3,reopen,,,")
    assert (owed(engine, 4), owed(engine, 3)) == ((0, "written_off"), (154000, "open"))


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_row_that_cannot_be_is_told_before_and_leaves_the_others(engine, settings) -> None:
    taken(engine, settings, csv(row(1)))
    file = updated(engine, settings, "NW-9,recall,,,", "NW-1,burn,,,", "NW-1,balance,x,,", "NW-1,balance,1e9,,", "NW-1,payment,5.00,,", "NW-1,payment,5,1/1/2030,A",
                   "NW-1,reopen,,,", "NW-1,balance,1.00,,")  # fmt: skip
    assert (file.report.good, file.report.bad) == (1, 7)
    assert owed(engine, 1) == (100, "open")


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_another_creditors_account_is_none_of_theirs(engine, settings) -> None:
    taken(engine, settings, csv(row(1)))
    now = settings.clock.now()
    with core.transaction(engine) as session:
        with pytest.raises(exchange.placing.NoSuchAccount):
            exchange.placing.update(session, "Harbor Bank", "NW-1", {"action": "recall"}, by="api:x", now=now)
        with pytest.raises(exchange.placing.NoSuchAccount):
            exchange.placing.pause(session, "Harbor Bank", "NW-1", date(2026, 12, 1), "", by="api:x", now=now)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_pause_holds_the_account_until_its_day_is_over(engine, settings) -> None:
    taken(engine, settings, csv(row(1)))
    now = settings.clock.now()

    def held(session, at) -> list[str]:
        debt = accounts.known_debt_by_reference(session, "NW-1")
        return [hold.kind.value for hold in contact.active_holds(session, debt.party_id, at) if hold.debt_id == debt.id]

    with core.transaction(engine) as session:
        exchange.placing.pause(session, CLIENT, "NW-1", date(2026, 12, 1), "wait", by="api:x", now=now)
        exchange.placing.pause(session, CLIENT, "NW-1", date(2026, 12, 9), "wait", by="api:x", now=now)
        assert held(session, now) == ["creditor"] and held(session, now + timedelta(days=60)) == []
        assert exchange.placing.go_on(session, CLIENT, "NW-1", by="api:x", now=now)
        assert held(session, now) == [] and not exchange.placing.go_on(session, CLIENT, "NW-1", by="api:x", now=now)
        with pytest.raises(core.Problems):
            exchange.placing.pause(session, CLIENT, "NW-1", date(2026, 11, 1), "", by="api:x", now=now)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_what_is_handed_on_is_what_came_to_us_less_what_went_back(engine, settings) -> None:
    """By hand: 40 by link of which 15 went back, 100 in cash, 60 that was taken back again, and 25 to the creditor itself."""
    from bot.payments import elsewhere

    taken(engine, settings, csv(row(1), row(2)))
    now, kind = settings.clock.now(), accounts.EntryKind
    with core.transaction(engine) as session:
        one, two = (accounts.known_debt_by_reference(session, f"NW-{n}").id for n in (1, 2))
        for debt, entry, minor, source, memo in ((one, kind.PAYMENT, -4000, "pi_1", ""), (one, kind.REVERSAL, 1500, "re_1", "pi_1")):
            accounts.post(session, debt_id=debt, kind=entry, amount=core.Money(minor, "USD"), source=source, now=now, memo=memo)
        for minor, how in ((10000, elsewhere.How.CASH), (6000, elsewhere.How.CHEQUE), (2500, elsewhere.How.CREDITOR)):
            got = elsewhere.Received(core.Money(minor, "USD"), date(2026, 11, 12), how, f"={minor}")
            elsewhere.record_received(session, two, got, by="agent:x", now=now)
        cheque = next(entry for entry in accounts.known_history(session, two) if entry.amount.minor == -6000)
        elsewhere.take_back(session, two, cheque.number, reason="it bounced", by="agent:x", now=now)
    days = date(2026, 11, 1), date(2026, 11, 30)
    with core.reading(engine) as session:
        handed = exchange.exports.as_csv(exchange.exports.remittance(session, CLIENT, *days)).splitlines()
        listed = exchange.exports.as_csv(exchange.exports.payments(session, CLIENT, *days)).splitlines()
        nothing = exchange.exports.as_csv(exchange.exports.payments(session, "Harbor Bank", *days)).splitlines()
    assert handed == [
        "account,currency,came,went_back,to_hand_on", "NW-1,USD,40.00,15.00,25.00", "NW-2,USD,160.00,60.00,100.00",
        "total,USD,200.00,75.00,125.00",
    ]  # fmt: skip
    assert [line.rpartition(",")[2] for line in listed[1:]] == ["cash", "cheque", "to_the_creditor", "taken_back", "link", "link"]
    assert nothing == [listed[0]]


def test_a_cell_that_a_spreadsheet_would_run_is_text() -> None:
    assert exchange.exports.as_csv([("=1+1", "+1", -5, "@x", "plain")]) == "'=1+1,'+1,-5,'@x,plain\r\n"


def test_the_command_prints_what_the_page_gives(tmp_path) -> None:
    from click.testing import CliRunner

    from bot import migrate
    from bot.cli import main

    url = f"sqlite:///{tmp_path}/parley.db"
    migrate.upgrade(core.connect(url))
    asked = ["export", "remittance", CLIENT, "--first", "2026-11-01", "--last", "2026-11-30"]
    done = CliRunner().invoke(main, asked, env={"PARLEY_DATABASE_URL": url})
    assert (done.exit_code, done.output.strip()) == (0, "account,currency,came,went_back,to_hand_on")
