"""The API for creditors' own systems: accounts in, changes, pauses, payments out. One key, one creditor; one call, one
transaction. `/api/v1/openapi.json` describes it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import exchange
from bot.core import Money, Problem, Problems, Session, record, transaction
from bot.exchange import Key
from bot.web import edge
from bot.web.api_spec import spec
from bot.web.limits import Bucket
from bot.web.parts import Parts

BASE = "/api/v1"
ACCOUNTS = f"{BASE}/accounts"
_LARGEST = 4 * 1024 * 1024
_ONE = f"{ACCOUNTS}/{{reference:path}}"
T = TypeVar("T", bound=msgspec.Struct)


class Accounts(msgspec.Struct, forbid_unknown_fields=True):
    accounts: list[dict[str, str]]


class Change(msgspec.Struct, forbid_unknown_fields=True):
    """`amount` in major units, "12.50"; `day` is ISO."""

    action: str
    amount: str = ""
    day: str = ""
    note: str = ""


class Pause(msgspec.Struct, forbid_unknown_fields=True):
    until: date
    reason: str = ""


class Nothing(msgspec.Struct):
    pass


@dataclass(frozen=True)
class _Door:
    parts: Parts
    each_key: Bucket = field(default_factory=lambda: Bucket(burst=50, per_second=10))
    strangers: Bucket = field(default_factory=lambda: Bucket(burst=20, per_second=0.2))


def routes(parts: Parts) -> list[Route]:
    door = _Door(parts)
    return [
        Route(f"{BASE}/openapi.json", partial(_spec, parts), methods=["GET"]),
        Route(ACCOUNTS, partial(_place, door), methods=["POST"]),
        Route(f"{BASE}/payments", partial(_payments, door), methods=["GET"]),
        Route(f"{_ONE}/changes", partial(_change, door), methods=["POST"]),
        Route(f"{_ONE}/withdrawal", partial(_withdraw, door), methods=["POST"]),
        Route(f"{_ONE}/pause", partial(_pause, door), methods=["PUT"]),
        Route(f"{_ONE}/pause", partial(_go_on, door), methods=["DELETE"]),
        Route(_ONE, partial(_account, door), methods=["GET"]),
    ]


def _spec(parts: Parts, _request: Request) -> Response:
    return JSONResponse(spec(parts.settings.public_url + BASE))


async def _place(door: _Door, request: Request) -> Response:
    def place(session: Session, key: Key, now: datetime, given: Accounts) -> Any:
        if not 0 < len(given.accounts) <= exchange.placing.MOST:
            raise Problems([Problem("accounts", f"1 to {exchange.placing.MOST} of them", str(len(given.accounts)))])
        report = exchange.placing.place(session, key.client, given.accounts, now=now, settings=door.parts.settings)
        record(session, "AccountsReceived", subject=key.id, data=asdict(report), now=now, actor=key.actor)
        return {"people": report.people, "accounts": report.debts, "unchanged": report.unchanged}

    return await _answer(door, request, Accounts, place)


async def _change(door: _Door, request: Request) -> Response:
    def change(session: Session, key: Key, now: datetime, given: Change) -> Any:
        reference, cells = request.path_params["reference"], msgspec.to_builtins(given)
        return {"changed": exchange.placing.update(session, key.client, reference, cells, by=key.actor, now=now)}

    return await _answer(door, request, Change, change)


async def _withdraw(door: _Door, request: Request) -> Response:
    def withdraw(session: Session, key: Key, now: datetime, _given: Nothing) -> Any:
        reference, cells = request.path_params["reference"], {"action": "recall"}
        return {"changed": exchange.placing.update(session, key.client, reference, cells, by=key.actor, now=now)}

    return await _answer(door, request, Nothing, withdraw)


async def _pause(door: _Door, request: Request) -> Response:
    def pause(session: Session, key: Key, now: datetime, given: Pause) -> Any:
        reference, why = request.path_params["reference"], given.reason.strip()[:200]
        exchange.placing.pause(session, key.client, reference, given.until, why, by=key.actor, now=now)
        return {"paused_until": given.until.isoformat()}

    return await _answer(door, request, Pause, pause)


async def _go_on(door: _Door, request: Request) -> Response:
    def go_on(session: Session, key: Key, now: datetime, _given: Nothing) -> Any:
        reference = request.path_params["reference"]
        return {"changed": exchange.placing.go_on(session, key.client, reference, by=key.actor, now=now)}

    return await _answer(door, request, Nothing, go_on)


async def _account(door: _Door, request: Request) -> Response:
    def show(session: Session, key: Key, now: datetime, _given: Nothing) -> Any:
        debt = exchange.placing.account(session, key.client, request.path_params["reference"])
        return {"reference": debt.reference, "product": debt.product, "state": debt.status.value, **_amount(debt.balance)}

    return await _answer(door, request, Nothing, show)


async def _payments(door: _Door, request: Request) -> Response:
    def payments(session: Session, key: Key, now: datetime, _given: Nothing) -> Any:
        first, last = (_day(request, name) for name in ("first", "last"))
        if not timedelta() <= last - first <= timedelta(days=366):
            raise Problems([Problem("last", "a day from first on, within a year", last.isoformat())])
        return {"payments": [
            {"id": one.id, "account": one.reference, "product": one.product, "date": one.on.isoformat(),
             **_amount(one.amount), "through": one.through}
            for one in exchange.exports.moved(session, key.client, first, last)
        ]}  # fmt: skip

    return await _answer(door, request, Nothing, payments)


def _amount(money: Money) -> dict[str, object]:
    return {"amount_minor": money.minor, "currency": money.currency}


def _day(request: Request, name: str) -> date:
    try:
        return date.fromisoformat(request.query_params.get(name, ""))
    except ValueError:
        raise Problems([Problem(name, "a day such as 2026-09-30", request.query_params.get(name, "")[:40])]) from None


async def _answer(door: _Door, request: Request, kind: type[T], do: Callable[[Session, Key, datetime, T], Any]) -> Response:
    """Who calls is asked before what they send is read."""
    key = await run_in_threadpool(_key, door, request)
    if isinstance(key, Response):
        return key
    raw = await edge.body(request, _LARGEST)
    try:
        given = msgspec.json.decode(raw, type=kind) if raw else kind()
    except (msgspec.DecodeError, TypeError) as error:
        return _no(422, [Problem("body", "JSON as the description says", str(error)[:200])])
    return await run_in_threadpool(_done, door, key, given, do)


def _key(door: _Door, request: Request) -> Key | Response:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    with transaction(door.parts.engine) as session:
        key = exchange.keys.find(session, secret.strip()) if scheme.lower() == "bearer" else None
    if key is None:
        wait = door.strangers.take(request.client.host if request.client else "")
        if wait:
            return JSONResponse({"error": "too many wrong keys"}, 429, {"Retry-After": str(wait)})
        return JSONResponse({"error": "a key is needed"}, 401, {"WWW-Authenticate": "Bearer"})
    wait = door.each_key.take(key.id)
    return JSONResponse({"error": "too fast"}, 429, {"Retry-After": str(wait)}) if wait else key


def _done(door: _Door, key: Key, given: T, do: Callable[[Session, Key, datetime, T], Any]) -> Response:
    try:
        with transaction(door.parts.engine) as session:
            return JSONResponse(do(session, key, door.parts.settings.clock.now(), given))
    except exchange.placing.NoSuchAccount:
        raise HTTPException(404) from None
    except Problems as wrong:
        return _no(422, wrong.problems)


def _no(status: int, problems: list[Problem] | tuple[Problem, ...]) -> Response:
    return JSONResponse({"problems": [{"where": one.where, "expected": one.expected, "got": one.got} for one in problems]}, status)
