"""What people take back ("not 50, 40", "75 is too much", "any day but sundays"), and what they tell as past."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from bot.dialogue.grammar.model import Count, Day, Duration, Frequency, Percentage, Vague
from bot.dialogue.grammar.sheet import Placed, Sheet
from bot.dialogue.grammar.words import filled, found, kind_of, pattern, table

_TOLD_AS_PAST = (Day, Duration, Percentage, Count)


def meant(sheet: Sheet) -> list[Placed]:
    """In text order, without what is taken back or told as past."""
    placed = sheet.placed
    out = _taken_back(sheet)
    out |= _rhythms_of(placed, out)
    dated = {p.start for p in placed if isinstance(p.what, Vague) and p.what.question == "which_date"}
    past = {p.start for p in placed if (isinstance(p.what, _TOLD_AS_PAST) or p.start in dated) and is_past(sheet.text, p)}
    return [p for p in placed if p.start not in out | past]


@cache
def _ways(kind: str) -> tuple[re.Pattern[str], ...]:
    """How a thing of one kind is taken back; "75 a month is too much" refuses the 75 and not the month."""
    alone = "(?<!{A})(?<!{A} )(?<!{F})" if kind == "F" else ""
    beside = "" if kind == "F" else "(?: ?{FV})?"
    thing = "{" + kind + "}"
    texts = [way.replace("&", beside).replace("%", thing).replace("~", alone) for way in table("talk")["taken_back"]]
    return tuple(re.compile(filled(text)) for text in [*texts, *(table("talk")["moved_day"] if kind == "D" else ())])


def _taken_back(sheet: Sheet) -> set[int]:
    """The places of what is negated, refused or replaced."""
    text = sheet.text
    out = {
        match.start("out")
        for kind in {kind_of(letter).replace("B", "D") for letter in text} & set("ADFPCT")
        for way in _ways(kind)
        for match in way.finditer(text)
    }
    for match in pattern("x_not_y" if sheet.spanish else "x_no_y").finditer(text):
        told = {name: match.start(name) for name, said in match.groupdict().items() if said}
        out |= {place for name, place in told.items() if name.startswith("out")}
        out -= {place for name, place in told.items() if name.startswith("kept")}
    return out | _in_case(text)


def _in_case(text: str) -> set[int]:
    """ "The 1st, or if the bank is closed the 8th": the second day stands for the first only where that one fails."""
    spans = [m.span("out") for way in ("in_case", "or_in_case") for m in pattern(way).finditer(text)]
    return {at for span in spans for at in range(*span) if kind_of(text[at]) in ("D", "B", "V")}


def _rhythms_of(placed: Iterable[Placed], out: set[int]) -> set[int]:
    """ "60 a week is impossible, i could see 60 a month": with the sum goes its rhythm, if one is left."""
    asked = {p.start for p in placed if isinstance(p.what, Vague) and p.what.question == "frequency"}
    rhythms = asked | {p.start for p in placed if isinstance(p.what, Frequency)}
    lost = {start for start in rhythms if {start, start - 1, start - 2} & out}
    return lost if len(rhythms) > len(lost) else set()


def is_past(text: str, placed: Placed) -> bool:
    """Whether it is told as something that has happened: "filed on the 3rd", "paid last friday"."""
    before, after = text[max(0, placed.start - 60) : placed.start], text[placed.end :]
    if found("told_after", after):
        return True
    day = isinstance(placed.what, Day)
    other = pattern("subject_ed" if day else "any_ed")
    verbs = sorted((m.start(), m.end()) for way in (pattern("past"), other) for m in way.finditer(before))
    if not verbs or pattern("ahead_again").search(before, verbs[-1][1]):
        return False
    start, end = verbs[-1]
    if not day and "," in before[end:]:
        return False
    if before[start:end] == "desde" and _begins_then(before[:start], after):
        return False
    return not found("if_i", before[:start])


def _begins_then(before: str, after: str) -> bool:
    """ "Desde el lunes 20 por semana", "20 por semana desde el lunes", and "mejor desde el 15" with nothing after it, are
    about what is to come.
    """
    if found("from_then", after) or kind_of(before.rstrip(" ,")[-1:]) == "F":
        return True
    return bool(found("only_from", before) and found("nothing_more", after))
