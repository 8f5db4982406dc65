"""A Stripe request is a flat form that means a tree: `line_items[0][price_data][currency]=usd`.

Decodes it, turns its texts into the types of the SDK's schema, and names each misfit as Stripe names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.sandbox.stripe_schema import Schema

_REMOVED = "payment_method_types_no_longer_supported"


@dataclass(frozen=True)
class Misfit:
    """One parameter that Stripe would refuse: its code (may be empty), its path, and the sentence."""

    code: str
    param: str
    message: str


def decode(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """A tree of dicts and texts; a list is still a dict with the keys "0", "1", … (`[]` counts up)."""
    tree: dict[str, Any] = {}
    for key, value in pairs:
        steps = [key.split("[", 1)[0], *re.findall(r"\[([^\]]*)\]", key)]
        place = tree
        for step, following in zip(steps, [*steps[1:], None], strict=True):
            step = step or str(len(place))
            if following is None:
                place[step] = value
            elif not isinstance(place.get(step), dict):
                place[step] = {}
            place = place[step] if following is not None else place
    return tree


def fit(tree: dict[str, Any], schema: Schema) -> tuple[dict[str, Any], list[Misfit]]:
    """The typed parameters, and all that is wrong with them."""
    value, misfits = _fit(tree, schema, "", schema.get("definitions", {}))
    return value, misfits


def _fit(value: Any, schema: Any, path: str, known: dict[str, Schema]) -> tuple[Any, list[Misfit]]:
    if "$ref" in schema:
        schema = known[schema["$ref"].removeprefix("#/definitions/")]
    if "anyOf" in schema:
        return _any_of(value, schema["anyOf"], path, known)
    if "enum" in schema:
        return _one_of(value, schema["enum"], path)
    kind = schema.get("type")
    if kind == "object":
        return _object(value, schema, path, known)
    if kind == "array":
        return _array(value, schema["items"], path, known)
    return _scalar(value, schema, path)


def _any_of(value: Any, choices: list[Schema], path: str, known: dict[str, Schema]) -> tuple[Any, list[Misfit]]:
    tried = [_fit(value, choice, path, known) for choice in choices]
    deepest = max(tried, key=lambda result: len(result[1][0].param) if result[1] else -1)
    return next((result for result in tried if not result[1]), deepest)


def _one_of(value: Any, allowed: list[Any], path: str) -> tuple[Any, list[Misfit]]:
    for choice in allowed:
        if value == (str(choice).lower() if isinstance(choice, bool) else choice):
            return choice, []
    words = [str(choice) for choice in allowed if choice != ""] or ["nothing"]
    *first, last = words
    listed = f"{', '.join(first)}{',' if first[1:] else ''} or {last}" if first else last
    return value, [Misfit("", path, f"Invalid {path}: must be one of {listed}")]


def _object(value: Any, schema: Schema, path: str, known: dict[str, Schema]) -> tuple[Any, list[Misfit]]:
    if not isinstance(value, dict):
        return value, [Misfit("parameter_invalid_empty" if value == "" else "", path, f"Invalid object: {path}")]
    properties, rest = schema.get("properties", {}), schema.get("additionalProperties", True)
    typed: dict[str, Any] = {}
    misfits: list[Misfit] = []
    for name, inner in value.items():
        where = f"{path}[{name}]" if path else name
        expected = properties.get(name, rest)
        if expected is False:
            misfits.append(_unknown(name, where))
            continue
        typed[name], wrong = (inner, []) if expected is True else _fit(inner, expected, where, known)
        misfits += wrong
    return typed, misfits + list(_missing(value, schema, path)) + list(_metadata(value, path))


def _missing(value: dict[str, Any], schema: Schema, path: str) -> Iterator[Misfit]:
    for name in schema.get("required", ()):
        if name not in value:
            where = f"{path}[{name}]" if path else name
            yield Misfit("parameter_missing", where, f"Missing required param: {where}.")


def _metadata(value: dict[str, Any], path: str) -> Iterator[Misfit]:
    """Stripe's limits: 50 keys of 40 letters, values of 500."""
    if not path.endswith("metadata") and not path.endswith("metadata]"):
        return
    if len(value) > 50:
        yield Misfit("", path, "You can specify up to 50 metadata keys.")
    for key, text in value.items():
        if len(key) > 40 or len(str(text)) > 500:
            yield Misfit("", f"{path}[{key}]", "Metadata keys may have 40 characters and values 500.")


def _unknown(name: str, where: str) -> Misfit:
    if name == "payment_method_types":
        return Misfit(
            _REMOVED,
            where,
            "The parameter `payment_method_types` is no longer supported in this API version.",
        )
    return Misfit("parameter_unknown", where, f"Received unknown parameter: {where}")


def _array(value: Any, items: Any, path: str, known: dict[str, Schema]) -> tuple[Any, list[Misfit]]:
    if value == "":
        return [], []
    if not isinstance(value, dict) or not all(key.isdigit() for key in value):
        return value, [Misfit("", path, f"Invalid array: {path}")]
    fitted = [_fit(value[key], items, f"{path}[{key}]", known) for key in sorted(value, key=int)]
    return [typed for typed, _ in fitted], [misfit for _, wrong in fitted for misfit in wrong]


def _scalar(value: Any, schema: Schema, path: str) -> tuple[Any, list[Misfit]]:
    kind = schema.get("type")
    if isinstance(value, dict):
        return value, [Misfit("", path, f"Invalid {kind}: {path}")]
    if kind == "integer":
        good = re.fullmatch(r"-?\d+", value)
        wrong = Misfit("parameter_invalid_integer", path, f"Invalid integer: {value}")
        return (int(value), []) if good else (value, [wrong])
    if kind == "boolean":
        good_words = {"true": True, "false": False}
        wrong = Misfit("parameter_invalid_boolean", path, f"Invalid boolean: {value}")
        return (good_words[value], []) if value in good_words else (value, [wrong])
    if "pattern" in schema and not re.search(schema["pattern"], value):
        return value, [Misfit("parameter_invalid_string", path, f"Invalid decimal: {value}")]
    return value, []
