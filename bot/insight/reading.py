"""A report: every figure of a span of days, read from the tables of figures and from nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction

import msgspec
import sqlalchemy as sa

from bot.core import Session
from bot.insight import costing
from bot.insight.days import ALL
from bot.insight.figures import Figure, figures
from bot.insight.source import Asked, Source
from bot.insight.store import daily, days


@dataclass(frozen=True)
class Point:
    """`value` is None where there is nothing to divide by, or nothing was counted."""

    name: str
    top: int
    bottom: int | None
    value: Fraction | None


@dataclass(frozen=True)
class Shown:
    """A figure with its answer. `trend` has a point for each span, `bars` one for each part."""

    figure: Figure
    whole: Point
    trend: tuple[Point, ...] = ()
    bars: tuple[Point, ...] = ()
    p90: Fraction | None = None


@dataclass(frozen=True)
class Report:
    """`counted_at`: when the newest day was counted; None when none was. `close`: the last day that was counted."""

    asked: Asked
    close: date | None
    counted_at: datetime | None
    shown: tuple[Shown, ...]
    languages: tuple[str, ...]
    segments: tuple[str, ...]
    currencies: tuple[str, ...]
    costs: costing.Costs | None = field(default=None)


def report(session: Session, asked: Asked) -> Report:
    known = session.execute(sa.select(days.c.day, days.c.talks_at).where(days.c.day <= asked.last)
                            .order_by(days.c.day.desc()).limit(1)).first()  # fmt: skip
    close = known.day if known is not None else None
    costs = costing.costs(session, asked.currency)
    sources = {True: Source(session, asked, asked.channel, close)}
    sources[False] = sources[True] if asked.channel == ALL else Source(session, asked, ALL, close)
    shown = tuple(_show(sources[figure.by_channel], figure, costs) for figure in figures().values())
    languages, segments, currencies = _choices(session, close)
    counted_at = known.talks_at if known is not None else None
    return Report(asked, close, counted_at, shown, languages, segments, currencies, costs)


def _choices(session: Session, close: date | None) -> list[tuple[str, ...]]:
    """What there is to choose from: languages, segments and currencies of the last day."""
    columns = (daily.c.language, daily.c.segment, daily.c.currency)
    here = sa.and_(daily.c.day == close, daily.c.channel == ALL)
    rows = session.execute(sa.select(*columns).where(here).distinct()).all() if close is not None else []
    return [tuple(sorted({row[at] for row in rows if row[at]})) for at in range(3)]


def _show(source: Source, figure: Figure, costs: costing.Costs | None) -> Shown:
    asked = source.asked
    if figure.top == ("waits",):
        return _waiting(source, figure)
    if figure.top == ("cost",):
        return _costing(source, figure, costs)
    whole = _point(source, figure, asked.first, asked.last, "")
    trend = tuple(_point(source, figure, first, last, _span(first, last)) for first, last in source.spans)
    return Shown(figure, whole, () if figure.over == "to_date" else trend, _bars(source, figure))


def _span(first: date, last: date) -> str:
    return f"{first:%Y-%m-%d}" if first == last else f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def _point(source: Source, figure: Figure, first: date, last: date, name: str) -> Point:
    if figure.over == "to_date":
        top, bottom = (_ever(source, side) for side in (figure.top, figure.bottom))
        return _divided(figure, top, bottom, name)
    if figure.over == "close":
        if source.close is None or first > source.close:
            return Point(name, 0, None, None)
        first = last = min(last, source.close)
    top = source.total(figure.top, first, last) - source.total(figure.minus, first, last)
    if not figure.bottom:
        return Point(name, top, None, Fraction(top))
    since = last - timedelta(days=figure.days - 1) if figure.days else first
    return _divided(
        figure, top, source.total(figure.bottom, since, last) - source.total(figure.less, first, last), name
    )


def _ever(source: Source, measures: Sequence[str]) -> int:
    return sum(source.to_date.get(name, 0) for measure in measures for name in source.named(measure))


def _divided(figure: Figure, top: int, bottom: int, name: str) -> Point:
    times = {"per_thousand": 1000, "days": figure.days}.get(figure.unit, 1)
    return Point(name, top, bottom, Fraction(top * times, bottom) if bottom > 0 else None)


def _bars(source: Source, figure: Figure) -> tuple[Point, ...]:
    asked = source.asked
    if figure.bars == "cohorts":
        months = [name.partition(":")[2] for name in source.named("placed:")]
        return tuple(
            _divided(figure, source.to_date.get(f"recovered:{month}", 0), source.to_date.get(f"placed:{month}", 0), month)
            for month in months if source.to_date.get(f"placed:{month}", 0)
        )  # fmt: skip
    if figure.bars == "buckets":
        parts = [_only(figure, top, bottom) for top, bottom in zip(figure.top, figure.bottom, strict=True)]
        return tuple(_point(source, one, asked.first, asked.last, one.name) for one in parts)
    if figure.bars == "ratings":
        answers = source.total(figure.bottom, asked.first, asked.last)
        rated = [(name, source.total((name,), asked.first, asked.last)) for name in source.named("csat_rating:")]
        return tuple(_divided(figure, number, answers, name.partition(":")[2]) for name, number in rated if number)
    if figure.bars:
        begins = "sessions_" if figure.bars == "outcomes" else "refused:"
        names = OUTCOME_BARS if figure.bars == "outcomes" else source.named(begins)
        counted = [(name, source.total((name,), asked.first, asked.last)) for name in names]
        found = [(name, number) for name, number in counted if number]
        if figure.bars == "rules":
            found.sort(key=lambda pair: (-pair[1], pair[0]))
        return tuple(Point(name.removeprefix(begins), number, None, Fraction(number)) for name, number in found)
    return ()


OUTCOME_BARS = tuple(
    f"sessions_{name}" for name in ("paid", "settlement", "plan", "promise", "hardship", "dispute", "human", "none")
)


def _only(figure: Figure, top: str, bottom: str) -> Figure:
    """One bar of a figure that has several."""
    name = top.removeprefix("bucket_").removesuffix("_rolled")
    return msgspec.structs.replace(figure, top=(top,), bottom=(bottom,), bars="", name=name)


def _waiting(source: Source, figure: Figure) -> Shown:
    """In minutes."""

    def point(first: date, last: date, name: str) -> Point:
        return Point(name, source.waits(first, last), None, _minutes(source.wait(first, last, 50)))

    first, last = source.asked.first, source.asked.last
    trend = tuple(point(*span, _span(*span)) for span in source.spans)
    return Shown(figure, point(first, last, ""), trend, (), _minutes(source.wait(first, last, 90)))


def _minutes(seconds: int | None) -> Fraction | None:
    return Fraction(seconds, 60) if seconds is not None else None


def _costing(source: Source, figure: Figure, costs: costing.Costs | None) -> Shown:
    if costs is None:
        return Shown(figure, Point("", 0, None, None))

    def over(first: date, last: date, name: str) -> Point:
        sums = {one: source.total((one,), first, last) for one in costing.MEASURES}
        collected = sums["collected"]
        spent = costs.of(sums, (last - first).days + 1)
        return Point(name, spent, collected, Fraction(spent, collected) if collected > 0 else None)

    trend = tuple(over(first, last, _span(first, last)) for first, last in source.spans)
    return Shown(figure, over(source.asked.first, source.asked.last, ""), trend)
