"""The hours in which somebody does not want to hear from us: "not before 5, i'm at work", "nunca los domingos".

The message is cut into stretches with hours or days of their own; the nearest word around them says whether they are
barred or all that is left. Whatever cannot be told for certain gives nothing: then a person reads it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.dialogue.grammar.folding import fold

WORDS = Path(__file__).parents[3] / "data" / "law" / "texts" / "hours.yml"
WEEK = frozenset(range(1, 8))
OF_WORK = frozenset(range(1, 6))
_DAY = 24 * 60
_MAY_WRITE = (8 * 60, 21 * 60)
_HALF = 12
_LONG_NUMBER = re.compile(r"\d{3,}")
Stretch = tuple[int, int]
"""Minutes of a day, from and until."""


@dataclass(frozen=True)
class Window:
    """Barred from `begins` until `ends` on these weekdays, 1 is Monday; midnight as the end is the end of the day."""

    begins: time
    ends: time
    weekdays: tuple[int, ...]


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str = ""
    days: frozenset[int] = frozenset()
    clocks: tuple[_Clock, ...] = ()
    stretch: Stretch | None = None

    @property
    def is_item(self) -> bool:
        return self.kind in ("days", "before", "after", "between", "part")


@dataclass(frozen=True)
class _Clock:
    hour: int
    minute: int = 0
    half: str = ""


class Unclear(Exception):
    """It may mean one thing or the other."""


def inconvenient(text: str) -> tuple[Window, ...]:
    """The hours that they bar by these words; none where that is not certain."""
    tokens = list(_tokens(fold(text).text))
    if any(token.kind in ("once", "number") for token in tokens) or not any(token.is_item for token in tokens):
        return ()
    try:
        barred = _barred(tokens)
    except Unclear:
        return ()
    return _windows(barred) if any(_leaves_room(barred[day]) for day in WEEK) else ()


def _barred(tokens: list[_Token]) -> dict[int, set[Stretch]]:
    barred: dict[int, set[Stretch]] = {day: set() for day in WEEK}
    at_work, before = any(token.kind == "work" for token in tokens), ""
    for part in _parts(tokens):
        goes_on = before and not any(token.kind == "break" for token in part[:1])
        rule = _rule(part) or (before if goes_on else _unmarked(part))
        named = frozenset[int]().union(*(token.days for token in part))
        days = named or (OF_WORK if at_work or any(token.text == "office" for token in part) else WEEK)
        hours = [one for token in part if token.is_item and token.kind != "days" for one in _stretches(token, rule)]
        for day in WEEK:
            if rule == "bar" and day in days:
                barred[day].update(hours or [(0, _DAY)])
            elif rule == "allow" and day in days:
                barred[day].update(_rest(hours or [(0, _DAY)]))
            elif rule == "allow" and named:
                barred[day].add((0, _DAY))
        before = rule
    return barred


def _parts(tokens: list[_Token]) -> Iterator[list[_Token]]:
    """Cut where another hour or day begins behind a comma or an "or"; days that stand together stay together."""
    part: list[_Token] = []
    for place, token in enumerate(tokens):
        rest = tokens[place + 1 :]
        cuts = token.kind in ("join", "break", "not") and any(one.is_item for one in part)
        coming = next((one for one in rest if one.kind not in ("join", "break", "not")), None)
        days_go_on = coming is not None and coming.kind == "days" and part[-1:] and part[-1].kind == "days"
        if cuts and not days_go_on and _begins_anew(rest) and (token.kind != "not" or _has_hours(part)):
            yield part
            part = [_Token("break")] if token.kind == "break" else []
        if not (token.kind == "join" or days_go_on and token.kind == "not"):
            part.append(token)
    yield part


def _begins_anew(rest: list[_Token]) -> bool:
    return any(one.is_item for one in rest)


def _has_hours(part: list[_Token]) -> bool:
    return any(one.is_item and one.kind != "days" for one in part)


def _rule(part: list[_Token]) -> str:
    """ "bar" or "allow", by the nearest word before the hours, else behind them; "" where there is none."""
    first = next((place for place, one in enumerate(part) if one.is_item), 0)
    last = max((place for place, one in enumerate(part) if one.is_item), default=0)
    for place in range(first - 1, -1, -1):
        told = _told(part, place, is_before=True)
        if told:
            return told
    inside = [_told(part, place, is_before=False) for place in range(first + 1, last)]
    behind = [_told(part, place, is_before=False) for place in range(last + 1, len(part))]
    return next((told for told in (*inside, *behind) if told), "")


def _told(part: list[_Token], place: int, *, is_before: bool) -> str:
    kind, previous = part[place].kind, part[place - 1].kind if place else ""
    if kind == "not":
        is_cut = is_before and place + 1 < len(part) and part[place + 1].kind == "break"
        return "" if is_cut else "bar"
    if kind in ("only", "can", "write"):
        return "bar" if previous == "not" else "allow"
    return "bar" if kind in ("bad", "busy", "work") else ""


def _unmarked(part: list[_Token]) -> str:
    """ "After 6 please"."""
    items = [token.kind for token in part if token.is_item]
    if not items:
        return "none"
    if items == ["after"]:
        return "allow"
    raise Unclear


def _stretches(token: _Token, rule: str) -> list[Stretch]:
    if token.stretch is not None:
        return [token.stretch]
    if token.kind == "between":
        begins, ends = _both(*token.clocks)
        return [(begins, ends)] if begins < ends else [(begins, _DAY), (0, ends)]
    at = _minutes(token.clocks[0], later=token.kind == "after", rule=rule)
    return [(0, at)] if token.kind == "before" else [(at, _DAY)]


def _minutes(clock: _Clock, *, later: bool, rule: str) -> int:
    """A bare 5 is in the afternoon; "not after 9" is in the evening; "after 9" may be either."""
    if clock.half or clock.hour >= _HALF or clock.hour == 0:
        return _exact(clock)
    if clock.hour < 8:
        return _exact(clock, "pm")
    if rule != "bar":
        raise Unclear
    return _exact(clock, "pm" if later else "am")


def _exact(clock: _Clock, half: str = "") -> int:
    half = clock.half or half
    hour = clock.hour % _HALF + (_HALF if half == "pm" else 0) if half and clock.hour <= _HALF else clock.hour
    return hour * 60 + clock.minute


def _both(first: _Clock, second: _Clock) -> Stretch:
    """ "9 to 5", "7 to 3", "5 to 8", "10 pm to 6 am"."""
    ends_later = second.hour > first.hour
    half = first.half or (second.half if ends_later else "") or ("pm" if first.hour < 8 and ends_later else "am")
    begins = _exact(first, half) if first.hour <= _HALF and first.hour else first.hour * 60 + first.minute
    if second.half or second.hour > _HALF:
        return begins, _exact(second)
    ends = second.hour * 60 + second.minute
    return begins, ends if ends > begins else ends + _HALF * 60


def _rest(hours: Iterable[Stretch]) -> Iterator[Stretch]:
    """What is left of a day."""
    at = 0
    for begins, ends in _merged(hours):
        if begins > at:
            yield at, begins
        at = ends
    if at < _DAY:
        yield at, _DAY


def _merged(hours: Iterable[Stretch]) -> list[Stretch]:
    merged: list[Stretch] = []
    for begins, ends in sorted(hours):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(ends, merged[-1][1]))
        else:
            merged.append((begins, ends))
    return merged


def _leaves_room(hours: Iterable[Stretch]) -> bool:
    """Some minute in which anybody may be written to is left; who bars them all wants something else."""
    opens, closes = _MAY_WRITE
    return any(begins < closes and ends > opens for begins, ends in _rest(hours))


def _windows(barred: dict[int, set[Stretch]]) -> tuple[Window, ...]:
    by_hours: dict[Stretch, list[int]] = {}
    for day in sorted(barred):
        for one in _merged(barred[day]):
            by_hours.setdefault(one, []).append(day)
    return tuple(Window(_time(begins), _time(ends), tuple(days)) for (begins, ends), days in by_hours.items())


def _time(minutes: int) -> time:
    return time(minutes % _DAY // 60, minutes % 60)


def _tokens(text: str) -> Iterator[_Token]:
    for match in _pattern().finditer(text):
        kind = match.lastgroup or ""
        made = _READ.get(kind.partition("_")[0])
        yield made(match, kind) if made is not None else _Token(kind)


def _days(match: re.Match[str], kind: str) -> _Token:
    return _Token("days", days=frozenset(map(int, kind.partition("_")[2])))


def _range(match: re.Match[str], kind: str) -> _Token:
    first, last = (int(_day_of(match[name])) for name in ("first_day", "last_day"))
    many = (last - first) % 7 + 1
    return _Token("days", days=frozenset((first - 1 + ahead) % 7 + 1 for ahead in range(many)))


def _part(match: re.Match[str], kind: str) -> _Token:
    table = _table()
    told = table["office_hours"] if kind == "part_office" else list(table["parts"])[int(kind.rpartition("_")[2])]
    begins, ends = (int(one[:2]) * 60 + int(one[3:]) for one in told.split("-"))
    return _Token("part", "office" if kind == "part_office" else "", stretch=(begins, ends))


def _relation(match: re.Match[str], kind: str) -> _Token:
    return _Token(kind, clocks=(_clock(match[f"at_{kind}"]),))


def _between(match: re.Match[str], kind: str) -> _Token:
    return _Token("between", clocks=(_clock(match["at_first"]), _clock(match["at_last"])))


_READ = {"days": _days, "range": _range, "part": _part, "before": _relation, "after": _relation, "between": _between}


def _clock(text: str) -> _Clock:
    table = _table()
    half = next((name for name, words in table["halves"].items() if re.search(rf"(?:{_any(words)})\W*$", text)), "")
    for words, at in table["moments"].items():
        if any(word.replace("_", " ") in text for word in words.split()):
            return _Clock(int(at[:2]), int(at[3:]), half="" if at != "00:00" else "am")
    digits = re.search(r"(\d{1,2})(?:[:.](\d\d))?", text)
    if digits:
        return _Clock(int(digits[1]), int(digits[2] or 0), half)
    named = (number for words, number in table["hours"].items() if set(words.split()) & set(text.split()))
    return _Clock(next(named), half=half)


def _day_of(text: str) -> str:
    found: str = next(days for days, words in _table()["days"].items() if re.fullmatch(_any(words), text))
    return found


@lru_cache(maxsize=1)
def _table() -> dict[str, Any]:
    table: dict[str, Any] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return table


def _any(words: str) -> str:
    return "|".join(one.strip() for one in words.split(" | "))


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """What is a longer meaning stands before what is a part of it."""
    table = _table()
    halves = "|".join(_any(words) for words in table["halves"].values())
    named = "|".join(" ".join(table["hours"]).split())
    moments = "|".join(word.replace("_", " ") for words in table["moments"] for word in words.split())
    clock = rf"(?:(?:a |de )?(?:las? |el )?(?:(?:[01]?\d|2[0-4])(?:[:.][0-5]\d)?(?!\d)|{named})(?: ?(?:{halves})\b)?(?: oclock)?|(?:el )?(?:{moments}))"
    single = "|".join(f"(?:{_any(words)})" for days, words in table["days"].items() if len(days) == 1)
    to, between = _any(table["to"]), _any(table["between"])
    kinds = [
        ("once", _any(table["marks"]["once"])),
        ("range", rf"(?:de )?(?P<first_day>{single}) ?(?:{_any(table['through'])}) ?(?P<last_day>{single})"),
        ("between", rf"(?:(?:{between}) )?(?P<at_first>{clock}) ?(?:{to}) ?(?P<at_last>{clock})"),
        ("before", rf"(?:{_any(table['before'])}) (?P<at_before>{clock})"),
        ("after", rf"(?:{_any(table['after'])}) (?P<at_after>{clock})"),
        ("part_office", _any(table["office"])),
        *((f"part_{place}", _any(words)) for place, words in enumerate(table["parts"].values())),
        *((f"days_{days}", rf"(?:(?:on|los|el) )?(?:{_any(words)})") for days, words in table["days"].items()),
        *((kind, _any(words)) for kind, words in table["marks"].items() if kind not in ("once", "break")),
        ("number", _LONG_NUMBER.pattern),
    ]
    told = "|".join(rf"(?P<{kind}>\b(?:{words})\b)" for kind, words in kinds)
    return re.compile(rf"{told}|(?P<break>{table['marks']['break']})")
