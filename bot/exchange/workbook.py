"""A process of its own that reads an Excel file from its input and writes CSV, each row behind its number in the file.

A workbook of a few kilobytes may unfold into a hundred gigabytes, and the reader ends its process where the memory is not
to be had. So it runs apart, with limits: what goes wrong here ends no conversation. Nothing of ours is imported.
"""

from __future__ import annotations

import contextlib
import csv
import io
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineWorkbook

MEMORY = 3 * 1024**3
SECONDS = 120
"""Of work, not of waiting."""
UNREADABLE, EMPTY, TOO_LONG = 3, 4, 5
"""How it ends when there is no table."""


def main(most_rows: int) -> int:
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):  # not every system has each of them
            resource.setrlimit(limit, (most, most))
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        found = next(((name, rows) for name in book.sheet_names if (rows := _rows(book, name)) is not None), None)
    except (CalamineError, ValueError, OSError):
        return UNREADABLE
    if found is None:
        return EMPTY
    out = csv.writer(io.TextIOWrapper(sys.stdout.buffer, "utf-8", newline=""), lineterminator="\n")
    out.writerow([found[0], len(book.sheet_names)])
    for count, (number, row) in enumerate(found[1]):
        if count > most_rows:
            return TOO_LONG
        out.writerow([number, *row])
    return 0


def _rows(book: CalamineWorkbook, name: str) -> Iterator[tuple[int, list[str]]] | None:
    """Those that have something in them; None when the sheet has none. A sheet may begin anywhere."""
    sheet = book.get_sheet_by_name(name)
    if sheet.start is None or not sheet.total_height:
        return None
    cells = ([_cell(one) for one in row] for row in sheet.iter_rows())  # from the first row on, from its first column on
    return ((number, row) for number, row in enumerate(cells, 1) if any(row))


def _cell(value: object) -> str:
    """As a person reads it: a whole number without .0, a day without its midnight, a sum to the digits that Excel shows."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
