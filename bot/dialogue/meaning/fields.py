"""From the name of an act and the figures of the message to the act itself: one function for each act that has fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Literal

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.grammar.model import WEEKDAYS
from bot.dialogue.meaning import jargon
from bot.dialogue.meaning.acts import (
    BY_NAME,
    Act,
    Adjust,
    AskAbout,
    CancelPlan,
    ChangeAmount,
    ChangeRhythm,
    Choose,
    Debts,
    Divide,
    Drop,
    Move,
    Pace,
    Part,
    Pay,
    Plain,
    Promise,
    Propose,
    Skip,
    TalkOf,
    Unclear,
)
from bot.dialogue.meaning.by_debt import Apart, apart, sums_of_debts
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.disputed import OF_ONE, debts_said_of
from bot.dialogue.meaning.each_of_them import says_apart
from bot.dialogue.meaning.excluded import weekdays_out
from bot.dialogue.meaning.figures import Figure, Figures, first, percent
from bot.dialogue.meaning.for_all import debts_of_sum, is_day_alone
from bot.dialogue.meaning.for_company import writes_for_company
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.left_out import left_out, says_only
from bot.dialogue.meaning.naming import debts_named, debts_or_place
from bot.dialogue.meaning.on_weekdays import in_the_offers_rhythm, keeps_rhythm
from bot.dialogue.meaning.one_later import put_off
from bot.dialogue.meaning.options import earlier_meant, option_meant
from bot.dialogue.meaning.order import OF_AN_ACCOUNT
from bot.dialogue.meaning.part_meant import part_and_day, part_left_out
from bot.dialogue.meaning.parts import payments_of_their_own, what_comes_before
from bot.dialogue.meaning.released import released
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.vagueness import left_open, sum_not_read

_NO_ROLE = ("", "pay")
_OFF = frozenset({"off", "discount", "descuento", "rebaja", "forgive", "perdonen"})
_ENDS = frozenset({
    "done", "settle", "settled", "settles", "settlement", "close", "closed", "closes", "even", "quits", "square", "wipe",
    "liquidar", "liquidamos", "liquidado", "saldar", "saldamos", "saldado", "saldada", "cerrar", "cerramos", "cierra",
    "cierran", "finiquitar", "finiquito",
})  # fmt: skip
"""Beside a sum in all they say that it is over then."""
_ALL = frozenset({"all", "everything", "rest", "todo", "todos"})
_REST = frozenset(
    {"rest", "remainder", "remaining", "left", "leftover", "resto", "restante", "demas", "sobra", "queda"}
)
_MORE = frozenset({"more", "extra", "mas", "additional", "up"})
_LESS = frozenset({"less", "menos", "fewer", "down"})
_OF_AN_ACCOUNT = frozenset({"least", "longest", "first_day", "owner", "since", "reference", "hold"})
"""Questions of `ask_about` that may name the account which they are about."""
_WISHES = {"request_settlement": "settlement", "request_plan": "plan", "needs_time": ""}
"""Wishes that may come with figures, "can i settle for half", and what they then want."""
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
        name=name,
        wish=_propose(_WISHES[name], heard, scene) if name in _WISHES and heard.figures.offered else None,
        debts=_debts_of_plain(name, heard, scene),
        part=_one_sum(heard) if name == "wrong_amount" else None,
        not_at=grammar.inconvenient(heard.text) if name == "contact_preference" else (),
        plainly=name == "take_back" and getattr(released(heard.text, scene), "plainly", False),
    )


def _debts_of_plain(name: str, heard: Heard, scene: Scene) -> Debts | None:
    taken_back = released(heard.text, scene) if name == "take_back" else None
    if taken_back is not None:
        return taken_back.places
    return debts_said_of(name, heard, scene) if name in OF_ONE | OF_AN_ACCOUNT | {"take_back"} else None


def _one_sum(heard: Heard) -> Money | None:
    found = {
        Money(one.what.minor, one.what.currency) for one in heard.figures.all if isinstance(one.what, grammar.Amount)
    }
    return found.pop() if len(found) == 1 else None


def _propose(value: str, heard: Heard, scene: Scene) -> Propose:
    figures = heard.figures
    rhythm = _rhythm(figures)
    count = first(figures.of(grammar.Count))
    length = _length(heard) if rhythm is None and not figures.money("each") and not _between(heard, scene) else None
    parts = payments_of_their_own(heard, scene) or what_comes_before(heard, scene)
    in_parts = {part.amount for part in parts}
    each = figures.sum_of("each") or _bare_each(heard, scene, bool(rhythm or count or parts))
    shares = [] if parts else [percent(one.share) for one in figures.of(grammar.Percentage)]
    total = figures.sum_of("total")
    total = total if total and total not in in_parts else _bare_total(value, heard, scene)
    for_each = len(scene.debts) > 1 and says_apart(heard, scene)
    begins = None if value == "pause" else _first_day(heard, parts)
    wish = Propose(
        each=None if (each in in_parts or total) and not figures.money("each") else each,
        total=total,
        percent=first(_WHOLE - one if _says(heard, _OFF) else one for one in shares),
        count=count.value if count else length[0] if length else _count_answered(heard, scene),
        frequency=_pace(rhythm, heard, scene) if rhythm else length[1] if length else _between(heard, scene),
        first=begins.earliest if begins else None,
        not_before=begins is not None and begins.after,
        weekday=_weekday(rhythm),
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
    wish = _of_what_is_owed(_for_each(wish, heard, scene), scene)
    wish = put_off(in_the_offers_rhythm(wish, heard, scene), heard, scene)
    return _from_the_first(replace(wish, vague=left_open(wish, heard)))


def _for_each(wish: Propose, heard: Heard, scene: Scene) -> Propose:
    """ "A hundred for both, so 50 to each one": of two sums the one of which the other is all of them together."""
    sums, several = heard.figures.money(), len(scene.talking_of) or len(scene.debts)
    if not wish.apart or wish.each is None or len(sums) != 2:
        return wish
    one, whole = sorted(sums, key=lambda money: money.minor)
    return replace(wish, each=one) if one * several == whole else wish


def _of_what_is_owed(wish: Propose, scene: Scene) -> Propose:
    """ "The gym, the $81.01, in four parts": what is owed is no payment of several."""
    places = wish.debts if isinstance(wish.debts, tuple) else tuple(range(1, len(scene.debts) + 1))
    owed = [scene.debts[place - 1].balance for place in places if place <= len(scene.debts)]
    in_parts = wish.count is not None and wish.count > 1
    return replace(wish, each=None) if in_parts and len(owed) == 1 and wish.each == owed[0] else wish


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
    return next((one for one in reversed(figures.of(grammar.Frequency)) if one.value != "payday"), told)


def _pace(rhythm: grammar.Frequency, heard: Heard, scene: Scene) -> Pace | None:
    return None if is_day_alone(rhythm, heard, scene) else rhythm.value


def _settles(heard: Heard, by_share: bool, count: grammar.Count | None, total: Money | None) -> str | None:
    """ "30 percent off", "half and we are done", "40 por ciento de un solo pago", "450 in 4 parts and we call it even": a
    share or a sum in all that ends it.
    """
    if total is not None and _says(heard, _ENDS):
        return "settlement"
    ends = heard.figures.of(grammar.Percentage, "total") or any(
        one.role == "total" for one in heard.figures.of(grammar.Percentage)
    )
    once = count is not None and count.value == 1
    return "settlement" if by_share and (_says(heard, _OFF) or ends or once) else None


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


def _says(heard: Heard, words: frozenset[str]) -> bool:
    return bool(words & set(words_of(heard.text)))


def _weekday(rhythm: grammar.Frequency | None) -> str | None:
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
    return first(day for day in (*named, *others) if day.earliest not in taken)


def _pay(value: str, heard: Heard, scene: Scene) -> Act:
    made = _paid(value, heard, scene)
    if not isinstance(made, Pay):
        return made
    not_read = sum_not_read(made, heard, says_all=_says(heard, _ALL))
    return replace(made, what=None if not_read else made.what, vague=left_open(made, heard) or not_read)


def _paid(value: str, heard: Heard, scene: Scene) -> Act:
    figures, debts, out = heard.figures, debts_named(heard.text, scene), left_out(heard.text, scene)
    if isinstance(debts, tuple):
        debts = tuple(place for place in debts if place not in out) or debts
    own = sums_of_debts(heard, scene, out) if isinstance(debts, tuple) else {}
    if scene.asked == "shares" and own:
        return _divide(value, heard, scene)
    on = first(day for day in figures.days() if day > scene.today)
    sums, count, share = figures.money(), first(figures.of(grammar.Count)), first(figures.of(grammar.Percentage))
    if value in ("all", "next"):
        return Pay(what="all" if value == "all" else "next", on=on, debts=debts)
    parts = count.value if count else first(_SMALL[word] for word in words_of(heard.text) if word in _SMALL)
    if value == "parts" and parts:
        return Pay(parts=parts, on=on, debts=debts)
    if sums:
        named = own.get(debts[0]) if isinstance(debts, tuple) and len(debts) == 1 else None
        return Pay(what=named or figures.sum_of(), on=on, debts=debts)
    if share:
        whole = percent(share.share)
        return Pay(what="all", on=on, debts=debts) if whole == _WHOLE else Pay(percent=whole, on=on, debts=debts)
    return Pay(on=on, debts=debts)


def _promise(value: str, heard: Heard, scene: Scene) -> Act:
    figures = heard.figures
    promise = Promise(
        amount=figures.sum_of() or ("all" if _says(heard, _ALL) else None),
        on=first(figures.days()),
        debts=debts_named(heard.text, scene),
    )
    return replace(promise, vague=left_open(promise, heard))


def _move(value: str, heard: Heard, scene: Scene) -> Act:
    part, on = part_and_day(heard, scene)
    shift = first(heard.figures.of(grammar.Duration))
    move = Move(on=on, days=shift.days if shift and on is None else None, part=part,
                debts=debts_named(heard.text, scene))  # fmt: skip
    return replace(move, vague=left_open(move, heard) if part is None else None)


def _skip(value: str, heard: Heard, scene: Scene) -> Act:
    return Skip(part=part_left_out(heard, scene), debts=debts_named(heard.text, scene))


def _cancel_plan(value: str, heard: Heard, scene: Scene) -> Act:
    return CancelPlan(debts=debts_named(heard.text, scene))


def _change_amount(value: str, heard: Heard, scene: Scene) -> Act:
    if payments_of_their_own(heard, scene):
        return _propose("", heard, scene)  # "75 now and then 45 every other friday": other terms, not another sum
    rhythm = first(heard.figures.of(grammar.Frequency))
    if rhythm is not None and scene.plan is not None and rhythm.value != scene.plan.frequency:
        return _change_rhythm(value, heard, scene)
    return ChangeAmount(each=_each(heard, scene), debts=debts_named(heard.text, scene))


def _each(heard: Heard, scene: Scene) -> Money | None:
    named = heard.figures.sum_of("each") or heard.figures.sum_of()
    return _changed_by(named, heard, scene) or named


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
    if payments_of_their_own(heard, scene):
        return _propose("", heard, scene)
    rhythm = first(heard.figures.of(grammar.Frequency))
    if rhythm is None:
        return ChangeRhythm(debts=debts_named(heard.text, scene))
    kept = scene.plan is not None and keeps_rhythm(rhythm, scene.plan.frequency)
    return ChangeRhythm(each=_each(heard, scene), frequency=None if kept else rhythm.value, weekday=_weekday(rhythm),
                        days_of_month=rhythm.days_of_month, debts=debts_named(heard.text, scene))  # fmt: skip


def proposals(heard: Heard, scene: Scene) -> tuple[Propose, ...]:
    """One; or one for each debt with a sum of its own: "20 on the gym and 15 on the clinic every friday"."""
    whole, told = _propose("", heard, scene), apart(heard, scene)
    if told.own and not whole.apart:
        return tuple(_of_one(place, told, scene) for place in sorted(told.own))
    own = sums_of_debts(heard, scene)
    if len(own) < 2 or whole.parts and whole.frequency is None:
        return (whole,)
    whole = replace(whole, parts=())  # "40 on one and 40 on the other every Tuesday": each time, and not one of them now
    return tuple(replace(whole, each=own[place], total=None, debts=(place,), apart=False) for place in sorted(own))


def _of_one(place: int, told: Apart, scene: Scene) -> Propose:
    """What the message says of this debt; a sum that is all of it is no instalment."""
    own = told.own[place]
    wish, owed = _propose("", own, scene), scene.debts[place - 1].balance
    on = wish.parts[0].on if len(wish.parts) == 1 and wish.parts[0].amount == owed else None
    if on or owed in (wish.each, wish.total) or not own.figures.money() and _says(own, _ALL):
        wish = replace(wish, each=None, count=None, frequency=None, parts=(), total=None, first=on or wish.first,
                       wants="full")  # fmt: skip
    return replace(wish, debts=(place,), left_out=told.left_out)


def _divide(value: str, heard: Heard, scene: Scene) -> Act:
    """Each debt that is named has its sum; one without gets the rest, or keeps what was read back, or gets nothing."""
    out = left_out(heard.text, scene)
    shares: dict[int, Money | Literal["rest"]] = {**sums_of_debts(heard, scene, out)}
    kept = tuple((place, share) for place, share in scene.shares if place not in out)
    if out and not shares and kept:
        return Divide(shares=kept, only=True)
    if shares and (out or says_only(heard, scene)):
        return Divide(shares=tuple(sorted(shares.items())), only=True)
    if not shares:
        sums = heard.figures.money()
        named = sums[0] if len(sums) == 1 else None  # of several, nobody knows whose they are
        if not sums and scene.shares and heard.figures.days():
            return _propose("", heard, scene)  # "both on the 21st", of a division that was read back
        return Divide(each=named) if named and says_apart(heard, scene) else Divide(total=named)
    others = [place for place in range(1, len(scene.debts) + 1) if place not in shares]
    total = first(one for one in heard.figures.money("total") if one not in shares.values())
    if len(others) == 1 and (total or not scene.shares or _says(heard, _REST)):
        shares[others[0]] = "rest"
    return Divide(shares=tuple(sorted(shares.items())), total=total)


def _talk_of(value: str, heard: Heard, scene: Scene) -> Act:
    return TalkOf(debts=debts_or_place(heard.text, scene) or ())


def is_for_company(heard: Heard, scene: Scene) -> bool:
    return not scene.verified and writes_for_company(heard.text, is_asked=scene.asked == "identity")


def _choose(value: str, heard: Heard, scene: Scene) -> Act:
    earlier = earlier_meant(heard, scene)
    return Choose(option=None if earlier else option_meant(heard, scene), earlier=earlier)


def _ask_about(value: str, heard: Heard, scene: Scene) -> AskAbout:
    return AskAbout(
        about=value or "schedule",
        debts=debts_said_of(f"ask_about:{value}", heard, scene) if value in _OF_AN_ACCOUNT else None,
        terms=jargon.named(heard.text) if value == "meaning" else (),
    )


_MADE: dict[str, Callable[[str, Heard, Scene], Act]] = {
    "propose": _propose, "pay": _pay, "promise": _promise, "move": _move, "skip": _skip,
    "change_amount": _change_amount, "change_rhythm": _change_rhythm, "cancel_plan": _cancel_plan, "divide": _divide, "talk_of": _talk_of, "choose": _choose,
    "identify": lambda value, heard, scene: replace(heard.proofs, for_company=is_for_company(heard, scene) or None),
    "adjust": lambda value, heard, scene: Adjust(to=value) if value else Unclear(candidates=("adjust",)),
    "ask_about": _ask_about,
    "drop": lambda value, heard, scene: Drop(person=value == "person"),
}  # fmt: skip
