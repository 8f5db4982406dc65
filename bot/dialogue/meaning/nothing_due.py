"""The time that somebody leaves out of a plan: "can we skip december", "nothing from Dec 20 to Jan 10", "menos la semana
de navidad".

A month or two beside each other, from one day to another, or the week of a day; only where words of leaving out govern it
and are not denied. Its days are no offer. The words are a lookup in `data/grammar/nothing_due.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import yaml

from bot.dialogue import grammar
from bot.dialogue.grammar import almanac
from bot.dialogue.grammar.words import spread, table
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.figures import Figures
from bot.dialogue.meaning.heard import Between, Heard
from bot.dialogue.meaning.scene import Scene

PHRASES = Path(__file__).parents[3] / "data" / "grammar" / "nothing_due.yml"
_LONGEST = 6
_A_WEEK, _THREE_WEEKS = 7, 21
"""Days: two payments so far apart, "Dec 31 and Jan 15", are left out with the time between them."""
_DENIED_WITHIN = 4
_WEEKS = frozenset({"some_week", "part_of_month", "some_month", "weekend"})
_SPELT = 5
"""Letters of a month that is not cut short."""
_MONTHS = spread(table("days")["months"])
_DASHES = frozenset("-–—")
_MOST = timedelta(days=100)
"""A longer time is no part of a plan that is left out."""
_WORD = re.compile(r"[^\s.,;:!?¿¡()\"–—-]+(?:[./-](?=\d)[^\s,;:!?¿¡()\"]+)*|[-–—]")
_ENDS = re.compile(r"[;!?¿¡\n]|[.,:](?!\d)|\s\(")


@lru_cache(maxsize=1)
def _lists() -> Mapping[str, frozenset[str]]:
    """The names of the lists in which each phrase stands."""
    found: dict[str, set[str]] = {}
    for name, languages in yaml.safe_load(PHRASES.read_text(encoding="utf-8")).items():
        for phrase in ",".join(line for lines in languages.values() for line in lines).split(","):
            found.setdefault(" ".join(words_of(phrase)), set()).add(name)
    return {phrase: frozenset(names) for phrase, names in found.items()}


@dataclass(frozen=True)
class _Clause:
    """The words of a clause, folded, and each one's place in the text."""

    text: str
    folded: tuple[str, ...]
    places: tuple[tuple[int, int], ...]

    def said(self, first: int, last: int) -> frozenset[str]:
        """The lists in which these words stand as one phrase."""
        return _lists().get(" ".join(self.folded[first:last]), frozenset())

    def runs(self, first: int) -> Iterator[tuple[int, frozenset[str]]]:
        """Phrases that begin there, the longest first, each with its end and its lists."""
        for last in range(min(first + _LONGEST, len(self.places)), first, -1):
            if names := self.said(first, last):
                yield last, names

    def behind_small(self, first: int) -> int:
        """The first word from there on that is no small one."""
        while last := next((end for end, names in self.runs(first) if "small" in names), 0):
            first = last
        return first


@dataclass(frozen=True)
class _Time:
    """A time, and the words of the clause that name it."""

    days: Between
    clause: _Clause
    first: int
    last: int

    def holds(self, one: grammar.Entity | grammar.Vague) -> bool:
        """Whether some of these words are its."""
        places = self.clause.places
        return one.start < places[self.last - 1][1] and one.end > places[self.first][0]


def with_nothing_due(heard: Heard, scene: Scene) -> Heard:
    """The same, with the time that is left out; what stands in those words is no offer, nor is a month that only says where
    the plan goes on.
    """
    found = next(_left_out(tuple(_clauses(heard.text)), scene), None)
    if found is None:
        return heard
    times = (found, *_beside(found, scene))
    held = [one.what for one in heard.figures.all if any(time.holds(one.what) for time in times)]
    told = tuple(replace(one, about="no", sure=1.0) if one.what in held else one for one in heard.figures.all)
    vague = tuple(
        one for one in heard.figures.vague
        if not any(time.holds(one) for time in times) and not _goes_on(one, found.days)
    )  # fmt: skip
    return replace(heard, figures=Figures(told, vague), nothing_due=found.days)


