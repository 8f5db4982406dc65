"""Every figure of a small month, reckoned by hand on paper first."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import accounts, core, insight
from bot.core import Money
from bot.insight import store
from bot.insight.days import Day
from tests.insight.kit import END, LAST, Month, counted, report, settings_at, told

pytestmark = pytest.mark.postgres
BY_HAND: dict[str, tuple[int, int | None]] = {
    # Beto 50, Carl 100 - 20, Eve 200.
    "collected": (330_00, None),
    # 600 + 400 + 1000 + 500 + 200 were placed.
    "recovery": (330_00, 2700_00),
    "dso": (2370_00, 2700_00),
    # Dora's 500 are not due.
    "average_days_delinquent": (1870_00, 2700_00),
    # Ana, Beto, Carl and Eve on November 3; Eve owes nothing any more.
    "cure": (1, 4),
    "roll": (2000_00, 2200_00),
    "cost": (0, None),
    # Beto's. Carl's settlement is due on December 4.
    "promises_kept": (1, 1),
    "promises_kept_money": (50_00, 50_00),
    # Ana's first of 60.
    "instalments_kept": (0, 1),
    "plans_kept": (0, 1),
    # Agreed on November 3: thirty days old on December 3.
    "survival_30": (1, 1),
    "survival_90": (0, 0),
    "survival_180": (0, 0),
    "first_payment_missed": (1, 1),
    # Six sessions; Ana's thanks were abandoned, Beto's dispute is held, Carl's complaint went to a person.
    "containment": (3, 4),
    "outcomes": (6, None),
    # Carl's of November 4; Ana and Beto wrote again within seven days.
    "first_contact": (1, 6),
    "time_to_person": (2, None),
    # Eve's 5; Dora's is a 2.
    "csat": (1, 2),
    # Eve and Dora; Beto was asked too.
    "csat_answered": (2, 3),
    # Nobody's twelve months are over.
    "customers_kept": (0, 0),
    # Ana, of all five.
    "opt_out": (1, 5),
    "complaints": (1, 5),
    "disputes": (1, 5),
    "disputes_upheld": (1, 1),
    # Ana's plan, Beto's promise, and Carl's menu of five.
    "offers_inside": (7, 7),
    "offers_by_hand": (0, 7),
    # Carl pays 850 of 1000; policy would have taken 700.
    "discount": (150_00, 1000_00),
    "over_floor": (150_00, None),
    # To Ana, who had opted out.
    "refused": (1, None),
}


@pytest.mark.parametrize("engine", ["postgresql"], indirect=True)
def test_postgresql_counts_the_same(engine: Engine) -> None:
    Month(engine).lives()
    assert counted(engine) == 32
    assert told(report(engine)) == BY_HAND
    assert told(report(engine, language="es"))["outcomes"] == (2, None)


def test_every_figure_is_what_it_is_on_paper(month: Engine) -> None:
    found = report(month)
    assert told(found) == BY_HAND
    shown = {one.figure.name: one for one in found.shown}
    assert shown["dso"].whole.value == 79
    assert shown["average_days_delinquent"].whole.value == Fraction(187, 3)
    assert [(one.name, one.top) for one in shown["outcomes"].bars] == [
        ("settlement", 1), ("plan", 1), ("promise", 1), ("dispute", 1), ("human", 1), ("none", 1)
    ]  # fmt: skip
    assert [(one.name, one.top, one.bottom) for one in shown["roll"].bars] == [
        ("1_30", 400_00, 400_00), ("31_60", 0, 200_00), ("61_90", 0, 0), ("over_90", 1600_00, 1600_00)
    ]  # fmt: skip
    assert [(one.name, one.top) for one in shown["refused"].bars] == [("TC-01", 1)]
    assert [(one.name, one.top, one.bottom) for one in shown["recovery"].bars] == [("2026-11", 330_00, 2700_00)]
    half = Fraction(1, 2)
    assert [(one.name, one.top, one.value) for one in shown["csat"].bars] == [("2", 1, half), ("5", 1, half)]
    # Ten minutes, and thirty from when Carl wrote again.
    assert (shown["time_to_person"].whole.value, shown["time_to_person"].p90) == (10, 30)
    assert insight.title(shown["promises_kept"], found, True) == "Promises kept: 1 of 1 in the last 31 days"
    assert "nothing to count" in insight.title(shown["survival_90"], found, True)


def test_filters_let_through_what_is_theirs(month: Engine) -> None:
    spanish, power = told(report(month, language="es")), told(report(month, segment="electricity"))
    assert spanish["collected"] == (50_00, None) and power["collected"] == (280_00, None)
    assert spanish["promises_kept"] == (1, 1) and power["promises_kept"] == (0, 0)
    assert spanish["outcomes"] == (2, None) and power["outcomes"] == (4, None)
    assert spanish["opt_out"] == (0, 1) and power["opt_out"] == (1, 4)
    assert spanish["csat_answered"] == (0, 1) and power["csat_answered"] == (2, 2) and power["csat"] == (1, 2)
    nowhere = told(report(month, channel="whatsapp"))
    assert nowhere["outcomes"] == (0, None) and nowhere["opt_out"] == (0, 0)
    assert nowhere["collected"] == BY_HAND["collected"], "money comes by no channel"
    assert told(report(month, channel="sms")) == BY_HAND
    assert told(report(month, segment="gas"))["collected"] == (0, None)


def test_whom_we_wrote_to_in_a_span_is_counted_once(month: Engine) -> None:
    """Carl on November 4 and 12, Ana on 3 and 5, Beto on 3."""
    assert told(report(month, date(2026, 11, 12), 7))["opt_out"] == (0, 1)
    assert told(report(month, date(2026, 11, 12), 9))["opt_out"] == (0, 2)
    assert told(report(month, date(2026, 11, 12), 10))["opt_out"] == (0, 3)


def test_two_reports_of_the_same_thing_agree(month: Engine) -> None:
    """The page and the file; a window and its spans; all and its parts; the ledger itself."""
    found = report(month)
    rows = list(csv.DictReader(io.StringIO(insight.as_csv(found, "America/New_York", True))))
    for one in found.shown:
        row = next(row for row in rows if (row["figure"], row["part"]) == (one.figure.name, ""))
        assert row["title"] == insight.title(one, found, True)
        assert (row["top"], row["bottom"]) == (str(one.whole.top), "" if one.whole.bottom is None else str(one.whole.bottom))
        assert row["formula"] == one.figure.formula and row["zone"] == "America/New_York"
        if one.figure.over == "window" and one.trend and "people" not in one.figure.bottom:
            assert sum(point.top for point in one.trend) == one.whole.top, one.figure.name
            assert sum(point.bottom or 0 for point in one.trend) == (one.whole.bottom or 0), one.figure.name
    parts = [told(report(month, segment=one)) for one in found.segments]
    for name, (top, bottom) in told(found).items():
        if name not in ("time_to_person", "cost"):
            assert sum(part[name][0] for part in parts) == top, name
            assert sum(part[name][1] or 0 for part in parts) == (bottom or 0), name
    with core.reading(month) as session:
        ledger = "SELECT -SUM(amount_minor) FROM ledger_entries WHERE kind IN ('payment', 'reversal')"
        assert session.execute(sa.text(ledger)).scalar() == told(found)["collected"][0]
        owed = sum(accounts.balance(session, row.id).minor for row in session.execute(sa.text("SELECT id FROM debts")))
        assert owed == told(found)["dso"][0]
        ends = "SELECT COUNT(*) FROM agreement_ends e JOIN agreements a ON a.id = e.agreement_id WHERE how = 'completed'"
        assert session.execute(sa.text(ends)).scalar() == told(found)["promises_kept"][0]
        offers = session.execute(sa.text("SELECT COUNT(*) FROM offers")).scalar()
        assert offers == told(found)["offers_by_hand"][1]


NEXT_YEAR = datetime(2027, 11, 20, 15, tzinfo=timezone.utc)


def says_of_eve(engine: Engine, still_on: str, at: datetime) -> None:
    """Her creditor's file, once more, with the last day on which she was a customer."""
    with core.transaction(engine) as session:
        [reference] = session.execute(sa.text("SELECT reference FROM debts WHERE id IN (SELECT debt_id FROM ledger_entries "
                                              "WHERE kind = 'payment' GROUP BY debt_id HAVING SUM(amount_minor) = -20000)")).scalars()  # fmt: skip
        accounts.customers.note_customers(session, {reference: date.fromisoformat(still_on)}, at)
    for day in (at - timedelta(days=1), at):
        insight.roll(engine, settings_at(at), day.date())


