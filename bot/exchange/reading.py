"""A creditor's cells in our own writing: days, amounts and ZIP codes as `accounts` reads them.

How days and amounts are written is seen from the whole file, not from one cell: 3/4/2026 alone is two days. What was
put right is counted, and told in sentences.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from bot import accounts
from bot.core import Problem
from bot.exchange.fields import AMOUNTS, DAYS

_FIGURES = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[ T].*)?")
_WITH_A_WORD = re.compile(r"(?:(\d{1,2})\.?[ ./-]*(?:de )?([^\W\d_]{3,10})|([^\W\d_]{3,10})\.?[ ./-]*(\d{1,2})),?\.?[ ./-]*(?:de )?(\d{4}|\d{2})(?:[ T].*)?")
_MONTHS = {
    word: number
    for number, words in enumerate(
        ("jan january ene enero", "feb february febrero", "mar march marzo", "apr april abr abril", "may mayo", "jun june junio",
         "jul july julio", "aug august ago agosto", "sep sept september septiembre", "oct october octubre",
         "nov november noviembre", "dec december dic diciembre"), 1
    )
    for word in words.split()
}  # fmt: skip
_COMPACT = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])([0-2]\d|3[01])")
_COMMA = re.compile(r"-?\d{1,3}(?:[.' \u00a0]\d{3})+,\d{1,2}|-?\d+,\d{1,2}")
_POINT = re.compile(r"-?\d{1,3}(?:[,' \u00a0]\d{3})+(?:\.\d{1,2})?|-?\d+\.\d{1,2}")
_PLAIN = re.compile(r"-?\d+(\.\d+)?")
_AMOUNTS_BY = {
    decimals: (
        re.compile(rf"-?[\d{re.escape(thousands)}' \u00a0]*\d(?:{re.escape(decimals)}\d+)?"),
        re.compile(rf"[{re.escape(thousands)}' \u00a0]"),
    )
    for decimals, thousands in ((".", ","), (",", "."))
}
"""By what stands before the decimals: an amount, and what may stand between its thousands."""
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+", re.IGNORECASE)
_SIGNS = re.compile(r"[$€£]|\b[A-Z]{3}\b")
_LOOKED_AT = 2_000
LEFT_OUT = "leave out"
"""What a creditor's product code is whose accounts stay out."""


@dataclass(frozen=True)
class Writing:
    """How this file writes. `days`: "mdy" or "dmy" where it uses figures; `decimals`: "." or ","."""

    days: str = "mdy"
    decimals: str = "."


@dataclass(frozen=True)
class Layout:
    """Field to column, field to a value for the whole file, the creditor's product codes in our words, and the writing."""

    columns: Mapping[str, str]
    fixed: Mapping[str, str]
    products: Mapping[str, str] = field(default_factory=dict)
    writing: Writing = Writing()


def seen(rows: Iterable[Sequence[str]], names: Sequence[str], columns: Mapping[str, str]) -> tuple[Writing, list[str]]:
    """How the file writes, and what a person should know of it, as sentences."""
    at = {name: [names.index(columns[name])] for name in columns if columns[name] in names}
    days: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for number, row in enumerate(rows):
        if number == _LOOKED_AT:
            break
        days.update(_day_order(row[i]) for name in DAYS for i in at.get(name, ()) if i < len(row))
        amounts.update(_decimals(row[i]) for name in AMOUNTS for i in at.get(name, ()) if i < len(row))
    return _writing(days, amounts)


def _writing(days: Counter[str], amounts: Counter[str]) -> tuple[Writing, list[str]]:
    says = []
    order = "dmy" if days["dmy"] > days["mdy"] else "mdy"
    if days["either"] or days["dmy"] or days["mdy"]:
        words = {"dmy": "day before month (31/12/2026)", "mdy": "month before day (12/31/2026)"}[order]
        sure = "" if days["dmy"] or days["mdy"] else ", as in the United States; no day in it says so: look at one that you know"
        says.append(f"Days are written with the {words}{sure}.")
    decimals = "," if amounts[","] > amounts["."] else "."
    if decimals == ",":
        says.append("Amounts are written with a decimal comma (1.234,50).")
    elif amounts["thousands"]:
        says.append("Amounts have separators between thousands (1,234.50).")
    return Writing(order, decimals), says


