"""Try a case: any debtor, under a draft or what is in force, with each row that was passed over and why."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import negotiation
from bot.core import Money, reading
from bot.web import going_on, manage_drafts, manage_words
from bot.web.manage_parts import manager, page
from bot.web.parts import Parts

_LONGEST_AGE, _MOST = 36_500, 1_000


def routes(parts: Parts) -> list[Route]:
    return [
        Route("/manage/try", partial(_try, parts), methods=["GET"]),
        Route("/manage/drafts/{id}/try", partial(_try, parts), methods=["GET"]),
    ]


def query(case: negotiation.Case) -> str:
    """The address of a case, after the question mark; for the example of a problem."""
    facts = {
        "balance": str(case.balance.major), "days": case.days_past_due, "broken": case.broken_plans,
        "product": case.product, "state": case.jurisdiction, "client": case.client, "pauses": case.pauses_used,
        "today": case.today.isoformat(), **({"hardship": "yes"} if case.hardship else {}),
        **({"benefits": "yes"} if case.income_only_benefits else {}),
    }  # fmt: skip
    return urlencode({name: value for name, value in facts.items() if value not in ("", 0)})


def _try(parts: Parts, request: Request) -> Response:
    now = parts.settings.clock.now()
    with reading(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        live = negotiation.live_policy(session, now)
        draft = manage_drafts.opened(session, request) if "id" in request.path_params else None
    typed = request.query_params
    case, wrong = _case(typed, live.currency, now.date())
    policy = negotiation.drafting.read(draft.content)[0] if draft is not None else live
    values: dict[str, Any] = {
        "draft": draft, "typed": typed, "wrong": wrong, "case": case, "unreadable": policy is None,
        "products": live.products, "states": live.jurisdictions,
    }  # fmt: skip
    if case is not None and policy is not None:
        values |= told(case, policy)
        if draft is not None:
            values["now"] = told(case, live)
    return page(parts, request, "manage_try.html", me, values)


def told(case: negotiation.Case, policy: negotiation.Policy) -> dict[str, Any]:
    try:
        tried = negotiation.try_case(case, policy)
    except LookupError:
        return {"tried": None, "nobody": True}
    return {"tried": tried, "passed": [_passed(one) for one in tried.passed_over]}


def _passed(one: negotiation.PassedOver) -> tuple[str, str]:
    return one.row, f"is for {one.field} {manage_words.named(one.expected)}; here it is {manage_words.named(one.got)}"


def _case(typed: Mapping[str, str], currency: str, today: date) -> tuple[negotiation.Case | None, list[str]]:
    """The debtor that was typed; None before anything was, and with what cannot be read in words."""
    if "balance" not in typed:
        return None, []
    wrong: list[str] = []
    balance = _money(typed.get("balance", ""), currency, wrong)
    numbers = {name: _number(typed.get(name, ""), label, most, wrong) for name, label, most in (
        ("days", "Days past due", _LONGEST_AGE), ("broken", "Broken plans", _MOST), ("pauses", "Pauses used", _MOST))}  # fmt: skip
    on = _day(typed.get("today", ""), today, wrong)
    if balance is None or on is None or wrong:
        return None, wrong
    return (
        negotiation.Case(
            balance, numbers["days"], on, typed.get("product", ""), typed.get("state", ""), typed.get("client", ""),
            broken_plans=numbers["broken"], pauses_used=numbers["pauses"], hardship="hardship" in typed,
            income_only_benefits="benefits" in typed,
        ),
        [],
    )  # fmt: skip


def _money(text: str, currency: str, wrong: list[str]) -> Money | None:
    try:
        amount = Money.of(text.replace(",", "").strip("$ "), currency)
    except (ValueError, ArithmeticError):
        wrong.append(f'What they owe must be an amount such as 612.40, not "{text[:40]}".')
        return None
    if not 0 < amount.minor < 10**12:
        wrong.append("What they owe must be more than nothing and less than ten billion.")
        return None
    return amount


def _number(text: str, label: str, most: int, wrong: list[str]) -> int:
    text = text.strip() or "0"
    if text.isascii() and text.isdigit() and len(text) < 7 and int(text) <= most:
        return int(text)
    wrong.append(f'{label} must be a whole number up to {most:,}, not "{text[:40]}".')
    return 0


def _day(text: str, today: date, wrong: list[str]) -> date | None:
    if not text.strip():
        return today
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        wrong.append(f'The day must be such as 2026-12-01, not "{text[:40]}".')
        return None
