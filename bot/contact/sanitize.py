"""What a person typed, made safe to store and to understand.

Card and social-security numbers never reach the database. A leading slash is dropped, since Rasa reads it as a
command. Invisible characters go, length is capped, and compatibility forms fold to plain ones first, so that a
full-width slash is a slash.
"""

from __future__ import annotations

import re
import unicodedata

from stdnum import luhn

MAX_CHARACTERS = 1000
_CARD = re.compile(r"(?<!\d)\d(?:[ \-.]?\d){12,18}(?!\d)")
_SSN = re.compile(r"(?<![\d-])\d{3}[- ]\d{2}[- ]\d{4}(?![\d-])")
_SSN_WORDS = re.compile(r"(?i)(\b(?:ssn|social(?: security)?(?: number)?|seguro social)\D{0,12})\d{9}\b")


def clean(text: str) -> str:
    """Never raises; may return "". Idempotent."""
    folded = unicodedata.normalize("NFKC", text[: MAX_CHARACTERS * 4])
    visible = "".join(c for c in folded if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    masked = _mask(visible)
    return masked.strip().lstrip("/\\ \t\n").strip()[:MAX_CHARACTERS].strip()


def _mask(text: str) -> str:
    text = _CARD.sub(lambda m: "[card removed]" if luhn.is_valid(re.sub(r"\D", "", m[0])) else m[0], text)
    text = _SSN.sub("[number removed]", text)
    return _SSN_WORDS.sub(r"\1[number removed]", text)