def kept(engine: Engine, days: int = 31) -> tuple[int, int | None]:
    return told(report(engine, NEXT_YEAR.date(), days))["customers_kept"]


@pytest.mark.parametrize(("still_on", "counts"), [("2027-11-12", 1), ("2027-11-11", 0)])
def test_who_is_a_customer_twelve_months_after_the_account_was_paid_stayed(month: Engine, still_on: str, counts: int) -> None:
    """Eve's was paid on November 12, 2026."""
    says_of_eve(month, still_on, NEXT_YEAR)
    assert kept(month) == (counts, 1)
    assert told(report(month, NEXT_YEAR.date(), 31, segment="gas"))["customers_kept"] == (0, 0)


def test_a_file_before_the_twelve_months_are_over_says_nothing_and_the_first_after_them_decides(month: Engine) -> None:
    says_of_eve(month, "2027-11-10", datetime(2027, 11, 11, 15, tzinfo=timezone.utc))
    assert kept(month) == (0, 0)
    says_of_eve(month, "2027-11-15", datetime(2027, 11, 15, 15, tzinfo=timezone.utc))
    says_of_eve(month, "2027-11-20", NEXT_YEAR)
    assert kept(month) == (1, 1) and kept(month, 5) == (0, 0), "once, on the 15th"


