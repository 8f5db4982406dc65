"""The scene as JSON, both ways: for the command line, for examples that train, and for the sets that measure.

Every field may be missing. What is no field, or no value of it, is told, all of it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal, get_args

from bot.core import Money, Problem, Problems
from bot.dialogue.meaning.scene import Asked, Awaits, DebtKnown, Missing, OfferKind, OfferRead, PlanRunning, Scene

FREQUENCIES = ("weekly", "biweekly", "semimonthly", "monthly", "quarterly", "every_4_weeks", "payday")
_FIELDS = (
    "verified", "asked", "missing", "awaits", "offers", "waiting", "debts", "talking_of", "plan", "shares", "candidates",
    "denied", "period", "earlier", "currency",
)  # fmt: skip
_OFFER = ("kind", "each", "frequency", "count", "first", "total", "until", "shares")
_DEBT = ("name", "product", "balance", "words", "held")
_PLAN = ("each", "frequency", "next", "left")


class _Reader:
    """Collects what is wrong while it reads; gives None in its place."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.problems: list[Problem] = []

    def told(self, where: str, expected: str, got: Any) -> None:
        self.problems.append(Problem(where, expected, repr(got)[:60]))

    def one_of(self, where: str, value: Any, known: Sequence[str]) -> Any:
        if value is not None and value not in known:
            self.told(where, "one of " + ", ".join(known), value)
            return None
        return value

    def whole(self, where: str, value: Any) -> int | None:
        if value is not None and (not isinstance(value, int) or isinstance(value, bool) or value < 0):
            self.told(where, "a whole number", value)
            return None
        return value

    def money(self, where: str, value: Any) -> Money | None:
        minor = self.whole(where + " (minor units)", value)
        return None if minor is None else Money(minor, self.currency)

    def day(self, where: str, value: Any) -> date | None:
        try:
            return None if value is None else date.fromisoformat(value)
        except (TypeError, ValueError):
            self.told(where, "a day such as 2026-12-04", value)
            return None

    def truth(self, where: str, value: Any) -> bool:
        if value is not None and not isinstance(value, bool):
            self.told(where, "true or false", value)
        return bool(value)

    def words(self, where: str, value: Any) -> tuple[str, ...]:
        if value is not None and (not isinstance(value, list) or not all(isinstance(one, str) for one in value)):
            self.told(where, "a list of words", value)
            return ()
        return tuple(value or ())

    def fields(self, where: str, value: Any, known: Sequence[str]) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            self.told(where, "an object", value)
            return {}
        for name in value:
            if name not in known:
                self.told(f"{where}.{name}", "one of " + ", ".join(known), name)
        return value

    def all(self, where: str, value: Any, read: Callable[[str, Any], Any]) -> tuple[Any, ...]:
        if value is not None and not isinstance(value, list):
            self.told(where, "a list", value)
            return ()
        found = (read(f"{where}[{place}]", one) for place, one in enumerate(value or (), 1))
        return tuple(one for one in found if one is not None)


def scene_of(told: Any, *, now: datetime, language: Literal["en", "es"] = "en") -> Scene:
    """Raises Problems. `asked` is the name of a question, or an object of it with what it carries."""
    reader = _Reader(told.get("currency", "USD") if isinstance(told, Mapping) else "USD")
    data = reader.fields("scene", told, _FIELDS)
    asked = data.get("asked")
    if isinstance(asked, Mapping):
        name = asked.get("asked", asked.get("kind", asked.get("question")))
        data = {
            **data,
            **{key: value for key, value in asked.items() if key not in ("kind", "question")},
            "asked": name,
        }
    debts = reader.all("debts", data.get("debts"), lambda where, one: _debt(reader, where, one))
    everything = tuple(range(1, len(debts) + 1))
    talking = everything if data.get("talking_of") == "all" else data.get("talking_of")
    scene = Scene(
        now=now,
        language=language,
        verified=reader.truth("verified", data.get("verified")),
        asked=reader.one_of("asked", data.get("asked"), get_args(Asked)),
        missing=reader.one_of("missing", data.get("missing"), get_args(Missing)),
        awaits=reader.one_of("awaits", data.get("awaits"), get_args(Awaits)),
        offers=reader.all("offers", data.get("offers"), lambda where, one: _offer(reader, where, one)),
        waiting=reader.whole("waiting", data.get("waiting")) or 1,
        debts=debts,
        talking_of=reader.all("talking_of", list(talking or ()), reader.whole),
        plan=_plan(reader, data["plan"]) if data.get("plan") else None,
        shares=reader.all("shares", data.get("shares"), lambda where, one: _share(reader, where, one)),
        candidates=_candidates(data.get("candidates")),
        denied=_candidates(data.get("denied")),
        period=_period(reader, data.get("period")),
        earlier=reader.all("earlier", data.get("earlier"), lambda where, one: _offer(reader, where, one)),
    )
    if reader.problems:
        raise Problems(reader.problems)
    return scene


