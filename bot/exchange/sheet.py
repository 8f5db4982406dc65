"""A creditor's file as a table of text, whatever program wrote it, and what was recognised, in one sentence.

Nothing is guessed that the file does not show: the mark at its start, bytes that are no UTF-8, the character that cuts
every row into as many cells. What comes out is kept as plain CSV, so that all that follows reads one format.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from bot.core import Problem, Problems
from bot.exchange import workbook

_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LOOKED_AT = 50
"""Rows that tell what cuts them into cells."""
MOST_COLUMNS, MOST_ROWS = 200, 500_000
PATIENCE = 180.0
"""Seconds for a workbook."""
_SAYS_ITSELF = re.compile(r"sep=([,;\t|])\r?\n", re.IGNORECASE)
"""The line that Excel writes and reads above a table."""
_TOO_LONG = Problem("file", f"at most {MOST_ROWS:,} rows", "more")
_UNUSABLE = Problem("file", "a workbook of ordinary size: save its table alone, as CSV", "one that unfolds into too much")
_REFUSED = {
    workbook.UNREADABLE: Problem("file", "a CSV or Excel file that can be opened, without a password", "one that cannot"),
    workbook.EMPTY: Problem("file", "a sheet with rows", "an empty workbook"),
    workbook.TOO_LONG: _TOO_LONG,
}
Row = list[str]
Numbered = tuple[int, Row]


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


def _text(raw: bytes) -> tuple[Iterator[Numbered], str]:
    text, written = _decoded(raw)
    said = _SAYS_ITSELF.match(text)
    delimiter = said[1] if said is not None else _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows = islice(_strict(reader), 0 if said is None else 1, None)
    return rows, f"Text in {written} with {_DELIMITERS[delimiter]} between the cells"


def _strict(reader: Iterator[Row]) -> Iterator[Numbered]:
    """Raises Problems at the row where it ceases to be CSV: of a mark that is never closed, where that one opens."""
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            yield number, row
    except csv.Error as error:
        got = "a quotation mark that is never closed" if "unexpected end" in str(error) else str(error)
        raise Problems([Problem(f"row {number + 1}", "well-formed CSV", got)]) from None


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
    usual = Counter(one for one in widths if one > 1).most_common(1)
    return (usual[0][1], usual[0][0]) if usual else (0, 0)


def _workbook(raw: bytes) -> tuple[Iterator[Numbered], str]:
    """The first sheet that has something in it, read by a process of its own (see `workbook`)."""
    command = (sys.executable, "-I", workbook.__file__, str(MOST_ROWS))
    try:
        read = subprocess.run(command, input=raw, capture_output=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise Problems([_UNUSABLE]) from None
    if read.returncode:
        raise Problems([_REFUSED.get(read.returncode, _UNUSABLE)])
    rows = csv.reader(io.StringIO(read.stdout.decode(), newline=""))
    name, of = next(rows)
    more = f", sheet “{name}” of {of}" if of != "1" else ""
    return ((int(number), row) for number, *row in rows), f"An Excel workbook{more}"


def _headed(rows: Iterator[Numbered]) -> Iterator[Numbered]:
    """From the row with the names of the columns on: above it may stand a title or a day, in fewer cells than half of what
    most rows have.
    """
    looked = list(islice(((number, row) for number, row in rows if any(map(str.strip, row))), _LOOKED_AT))
    filled = [sum(map(bool, map(str.strip, row))) for _, row in looked]
    usual = Counter(filled).most_common(1)[0][0] if filled else 0
    first = next((at for at, count in enumerate(filled) if 2 * count > usual), 0)
    yield from looked[first:]
    yield from rows


def _sheet(rows: Iterator[Numbered], says: str) -> Sheet:
    out, names, count, head = io.StringIO(), None, 0, 1
    writer = csv.writer(out, lineterminator="\n")
    for number, row in _headed(rows):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if names is None:
            names, head = _names(cells), number
            continue
        count += 1
        if count > MOST_ROWS:
            raise Problems([_TOO_LONG])
        writer.writerow([number, *cells])
    if names is None or not count:
        raise Problems([Problem("file", "a first row with the names of the columns and rows below", "no rows")])
    where = f" Their names are in row {head}." if head > 1 else ""
    return Sheet(out.getvalue(), names, count, f"{says}: {count:,} rows, {len(names)} columns.{where}")


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
