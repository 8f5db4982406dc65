"""The working paper of one message: what is understood becomes one sign, and longer meanings are made of signs.

Rules stand in levels. In a level all rules look at once and the longest finds win, again and again until nothing
changes: "a week from friday" is read before "friday" is, whatever the order of the rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypedDict

from bot.dialogue.grammar.folding import fold
from bot.dialogue.grammar.model import Amount, Count, Day, Duration, Entity, Frequency, Percentage, Vague
from bot.dialogue.grammar.numbers import Number, find
from bot.dialogue.grammar.words import Rule, kind_of, pattern, place, rules, sign, spread, table

_KINDS = {Amount: "A", Day: "D", Frequency: "F", Percentage: "P", Count: "C", Duration: "T", Vague: "V"}
_ROUNDS = 4


class Span(TypedDict):
    """Where something stands in the message."""

    start: int
    end: int


@dataclass(frozen=True)
class Stretch:
    """So many units of time: days, weeks, months, years, halves of a month or hours."""

    many: float
    unit: str
    more: Stretch | None = None


@dataclass(frozen=True)
class Sign:
    """What one letter stands for; `kind` "X" is understood and says nothing."""

    kind: str
    what: Any = None


IGNORED = Sign("X")
Found = Entity | Vague | Sign | None
Reader = Callable[..., Found]


@dataclass(frozen=True)
class Placed:
    """What was found, at its place in the text."""

    start: int
    what: Entity | Vague

    @property
    def end(self) -> int:
        return self.start + 1


@dataclass(frozen=True)
class Heard:
    """What a rule has matched: its groups by name, and what their signs stand for."""

    sheet: Sheet
    match: re.Match[str]
    span: Span

    def __getitem__(self, name: str) -> str:
        """The text of a group; "" where it is not there."""
        return self.match[name] or "" if name in self.match.re.groupindex else ""

    @property
    def text(self) -> str:
        return self.match[0]

    @property
    def before(self) -> str:
        return self.match.string[: self.match.start()]

    @property
    def after(self) -> str:
        return self.match.string[self.match.end() :]

    @property
    def today(self) -> date:
        return self.sheet.today

    def what(self, name: str) -> Any:
        """A weekday, a month, a stretch, a feast."""
        return self.sheet.what(self[name])

    def number(self, name: str) -> Number:
        found = self.what(name)
        assert isinstance(found, Number)
        return found

    def whole(self, name: str) -> int:
        """A whole number; -1 when there is none or it is no whole number."""
        return self.number(name).whole if kind_of(self[name]) in ("N", "O") else -1

    def day(self, name: str) -> date:
        """Today where no day is named."""
        return self.what(name).value if self[name] else self.today

    def stretch(self) -> Stretch | None:
        """The first stretch of time in the words."""
        found = (self.sheet.what(letter) for letter in self.text if kind_of(letter) in ("U", "J"))
        return next(found, None)


class Sheet:
    """One message being read; `text` is what is not understood yet, with signs for what is."""

    def __init__(self, message: str, now: datetime, language: str | None, currency: str) -> None:
        folded = fold(message)
        polite = {at for match in pattern("courtesy").finditer(folded.text) for at in range(*match.span())}
        kept = [
            at for at in range(len(folded.text)) if at not in polite
        ]  # so that the last word is the last word again
        self.now, self.today, self.currency = now, now.date(), currency
        self.text = "".join(folded.text[at] for at in kept)
        self._starts, self._ends = [folded.starts[at] for at in kept], [folded.ends[at] for at in kept]
        self.spanish = is_spanish(re.findall(r"[a-z]+", self.text), language)
        self._signs: dict[str, Sign] = {}
        self._reduce(_words(self.text, spanish=self.spanish))

    @property
    def placed(self) -> list[Placed]:
        """What the message says, in the order of its words."""
        every = ((at, self._signs.get(letter)) for at, letter in enumerate(self.text))
        return [Placed(at, s.what) for at, s in every if s and isinstance(s.what, Entity | Vague)]

    def span(self, start: int, end: int) -> Span:
        """Where `start:end` of the text stands in the message."""
        return {"start": self._starts[start], "end": self._ends[end - 1]}

    def what(self, letter: str) -> Any:
        return self._signs[letter].what

    def follow(self, file: str, level: str, readers: Mapping[str, Reader]) -> None:
        """One level of rules, until nothing changes."""
        every = rules(file, level)
        for _ in range(_ROUNDS):
            kinds = {kind_of(letter) for letter in set(self.text) if letter >= "\U000f0000"}
            able = (rule for rule in every if not rule.needs or rule.needs & kinds)
            found = _longest(
                list(self._matches(able, readers)), lambda start, end: self._ends[end - 1] - self._starts[start]
            )
            if not found:
                return
            self._reduce(found)

    def _matches(self, able: Iterable[Rule], readers: Mapping[str, Reader]) -> Iterable[tuple[int, int, Sign]]:
        for rule in able:
            group = "e" if "e" in rule.pattern.groupindex else 0
            for match in rule.pattern.finditer(self.text):
                start, end = match.span(group)
                if start < end:
                    span = self.span(start, end)
                    what = readers[rule.reader](Heard(self, match, span), *rule.words)
                    if what is not None and span["start"] < span["end"]:
                        yield start, end, what if isinstance(what, Sign) else Sign(_kind(what), what)

    def _reduce(self, found: Iterable[tuple[int, int, Sign]]) -> None:
        text, starts, ends, at = "", list[int](), list[int](), 0
        for start, end, told in sorted(found, key=lambda one: one[0]):
            span = self.span(start, end)
            gap = " " * ("a" <= self.text[start - 1 : start] <= "z")
            tail = " " * (self.text[end : end + 1].isalpha() and not kind_of(self.text[end]))
            text += self.text[at:start] + gap + self._signed(told) + tail
            starts += [
                *self._starts[at:start],
                *(span["start"] for _ in gap),
                span["start"],
                *(span["end"] for _ in tail),
            ]
            ends += [*self._ends[at:start], *(span["start"] for _ in gap), *(span["end"] for _ in "." + tail)]
            at = end
        self.text = text + self.text[at:]
        self._starts, self._ends = starts + self._starts[at:], ends + self._ends[at:]

    def _signed(self, told: Sign) -> str:
        shown = sign(told.kind, len(self._signs))
        self._signs[shown] = told
        return shown


def _kind(what: Entity | Vague) -> str:
    return _KINDS[type(what)]


Piece = tuple[int, int, Sign]


def _longest(found: Iterable[Piece], size: Callable[[int, int], int]) -> list[Piece]:
    """The longest first, the earlier rule where two are as long; what overlaps with one taken is left."""
    taken: list[Piece] = []
    for start, end, told in sorted(found, key=lambda one: -size(one[0], one[1])):
        if all(end <= other[0] or start >= other[1] for other in taken):
            taken.append((start, end, told))
    return taken


def _words(text: str, *, spanish: bool) -> list[tuple[int, int, Sign]]:
    """Numbers, weekdays and months."""
    found = find(text, spanish=spanish)
    numbers = [(n.start, n.end, Sign(n.kind, n)) for n in found.numbers]
    noise = [(start, end, IGNORED) for start, end in found.noise]
    names = [
        (match.start(), match.end(), told)
        for match in re.finditer(r"[a-z]{3,}", text)
        if (told := _name(match[0], text, match))
    ]
    feasts = [(match.start(), match.end(), Sign("H", _FEASTS[match[0]])) for match in _FEAST.finditer(text)]
    return _longest([*noise, *feasts, *numbers, *names], lambda start, end: end - start)


_WEEKDAYS = spread(table("days")["weekdays"])
_MONTHS = spread(table("days")["months"])
_RISKY = frozenset(table("days")["risky_months"].split())


def _feasts() -> dict[str, dict[str, Any]]:
    """Each name of a feast with what the almanac needs to find its day."""
    found: dict[str, dict[str, Any]] = {}
    for told in table("days")["feasts"]:
        plain = [name for side in ("en", "es") for name in told.get(side, "").split(" | ") if name]
        with_day = [name for name in told.get("with_day", "").split(" | ") if name]
        names = [*plain, *(f"{name} day" for name in (*plain, *with_day)), *(f"dia de {name}" for name in plain)]
        found |= dict.fromkeys(names, told)
    return found


_FEASTS = _feasts()
_FEAST = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _FEASTS), key=len, reverse=True)) + r")\b")


def _name(word: str, text: str, match: re.Match[str]) -> Sign | None:
    """A weekday or a month, where the word is not another one: "i sat down", "may i", "3 weeks ago"."""
    if word in _WEEKDAYS:
        other = word in ("sat", "sun", "wed") and pattern("no_weekday").search(
            text, max(0, match.start() - 6), match.end() + 12
        )
        return None if other and other.start() <= match.start() < other.end() else Sign("W", _WEEKDAYS[word])
    if word[-1] == "s" and word[:-1] in _WEEKDAYS and word not in ("suns", "sats", "doms"):
        return Sign("S", _WEEKDAYS[word[:-1]])
    if word not in _MONTHS or (word == "ago" and not text.endswith(" de ", 0, match.start())):
        return None
    return Sign("R" if word in _RISKY else "M", _MONTHS[word])


def is_spanish(words: Iterable[str], language: str | None) -> bool:
    """Told by the conversation; else by which small words are more (a tie is English)."""
    if language is not None:
        return language.startswith("es")
    small = {side: frozenset(words.split()) for side, words in table("talk")["small_words"].items()}
    said = list(words)
    return sum(word in small["es"] for word in said) > sum(word in small["en"] for word in said)
