"""Dues by hand, and a file of 2,466 real invoices as a creditor would bring it."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import Engine

from bot.core import Clock, Money, Settings
from bot.scores import Due, Target
from tests.exchange import kit

INVOICES = Path(os.environ.get("PARLEY_INVOICES", Path(__file__).parents[3] / "shared" / "data" / "ar_ibm.csv"))
"""Of no licence that would let it be shipped: tests of it are skipped where it is not."""
COLUMNS = {
    "reference": "invoiceNumber", "customer": "customerID", "company": "customerID", "opened_on": "InvoiceDate",
    "itemisation_date": "InvoiceDate", "due_since": "DueDate", "amount_then": "InvoiceAmount", "settled_on": "SettledDate",
    "disputed": "Disputed",
}  # fmt: skip
FIXED = {"client": "Harbor", "product": "retail", "itemisation_kind": "transaction"}


def due(key: str, begun: str, due_on: str, paid: str = "", *, party: str = "ana", amount: int = 100, disputed: bool = False, **more) -> Due:
    """An invoice that is judged the day after it is due."""
    last = date.fromisoformat(due_on)
    steps = ((date.fromisoformat(paid), True),) if paid else ()
    return Due(
        key, party, f"debt_{key}", more.get("target", Target.MISS), Money(amount * 100, "USD"), date.fromisoformat(begun), last,
        last + timedelta(days=1), steps, not paid or date.fromisoformat(paid) > last, disputed,
    )  # fmt: skip


def settings_on(day: str) -> Settings:
    return replace(Settings.load({}), clock=Clock.parse(f"{day}T15:00:00+00:00"))


def imported(engine: Engine, settings: Settings, raw: bytes) -> None:
    """Uploaded, mapped, checked and taken, as the page and the worker do it."""
    file = kit.taken(engine, settings, raw, columns=COLUMNS, fixed=FIXED)
    assert file.state == "taken" and file.report is not None and file.report.bad == 0, file.report


def as_of(day: date) -> bytes:
    """The file as it would have been on that day: no later invoice, and nothing of what was not known yet."""
    rows = list(csv.DictReader(io.StringIO(INVOICES.read_text())))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    for row in rows:
        is_open = _day(row["SettledDate"]) > day
        if _day(row["InvoiceDate"]) <= day:
            writer.writerow({**row, **({"SettledDate": "", "Disputed": "", "DaysToSettle": "", "DaysLate": ""} if is_open else {})})
    return out.getvalue().encode()


def outcomes() -> dict[str, bool]:
    """Of each invoice number whether it was paid late."""
    return {row["invoiceNumber"]: int(row["DaysLate"]) > 0 for row in csv.DictReader(io.StringIO(INVOICES.read_text()))}


def _day(text: str) -> date:
    return datetime.strptime(text, "%m/%d/%Y").date()
