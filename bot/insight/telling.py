"""A figure in words: the answer as a sentence, its value with its unit, and the file for a table of one's own."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from babel.numbers import get_currency_symbol

from bot.core import Money
from bot.insight.figures import Figure
from bot.insight.reading import Point, Report, Shown

BARS = {
    "paid": "paid", "settlement": "settlement agreed", "plan": "plan agreed", "promise": "promise to pay",
    "hardship": "relief agreed", "dispute": "dispute", "human": "to a person", "none": "nothing of these",
    "1_30": "1 to 30 days past due", "31_60": "31 to 60 days", "61_90": "61 to 90 days", "over_90": "over 90 days",
    "1": "1, bad", "5": "5, good",
}  # fmt: skip
COLUMNS = (
    "figure", "title", "part", "value", "unit", "top", "bottom", "from", "to", "zone", "channel", "language", "segment",
    "currency", "formula", "window", "queries",
)  # fmt: skip
_FORMULA_SIGNS = "=+-@\t\r"


def title(shown: Shown, report: Report, today_is_last: bool) -> str:
    """The answer as a sentence; without one, that there is none yet."""
    figure, whole, asked = shown.figure, shown.whole, report.asked
    if whole.value is None or (not whole.top and not whole.bottom and figure.unit != "money"):
        return f"{figure.called}: {_nothing(figure, report)}"
    last = f"{asked.last:%b} {asked.last.day}, {asked.last.year}"
    span = f"in the last {asked.days} days" if today_is_last else f"in the {asked.days} days to {last}"
    return figure.title.format(
        value=value(figure, whole.value, asked.currency),
        p90=value(figure, shown.p90, asked.currency),
        top=amount(figure, whole.top, asked.currency),
        bottom=amount(figure, whole.bottom or 0, asked.currency),
        window=span,
        best=_best(shown),
        unit_of_money=get_currency_symbol(asked.currency, locale="en_US") + "1",
    )


def _nothing(figure: Figure, report: Report) -> str:
    if figure.top == ("cost",) and report.costs is None:
        return "say below what a message and an answer cost"
    return "nothing to count in this window"


def _best(shown: Shown) -> str:
    most = sorted(shown.bars, key=lambda bar: -bar.top)[:2]
    return ", ".join(f"{bar.top:,} {BARS.get(bar.name, bar.name)}" for bar in most) or "none"


_MONEY = ("bucket_", "settled", "collected", "receivable", "cost", "placed:", "recovered:")


def _is_money(figure: Figure) -> bool:
    return any(name.endswith("_money") or name.startswith(_MONEY) for name in figure.top)


def amount(figure: Figure, number: int, currency: str) -> str:
    """A sum that a figure is made of."""
    return _amount(number, currency) if _is_money(figure) else f"{number:,}"


def _amount(minor: int, currency: str) -> str:
    return Money(minor, currency).text("en")


def value(figure: Figure, exact: Fraction | None, currency: str) -> str:
    """With its unit, rounded as it is read."""
    if exact is None:
        return "–"
    if figure.unit == "money":
        return _amount(int(exact), currency)
    if figure.unit == "ratio":
        return f"{get_currency_symbol(currency, locale='en_US')}{float(exact):.3f}"
    if figure.unit == "share":
        return f"{float(100 * exact):.1f} %"
    if figure.unit == "minutes":
        return minutes(exact)
    if figure.unit == "days":
        return f"{float(exact):.1f} days"
    return f"{int(exact):,}" if figure.unit == "count" else f"{float(exact):.1f}"


def minutes(exact: Fraction) -> str:
    if exact < 1:
        return f"{int(exact * 60)} seconds"
    return f"{float(exact):.1f} minutes" if exact < 120 else f"{float(exact / 60):.1f} hours"


def as_csv(report: Report, zone: str, today_is_last: bool) -> str:
    """One row for each figure, then one for each of its parts: the same numbers as the page."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for shown in report.shown:
        told = title(shown, report, today_is_last)
        for part, point in [("", shown.whole), *((one.name, one) for one in (*shown.trend, *shown.bars))]:
            writer.writerow([_safe(str(cell)) for cell in _row(shown, told, part, point, report, zone)])
    return out.getvalue()


def _row(shown: Shown, told: str, part: str, point: Point, report: Report, zone: str) -> tuple[object, ...]:
    figure, asked = shown.figure, report.asked
    exact = "" if point.value is None else f"{float(point.value):.6f}"
    channel = asked.channel if figure.by_channel else ""
    return (
        figure.name, told, part, exact, figure.unit, point.top, "" if point.bottom is None else point.bottom,
        asked.first, asked.last, zone, channel or "all", asked.language or "all", asked.segment or "all",
        asked.currency, figure.formula, figure.over_words, " ".join(figure.measures),
    )  # fmt: skip


def _safe(cell: str) -> str:
    """A cell that a spreadsheet would reckon with is text; a negative number is a number."""
    is_number = cell.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{cell}" if cell[:1] in _FORMULA_SIGNS and cell[:1] and not is_number else cell
