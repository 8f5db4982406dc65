"""A simulation report as plain text for a terminal: the figures of the JSON, with hashes cut short."""

from __future__ import annotations

from collections.abc import Iterator

from bot.core import Money
from bot.negotiation.fairness import ENOUGH
from bot.negotiation.findings import Estimate, Report
from bot.negotiation.forecast import MINUTES_A_CASE

_COUNTS = ("parts in all", "agreements broken")
_WITHIN = "collected in 180 days, "
WORST = (
    "below the floor",
    "longer than the longest term",
    "an offer under a hold",
    "the ladder shown to somebody in care",
)
"""Told even where there is none of it."""


def to_text(report: Report) -> str:
    """The report in sections."""
    parts = (
        _coverage(report),
        _matrix(report),
        _segments(report),
        _extremes(report),
        _examples(report),
        _money(report),
        _safety(report),
        _workload(report),
        _fairness(report),
        _sensitivity(report),
        _honesty(report),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _head(title: str) -> str:
    return f"\n{title}\n{'-' * len(title)}"


def _coverage(report: Report) -> Iterator[str]:
    known = report.coverage
    yield _head("Coverage")
    yield f"{known.replayed:>8} accounts replayed, {known.with_proposals} of them with what the debtor said"
    for reason, count in known.excluded.items():
        yield f"{count:>8} left out: {reason}"
    share = known.unsupported / max(known.replayed, 1)
    yield f"{known.unsupported:>8} ({share:.0%}) would get a kind of offer that the log has never seen"


def _matrix(report: Report) -> Iterator[str]:
    yield _head("What they would get instead")
    flows = [(count, old, new) for old, news in report.matrix.items() for new, count in news.items()]
    for count, old, new in sorted(flows, key=lambda flow: (-flow[0], flow[1], flow[2])):
        yield f"{count:>8}  {old:<28} {'stays' if old == new else '-> ' + new}"


def _segments(report: Report) -> Iterator[str]:
    yield _head("Segments that move most")
    for one in report.segments:
        if not one.changed:
            break
        more = _amount(one.collected_180, report, sign=True)
        yield f"{one.changed:>8} of {one.accounts:<6} {one.segment:<58} {more:>16}"


def _extremes(report: Report) -> Iterator[str]:
    for title, segments in (("Gain most", report.best), ("Lose most", report.worst)):
        yield _head(f"{title} in 180 days")
        if not segments:
            yield "    none"
        for one in segments:
            yield f"{one.accounts:>8} {one.segment:<60} {_amount(one.collected_180, report, sign=True):>16}"


def _examples(report: Report) -> Iterator[str]:
    yield _head("Cases to look at")
    for one in report.examples:
        old = f"{one.old} {_amount(one.old_total, report)}, {_parts(one.old_parts, one.old_each, report)}"
        new = f"{one.new} {_amount(one.new_total, report)}, {_parts(one.new_parts, one.new_each, report)}"
        yield one.account
        yield f"      now  {one.old_row}: {old}"
        yield f"    draft  {one.new_row}: {new}"


def _parts(count: int, each: int, report: Report) -> str:
    return f"{count} parts, usually {_amount(each, report)}" if count > 1 else "at once" if count else "nothing to pay"


def _money(report: Report) -> Iterator[str]:
    yield _head("Money, with 95 % intervals of the change")
    yield from (_line(one, report) for one in report.money)
    rate = report.break_rate
    change, low, high = (f"{100 * value:+.1f}" for value in (rate.change, rate.low, rate.high))
    name = "break rate, broken of agreed"
    yield f"{name:<50} {rate.base:>14.1%} -> {rate.draft:>14.1%}  {change} points ({low} to {high})"


def _line(one: Estimate, report: Report) -> str:
    if one.name in _COUNTS:
        shown = [f"{value:,}" for value in (one.base, one.draft)]
        changes = [f"{value:+,}" for value in (one.change, one.low, one.high)]
    else:
        shown = [_amount(value, report) for value in (one.base, one.draft)]
        changes = [_amount(value, report, sign=True) for value in (one.change, one.low, one.high)]
    name = one.name.removeprefix(_WITHIN)
    return f"{name:<50} {shown[0]:>14} -> {shown[1]:>14}  {changes[0]} ({changes[1]} to {changes[2]})"


def _safety(report: Report) -> Iterator[str]:
    yield _head("Safety")
    total = sum(report.safety.violations.values())
    yield f"{total:>8} offers outside limits or law (must be 0)"
    for name, count in sorted({**dict.fromkeys(WORST, 0), **report.safety.violations}.items()):
        yield f"{count:>8}   {name}"
    yield f"{len(report.safety.problems):>8} problems of the draft itself (must be 0)"
    yield from (f"           {problem}" for problem in report.safety.problems)
    for name, count in sorted(report.safety.caps.items()):
        yield f"{count:>8} cases where the cap {name} held the draft back"


def _workload(report: Report) -> Iterator[str]:
    yield _head("Workload")
    thousand = max(report.coverage.replayed, 1) / 1000
    old, new = (f"{count} ({count / thousand:.0f} in 1,000)" for count in report.persons)
    yield f"{old:>20} -> {new} cases go to a person"
    before, after = (f"{count * MINUTES_A_CASE / 60:,.0f}" for count in report.persons)
    yield f"{before:>20} -> {after} hours of a person's work, at {MINUTES_A_CASE} minutes a case"
    said = max(report.coverage.with_proposals, 1)
    before, after = (f"{count / said:.1f}" for count in report.turns)
    yield f"{before:>20} -> {after} messages until there is an answer, for each debtor who bargains"


def _fairness(report: Report) -> Iterator[str]:
    yield _head("Fairness: groups that no decision looks at")
    yield f"{'':<30} {'accounts':>8} {'as said':>9} {'no person':>10} {'discount':>9} {'ratio':>6}"
    few = [one for one in report.fairness if one.accounts < ENOUGH]
    if few:
        yield f"{len(few):>8} values with fewer than {ENOUGH} accounts are judged by nothing here and stand in the JSON"
    for one in report.fairness:
        if one in few:
            continue
        name = f"{one.group}: {one.value}"
        shares = f"{one.taken_as_said:>9.1%} {one.without_person:>10.1%} {one.discount_share:>9.1%}"
        yield f"{name:<30} {one.accounts:>8} {shares} {one.ratio:>6.2f}{'  LOOK' if one.flagged else ''}"


def _sensitivity(report: Report) -> Iterator[str]:
    yield _head("If we are wrong: what is collected in 180 days")
    yield from (_line(one, report) for one in report.sensitivity)


def _honesty(report: Report) -> Iterator[str]:
    known = report.honesty
    yield _head("What these figures are")
    yield from (f"observed  {line}" for line in known.observed)
    yield from (f"modelled  {line}" for line in known.modelled)
    yield f"estimator {known.estimator}"
    yield f"effective sample size {known.effective_sample}"
    window = f"cases from {known.window[0]} to {known.window[1]}" if known.window[0] else "no cases"
    yield f"{window}, seed {known.seed}"
    yield f"draft {known.draft[:12]}, base {known.base[:12]}, data {known.data[:12]}, report {report.sha[:12]}"


def _amount(minor: int, report: Report, *, sign: bool = False) -> str:
    text = Money(abs(minor), report.currency).text("en")
    if minor < 0:
        return f"-{text}"
    return f"+{text}" if sign else text
