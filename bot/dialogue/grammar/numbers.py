"""Finds every number of a message, in digits or words, and says what it is worth, not what it means.

"two fifty" and "2 fitty" are 250 and "forty five fifty" is 45.50; "twelve fifty" may be either: `odd`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from bot.dialogue.grammar.words import spread, table

_ZERO = r"o(?=[o\d]*(?![a-z\do]))"  # a typed letter o, but not the one of "20on"
_ONE = r"(?<![a-z])l(?=(?=[\do]*\d)[\do]{2,}(?![\da-z]))|(?<=[\d$])l(?=[\dol]*(?![\da-z]))"
_FIVE = r"(?<=\$)s(?=[\do]*\d(?![a-z]))|(?<![a-z])s(?=0[0o]?(?![\da-z]))|(?<=\d)s(?=[0o]+(?![\da-z]))"
_FIGURE = rf"(?:\d|{_ZERO}|{_ONE}|{_FIVE})"
_DATE = (
    r"(?<![\d/$.-])(?:\d{1,2} ?/ ?\d{1,2}(?:/\d{4}|/\d{2})?|\d{4}[-/]\d{1,2}[-/]\d{1,2}"
    r"|\d{1,2}-\d{1,2}-(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2}))(?![\d/]|-\d)"
)
_ORDINAL = (
    r"(?<![\w.,/$])\d{1,2}(?: ?(?:st|nd|rd|th)|ht|ths|er|ero|ro|do|era|ra|da|to|ta| ?[ºª])(?![a-z])"
    r"|(?<![\w.,/$])[1-9]o(?= (?:de|del|pago|abono|cuota)\b)"
)
_PLAIN = rf"(?:(?:\d|{_ONE}|{_FIVE}){_FIGURE}*(?:[.,](?:\d|{_ZERO})+)*|(?<=\$)\.\d\d)"
_SMALL = ("a", "and", "y", "of", "couple", "pair", "half", "un", "una", "uno", "one")
_BARE = ("one", "uno", "un", "una")
_ODD_AFTER_BUCK = re.compile(r" (?:twenty|thirty|forty|fifty|fitty|sixty|seventy|eighty|ninety)\b")  # 1.50 or 150
_GLUE = re.compile(r" ?-? ?")


@dataclass(frozen=True)
class Number:
    """At `start:end` of the folded text. `odd`: people mean different things by it, so it is asked back."""

    start: int
    end: int
    value: Decimal
    kind: str = "N"
    raw: str = ""
    odd: bool = False
    spoken: bool = False

    @property
    def whole(self) -> int:
        """The value where it is a whole number, else -1."""
        return int(self.value) if self.value == self.value.to_integral_value() else -1


@dataclass
class Found:
    """Numbers in text order, and spans that look like numbers but are none (phones, references, times)."""

    numbers: list[Number] = field(default_factory=list)
    noise: list[tuple[int, int]] = field(default_factory=list)


@dataclass(frozen=True)
class _Item:
    """One part: digits, a word by the list that it stands in, or a small word that may join ("a", "and")."""

    kind: str
    value: Decimal
    start: int
    end: int
    raw: str
    odd: bool = False


@dataclass(frozen=True)
class _Part:
    """What the items up to `after` are worth."""

    value: Decimal
    after: int
    kind: str = "N"
    odd: bool = False
    spoken: bool = False


def _slips(words: dict[str, tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """One letter dropped, doubled or swapped in a long number word, where only one number fits."""
    right = " ".join(table("numbers")["spelt_right"].values()).split()
    found = {(slip, words[word]) for word in right for slip in _near(word)}
    owners = Counter(slip for slip, _ in found)
    others = {*words, *table("numbers")["other_words"].split()}
    return {slip: meant for slip, meant in found if owners[slip] == 1 and slip not in others}


def _near(word: str) -> Iterable[str]:
    dropped = {word[:i] + word[i + 1 :] for i in range(1, len(word))}
    doubled = {word[:i] + word[i] + word[i:] for i in range(len(word))}
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    return dropped | doubled | swapped


_LISTS = ("units", "teens", "tens", "twenties", "hundreds", "multiples", "ordinals", "notes")
_EXACT = {word: (name, int(key)) for name in _LISTS for word, key in spread(table("numbers")[name]).items()}
_WORDS = {**_slips(_EXACT), **_EXACT}
_TAIL = re.compile("(?:" + "|".join(table("numbers")["tails"].split()) + ")+")
_MONTH = "(?:" + "|".join(spread(table("days")["months"])) + ")"
TOKEN = re.compile(
    rf"(?P<noise>{'|'.join(table('numbers')['noise'])})|(?P<G>{_DATE})|(?P<O>{_ORDINAL})"
    rf"|(?<!\d)(?P<notes>(?:20|50|100)s)\b|(?P<plain>{_PLAIN})(?P<tail>[a-z]*)|(?:(?:usd|us|mx|rs)(?=\d))"
    r"|(?P<code>(?!{_MONTH}\d\d?\b)(?:[a-wyz]+\d\w*|x[a-z]+\d\w*))|(?P<share>\b(?:por|x) ?ciento\b)|(?P<word>x(?=\d)|[a-z]+)"
)


def find(text: str, *, spanish: bool) -> Found:
    """Every number of a folded text. `spanish` decides words of both languages ("once", "ten", "dies")."""
    found = Found()
    run: list[_Item] = []
    for match in TOKEN.finditer(text):
        item = _item(match, found, spanish=spanish)
        if run and (item is None or not _GLUE.fullmatch(text, run[-1].end, item.start)):
            found.numbers.extend(_spelt(run))
            run = []
        if item is not None:
            run.append(item)
    found.numbers.extend(_spelt(run))
    found.numbers.sort(key=lambda number: number.start)
    return found


def _item(match: re.Match[str], found: Found, *, spanish: bool) -> _Item | None:
    """A part of a number in words or digits; dates, ordinals and noise are put into `found` at once."""
    name = match.lastgroup
    if name == "noise":
        found.noise.append(match.span())
    elif name == "G":
        found.numbers.append(Number(*match.span(), Decimal(0), "G", match[0].replace(" ", "")))
    elif name == "O":
        found.numbers.append(Number(*match.span(), Decimal(re.findall(r"\d+", match[0])[0]), "O", match[0]))
    elif match["plain"] is not None:
        return _digits(match)
    elif name in ("word", "notes"):
        return _word(match, spanish=spanish)
    return None


def _word(match: re.Match[str], *, spanish: bool) -> _Item | None:
    word = "and" if match[0] == "n" else match[0]
    if word == "buck" and _ODD_AFTER_BUCK.match(match.string, match.end()):
        return _Item("units", Decimal(1), *match.span(), word, odd=True)
    if word == ("ten" if spanish else "once"):
        return None
    kind, value = ("teens", 10) if word == "dies" and spanish else _WORDS.get(word, (word, 0))
    if kind == word and word not in _SMALL:
        return None
    return _Item(kind, Decimal(value), *match.span(), word)


def _digits(match: re.Match[str]) -> _Item | None:
    """ "1,5oo", "1.5k", "50bucks"; None for "401k", "2nite" and other codes."""
    tail, raw = match["tail"], match["plain"]
    thousands = tail == "k" and raw != "401"
    if tail and not thousands and (tail == "k" or not _TAIL.fullmatch(tail)):
        return None
    value, odd = worth(raw)
    if value is None:
        return None
    end = match.end() if thousands else match.end("plain")
    return _Item("digits", value * 1000 if thousands else value, match.start(), end, raw, odd)


def worth(raw: str) -> tuple[Decimal | None, bool]:
    """What digits are worth, and whether that is doubtful: "1.500" is 1500, "12,50" may be a list."""
    digits = raw.replace("o", "0").replace("l", "1").replace("s", "5")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?", digits):
        return Decimal(digits.replace(",", "")), False
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d{1,2})?", digits):
        return Decimal(digits.replace(".", "").replace(",", ".")), False
    if re.fullmatch(r"\d*(?:\.\d{1,2})?", digits):
        return Decimal(digits), False
    if re.fullmatch(r"\d+,\d{1,2}", digits):
        return Decimal(digits.replace(",", ".")), True
    return None, True


def _spelt(items: list[_Item]) -> Iterable[Number]:
    """The numbers in a run of items that follow each other; what makes no number is left out."""
    at = 0
    while at < len(items):
        part = _number(items, at)
        if part is None:
            at += 1
            continue
        used = items[at : part.after]
        odd = part.odd or any(item.odd for item in used)
        yield Number(used[0].start, used[-1].end, part.value, part.kind, used[0].raw, odd, part.spoken)
        at = part.after


def _is(items: list[_Item], at: int, *kinds: str) -> bool:
    return at < len(items) and items[at].kind in kinds


def _number(items: list[_Item], at: int) -> _Part | None:
    part = _notes(items, at) or _multiplied(items, at) or _hundreds(items, at) or _single(items, at)
    return None if part and part.after == at + 1 and items[at].raw in _BARE else part


def _single(items: list[_Item], at: int) -> _Part | None:
    if _is(items, at, "digits") and not (items[at].raw in "123456789" and _is(items, at + 1, "tens")):
        return _Part(items[at].value, at + 1)
    return _spoken(items, at) or _below_hundred(items, at)


def _notes(items: list[_Item], at: int) -> _Part | None:
    """ "two twenties", "a couple of 20s", "a fifty" is read elsewhere."""
    lead = _lead(items, at) or _below_hundred(items, at)
    if lead is None or lead.kind != "N" or not _is(items, lead.after, "notes"):
        return None
    return _Part(lead.value * items[lead.after].value, lead.after + 1)


def _lead(items: list[_Item], at: int) -> _Part | None:
    """What may stand before "hundred", "grand" and notes only: "a", "a couple of", "half a", digits."""
    kinds = [item.kind if item.raw not in ("un", "una", "one") else "a" for item in items[at : at + 3]]
    for words, value in (
        ("half a", "0.5"),
        ("a couple of", "2"),
        ("a pair of", "2"),
        ("a couple", "2"),
        ("couple", "2"),
    ):
        if kinds[: len(words.split())] == words.split():
            return _Part(Decimal(value), at + len(words.split()))
    if kinds[:1] == ["digits"] or kinds[:1] == ["a"]:
        return _Part(items[at].value if kinds[0] == "digits" else Decimal(1), at + 1)
    return None


def _multiplied(items: list[_Item], at: int) -> _Part | None:
    """ "two thousand (and) fifty", "1 million", "mil doscientos", "2 mil 500"."""
    for lead in (_lead(items, at), _hundreds(items, at), _below_hundred(items, at), _Part(Decimal(1), at)):
        if lead is None or lead.kind != "N" or not _is(items, lead.after, "multiples"):
            continue
        each = items[lead.after]
        alone = lead.after == at and each.raw not in ("thousand", "thousands", "mil")
        if each.value >= 1000 and not alone:
            return _plus(items, _Part(lead.value * each.value, lead.after + 1), hundreds=True)
    return None


def _hundreds(items: list[_Item], at: int) -> _Part | None:
    if _is(items, at, "hundreds"):
        return _plus(items, _Part(items[at].value, at + 1), hundreds=False)
    lead = _lead(items, at) or _below_hundred(items, at) or _Part(Decimal(1), at)
    if lead.kind != "N" or not _is(items, lead.after, "multiples") or items[lead.after].value != 100:
        return None
    return _plus(items, _Part(lead.value * 100, lead.after + 1), hundreds=False)


def _plus(items: list[_Item], part: _Part, *, hundreds: bool) -> _Part:
    """Adds what follows: "two hundred (and) fifty", "mil (y) doscientos", "2 mil 500"."""
    after = part.after + _is(items, part.after, "and", "y")
    rest = (_hundreds(items, after) if hundreds else None) or _below_hundred(items, after)
    if rest is None and hundreds and _is(items, part.after, "digits") and 100 <= items[part.after].value <= 999:
        rest = _Part(items[part.after].value, part.after + 1)
    if rest is None or rest.kind == "O" or (rest.after == after + 1 and items[after].raw in ("a", "un", "una")):
        return part
    return _Part(part.value + rest.value, rest.after)


def _spoken(items: list[_Item], at: int) -> _Part | None:
    """ "two fifty" is 250, "one twenty five" is 125, "forty five fifty" 45.50; "twelve fifty" is 1250 or 12.50."""
    first = _below_hundred(items, at)
    if first and first.after == at + 2 and _is(items, at + 2, "tens") and first.kind == "N":
        cents = _below_hundred(items, at + 2)
        return cents and _Part(first.value + cents.value / 100, cents.after)
    if not _is(items, at, "units", "teens", "digits") or items[at].value == 0:
        return None
    low = _below_hundred(items, at + 1) if _is(items, at + 1, "tens", "teens", "twenties") else None
    teen = items[at].kind == "teens"
    if low is None or low.kind == "O" or (teen and items[at + 1].kind != "tens"):
        return None
    return _Part(items[at].value * 100 + low.value, low.after, odd=teen, spoken=True)


def _below_hundred(items: list[_Item], at: int) -> _Part | None:
    if _is(items, at, "ordinals"):
        return _Part(items[at].value, at + 1, "O")
    if _is(items, at, "units", "twenties"):
        return _Part(items[at].value, at + 1)
    if _is(items, at, "teens"):
        if items[at].raw.startswith("die") and _is(items, at + 1, "y") and _is(items, at + 2, "units"):
            return _Part(items[at].value + items[at + 2].value, at + 3)
        return _Part(items[at].value, at + 1)
    return _tens(items, at) if _is(items, at, "tens") else None


def _tens(items: list[_Item], at: int) -> _Part:
    tens, after = items[at].value, at + 1 + _is(items, at + 1, "y")
    if items[after:] and 0 < items[after].value < 10 and _is(items, after, "units", "digits" if after > at + 1 else ""):
        return _Part(tens + items[after].value, after + 1)
    if _is(items, at + 1, "ordinals") and items[at + 1].value < 10:
        return _Part(tens + items[at + 1].value, at + 2, "O")
    return _Part(tens, at + 1)
