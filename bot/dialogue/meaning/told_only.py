"""Days that are told or asked about, and offered by nobody: in a clause of reason, in a question for what is so.

"Do I owe it all on the 30th, because that is right after Christmas": neither is a term, unless what was learned says so
with certainty. The words are a lookup in `data/grammar/told_only.yml`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from bot.dialogue import grammar
from bot.dialogue.grammar import almanac
from bot.dialogue.meaning.cues import Cues, words_of
from bot.dialogue.meaning.figures import OFF, Figure
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.meaning.scene import Scene
from bot.dialogue.meaning.spans import sentences

PHRASES = Path(__file__).parents[3] / "data" / "grammar" / "told_only.yml"
_CERTAIN, _PLAIN = 0.9, 0.5
"""What a role needs that makes a term of such a day; what an offer needs in a question of which no day is left."""
_NEAR = 7
"""Words behind a "que" among which a wish would stand."""
_WISHES = frozenset({"propose", "promise", "pay"})


@lru_cache(maxsize=1)
def _lists() -> Cues:
    return Cues.read(PHRASES)


@dataclass(frozen=True)
class _Piece:
    """A part of a sentence: a reason or what is said; `asks` where its sentence asks what is so."""

    start: int
    end: int
    text: str
    is_reason: bool
    asks: bool


def without_days_told(heard: Heard, scene: Scene) -> Heard:
    """The same, with such days for no offer, and a bare day of a pause near to its end."""
    if not heard.figures.of(grammar.Day):
        return heard
    heard = _near_the_pause(heard, scene)
    pieces = list(_pieces(heard.text))
    told = [one for one in heard.figures.offered if isinstance(one.what, grammar.Day) and _is_told(one, pieces)]
    others = [one for one in heard.figures.offered if isinstance(one.what, grammar.Day) and one not in told]
    out = [one for one in told if others or not _counts_alone(one, pieces)]
    if not out:
        return heard
    figures = replace(
        heard.figures, all=tuple(replace(one, about="no", sure=1.0) if one in out else one for one in heard.figures.all)
    )
    if figures.offered or not any(one.asks for one in pieces):
        return replace(heard, figures=figures)
    likely = {label: p for label, p in heard.likely.items() if p >= _PLAIN or label.partition(":")[0] not in _WISHES}
    return replace(heard, figures=figures, likely=likely)


def _is_told(one: Figure, pieces: list[_Piece]) -> bool:
    piece = _piece_of(one, pieces)
    is_ours = piece is not None and _lists().holds("ours", piece.text)
    is_term = one.about not in ("", *OFF) and one.sure >= _CERTAIN and not is_ours
    return piece is not None and (piece.is_reason or piece.asks) and not is_term


def _counts_alone(one: Figure, pieces: list[_Piece]) -> bool:
    """A day of being paid, or one that we named: where they name no other, it is theirs too."""
    piece = _piece_of(one, pieces)
    return piece is not None and piece.is_reason and any(_lists().holds(name, piece.text) for name in ("paid", "ours"))


def _piece_of(one: Figure, pieces: list[_Piece]) -> _Piece | None:
    return next((piece for piece in pieces if piece.start <= one.what.start < piece.end), None)


def _pieces(text: str) -> Iterator[_Piece]:
    for start, end in sentences(text):
        asks = _asks_what_is(text[start:end])
        begins, is_reason = start, False
        for at in (start, *_words(text, start, end)):
            turned = _turns(text, start, at, is_reason=is_reason)
            if turned != is_reason:
                yield _Piece(begins, at, text[begins:at], is_reason, asks and not is_reason)
                begins, is_reason = at, turned
        yield _Piece(begins, end, text[begins:end], is_reason, asks and not is_reason)


def _turns(text: str, start: int, at: int, *, is_reason: bool) -> bool:
    """Whether a reason goes on, or begins, at that word."""
    words = words_of(text[at:])
    if is_reason:
        return not _begins(words, "asks_for")
    after_comma = text[start:at].rstrip().endswith(",")
    wished = any(_begins(words[place:], "wish") for place in range(1, _NEAR))
    causal = after_comma and _begins(words, "that") and not wished
    return _begins(words, "reason") or _begins(words, "ours") or causal


def _begins(words: list[str], name: str) -> bool:
    return any(_lists().said(" ".join(words[:size])) & {name} for size in (1, 2, 3, 4) if len(words) >= size)


def _words(text: str, start: int, end: int) -> Iterator[int]:
    """Where each word begins, but the first."""
    yield from (at for at in range(start + 1, end) if text[at - 1].isspace() and not text[at].isspace())


def _asks_what_is(sentence: str) -> bool:
    lists = _lists()
    if any(lists.holds(name, sentence) for name in ("asks_for", "leave")):
        return False
    if sentence.rstrip().endswith("?") or "¿" in sentence:
        return lists.holds("asks_what_is", sentence)
    return _begins(words_of(sentence), "asks_surely")


def _near_the_pause(heard: Heard, scene: Scene) -> Heard:
    """ "The 30th", of a pause until December 30, is that one."""
    offer = scene.offers[scene.waiting - 1] if scene.asked == "accept" and scene.waiting <= len(scene.offers) else None
    if offer is None or offer.kind != "pause" or offer.until is None:
        return heard
    around = offer.until
    moved = tuple(
        replace(one, what=replace(one.what, value=_nearest(one.what.value.day, around, scene)))
        if isinstance(one.what, grammar.Day) and one.what.any_month else one
        for one in heard.figures.all
    )  # fmt: skip
    return replace(heard, figures=replace(heard.figures, all=moved))


def _nearest(day: int, around: date, scene: Scene) -> date:
    coming = [one for ahead in (-1, 0, 1) if (one := almanac.day_in(around, day, ahead)) >= scene.today]
    return min(coming, key=lambda one: abs(one - around), default=almanac.coming_day(scene.today, day))
