"""Reads and writes the policy document cell by cell, so that one reading names every malformed cell at once."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from decimal import Decimal
from difflib import get_close_matches
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec

from bot.core import Money, Problem, Problems
from bot.negotiation.terms import Policy, Terms

_NESTED = msgspec.Struct


def read(data: bytes) -> Policy:
    """The document in `data`. Raises Problems with one Problem per cell, each with row and field."""
    raw = _parse(data)
    defaults = raw.pop("defaults", {})
    reader = _Reader(str(raw.get("currency", "USD")))
    raw = {**raw, "rows": _filled(raw.get("rows"), defaults, reader)}
    policy = reader.struct(Policy, raw, "policy")
    if reader.problems:
        raise Problems(reader.problems)
    assert isinstance(policy, Policy)
    return policy


def write(policy: Policy) -> bytes:
    """The canonical JSON: sorted keys, every cell spelled out. Reading it gives the same policy and version."""
    return msgspec.json.encode(_plain(policy, Policy, policy.currency), order="sorted")


def _parse(data: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(data, parse_float=Decimal, object_pairs_hook=_no_twins)
    except (ValueError, RecursionError) as error:
        raise Problems([Problem("policy", "a JSON document", _unread(error))]) from None
    if not isinstance(raw, dict):
        raise Problems([Problem("policy", "a JSON object", type(raw).__name__)])
    return raw


def _unread(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"a mistake in line {error.lineno}, column {error.colno}: {error.msg[:1].lower()}{error.msg[1:]}"
    if isinstance(error, UnicodeDecodeError):
        return f"bytes that are no UTF-8 text, from byte {error.start} on"
    return "too many brackets in one another" if isinstance(error, RecursionError) else str(error)


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if twins := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"the field {', '.join(twins)} twice in one object")
    return dict(pairs)


def _filled(rows: Any, defaults: Any, reader: _Reader) -> Any:
    """Rows with every cell they leave out taken from the defaults."""
    if not isinstance(defaults, dict):
        reader.add("policy, defaults", "an object with cells", _shown(defaults))
        defaults = {}
    reader.unknown(Terms, defaults, "policy, defaults")
    known = {name: value for name, value in defaults.items() if name in Terms.__struct_fields__}
    if not isinstance(rows, list):
        return rows
    return [_with(row, known) if isinstance(row, dict) else row for row in rows]


def _with(row: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    terms = row.get("terms", {})
    return {"when": {}, **row, "terms": {**defaults, **terms} if isinstance(terms, dict) else terms}


class _Reader:
    """Collects problems while it builds structs."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.problems: list[Problem] = []

    def add(self, where: str, expected: str, got: str) -> Any:
        self.problems.append(Problem(where, expected, got))
        return None

    def unknown(self, struct: type[_NESTED], raw: Iterable[str], where: str) -> None:
        for name in raw:
            if name not in struct.__struct_fields__:
                near = get_close_matches(name, struct.__struct_fields__, 1)
                meant = f", perhaps {near[0]}" if near else ""
                self.add(f"{where}, {name}", f"a field of the policy{meant}", "a name that it does not have")

    def struct(self, struct: type[_NESTED], raw: Any, where: str) -> object:
        if not isinstance(raw, dict):
            return self.add(where, "an object with cells", _shown(raw))
        self.unknown(struct, raw, where)
        hints = _hints(struct)
        values = {}
        for field in msgspec.structs.fields(struct):
            if field.name in raw:
                values[field.name] = self.cell(hints[field.name], raw[field.name], f"{where}, {field.name}")
            elif field.required:
                self.add(f"{where}, {field.name}", "a value", "nothing")
        return struct(**values) if not self.problems else None

    def cell(self, kind: Any, raw: Any, where: str) -> Any:
        if inner := _optional(kind):
            return None if raw is None else self.cell(inner, raw, where)
        if isinstance(kind, type) and issubclass(kind, _NESTED):
            return self.struct(kind, raw, where)
        if get_origin(kind) is tuple:
            return self.list(get_args(kind)[0], raw, where)
        title = _title(kind)
        if title == "money":
            return self.money(raw, where)
        return self.percent(raw, where) if title == "percent" else self.plain(kind, raw, where)

    def list(self, kind: Any, raw: Any, where: str) -> Any:
        if not isinstance(raw, list):
            return self.add(where, "a list", _shown(raw))
        return tuple(self.cell(kind, item, _place(where, number, item)) for number, item in enumerate(raw, 1))

    def money(self, raw: Any, where: str) -> Any:
        if isinstance(raw, str) and re.fullmatch(r"\d{1,9}(\.\d{1,2})?", raw):
            return Money.of(raw, self.currency).minor
        return self.add(where, 'an amount in quotes such as "25.00"', _shown(raw))

    def percent(self, raw: Any, where: str) -> Any:
        if isinstance(raw, str) and re.fullmatch(r"\d{1,3}(\.\d{1,2})?", raw):
            raw = Decimal(raw)
        if isinstance(raw, bool) or not isinstance(raw, (int, Decimal)) or not 0 <= raw <= 100:
            return self.add(where, "a percentage from 0 to 100", _shown(raw))
        if raw * 100 % 1:
            return self.add(where, "a percentage with at most two decimals", _shown(raw))
        return Decimal(format(Decimal(raw).normalize(), "f"))

    def plain(self, kind: Any, raw: Any, where: str) -> Any:
        try:
            return msgspec.convert(raw, type=kind)
        except msgspec.ValidationError as error:
            expected, got = _explained(str(error), raw)
            return self.add(where, _listed(kind) or expected, got)


