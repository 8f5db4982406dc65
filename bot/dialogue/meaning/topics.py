"""What a sentence is about where it says so itself: "as for the clinic, …", "la del gym: …". It stays so until another
account is named; where nothing sets a topic, it is about all that it names.
"""

from __future__ import annotations

from bot.dialogue.meaning import lists
from bot.dialogue.meaning.cues import words_of
from bot.dialogue.meaning.naming import place_of_name
from bot.dialogue.meaning.scene import Scene

_AT_THE_HEAD = 3
"""Words that may stand before one of them: "and now as for …"."""
_SHORT_HEAD = 6
"""Words before a colon."""
_TO_THE_NAME = 3
"""Words from the lead to the name: "as for that old clinic"."""


def topic(sentence: str, scene: Scene) -> int | None:
    """The place of the account that it sets at its head."""
    head, colon, rest = sentence.partition(":")
    if colon and ":" not in rest and len(words_of(head)) <= _SHORT_HEAD:
        named = place_of_name(head, scene)
        if len(named) == 1:
            return next(iter(named))
    words = words_of(sentence)
    named = place_of_name(sentence, scene)
    first = min(named, key=lambda place: named[place], default=None)
    return first if first is not None and _is_led(words, named[first]) else None


def _is_led(words: list[str], at: int) -> bool:
    for begins in range(min(at, _AT_THE_HEAD + 1)):
        for size in (1, 2, 3):
            if (
                " ".join(words[begins : begins + size]) in lists.phrases("accounts", "leads")
                and 0 <= at - begins - size < _TO_THE_NAME
            ):
                return True
    return False


def named_in(sentence: str, scene: Scene) -> set[int]:
    """Its topic, or all that it names."""
    about = topic(sentence, scene)
    return {about} if about is not None else set(place_of_name(sentence, scene))
