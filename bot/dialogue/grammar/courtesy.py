"""Greetings and thanks say nothing of money: without them the last word of a message is its last word again."""

from __future__ import annotations

import re

from bot.dialogue.grammar.folding import Folded

_OPENING = (
    "(?:hi|hello|hey|hiya|hola|ok|okay|okey|k|yes|yeah|yea|yep|sure|well|so|um|uh|bueno|pues|claro|oiga|mire"
    "|listen|look"
    "|sir|maam|there|good (?:morning|afternoon|evening|day)|buen[oa]s? (?:dias?|tardes|noches))"
)
_ANYWHERE = (
    "(?:please|pls|plz|plss+|(?:thank (?:you|u)|thanks)(?: (?:so|very) much)?|thx|tks|(?:muchas )?(?<!mil )gracias"
    "|por ?favor|porfa(?:vor|vorcito)?|porfis|let me know|lmk|god bless(?: you)?|lol|lmao|haha+|jaja(?:ja)*"
    "|if (?:thats|that is|its|it is) (?:ok(?:ay)?|fine|alright|possible|cool)(?: with (?:you|u|yall))?"
    "|si (?:se puede|es posible|esta bien|no es molestia))"
)
_SAID = re.compile(rf"^(?: ?{_OPENING}\b[ ,.!]*)+|(?:(?<= )|(?<![a-z])){_ANYWHERE}\b(?:[ ,]+|(?= ?[.;!?]|$))")


def without_courtesy(folded: Folded) -> Folded:
    """The same letters, each still at its place of the message, without the polite ones."""
    kept = [True] * len(folded.text)
    for match in _SAID.finditer(folded.text):
        kept[match.start() : match.end()] = [False] * (match.end() - match.start())
    if all(kept):
        return folded
    places = [place for place, keep in enumerate(kept) if keep]
    return Folded(
        "".join(folded.text[place] for place in places),
        tuple(folded.starts[place] for place in places),
        tuple(folded.ends[place] for place in places),
    )
