"""How a text goes by SMS: 160 letters of GSM-7 (153 each when joined), or 70 (67) as soon as one letter is none of it.

Spanish loses half its room to á, í, ó and ú, which GSM-7 lacks; é, ñ, ü and ¿ it has. Where that would make more than
two SMS, those four go without their accent, as people write them on a phone (3GPP TS 23.038); so do letters of a name
that GSM-7 lacks (ç, ã), and quotes and dashes are straight there.
"""

from __future__ import annotations

import unicodedata

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
TWICE = frozenset("^{}\\[~]|€")
"""Letters of GSM-7 that take two places."""
MOST = 2
_STRAIGHT = str.maketrans("‘’“”«»–—…\u00a0\u202f", "''\"\"\"\"--.  ")


def count(text: str) -> int:
    """SMS that this text is."""
    if set(text) <= GSM_7 | TWICE:
        length, alone, joined = len(text) + sum(letter in TWICE for letter in text), 160, 153
    else:
        length, alone, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= alone else -(-length // joined)


def fitted(text: str) -> str:
    """The text itself, or without those accents where only that keeps it in two SMS, or in fewer."""
    if count(text) <= MOST:
        return text
    bare = "".join(letter if letter in GSM_7 else _bare(letter) for letter in unicodedata.normalize("NFC", text))
    return bare if count(bare) < count(text) else text


def _bare(letter: str) -> str:
    """Without its accent; itself where that is no letter of GSM-7 either."""
    plain = unicodedata.normalize("NFD", letter)[:1].translate(_STRAIGHT)
    return plain if plain in GSM_7 else letter
