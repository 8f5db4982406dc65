"""From the name of an act and the figures of the message to the act itself: one function for each act that has fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.grammar import almanac
from bot.dialogue.grammar.model import WEEKDAYS
from bot.dialogue.meaning.acts import (
    BY_NAME,
    Act,
    Adjust,
    AskAbout,
    ChangeAmount,
    ChangeRhythm,
    Choose,
    Divide,
    Move,
    Part,
    Pay,
    Plain,
    Promise,
    Propose,
    TalkOf,
    Unclear,
    Vague,
)
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.figures import Figure, first, percent
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.naming import debts_named, debts_or_place, place_of_name
from bot.dialogue.meaning.options import option_meant
from bot.dialogue.meaning.scene import Scene

_NO_ROLE = ("", "pay")
_PARTS = ("now", "down", "later")
_OFF = frozenset({"off", "discount", "descuento", "rebaja", "forgive", "perdonen"})
_APART = frozenset({"each", "apiece", "cada"})
_ALL = frozenset({"all", "everything", "rest", "todo", "todos"})
_MORE = frozenset({"more", "extra", "mas", "additional", "up"})
_LESS = frozenset({"less", "menos", "fewer", "down"})
_WISHES = {"request_settlement": "settlement", "request_plan": "plan", "needs_time": ""}
"""Wishes that may come with figures, "can i settle for half", and what they then want."""
_OTHER = frozenset({"other", "otra", "remaining"})
_WHOLE = Decimal(100)
_SMALL = {"two": 2, "both": 2, "couple": 2, "three": 3, "four": 4, "dos": 2, "par": 2, "tres": 3, "cuatro": 4}


def act_for(label: str, heard: Heard, scene: Scene) -> Act:
    """`label` is a name, with its closed value behind a colon where it has one."""
    name, _, value = label.partition(":")
    made = _MADE.get(name)
    if made is not None:
        return made(value, heard, scene)
    kind = BY_NAME.get(name)
    if kind is not None:
        return kind()
    return Plain(
        name=name, wish=_propose(_WISHES[name], heard, scene) if name in _WISHES and heard.figures.offered else None
    )


def _propose(value: str, heard: Heard, scene: Scene) -> Propose:
    heard = _near_what_is_talked_of(heard, scene)
    figures = heard.figures
    rhythm = first(figures.of(grammar.Frequency))
    count = first(figures.of(grammar.Count))
    length = _length(heard) if rhythm is None and not figures.money("each") and not _between(heard, scene) else None
    parts = _parts(heard, scene)
    in_parts = {part.amount for part in parts}
    each = first(figures.money("each")) or _bare_each(heard, scene, bool(rhythm or count or parts))
    shares = [] if parts else [percent(one.share) for one in figures.of(grammar.Percentage)]
    total = first(figures.money("total")) or _bare_total(value, heard, scene)
    apart = len(scene.debts) > 1 and _says_apart(heard)
    return Propose(
        each=None if (each in in_parts or total) and not figures.money("each") else each,
        total=total,
        percent=first(_WHOLE - one if _says(heard, _OFF) else one for one in shares),
        count=count.value if count else length[0] if length else None,
        frequency=rhythm.value if rhythm else length[1] if length else _between(heard, scene),
        first=None if value == "pause" else _first_day(heard, parts),
        weekday=_weekday(rhythm),
        days_of_month=rhythm.days_of_month if rhythm else (),
        parts=parts,
        at_most=first(figures.money("at_most")),
        at_least=first(figures.money("at_least")),
        until=first(figures.days("until") or figures.days() if value == "pause" else figures.days("until")),
        wants=value or None,  # type: ignore[arg-type]
        debts="all" if apart else debts_named(heard.text, scene),
        apart=apart,
        vague=_vague(heard),
    )


def _near_what_is_talked_of(heard: Heard, scene: Scene) -> Heard:
    """ "The 4th" is the one of the month that we asked about, or the one nearest to the day that is talked about."""
    around = scene.talked_of
    if around is None or not any(getattr(one.what, "any_month", False) for one in heard.figures.all):
        return heard
    found = tuple(
        replace(one, what=replace(one.what, value=_nearest(one.what.value.day, around, scene)))
        if isinstance(one.what, grammar.Day) and one.what.any_month else one
        for one in heard.figures.all
    )  # fmt: skip
    return replace(heard, figures=replace(heard.figures, all=found))


def _nearest(day: int, around: date, scene: Scene) -> date:
    if scene.period is not None:
        return almanac.day_in(around, day, 0)
    near = (almanac.day_in(around, day, months) for months in (-1, 0, 1))
    coming = [one for one in near if one >= scene.today]
    return min(coming, key=lambda one: abs(one - around), default=almanac.coming_day(scene.today, day))


def _says_apart(heard: Heard) -> bool:
    """ "20 a month on each", "20 cada una": outside the words of a rhythm."""
    text = heard.text
    for one in heard.figures.of(grammar.Frequency):
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return bool(_APART & set(words_of(text)))


_MONTH, _WEEK = 30, 7
_BETWEEN: dict[int, Literal["weekly", "biweekly", "semimonthly", "monthly"]] = {
    7: "weekly", 14: "biweekly", 15: "semimonthly", 30: "monthly",
}  # fmt: skip


def _length(heard: Heard) -> tuple[int, Literal["weekly", "monthly"]] | None:
    """ "Over six months" is six payments a month apart, "over ten weeks" ten a week apart."""
    told = first(heard.figures.of(grammar.Duration, "", "each", "total"))
    if told is None:
        return None
    months, weeks = round(told.days / _MONTH), round(told.days / _WEEK)
    if months and abs(told.days - months * _MONTH) <= months // 2:  # a year has 365 days
        return (months, "monthly") if months > 1 else None
    return (weeks, "weekly") if weeks > 1 and told.days == weeks * _WEEK else None


def _between(heard: Heard, scene: Scene) -> Literal["weekly", "biweekly", "semimonthly", "monthly"] | None:
    """ "Like 2 weeks", asked how often they are paid."""
    told = first(heard.figures.of(grammar.Duration)) if scene.missing in ("paydays", "frequency") else None
    return _BETWEEN.get(told.days) if told is not None else None


def _says(heard: Heard, words: frozenset[str]) -> bool:
    return bool(words & set(words_of(heard.text)))


def _weekday(rhythm: grammar.Frequency | None) -> str | None:
    return None if rhythm is None or rhythm.weekday is None else WEEKDAYS[rhythm.weekday]


def _bare_each(heard: Heard, scene: Scene, regular: bool) -> Money | None:
    """A sum without a role is each payment of a plan, unless a single payment is on the table."""
    bare = [money for one, money in _bare(heard)]
    single = any(offer.kind in ("settlement", "full") for offer in scene.offers) and not regular
    return None if not bare or (single and scene.missing != "amount") or _is_dated(heard, regular) else bare[0]


def _bare_total(value: str, heard: Heard, scene: Scene) -> Money | None:
    bare = [money for _, money in _bare(heard)]
    kinds = {offer.kind for offer in scene.offers}
    single = value in ("settlement", "full") or (kinds and kinds <= {"settlement", "full"})
    regular = bool(heard.figures.of(grammar.Frequency)) or bool(heard.figures.of(grammar.Count))
    return bare[0] if bare and single and not regular and scene.missing != "amount" else None


def _bare(heard: Heard) -> list[tuple[Figure, Money]]:
    return [
        (one, Money(one.what.minor, one.what.currency))
        for one in heard.figures.offered
        if isinstance(one.what, grammar.Amount) and one.about in _NO_ROLE
    ]


def _is_dated(heard: Heard, regular: bool) -> bool:
    return bool(heard.figures.days(*_NO_ROLE, "later")) and not regular and len(_bare(heard)) > 1


def _first_day(heard: Heard, parts: tuple[Part, ...]) -> date | None:
    taken = {part.on for part in parts}
    named = heard.figures.days("first")
    return first(named) or first(day for day in heard.figures.days(*_NO_ROLE, "each", "later") if day not in taken)


def _parts(heard: Heard, scene: Scene) -> tuple[Part, ...]:
    """Payments of their own: "50 now and 50 on the 15th", "100 down", "half today and the rest on the 3rd"."""
    sums = [one for one in heard.figures.offered if _is_sum(one)]
    own = [one for one in sums if one.about in _PARTS]
    days = [one.what for one in heard.figures.offered if isinstance(one.what, grammar.Day) and one.about != "until"]
    rest = next((Part(day.value) for day in days if day.rest), None)
    if rest is None and any(one.rest for one in heard.figures.vague):
        rest = Part(None)
    dated = [one for one in sums if one.about in ("", "pay", "each", *_PARTS)]
    bare_dated = dated if len(dated) > 1 and len(days) > 1 else []
    told = ([] if heard.figures.of(grammar.Frequency) else bare_dated) or own or _two_shares(heard)
    if rest is None and not own and _is_the_other_share(sums, heard):
        return (Part(first(day.value for day in days)),)
    if not told:
        return (rest,) if rest and not _regular(heard) else ()
    if len(told) == 1 and rest is None and not _regular(heard) and told[0].about == "later":
        return ()
    found = [_part(_day_of(one, heard, scene), one.what) for one in told]
    if len(found) == 2 and _two_shares(heard):  # "half now and the other half on the 30th", next month: asked for
        known = [day.value for day in days if day.value > scene.today]
        before = known[0] if len(known) > 1 else scene.today
        found = [replace(found[0], on=before), Part(known[-1] if known else None)]
    return (*found, rest) if rest else tuple(found)


def _is_the_other_share(sums: list[Figure], heard: Heard) -> bool:
    """ "The other half on the 15th" is what is left."""
    if len(sums) != 1 or not isinstance(sums[0].what, grammar.Percentage):
        return False
    return bool(_OTHER & set(words_of(heard.text[: sums[0].what.start])[-1:]))


def _two_shares(heard: Heard) -> list[Figure]:
    """Two shares that make the whole: one now, the other later."""
    shares = [one for one in heard.figures.offered if isinstance(one.what, grammar.Percentage)]
    whole = len(shares) == 2 and sum(one.what.share for one in shares if isinstance(one.what, grammar.Percentage)) == 1
    dated = heard.figures.of(grammar.Day) or heard.figures.vague
    return shares if whole and dated else []


def _regular(heard: Heard) -> bool:
    return bool(heard.figures.money("each") or heard.figures.of(grammar.Frequency) or heard.figures.of(grammar.Count))


def _is_sum(one: Figure) -> bool:
    return isinstance(one.what, (grammar.Amount, grammar.Percentage))


def _part(on: date | None, what: grammar.Entity) -> Part:
    if isinstance(what, grammar.Percentage):
        return Part(on, percent=percent(what.share))
    assert isinstance(what, grammar.Amount)
    return Part(on, Money(what.minor, what.currency))


def _vague(heard: Heard) -> Vague | None:
    one = first(heard.figures.vague)
    if one is None:
        return None
    return Vague(one.question, one.candidates, one.period, one.rest, one.kind == "some_month")


def _day_of(one: Figure, heard: Heard, scene: Scene) -> date | None:
    """Today for what is paid now; else the day that stands next to it, after it rather than before."""
    if one.about in ("now", "down"):
        return scene.today
    days = [day for day in heard.figures.of(grammar.Day) if not day.rest]
    after = sorted((day.start - one.what.end, day.value) for day in days if day.start >= one.what.end)
    before = sorted((one.what.start - day.end, day.value) for day in days if day.end <= one.what.start)
    near = (after or before)[:1]
    return near[0][1] if near else None


def _pay(value: str, heard: Heard, scene: Scene) -> Act:
    figures, debts = heard.figures, debts_named(heard.text, scene)
    on = first(day for day in figures.days() if day > scene.today)
    sums, count, share = figures.money(), first(figures.of(grammar.Count)), first(figures.of(grammar.Percentage))
    if value in ("all", "next"):
        return Pay(what="all" if value == "all" else "next", on=on, debts=debts)
    parts = count.value if count else first(_SMALL[word] for word in words_of(heard.text) if word in _SMALL)
    if value == "parts" and parts:
        return Pay(parts=parts, on=on, debts=debts)
    if sums:
        return Pay(what=sums[0], on=on, debts=debts)
    if share:
        whole = percent(share.share)
        return Pay(what="all", on=on, debts=debts) if whole == _WHOLE else Pay(percent=whole, on=on, debts=debts)
    return Pay(on=on, debts=debts)


def _promise(value: str, heard: Heard, scene: Scene) -> Act:
    figures = _near_what_is_talked_of(heard, scene).figures
    return Promise(
        amount=first(figures.money()) or ("all" if _says(heard, _ALL) else None),
        on=first(figures.days()),
        debts=debts_named(heard.text, scene),
        vague=_vague(heard),
    )


def _move(value: str, heard: Heard, scene: Scene) -> Act:
    heard = _near_what_is_talked_of(heard, scene)
    on, shift = first(heard.figures.days()), first(heard.figures.of(grammar.Duration))
    return Move(on=on, days=shift.days if shift and on is None else None, vague=_vague(heard))


def _change_amount(value: str, heard: Heard, scene: Scene) -> Act:
    named = first(heard.figures.money("each")) or first(heard.figures.money())
    return ChangeAmount(each=_changed_by(named, heard, scene) or named)


def _changed_by(named: Money | None, heard: Heard, scene: Scene) -> Money | None:
    """ "20 more a month" is 20 more than they pay; None where the sum is what they want to pay."""
    if named is None or scene.plan is None or named.currency != scene.plan.each.currency:
        return None
    at = max(one.what.end for one in heard.figures.offered if isinstance(one.what, grammar.Amount))
    behind = set(words_of(heard.text[at:])[:2])
    if behind & _MORE:
        return scene.plan.each + named
    return scene.plan.each - named if behind & _LESS and named < scene.plan.each else None


def _change_rhythm(value: str, heard: Heard, scene: Scene) -> Act:
    rhythm = first(heard.figures.of(grammar.Frequency))
    if rhythm is None:
        return ChangeRhythm()
    return ChangeRhythm(frequency=rhythm.value, weekday=_weekday(rhythm), days_of_month=rhythm.days_of_month)


def _divide(value: str, heard: Heard, scene: Scene) -> Act:
    """Each sum belongs to the debt whose name stands nearest; a debt without one gets the rest."""
    names = place_of_name(heard.text, scene)
    sums = [one for one in heard.figures.offered if isinstance(one.what, grammar.Amount)]
    shares: dict[int, Money | Literal["rest"]] = {}
    for one in sums if names else []:
        at = len(words_of(heard.text[: one.what.start]))
        free = [place for place in names if place not in shares]
        if free and isinstance(one.what, grammar.Amount):
            shares[min(free, key=lambda place: abs(names[place] - at))] = Money(one.what.minor, one.what.currency)
    if not shares:
        named = first(heard.figures.money())
        return Divide(each=named) if named and _says(heard, _APART) else Divide(total=named)
    others = [place for place in range(1, len(scene.debts) + 1) if place not in shares]
    if len(others) == 1:
        shares[others[0]] = "rest"
    return Divide(shares=tuple(sorted(shares.items())))


def _talk_of(value: str, heard: Heard, scene: Scene) -> Act:
    return TalkOf(debts=debts_or_place(heard.text, scene) or ())


def _choose(value: str, heard: Heard, scene: Scene) -> Act:
    return Choose(option=option_meant(heard, scene))


_MADE: dict[str, Callable[[str, Heard, Scene], Act]] = {
    "propose": _propose, "pay": _pay, "promise": _promise, "move": _move, "change_amount": _change_amount,
    "change_rhythm": _change_rhythm, "divide": _divide, "talk_of": _talk_of, "choose": _choose,
    "identify": lambda value, heard, scene: heard.proofs,
    "adjust": lambda value, heard, scene: Adjust(to=value) if value else Unclear(candidates=("adjust",)),
    "ask_about": lambda value, heard, scene: AskAbout(about=value or "schedule"),
}  # fmt: skip
