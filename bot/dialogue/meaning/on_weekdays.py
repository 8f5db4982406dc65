"""A weekday without a word for how often ("los viernes", "on fridays") beside an offer: its day, and the offer's rhythm."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.core import Money
from bot.dialogue import grammar
from bot.dialogue.grammar.model import WEEKDAYS
from bot.dialogue.meaning.acts import Propose
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.options import same_money
from bot.dialogue.meaning.scene import OfferRead, Scene

_BY_WEEK = ("biweekly", "every_4_weeks", "payday")
_BY_MONTH = ("monthly", "quarterly")
_LONG, _LAST = 6, 5
"""Figures of no sum; a fifth weekday is not in every month."""


def in_the_offers_rhythm(wish: Propose, heard: Heard, scene: Scene) -> Propose:
    """Said alone for the first time, or with another sum, it is every week."""
    rhythm = heard.figures.surest(grammar.Frequency)
    is_bare = rhythm is not None and rhythm.bare and wish.frequency == rhythm.value and wish.weekday is not None
    if not is_bare or wish.count or wish.total or wish.percent or wish.parts:
        return wish
    offer = _meant(wish, heard, scene)
    if offer is None:
        return wish
    waits = _waiting(scene) is offer
    wish = replace(wish, each=None if waits and wish.each is None else offer.each)
    kept = None if waits else offer.frequency
    if offer.frequency in _BY_WEEK:
        return replace(wish, frequency=kept)  # type: ignore[arg-type]
    if offer.frequency in _BY_MONTH and offer.first is not None:
        return replace(wish, frequency=kept, nth=_nth(offer.first, wish.weekday or ""))  # type: ignore[arg-type]
    return wish


def keeps_rhythm(rhythm: grammar.Frequency, frequency: str | None) -> bool:
    """Whether it names a day of that rhythm and no other one."""
    return rhythm.bare and frequency in _BY_WEEK


def _meant(wish: Propose, heard: Heard, scene: Scene) -> OfferRead | None:
    """The one that waits, unless they name another sum; else the one whose sum they name."""
    waits = _waiting(scene)
    known = scene.offers if waits is None else (waits,)
    if wish.each is None and waits is not None:
        return waits
    sums = [wish.each] if wish.each else _figures_of(heard.text, scene)
    return next((one for one in known if any(same_money(one.each, named) for named in sums)), None)


def _figures_of(text: str, scene: Scene) -> list[Money]:
    """ "The 39 one" is no sum that is offered, and points at one."""
    return [Money(int(word) * 100, scene.currency) for word in words_of(text) if word.isdecimal() and len(word) < _LONG]


def _waiting(scene: Scene) -> OfferRead | None:
    is_there = scene.asked == "accept" and scene.waiting <= len(scene.offers)
    return scene.offers[scene.waiting - 1] if is_there else None


def _nth(first: date, weekday: str) -> int:
    """Which such weekday of its month the first one from that day on is."""
    day = first + timedelta(days=(WEEKDAYS.index(weekday) - first.weekday()) % len(WEEKDAYS))
    nth = (day.day - 1) // len(WEEKDAYS) + 1
    return nth if nth < _LAST else -1
