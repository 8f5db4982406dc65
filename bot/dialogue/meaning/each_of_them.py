"""Whether a sum is meant for each of several debts: "20 a month on each", "20 cada una"."""

from __future__ import annotations

from bot.dialogue import grammar
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import Scene

_APART = frozenset({"each", "apiece", "cada"})
_RIGHT_BEHIND = 16
"""Letters between a number of payments and the sum of each."""
_A_RHYTHM = 4
"""Words: "each second friday", "cada dos semanas"."""
_OF_A_PAYMENT = frozenset({"payment", "time", "installment", "pago", "abono", "cuota", "vez"})


def says_apart(heard: Heard, scene: Scene) -> bool:
    """ "20 a month on each", "20 cada una": outside the words of a rhythm, be it offered or not, and of so many payments."""
    if _is_each_payment(heard):
        return False
    words = words_of(heard.text)
    behind = (words[at : at + _A_RHYTHM] for at, word in enumerate(words) if word in _APART)
    return any(not _OF_A_PAYMENT & set(run[1:2]) and not _is_rhythm(" ".join(run), scene) for run in behind)


def _is_each_payment(heard: Heard) -> bool:
    """ "1200 over 4 Fridays, 300 each": so many times the one sum is the other; "3 Fridays, 450 each": right behind a number
    of payments.
    """
    counts = [one.what for one in heard.figures.all if isinstance(one.what, grammar.Count) and one.what.value > 1]
    sums = [one.what for one in heard.figures.all if isinstance(one.what, grammar.Amount)]
    adds_up = any(one.minor * count.value == other.minor for one in sums for other in sums for count in counts)
    return adds_up or any(0 <= one.start - count.end <= _RIGHT_BEHIND for one in sums for count in counts)


def _is_rhythm(words: str, scene: Scene) -> bool:
    """Also of words that are taken back, which the message has no figure for: "cada semana no"."""
    told = grammar.read(words, now=scene.now, language=scene.language)
    starts = [one.start for one in told.of(grammar.Frequency)]
    return 0 in starts + [one.start for one in told.questions if one.question == "frequency"]
