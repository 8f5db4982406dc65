"""What a message says about money and time: entities with values, and vague words that need a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Any, ClassVar, Literal, TypeVar

Role = Literal["now", "later", "each", "at_most", "at_least", "total"]
About = Literal["income", "expense", "balance", "paid", "discount"]
Pace = Literal["weekly", "biweekly", "semimonthly", "monthly", "quarterly", "every_4_weeks", "payday"]
Question = Literal["payday", "which_date", "amount", "frequency"]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, kw_only=True)
class Entity:
    """One thing said, at `start:end` of the message; `role` only where the words give one."""

    kind: ClassVar[str] = ""
    role_key: ClassVar[str] = "role"
    start: int
    end: int
    role: Role | None = None

    def as_dict(self) -> dict[str, Any]:
        """The public shape: "entity", its value, "role" if any, "start", "end", further details if any."""
        shown: dict[str, Any] = {"entity": self.kind, **self._value()}
        if self.role is not None:
            shown[self.role_key] = self.role
        return {**shown, "start": self.start, "end": self.end, **self._details()}

    def _value(self) -> dict[str, Any]:
        return {}

    def _details(self) -> dict[str, Any]:
        return {}


E = TypeVar("E", bound=Entity)


@dataclass(frozen=True, kw_only=True)
class Amount(Entity):
    """`minor` units, never negative. With `about` it is no offer: what they earn, spend, owe, have paid or want off."""

    kind: ClassVar[str] = "amount"
    minor: int
    currency: str
    about: About | None = None

    def _value(self) -> dict[str, Any]:
        return {"minor": self.minor, "currency": self.currency}

    def _details(self) -> dict[str, Any]:
        return {"about": self.about} if self.about else {}


@dataclass(frozen=True, kw_only=True)
class Day(Entity):
    """A day from today on. `alternative` is the other day that the words may mean ("next friday").

    `rest`: the rest of the balance is what is paid then ("50 now and the rest on the 15th"). `any_month`: "the 15th",
    which is the next one only where nothing else says which month they talk about. `after`: "after the 10th", which is
    not the 10th: `earliest` is the first day that may be meant. `begins`: the words say that something starts then.
    """

    kind: ClassVar[str] = "date"
    value: date
    alternative: date | None = None
    rest: bool = False
    any_month: bool = False
    after: bool = False
    begins: bool = False

    @property
    def earliest(self) -> date:
        return self.value + timedelta(days=1) if self.after else self.value

    def _value(self) -> dict[str, Any]:
        return {"value": self.value.isoformat()}

    def _details(self) -> dict[str, Any]:
        other = {"alternative": self.alternative.isoformat()} if self.alternative else {}
        return {**other, **({"rest": True} if self.rest else {}), **({"after": True} if self.after else {})}


@dataclass(frozen=True, kw_only=True)
class Frequency(Entity):
    """How often; with the weekday (0 is Monday), the days of the month, or the `nth` weekday, if said. `bare`: a weekday in
    the plural with no word for how often, "on fridays".
    """

    kind: ClassVar[str] = "frequency"
    value: Pace
    weekday: int | None = None
    days_of_month: tuple[int, ...] = ()
    nth: int | None = None
    about: About | None = None
    bare: bool = False

    def _value(self) -> dict[str, Any]:
        return {"value": self.value}

    def _details(self) -> dict[str, Any]:
        weekday = None if self.weekday is None else WEEKDAYS[self.weekday]
        told = {
            "weekday": weekday,
            "days_of_month": list(self.days_of_month),
            "nth": self.nth,
            "about": self.about,
        }
        return {name: value for name, value in told.items() if value}


@dataclass(frozen=True, kw_only=True)
class Percentage(Entity):
    """A share of something, exact; shown as per cent, with two decimals where it is not whole.

    The public shape of a percentage has no role: "half now" shows `part`.
    """

    kind: ClassVar[str] = "percentage"
    role_key: ClassVar[str] = "part"
    share: Fraction

    def _value(self) -> dict[str, Any]:
        percent = self.share * 100
        return {"value": int(percent) if percent.denominator == 1 else round(float(percent), 2)}

    def _details(self) -> dict[str, Any]:
        exact = (self.share * 100).denominator == 1
        return {} if exact else {"fraction": [self.share.numerator, self.share.denominator]}


@dataclass(frozen=True, kw_only=True)
class Count(Entity):
    """Into how many payments."""

    kind: ClassVar[str] = "count"
    value: int

    def _value(self) -> dict[str, Any]:
        return {"value": self.value}


@dataclass(frozen=True, kw_only=True)
class Duration(Entity):
    """For how long, in days; a month is 30 days and a year is 365. Thirty weeks, told `in_weeks`, are no seven months."""

    kind: ClassVar[str] = "duration"
    days: int
    in_weeks: bool = False

    def _value(self) -> dict[str, Any]:
        return {"days": self.days}


@dataclass(frozen=True, kw_only=True)
class Vague:
    """Words that call for a question back; `candidates` are the days they may mean, where there are few.

    `period` is the first and the last day of the month, week or weekend that they name: "in january" asks for
    a day of it. Its days are from today on. With `rest` the rest of the balance is what is paid then:
    "50 now and the rest in january".
    """

    kind: str
    start: int
    end: int
    question: Question
    candidates: tuple[date, ...] = ()
    period: tuple[date, date] | None = None
    rest: bool = False

    def as_dict(self) -> dict[str, Any]:
        shown = {
            "vague": self.kind,
            "question": self.question,
            "candidates": [day.isoformat() for day in self.candidates],
            "period": [day.isoformat() for day in self.period or ()],
            "rest": self.rest,
        }
        return {**{name: value for name, value in shown.items() if value}, "start": self.start, "end": self.end}


@dataclass(frozen=True)
class Reading:
    """What a message says, in the order of its words."""

    entities: tuple[Entity, ...] = ()
    questions: tuple[Vague, ...] = ()

    def of(self, kind: type[E]) -> tuple[E, ...]:
        """Only the entities of one kind."""
        return tuple(entity for entity in self.entities if isinstance(entity, kind))
