"""Pieces of pattern that several rules share."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.dialogue.grammar.sheet import N


def either(phrases: str) -> str:
    """An alternation of the phrases between " | "; lines are joined by a space."""
    flat = re.sub(r"\s*\n\s*(?=\|\S)", "", phrases.strip())
    parts = re.split(r" \| ", re.sub(r"\s+", " ", flat))
    return "(?:" + "|".join(part.strip() for part in parts) + ")"


def any_of(words: Iterable[str]) -> str:
    """An alternation of plain words, longest first, so that "thurs" is not read as "thu"."""
    return "(?:" + "|".join(re.escape(word) for word in sorted(set(words), key=len, reverse=True)) + ")"


EUROS = r"(?:euros?|eur|€)"
POUNDS = r"(?:pounds?|quid|gbp|£)"
CURRENCY = either(
    rf"""dollars? | dollers? | dollas? | dollors? | dolars? | dolares | dolar | dlls? | dllrs | dls | usd
    | bucks?
    | bux | buckaroos | smackers | [bv]aros? | barras | pesos? | pesitos? | lucas | {EUROS} | {POUNDS}"""
)
AND = r"(?:and|&|n|nd|y|e|\+|,|/|-)"

DAYS = r"(?:days?|dias?|dayz)"
WEEKS = r"(?:we{1,3}k{1,2}s?|wks?|semanas?|semanitas?|sem)"
MONTHS = r"(?:months?|mths?|mnths?|mos?|monthes|monhts?|monts|mounths?|moths|meses|mes)"
YEARS = r"(?:years?|yrs?|anos?)"
HALVES = r"(?:quincenas?)"
UNIT = rf"(?:(?P<days>{DAYS})|(?P<weeks>{WEEKS})|(?P<months>{MONTHS})|(?P<years>{YEARS})|(?P<halves>{HALVES}))\b"
PLAIN_UNIT = rf"(?:{DAYS}|{WEEKS}|{MONTHS}|{YEARS}|{HALVES})\b"
ONE = r"(?:one|an?|una?)"
COUPLE = r"(?:a |un )?(?:couple|coupla|cpl|par)(?: of| de|a)?"
HOW_MANY = rf"(?:(?P<n>{N})|\b(?P<couple>{COUPLE})|\b(?P<one>{ONE}))"

MONEY_VERB = either(
    """pay | paying | do | doing | afford | give | send | offer | manage | swing | spare | scrape | put
    | throw | drop | split | spread | divide | dividir | repartir
    | start | handle | scrounge | take | process | run | charge | come up with | work with | pagar | pague
    | pago | pagarle | pagarles | dar | darle
    | darles | doy | abonar | abono | ofrecer | ofre[zs]co | mandar | mando | puedo | podria | juntar | depositar
    | deposito | aportar"""
)

NEXT_MONTH = r"(?:of )?(?:the )?(?:next|nxt|following|upcoming) (?:month|mo)\b"
PROXIMO_MES = either(
    r"""(?:del? |el )+(?:mes (?:que (?:viene|entra)|proximo|siguiente)|(?:proximo|siguiente|otro) mes)\b"""
)
