"""Finds every number of a message, in digits or words, and says what it is worth, not what it means.

Phone numbers, references, clock times and codes ("401k", "covid19") are not numbers here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from bot.dialogue.grammar.lexicon import NUMBER_WORDS
from bot.dialogue.grammar.spelt import Item, spelt

Kind = Literal["plain", "ordinal", "numeric_date"]

_TAILS = (
    "k|x|am|pm|mo|mos|mth|month|months|monthly|wk|wks|week|weeks|weekly|biweekly|day|days|ish|ea|each|per"
    "|now|down"
    "|today|max|bucks?|dollars?|dollers?|dlls?|dls|dolares|usd|cents?|yrs?|years?|yo|hrs?|mins?|dias?"
    "|meses|mes"
    "|semanas?|pmts?|payments?|pagos|cu|pesos|varos|total|grand|off|tops|on|and|every|a|or|to"
)
_NOISE = (
    r"\S+@\S+\.\w+|https?:\S+|www\.\S+"
    r"|(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)"
    r"|(?:\+?1[ .-]?)?(?<!\d)\(?\d{3}\)?[ .-]?\d{3}[ .-]\d{4}(?!\d)(?: ?(?:ext|extension|x)\.? ?\d+)?"
    r"|(?<![\d$])\d{3}[.-]\d{4}(?!\d)"
    r"|(?<![\d$])\d{1,4}-\d{5,}(?!\d)"
    r"|\b(?:exp|expires|expiration|vence|vencimiento)\.?(?: date| on)?:? ?\d{1,2}[/-]\d{2,4}\b"
    r"|(?<![\d$])911(?!\d)|\b24 ?/ ?7\b|\bcovid-? ?19\b|\b(?:7|seven)[ -]?(?:eleven|11)\b"
    r"|(?<![\d/$])\d{1,2}/\d{4}(?!\d)"
    r"|\b[a-z]{1,4}-\d{2,}(?:-\d+)*\b|\b(?!do|at|up|of|in|is|to|me|by|on|or|so|el|la|de|al|un"
    r"|en)[a-z]{2} \d{4} \d{2}\b"
    r"|\bmil (?:gracias|disculpas|perdones|cosas|veces)\b"
    r"|(?<![\d$.])\d{1,2}:\d{2}(?::\d\d)?(?: ?[ap]\.?m?\b\.?)?"
    r"|# ?\d[\d-]*|\b(?:a|an|error) 404\b"
    r"|\b(?:ref(?:erence)?|acc(?:oun)?t|case|claim|ticket|confirmation|invoice|policy|member|cuenta|caso"
    r"|referencia"
    r"|folio|zip(?: ?code)?|postal|pin|code|codigo|last (?:4|four)|ultimos (?:4|cuatro)|ending(?: in)?"
    r"|termina(?:da)? en|ssn|social)\b"
    r"(?: (?:is|was|number|num|numero|no|nr|ending|in|es|terminada|termina|en|digits|of|my|the|de|on|it|4"
    r"|four)\b)*"
    r"[ .:#]{0,3}\d[\d-]{2,}\d(?![\d,.]*[\d$])"
)
_DATE = (
    r"(?<![\d/$.-])(?:\d{1,2}/\d{1,2}(?:/\d{4}|/\d{2})?|\d{4}[-/]\d{1,2}[-/]\d{1,2}"
    r"|\d{1,2}-\d{1,2}-(?:\d{4}|\d{2})|\d{1,2}\.\d{1,2}\.(?:\d{4}|\d{2}))(?![\d/]|-\d)"
)
_ORDINAL = (
    r"(?<![\w.,/$])\d{1,2}(?: ?(?:st|nd|rd|th)|ht|ths|er|ero|ro|do|era|ra|da|to|ta| ?[ºª])(?![a-z])"
    r"|(?<![\w.,/$])[1-9]o(?= (?:de|del|pago|abono|cuota)\b)"
)
_ZERO = r"o(?=[o\d]*(?![a-z\do]))"  # a typed letter o, but not the one of "20on"
_PLAIN = rf"(?:\d(?:\d|{_ZERO})*(?:[.,]\d(?:\d|{_ZERO})*)*|(?<=\$)\.\d\d)"
_CODE = r"[a-wyz]+\d\w*|x[a-z]+\d\w*"
TOKEN = re.compile(
    rf"(?P<noise>{_NOISE})|(?P<date>{_DATE})|(?P<ordinal>{_ORDINAL})|(?P<plain>{_PLAIN})(?P<tail>[a-z]*)"
    rf"|(?:(?:usd|us|mx|rs)(?=\d))|(?P<code>{_CODE})|(?P<share>\b(?:por|x) ?ciento\b)|(?P<word>x(?=\d)"
    rf"|[a-z]+)"
)
_TAIL = re.compile(rf"(?:{_TAILS})+")
_BUCK_FIFTY = re.compile(r" (?:twenty|thirty|forty|fifty|fitty|sixty|seventy|eighty|ninety)\b")  # 1.50 or 150
_GLUE = re.compile(r" ?-? ?")


@dataclass(frozen=True)
class Number:
    """At `start:end` of the folded text. `odd`: people mean different things by it, so it is asked back."""

    start: int
    end: int
    value: Decimal
    kind: Kind = "plain"
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


def find(text: str, *, spanish: bool) -> Found:
    """Every number of a folded text. `spanish` decides words of both languages ("once", "ten", "mil")."""
    found = Found()
    items: list[Item] = []
    for match in TOKEN.finditer(text):
        item = _item(match, found, spanish=spanish)
        if items and (item is None or not _joined(text, items[-1], item)):
            found.numbers.extend(_numbers(items))
            items = []
        if item is not None:
            items.append(item)
    found.numbers.extend(_numbers(items))
    found.numbers.sort(key=lambda number: number.start)
    return found


def _joined(text: str, before: Item, item: Item) -> bool:
    return _GLUE.fullmatch(text, before.end, item.start) is not None


def _item(match: re.Match[str], found: Found, *, spanish: bool) -> Item | None:
    """A part of a number in words or digits; dates, ordinals and noise are put into `found` at once."""
    if match["noise"] is not None:
        found.noise.append(match.span())
    elif match["date"] is not None:
        found.numbers.append(Number(*match.span(), Decimal(0), "numeric_date", match[0]))
    elif match["ordinal"] is not None:
        found.numbers.append(Number(*match.span(), Decimal(re.findall(r"\d+", match[0])[0]), "ordinal", match[0]))
    elif match["plain"] is not None:
        return _digits(match)
    elif match["word"] is not None:
        return _word(match, spanish=spanish)
    return None


def _word(match: re.Match[str], *, spanish: bool) -> Item | None:
    word = "and" if match["word"] == "n" else match["word"]
    if word == "buck" and _BUCK_FIFTY.match(match.string, match.end()):
        return Item("unit", Decimal(1), match.start(), match.end(), word, odd=True)
    if word in ("once", "mil") and not spanish and word == "once":
        return None
    if word == "ten" and spanish:
        return None
    kind, value = NUMBER_WORDS.get(word, (word, 0))
    if word == "dies" and spanish:
        kind, value = "teen", 10
    if kind == word and word not in ("a", "and", "y", "of", "couple", "half"):
        return None
    return Item(kind, Decimal(value), match.start(), match.end(), word)


def _digits(match: re.Match[str]) -> Item | None:
    """ "1,5oo", "1.5k", "50bucks"; None for "401k", "2nite" and other codes."""
    tail = match["tail"]
    thousands = tail == "k" and match["plain"] != "401"
    if tail and not thousands and (tail == "k" or not _TAIL.fullmatch(tail)):
        return None
    value, odd = worth(match["plain"])
    if value is None:
        return None
    end = match.end() if thousands else match.end("plain")
    value = value * 1000 if thousands else value
    return Item("digits", value, match.start(), end, match["plain"], odd)


def worth(raw: str) -> tuple[Decimal | None, bool]:
    """What digits are worth, and whether that is doubtful: "1.500" is 1500, "12,50" may be a list."""
    digits = raw.replace("o", "0")
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?", digits):
        return Decimal(digits.replace(",", "")), False
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+(?:,\d{1,2})?", digits):
        return Decimal(digits.replace(".", "").replace(",", ".")), False
    if re.fullmatch(r"\d*(?:\.\d{1,2})?", digits):
        return Decimal(digits), False
    if re.fullmatch(r"\d+,\d{1,2}", digits):
        return Decimal(digits.replace(",", ".")), True
    return None, True


def _numbers(items: list[Item]) -> list[Number]:
    return [
        Number(piece.start, piece.end, piece.value, piece.kind, piece.raw, piece.odd, piece.spoken)
        for piece in spelt(items)
    ]
