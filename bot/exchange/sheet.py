"""A creditor's file as a table of text, whatever program wrote it, and what was recognised, in one sentence.

Nothing is guessed that the file does not show: the mark at its start, bytes that are no UTF-8, the character that cuts
every row into as many cells. What comes out is kept as plain CSV, so that all that follows reads one format.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from python_calamine import CalamineError, CalamineWorkbook

from bot.core import Problem, Problems

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LOOKED_AT = 50
"""Rows that tell what cuts them into cells."""
MOST_COLUMNS, MOST_ROWS = 200, 500_000
Row = list[str]


@dataclass(frozen=True)
class Sheet:
    """`content` is CSV with commas, each row behind its number in the file; `says` is what was recognised."""

    content: str
    names: tuple[str, ...]
    rows: int
    says: str


def read(raw: bytes) -> Sheet:
    """Raises Problems when it is no table."""
    if raw[:4] == b"PK\x03\x04" or raw[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        rows, says = _workbook(raw)
    else:
        rows, says = _text(raw)
    return _sheet(rows, says)


def lines(content: str) -> Iterator[tuple[int, Row]]:
    """The rows of a sheet's content, each with its number in the file."""
    for number, *row in csv.reader(io.StringIO(content, newline="")):
        yield int(number), row


def _text(raw: bytes) -> tuple[Iterator[Row], str]:
    text, written = _decoded(raw)
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    return _strict(reader), f"Text in {written} with {_DELIMITERS[delimiter]} between the cells"


def _strict(reader: Iterator[Row]) -> Iterator[Row]:
    try:
        yield from reader
    except csv.Error as error:
        place = f"row {getattr(reader, 'line_num', '?')}"
        raise Problems([Problem(place, "well-formed CSV", str(error))]) from None


def _decoded(raw: bytes) -> tuple[str, str]:
    """The text, and how it was written."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding), f"{encoding.upper().removesuffix('-SIG')} (it says so at its start)"
            except UnicodeDecodeError:
                break
    if b"\x00" in raw:
        raise Problems([Problem("file", "a CSV or Excel file", "something else")])
    try:
        return raw.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), "Windows-1252 (Latin-1)"


def _delimiter(text: str) -> str:
    """The one that cuts most rows into the same number of cells, more than one."""
    found = {one: _evenness(text, one) for one in _DELIMITERS}
    best = max(found, key=lambda one: found[one])
    return best if found[best] > (0, 0) else ","


def _evenness(text: str, delimiter: str) -> tuple[int, int]:
    widths = []
    try:
        for row in csv.reader(io.StringIO(text[:200_000], newline=""), delimiter=delimiter):
            if any(row):
                widths.append(len(row))
            if len(widths) == _LOOKED_AT:
                break
    except csv.Error:
        return 0, 0
    width = widths[0] if widths else 0
    return (sum(one == width for one in widths), width) if width > 1 else (0, 0)


def _workbook(raw: bytes) -> tuple[Iterator[Row], str]:
    """The first sheet that has something in it."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for name in book.sheet_names:
            found = book.get_sheet_by_name(name).to_python(skip_empty_area=True)
            if found:
                more = f", sheet “{name}” of {len(book.sheet_names)}" if len(book.sheet_names) > 1 else ""
                return ([_cell(one) for one in row] for row in found), f"An Excel workbook{more}"
    except (CalamineError, ValueError, OSError) as error:
        raise Problems([Problem("file", "a CSV or Excel file that can be opened", type(error).__name__)]) from None
    raise Problems([Problem("file", "a sheet with rows", "an empty workbook")])


def _cell(value: object) -> str:
    """As a person reads it: a whole number without .0, a day without its midnight."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _sheet(rows: Iterator[Row], says: str) -> Sheet:
    out, names, count = io.StringIO(), None, 0
    writer = csv.writer(out, lineterminator="\n")
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if names is None:
            names = _names(cells)
            continue
        count += 1
        if count > MOST_ROWS:
            raise Problems([Problem("file", f"at most {MOST_ROWS:,} rows", "more")])
        writer.writerow([number, *cells])
    if names is None or not count:
        raise Problems([Problem("file", "a first row with the names of the columns and rows below", "no rows")])
    return Sheet(out.getvalue(), names, count, f"{says}: {count:,} rows, {len(names)} columns.")


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns; one without a name, or with that of another, gets a number."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > MOST_COLUMNS:
        raise Problems([Problem("row 1", f"at most {MOST_COLUMNS} columns", str(len(cells)))])
    found: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = cell[:80] or f"Column {number}"
        found.append(name if name not in found else f"{name} ({number})")
    return tuple(found)
