"""The figures of the managers: each a picture whose title is the answer, with its formula, its window and its data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import insight
from bot.core import Problem, Problems, Session, reading
from bot.web import going_on, staff
from bot.web.manage_parts import Form, manager, page, posted, said
from bot.web.parts import Parts

WIDTH, HEIGHT = 600, 96
_STEPS = (Fraction(1, 100), Fraction(1, 50), Fraction(1, 20), Fraction(1, 10), Fraction(1, 5), Fraction(1, 2), Fraction(1))
GROUPS = {
    "money": "Money", "promises": "Promises and plans", "conversations": "Conversations", "people": "People",
    "policy": "Policy and the door",
}  # fmt: skip
_MOST = 10**12
CHANNELS = {"sms": "SMS", "whatsapp": "WhatsApp", "telegram": "Telegram", "web": "web chat"}


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/manage/figures", partial(_figures, parts), methods=["GET"]),
        Route("/manage/figures.csv", partial(_file, parts), methods=["GET"]),
        Route("/manage/figures/costs", partial(_costs, parts), methods=["POST"]),
    ]


@dataclass(frozen=True)
class Mark:
    """A point as it is drawn; `y` and `height` from the top of the picture."""

    x: int
    y: int
    width: int
    height: int
    told: str


@dataclass(frozen=True)
class Drawn:
    """A figure for the page. `as_line`: dots that are joined; else columns."""

    shown: insight.Shown
    title: str
    as_line: bool
    marks: tuple[Mark, ...]
    line: str
    highest: str
    first: str
    last: str
    bars: tuple[tuple[str, str, int], ...]
    table: tuple[tuple[str, str, str, str], ...]


def _asked(parts: Parts, request: Request) -> insight.Asked:
    """What the form asks for; what makes no sense is as if it were not said."""
    given, today = request.query_params, parts.settings.clock.now().astimezone(ZoneInfo(parts.settings.time_zone)).date()
    days = int(given["days"]) if given.get("days", "") in {str(one) for one in insight.PERIODS} else 30
    try:
        last = min(date.fromisoformat(given.get("last", "")), today)
    except ValueError:
        last = today
    if last.year < 2000:
        last = today
    words = {name: given.get(name, "")[:40].replace("\x00", "") for name in ("channel", "language", "segment")}
    currency = given.get("currency", "USD")
    return insight.Asked(last, days, **words, currency=currency if currency.isalpha() and len(currency) == 3 else "USD")


def _report(parts: Parts, request: Request) -> tuple[staff.Staff | None, insight.Report | None]:
    with reading(parts.engine) as session:
        me = manager(parts, request, session)
        return me, insight.report(session, _asked(parts, request)) if me is not None else None


def _figures(parts: Parts, request: Request) -> Response:
    me, report = _report(parts, request)
    if me is None or report is None:
        return going_on.to_log_in(request)
    asked, today = report.asked, _today(parts)
    drawn = [_draw(one, report, is_last=asked.last == today) for one in report.shown]
    values = {
        "report": report, "asked": asked, "is_today": asked.last == today, "today": today, "zone": parts.settings.time_zone,
        "groups": [(heading, [one for one in drawn if one.shown.figure.group == name]) for name, heading in GROUPS.items()],
        "periods": insight.PERIODS, "channels": CHANNELS, "measures": _measure_words, "wide": WIDTH, "high": HEIGHT,
        "file": "/manage/figures.csv?" + urlencode(_as_query(asked)), "costs": _costs_typed(report),
        "done": "costs" if request.query_params.get("done") == "costs" else None,
    }  # fmt: skip
    return page(parts, request, "manage_figures.html", me, values)


def _file(parts: Parts, request: Request) -> Response:
    me, report = _report(parts, request)
    if me is None or report is None:
        return going_on.to_log_in(request)
    text = insight.as_csv(report, parts.settings.time_zone, report.asked.last == _today(parts))
    name = f"figures-{report.asked.last:%Y-%m-%d}-{report.asked.days}-days.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response("\ufeff" + text, headers=headers, media_type="text/csv; charset=utf-8")


def _today(parts: Parts) -> date:
    return parts.settings.clock.now().astimezone(ZoneInfo(parts.settings.time_zone)).date()


def _as_query(asked: insight.Asked) -> dict[str, str]:
    return {
        "days": str(asked.days), "last": asked.last.isoformat(), "channel": asked.channel, "language": asked.language,
        "segment": asked.segment, "currency": asked.currency,
    }  # fmt: skip


def _measure_words(measure: str) -> str:
    return insight.MEASURES[measure]


def _draw(shown: insight.Shown, report: insight.Report, *, is_last: bool) -> Drawn:
    figure, currency = shown.figure, report.asked.currency

    def words(exact: Fraction | None) -> str:
        return insight.value(figure, exact, currency)

    highest = _highest(shown)
    as_line = figure.unit not in ("money", "count") or figure.over == "close"
    marks = tuple(_marks(shown.trend, highest, as_line, words)) if _tells_something(shown.trend) else ()
    rows = [
        (_name(one.name), words(one.value), _sum(figure, one.top, currency), _sum(figure, one.bottom, currency))
        for one in (*shown.trend, *shown.bars)
    ]
    widest = max([one.value for one in shown.bars if one.value is not None], default=Fraction(0))
    bars = tuple(
        (_name(one.name), words(one.value), int((one.value or 0) * WIDTH / widest) if widest > 0 else 0)
        for one in shown.bars
    )
    return Drawn(
        shown, insight.title(shown, report, is_last).replace(" %", "\u00a0%"), as_line, marks,
        " ".join(f"{mark.x},{mark.y}" for mark in marks) if as_line else "", words(highest),
        shown.trend[0].name.partition(" ")[0] if shown.trend else "", shown.trend[-1].name.rpartition(" ")[2] if shown.trend else "",
        bars, tuple(rows),
    )  # fmt: skip


def _name(name: str) -> str:
    return insight.BARS.get(name, name)


def _sum(figure: insight.Figure, number: int | None, currency: str) -> str:
    return "" if number is None else insight.amount(figure, number, currency)


def _highest(shown: insight.Shown) -> Fraction:
    """The top of the scale: a round share, or the highest point."""
    most = max([one.value for one in shown.trend if one.value is not None], default=Fraction(0))
    if shown.figure.unit == "share":
        return next((step for step in _STEPS if step >= most), most)
    return most if most > 0 else Fraction(1)


def _tells_something(trend: tuple[insight.Point, ...]) -> bool:
    """One day alone, or nothing on every day, is no picture: the title has said it."""
    known = [one.value for one in trend if one.value is not None]
    return len(known) > 1 and any(known)


def _marks(trend: tuple[insight.Point, ...], highest: Fraction, as_line: bool, words: Any) -> Any:
    """Where there is no value nothing is drawn; what is below nothing stands at the bottom."""
    wide = WIDTH // max(len(trend), 1)
    for at, point in enumerate(trend):
        if point.value is None or (as_line and point.value < 0):
            continue
        tall = max(0, int(point.value * HEIGHT / highest))
        told = f"{point.name}: {words(point.value)}"
        x = at * wide + (wide // 2 if as_line else 2)
        yield Mark(x, HEIGHT - tall, wide - 4, tall, told)


def _costs_typed(report: insight.Report) -> Mapping[str, str]:
    """As they stand in the form."""
    known = report.costs
    if known is None:
        return {"message": "", "answer": "", "payment": "", "percent": "", "month": ""}
    return {
        "message": f"{Decimal(known.message_micro) / 1_000_000:f}", "answer": f"{Decimal(known.answer_minor) / 100:.2f}",
        "payment": f"{Decimal(known.payment_minor) / 100:.2f}", "percent": f"{Decimal(known.payment_basis_points) / 100:f}",
        "month": f"{Decimal(known.month_minor) / 100:.2f}",
    }  # fmt: skip


async def _costs(parts: Parts, request: Request) -> Response:
    """What things cost, as a manager says it; the log says who and when."""

    def save(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        problems: list[Problem] = []

        def number(name: str, what: str, times: int) -> int:
            typed = said(form, name, 20).replace(",", "")
            try:
                exact = Decimal(typed or "0") * times
            except InvalidOperation:
                exact = Decimal(-1)
            if not exact.is_finite() or not 0 <= exact <= _MOST or exact != exact.to_integral_value():
                problems.append(Problem(what, "a number of nothing or more, such as 0.25", typed))
                return 0
            return int(exact)

        currency = said(form, "currency", 3)
        if not (len(currency) == 3 and currency.isalpha() and currency.isupper()):
            problems.append(Problem("Currency", "three capital letters such as USD", currency))
        costs = insight.Costs(
            currency, number("message", "A message", 1_000_000), number("answer", "An answer", 100),
            number("payment", "A payment", 100), number("percent", "Share of a payment", 100), number("month", "A month", 100),
        )  # fmt: skip
        if problems:
            raise Problems(problems)
        insight.say_costs(session, costs, me.login, now)
        return "/manage/figures?done=costs#costs"

    return await posted(parts, request, save)


