"""What is said at once as messages, each with room on its channel: two SMS, 1,600 characters of WhatsApp (Twilio takes
no more). What has no room beside the rest goes in a message of its own.

What the law has us say stands at the end of the first of them, or before it, so that nothing of the matter is read
without it; behind it where somebody is in danger. A long text is parted at the end of a line, else of a sentence, and
nothing of it is left out; a link and an amount are never parted, and neither is what a person wrote. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.contact import segments
from bot.contact.model import Say

LONGEST = 1600
"""Characters of one message at Twilio, on any channel."""
Room = Callable[[str], bool]
"""Whether a text has room in one message."""
_ENDS = (r"(?<=\n)", r"(?<=[.?!]) (?![a-zà-ÿ])", r"(?<=[.?!:;]) ", r"(?<=,) ", r" ")
"""Where a text is parted, the best first; "15 U.S.C. section 1692" is no end of a sentence."""


def two_sms(text: str) -> bool:
    return segments.count(segments.fitted(text.strip())) <= segments.MOST


def whatsapp(text: str) -> bool:
    return len(text) <= LONGEST


ROOMS: dict[str, Room] = {"sms": two_sms, "whatsapp": whatsapp}


def messages(
    says: Sequence[Say], law: Sequence[Say] = (), room: Room = two_sms, *, as_written: bool = False
) -> list[list[Say]]:
    """Each what one message is made of; `law` is what has to be told with them. `as_written`: a person's words."""
    if _fit([*says, *law], room):
        return [[*says, *law]]
    pieces = list(says) if as_written else [piece for one in says for piece in _parted(one, room)]
    told = [piece for one in law for piece in _parted(one, room)]
    if any(one.tag == "safety" for one in says):
        return [*_in_order(pieces, room), *_in_order(told, room)]
    found: list[list[Say]] = [[]]
    for piece in pieces:
        beside = law if len(found) == 1 else ()
        if not _fit([*found[-1], piece, *beside], room) and (found[-1] or beside):
            found.append([])
        found[-1].append(piece)
    if found[0]:
        return [[*found[0], *told], *found[1:]]
    return [*_in_order(told, room), *found[1:]]


def _in_order(pieces: Sequence[Say], room: Room) -> list[list[Say]]:
    found: list[list[Say]] = []
    for piece in pieces:
        if found and _fit([*found[-1], piece], room):
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def _parted(one: Say, room: Room) -> list[Say]:
    """What may be tapped stands under the last of it."""
    if room(one.text):
        return [one]
    parts = [part.strip() for part in _parts(one.text, _ENDS, room)]
    return [replace(one, text=part, choices=()) for part in parts[:-1]] + [replace(one, text=parts[-1])]


def _parts(text: str, ends: Sequence[str], room: Room) -> list[str]:
    """As few as there can be in their order, each short enough as far as it can be parted."""
    if room(text) or not ends:
        return [text]
    found: list[str] = []
    for piece in _kept_ends(text, ends[0]):
        if found and room(found[-1] + piece):
            found[-1] += piece
        else:
            found += _parts(piece, ends[1:], room)
    return found


def _kept_ends(text: str, end: str) -> Iterable[str]:
    """Nothing is lost: what stands between two pieces goes with the first."""
    places = [match.end() for match in re.finditer(end, text)]
    return [text[start:stop] for start, stop in zip([0, *places], [*places, len(text)]) if text[start:stop]]


def _fit(says: Sequence[Say], room: Room) -> bool:
    return room("\n".join(one.text for one in says))
