"""Letters that a text must have for a pattern to be found in it."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from bot.dialogue.nlu import Example
from bot.dialogue.nlu.needles import needles
from bot.dialogue.nlu.wording import bare
from tests.examples import each

PHRASES = Path(__file__).parent.parent.parent / "data" / "phrases" / "safety.yml"


@each(
    ("pattern", "wanted"),
    [
        (r"\bstop texting\b", {"stop texting"}),
        (r"\b(kill|hang) (my ?self|me)\b", {"kill", "hang"}),
        (r"(really )?done", {"done"}),
        (r"(ha)+ no", {" no"}),
        (r"\bwont? pay", {" pay"}),
        (r"[ab]c?", set()),
        (r"(stop|[0-9])", set()),
    ],
)
def test_what_is_found_has_one_of_them(pattern: str, wanted: set[str]) -> None:
    assert needles(pattern) == wanted


def test_no_phrase_is_passed_over(examples: list[Example]) -> None:
    lists = yaml.safe_load(PHRASES.read_text(encoding="utf-8")).values()
    patterns = {str(phrase) for one in lists for phrases in one.values() for phrase in phrases}
    texts = [bare(one.text) for one in examples[::25]]
    for pattern in patterns:
        wanted = needles(pattern)
        assert all(not wanted or any(w in t for w in wanted) for t in texts if re.search(pattern, t)), pattern
