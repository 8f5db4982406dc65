"""How far a STOP in words reaches: this channel, or all of them (12 CFR 1006.6(c)(1), 1006.14(h)(1)).

A bare STOP ends a channel, and so does one that names it. Who says everywhere, names several ways at once, or wants to
be left alone without a word of how, wants no contact. Closed lists in `data/law/reach/words.yml`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import combinations
from pathlib import Path

from bot.dialogue import grammar
from bot.dialogue.meaning.acts import Plain, Said
from bot.dialogue.meaning.case import Case
from bot.dialogue.meaning.cues import Cues, words_of

PHRASES = Path(__file__).parents[3] / "data" / "law" / "reach" / "words.yml"
_STOP, _CEASE, _MEDIUM = "opt_out", "cease_contact", "by "
_GOES_ON = frozenset(
    ["propose", "promise", "pay", "accept", "choose", "divide", "move", "skip", "think_it_over", "needs_time",
     "contact_preference", "update_contact"]
)  # fmt: skip
"""Who says one of these beside it wants quiet, or another way, and not that all of it ends."""
_FAR = 6
"""Words from one way to the other in "stop calling me and stop sending me letters"."""


def widened(said: Iterable[Said], case: Case) -> list[Said]:
    """With the refusal of all contact beside a STOP that reaches so far. It is as sure as the surer one of the two:
    where how far it goes is unclear the wider reading counts, and nothing is asked that delays it.
    """
    heard = list(said)
    of_both = [one for one in heard if one.name in (_STOP, _CEASE)]
    stops = [one for one in heard if one.name == _STOP]
    beside = {one.name for one in heard if not one.needs_check}
    if not stops or not (len(of_both) > len(stops) or _is_everywhere(case.heard.text) or _is_plain(case, beside)):
        return heard
    surest = min(of_both, key=lambda one: (one.needs_check, -one.confidence))
    others = [one for one in heard if one.name != _CEASE and not (one.needs_check and one.name == _STOP)]
    return [*others, replace(surest, act=Plain(name=_CEASE))]


def _is_everywhere(text: str) -> bool:
    return _lists().holds("everywhere", text) or _names_several(text)


def _is_plain(case: Case, beside: set[str]) -> bool:
    """To be left alone, and no way, place, time or measure in it."""
    text, lists = case.heard.text, _lists()
    if beside & _GOES_ON or case.heard.figures.of(grammar.Day) or not lists.holds("contact", text):
        return False
    return not _ways(text) and not any(lists.holds(name, text) for name in ("here", "narrowed"))


def _names_several(text: str) -> bool:
    """Two ways in one breath, and neither is asked for in place of the other."""
    lists = _lists()
    if any(lists.holds(name, text) for name in ("here", "narrowed")):
        return False
    words, ways = words_of(text), _ways(text)
    return any(_stand_together(words[first:second]) for first, second in _pairs(words, ways))


def _ways(text: str) -> list[str]:
    lists = _lists()
    return [name for name in lists.table if name.startswith(_MEDIUM) and lists.holds(name, text)]


def _pairs(words: list[str], ways: list[str]) -> Iterable[tuple[int, int]]:
    """Places of a word of one way and of the next word of another."""
    named = [(at, way) for at, word in enumerate(words) for way in ways if _lists().holds(way, word)]
    for (first, one), (second, other) in combinations(named, 2):
        if one != other and second - first <= _FAR:
            yield first + 1, second


def _stand_together(between: list[str]) -> bool:
    return all(_lists().holds("and", word) for word in between)


@lru_cache(maxsize=1)
def _lists() -> Cues:
    return Cues.read(PHRASES)
