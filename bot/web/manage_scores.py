"""The scorecards of the managers: what they reached, whether it still holds, whether payers have changed, and why whom."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import accounts, scores
from bot.core import reading
from bot.scores import Target
from bot.web import edge
from bot.web.manage_parts import manager, page
from bot.web.parts import Parts

SIDE = 200
"""Of the picture of calibration, in units of its own."""
CALIBRATED = 0.03
Curve = Sequence[tuple[float, float, int]]


def routes(parts: Parts) -> list[Route]:
    return [Route("/manage/scores", partial(_scores, parts), methods=["GET"])]


@dataclass(frozen=True)
class Mark:
    """A tenth of what was told, as it is drawn: `x` what was told, `y` what happened."""

    x: int
    y: int
    told: str


@dataclass(frozen=True)
class Row:
    """One payment that is to come."""

    ending: str
    due_on: object
    chance: str
    reasons: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Shown:
    """One target on the page."""

    title: str
    heading: str
    report: scores.Report
    marks: tuple[Mark, ...]
    lived: tuple[Mark, ...]
    now: str
    bins: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]
    first: tuple[Row, ...]


HEADINGS = {Target.MISS: "Will miss: accounts that are not late yet", Target.KEEP: "Will keep: what was agreed on"}


def _scores(parts: Parts, request: Request) -> Response:
    today = parts.settings.clock.now().astimezone(ZoneInfo(parts.settings.time_zone)).date()
    with reading(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return edge.see_other("/desk/login")
        found = [scores.report(session, target, today) for target in Target]
        debts = accounts.known_debts_by_id(session, {one.debt_id for report in found for one in report.first})
        months = scores.months(session)
    currencies = sorted(months, key=lambda one: (one != "USD", one))
    asked = request.query_params.get("currency", "")
    currency = asked if asked in currencies else currencies[0] if currencies else "USD"
    values = {
        "shown": [_shown(report, debts) for report in found], "side": SIDE, "labels": {one.name: one.label for one in scores.FEATURES},
        "features": scores.FEATURES, "months": months.get(currency, []),
        "currency": currency, "currencies": currencies, "calibrated": CALIBRATED, "double": scores.DOUBLE,
    }  # fmt: skip
    return page(parts, request, "manage_scores.html", me, values)


def _shown(report: scores.Report, debts: dict[str, accounts.Debt]) -> Shown:
    trained = report.card
    curve = trained.figures.curve if trained is not None and trained.figures is not None else ()
    return Shown(
        _title(report), HEADINGS[report.target], report, tuple(_marks(curve)), tuple(_marks(report.lived)), _now(report),
        tuple((part.feature, tuple(_bins(part))) for part in trained.card.parts) if trained is not None else (),
        tuple(_row(one, debts[one.debt_id]) for one in report.first if one.debt_id in debts),
    )  # fmt: skip


def _title(report: scores.Report) -> str:
    """The answer: what it is good for, in one sentence."""
    told, trained = {Target.MISS: "missed", Target.KEEP: "broken"}[report.target], report.card
    if trained is None or trained.figures is None:
        return "No scorecard is in force yet: too few payments are judged"
    found = trained.figures
    return (
        f"Of two payments, one kept and one {told}, it names the {told} one in {_percent(found.auc)} of cases; "
        f"what it tells is off by {found.ece * 100:.1f} points"
    )


def _now(report: scores.Report) -> str:
    """Whether what was told of late has come true."""
    if not report.judged:
        return "Nothing that was told in the last 90 days is judged yet"
    return f"Told of late: {_percent(report.told)} would be missed; {_percent(report.happened)} of {report.judged} were"


def _marks(curve: Curve) -> Iterable[Mark]:
    for told, happened, count in curve:
        words = f"told {_percent(told)}, happened {_percent(happened)} of {count}"
        yield Mark(round(told * SIDE), SIDE - round(happened * SIDE), words)


def _bins(part: scores.Part) -> Iterable[tuple[str, str, str]]:
    """(from which to which value, points, share of the training)."""
    edges = ["", *(f"{cut:.2f}" for cut in part.cuts), ""]
    for low, high, weight, share in zip(edges, edges[1:], part.weights, part.shares):
        words = f"{low} to under {high}" if low and high else f"under {high}" if high else f"{low} and more" if low else "any"
        yield words, f"{scores.points(weight):+d}", _percent(share)


def _row(one: scores.Score, debt: accounts.Debt) -> Row:
    return Row(debt.ending, one.due_on, _percent(one.chance), [(words, f"{points:+d}") for words, points in one.reasons])


def _percent(share: float) -> str:
    return f"{share * 100:.0f}\u00a0%"
