"""A message as the models see it: one spelling for what is written in many ways.

Lower case, no accents, no apostrophes; figures by their shape, so that 40 and 75 are one word. Emoji and bare
punctuation stay: "?" and 👍 are messages.
"""

from __future__ import annotations

import re
import unicodedata

_APOSTROPHES = re.compile(r"['`´‘’‛ʼ′＇]")
_LONG = re.compile(r"([^\d\s])\1{2,}")
_TOKEN = re.compile(r"[^\W\d_]+|\d+(?:[.,:/\-]\d+)*|[^\w\s]")
_DATE = re.compile(r"\d{1,4}[/\-]\d{1,2}(?:[/\-]\d{1,4})?$")
_SIGNS = {"$": "$", "%": "%", "?": "?", "¿": "?", "!": "!", "¡": "!", "#": "#", "@": "@", "€": "$"}
KEPT_PUNCTUATION = frozenset("?!$%#@")


def fold(text: str) -> str:
    """Lower case without accents and apostrophes; "looool" keeps two of a letter."""
    return _LONG.sub(r"\1\1", _plain(text))


def bare(text: str) -> str:
    """Lower case without accents and apostrophes, single spaces: what the reviewed phrases are written for."""
    return " ".join(_plain(text).split())


def _plain(text: str) -> str:
    if text.isascii():
        return _APOSTROPHES.sub("", text.lower())
    lowered = _APOSTROPHES.sub("", unicodedata.normalize("NFKD", text).lower())
    return "".join(c for c in lowered if not unicodedata.combining(c) and c != "\ufe0f")


def tokens(folded: str) -> list[str]:
    """Words, figures and single signs of a folded text, as written."""
    return _TOKEN.findall(folded)


def shape(token: str) -> str:
    """A figure by its kind, a word as it is."""
    if not token[0].isdigit():
        return _SIGNS.get(token, token)
    if _DATE.match(token):
        return "0/0"
    digits = re.sub(r"\D", "", token)
    return "0" if len(digits) <= 1 else "00" if len(digits) == 2 else "000" if len(digits) < 5 else "00000"


def is_word(token: str) -> bool:
    return token[0].isalpha()
