"""Masking happens before a message is stored, while others wait to store theirs: no text may make it slow.

Work is counted in calls of functions, which are the same on every machine, and not in seconds.
"""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from bot.contact import sanitize

MOST = 750_000
"""Calls for a message of the longest length behind four others; before they were counted there were up to 1.7 million."""
HARD = {
    "spaced digits": "4 " * 500, "dates behind a card": "4242424242424242 " + "12/27 123 " * 95, "figures": "1 2 3 " * 330,
    "letters between": "AA" + "_1" * 490, "words": "four two " * 110, "banks": "DE89 3704 0044 0532 0130 01 " * 35,
    "another script": "\u0664\u0662" * 500, "one number": "4" * 1000, "groups of three": "123 45 6789 " * 80,
}  # fmt: skip


def calls(text: str) -> int:
    counted = 0

    def count(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        sanitize.clean_after([text[: sanitize.MAX_CHARACTERS]] * 4, text)
    finally:
        sys.setprofile(None)
    return counted


@pytest.mark.parametrize("name", HARD)
def test_no_text_is_slow(name: str) -> None:
    assert calls(HARD[name]) < MOST
