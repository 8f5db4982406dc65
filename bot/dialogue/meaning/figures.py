"""What a message's figures are about: the values that the grammar computed, each with the role that the words give it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.grammar import almanac
from bot.dialogue.meaning.scene import Scene

ABOUT = (
    "", "each", "now", "later", "total", "at_most", "at_least", "down", "pay", "first", "until", "no", "not",
)  # fmt: skip
"""`no` is no offer at all (an income, an age, a bill), `not` was taken back; "" needs no role."""
_GUESSED, _SURELY = 0.5, 0.8
OFF = frozenset({"no", "not"})
E = TypeVar("E", bound=grammar.Entity)
T = TypeVar("T")


@dataclass(frozen=True)
class Figure:
    """One value, with what it is about and how sure that is."""

    what: grammar.Entity
    about: str = ""
    sure: float = 1.0


@dataclass(frozen=True)
class Figures:
    """Those that are offers, in the order of the words; `all` has the others as well. `vague` call for a question."""

    all: tuple[Figure, ...] = ()
    vague: tuple[grammar.Vague, ...] = ()

    @property
    def offered(self) -> tuple[Figure, ...]:
        return tuple(one for one in self.all if one.about not in OFF)

    @property
    def public(self) -> tuple[Figure, ...]:
        """What is told of the message: more is kept than counts, since a value that is left out is lost."""
        return tuple(one for one in self.all if one.about not in OFF or one.sure < _SURELY)

    def of(self, kind: type[E], *about: str) -> list[E]:
        """The offered values of one kind; with `about`, only those of these roles."""
        found = (one for one in self.offered if not about or one.about in about)
        return [one.what for one in found if isinstance(one.what, kind)]

    def money(self, *about: str) -> list[Money]:
        return [Money(one.minor, one.currency) for one in self.of(grammar.Amount, *about)]

    def surest(self, kind: type[E], *about: str) -> E | None:
        """Of several in the same role the one that is surest, the last of those that are equally sure: what is named
        again is what they mean.
        """
        found = ((one.sure, at, one) for at, one in enumerate(self.offered) if not about or one.about in about)
        told = [(sure, at, one.what) for sure, at, one in found if isinstance(one.what, kind)]
        return max(told, key=lambda each: each[:2])[2] if told else None

    def sum_of(self, *about: str) -> Money | None:
        """The same, as money."""
        told = self.surest(grammar.Amount, *about)
        return None if told is None else Money(told.minor, told.currency)

    def days(self, *about: str) -> list[date]:
        return [one.earliest for one in self.of(grammar.Day, *about)]


_PLAIN = frozenset({"", "each", "total"})
_MOST_PAYMENTS = 60
_UNIT = 100


def near(figures: Figures, scene: Scene) -> Figures:
    """The same in the light of the scene: days near to the one that is talked about, answers as what was asked for, and
    no offer in what only points at the table.
    """
    told = _without_cents(_as_said(_behind_the_day_before(_nearest_days(figures, scene), scene)))
    if scene.missing == "count" and not told.of(grammar.Count):
        told = replace(told, all=tuple(_as_count(one) for one in told.all))
    return _without_references(told, scene)


def _without_cents(figures: Figures) -> Figures:
    """ "I suppose the two cents come off the last one": less than one unit of money beside other sums is no offer."""
    sums = [one for one in figures.all if isinstance(one.what, grammar.Amount)]
    small = [one for one in sums if isinstance(one.what, grammar.Amount) and one.what.minor < _UNIT]
    if not small or len(small) == len(sums):
        return figures
    return replace(figures, all=tuple(replace(one, about="no", sure=1.0) if one in small else one for one in figures.all))


def _as_said(figures: Figures) -> Figures:
    """Bounds, a sum beside its rhythm or taken off, and the day on which it begins are what the words say, whatever was
    learned.
    """
    regular = bool(figures.of(grammar.Frequency)) and not figures.of(grammar.Count)
    return replace(figures, all=tuple(_one_as_said(one, regular) for one in figures.all))


def _one_as_said(one: Figure, regular: bool) -> Figure:
    what = one.what
    if isinstance(what, grammar.Day):
        return replace(one, about="first", sure=_SURELY) if _is_beginning(what, one.about) else one
    if not isinstance(what, grammar.Amount):
        return one
    if what.about == "discount":
        return replace(one, about="no", sure=1.0)
    bound = what.role in ("at_most", "at_least") and one.about in _PLAIN
    paid_each = what.role == "each" and (one.about == "total" or regular and one.about in ("now", "later", "down"))
    in_all = what.role == "total" and not regular and one.about in ("", "each", "at_most", "at_least")
    return replace(one, about=what.role or "") if bound or paid_each or in_all else one


def _is_beginning(day: grammar.Day, about: str) -> bool:
    """ "After the 15th" is taken back only by a no right before it, which the grammar hears."""
    is_bound = day.after or day.role == "at_least"
    return day.begins and about in ("until", *OFF) or is_bound and about == "not"


def _as_count(one: Figure) -> Figure:
    """ "18 if you can", asked into how many payments."""
    what = one.what
    if not isinstance(what, grammar.Amount) or what.minor % 100 or not 1 <= what.minor // 100 <= _MOST_PAYMENTS:
        return one
    about = one.about if one.about in OFF else ""
    return replace(one, what=grammar.Count(start=what.start, end=what.end, value=what.minor // 100), about=about)


def _without_references(figures: Figures, scene: Scene) -> Figures:
    """ "Not the 4th, the 9th", of a part that is due on the 4th; "61? I can do 40", of an offer of 61 each."""
    pointed = [one for one in figures.offered if _stands_on_the_table(one, scene)]
    others = [type(one.what) for one in figures.offered if one not in pointed]
    out = [one for one in pointed if type(one.what) in others]
    return replace(
        figures, all=tuple(replace(one, about="not", sure=1.0) if one in out else one for one in figures.all)
    )


def _stands_on_the_table(one: Figure, scene: Scene) -> bool:
    if isinstance(one.what, grammar.Day):
        return scene.plan is not None and one.what.earliest == scene.plan.next
    if scene.asked != "accept" or scene.waiting > len(scene.offers) or one.about not in _PLAIN:
        return False
    offer = scene.offers[scene.waiting - 1]
    if not isinstance(one.what, grammar.Amount):
        return False
    said = Money(one.what.minor, one.what.currency)
    return any(known is not None and abs(known.minor - said.minor) < 100 for known in (offer.each, offer.total))


def _nearest_days(figures: Figures, scene: Scene) -> Figures:
    """ "The 4th" is the one of the month that we asked about, or the one nearest to the day that is talked about."""
    around = scene.talked_of
    if around is None or not any(isinstance(one.what, grammar.Day) and one.what.any_month for one in figures.all):
        return figures
    found = tuple(
        replace(one, what=replace(one.what, value=_nearest(one.what.value.day, around, scene)))
        if isinstance(one.what, grammar.Day) and one.what.any_month else one
        for one in figures.all
    )  # fmt: skip
    return replace(figures, all=found)


def _behind_the_day_before(figures: Figures, scene: Scene) -> Figures:
    """ "I start work on December 7, so 30 a week from the 18th" is December 18."""
    found, before = list[Figure](), None
    for one in figures.all:
        what = one.what
        if isinstance(what, grammar.Day) and what.any_month and what.begins and before is not None and before > what.value:
            number = what.value.day
            one = replace(one, what=replace(what, value=almanac.day_in(before, number, 0 if number >= before.day else 1)))
        elif isinstance(what, grammar.Day) and not what.any_month and what.value > scene.today:
            before = what.value
        found.append(one)
    return replace(figures, all=tuple(found))


def _nearest(day: int, around: date, scene: Scene) -> date:
    if scene.period is not None:
        return almanac.day_in(around, day, 0)
    months = (almanac.day_in(around, day, ahead) for ahead in (-1, 0, 1))
    coming = [one for one in months if one >= scene.today]
    return min(coming, key=lambda one: abs(one - around), default=almanac.coming_day(scene.today, day))


def by_the_grammar(reading: grammar.Reading) -> Figures:
    """The roles that the grammar itself gives, where nothing was learned."""
    return Figures(tuple(Figure(one, _about(one), _GUESSED) for one in reading.entities), reading.questions)


def _about(what: grammar.Entity) -> str:
    if getattr(what, "about", None):
        return "no"
    return what.role or ""


def percent(share: Fraction) -> Decimal:
    return round(Decimal(share.numerator * 100) / Decimal(share.denominator), 2)


def first(values: Iterable[T]) -> T | None:
    return next(iter(values), None)
