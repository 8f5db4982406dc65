"""Whether a sum is one that they want taken off: "48 off", "100 de descuento", "si le quita 200". It is no offer."""

from __future__ import annotations

import re

from bot.dialogue.grammar.words import filled

_OFF = re.compile(filled(
    r"^(?: ?<currency>)? ?(?:(?:taken |knocked )?off\b(?! ?{F})(?! (?:of )?(?:my|the|our|this|that|a|his|her)? ?(?:debit |credit |bank |new )*"
    r"(?:card|check|checks|paycheck|debit|visa|mastercard|account|pay|ssi|zelle)\b)|(?:de )?(?:descuento|rebaja|quita)\b|discount\b)"
))  # fmt: skip
_PAYS_IT = re.compile(r"\b(?:pay|paying|paid|put|putting|throw|chip|chipping|work|working)(?: [a-z]+){0,2} ?$")
_TAKES_OFF = re.compile(
    r"\b(?:(?:take|knock|get|shave|cut) off|forgive|discount(?: me)?(?: of)?|un descuento de|una rebaja de|una quita de"
    r"|(?:(?:me|le|nos|les) )?(?:quit(?:a|an|e|en|as|es|aran?|aria|arian)(?:le|me|les|nos)?|quitar(?:le|me|les|nos)?|descuent(?:a|an|e|en|as|es)(?:me|le)?"
    r"|descontar(?:me|le|nos)?|rebaj(?:a|an|e|en|as|es)(?:me|le|nos)?|rebajar(?:me|le|nos)?|perdon(?:a|an|e|en|as|es)(?:me|nos)?"
    r"|perdonar(?:me|nos)?))(?: (?:like|about|at least|another|otros|unos|como|siquiera|al menos|los|the))* ?$"
)
_AGAIN_AND_AGAIN = re.compile(filled(r"{F}[^.;!?,]{0,24}$"))
_WISHED = re.compile(
    r"\b(?:si|puede[ns]?|podrian?|ojala) (?:(?:me|le|nos|les) )?(?:quit|descuent|rebaj|perdon)[a-z]*(?: [a-z]+){0,2} ?$"
)
_OUT_OF = re.compile(filled(
    r"^(?: ?<currency>)? ?(?:,? ?{FDV}|(?:de|del|a|en|out of|from) (?:la |el |mi |cada |my |the )*"
    r"(?:cheque|tarjeta|cuenta|sueldo|nomina|pago|pension|check|card|account|{F}))"
))  # fmt: skip
"""What is taken out of a pay or a card, or again and again, is paid: "quiten 5 de cada cheque"."""


def is_taken_off(before: str, after: str) -> bool:
    """ "Pay 50 off it" and "50 off my card" are offers."""
    if _OFF.match(after):
        return not _PAYS_IT.search(before)
    again = _AGAIN_AND_AGAIN.search(before) or _OUT_OF.match(after)
    return _TAKES_OFF.search(before) is not None and again is None


def is_wished_off(before: str, after: str) -> bool:
    """ "Si me quita 200"; what "me quita" by itself is what something costs them."""
    return _WISHED.search(before) is not None and is_taken_off(before, after)
