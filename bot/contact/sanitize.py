"""What a person typed, made safe to store and to understand.

Card, bank and social-security numbers never reach the database (`masking`). A leading slash is dropped, since Rasa
reads it as a command. Invisible characters go, length is capped, and compatibility forms fold to plain ones first,
so that a full-width slash is a slash.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.contact import masking

MAX_CHARACTERS = 1000
_KEPT = MAX_CHARACTERS * 4
"""Characters that are looked at: a number may begin before the cut and end after it."""
_BLANK = dict.fromkeys(map(ord, "\u115f\u1160\u3164\uffa0\u2800\u034f"), " ")
"""Letters that look like nothing."""
_ROUNDS = 5


def clean(text: str) -> str:
    """Never raises; may return "". Idempotent."""
    return clean_after([], text)[-1]


def clean_after(earlier: Sequence[str], text: str) -> list[str]:
    """The messages before it as they are to be kept from now on, and this one; see `clean`.

    Earlier ones change when a number began there and ends here.
    """
    folded = unicodedata.normalize("NFKC", text[:_KEPT].translate(_BLANK))[:_KEPT]
    visible = "".join(c for c in folded if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    *before, kept = masking.across(earlier, _bare(visible))
    for _ in range(_ROUNDS):
        cut = masking.mask(_bare(kept)[:MAX_CHARACTERS].strip())
        if cut == kept:
            break
        kept = cut
    return [*before, kept[:MAX_CHARACTERS].strip()]


def _bare(text: str) -> str:
    return text.strip().lstrip("/\\ \t\n").strip()