def _period(reader: _Reader, told: Any) -> tuple[date, date] | None:
    days = reader.all("period", told, reader.day)
    if told is not None and len(days) != 2:
        reader.told("period", "its first and its last day", told)
    return (days[0], days[1]) if len(days) == 2 else None


def _offer(reader: _Reader, where: str, one: Any) -> OfferRead:
    data = reader.fields(where, one, _OFFER)
    kind = reader.one_of(where + ".kind", data.get("kind", "plan"), get_args(OfferKind))
    return OfferRead(
        kind=kind or "plan",
        each=reader.money(where + ".each", data.get("each")),
        frequency=reader.one_of(where + ".frequency", data.get("frequency"), FREQUENCIES),
        count=reader.whole(where + ".count", data.get("count")),
        first=reader.day(where + ".first", data.get("first")),
        total=reader.money(where + ".total", data.get("total")),
        until=reader.day(where + ".until", data.get("until")),
        shares=reader.all(where + ".shares", data.get("shares"), reader.money),
    )


def _debt(reader: _Reader, where: str, one: Any) -> DebtKnown:
    data = reader.fields(where, one, _DEBT)
    return DebtKnown(
        name=str(data.get("name", "")),
        product=str(data.get("product", "")),
        balance=reader.money(where + ".balance", data.get("balance")) or Money.zero(reader.currency),
        words=reader.words(where + ".words", data.get("words")),
        held=reader.truth(where + ".held", data.get("held")),
    )


def _plan(reader: _Reader, one: Any) -> PlanRunning | None:
    data = reader.fields("plan", one, _PLAN)
    each, following = reader.money("plan.each", data.get("each")), reader.day("plan.next", data.get("next"))
    return PlanRunning(
        each=each or Money.zero(reader.currency),
        frequency=reader.one_of("plan.frequency", data.get("frequency"), FREQUENCIES),
        next=following or date.max,
        left=reader.whole("plan.left", data.get("left")) or 0,
    )


def _share(reader: _Reader, where: str, one: Any) -> tuple[int, Money] | None:
    data = reader.fields(where, one, ("debt", "amount"))
    place, amount = reader.whole(where + ".debt", data.get("debt")), reader.money(where + ".amount", data.get("amount"))
    return (place, amount) if place and amount else None


def _candidates(value: Any) -> tuple[str, ...]:
    """Names of acts, or acts."""
    return tuple(str(one.get("act")) if isinstance(one, Mapping) else str(one) for one in value or ())


def scene_as_json(scene: Scene) -> dict[str, Any]:
    """Without the moment and the language, which stand beside it; what is not there is left out."""
    told: dict[str, Any] = {
        "verified": scene.verified,
        "asked": scene.asked,
        "missing": scene.missing,
        "awaits": scene.awaits,
        "offers": [_some(_OFFER, vars(one)) for one in scene.offers],
        "waiting": scene.waiting if scene.waiting > 1 else None,
        "debts": [_some(_DEBT, vars(one)) for one in scene.debts],
        "talking_of": list(scene.talking_of),
        "plan": _some(_PLAN, vars(scene.plan)) if scene.plan else None,
        "shares": [{"debt": place, "amount": amount.minor} for place, amount in scene.shares],
        "candidates": list(scene.candidates),
        "denied": list(scene.denied),
        "earlier": [_some(_OFFER, vars(one)) for one in scene.earlier],
    }
    return _some(_FIELDS, told)


def _some(names: Iterable[str], told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(told[name]) for name in names if told.get(name) not in (None, [], (), "", False)}


def plain(value: Any) -> Any:
    """Money in minor units, days as ISO."""
    if isinstance(value, Money):
        return value.minor
    if isinstance(value, date):
        return value.isoformat()
    return [plain(one) for one in value] if isinstance(value, tuple) else value
