"""What a turn says as text messages, none over two SMS: what has no room beside the rest goes in a message of its own.

What the law has us say stands at the end of the first of them, or before it, so that nothing of the matter is read
without it; behind it where somebody is in danger. A long text is parted at the end of a line, else of a sentence; a
link, an amount and a state's own words are never parted. What we start goes as one message: each counts where the law
counts messages, and its texts are as short as that. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.contact import segments, texts
from bot.contact.model import Say

_ENDS = (r"(?<=\n)", r"(?<=[.?!:;]) ", r"(?<=,) ", r" ")
"""Where a text is parted, the best first."""


def messages(says: Sequence[Say], law: Sequence[Say] = ()) -> list[list[Say]]:
    """Each what one message is made of; `law` is what has to be told with them."""
    if _fit([*says, *law]):
        return [[*says, *law]]
    pieces = [piece for one in says for piece in _parted(one)]
    if any(one.tag == "safety" for one in says):
        return [*_in_order(pieces), *_in_order([piece for one in law for piece in _parted(one)])]
    found: list[list[Say]] = [[]]
    for piece in pieces:
        beside = law if len(found) == 1 else ()
        if not _fit([*found[-1], piece, *beside]) and (found[-1] or beside):
            found.append([])
        found[-1].append(piece)
    told = [piece for one in law for piece in _parted(one)]
    if found[0]:
        return [[*found[0], *told], *found[1:]]
    return [*_in_order(told), *found[1:]]


def _in_order(pieces: Sequence[Say]) -> list[list[Say]]:
    found: list[list[Say]] = []
    for piece in pieces:
        if found and _fit([*found[-1], piece]):
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def _parted(one: Say) -> list[Say]:
    """What may be tapped stands under the last of it."""
    response = texts.load().get(one.response)
    if _fits(one.text) or (response is not None and response.is_prescribed):
        return [one]
    parts = [part.strip() for part in _parts(one.text, _ENDS)]
    return [replace(one, text=part, choices=()) for part in parts[:-1]] + [replace(one, text=parts[-1])]


def _parts(text: str, ends: Sequence[str]) -> list[str]:
    """As few as there can be in their order, each short enough as far as it can be parted."""
    if _fits(text) or not ends:
        return [text]
    found: list[str] = []
    for piece in _kept_ends(text, ends[0]):
        if found and _fits(found[-1] + piece):
            found[-1] += piece
        else:
            found += _parts(piece, ends[1:])
    return found


def _kept_ends(text: str, end: str) -> Iterable[str]:
    """Nothing is lost: what stands between two pieces goes with the first."""
    places = [match.end() for match in re.finditer(end, text)]
    return [text[start:stop] for start, stop in zip([0, *places], [*places, len(text)]) if text[start:stop]]


def _fit(says: Sequence[Say]) -> bool:
    return _fits("\n".join(one.text for one in says))


def _fits(text: str) -> bool:
    return segments.count(segments.fitted(text.strip())) <= segments.MOST
