"""Somebody who writes for a company, and the account number that they name. Closed lists in `data/phrases/table/company.yml`.

A company is asked for its account number alone; those are of any form, "0765-KDISU" or "INV/2026/17". They are looked
for only where one was asked for, or beside the word that it is a company's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from bot.dialogue.meaning.cues import Cues

PHRASES = Path(__file__).parents[3] / "data" / "phrases" / "table" / "company.yml"
_NUMBER = re.compile(r"[^\W_](?:[^\W_]|[-/._#](?=[^\W_]))*")
_FEWEST = 4
"""Letters and digits of an account number."""


@lru_cache(maxsize=1)
def _cues() -> Cues:
    return Cues.read(PHRASES)


def writes_for_company(text: str, *, is_asked: bool) -> bool:
    """`is_asked`: while we ask who they are a bare "company" is enough."""
    return _cues().holds("writes for", text) or (is_asked and "company" in _cues().said(text))


def account_named(text: str, reference: str | None = None) -> str | None:
    """The first word with a digit in it that is long enough; or the `reference` that was heard, where it is more than a
    part of that word: "AB 1234", and not the digits alone of "INV/2026/17".
    """
    named = _first_number(text)
    if reference is not None and (named is None or _bare(reference) not in _bare(named)):
        return reference
    return named


def _bare(number: str) -> str:
    return "".join(filter(str.isalnum, number)).upper()


def _first_number(text: str) -> str | None:
    found = (match[0] for match in _NUMBER.finditer(text))
    return next((one for one in found if any(map(str.isdigit, one)) and sum(map(str.isalnum, one)) >= _FEWEST), None)
