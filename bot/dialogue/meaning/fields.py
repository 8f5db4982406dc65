"""From the name of an act and the figures of the message to the act itself: one function for each act that has fields."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from bot.core import Money
from bot.dialogue import grammar
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
    Pay,
    Plain,
    Promise,
    Skip,
    TalkOf,
    Unclear,
)
from bot.dialogue.meaning.by_debt import sums_of_debts
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.disputed import OF_ONE, debts_said_of
from bot.dialogue.meaning.each_of_them import says_apart
from bot.dialogue.meaning.figures import first, percent
from bot.dialogue.meaning.for_company import writes_for_company
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.left_out import left_out, says_only
from bot.dialogue.meaning.naming import debts_named, debts_or_place
from bot.dialogue.meaning.on_weekdays import keeps_rhythm
from bot.dialogue.meaning.options import earlier_meant, option_meant
from bot.dialogue.meaning.order import OF_AN_ACCOUNT
from bot.dialogue.meaning.part_meant import part_and_day, part_left_out
from bot.dialogue.meaning.parts import payments_of_their_own
from bot.dialogue.meaning.proposed import ALL, WHOLE, proposed, weekday_of
from bot.dialogue.meaning.released import released
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.vagueness import left_open, sum_not_read

_REST = frozenset(
    {"rest", "remainder", "remaining", "left", "leftover", "resto", "restante", "demas", "sobra", "queda"}
)
_MORE = frozenset({"more", "extra", "mas", "additional", "up"})
_LESS = frozenset({"less", "menos", "fewer", "down"})
_OF_AN_ACCOUNT = frozenset({"least", "longest", "first_day", "owner", "since", "reference", "hold", "interest"})
"""Questions of `ask_about` that may name the account which they are about."""
_WISHES = {"request_settlement": "settlement", "request_plan": "plan", "needs_time": ""}
"""Wishes that may come with figures, "can i settle for half", and what they then want."""
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
        wish=proposed(_WISHES[name], heard, scene) if name in _WISHES and heard.figures.offered else None,
        debts=_debts_of_plain(name, heard, scene),
        part=_one_sum(heard) if name == "wrong_amount" and not heard.figures.of(grammar.Frequency) else None,
        not_at=grammar.inconvenient(heard.text) if name == "contact_preference" else (),
        plainly=name == "take_back" and getattr(released(heard.text, scene), "plainly", False),
    )


def _debts_of_plain(name: str, heard: Heard, scene: Scene) -> Debts | None:
    taken_back = released(heard.text, scene) if name == "take_back" else None
    if taken_back is not None:
        return taken_back.places
    return debts_said_of(name, heard, scene) if name in OF_ONE | OF_AN_ACCOUNT | {"take_back", *_WISHES} else None


def _one_sum(heard: Heard) -> Money | None:
    found = {
        Money(one.what.minor, one.what.currency) for one in heard.figures.all if isinstance(one.what, grammar.Amount)
    }
    return found.pop() if len(found) == 1 else None


def _pay(value: str, heard: Heard, scene: Scene) -> Act:
    made = _paid(value, heard, scene)
    if not isinstance(made, Pay):
        return made
    not_read = sum_not_read(made, heard, says_all=heard.has_word(ALL))
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
        return Pay(what="all", on=on, debts=debts) if whole == WHOLE else Pay(percent=whole, on=on, debts=debts)
    return Pay(on=on, debts=debts)


def _promise(value: str, heard: Heard, scene: Scene) -> Act:
    figures = heard.figures
    promise = Promise(
        amount=figures.sum_of() or ("all" if heard.has_word(ALL) else None),
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
        return proposed("", heard, scene)  # "75 now and then 45 every other friday": other terms, not another sum
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
        return proposed("", heard, scene)
    rhythm = first(heard.figures.of(grammar.Frequency))
    if rhythm is None:
        return ChangeRhythm(debts=debts_named(heard.text, scene))
    kept = scene.plan is not None and keeps_rhythm(rhythm, scene.plan.frequency)
    return ChangeRhythm(each=_each(heard, scene), frequency=None if kept else rhythm.value, weekday=weekday_of(rhythm),
                        days_of_month=rhythm.days_of_month, debts=debts_named(heard.text, scene))  # fmt: skip


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
            return proposed("", heard, scene)  # "both on the 21st", of a division that was read back
        return Divide(each=named) if named and says_apart(heard, scene) else Divide(total=named)
    others = [place for place in range(1, len(scene.debts) + 1) if place not in shares]
    total = first(one for one in heard.figures.money("total") if one not in shares.values())
    if len(others) == 1 and (total or not scene.shares or heard.has_word(_REST)):
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
    "propose": proposed, "pay": _pay, "promise": _promise, "move": _move, "skip": _skip,
    "change_amount": _change_amount, "change_rhythm": _change_rhythm, "cancel_plan": _cancel_plan, "divide": _divide, "talk_of": _talk_of, "choose": _choose,
    "identify": lambda value, heard, scene: replace(heard.proofs, for_company=is_for_company(heard, scene) or None),
    "adjust": lambda value, heard, scene: Adjust(to=value) if value else Unclear(candidates=("adjust",)),
    "ask_about": _ask_about,
    "drop": lambda value, heard, scene: Drop(person=value == "person"),
}  # fmt: skip
