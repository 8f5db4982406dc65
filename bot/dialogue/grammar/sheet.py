"""The working paper of one message: a number, a weekday, a month is one sign; what is understood is marked.

`said` never changes; `rest` is the same text with the understood words replaced by the mark of their kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from bot.dialogue.grammar.courtesy import without_courtesy
from bot.dialogue.grammar.folding import Folded, fold
from bot.dialogue.grammar.lexicon import is_spanish
from bot.dialogue.grammar.model import Entity, Vague
from bot.dialogue.grammar.names import names
from bot.dialogue.grammar.numbers import Found, Number, find

# A sign stands for the number at its place in the list, or for the weekday or month by its last digit.
N = "[\ue000-\ue3ff]"  # a number
O = "[\ue400-\ue7ff]"  # noqa: E741  an ordinal
G = "[\ue800-\uebff]"  # digits with slashes: "4/15"
W = "[\uec00-\uec06]"  # a weekday, Monday first
WS = "[\uec10-\uec16]"  # weekdays in the plural
M = "[\uec21-\uec2c\uec31-\uec3c]"  # a month
SURE_M = "[\uec21-\uec2c]"  # a month whose name is no other word
_BASE = {"plain": 0xE000, "ordinal": 0xE400, "numeric_date": 0xE800}

X, D, F, P, C, U, A, V = (chr(0xF000 + place) for place in range(8))
_MARKS = {"date": D, "frequency": F, "percentage": P, "count": C, "duration": U, "amount": A}


class Ignore:
    """What a rule returns for words that are understood to be neither money nor time."""


class Span(TypedDict):
    """Where something stands in the message."""

    start: int
    end: int


Finding = Entity | Vague | Ignore | None


@dataclass(frozen=True)
class Placed:
    """What was found, with its span in the shape (the entity itself carries the span in the message)."""

    start: int
    end: int
    what: Entity | Vague


class Sheet:
    """One message being read. Only `take` changes it."""

    def __init__(self, message: str, today: date, language: str | None, currency: str) -> None:
        folded = without_courtesy(fold(message))
        self.today = today
        self.currency = currency
        self.spanish = is_spanish(re.findall(r"[a-z]+", folded.text), language)
        found = find(folded.text, spanish=self.spanish)
        self.numbers = found.numbers
        self._starts: list[int] = []
        self._ends: list[int] = []
        self.said = self._shape(folded, found)
        self.rest = self.said
        self.placed: list[Placed] = []

    def _shape(self, folded: Folded, found: Found) -> str:
        letters: list[str] = []
        at = 0
        for start, end, sign in _signs(folded.text, found):
            if start < at:
                continue
            self._copy(letters, folded, at, start)
            if letters and "a" <= letters[-1] <= "z":
                self._put(letters, " ", folded.starts[start], folded.starts[start])
            self._put(letters, sign, folded.starts[start], folded.ends[end - 1])
            if end < len(folded.text) and folded.text[end].isalpha():
                self._put(letters, " ", folded.ends[end - 1], folded.ends[end - 1])
            at = end
        self._copy(letters, folded, at, len(folded.text))
        return "".join(letters)

    def _copy(self, letters: list[str], folded: Folded, start: int, end: int) -> None:
        letters.extend(folded.text[start:end])
        self._starts.extend(folded.starts[start:end])
        self._ends.extend(folded.ends[start:end])

    def _put(self, letters: list[str], letter: str, start: int, end: int) -> None:
        letters.append(letter)
        self._starts.append(start)
        self._ends.append(end)

    def span(self, start: int, end: int) -> Span:
        """Where `start:end` of the shape stands in the message."""
        return {"start": self._starts[start], "end": self._ends[end - 1]}

    def number(self, sign: str) -> Number:
        return self.numbers[ord(sign) & 0x3FF]

    def whole(self, sign: str | None) -> int:
        """The whole number behind a sign; -1 when there is none or it is no whole number."""
        return -1 if sign is None else self.number(sign).whole

    def first_number(self, text: str) -> Number:
        """The number of the first sign in a text that has one."""
        return self.number(next(letter for letter in text if "\ue000" <= letter <= "\ue7ff"))

    def is_one(self, text: str) -> bool:
        """Whether the last number of a text is a one."""
        signs = [letter for letter in text if "\ue000" <= letter <= "\ue3ff"]
        return bool(signs) and self.number(signs[-1]).whole == 1

    def take(self, start: int, end: int, what: Entity | Vague | Ignore) -> None:
        mark = X
        if not isinstance(what, Ignore):
            mark = V if isinstance(what, Vague) else _MARKS[what.kind]
            self.placed.append(Placed(start, end, what))
        self.rest = self.rest[:start] + mark * (end - start) + self.rest[end:]


def _signs(text: str, found: Found) -> list[tuple[int, int, str]]:
    numbers = [(n.start, n.end, chr(_BASE[n.kind] + place)) for place, n in enumerate(found.numbers)]
    noise = [(start, end, X) for start, end in found.noise]
    return sorted(numbers + noise + names(text))


def named(sign: str) -> int:
    """The weekday (0 is Monday) or the month (1 is January) that a sign stands for."""
    return ord(sign) & 0xF


Reader = Callable[[Sheet, "re.Match[str]", Span], Finding]


@dataclass(frozen=True)
class Rule:
    """A pattern over the rest and its reader. A group `e` narrows what is taken; `needs` is tried first."""

    pattern: re.Pattern[str]
    read: Reader
    needs: re.Pattern[str] | None = None


def rule(pattern: str, read: Reader) -> Rule:
    return Rule(re.compile(pattern), read)


def needing(signs: str, *rules: Rule) -> tuple[Rule, ...]:
    """Rules that can match only where one of `signs` stands: most messages have none, and skip them."""
    return tuple(Rule(each.pattern, each.read, re.compile(signs)) for each in rules)


def follow(sheet: Sheet, rules: Iterable[Rule]) -> None:
    """Applies rules in order; an earlier rule's words are not seen by a later one."""
    seen: dict[re.Pattern[str], bool] = {}
    for each in rules:
        needs = each.needs
        if needs is not None:
            if needs not in seen:
                seen[needs] = needs.search(sheet.said) is not None
            if not seen[needs]:
                continue
        _apply(sheet, each)


def _apply(sheet: Sheet, each: Rule) -> None:
    narrowed = "e" in each.pattern.groupindex
    for match in each.pattern.finditer(sheet.rest):
        start, end = match.span("e") if narrowed else match.span()
        if start < end:
            what = each.read(sheet, match, sheet.span(start, end))
            if what is not None:
                sheet.take(start, end, what)


def ignore(sheet: Sheet, match: re.Match[str], span: Span) -> Finding:
    """The reader of patterns whose words say nothing about money or dates."""
    return Ignore()