@cache
def _hints(struct: type[_NESTED]) -> dict[str, Any]:
    return get_type_hints(struct, include_extras=True)


def _explained(message: str, raw: Any) -> tuple[str, str]:
    if match := re.match(r"Expected `(?:int|str|bool|date)` ?(.*?)(?:, got .*)?$", message):
        words = {"int": "a whole number", "str": "a text", "bool": "true or false", "date": "a date"}
        kind = message.split("`")[1]
        return f"{words[kind]} {match[1]}".strip(), _shown(raw)
    if message.startswith("Invalid enum value"):
        return "a word from the list", _shown(raw)
    return message.replace("`", "").replace("Invalid RFC3339 encoded date", "a date such as 2026-12-01"), _shown(raw)


def _listed(kind: Any) -> str:
    """The words of a list, where the cell must have one of them."""
    words = [one.value for one in kind] if isinstance(kind, type) and issubclass(kind, Enum) else get_args(kind)
    return " or ".join(words) if words and all(isinstance(word, str) for word in words) else ""


def _optional(kind: Any) -> Any:
    inner = [option for option in get_args(kind) if option is not type(None)]
    return inner[0] if get_origin(kind) in (Union, UnionType) and len(inner) < len(get_args(kind)) else None


def _title(kind: Any) -> str | None:
    if get_origin(kind) is not Annotated:
        return None
    return next((note.title for note in get_args(kind)[1:] if isinstance(note, msgspec.Meta)), None)


def _place(where: str, number: int, item: Any) -> str:
    name = item.get("name") or item.get("role") if isinstance(item, dict) else None
    if where == "policy, rows":
        return f'row {number} "{name}"' if name else f"row {number}"
    return f"{where} {number}"


def _shown(raw: Any) -> str:
    text = str(raw) if isinstance(raw, Decimal) else json.dumps(raw, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "..."


def _plain(value: Any, kind: Any, currency: str) -> Any:
    if value is None:
        return None
    kind = _optional(kind) or kind
    if isinstance(value, msgspec.Struct):
        hints = _hints(type(value))
        return {name: _plain(getattr(value, name), hint, currency) for name, hint in hints.items()}
    if isinstance(value, tuple):
        return [_plain(item, get_args(kind)[0], currency) for item in value]
    if _title(kind) == "money":
        return format(Money(value, currency).major, "f")
    return value
