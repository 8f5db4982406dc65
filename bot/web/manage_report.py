"""The report of a simulation as pictures and sentences: every title is the answer, every figure that of the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot import negotiation
from bot.core import Money
from bot.web import manage_words

_WIDTH = 600
_COUNTS = ("parts in all", "agreements broken")
_MOST = 20


@dataclass(frozen=True)
class Line:
    """A change with its interval, as figures, and where to draw them on a line of 600 from `zero`."""

    name: str
    before: str
    after: str
    change: str
    low: str
    high: str
    x: int
    left: int
    right: int
    zero: int


@dataclass(frozen=True)
class Flow:
    """So many accounts that end otherwise; `width` of 600 for the most."""

    count: int
    before: str
    after: str
    width: int


@dataclass(frozen=True)
class Shown:
    report: negotiation.Report
    headline: str
    money: tuple[Line, ...]
    sensitivity: tuple[Line, ...]
    flows: tuple[Flow, ...]
    stay: int
    segments: tuple[tuple[str, int, int, str], ...]
    best: tuple[tuple[str, int, str], ...]
    worst: tuple[tuple[str, int, str], ...]
    examples: tuple[tuple[str, str, str], ...]
    fairness_title: str
    workload_title: str
    safety_title: str


def of(report: negotiation.Report) -> Shown:
    flows = _flows(report)
    return Shown(
        report=report,
        headline=_headline(report),
        money=_lines(report.money, report),
        sensitivity=_lines(report.sensitivity, report),
        flows=flows,
        stay=report.coverage.replayed - sum(flow.count for flow in flows),
        segments=tuple(
            (one.segment, one.changed, one.accounts, _signed(one.collected_180, report))
            for one in report.segments if one.changed
        ),
        best=tuple((one.segment, one.accounts, _signed(one.collected_180, report)) for one in report.best),
        worst=tuple((one.segment, one.accounts, _signed(one.collected_180, report)) for one in report.worst),
        examples=tuple(_example(one, report) for one in report.examples),
        fairness_title=_fairness(report),
        workload_title=_workload(report),
        safety_title=_safety(report),
    )  # fmt: skip


def _headline(report: negotiation.Report) -> str:
    """What is collected in 180 days, and whether the interval leaves a doubt."""
    one = next(each for each in report.money if each.name == "collected in 180 days")
    span = f"between {_signed(one.low, report)} and {_signed(one.high, report)}"
    if not one.change and not one.low and not one.high:
        return "Nothing changes in what is collected in 180 days"
    sure = "" if one.low > 0 or one.high < 0 else ", which may be nothing at all"
    more = "more" if one.change >= 0 else "less"
    return f"{_amount(abs(one.change), report)} {more} collected in 180 days, {span}{sure}"


def _lines(estimates: Sequence[Any], report: negotiation.Report) -> tuple[Line, ...]:
    found: list[Line] = []
    amounts = [one for one in estimates if one.name not in _COUNTS]
    least = min([0, *(one.low for one in amounts)])
    most = max([0, *(one.high for one in amounts)])

    def at(value: int) -> int:
        return int((value - least) * _WIDTH // max(most - least, 1))

    for one in estimates:
        name, low, high, change = (getattr(one, field) for field in ("name", "low", "high", "change"))
        is_count = name in _COUNTS
        said = _count if is_count else (lambda value: _signed(value, report))
        sides = [getattr(one, side) for side in ("base", "draft")]
        shown = [f"{side:,}" if is_count else _amount(side, report) for side in sides]
        drawn = (0, 0, 0, -1) if is_count else (at(change), at(low), at(high), at(0))
        found.append(Line(name, shown[0], shown[1], said(change), said(low), said(high), *drawn))
    return tuple(found)


def _flows(report: negotiation.Report) -> tuple[Flow, ...]:
    all_ = [(count, old, new) for old, news in report.matrix.items() for new, count in news.items() if old != new]
    all_.sort(key=lambda flow: (-flow[0], flow[1], flow[2]))
    most = max((count for count, _, _ in all_), default=1)
    return tuple(Flow(count, _ending(old), _ending(new), count * _WIDTH // most) for count, old, new in all_)


_HOW = {
    "accepted": "yes to", "countered": "counter-offer:", "final": "last offer:", "listed": "menu that begins with",
    "person": "a person", "asked": "asked for more", "nothing": "nothing to offer",
}  # fmt: skip


def _ending(label: str) -> str:
    main, _, rest = label.partition(", ")
    how, _, kind = main.partition(" ")
    told = f"{_HOW.get(how, how)} {manage_words.named(kind)}".strip()
    return f"{told}, {rest}" if rest else told


def _example(one: Any, report: negotiation.Report) -> tuple[str, str, str]:
    sides = []
    for side in ("old", "new"):
        what, row, total, parts, each = (
            getattr(one, f"{side}{field}") for field in ("", "_row", "_total", "_parts", "_each")
        )
        paid = (
            f"{_amount(total, report)}, {parts} parts of {_amount(each, report)}"
            if parts > 1
            else _amount(total, report)
        )
        sides.append(f"{_ending(what)} ({paid}) from “{row}”")
    return str(one.account), sides[0], sides[1]


def _fairness(report: negotiation.Report) -> str:
    flagged = [one for one in report.fairness if one.flagged]
    if not flagged:
        return "No group of 30 or more gets less than four fifths of the best one"
    told = ", ".join(f"{one.group} {one.value} ({one.ratio:.2f})" for one in flagged[:4])
    return f"Look at {len(flagged)}: under four fifths of the best group: {told}"


def _workload(report: negotiation.Report) -> str:
    before, after = report.persons
    change = after - before
    return (
        f"{abs(change)} {'more' if change > 0 else 'fewer'} cases go to a person"
        if change
        else "As many cases go to a person as now"
    )


def _safety(report: negotiation.Report) -> str:
    crossed = sum(report.safety.violations.values()) + len(report.safety.problems)
    return (
        "No offer outside limits or law"
        if not crossed
        else f"{crossed} offers outside limits or law: this cannot be handed in"
    )


def _count(value: int) -> str:
    return f"{value:+,}"


def _amount(minor: int, report: negotiation.Report) -> str:
    return Money(minor, report.currency).text("en")


def _signed(minor: int, report: negotiation.Report) -> str:
    return f"{'-' if minor < 0 else '+'}{_amount(abs(minor), report)}"
