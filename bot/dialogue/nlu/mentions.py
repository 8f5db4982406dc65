"""Small things that a message names and no grammar of money reads: options, languages, channels, reasons, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bot.dialogue.nlu.mention_words import TABLES
from bot.dialogue.nlu.wording import fold

Span = tuple[int, int]

_ORDINALS = {
    1: "first|1st|one|uno|una|primer[ao]?",
    2: "second|2nd|two|dos|segund[ao]",
    3: "third|3rd|three|tres|tercer[ao]?",
    4: "fourth|4th|four|cuatro|cuart[ao]",
    5: "fifth|5th|five|cinco|quint[ao]",
}
LAST = -1
"""The value of `option` for "the last one"."""
_LAST = re.compile(r"\b(?:the last (?:one|option|choice)|(?:the )?bottom one|la ultima(?: opcion)?)\W*$")
_NAMED = r"(?:option|opt|choice|number|num|no\.?|nr|opcion|numero|la|el|#)"
_DIGIT = re.compile(
    rf"(?:\b{_NAMED}\s*#?\s*|#\s*)([1-9])\b(?![.,:/\-]?\d|\s*(?:de\b|dolares|dollars|bucks|usd|%))"
    r"|^\W*(?:(?:ok|okay|yes|yeah|yea|yep|si|no|nah|bueno|pues|mejor|then|i ?ll (?:take|pick|go with|do)|lets (?:do|go with)"
    r"|ill go|i want|i pick|give me|quiero|deme|dame|me quedo con)\W+){0,2}([1-9])\W*"
    r"(?:(?:please|pls|plz|porfa|por favor|thanks|gracias|then|i guess|pues|entonces)\W*)?$"
)
_WORDS = {
    number: re.compile(
        rf"\b(?:option|opt|choice|number|opcion|numero)\s+(?:{words})\b"
        rf"|\bthe\s+(?:{words})(?:\s+(?:one|option|choice|plan|offer)\b|\W*$)"
        rf"|\b(?:la|el)\s+(?:{words})\b(?!\s+(?:vez|pago|cuota|semana|mes|dia|de)\b)(?=\W*(?:$|opcion|por favor|porfa))"
        rf"|^\W*(?:{words})(?:\s+(?:one|option|opcion))?\W*$"
    )
    for number, words in _ORDINALS.items()
}
_LAST4 = re.compile(
    r"(?:last (?:four|4)|ending(?: in)?|ends(?: in| with)?|ultimos (?:cuatro|4)|termina(?:da)? en)\D{0,25}(\d{4})\b"
)
_PHONE = re.compile(r"(?<![\d$.])(?:\+?1[\s.-]?)?(?:\(\d{3}\)\s?|\d{3}[\s.-]?)\d{3}[\s.-]?\d{4}(?!\d)")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_REFERENCE = re.compile(r"\b([a-z]{2,3})(?:[- ]?#? ?)(\d{4,8})\b")
_NOT_REFERENCES = frozenset([
    "zip", "cp", "apt", "box", "po", "ext", "en", "el", "la", "de", "in", "on", "at", "of", "no", "usd",
    "the", "is", "are", "was", "am", "im", "es", "my", "to", "it", "or", "so", "ok", "un", "mi", "and",
    "for", "del", "dob", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    "ene", "abr", "ago", "dic", "by", "ssn", "tel", "fax", "cel", "hwy", "rd", "st"
])  # fmt: skip
_NAME = re.compile(
    r"\b(?i:my name is|my names|name is|i am called|me llamo|mi nombre es|(?:its |it is )?under the name(?: of)?)\s+"
    r"((?:[^\W\d_][\w'’-]+)(?:\s+(?!and\b|y\b|zip\b|dob\b|born\b)[^\W\d_][\w'’-]+){0,3})"
)


def mentions(text: str) -> list[dict[str, Any]]:
    """Entities at `start:end` of the message; where folding changed its length, of the whole message."""
    folded = fold(text)
    same = len(folded) == len(text)
    found = [
        {"entity": entity, "value": value, "start": span[0] if same else 0, "end": span[1] if same else len(text)}
        for entity, value, span in _in_folded(folded)
    ]
    written = _as_written(text)
    return found + [{"entity": entity, "value": value, "start": a, "end": b} for entity, value, (a, b) in written]


def _in_folded(folded: str) -> Iterator[tuple[str, Any, Span]]:
    option = _option(folded)
    if option is not None:
        yield ("option", *option)
    for entity, table in TABLES.items():
        for value, words in table.items():
            match = words.search(folded)
            if match:
                yield entity, value, match.span()
    for match in _LAST4.finditer(folded):
        yield "last4", match[1], match.span(1)
    for match in _REFERENCE.finditer(folded):
        if match[1] not in _NOT_REFERENCES:
            yield "reference", f"{match[1].upper()}-{match[2]}", match.span()


def _as_written(text: str) -> Iterator[tuple[str, str, Span]]:
    for match in _PHONE.finditer(text):
        yield "phone", "+1" + re.sub(r"\D", "", match[0])[-10:], match.span()
    for match in _EMAIL.finditer(text):
        yield "email", match[0].lower(), match.span()
    for match in _NAME.finditer(text):
        yield "name", match[1], match.span(1)


def _option(folded: str) -> tuple[int, Span] | None:
    digit = _DIGIT.search(folded)
    if digit:
        return int(digit[1] or digit[2]), digit.span()
    for number, words in _WORDS.items():
        match = words.search(folded)
        if match:
            return number, match.span()
    last = _LAST.search(folded)
    return (LAST, last.span()) if last else None
