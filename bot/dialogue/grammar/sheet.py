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
from bot.dialogue.grammar.words import Rule, kind_of, pattern, rules, sign, spread, table

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
Piece = tuple[int, int, Sign]
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

    def __init__(
        self, message: str, now: datetime, language: str | None, currency: str, names: frozenset[str] = frozenset()
    ) -> None:
        folded = fold(message)
        polite = {at for match in pattern("courtesy").finditer(folded.text) for at in range(*match.span())}
        # Without courtesy the last word of a message is its last word again.
        kept = [at for at in range(len(folded.text)) if at not in polite]
        self.message = message
        self.now, self.today, self.currency, self.names = now, now.date(), currency, names
        self.text = "".join(folded.text[at] for at in kept)
        self._spans = [(folded.starts[at], folded.ends[at]) for at in kept]
        for at in reversed([*_glued(self.text, names)]):
            self.text = f"{self.text[:at]} {self.text[at:]}"
            self._spans.insert(at, (self._spans[at][0], self._spans[at][0]))
        self.spanish = is_spanish(re.findall(r"[a-z]+", self.text), language)
        self._signs: dict[str, Sign] = {}
        self._take(_words(self.text, spanish=self.spanish))

    @property
    def placed(self) -> list[Placed]:
        """What the message says, in the order of its words."""
        every = ((at, self._signs.get(letter)) for at, letter in enumerate(self.text))
        return [Placed(at, s.what) for at, s in every if s and isinstance(s.what, Entity | Vague)]

    def span(self, start: int, end: int) -> Span:
        """Where `start:end` of the text stands in the message."""
        return {"start": self._spans[start][0], "end": self._spans[end - 1][1]}

    def what(self, letter: str) -> Any:
        return self._signs[letter].what

    def words(self, one: Entity | Vague) -> str:
        """As they stand in the message, in lower case."""
        return self.message[one.start : one.end].lower()

    def follow(self, file: str, level: str, readers: Mapping[str, Reader], more: tuple[Rule, ...] = ()) -> None:
        """One level of rules, and `more` that go before them, until nothing changes."""
        for _ in range(_ROUNDS):
            if not self._take(self._pieces((*more, *rules(file, level)), readers)):
                return

    def _pieces(self, every: Iterable[Rule], readers: Mapping[str, Reader]) -> Iterable[Piece]:
        for rule in every:
            group = "e" if "e" in rule.pattern.groupindex else 0
            for match in rule.pattern.finditer(self.text):
                start, end = match.span(group)
                if start < end:
                    what = readers[rule.reader](Heard(self, match, self.span(start, end)), *rule.words)
                    if what is not None:
                        yield start, end, what if isinstance(what, Sign) else Sign(_KINDS[type(what)], what)

    def _take(self, found: Iterable[Piece]) -> list[Piece]:
        """The longest first, the earlier rule where two are as long; what overlaps with one taken is left."""
        taken: list[Piece] = []
        for start, end, told in sorted(found, key=lambda one: self._spans[one[0]][0] - self._spans[one[1] - 1][1]):
            if all(end <= other[0] or start >= other[1] for other in taken):
                taken.append((start, end, told))
        for start, end, told in sorted(taken, key=lambda one: -one[0]):
            self._put(start, end, told)
        return taken

    def _put(self, start: int, end: int, told: Sign) -> None:
        """A sign in place of the words, apart from the letters beside it."""
        first, last = self._spans[start][0], self._spans[end - 1][1]
        gap = " " if "a" <= self.text[start - 1 : start] <= "z" else ""
        tail = " " if self.text[end : end + 1].isalpha() and not kind_of(self.text[end]) else ""
        shown = sign(told.kind, len(self._signs))
        self._signs[shown] = told
        self.text = self.text[:start] + gap + shown + tail + self.text[end:]
        self._spans[start:end] = [*((first, first) for _ in gap), (first, last), *((last, last) for _ in tail)]


def _glued(text: str, names: frozenset[str]) -> Iterable[int]:
    """ "70clinic": where a figure and the name of a debt are written as one word."""
    for match in re.finditer(r"[a-z]+", text) if names else ():
        if match[0] in names:
            yield from (at for at in match.span() if 0 < at < len(text) and text[at - 1 : at + 1].isalnum())


def _words(text: str, *, spanish: bool) -> Iterable[Piece]:
    """Noise, feasts, numbers, weekdays and months."""
    numbers, noise = find(text, spanish=spanish)
    yield from ((start, end, IGNORED) for start, end in noise)
    yield from ((match.start(), match.end(), Sign("H", _FEASTS[match[0]])) for match in FEAST.finditer(text))
    yield from ((n.start, n.end, Sign(n.kind, n)) for n in numbers)
    for match in re.finditer(r"[a-z]{3,}", text):
        told = _name(match[0], text, match)
        if told:
            yield match.start(), match.end(), told


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
FEAST = re.compile(r"\b(?:" + "|".join(sorted(map(re.escape, _FEASTS), key=len, reverse=True)) + r")\b")


def _name(word: str, text: str, match: re.Match[str]) -> Sign | None:
    """A weekday or a month, where the word is not another one: "i sat down", "may i", "3 weeks ago"."""
    if word in _WEEKDAYS:
        around = pattern("no_weekday").finditer(text) if word in ("sat", "sun", "wed") else ()
        other = any(m.start() <= match.start() < m.end() for m in around)
        return None if other else Sign("W", _WEEKDAYS[word])
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
