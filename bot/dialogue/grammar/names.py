"""Weekdays and months by name, where the word is not another one: "i sat down", "may i", "3 weeks ago"."""

from __future__ import annotations

import re

from bot.dialogue.grammar.lexicon import MONTH, WEEKDAY

_PLURALS = {f"{name}s": day for name, day in WEEKDAY.items() if not name.endswith("s")}
_RISKY_MONTHS = frozenset(("may", "march", "mar", "jan", "dec", "ago", "sep", "mayo"))
_WORD = re.compile(r"[a-z]{3,}")
_WE_WOULD = re.compile(
    r" (?:never|be|have|like|need|love|prefer|rather|also|been|only|just|not|all|both|still|want"
    r"|appreciate)\b"
)
_NOT_SATURDAY = re.compile(r"\b(?:i|he|she|we|they|just|have|had|who|and) $")
_NOT_SATURDAY_AFTER = re.compile(r" (?:down|in|there|here|with|through|thru|around|for|at)\b")


def names(text: str) -> list[tuple[int, int, str]]:
    """Spans of a folded text, each with the sign of its weekday or month (see `sheet`)."""
    found = []
    for match in _WORD.finditer(text):
        sign = _sign(match[0], text, match)
        if sign:
            found.append((match.start(), match.end(), chr(sign)))
    return found


def _sign(word: str, text: str, match: re.Match[str]) -> int | None:
    if word in WEEKDAY:
        return 0xEC00 + WEEKDAY[word] if _is_weekday(word, text, match) else None
    if word in _PLURALS and word not in ("suns", "sats", "doms"):
        return 0xEC10 + _PLURALS[word]
    if word in MONTH:
        if word == "ago" and not text.endswith(" de ", 0, match.start()):
            return None
        return (0xEC30 if word in _RISKY_MONTHS else 0xEC20) + MONTH[word]
    return None


def _is_weekday(word: str, text: str, match: re.Match[str]) -> bool:
    if word == "sun":
        return not text.endswith("the ", 0, match.start())
    if word == "wed":
        return _WE_WOULD.match(text, match.end()) is None
    if word != "sat":
        return True
    before = _NOT_SATURDAY.search(text, max(0, match.start() - 6), match.start())
    return before is None and _NOT_SATURDAY_AFTER.match(text, match.end()) is None