def _beside(time: _Time, scene: Scene) -> Iterator[_Time]:
    """Further times that are named beside it. A plan leaves out one of them; the others are no days of an offer either."""
    clause, at = time.clause, time.last
    while at < len(clause.places) and "also" in clause.said(at, at + 1) and (more := _read(clause, at + 1, scene)):
        yield more[0]
        at = more[0].last


def _goes_on(one: grammar.Vague, days: Between) -> bool:
    """ "So the first would be in January", behind a December without a payment."""
    return one.period is not None and not one.rest and one.period[0] == days[1] + timedelta(days=1)


def _clauses(text: str) -> Iterator[_Clause]:
    begins = 0
    ends = (end for end in _ENDS.finditer(text) if not _is_short_month(text, end))
    for end in (*ends, None):
        last = end.start() if end else len(text)
        places = tuple(one.span() for one in _WORD.finditer(text, begins, last))
        if places:
            yield _Clause(text, tuple(_folded(text[start:stop]) for start, stop in places), places)
        begins = end.end() if end else last


def _folded(word: str) -> str:
    """A dash stays as it is."""
    return " ".join(words_of(word)) or word


def _is_short_month(text: str, end: re.Match[str]) -> bool:
    """ "Dec. 20"."""
    *_, before = words_of(text[: end.start()]) or [""]
    is_short = before in _MONTHS and len(before) < _SPELT
    return end[0] == "." and is_short and text[end.end() :].lstrip()[:1].isdigit()


def _left_out(clauses: Sequence[_Clause], scene: Scene) -> Iterator[_Time]:
    for clause, following in zip(clauses, (*clauses[1:], None)):
        for at in range(len(clause.places)):
            for last, names in clause.runs(at):
                is_less = "less" in clause.said(max(at - 1, 0), last)
                if is_less or not names & {"before", "leave"} or _is_denied(clause, at):
                    continue
                times = _read(clause, last, scene) or _told_behind(clause, last, following, scene)
                yield from (one for one in times if "before" in names or _is_free(clause, one.last))
        yield from _taken_out_behind(clause, scene)


def _is_free(clause: _Clause, at: int) -> bool:
    """ "Leave december alone"."""
    return at < len(clause.places) and any("free" in names for _, names in clause.runs(at))


def _told_behind(clause: _Clause, at: int, following: _Clause | None, scene: Scene) -> list[_Time]:
    """ "Nothing on the week I'm home, that's Thanksgiving week"."""
    first = clause.behind_small(at)
    if following is None or first >= len(clause.places) or "week" not in clause.said(first, first + 1):
        return []
    return next((_read(following, last, scene) for last, names in following.runs(0) if "says" in names), [])


def _taken_out_behind(clause: _Clause, scene: Scene) -> Iterator[_Time]:
    """ "Del 20 de diciembre al 10 de enero no puedo": behind the time stands that nothing is paid then, and no more."""
    for at in range(1, len(clause.places)):
        ends = (last for last, names in clause.runs(at) if "behind" in names)
        if any(clause.behind_small(last) == len(clause.places) for last in ends):
            before = replace(clause, folded=clause.folded[:at], places=clause.places[:at])
            yield from (one for one in _read(before, 0, scene) if before.behind_small(one.last) == at)


def _is_denied(clause: _Clause, at: int) -> bool:
    before = range(max(0, at - _DENIED_WITHIN), at)
    runs = [(last, names) for first in before for last, names in clause.runs(first) if last <= at]
    if any("asks" in names for _, names in runs):
        return False
    return any("not_so" in names for _, names in runs)


