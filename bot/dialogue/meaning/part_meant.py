"""Which part of a plan that runs a message means: the day on which it is due, or the month that it is due in.

"Move the one of january 4 to the 11th", "skip january", "december's on the 12th": a day on which a part is due, or a month
that they name beside another day, says which part; the other day is where it goes.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot.dialogue import grammar
from bot.dialogue.grammar.words import spread, table
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import Scene

Between = tuple[date, date]
_WEEK = 7
_BANK_DAYS = timedelta(days=3)
"""So far a day that is none of the bank's may be from the one on which the part is due."""
_TO = frozenset({"to", "until", "al", "para", "hasta"})
"""What parts the one that is meant from the day that it goes to, as the end of a clause does."""
_MARKS = ',.;:!?¿¡()"'
_THIS = frozenset({"this", "este", "esta", "next", "proximo", "proxima"})
"""Before a weekday: the one of these days, whatever part they mean."""
_WEEKDAYS = frozenset(spread(table("days")["weekdays"]))


def part_and_day(heard: Heard, scene: Scene) -> tuple[Between | None, date | None]:
    """The part to move, None for the next one; and the day that it goes to, None where they name none."""
    named, days = _named(heard.text, scene), heard.figures.of(grammar.Day)
    part = next((one for one in named if _is_due(one, scene)), None) or _moved_by_the_bank(named, scene)
    others = [one for one in days if part is None or (one.value, one.value) != part]
    if part is None:
        return None, others[0].earliest if others else None
    is_next = part[0] == part[1] == _next(scene)
    if not others:
        return (None, None) if is_next else (part, None)
    return part, _near_to(part, others, heard)


def _moved_by_the_bank(named: list[Between], scene: Scene) -> Between | None:
    """ "The one of january 3", a Sunday, is due on the Monday; said beside the day that it goes to."""
    later = [day for day in scene.plan.days if day != scene.plan.next] if scene.plan is not None else []
    near = (day for one in named[:-1] for day in later if one[0] == one[1] and abs(day - one[0]) <= _BANK_DAYS)
    return next(((day, day) for day in near), None)


def part_left_out(heard: Heard, scene: Scene) -> Between | None:
    """None for the next one."""
    named = _named(heard.text, scene)
    due = next((one for one in named if _is_due(one, scene)), None)
    return due or _moved_by_the_bank([*named, *named], scene) or (named[0] if named else None)


def _named(text: str, scene: Scene) -> list[Between]:
    """The days and months that each piece of the message names, also what it takes back or leaves out, which the grammar
    rightly passes over: "not on the 4th", "skip january".
    """
    found = (_first_named(piece, scene) for piece in _pieces(text))
    return [one for one in found if one is not None]


def _pieces(text: str) -> Iterator[str]:
    piece: list[str] = []
    for word in text.split():
        is_joint = word.lower() in _TO
        piece += [] if is_joint else [word]
        if is_joint or word[-1] in ",.;":
            yield " ".join(piece)
            piece = []
    yield " ".join(piece)


def _first_named(piece: str, scene: Scene) -> Between | None:
    """By a few words at a time, so that no word around them takes it back; a day with its month before a bare one."""
    words = [word.strip(_MARKS).removesuffix("'s") for word in piece.split()]
    runs = (" ".join(words[at : at + size]) for at in range(len(words)) for size in (3, 2, 1))
    read = (one for run in runs for one in grammar.read(run, now=scene.now).entities)
    days = [one for one in read if isinstance(one, grammar.Day)]
    if days:
        day = next((one for one in days if not one.any_month), days[0]).value
        return day, day
    return next((month for word in words if (month := _month(word, scene)) is not None), None)


def _month(word: str, scene: Scene) -> Between | None:
    """A word that is a month where "in" or "en" stands before it; "may" is too often none."""
    if not word.isalpha() or word == "may":
        return None
    read = (grammar.read(f"{before} {word}", now=scene.now).questions for before in ("in", "en"))
    return next((one.period for found in read for one in found if one.kind == "some_month" and one.period), None)


def _is_due(named: Between, scene: Scene) -> bool:
    due = (*scene.plan.days, scene.plan.next) if scene.plan is not None else ()
    return any(named[0] <= day <= named[1] for day in due)


def _next(scene: Scene) -> date | None:
    return scene.plan.next if scene.plan is not None else None


def _near_to(part: Between, others: list[grammar.Day], heard: Heard) -> date:
    """ "The one of january 3 is on a sunday, make it monday": the Monday after it, and not that of this week. A day without
    its month is one of the month that they named.
    """
    due, to = part[0], others[-1]
    day = to.earliest
    if part[0] != part[1] and to.any_month and day.day <= part[1].day:
        return due.replace(day=day.day)
    if day < due and _is_weekday(to, heard):
        day += timedelta(days=-(-(due - day).days // _WEEK) * _WEEK)
    return day


def _is_weekday(one: grammar.Day, heard: Heard) -> bool:
    """Named by its weekday alone."""
    before, words = words_of(heard.text[: one.start])[-1:], set(words_of(heard.text[one.start : one.end]))
    is_bare = not any(c.isdigit() for c in heard.text[one.start : one.end])
    return bool(words & _WEEKDAYS) and is_bare and not _THIS & {*words, *before}
