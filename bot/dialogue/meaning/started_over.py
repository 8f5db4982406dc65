"""Who starts over within a message: "25 a week. Actually no, scratch that, can I pay the whole thing after christmas".

What they wished before those words is taken back: its figures are no offer, and the wish is the one that stands behind
them. The words are a lookup in `data/grammar/started_over.yml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from bot.dialogue.meaning.cues import Cues, words_of
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.order import kind

PHRASES = Path(__file__).parents[3] / "data" / "grammar" / "started_over.yml"
_LONGEST = 4
_FEWEST = 3
"""So many words behind it are a new wish."""
_PLAIN = 0.3
_ALL_OF_IT = ("pay:all", "propose:full", "promise")


@lru_cache(maxsize=1)
def _lists() -> Cues:
    return Cues.read(PHRASES)


def without_taken_back(heard: Heard) -> Heard:
    """The same, with the figures before the last such words for no offer; of wishes only those behind them."""
    at = _behind(heard.text)
    if at is None:
        return heard
    figures = tuple(
        replace(one, about="no", sure=1.0) if one.what.start < at else one for one in heard.figures.all
    )  # fmt: skip
    later = [one.likely for one in heard.clauses if one.text in heard.text[at:]]
    figured = replace(heard.figures, all=figures)
    if not figured.days():
        return replace(heard, figures=figured, likely=_wished(heard.likely, later, ()))
    return replace(heard, figures=figured, likely=_wished(heard.likely, later, _ALL_OF_IT))


def _behind(text: str) -> int | None:
    """Where the text goes on behind the last of them; None where there is none, or hardly anything behind it."""
    starts = [at for at in range(len(text)) if not text[at].isspace() and (at == 0 or text[at - 1].isspace())]
    ends = [*starts[1:], len(text)]
    for first in reversed(range(len(starts))):
        for last in range(first, min(first + _LONGEST, len(starts))):
            run = text[starts[first] : ends[last]]
            if "starts_over" in _lists().said(run) and len(words_of(text[ends[last] :])) >= _FEWEST:
                return ends[last]
    return None


def _wished(
    likely: Mapping[str, float], later: list[Mapping[str, float]], on_a_day: tuple[str, ...]
) -> Mapping[str, float]:
    """What the clauses behind say; what stands before counts for questions only. `on_a_day` are names of one wish, which
    share it among them: to pay all of it on a day.
    """
    best = {label: max(one.get(label, 0) for one in later) for label in likely} if later else {}
    if best and on_a_day and best.get("pay:all", 0) + best.get("propose:full", 0) >= _PLAIN:
        best["propose:full"] = sum(best.get(label, 0) for label in on_a_day)
    if not any(share >= _PLAIN and kind(label) == "answer" for label, share in best.items()):
        return likely
    return {label: best[label] if kind(label) == "answer" else share for label, share in likely.items()}
