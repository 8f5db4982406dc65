"""OpenAPI 3.1 of the API, made of the same columns that the import knows."""

from __future__ import annotations

from typing import Any

from bot import accounts, exchange

_PROBLEMS = {"type": "object", "properties": {"problems": {"type": "array", "items": {
    "type": "object", "properties": {name: {"type": "string"} for name in ("where", "expected", "got")},
}}}}  # fmt: skip
_REFERENCE = {"name": "reference", "in": "path", "required": True, "schema": {"type": "string"},
              "description": "the creditor's account number"}  # fmt: skip
_CHANGED = {"changed": {"type": "boolean", "description": "false: it was so already"}}
_MONEY = {"amount_minor": {"type": "integer"}, "currency": {"type": "string", "examples": ["USD"]}}


def spec(base: str) -> dict[str, Any]:
    """`base` is where it is reached."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Parley for creditors", "version": "1", "description": _ABOUT},
        "servers": [{"url": base}],
        "security": [{"key": []}],
        "components": {"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        "paths": {
            "/accounts": {"post": _call("Place accounts: all of a call or none; the same again change nothing", _accounts(), {
                "people": _INTEGER, "accounts": _INTEGER, "unchanged": _INTEGER})},
            "/accounts/{reference}": {"parameters": [_REFERENCE], "get": _call("How an account stands", None, {
                "reference": _TEXT, "product": _TEXT, "state": {"enum": ["open", "disputed", "paid", "written_off"]}, **_MONEY})},
            "/accounts/{reference}/changes": {"parameters": [_REFERENCE], "post": _call(
                "What is owed now, what came to you, written off, taken back or opened again", _change(), _CHANGED)},
            "/accounts/{reference}/withdrawal": {"parameters": [_REFERENCE], "post": _call(
                "Take an account back: nothing of it is asked for any more, and its plan ends", None, _CHANGED)},
            "/accounts/{reference}/pause": {
                "parameters": [_REFERENCE],
                "put": _call("Ask for nothing until that day is over", _object(
                    {"until": _DAY, "reason": _TEXT}, ["until"]), {"paused_until": _DAY}),
                "delete": _call("End a pause", None, _CHANGED),
            },
            "/payments": {
                "parameters": [{"name": name, "in": "query", "required": True, "schema": _DAY} for name in ("first", "last")],
                "get": _call("What came and went back, oldest first; `through` is link, or how a person saw it", None, {
                    "payments": {"type": "array", "items": _object({
                        "id": _INTEGER, "account": _TEXT, "product": _TEXT, "date": _DAY, **_MONEY, "through": _TEXT}, [])}}),
            },
        },
        "webhooks": {kind: {"post": {"summary": kind, "requestBody": _json(_object(
            {"id": _TEXT, "type": {"const": kind}, "at": _TEXT, "account": _TEXT, "data": {"type": "object"}},
            ["id", "type", "at", "account", "data"])), "responses": {"2XX": {"description": "taken"}}}}
            for kind in exchange.webhooks.KINDS},
    }  # fmt: skip


_TEXT, _INTEGER, _DAY = {"type": "string"}, {"type": "integer"}, {"type": "string", "format": "date"}
_ABOUT = (
    "One key opens one creditor's accounts. Amounts in are written in major units (\"1234.50\"), amounts out are whole minor "
    "units. A call that is refused changes nothing and answers 422 with all its problems. Webhooks carry `Parley-Signature: "
    "t=seconds,v1=hex` where v1 is HMAC-SHA256 of `seconds.body` under the secret of the address; refuse what is older than "
    "five minutes, and know a repeat by its `id`."
)


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _accounts() -> dict[str, Any]:
    needed = [one for one in accounts.REQUIRED_COLUMNS if one not in (*accounts.OF_A_PERSON, "client", "balance")]
    one = _object({name: _TEXT for name in accounts.IMPORT_COLUMNS if name != "client"}, needed)
    return _object({"accounts": {"type": "array", "items": one, "maxItems": exchange.placing.MOST}}, ["accounts"])


def _change() -> dict[str, Any]:
    cells = {"action": {"enum": list(exchange.updates.ACTIONS)}, "amount": _TEXT, "day": _DAY, "note": _TEXT}
    return _object(cells, ["action"])


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": schema}}}


def _call(summary: str, body: dict[str, Any] | None, gives: dict[str, Any]) -> dict[str, Any]:
    ok = {"description": "done", "content": {"application/json": {"schema": _object(gives, list(gives))}}}
    no = {"description": "refused; nothing was changed", "content": {"application/json": {"schema": _PROBLEMS}}}
    answers = {"200": ok, "401": {"description": "no key"}, "404": {"description": "no such account"}, "422": no,
               "429": {"description": "too fast"}}  # fmt: skip
    return {"summary": summary, "responses": answers, **({"requestBody": _json(body)} if body else {})}
