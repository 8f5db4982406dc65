"""Stripe's API over HTTP: authentication, idempotency, the check of every parameter, Stripe's errors.

An operation is a function `(call, params, *ids) -> object`. One request is one transaction, with the events
that it caused and the webhooks owed for them.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jsonschema  # type: ignore[import-untyped]
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.sandbox.delivery import Webhook, owe
from bot.sandbox.faults import LostAnswer, Weather
from bot.sandbox.model import SandboxConfig
from bot.sandbox.store import Json, Store, stripe_id
from bot.sandbox.stripe_forms import Misfit, decode, fit
from bot.sandbox.stripe_objects import API_VERSION, event
from bot.sandbox.stripe_schema import answer_schema, request_schema

DAY = 86_400
SENT_EVENTS = (
    "checkout.session.",
    "payment_intent.",
    "charge.",
    "refund.",
    "payment_method.detached",
    "setup_intent.",
    "mandate.",
    "radar.",
)
"""What the demo's webhook endpoint is subscribed to; other events are only listed."""


class ApiError(Exception):
    """An answer with an `error` body. `keep` commits what was done before, as a declined payment does."""

    def __init__(self, status: int, message: str, *, keep: bool = False, **error: Any) -> None:
        self.status, self.keep = status, keep
        self.error: Json = {"type": "invalid_request_error", "message": message, **error}
        super().__init__(message)


@dataclass
class Call:
    """One request under way: the store, Stripe's time in seconds since 1970, and who asked."""

    store: Store
    config: SandboxConfig
    weather: Weather
    now: int
    request: Json

    def emit(self, kind: str, about: Json, previous: Json | None = None) -> None:
        """Records what happened, and owes its webhook when the endpoint is subscribed to it."""
        body = event(kind, about, self.now, self.request, previous)
        sent = kind.startswith(SENT_EVENTS)
        body["pending_webhooks"] = 1 if sent else 0
        self.store.save(body)
        if self.config.check_answers:
            hold(body, "event")
            hold(about, about["object"])
        if sent:
            url = self.config.public_web_url + "/webhooks/stripe"
            webhook = Webhook("stripe", body["id"], about["id"], url, json.dumps(body, indent=2))
            owe(self.store, self.config, self.weather, webhook)

    def need(self, id_: str, kind: str, param: str) -> Json:
        """The object, or Stripe's 404."""
        found = self.store.find(id_, kind)
        if found is None:
            raise ApiError(404, f"No such {kind}: '{id_}'", code="resource_missing", param=param)
        return found


Handler = Callable[..., Json]


@dataclass(frozen=True)
class Operation:
    """`params` is the SDK's name of the request type, `answer` the kind of object that comes back."""

    method: str
    path: str
    params: str
    handler: Handler
    answer: str


def hold(body: Json, kind: str) -> None:
    """Raises jsonschema.ValidationError when an answer is not what the SDK's types say."""
    jsonschema.Draft7Validator(answer_schema(kind)).validate(body)


