"""Whether a day is a bound, or where something begins: "by the 5th", "after the 15th", "starting the 1st"."""

from __future__ import annotations

import re

from bot.dialogue.grammar.model import Role
from bot.dialogue.grammar.words import found

_BETWEEN = r"(?: (?:it|them|on|the|with|in|around|about|like|de|del|el|los?|las?|al?|en|con|dia|payments?|paying|pagos?|a pagar))*"
_LATER_THAN = r"(?:any ?time )?(?:after|past|despues|luego|pasando|pasad[oa])"
_BEGINS = re.compile(
    r"\b(?:start(?:ing|s)?|begin(?:ning|s)?|begining|commencing|as of|a partir|first (?:payment|one)(?: is| be)?|primer (?:pago|abono)(?: es| seria| sea)?|(?:emp(?:ie|e)[zc]|com(?:ie|e)n[zc]|inici"
    rf"|arranc|arranq)[a-z]*){_BETWEEN}(?: {_LATER_THAN}{_BETWEEN})? ?$"
)
_NOT = r"(?:not|no|never|nunca|isnt|aint|dont|wont|cant|cannot|tampoco|ni)"
_NOT_BEGINNING = re.compile(rf"\b{_NOT}(?: (?:me|want to|quiero|voy a|puedo))? (?=\S+{_BETWEEN} ?$)")
_NOT_LATER = re.compile(rf"\b{_NOT}(?: (?!until|till|til|before|hasta|antes)[a-z]+){{0,2}} {_LATER_THAN}{_BETWEEN} ?$")


def bound(before: str, after: str) -> Role | None:
    """ "Not after the 15th" is by the 15th."""
    until = before.endswith(("hasta ", "hasta el ", "antes del ", "antes de "))
    if _NOT_LATER.search(before):
        return "at_most"
    if found("from", before) or until and found("no_antes", after):
        return "at_least"
    return "at_most" if found("by", before) or found("by_after", after) else None


def is_later_than(before: str) -> bool:
    return found("later_than", before) and not _NOT_LATER.search(before)


def begins(before: str) -> bool:
    """ "Starting after the 15th", "a partir del 15"; not "don't start on the 15th"."""
    told = _BEGINS.search(before)
    return told is not None and not _NOT_LATER.search(before) and not _NOT_BEGINNING.search(before)
