"""Payments of their own: "50 now and 50 on the 15th", "half today and the rest on the 3rd"; each with its day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Part
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.figures import Figure, first, percent
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.spans import clauses

_PARTS = ("now", "down", "later")
_THEN = frozenset({"then", "after", "afterwards", "luego", "despues", "ahi"})
_FIRST_WORDS = 3
_RIGHT_BEHIND = 6
"""Characters: "100 this friday", "100 el viernes"."""
_WHOLE = 100
_YOU_SAID = frozenset({"dijiste", "dijeron", "dijo", "ofreciste", "ofrecieron", "ofrecio"})
_SAID = frozenset({"said", "told", "offered", "quoted"})
_THEY = frozenset({"i", "yo", "puedo", "doy", "pago"})
_OTHER = frozenset({"other", "otra", "remaining"})
_LEFT = frozenset({"left", "remaining", "faltan", "falta", "falte", "quedan", "queda"})
_PART = frozenset({"part", "parte", "payment", "amount", "pago"})


def payments_of_their_own(heard: Heard, scene: Scene) -> tuple[Part, ...]:
    """Empty where they speak of one payment, or of the same one again and again."""
    sums = [one for one in heard.figures.offered if _is_sum(one) and not _is_ours(one, heard)]
    if even := _even_parts(sums, heard):
        return even
    own = [one for one in sums if one.about in _PARTS]
    days = [one.what for one in heard.figures.offered if isinstance(one.what, grammar.Day) and one.about != "until"]
    rest = next((Part(day.earliest) for day in days if day.rest), None)
    if rest is None and any(one.rest for one in heard.figures.vague):
        rest = Part(None)
    if rest is None and len(sums) == 1 and len(days) > 1 and (other := _other_part(days, heard)) is not None:
        days, rest = [day for day in days if day is not other], Part(other.earliest)
        own = own or sums
    dated = [one for one in sums if one.about in ("", "pay", "each", *_PARTS)]
    bare_dated = dated if len(dated) > 1 and len(days) > 1 else []
    if shares := _two_shares(heard):
        return _in_two(shares[0], shares[1], days, scene)
    told = ([] if heard.figures.of(grammar.Frequency) else bare_dated) or own
    if rest is None and not own and _is_the_other_share(sums, heard):
        return (Part(first(day.earliest for day in days)),)
    if not told:
        return (rest,) if rest and not _regular(heard) else ()
    if len(told) == 1 and rest is None and not _regular(heard) and told[0].about == "later":
        return ()
    found = tuple(_part(_day_of(one, heard, scene), one.what) for one in told)
    in_parts = rest is not None and rest.on is None and _regular(heard)  # "300 now and the rest 100 a month"
    return (*found, rest) if rest and not in_parts else found


def _even_parts(sums: list[Figure], heard: Heard) -> tuple[Part, ...]:
    """ "Two equal payments, December 15 and January 1": as many days as payments, and no rhythm or at most the one sum of
    each: a part on each day.
    """
    counts = heard.figures.of(grammar.Count)
    days = sorted(
        {one.earliest for one in heard.figures.of(grammar.Day, "", "each", *_PARTS, "pay", "first") if not one.rest}
    )
    if len(counts) != 1 or len(days) < 2 or counts[0].value != len(days) or heard.figures.of(grammar.Frequency):
        return ()
    if not sums and not _WHOLE % len(days):
        share = Decimal(_WHOLE // len(days))
        return (*(Part(day, percent=share) for day in days[:-1]), Part(days[-1]))
    if len(sums) == 1 and isinstance(sums[0].what, grammar.Amount) and sums[0].about in ("", "pay", "each"):
        return tuple(_part(day, sums[0].what) for day in days)
    return ()


def what_comes_before(heard: Heard, scene: Scene) -> tuple[Part, ...]:
    """ "And then 50 a week", of a single payment that waits for a yes: that one comes first."""
    waits = scene.offers[scene.waiting - 1] if scene.asked == "accept" and scene.waiting <= len(scene.offers) else None
    if waits is None or waits.kind != "promise" or not _THEN & set(words_of(heard.text)[:_FIRST_WORDS]):
        return ()
    amount = waits.total or waits.each
    return (Part(waits.first, amount),) if amount is not None and heard.figures.of(grammar.Frequency) else ()


def _other_part(days: list[grammar.Day], heard: Heard) -> grammar.Day | None:
    """ "1,500 on the 11th and the other part on the 28th", "50 el 21, y el otro sábado los 31 que faltan": the day of what is
    left.
    """
    for day in days:
        *_, (_, before) = clauses(heard.text[: day.start])
        (_, behind), *_ = clauses(heard.text[day.end :])
        words = words_of(before)[-_RIGHT_BEHIND:]
        if _OTHER & set(words) and _PART & set(words) or _LEFT & set(words_of(behind)[:_RIGHT_BEHIND]):
            return day
    return None


def _is_the_other_share(sums: list[Figure], heard: Heard) -> bool:
    """ "The other half on the 15th" is what is left."""
    if len(sums) != 1 or not isinstance(sums[0].what, grammar.Percentage):
        return False
    return bool(_OTHER & set(words_of(heard.text[: sums[0].what.start])[-1:]))


def _in_two(one: Figure, other: Figure, days: list[grammar.Day], scene: Scene) -> tuple[Part, ...]:
    """ "Half now and the other half on the 30th": each share has the day behind it; the first one else is paid now, and
    the day of the other one, where none is said, is asked for.
    """
    behind_one = [day.earliest for day in days if day.start < other.what.start]
    behind_other = [day.earliest for day in days if day.start >= other.what.end]
    return _part(first(behind_one) or scene.today, one.what), Part(first(behind_other))


def _two_shares(heard: Heard) -> list[Figure]:
    """Two shares that make the whole, with something about a day."""
    shares = [one for one in heard.figures.offered if isinstance(one.what, grammar.Percentage)]
    whole = len(shares) == 2 and sum(one.what.share for one in shares if isinstance(one.what, grammar.Percentage)) == 1
    dated = heard.figures.of(grammar.Day) or heard.figures.vague
    return shares if whole and dated else []


def _regular(heard: Heard) -> bool:
    return bool(heard.figures.money("each") or heard.figures.of(grammar.Frequency) or heard.figures.of(grammar.Count))


def _is_ours(one: Figure, heard: Heard) -> bool:
    """ "First you told me 39 and now 42": what we said is no payment of theirs. "You said 46, I can do 40" has one."""
    *_, (_, clause) = clauses(heard.text[: one.what.start])
    before = words_of(clause)
    told = [at for at, word in enumerate(before) if word in _YOU_SAID or word in _SAID and "you" in before[:at]]
    return bool(told) and not _THEY & set(before[told[-1] :])


def _is_sum(one: Figure) -> bool:
    return isinstance(one.what, (grammar.Amount, grammar.Percentage))


def _part(on: date | None, what: grammar.Entity) -> Part:
    if isinstance(what, grammar.Percentage):
        return Part(on, percent=percent(what.share))
    assert isinstance(what, grammar.Amount)
    return Part(on, Money(what.minor, what.currency))


def _day_of(one: Figure, heard: Heard, scene: Scene) -> date | None:
    """Today for what is paid now, unless a day stands right behind it; else the day next to it, after it rather than
    before.
    """
    days = [day for day in heard.figures.of(grammar.Day) if not day.rest]
    if one.about in ("now", "down"):
        beside = (day.earliest for day in days if 0 <= day.start - one.what.end <= _RIGHT_BEHIND)
        return first(beside) or scene.today
    after = sorted((day.start - one.what.end, day.earliest) for day in days if day.start >= one.what.end)
    before = sorted((one.what.start - day.end, day.earliest) for day in days if day.end <= one.what.start)
    near = (after or before)[:1]
    return near[0][1] if near else None
