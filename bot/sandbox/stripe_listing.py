"""Pages of Stripe objects, newest first: the filters, cursors and the envelope that every list shares."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.sandbox.store import Json
from bot.sandbox.stripe_api import ApiError, Call

_NOT_FILTERS = frozenset({"limit", "starting_after", "ending_before", "created", "types", "type", "delivery_success"})
_BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda seen, bound: seen > bound,
    "gte": lambda seen, bound: seen >= bound,
    "lt": lambda seen, bound: seen < bound,
    "lte": lambda seen, bound: seen <= bound,
}


def page(params: Json, found: list[Json], url: str) -> Json:
    """`found` newest first; filters by equal fields and `created`, then cuts out the page asked for."""
    wanted = {name: value for name, value in params.items() if name not in _NOT_FILTERS}
    kept = [body for body in found if all(body.get(name) == value for name, value in wanted.items())]
    kept = (
        [body for body in kept if _created_within(body["created"], params.get("created"))]
        if "created" in params
        else kept
    )
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise ApiError(400, "Invalid integer: limit must be between 1 and 100.", param="limit")
    kept, more = _cut(kept, params, limit)
    return {"object": "list", "data": kept, "has_more": more, "url": url}


def _created_within(created: int, bounds: Any) -> bool:
    if isinstance(bounds, int):
        return created == bounds
    return all(_BOUNDS[name](created, bound) for name, bound in bounds.items())


def _cut(kept: list[Json], params: Json, limit: int) -> tuple[list[Json], bool]:
    ids = [body["id"] for body in kept]
    if after := params.get("starting_after"):
        rest = kept[_place(ids, after, "starting_after") + 1 :]
        return rest[:limit], len(rest) > limit
    if before := params.get("ending_before"):
        rest = kept[: _place(ids, before, "ending_before")]
        return rest[-limit:], len(rest) > limit
    return kept[:limit], len(kept) > limit


def _place(ids: list[str], id_: str, param: str) -> int:
    if id_ not in ids:
        raise ApiError(400, f"No such object: '{id_}'", code="resource_missing", param=param)
    return ids.index(id_)


def events(call: Call, params: Json) -> Json:
    """`types` may end in `.*`; `delivery_success` asks what the webhooks did."""
    found = call.store.all("event")
    types = params.get("types") or ([params["type"]] if "type" in params else [])
    if types:
        found = [body for body in found if any(_matches(body["type"], wanted) for wanted in types)]
    if "delivery_success" in params:
        sql = (
            "select subject, min(state = 'delivered') as done from deliveries"
            " where provider = 'stripe' group by subject"
        )
        done = {row["subject"]: bool(row["done"]) for row in call.store.rows(sql)}
        found = [body for body in found if done.get(body["id"], True) is params["delivery_success"]]
    return page(params, found, "/v1/events")


def _matches(kind: str, wanted: str) -> bool:
    return kind.startswith(wanted[:-1]) if wanted.endswith("*") else kind == wanted


def event(call: Call, params: Json, id_: str) -> Json:
    return call.need(id_, "event", "id")
