"""2,466 real invoices go in through the mapped import; days sales outstanding, lateness and the scorecard come out."""

from __future__ import annotations

import csv
import io
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine

from bot import accounts, cli, core, scores
from bot.core import Settings
from bot.scores import Due, History, Target, measuring, training
from tests import databases
from tests.scores.kit import INVOICES, as_of, imported, outcomes, settings_on

pytestmark = pytest.mark.skipif(not INVOICES.exists(), reason="the invoices are not on this machine")
TODAY = date(2014, 3, 1)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return settings_on("2014-03-01")


@pytest.fixture(scope="module")
def invoices(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[Engine]:
    path = tmp_path_factory.mktemp("invoices") / "parley.db"
    made = databases.opened(path)
    core.metadata.create_all(made)
    imported(made, settings, INVOICES.read_bytes())
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def dues(invoices: Engine) -> list[Due]:
    with core.reading(invoices) as session:
        return scores.all_dues(session, TODAY, "America/New_York")


def rows() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(INVOICES.read_text())))


def day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()


def test_what_the_file_says_is_what_is_known(dues: list[Due]) -> None:
    """Lateness against the columns of the file, which no feature is made of."""
    said = rows()
    assert len(dues) == len(said) == 2_466
    assert sum(due.missed is True for due in dues) == sum(int(row["DaysLate"]) > 0 for row in said) == 877
    assert sum(due.disputed for due in dues) == sum(row["Disputed"] == "Yes" for row in said)
    assert sum((due.ended(TODAY) - due.begun_on).days for due in dues) == sum(int(row["DaysToSettle"]) for row in said)
    assert sum(due.amount.minor for due in dues) == sum(round(float(row["InvoiceAmount"]) * 100) for row in said)


def test_days_sales_outstanding_and_lateness_come_out(dues: list[Due]) -> None:
    months = {f"{one.last:%Y-%m}": one for one in scores.lateness.by_currency(dues, TODAY)["USD"]}
    said, close = rows(), date(2013, 6, 30)
    cents = {True: 0, False: 0}
    for row in said:
        amount = round(float(row["InvoiceAmount"]) * 100)
        if day(row["InvoiceDate"]) <= close < day(row["SettledDate"]):
            cents[True] += amount
        if close - timedelta(days=90) < day(row["InvoiceDate"]) <= close:
            cents[False] += amount
    june = months["2013-06"]
    assert june.dso == pytest.approx(cents[True] * 90 / cents[False]) and 20 < june.dso < 35
    in_june = [row for row in said if row["DueDate"].startswith("6/") and row["DueDate"].endswith("2013")]
    assert (june.judged, june.late) == (len(in_june), sum(int(row["DaysLate"]) > 0 for row in in_june))


@pytest.fixture(scope="module")
def trained(dues: list[Due]) -> tuple[scores.Card, scores.Figures, int]:
    return training.train(Target.MISS, dues, History(dues))


def test_the_scorecard_orders_and_is_calibrated_on_a_window_that_it_never_saw(trained) -> None:
    """What is known of these invoices when they are written allows about this: see docs/manager-guide.md."""
    card, found, _ = trained
    assert card.until <= found.first == date(2013, 5, 6)
    assert (found.count, found.missed) == (741, 219)
    assert found.auc >= 0.88, found.auc
    assert found.ece <= 0.03 < found.chance_ece, found.ece
    assert found.brier < 0.125 < found.history


def test_what_came_later_changes_no_score(dues: list[Due], trained) -> None:
    """All that happened from a day on is mixed up: what was paid, when, and whether it was disputed."""
    card, dice, told = trained[0], random.Random(7), History(dues)
    for cut in (date(2012, 8, 1), date(2013, 3, 15), date(2013, 9, 2)):
        later = [due for due in dues if due.ended(TODAY) >= cut]
        ends = [(due.ended(TODAY) - due.due_on, due.disputed) for due in later]
        dice.shuffle(ends)
        other = {}
        for due, (after, disputed) in zip(later, ends):
            paid = max(due.due_on + after, cut, due.begun_on)
            missed = due.missed if due.judged_on <= cut else paid > due.due_on
            other[due.key] = replace(due, paid=((paid, True),), disputed=disputed, missed=missed)
        mixed = History([other.get(due.key, due) for due in dues])
        before = [due for due in dues if due.begun_on <= cut]
        assert len(later) > 300 and len(before) > 300 and other != {due.key: due for due in later}
        for due in before:
            was, now = told.known(due), mixed.known(other.get(due.key, due))
            assert was == now and card.total(was) == card.total(now), due.key
        after = [due for due in dues if due.begun_on > cut + timedelta(days=60)]
        assert sum(told.known(due) != mixed.known(other.get(due.key, due)) for due in after) > len(after) // 2, "it was mixed"


def test_what_is_told_on_a_day_comes_true(tmp_path: Path, empty_sqlite: Path) -> None:
    """On 20 November 2013, with the file as it was then, the worker trains and tells; the file of later says what came."""
    path, on, later = tmp_path / "parley.db", settings_on("2013-11-20"), outcomes()
    shutil.copy(empty_sqlite, path)
    made = databases.opened(path)
    imported(made, on, as_of(date(2013, 11, 20)))
    while scores.work(made, on):
        pass
    with core.reading(made) as session:
        first = scores.most_likely(session, Target.MISS, 1_000)
        debts = accounts.known_debts_by_id(session, {one.debt_id for one in first})
    then = date(2013, 11, 20)
    still = [row for row in rows() if day(row["InvoiceDate"]) <= then <= min(day(row["DueDate"]), day(row["SettledDate"]))]
    assert len(first) == len(still) > 50, "what was neither paid nor due by the day before"
    missed = [later[debts[one.debt_id].reference] for one in first]
    told = [one.chance for one in first]
    assert measuring.auc(told, missed) > 0.75 and all(one.reasons for one in first)
    made.dispose()


def test_the_command_trains_tells_and_reports(invoices: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    path = tmp_path / "parley.db"
    invoices.dispose()
    shutil.copy(str(invoices.url.database), path)
    monkeypatch.setenv("PARLEY_DATABASE_URL", f"sqlite:///{path}")
    monkeypatch.setenv("PARLEY_CLOCK", settings.clock.now().isoformat())
    first = CliRunner().invoke(cli.main, ["scores", "train"], catch_exceptions=False)
    assert "In force: better than the payer's own share alone" in first.output and "AUC 0.88" in first.output, first.output
    again = CliRunner().invoke(cli.main, ["scores", "train"], catch_exceptions=False)
    assert "In force: better than the card before there" in again.output, "no worse is taken, so that it never grows old"
    told = CliRunner().invoke(cli.main, ["scores", "report"], catch_exceptions=False)
    assert "2013-06" in told.output and "ECE 0.0" in told.output and "No scorecard is in force." in told.output
