"""What is written beside a card number: its expiry and its security code, in figures or in words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.contact.masking.spoken import WORDS

CARD = "[card removed]"
REMOVED = "[removed]"
_W = "(?:" + "|".join(sorted((re.escape(word) for word in WORDS), key=len, reverse=True)) + ")"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic)[a-zé]*"
_EXPIRY = (
    rf"(?:(?:0?[1-9]|1[0-2])\s?[/\-.\\ |]\s?(?:20)?\d\d|(?:0[1-9]|1[0-2])(?:20)?\d\d"
    rf"|{_MONTH}\W{{0,3}}(?:(?:de|of)\W)?(?:20)?\d\d)"
)
_CODE = r"\d{3,4}"
_SPOKEN = rf"{_W}(?:\W{{1,3}}(?:y\W)?{_W}){{1,6}}"
_BOTH = rf"{_EXPIRY}[/\-.\\|]\d{{3}}(?!\d)"
_VALUE = rf"(?<![\d$€])(?:{_BOTH}|{_EXPIRY}|{_CODE}|(?:{_MONTH}\W{{1,3}})?{_SPOKEN})(?![\d/]|[.,]\d|\s?(?:dollars?|d[oó]lares|bucks|usd|pesos|%|an? |per |al |cada ))"
_CODE_NAME = (
    r"(?:cvv2?|cvc2?|cvn|csc|cid|(?:sec(?:urity)?|card|3.digit|4.digit) code|c[oó]d(?:igo)?\.? de seg(?:uridad|\.)?"
    r"|(?:3|4|three|four|tres|cuatro)(?: digits?| numbers?| d[ií]gitos| n[uú]meros)? (?:on|at|in|de|en) (?:the |el |la )?(?:back|front|atr[aá]s|reverso))"
)
_EXPIRY_NAME = (
    r"(?:exp(?:\.|iry|ires?|iring|iration|ira|iraci[oó]n)?|valid (?:thru|through|until|to)|good (?:thru|through)|"
    r"vence|venc\.?|vencimiento|caduca|caducidad|v[aá]lida hasta)"
)
_FILLER = (
    rf"(?:[\s,;:/.\-–—()\[\]|#=&+\"']|\b(?:{_EXPIRY_NAME}|{_CODE_NAME}|code|c[oó]digo|date|fecha|de|del|el|la|is|es|and|y|"
    rf"con|with|the|pin|number|n[uú]mero|back|in|atr[aá]s|my|mi|its|su|three|digits?)\b"
    rf"|\b(?:{_EXPIRY_NAME}|{_CODE_NAME})(?=\d)|\[removed\])"
)
_AFTER = re.compile(rf"(?i)(\[card removed\]{_FILLER}{{0,14}}?){_VALUE}")
_BROKEN = re.compile(r"(?<=\[card removed\])[/\-]\d\d(?:\s?\d{3,4})?(?![\d/]|[.,]\d)")
"""The year, and perhaps the code, of an expiry whose month was written right after the number."""
_BEFORE = re.compile(
    rf"(?i)(?<![\w$/])(?:{_EXPIRY}|(?:{_CODE}\W{{1,3}}{_EXPIRY})|(?:{_EXPIRY}\W{{1,3}}{_CODE}))(?=\W{{1,3}}(?:\[removed\]\W{{1,3}})?\[card removed\])"
)
_BEHIND_A_NAME = re.compile(
    rf"(?i)(\[card removed\]\W{{1,3}}(?:(?!(?:pay|pag|on|by|el|para|start|due|from|desde|until|hasta|before|antes)\w*\s)[^\W\d_]+[.,]?\s+){{1,3}})"
    rf"{_EXPIRY}\W{{1,3}}{_CODE}(?![\d/]|[.,]\d|\s?(?:dollars?|d[oó]lares|bucks|usd|pesos|%))"
)
"""Whoever reads a card aloud says whose it is before its expiry and its code."""
_NAMED_CODE = re.compile(rf"(?i)(\b{_CODE_NAME}(?![^\W\d_])\D{{0,15}}?)(?<!\d)(?:{_CODE}(?!\d)|{_SPOKEN})")
_CODE_FIRST = re.compile(rf"(?i)(?<![\d$]){_CODE}(?=\W{{1,3}}(?:(?:is|es)\W)?(?:(?:the|my|el|mi)\W)?{_CODE_NAME}\b)")
_NAMED_EXPIRY = re.compile(
    rf"(?i)(\b{_EXPIRY_NAME}\b(?:[\s:.,\-]|\b(?:date|is|on|es|el|en|fecha)\b){{0,8}})(?:{_EXPIRY})(?!\d)"
)
_ALONE = re.compile(rf"(?i)\W*(?:{_EXPIRY}\W{{1,5}}{_CODE}|{_CODE}\W{{1,5}}{_EXPIRY})\W*")
"""A message that is nothing but an expiry and a code."""
_ONLY_CARD = re.compile(r"\W*\[card removed\](?:\W|\[removed\])*")
_ONLY_EXPIRY = re.compile(rf"(?i)\W*(?:{_EXPIRY}|\[removed\])\W*")
_ONLY_CODE = re.compile(rf"\W*{_CODE}\W*")

_NAMES = (
    r"card|tarjeta|visa|master ?card|amex|american express|discover|credit|debit|cr[eé]dito|d[eé]bito|cc|social|security|ssn|"
    r"seguro|iban|bank|account|banco|cuenta|here|s|aqu[ií]|this|est[aáe]|use|usa|a"
)
_NOTHING_ELSE = re.compile(rf"(?i)(?:\[(?:card|number|bank account) removed\]|{_FILLER}|\b(?:{_NAMES})\b)*")


def is_all(text: str) -> bool:
    """Nothing but what was taken out, and its names."""
    return bool(_NOTHING_ELSE.fullmatch(text))


def dictated(earlier: Sequence[str], text: str) -> list[str]:
    """All of them, the newest last: a card, then nothing but its expiry, then nothing but its code."""
    pieces = [*earlier, text]
    if (
        len(pieces) >= 3
        and _ONLY_CARD.fullmatch(pieces[-3])
        and _ONLY_EXPIRY.fullmatch(pieces[-2])
        and _ONLY_CODE.fullmatch(text)
    ):
        pieces[-2:] = [REMOVED, REMOVED]
    return pieces


def mask(text: str, *, after_card: bool = False) -> str:
    """`text` has its card numbers replaced already. `after_card`: the message before this one had a card."""
    text = _NAMED_CODE.sub(rf"\1{REMOVED}", text)
    text = _CODE_FIRST.sub(REMOVED, text)
    if after_card or CARD in text:
        text = _NAMED_EXPIRY.sub(rf"\1{REMOVED}", text)
    if after_card and _ALONE.fullmatch(text):
        return REMOVED
    text = _BEHIND_A_NAME.sub(rf"\1{REMOVED} {REMOVED}", text)
    for _ in range(3):
        text = _AFTER.sub(rf"\1{REMOVED}", _BEFORE.sub(REMOVED, _BROKEN.sub(f" {REMOVED}", text)))
    return text
