"""So many weekdays or paydays are so many payments, in that rhythm: "over 3 fridays", "en 3 viernes", "tres quincenas"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.dialogue.grammar.model import Count, Frequency
from bot.dialogue.grammar.sheet import IGNORED, Found, Heard
from bot.dialogue.grammar.words import Rule, filled, found

_FEW, _MOST, _LONGEST = 4, 12, 60
"""Without a word before it, a larger number is as often a sum: "10 fridays". With a sum behind it, it is none."""
_OVER = re.compile(
    r"\b(?:over|in|into|across|for|during|next|en|por|durante|entre|proxim[oa]s|siguientes|primer[oa]s)"
    r"(?: (?:about|like|the|my|next|los|las|mis|unos|unas|como))* ?$"
)
_AHEAD = re.compile(r"\b(?:next|first|proxim[oa]s|primer[oa]s)(?: (?:the|my|like|about|los|mis|las))* ?$")
_SUM_BEHIND = re.compile(filled(r"^ ?[,:]? ?(?:(?:of|at|@|for|de|a|por) )?\$? ?[{NA}]"))


_PAYDAYS = "pay ?days|pay ?checks|pay ?periods|dias de (?:pago|cobro|raya)"
_CHEQUES = "checks|cheques"
_EACH = r"(?! ?(?:{J}|{F}|from\b|ago\b|a partir|por\b|late\b|behind\b))"


def days_counted(m: Heard) -> Found:
    """Missed ones, or those that are left, say nothing about a plan."""
    if found("not_planned", m.before) and not _AHEAD.search(m.before) or found("not_left", m.after):
        return IGNORED
    is_over = _OVER.search(m.before) is not None
    most = _LONGEST if is_over else _MOST if _SUM_BEHIND.match(m.after) else _FEW
    if m["only_over"] and not is_over or m["spanish"] and not m.sheet.spanish:
        return None
    return Count(value=m.whole("n"), **m.span) if 2 <= m.whole("n") <= most else None


def weekday_counted(m: Heard) -> Found:
    """ "3 viernes": the word is the same for one and for several."""
    if not isinstance(days_counted(m), Count):
        return None
    return Frequency(value="weekly", weekday=m.what("spanish"), **m.span)


def _rule(reader: str, text: str) -> Rule:
    name, *words = reader.split()
    return Rule(
        name, tuple(words), re.compile(filled(rf"(?<![$/.,\d{{W}}])(?<!{{W}} )(?<!\bel )(?<!\bdia ){text}{_EACH}"))
    )


RULES: Mapping[str, tuple[Rule, ...]] = {
    "days": (
        _rule("days_counted", "(?P<e>(?P<n>{N})) {S}"),
        _rule("days_counted", "(?P<e>(?P<n>{N})) (?P<spanish>{W})"),
        _rule("weekday_counted", "(?P<n>{N}) (?P<e>(?P<spanish>{W}))"),
    ),
    "rhythms": (
        _rule("days_counted", rf"(?P<e>(?P<n>{{N}})) (?:{_PAYDAYS}|(?P<only_over>{_CHEQUES}))\b"),
        _rule("pace payday", rf"{{C}} (?P<e>(?:{_PAYDAYS}|{_CHEQUES})\b)"),
        _rule("days_counted", r"(?P<e>(?P<n>{N})) quincenas\b"),
        _rule("pace semimonthly", r"{C} (?P<e>quincenas\b)"),
    ),
}
"""By the level at which they are read."""
