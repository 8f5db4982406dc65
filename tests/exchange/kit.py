"""A file of a creditor and what becomes of it, as the pages and the worker do it."""

from __future__ import annotations

from collections.abc import Mapping

from bot import core, exchange
from bot.core import Settings

CLIENT = "Northwind Energy"
HEAD = "Account No.,Customer ID,First Name,Last Name,DOB,Zip,Phone,Product,Open Date,Charge Off Date,Balance"
COLUMNS = {
    "reference": "Account No.", "customer": "Customer ID", "given_name": "First Name", "family_name": "Last Name",
    "date_of_birth": "DOB", "postcode": "Zip", "phone": "Phone", "product": "Product", "opened_on": "Open Date",
    "itemisation_date": "Charge Off Date", "balance": "Balance",
}  # fmt: skip
FIXED = {"client": CLIENT, "itemisation_kind": "charge_off"}


def row(number: int, **changes: str) -> str:
    cells = {
        "reference": f"NW-{number}", "customer": f"C-{number}", "given": "Maria", "family": "Gomez", "dob": "4/12/1985",
        "zip": "30318", "phone": f"404555{number:04}", "product": "electricity", "opened": "5/2/2023", "off": "9/30/2026",
        "balance": "1540.00",
    }  # fmt: skip
    return ",".join({**cells, **changes}.values())


def csv(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def uploaded(engine, settings: Settings, raw: bytes, kind: exchange.fields.Kind = "accounts", client: str = CLIENT) -> exchange.File:
    read = exchange.sheet.read(raw)
    with core.transaction(engine) as session:
        return exchange.files.add(
            session, client=client, kind=kind, name="accounts.csv", raw=raw, read=read, by="agent:max", now=settings.clock.now(),
            settings=settings,
        )  # fmt: skip


def laid_out(
    engine, settings: Settings, file: exchange.File, columns: Mapping[str, str] = COLUMNS, fixed: Mapping[str, str] = FIXED
) -> None:
    with core.transaction(engine) as session:
        exchange.files.lay_out(
            session, file, columns, fixed, file.layout.writing, by="agent:max", now=settings.clock.now()
        )


def worked(engine, settings: Settings) -> int:
    """What the worker does until nothing waits; how many parts."""
    intake, parts = exchange.Intake(engine, settings), 0
    while intake.work():
        parts += 1
    return parts


def checked(engine, settings: Settings, raw: bytes, **how) -> exchange.File:
    file = uploaded(engine, settings, raw)
    laid_out(engine, settings, file, **how)
    worked(engine, settings)
    return again(engine, file)


def again(engine, file: exchange.File) -> exchange.File:
    with core.reading(engine) as session:
        return exchange.files.file(session, file.id)


def accept(engine, settings: Settings, file: exchange.File) -> None:
    assert file.report is not None
    with core.transaction(engine) as session:
        exchange.files.take(session, file, leaving=file.report.bad, by="agent:max", now=settings.clock.now())


def taken(engine, settings: Settings, raw: bytes, **how) -> exchange.File:
    file = checked(engine, settings, raw, **how)
    accept(engine, settings, file)
    worked(engine, settings)
    return again(engine, file)