class StripeApi:
    """Runs operations. `clock` gives Stripe's time; `hurry` tells the courier that webhooks are owed."""

    def __init__(
        self,
        store: Store,
        config: SandboxConfig,
        weather: Weather,
        clock: Callable[[], int],
        hurry: Callable[[], None],
    ) -> None:
        self._store, self._config, self._weather, self._clock, self.hurry = (
            store,
            config,
            weather,
            clock,
            hurry,
        )
        self._in_flight: set[str] = set()

    def call(self, key: str | None = None) -> Call:
        request = {"id": stripe_id("req", 14), "idempotency_key": key}
        return Call(self._store, self._config, self._weather, self._clock(), request)

    async def answer(self, operation: Operation, request: Request, ids: tuple[str, ...]) -> Response:
        """The HTTP answer of one request, faults included."""
        key = request.headers.get("Idempotency-Key") if request.method == "POST" else None
        call = self.call(key)
        try:
            self._admit(request, key)
        except ApiError as refused:
            return self._json(call, refused.status, {"error": refused.error})
        self._in_flight.add(key or call.request["id"])
        try:
            await asyncio.sleep(self._weather.faults.answer_delay_ms / 1000)
            status, body, replayed = await self._once(operation, request, ids, call)
        finally:
            self._in_flight.discard(key or call.request["id"])
        self.hurry()
        if (hang := self._weather.next_lost_answer("stripe")) is not None:
            return LostAnswer(hang)
        return self._json(call, status, body, {"Idempotent-Replayed": "true"} if replayed else {})

    def _admit(self, request: Request, key: str | None) -> None:
        if (error := self._weather.next_error("stripe")) is not None:
            status = error.status
            kind = "rate_limit_error" if status == 429 else "api_error"
            raise ApiError(status, "The sandbox was asked to fail this request.", type=kind)
        if _api_key(request) != self._config.stripe_api_key:
            raise ApiError(401, f"Invalid API Key provided: {_api_key(request)[:8]}****")
        if request.headers.get("Stripe-Version", API_VERSION) != API_VERSION:
            raise ApiError(400, f"This sandbox speaks the API version {API_VERSION} only.")
        if key and len(key) > 255:
            raise ApiError(400, "Idempotency keys may not be longer than 255 characters.", type="idempotency_error")
        if key in self._in_flight:
            message = f"There is currently another in-progress request using this Idempotency Key: {key}."
            raise ApiError(409, message, type="idempotency_error", code="idempotency_key_in_use")

    async def _once(
        self, operation: Operation, request: Request, ids: tuple[str, ...], call: Call
    ) -> tuple[int, Json, bool]:
        """Status, body, and whether it is a replay of an earlier answer under the same key."""
        pairs = await _pairs(request)
        key, print_ = call.request["idempotency_key"], _fingerprint(request, pairs)
        if key and (earlier := self._earlier(key, print_, call.now)):
            return earlier[0], earlier[1], True
        try:
            params = _checked(operation, decode(pairs))
        except ApiError as refused:  # not remembered: a request that fails its checks may be sent again
            return refused.status, {"error": refused.error}, False
        status, body = self._perform(operation, params, ids, call, print_)
        return status, body, False

    def _earlier(self, key: str, print_: str, now: int) -> tuple[int, Json] | None:
        self._store.run("delete from idempotency where created < ?", now - DAY)
        row = self._store.row("select * from idempotency where key = ?", key)
        if row is None:
            return None
        if row["fingerprint"] != print_:
            message = (
                "Keys for idempotent requests can only be used with the same parameters they were first"
                " used with."
                f" Try using a key other than '{key}' if you meant to execute a different request."
            )
            return 400, {"error": {"type": "idempotency_error", "message": message}}
        return row["status"], json.loads(row["body"])

    def _perform(
        self, operation: Operation, params: Json, ids: tuple[str, ...], call: Call, print_: str
    ) -> tuple[int, Json]:
        expand = params.pop("expand", [])
        try:
            with self._store.transaction():
                status, body = _run(operation, call, params, ids)
                self._remember(call, print_, status, expanded(self._store, body, expand))
        except ApiError as refused:
            status, body = refused.status, {"error": refused.error}
            self._remember(call, print_, status, body)
        if status == 200 and self._config.check_answers:
            hold(body, operation.answer)
        return status, body

    def _remember(self, call: Call, print_: str, status: int, body: Json) -> None:
        if key := call.request["idempotency_key"]:
            values = (key, print_, status, json.dumps(body), call.now)
            self._store.run("insert or replace into idempotency values (?, ?, ?, ?, ?)", *values)

    def _json(self, call: Call, status: int, body: Json, more: dict[str, str] | None = None) -> Response:
        headers = {"Request-Id": call.request["id"], "Stripe-Version": API_VERSION, **(more or {})}
        if key := call.request["idempotency_key"]:
            headers["Idempotency-Key"] = key
        return JSONResponse(body, status, headers)


def _run(operation: Operation, call: Call, params: Json, ids: tuple[str, ...]) -> tuple[int, Json]:
    try:
        return 200, operation.handler(call, params, *ids)
    except ApiError as refused:
        if not refused.keep:
            raise
        return refused.status, {"error": refused.error}


def _checked(operation: Operation, tree: Json) -> Json:
    params, misfits = fit(tree, request_schema(operation.params))
    if misfits:
        raise _refusal(misfits)
    return params


def _refusal(misfits: list[Misfit]) -> ApiError:
    """Stripe names the first misfit; unknown parameters are named together."""
    first = misfits[0]
    unknown = [misfit.param for misfit in misfits if misfit.code == "parameter_unknown"]
    message = first.message
    if first.code == "parameter_unknown" and unknown[1:]:
        message = f"Received unknown parameters: {', '.join(unknown)}"
    code: Json = {"code": first.code} if first.code else {}
    return ApiError(400, message, param=first.param, **code)


def expanded(store: Store, body: Json, paths: list[str]) -> Json:
    """Replaces ids by their objects along `payment_intent.latest_charge`; `data.` walks into a page."""
    for path in paths:
        _expand(store, body, path.split("."))
    return body


def _expand(store: Store, body: Any, steps: list[str]) -> None:
    if isinstance(body, list):
        for one in body:
            _expand(store, one, steps)
    if not steps or not isinstance(body, dict):
        return
    name, *rest = steps
    if name == "line_items" and body.get("object") == "checkout.session":
        body[name] = store.setting(f"line_items:{body['id']}", None)
    elif isinstance(body.get(name), str):
        body[name] = store.find(body[name]) or body[name]
    _expand(store, body.get(name), rest)


def _api_key(request: Request) -> str:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        return base64.b64decode(value + "==").decode(errors="replace").partition(":")[0]
    return value


async def _pairs(request: Request) -> list[tuple[str, str]]:
    if request.method != "POST":
        return list(request.query_params.multi_items())
    return [(name, str(value)) for name, value in (await request.form()).multi_items()]


def _fingerprint(request: Request, pairs: list[tuple[str, str]]) -> str:
    text = json.dumps([request.method, request.url.path, sorted(pairs)])
    return hashlib.sha256(text.encode()).hexdigest()
