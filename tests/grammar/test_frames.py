"""What polite people put around a message does not change what it says about money and time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.grammar.cases import meaning, table

_FRAMES: dict[str, Callable[[str], str]] = {
    "greeting": lambda message: f"hi, {message}",
    "assent": lambda message: f"ok {message}",
    "thanks": lambda message: f"{message} thanks",
    "a plea": lambda message: f"{message.rstrip('.?!')} please",
    "a condition": lambda message: f"{message.rstrip('.?!')} if thats ok",
    "capitals": str.upper,
    "wide spaces": lambda message: message.replace(" ", "  "),
    "shouting": lambda message: message.rstrip(".?!") + "!!",
}


@pytest.mark.parametrize("frame", _FRAMES)
@pytest.mark.parametrize("corpus", ["corpus_english.txt", "corpus_spanish.txt"])
def test_a_frame_changes_no_value(frame: str, corpus: str) -> None:
    messages = [message for message, _ in table(corpus)]
    changed = [message for message in messages if meaning(_FRAMES[frame](message)) != meaning(message)]
    assert changed == []
