"""Finds every number of a message, in digits or words, and says what it is worth, not what it means.

"two fifty" and "2 fitty" are 250 and "forty five fifty" is 45.50; "twelve fifty" may be either: `odd`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.dialogue.grammar.words import spread, table

_ZERO = r"o(?=[o\d]*(?![a-z\do]))"  # a typed letter o, but not the one of "20on"
_ONE = r"(?<![a-z])l(?=(?=[\do]*\d)[\do]{2,}(?![\da-z]))|(?<=[\d$])l(?=[\dol]*(?![\da-z]))"
_FIVE = r"(?<=\$)s(?=[\do]*\d(?![a-z]))|(?<![a-z])s(?=0[0o]?(?![\da-z]))|(?<=\d)s(?=[0o]+(?![\da-z]))"
_FIGURE = rf"(?:\d|{_ZERO}|{_ONE}|{_FIVE})"
_DATE = (
    r"(?<![\d/$.-])(?!(?:3[2-9]|[4-9]\d) ?/ ?\d \d)(?:\d{1,2} ?/ ?\d{1,2}(?:/\d{4}|/\d{2})?|\d{4}[-/]\d{1,2}[-/]\d{1,2}"
    r"|\d{1,2}-\d{1,2}-(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2}))(?![\d/]|-\d)"
)
_ORDINAL = (
    r"(?<![\w.,/$])\d{1,2}(?: ?(?:st|nd|rd|th)|ht|ths|er|ero|ro|do|era|ra|da|to|ta| ?[ºª])(?![a-z])"
    r"|(?<![\w.,/$])[1-9]o(?= (?:de|del|pago|abono|cuota)\b)"
)
_PLAIN = rf"(?:(?:\d|{_ONE}|{_FIVE}){_FIGURE}*(?:[.,](?:\d|{_ZERO})+)*|(?<=\$)\.\d\d|(?<![\w.,$/:-])\.\d\d(?![\d.,]))"
# How parts make a number, one letter for each part: u unit, x ten in Spanish, t teen, T tens, w twenties, H hundreds in
# Spanish, C "hundred", K "thousand", n notes, o and O ordinals below and from ten, s d D digits (1 to 9, any, 100 to 999), a article, v "un", c "couple",
# h "half", & "and", f "of".
_SMALL = {"a": "a", "and": "&", "y": "y", "of": "f", "couple": "c", "pair": "c", "half": "h", "un": "v", "una": "v"}
_WORTH = {"couple": Decimal(2), "pair": Decimal(2), "half": Decimal("0.5"), "un": Decimal(1), "una": Decimal(1)}
_BELOW = "(?:Ty?u|Tyv|Tys|T|w|xyu|x|t|u|z)"
_LEAD = "(?:[us]&[av]h|h[av]|[av]?cf?|[av]|[sdD])"
_HUNDREDS = f"(?:H|(?:{_LEAD}|{_BELOW})?C)(?:[&y]?{_BELOW}|&[sd])?"  # dictated: "a hundred and 50"
_FORM = re.compile(
    f"(?P<notes>(?:{_LEAD}|{_BELOW})n(?:&[av]{_BELOW}|&{_BELOW}n)?)|(?P<sum>(?:{_HUNDREDS}|{_BELOW}|{_LEAD}|(?=k))[Kk](?:[&y]?(?:{_HUNDREDS}|{_BELOW})|D)?"
    f"|{_HUNDREDS})|(?P<cents>(?:Tu|w)(?:Tu|T))|(?P<spoken>[utxs](?:Tu|T)|u[txw])|(?P<ordinal>To|Oo|[oO])|(?P<plain>[sdD]|{_BELOW})"
)
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


@dataclass(frozen=True)
class _Item:
    """One part of a number; `letter` is its kind in the forms below."""

    letter: str
    value: Decimal
    start: int
    end: int
    raw: str
    odd: bool = False


_SOUND_ALIKE = (("v", "b"), ("b", "v"), ("c", "s"), ("s", "c"), ("z", "s"), ("s", "z"), ("qu", "k"), ("ci", "si"), ("ie", "ye"))
"""Letters that Spanish says alike: "beinte", "sien", "dosientos"."""


def _slips(words: dict[str, tuple[str, int]]) -> dict[str, tuple[str, int]]:
    """One letter dropped, doubled, swapped or written as it sounds in a long number word, where only one number fits."""
    right = " ".join(table("numbers")["spelt_right"].values()).split()
    found = {(slip, words[word]) for word in right for slip in _near(word)}
    owners = Counter(slip for slip, _ in found)
    others = {*words, *table("numbers")["other_words"].split()}
    return {slip: meant for slip, meant in found if owners[slip] == 1 and slip not in others}


def _near(word: str) -> Iterable[str]:
    dropped = {word[:i] + word[i + 1 :] for i in range(1, len(word))}
    doubled = {word[:i] + word[i] + word[i:] for i in range(len(word))}
    swapped = {word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 1)}
    return dropped | doubled | swapped | {word.replace(*pair) for pair in _SOUND_ALIKE} - {word}


_LISTS = ("units", "teens", "tens", "twenties", "hundreds", "multiples", "ordinals", "notes")
_EXACT = {word: (name, int(key)) for name in _LISTS for word, key in spread(table("numbers")[name]).items()}
_WORDS = {**_slips(_EXACT), **_EXACT}
_TAIL = re.compile("(?:" + "|".join(table("numbers")["tails"].split()) + ")+")
_MONTH = "(?:" + "|".join(spread(table("days")["months"])) + ")"
TOKEN = re.compile(
    rf"(?P<noise>{'|'.join(table('numbers')['noise'])})|(?P<G>{_DATE})|(?P<O>{_ORDINAL})"
    rf"|(?<!\d)(?P<notes>(?:20|50|100)s)\b|(?P<plain>{_PLAIN})(?P<tail>[a-z]*)|(?:(?:usd|us|mx|rs)(?=\d))"
    rf"|(?P<code>(?!{_MONTH}\d\d?\b)(?:[a-wyz]+\d\w*|x[a-z]+\d\w*))|(?P<share>\b(?:por|x) ?ciento\b)|(?P<word>x(?=\d)|[a-z]+)"
)


def find(text: str, *, spanish: bool) -> tuple[list[Number], list[tuple[int, int]]]:
    """Every number of a folded text in its order, and spans that look like numbers and are none.

    `spanish` decides words of both languages ("once", "ten", "dies").
    """
    numbers: list[Number] = []
    noise: list[tuple[int, int]] = []
    run: list[_Item] = []
    for match in TOKEN.finditer(text):
        item = _item(match, spanish=spanish)
        if run and (item is None or not _GLUE.fullmatch(text, run[-1].end, item.start)):
            numbers.extend(_spelt(run))
            run = []
        if item is not None:
            run.append(item)
        elif match["noise"] is not None:
            noise.append(match.span())
        elif match["G"] or match["O"]:
            figures = re.findall(r"\d+", match[0])[0]
            numbers.append(Number(*match.span(), Decimal(figures), str(match.lastgroup), match[0].replace(" ", "")))
    return sorted([*numbers, *_spelt(run)], key=lambda number: number.start), noise


def _item(match: re.Match[str], *, spanish: bool) -> _Item | None:
    """A part of a number in words or digits."""
    if match["plain"] is not None:
        return _digits(match)
    return _word(match, spanish=spanish) if match.lastgroup in ("word", "notes") else None


def _word(match: re.Match[str], *, spanish: bool) -> _Item | None:
    word = "and" if match[0] == "n" else match[0]
    if word == "buck" and _ODD_AFTER_BUCK.match(match.string, match.end()):
        return _Item("u", Decimal(1), *match.span(), word, odd=True)
    if word == ("ten" if spanish else "once"):
        return None
    if word in _SMALL:
        return _Item(_SMALL[word], _WORTH.get(word, Decimal(0)), *match.span(), word)
    kind, value = ("teens", 10) if word == "dies" and spanish else _WORDS.get(word, ("", 0))
    letter = _letter(kind, word, value)
    return _Item(letter, Decimal(value), *match.span(), word) if letter else None


def _letter(kind: str, word: str, value: int) -> str:
    if kind == "multiples":
        return "C" if value == 100 else "k" if word in ("thousand", "thousands", "mil") else "K"
    if kind == "ordinals":
        return "o" if value < 10 else "O"
    if word in ("diez", "dies", "zero", "cero"):
        return "z" if value == 0 else "x"
    return {"units": "u", "teens": "t", "tens": "T", "twenties": "w", "hundreds": "H", "notes": "n"}.get(kind, "")


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
    letter = "s" if match[0] in "123456789" else "d" if thousands or not 100 <= value <= 999 else "D"
    return _Item(letter, value * 1000 if thousands else value, match.start(), end, raw, odd)


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
    for match in _FORM.finditer("".join(item.letter for item in items)):
        used, form = items[match.start() : match.end()], str(match.lastgroup)
        if form == "plain" and used[0].raw in ("one", "uno"):
            continue
        odd = any(item.odd for item in used) or form == "spoken" and used[0].letter in "tx"
        kind = "O" if form == "ordinal" else "N"
        value = _value(form, used)
        yield Number(used[0].start, used[-1].end, value, kind, used[0].raw, odd, form == "spoken")


def _value(form: str, items: list[_Item]) -> Decimal:
    """ "two thousand (and) fifty" is summed up from left to right."""
    if form == "spoken":
        return items[0].value * 100 + _value("sum", items[1:])
    if form == "cents":
        cents = 2 if items[-1].letter == "u" else 1
        return _value("sum", items[:-cents]) + _value("sum", items[-cents:]) / 100
    total = current = Decimal(0)
    for item in items:
        if item.letter in "CKkn":
            current = (current or 1) * item.value
            total, current = (total, current) if item.letter == "C" else (total + current, Decimal(0))
        else:
            current += item.value
    return total + current
