"""The rules of the grammar are data: each names a reader that there is, and each list of words stands in one of them."""

from __future__ import annotations

import re
from itertools import chain

from bot.dialogue import grammar
from bot.dialogue.grammar.words import rules, table
from tests.examples import each

_FILES = ("words", "days", "money", "talk", "more")


@each(("file", "level"), grammar.LEVELS)
def test_every_rule_names_a_reader(file: str, level: str) -> None:
    assert [rule.reader for rule in rules(file, level) if not callable(grammar.READERS.get(rule.reader))] == []


def test_every_list_of_words_stands_in_a_pattern() -> None:
    written = " ".join(chain.from_iterable(_texts(table(file)) for file in _FILES))
    names = [name for file in _FILES for name in table(file).get("words", {})]
    assert [name for name in names if not re.search(rf"<{name}>", written)] == []


def test_a_name_is_one_list_of_words() -> None:
    names = [name for file in _FILES for name in table(file).get("words", {})]
    assert len(names) == len(set(names))


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts(one)]
    if isinstance(value, list):
        return [text for one in value for text in _texts(one)]
    return [str(value)]
