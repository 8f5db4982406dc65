"""What somebody offers or wishes for paying over time or later: the figures of a message as one proposal, or one for each debt."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Literal

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.grammar.model import WEEKDAYS
from bot.dialogue.meaning.acts import (
    Pace,
    Part,
    Propose,
)
from bot.dialogue.meaning.by_debt import Apart, apart, sums_of_debts
from bot.dialogue.meaning.each_of_them import says_apart
from bot.dialogue.meaning.excluded import weekdays_out
from bot.dialogue.meaning.figures import Figure, Figures, first, percent
from bot.dialogue.meaning.for_all import debts_of_sum, is_day_alone
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.naming import debts_named
from bot.dialogue.meaning.on_weekdays import in_the_offers_rhythm
from bot.dialogue.meaning.one_later import put_off
from bot.dialogue.meaning.parts import payments_of_their_own, what_comes_before
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.vagueness import left_open

_NO_ROLE = ("", "pay")
_UNIT = 100
_RIGHT_BEHIND = 16
"""Letters: "the Thursday after this one, nov 26" is the 26th."""
_OFF = frozenset({"off", "discount", "descuento", "rebaja", "forgive", "perdonen"})
_ENDS = frozenset({
    "done", "settle", "settled", "settles", "settlement", "close", "closed", "closes", "even", "quits", "square", "wipe",
    "liquidar", "liquidamos", "liquidado", "saldar", "saldamos", "saldado", "saldada", "cerrar", "cerramos", "cierra",
    "cierran", "cierro", "cerrada", "cerrado", "finiquitar", "finiquito",
})  # fmt: skip
"""Beside a sum in all they say that it is over then."""
ALL = frozenset({"all", "everything", "rest", "todo", "todos"})
WHOLE = Decimal(100)
_WISHED = 0.18
"""So much of a wish to pay less beside a sum in all, and the sum is meant to close it."""


def proposed(value: str, heard: Heard, scene: Scene) -> Propose:
    figures = heard.figures
    rhythm = _rhythm(figures)
    count = first(figures.of(grammar.Count))
    length = _length(heard) if rhythm is None and not figures.money("each") and not _between(heard, scene) else None
    parts = payments_of_their_own(heard, scene) or what_comes_before(heard, scene)
    in_parts = {part.amount for part in parts}
    each = figures.sum_of("each") or _bare_each(heard, scene, bool(rhythm or count or parts))
    shares = [] if parts else [percent(one.share) for one in figures.of(grammar.Percentage)]
    total = figures.sum_of("total")
    once = each if count is not None and count.value == 1 and not rhythm and heard.has_word(_ENDS) else None
    total = total or once
    total = total if total and total not in in_parts else _bare_total(value, heard, scene) or _only_later(heard, scene)
    for_each = len(scene.debts) > 1 and says_apart(heard, scene)
    begins = None if value == "pause" else _first_day(heard, parts)
    wish = Propose(
        each=None if (each in in_parts or total) and not figures.money("each") else each,
        total=total,
        percent=first(WHOLE - one if heard.has_word(_OFF) else one for one in shares),
        count=count.value if count else length[0] if length else _count_answered(heard, scene),
        frequency=_pace(rhythm, heard, scene) if rhythm else length[1] if length else _between(heard, scene),
        first=begins.earliest if begins else None,
        not_before=begins is not None and begins.after,
        weekday=weekday_of(rhythm),
        nth=_nth(rhythm),
        days_of_month=rhythm.days_of_month if rhythm else (),
        not_on=() if rhythm or begins or parts or scene.asked != "accept" else weekdays_out(heard.text),
        parts=parts,
        at_most=figures.sum_of("at_most"),
        at_least=figures.sum_of("at_least"),
        until=first(figures.days("until") or figures.days() if value == "pause" else figures.days("until")),
        wants=value or _settles(heard, bool(shares), count, total),  # type: ignore[arg-type]
        debts="all" if for_each else debts_of_sum(heard, scene),
        apart=for_each,
        nothing_due=heard.nothing_due,
    )
    wish = _for_each(wish, heard, scene)
    wish = put_off(in_the_offers_rhythm(wish, heard, scene), heard, scene)
    return _from_the_first(replace(wish, vague=left_open(wish, heard)))


def _for_each(wish: Propose, heard: Heard, scene: Scene) -> Propose:
    """ "A hundred for both, so 50 to each one": of two sums the one of which the other is all of them together."""
    sums, several = heard.figures.money(), len(scene.talking_of) or len(scene.debts)
    if not wish.apart or wish.each is None or len(sums) != 2:
        return wish
    one, whole = sorted(sums, key=lambda money: money.minor)
    return replace(wish, each=one) if one * several == whole else wish


def _from_the_first(wish: Propose) -> Propose:
    """ "20 a week, starting in February": from its first day on. The read-back says so; to ask for the day helps nobody."""
    vague = wish.vague
    is_by_week = wish.frequency in ("weekly", "biweekly") and wish.each is not None
    if vague is None or not vague.is_month or vague.period is None or vague.rest or wish.parts or not is_by_week:
        return wish
    return replace(wish, first=vague.period[0], not_before=True, vague=None)


def _rhythm(figures: Figures) -> grammar.Frequency | None:
    """The surest; of "every other friday" and "each paycheck" the one that says when."""
    told = figures.surest(grammar.Frequency)
    if told is None or told.value != "payday":
        return told
    others = [one.what for one in figures.all if isinstance(one.what, grammar.Frequency) and one.about != "not"]
    return next(
        (one for one in reversed(others) if one.value != "payday"), told
    )  # "I'm paid every two weeks" says it too


def _pace(rhythm: grammar.Frequency, heard: Heard, scene: Scene) -> Pace | None:
    return None if is_day_alone(rhythm, heard, scene) else rhythm.value


def _settles(heard: Heard, by_share: bool, count: grammar.Count | None, total: Money | None) -> str | None:
    """ "30 percent off", "half and we are done", "40 por ciento de un solo pago", "450 in 4 parts and we call it even": a
    share or a sum in all that ends it.
    """
    if total is not None and (heard.has_word(_ENDS) or heard.likely.get("request_settlement", 0) >= _WISHED):
        return "settlement"
    ends = heard.figures.of(grammar.Percentage, "total") or any(
        one.role == "total" for one in heard.figures.of(grammar.Percentage)
    )
    once = count is not None and count.value == 1
    return "settlement" if by_share and (heard.has_word(_OFF) or ends or once) else None


def _count_answered(heard: Heard, scene: Scene) -> int | None:
    """ "Tres nomás", asked into how many payments: no figure of anything else."""
    if scene.missing != "count" or heard.figures.of(grammar.Amount):
        return None
    return grammar.number_said(heard.text, spanish=scene.language == "es")


_MONTH, _WEEK, _FIFTH = 30, 7, 5
_BETWEEN: dict[int, Literal["weekly", "biweekly", "semimonthly", "monthly"]] = {
    7: "weekly", 14: "biweekly", 15: "semimonthly", 30: "monthly",
}  # fmt: skip


def _length(heard: Heard) -> tuple[int, Literal["weekly", "monthly"]] | None:
    """ "Over six months" is six payments a month apart, "over ten weeks" ten a week apart."""
    told = first(heard.figures.of(grammar.Duration, "", "each", "total"))
    if told is None:
        return None
    months, weeks = round(told.days / _MONTH), round(told.days / _WEEK)
    if months and not told.in_weeks and abs(told.days - months * _MONTH) <= months // 2:  # a year has 365 days
        return (months, "monthly") if months > 1 else None
    return (weeks, "weekly") if weeks > 1 and told.days == weeks * _WEEK else None


def _between(heard: Heard, scene: Scene) -> Literal["weekly", "biweekly", "semimonthly", "monthly"] | None:
    """ "Like 2 weeks", asked how often they are paid."""
    told = first(heard.figures.of(grammar.Duration)) if scene.missing in ("paydays", "frequency") else None
    return _BETWEEN.get(told.days) if told is not None else None


def weekday_of(rhythm: grammar.Frequency | None) -> str | None:
    return None if rhythm is None or rhythm.weekday is None else WEEKDAYS[rhythm.weekday]


def _nth(rhythm: grammar.Frequency | None) -> int:
    """A fifth one is not in every month: there the last."""
    nth = rhythm.nth if rhythm is not None and rhythm.nth else 0
    return nth if nth < _FIFTH else -1


def _bare_each(heard: Heard, scene: Scene, regular: bool) -> Money | None:
    """A sum without a role is each payment of a plan, unless a single payment is on the table."""
    if scene.missing == "amount" and heard.is_bare and not heard.figures.money("total"):
        return heard.figures.sum_of()  # asked how much: the sum is the answer, whatever it is for
    bare = heard.figures.sum_of(*_NO_ROLE)
    single = any(offer.kind in ("settlement", "full") for offer in scene.offers) and not regular
    return None if (single and scene.missing != "amount") or _is_dated(heard, regular) else bare


def _bare_total(value: str, heard: Heard, scene: Scene) -> Money | None:
    bare = heard.figures.sum_of(*_NO_ROLE)
    kinds = {offer.kind for offer in scene.offers}
    single = value in ("settlement", "full") or (kinds and kinds <= {"settlement", "full"})
    regular = bool(heard.figures.of(grammar.Frequency)) or bool(heard.figures.of(grammar.Count))
    return bare if single and not regular and scene.missing != "amount" else None


def _only_later(heard: Heard, scene: Scene) -> Money | None:
    """ "I can do like 450 when my job pays, Nov 27": the one sum, on the one day, nothing else of a plan, and no offer."""
    figures = heard.figures
    is_plan = bool(figures.of(grammar.Frequency)) or bool(figures.of(grammar.Count))
    if is_plan or scene.offers or len(figures.days()) != 1:
        return None
    return figures.sum_of("later") if len(figures.money()) == 1 else None


def _bare(heard: Heard) -> list[tuple[Figure, Money]]:
    return [
        (one, Money(one.what.minor, one.what.currency))
        for one in heard.figures.offered
        if isinstance(one.what, grammar.Amount) and one.about in _NO_ROLE
    ]


def _is_dated(heard: Heard, regular: bool) -> bool:
    return bool(heard.figures.days(*_NO_ROLE, "later")) and not regular and len(_bare(heard)) > 1


def _first_day(heard: Heard, parts: tuple[Part, ...]) -> grammar.Day | None:
    taken = {part.on for part in parts}
    named = heard.figures.of(grammar.Day, "first")
    others = heard.figures.of(grammar.Day, *_NO_ROLE, "each", "later")
    begins = [day for day in named if day.begins]  # "I start work on the 7th, 30 a week from the 18th"
    explained = [day for day in named if begins and 0 < day.start - begins[-1].end <= _RIGHT_BEHIND]
    return first(day for day in (*explained, *begins[-1:], *named, *others) if day.earliest not in taken)


def proposals(heard: Heard, scene: Scene, value: str = "") -> tuple[Propose, ...]:
    """One; or one for each debt with a sum of its own: "20 on the gym and 15 on the clinic every friday". `value` is what
    they want: a settlement, a pause.
    """
    heard = _without_balance(heard, scene)
    whole, told = proposed(value, heard, scene), apart(heard, scene)
    if len(told.own) == 1 and value:
        (place,) = told.own
        return (replace(whole, debts=(place,), left_out=told.left_out),)
    if told.own and not whole.apart:
        return tuple(_of_one(place, value, told, scene) for place in sorted(told.own))
    own = {} if value else sums_of_debts(heard, scene)
    if len(own) < 2 or whole.parts and whole.frequency is None:
        return (whole,)
    whole = replace(
        whole, parts=()
    )  # "40 on one and 40 on the other every Tuesday": each time, and not one of them now
    return tuple(replace(whole, each=own[place], total=None, debts=(place,), apart=False) for place in sorted(own))


def _of_one(place: int, value: str, told: Apart, scene: Scene) -> Propose:
    """What the message says of this debt; a sum that is all of it is no instalment, and what is paid in parts is what they
    want of it.
    """
    owed = scene.debts[place - 1].balance
    own = _without_owed(told.own[place], owed)
    wish = proposed("" if _in_parts(own) else value, own, scene)
    on = wish.parts[0].on if len(wish.parts) == 1 and wish.parts[0].amount == owed else None
    if on or owed in (wish.each, wish.total) or not own.figures.money() and own.has_word(ALL):
        wish = replace(wish, each=None, count=None, frequency=None, parts=(), total=None, first=on or wish.first,
                       wants="full")  # fmt: skip
    return replace(wish, debts=(place,), left_out=told.left_out)


def _in_parts(heard: Heard) -> bool:
    count = first(heard.figures.of(grammar.Count))
    return bool(heard.figures.of(grammar.Frequency)) or count is not None and count.value > 1


def _without_owed(heard: Heard, owed: Money) -> Heard:
    """ "The gym, the $81.01, in four Mondays": what is owed on it is none of the payments."""
    figures = heard.figures
    others = [one for one in figures.all if not _is_sum_of(one, owed)]
    in_parts = len(others) < len(figures.all) and (_in_parts(heard) or len(figures.money()) > 1)
    return replace(heard, figures=replace(figures, all=tuple(others))) if in_parts else heard


def _without_balance(heard: Heard, scene: Scene) -> Heard:
    """The same of the only account that they speak of."""
    named = debts_named(heard.text, scene) or scene.talking_of
    places = (1,) if len(scene.debts) == 1 else named
    return (
        _without_owed(heard, scene.debts[places[0] - 1].balance)
        if isinstance(places, tuple) and len(places) == 1
        else heard
    )


def _is_sum_of(one: Figure, owed: Money) -> bool:
    """To the cent, or in whole units."""
    what = one.what
    return isinstance(what, grammar.Amount) and what.minor in (owed.minor, owed.minor // _UNIT * _UNIT)
