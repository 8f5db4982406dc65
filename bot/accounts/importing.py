"""A client's file of accounts, as CSV. It is taken whole or not at all, and all its problems are said at
once.

The columns are in COLUMNS, one row an account. Money is in major units (1,234.50 or 1234.50), days are ISO
(2026-09-30). A blank in a column that may be blank means: none, or not known.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import date, datetime, timezone

import sqlalchemy as sa

from bot.accounts import store
from bot.accounts.placing import Placement, Report, place
from bot.accounts.rows import COLUMNS, OF_A_PERSON, REQUIRED, read_row
from bot.core import Problem, Problems, Session, record


def import_csv(session: Session, content: str | bytes, now: datetime, secret: str) -> Report:
    """Take the accounts of a file on. The same file, or the same rows in another one, change nothing.

    | column | what |
    |---|---|
    | `reference` | the client's account number: unique, and asked for as proof of identity |
    | `customer` | the client's key of the person; blank: the reference. Two accounts of one person share it |
    | `spouse` | the client's key of their husband or wife, who is in this file or here already; blank: none known |
    | `given_name`, `family_name` | |
    | `company` | the name of a company that owes; then neither names nor a date of birth are needed. Blank: a person |
    | `date_of_birth`, `postcode` | what they are asked for; the ZIP code gives state and time zone |
    | `language` | `en` or `es`; blank: `en` |
    | `phone`, `email` | the phone that they gave, US or with +; either may be blank |
    | `client`, `product` | whom they owe, for what kind of thing: `electricity`, `credit_card` … |
    | `currency` | blank: USD |
    | `opened_on` | the day on which the account began |
    | `last_statement_on`, `due_since` | may be blank: none sent, nothing missed |
    | `due_on` | the day on which the whole is due, also one to come; may be blank |
    | `disputed` | `yes` or `no`, of what is paid: whether it was disputed; may be blank |
    | `service_from`, `service_to` | the days that it is for; may be blank |
    | `itemisation_date` | the day from which on it is itemised |
    | `itemisation_kind` | `last_statement`, `charge_off`, `last_payment`, `transaction` or `judgment` |
    | `amount_then` | what was owed on the itemisation date |
    | `interest_since`, `fees_since` | what came on top after that date; blank: none |
    | `payments_since`, `credits_since` | what went off after that date, as positive amounts; blank: none |
    | `last_payment_on`, `last_payment` | before or after that date; both or neither |
    | `still_customer_on` | the last day on which they were a customer of the client; blank: not said. The one cell that
      may be newer when the same account comes again |
    | `balance` | what is owed now: must be the sum of the above |

    Raises Problems, each with row and column.
    """
    raw = content.encode() if isinstance(content, str) else content
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    earlier = session.execute(sa.select(store.imports.c.report).where(store.imports.c.hash == digest)).scalar()
    if earlier is not None:
        return Report(0, 0, 0, unchanged=earlier["debts"] + earlier["unchanged"])
    placements = read_file(raw, now.astimezone(timezone.utc).date())
    report = place(session, placements, now=now, secret=secret)
    session.execute(store.imports.insert().values(hash=digest, at=now, report=asdict(report)))
    record(session, "FileImported", subject=digest[:16], data=asdict(report), now=now, actor="operator")
    return report


def read_file(raw: bytes, today: date) -> Sequence[Placement]:
    """What a file says, on its own; `today` is the last day that it may name. Raises Problems."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problems([Problem("file", "UTF-8 text", f"byte {raw[error.start]:#04x} at {error.start}")]) from None
    problems: list[Problem] = []
    placements: list[Placement] = []
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="", strict=True)
    try:
        problems.extend(_header_problems(reader.fieldnames or ()))
        for row in reader if not problems else ():
            read = read_row(row, f"row {reader.line_num}", today)
            if isinstance(read, Placement):
                placements.append(read)
            else:
                problems.extend(read)
    except csv.Error as error:
        problems.append(Problem(f"row {reader.line_num}", "well-formed CSV", str(error)))
    problems.extend(_clashes(placements))
    if problems:
        raise Problems(problems)
    return placements


def _header_problems(names: Sequence[str]) -> Iterator[Problem]:
    if not names:
        yield Problem("file", "a first row with the names of the columns", "an empty file")
        return
    for name in sorted(set(REQUIRED) - set(names) - set(OF_A_PERSON if "company" in names else ())):
        yield Problem("row 1", f"a column {name}")
    for name in names:
        if name not in COLUMNS:
            yield Problem("row 1", f"one of {', '.join(COLUMNS)}", repr(name))
        elif names.count(name) > 1:
            yield Problem("row 1", f"one column {name}", "more than one")


def _clashes(placements: Sequence[Placement]) -> Iterator[Problem]:
    """Rows that contradict each other."""
    references: dict[str, str] = {}
    people: dict[str, Placement] = {}
    for placement in placements:
        key = placement.account.reference
        if key in references:
            yield Problem(f"{placement.where}, reference", f"one that is not in {references[key]} too", key)
        references.setdefault(key, placement.where)
        first = people.setdefault(placement.person.customer, placement)
        if first.person != placement.person:
            expected = f"the same person as in {first.where}"
            yield Problem(f"{placement.where}, customer", expected, placement.person.customer)