def _read(clause: _Clause, at: int, scene: Scene) -> list[_Time]:
    """The time that begins there, behind small words; none or one."""
    first = clause.behind_small(at)
    if first >= len(clause.places):
        return []
    found = _months(clause, first, scene) or _days(clause, at, first, scene)
    if found is None or found.days[1] < scene.today or found.days[1] - found.days[0] > _MOST:
        return []
    return [found]


def _months(clause: _Clause, first: int, scene: Scene) -> _Time | None:
    """A month; with the next one where that is named beside it."""
    days = _month(clause, first, scene)
    if days is None:
        return None
    last = first + 1
    while last + 1 < len(clause.places) and "also" in clause.said(last, last + 1):
        place = clause.behind_small(last + 1)
        more = _month(clause, place, scene)
        if more is None or more[0] != days[1] + timedelta(days=1):
            break
        days, last = (days[0], more[1]), place + 1
    return _Time(days, clause, first, last)


def _month(clause: _Clause, at: int, scene: Scene) -> Between | None:
    """Not where the word behind it is a day of it."""
    word, behind = (*clause.folded[at : at + 2], "", "")[:2]
    number = _MONTHS.get(word)
    if number is None or behind[:1].isdigit():
        return None
    year = scene.today.year + (number < scene.today.month)
    return date(year, number, 1), almanac.clamped(year, number, 31)


def _days(clause: _Clause, at: int, first: int, scene: Scene) -> _Time | None:
    """From one day to another, or a week that is named or that a day stands in."""
    start = clause.places[at][0]
    text = clause.text[start : clause.places[-1][1]]
    read = grammar.read(text, now=scene.now, language=scene.language)
    days = [one for one in read.entities if isinstance(one, grammar.Day)]
    periods = [one for one in read.questions if one.period is not None and one.kind in _WEEKS]
    begins = min([*(one.start + start for one in days), *(one.start + start for one in periods)], default=None)
    if begins is None or not clause.places[at][0] <= begins <= clause.places[first][0]:
        return None
    if periods and periods[0].start + start == begins and periods[0].period is not None:
        if "bound" in _lists().get(words_of(text[periods[0].start :])[0], ()):
            return None
        return _Time(periods[0].period, clause, first, _word_behind(clause, periods[0].end + start))
    last = _word_behind(clause, days[0].end + start)
    if last < len(clause.places) and "week" in clause.said(last, last + 1):
        monday = days[0].value - timedelta(days=days[0].value.weekday())
        return _Time((monday, monday + timedelta(days=6)), clause, first, last + 1)
    if len(days) < 2:
        return None
    is_between = any("between" in clause.said(one, one + 1) for one in range(max(at - 1, 0), first))
    apart = abs((days[1].value - days[0].value).days)
    joint = {"to", "also"} if is_between or _A_WEEK <= apart <= _THREE_WEEKS else {"to"}
    between = range(last, _word_at(clause, days[1].start + start))
    if not any(clause.folded[one] in _DASHES or joint & clause.said(one, one + 1) for one in between):
        return None
    return _Time(_from_to(days[0], days[1], scene), clause, first, _word_behind(clause, days[1].end + start))


def _from_to(one: grammar.Day, other: grammar.Day, scene: Scene) -> Between:
    """ "Del 20 al 30 de diciembre": a bare day is the one before the day that has its month. In that time already: from
    today on.
    """
    first, last = one.value, other.value
    if one.any_month and not other.any_month:
        first = almanac.day_in(last, first.day, 0 if first.day <= last.day else -1)
    if other.any_month:
        last = almanac.coming_day(first, last.day)
    return (first, last) if first <= last else (scene.today, last)


def _word_behind(clause: _Clause, place: int) -> int:
    """The first word that begins at or behind this place of the text."""
    return next((n for n, (start, _) in enumerate(clause.places) if start >= place), len(clause.places))


def _word_at(clause: _Clause, place: int) -> int:
    return next((n for n, (_, end) in enumerate(clause.places) if end > place), len(clause.places))
