"""Acts as JSON, both ways: money in minor units, days as ISO, what was not said left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from bot.core import Money
from bot.dialogue.meaning.acts import BY_NAME, Act, AskAbout, Divide, Part, Pay, Plain, Propose, name_of
from bot.dialogue.meaning.scene_json import plain

_MONEY = frozenset({"each", "total", "at_most", "at_least", "amount"})
_UNTOLD = frozenset(
    {
        "apart", "left_out", "not_before", "not_on", "nothing_due", "one_later", "only", "other_date_of_birth",
        "passed_over", "person", "terms", "vague",
    }
)  # fmt: skip
"""For the handlers only."""
_UNTOLD_OF = frozenset({("move", "part"), ("skip", "part")}) | {
    (name, "debts") for name in ("move", "skip", "change_amount", "change_rhythm", "cancel_plan")
}  # fmt: skip
_DAYS = frozenset({"on", "first", "until", "date_of_birth", "other_date_of_birth"})


def as_json(act: Act) -> dict[str, Any]:
    """{"act": its name, and the fields that were said}."""
    told: dict[str, Any] = {"act": name_of(act)}
    if isinstance(act, Plain):
        return told
    for one in fields(act):
        value = getattr(act, one.name)
        if value not in (None, (), False) and one.name not in _UNTOLD and (told["act"], one.name) not in _UNTOLD_OF:
            told[one.name] = _shown(value)
    if isinstance(act, AskAbout):
        told.pop("debts", None)  # as of the other questions about an account
    if isinstance(act, Pay):
        _folded_pay(told)
    if isinstance(act, Propose) and act.parts:
        told["parts"] = [_part(part) for part in act.parts]
    if isinstance(act, Divide) and act.shares != "evenly":
        told["shares"] = [{"debt": place, "amount": _shown(amount)} for place, amount in act.shares]
    return told


def _shown(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(round(value, 2))
    return plain(value)


def _folded_pay(told: dict[str, Any]) -> None:
    """`what` carries how much: {"amount": …}, {"parts": …}, {"percent": …}."""
    if isinstance(told.get("what"), int):
        told["what"] = {"amount": told["what"]}
    for name in ("parts", "percent"):
        if name in told:
            told["what"] = {name: told.pop(name)}


def _part(part: Part) -> dict[str, Any]:
    if part.percent is not None:
        much: dict[str, Any] = {"percent": _shown(part.percent)}
    else:
        much = {"amount": plain(part.amount) if part.amount is not None else "rest"}
    return {**much, **({"on": part.on.isoformat()} if part.on else {})}


def act_of(told: Mapping[str, Any], currency: str = "USD") -> Act:
    """Raises ValueError for a field that the act does not have."""
    name = str(told["act"])
    kind = BY_NAME.get(name)
    if kind is None:
        return Plain(name=name)
    said = {key: value for key, value in told.items() if key != "act"}
    if kind is Pay and isinstance(said.get("what"), Mapping):
        said = {**said, **_unfolded(said["what"])}
    unknown = set(said) - {one.name for one in fields(kind)}
    if unknown:
        raise ValueError(f"{name}: no field {', '.join(sorted(unknown))}")
    return kind(**{key: _read(key, value, currency) for key, value in said.items()})


def _unfolded(what: Mapping[str, Any]) -> dict[str, Any]:
    return {"what": what.get("amount"), "parts": what.get("parts"), "percent": what.get("percent")}


def _read(key: str, value: Any, currency: str) -> Any:
    if key in _MONEY or (key in ("what", "total") and isinstance(value, int)):
        return None if value is None else Money(value, currency)
    if key in _DAYS:
        return None if value is None else date.fromisoformat(value)
    if key == "percent":
        return None if value is None else Decimal(str(value))
    if key == "parts" and isinstance(value, list):
        return tuple(_part_read(one, currency) for one in value)
    if key == "shares" and isinstance(value, list):
        return tuple((one["debt"], _amount(one["amount"], currency)) for one in value)
    return tuple(value) if isinstance(value, list) else value


def _part_read(one: Mapping[str, Any], currency: str) -> Part:
    on = date.fromisoformat(one["on"]) if one.get("on") else None
    if "percent" in one:
        return Part(on, percent=Decimal(str(one["percent"])))
    amount = one.get("amount")
    return Part(on, Money(amount, currency) if isinstance(amount, int) else None)


def _amount(value: Any, currency: str) -> Any:
    return Money(value, currency) if isinstance(value, int) else value
