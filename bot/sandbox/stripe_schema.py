"""Stripe's own types, as JSON Schema.

The pip package carries the pinned API version in full: a TypedDict for each request and annotations for each
object. Reading them keeps this double honest offline. Enumerations are strict (the SDK's "or any string" is
dropped) and unknown fields are refused.
"""

from __future__ import annotations

import sys
import types
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, ForwardRef, Literal, Union

import stripe
import typing_extensions
from stripe import ListObject, StripeObject
from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject

Schema = dict[str, Any]

RESOURCES: dict[str, Any] = {
    "BalanceTransaction": stripe.BalanceTransaction,
    "Charge": stripe.Charge,
    "Customer": stripe.Customer,
    "Dispute": stripe.Dispute,
    "DisputeResource": stripe.Dispute,
    "EarlyFraudWarning": stripe.radar.EarlyFraudWarning,
    "Event": stripe.Event,
    "LineItem": stripe.LineItem,
    "Mandate": stripe.Mandate,
    "PaymentIntent": stripe.PaymentIntent,
    "PaymentMethod": stripe.PaymentMethod,
    "Price": stripe.Price,
    "Product": stripe.Product,
    "Refund": stripe.Refund,
    "Session": stripe.checkout.Session,
    "SetupIntent": stripe.SetupIntent,
}
"""What this double can put inside another object. Any other expandable field is an id or null."""

KINDS: dict[str, Any] = {
    resource.OBJECT_NAME: resource for name, resource in RESOURCES.items() if name not in ("Price", "Product")
}
_PLAIN: dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    float: {"type": "number"},
    Decimal: {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"},
    Any: {},
    type(None): {"type": "null"},
    StripeObject: {"type": "object"},
}
_NOT_PARAMETERS = frozenset(RequestOptions.__annotations__)


class _Reader:
    """Collects one definition per class while it walks the annotations."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def read(self, hint: Any, names: dict[str, Any]) -> Schema | None:
        """None when the type is a resource that this double does not have."""
        if isinstance(hint, (ForwardRef, str)):
            return self._named(hint if isinstance(hint, str) else hint.__forward_arg__, names)
        if hint in _PLAIN:
            return _PLAIN[hint]
        origin, arguments = typing_extensions.get_origin(hint), typing_extensions.get_args(hint)
        if origin in (typing_extensions.NotRequired, typing_extensions.Required):
            return self.read(arguments[0], names)
        if origin in (Union, types.UnionType):
            return self._union(arguments, names)
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin is not None:
            return self._container(origin, arguments, names)
        return self._class(hint)

    def _named(self, text: str, names: dict[str, Any]) -> Schema | None:
        if text in RESOURCES:
            return self._class(RESOURCES[text])
        try:
            return self.read(eval(text, dict(names)), names)
        except NameError:
            return None

    def _union(self, members: tuple[Any, ...], names: dict[str, Any]) -> Schema | None:
        read = [schema for member in members if (schema := self.read(member, names)) is not None]
        flat = [inner for schema in read for inner in schema.get("anyOf", [schema])]
        if any("enum" in schema for schema in flat) and not any("" in s.get("enum", ()) for s in flat):
            flat = [schema for schema in flat if schema != {"type": "string"}]
        return {"anyOf": flat} if len(flat) > 1 else next(iter(flat), None)

    def _container(self, origin: Any, arguments: tuple[Any, ...], names: dict[str, Any]) -> Schema:
        inner = self.read(arguments[-1], names)
        value: Any = False if inner is None else inner
        if origin is list:
            return {"type": "array", "items": value}
        if origin is ListObject:
            return list_of(value)
        if origin in (dict, UntypedStripeObject):
            return {"type": "object", "additionalProperties": value}
        raise TypeError(f"no JSON Schema is known for {origin}")

    def _class(self, found: Any) -> Schema:
        name = f"{found.__module__}.{found.__qualname__}"
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self._fields(found)
        return {"$ref": f"#/definitions/{name}"}

    def _fields(self, found: Any) -> Schema:
        names = vars(sys.modules[found.__module__])
        typed_dict = hasattr(found, "__required_keys__")
        properties: dict[str, Any] = {}
        required = []
        for name, hint in found.__annotations__.items():
            if typing_extensions.get_origin(hint) is ClassVar or (typed_dict and name in _NOT_PARAMETERS):
                continue
            schema = self.read(hint, names)
            properties[name] = False if schema is None else schema
            nullable = schema is None or {"type": "null"} in schema.get("anyOf", [schema])
            if name in found.__required_keys__ if typed_dict else not nullable:
                required.append(name)
        return {
            "type": "object",
            "properties": properties,
            "required": required,
            "additionalProperties": False,
        }


def list_of(item: Schema) -> Schema:
    """The envelope that Stripe puts around a page of objects."""
    return {
        "type": "object",
        "properties": {
            "object": {"enum": ["list"]},
            "data": {"type": "array", "items": item},
            "has_more": {"type": "boolean"},
            "url": {"type": "string"},
        },
        "required": ["object", "data", "has_more", "url"],
        "additionalProperties": False,
    }


@cache
def request_schema(params: str) -> Schema:
    """Schema of a request, by its name in the SDK: "checkout.SessionCreateParams"."""
    module, _, name = f"stripe.params.{params}".rpartition(".")
    return _rooted(getattr(import_module(module), name))


@cache
def answer_schema(kind: str) -> Schema:
    """Schema of an object by its `object` field, or of a page of them by "list of " and that."""
    if kind.startswith("list of "):
        reader = _Reader()
        schema = list_of(reader.read(KINDS[kind.removeprefix("list of ")], {}) or {})
        return {**schema, "definitions": reader.definitions}
    return _rooted(KINDS[kind])


def _rooted(found: Any) -> Schema:
    reader = _Reader()
    return {**(reader.read(found, {}) or {}), "definitions": reader.definitions}