def test_whose_account_is_not_paid_is_in_neither_part(month: Engine) -> None:
    says_of_eve(month, "2027-11-20", NEXT_YEAR)
    with core.transaction(month) as session:
        references = session.execute(sa.text("SELECT reference FROM debts")).scalars().all()
        accounts.customers.note_customers(session, {one: date(2027, 11, 19) for one in references}, NEXT_YEAR)
    insight.roll(month, settings_at(NEXT_YEAR), NEXT_YEAR.date())
    assert kept(month) == (1, 1)


def everything(engine: Engine) -> list[list[tuple[object, ...]]]:
    with core.reading(engine) as session:
        tables = (store.daily, store.people, store.waits)
        return [sorted(tuple(row)[-7 if table is store.daily else 1 :] for row in session.execute(sa.select(table))) for table in tables]


def test_a_day_that_is_counted_again_says_the_same(month: Engine) -> None:
    before = everything(month)
    for day in ("2026-11-03", "2026-11-12", "2026-11-13"):
        insight.roll(month, settings_at(END), date.fromisoformat(day))
    assert everything(month) == before
    assert counted(month, END + timedelta(minutes=9)) == 0, "today is as new as it should be"
    assert counted(month, END + timedelta(minutes=10)) == 1, "and counted again after ten minutes"


def test_what_is_posted_late_changes_the_days_that_it_touches_and_no_other(month: Engine) -> None:
    """Ana had paid her first 60 in a shop on November 10; it is heard of on December 3."""
    late = END + timedelta(minutes=5)
    with core.transaction(month) as session:
        debt = session.execute(sa.text("SELECT debt_id FROM agreements WHERE kind = 'plan'")).scalar()
        accounts.post(
            session, debt_id=debt, kind=accounts.EntryKind.PAYMENT, amount=-Money.of("60", "USD"), source="shop:1",
            now=late, on=date(2026, 11, 10),
        )  # fmt: skip
    before = stamps(month)
    assert counted(month, late + timedelta(minutes=6)) == 24, "November 10 to today"
    after = stamps(month)
    assert [day for day in before if before[day] == after[day]] == [date(2026, 11, day) for day in range(2, 10)]
    now_told = told(report(month))
    assert now_told["collected"] == (390_00, None)
    assert now_told["instalments_kept"] == (1, 1) and now_told["first_payment_missed"] == (0, 1)
    assert now_told["dso"] == (2310_00, 2700_00)
    assert counted(month, late + timedelta(minutes=8)) == 0, "once is enough"


def stamps(engine: Engine) -> dict[date, datetime]:
    with core.reading(engine) as session:
        return {row.day: row.money_at for row in session.execute(sa.select(store.days).order_by(store.days.c.day))}


def test_costs_are_reckoned_as_a_manager_said_them(month: Engine) -> None:
    with core.transaction(month) as session:
        costs = insight.Costs("USD", 7_900, 2_50, 30, 290, 1200_00)
        insight.say_costs(session, costs, "mia", END)
        sent = session.execute(sa.text("SELECT COUNT(*) FROM outbox WHERE state = 'sent'")).scalar()
    assert sent == 9
    # 9 x 0.0079 + 2 x 2.50 + 3 x 0.30 + 2.9 % of 330 + 1200 x 31 / 30.4375
    exact = Fraction(9 * 79, 10_000) + 5 + Fraction(9, 10) + Fraction(29, 1000) * 330 + Fraction(1200 * 31 * 1200, 36525)
    assert told(report(month))["cost"] == (round(exact * 100), 330_00)


@pytest.mark.parametrize(("on", "hours"), [("2026-11-01", 25), ("2026-03-08", 23), ("2026-11-18", 24)])
def test_a_day_is_as_long_as_the_clocks_make_it(on: str, hours: int) -> None:
    day = Day(date.fromisoformat(on), "America/New_York")
    assert day.end - day.start == timedelta(hours=hours)


def test_a_cell_that_a_spreadsheet_would_reckon_with_is_text(month: Engine) -> None:
    found = report(month, segment="=1+1")
    assert "'=1+1" in insight.as_csv(found, "America/New_York", True)


def test_every_figure_says_its_formula_and_its_queries() -> None:
    for name, figure in insight.figures().items():
        assert figure.formula and figure.called and figure.over_words, name
        assert all(measure in insight.MEASURES for measure in figure.measures), name
    assert END.date() == LAST