def _day_order(cell: str) -> str:
    match = _FIGURES.fullmatch(cell.strip())
    if match is None or len(match[1]) == 4:
        return "other"
    first, second = int(match[1]), int(match[2])
    return "dmy" if first > 12 >= second else "mdy" if second > 12 >= first else "either"


def _decimals(cell: str) -> str:
    bare = _SIGNS.sub("", cell).strip()
    if _COMMA.fullmatch(bare):
        return ","
    if _POINT.fullmatch(bare):
        return "thousands" if "," in bare and "." not in bare else "."
    return "other"


@dataclass
class Reader:
    """Reads row after row; `mended` counts what was put right. `cells` never raises: what cannot be read stays as it is,
    and the room that takes it says so.
    """

    names: Sequence[str]
    layout: Layout
    mended: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        known = {name: number for number, name in enumerate(self.names)}
        self._at = [(name, known[column], self._read(name)) for name, column in self.layout.columns.items() if column in known]

    def _read(self, name: str) -> Callable[[str], str] | None:
        """What puts a cell of this field into our own writing."""
        if name in DAYS:
            return lambda cell: day(cell, self.layout.writing.days)
        if name in AMOUNTS:
            return lambda cell: amount(cell, self.layout.writing.decimals)
        return self._zip if name == "postcode" else None

    def too_many(self, row: Sequence[str], where: str) -> list[Problem]:
        """A cell behind the last column: what stands in the row is one to the side, and must not be taken for what it is not."""
        more = [cell for cell in row[len(self.names) :] if cell]
        return [Problem(where, f"as many cells as there are columns, {len(self.names)}", f"one more: {more[0]}")] if more else []

    def cells(self, row: Sequence[str]) -> dict[str, str]:
        found = dict(self.layout.fixed)
        for name, at, read in self._at:
            cell = row[at] if at < len(row) else ""
            found[name] = read(cell) if read is not None else cell
        found["product"] = self.layout.products.get(found.get("product", ""), found.get("product", ""))
        return found

    def _zip(self, cell: str) -> str:
        """501 is 00501: a spreadsheet took its zeros for a number's."""
        bare = cell.replace(" ", "")
        if bare.isdigit() and len(bare) in (3, 4, 7, 8):
            whole = bare.zfill(5 if len(bare) < 5 else 9)
            if accounts.is_zip(whole[:5]):
                self.mended["zips"] += 1
                bare = whole
        return f"{bare[:5]}-{bare[5:]}" if bare.isdigit() and len(bare) == 9 else bare


@lru_cache(maxsize=20_000)
def day(cell: str, order: str) -> str:
    """ISO, or as it stands when it is no day."""
    bare = cell.strip()
    if _COMPACT.fullmatch(bare):
        return f"{bare[:4]}-{bare[4:6]}-{bare[6:]}"
    match = _FIGURES.fullmatch(bare)
    if match is None:
        return _with_a_word(bare)
    one, two, three = match[1], match[2], match[3]
    if len(one) == 4:
        return f"{one}-{int(two):02}-{int(three):02}"
    month, number = (one, two) if order == "mdy" else (two, one)
    return f"{_year(three)}-{int(month):02}-{int(number):02}"


def _with_a_word(bare: str) -> str:
    """14-Mar-2026, March 14, 2026, 14 de marzo de 2026."""
    match = _WITH_A_WORD.fullmatch(bare)
    month = _MONTHS.get((match[2] or match[3]).lower()) if match is not None else None
    if match is None or month is None:
        return bare
    return f"{_year(match[5])}-{month:02}-{int(match[1] or match[4]):02}"


def _year(written: str) -> str:
    return written if len(written) == 4 else f"{'20' if int(written) < 50 else '19'}{written:>02}"


def amount(cell: str, decimals: str) -> str:
    """1234.50, or as it stands when it is no amount. (1,234.50) and 1,234.50- are less than nothing."""
    bare = _SIGNS.sub("", cell).strip()
    is_less = bare.startswith("(") and bare.endswith(")") or bare.endswith("-")
    bare = bare.strip("()-").strip() if is_less else bare
    written, between = _AMOUNTS_BY["," if decimals == "," else "."]
    if written.fullmatch(bare):
        bare = between.sub("", bare).replace(",", ".")
    elif not _PLAIN.fullmatch(bare):
        return cell
    return f"-{bare}" if is_less else bare


def shortened(reference: str) -> bool:
    """1.23E+11: a spreadsheet has thrown digits away."""
    return _SHORTENED.fullmatch(reference.strip()) is not None
