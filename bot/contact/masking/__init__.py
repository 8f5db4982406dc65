"""Numbers that must never be stored: cards with what is written beside them, social-security numbers, IBANs.

However they are disguised: see `signs` for what counts as a digit and what may stand between two, `cards` and
`numbers` for what makes a number one of these.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.contact.masking import beside, cards, numbers, personal, signs
from bot.contact.masking.beside import CARD, REMOVED

NUMBER = "[number removed]"
ACCOUNT = "[bank account removed]"
_ROUNDS = 4
Span = tuple[int, int, str]

__all__ = ["ACCOUNT", "CARD", "NUMBER", "REMOVED", "across", "mask", "personal", "says_nothing_else", "was_withheld"]


def mask(text: str, *, after_card: bool = False) -> str:
    """The text without them. Doing it twice is doing it once."""
    for _ in range(_ROUNDS):
        masked = beside.mask(_replaced(text, 0, _spans(text)), after_card=after_card)
        if masked == text:
            break
        text = masked
    return text


def across(earlier: Sequence[str], text: str) -> list[str]:
    """The earlier messages and this one, the newest last, without a number that begins in one and ends in another."""
    pieces = beside.dictated(earlier, mask(text, after_card=bool(earlier) and CARD in earlier[-1]))
    spans = list(_spans("\n".join(pieces)))
    at, done = 0, []
    for piece in pieces:
        done.append(_replaced(piece, at, spans))
        at += len(piece) + 1
    done[-1] = mask(done[-1], after_card=CARD in "".join(done[-2:]))
    return done


def was_withheld(text: str) -> bool:
    """True when something in this stored message was not kept, so that its writer can be told."""
    return any(mark in text for mark in (CARD, NUMBER, ACCOUNT, REMOVED))


def says_nothing_else(text: str) -> bool:
    """True for a message with nothing in it but what was not kept, and how people call it."""
    return was_withheld(text) and beside.is_all(text)


def _spans(text: str) -> Iterator[Span]:
    runs = signs.runs(text)
    found = [(start, end, ACCOUNT) for start, end in numbers.ibans(text)]
    found += [(start, end, CARD) for run in runs for start, end in cards.find(run)]
    found += [(start, end, NUMBER) for run in runs for start, end in numbers.social(text, run)]
    last: Span | None = None
    for start, end, mark in sorted(found):
        if last is not None and start < last[1]:
            last = (last[0], max(last[1], end), CARD if CARD in (last[2], mark) else last[2])
            continue
        if last is not None:
            yield last
        last = (start, end, mark)
    if last is not None:
        yield last


def _replaced(text: str, offset: int, spans: Iterable[Span]) -> str:
    """`offset` is where the text stands among those that the spans count in."""
    kept, at = [], 0
    for start, end, mark in spans:
        first, over = max(0, start - offset), min(len(text), end - offset)
        if first >= over:
            continue
        kept += [text[at:first], mark]
        at = over
    return "".join([*kept, text[at:]])
