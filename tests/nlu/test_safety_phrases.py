"""The phrase list hears what must be heard, lets figures of speech pass, and cannot be made slow.

Every pattern has a witness: a training message of its intent, or a sentence of safety_sentences.yml.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from sre_constants import MAX_REPEAT, MIN_REPEAT
from sre_parse import SubPattern, parse
from typing import Any

import pytest
import yaml

from bot.dialogue.nlu.intents import SAFETY, rank
from bot.dialogue.nlu.phrases import SafetyPhrases
from bot.dialogue.nlu.wording import bare
from tests.examples import each

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "data"
LISTS = ("en", "es", "not", "check")
OURS = ("contact", "contact.es", "accounts", "accounts.es")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


TABLE: dict[str, dict[str, list[str]]] = read(DATA / "phrases/safety.yml")
SENTENCES = read(HERE / "safety_sentences.yml")
PHRASES = SafetyPhrases(TABLE)
PATTERNS = [(intent, name, phrase) for intent in TABLE for name in LISTS for phrase in TABLE[intent].get(name, ())]
FIRES = [(intent, text) for intent, texts in SENTENCES["fires"].items() for text in texts]
CHECKS = [(intent, text) for intent, texts in SENTENCES["checks"].items() for text in texts]


def messages(path: Path) -> Iterator[tuple[str, str]]:
    """(intent, text) of a file in Rasa's training format."""
    for block in read(path)["nlu"]:
        for line in block["examples"].splitlines():
            yield block["intent"], line.removeprefix("- ")


def heard(text: str) -> dict[str, bool]:
    """Intent to needs_check."""
    return {caught.intent: caught.needs_check for caught in PHRASES.caught(text)}


@cache
def witnesses() -> tuple[str, ...]:
    trained = [text for name in OURS for _, text in messages(DATA / f"nlu/{name}.yml")]
    listed = [text for _, text in (*FIRES, *CHECKS)] + SENTENCES["false_friends"]
    return tuple(bare(text) for text in (*trained, *listed))


@cache
def without_figures(intent: str) -> tuple[str, ...]:
    figures = [re.compile(phrase) for phrase in TABLE[intent].get("not", ())]
    left = []
    for text in witnesses():
        for figure in figures:
            text = figure.sub(" . ", text)
        left.append(text)
    return tuple(left)


def most(pattern: Any) -> int:
    """How often the innermost part can be repeated by repeats standing in one another: 2 levels make 2."""
    deepest = 0
    for operator, argument in pattern.data:
        if operator in (MAX_REPEAT, MIN_REPEAT):
            _, upper, inner = argument
            deepest = max(deepest, (upper > 1) + most(inner))
        else:
            deepest = max([deepest, *(most(part) for part in parts(argument))])
    return deepest


def parts(argument: Any) -> Iterator[SubPattern]:
    """Every pattern inside an operator's argument, however it is nested."""
    if isinstance(argument, SubPattern):
        yield argument
    elif isinstance(argument, (list, tuple)):
        for one in argument:
            yield from parts(one)


def test_the_list_stands_in_the_order_of_precedence() -> None:
    assert list(TABLE) == sorted(TABLE, key=rank)


def test_every_intent_of_safety_has_phrases_in_both_languages() -> None:
    assert not [intent for intent in SAFETY if not (TABLE[intent]["en"] and TABLE[intent]["es"])]


def test_no_phrase_stands_twice_under_an_intent() -> None:
    assert not [phrase for phrase, times in Counter(PATTERNS).items() if times > 1]


def test_every_phrase_has_a_witness() -> None:
    alone = [
        (intent, name, phrase)
        for intent, name, phrase in PATTERNS
        if not any(map(re.compile(phrase).search, witnesses() if name == "not" else without_figures(intent)))
    ]
    assert not alone, "add a sentence to safety_sentences.yml or take the phrase out"


def test_no_repeat_stands_inside_a_repeat() -> None:
    assert not [phrase for _, _, phrase in PATTERNS if most(parse(phrase)) > 1]


@pytest.mark.parametrize("piece", ["stop ", "i ", "a", "paid ", "no no ", "my ex ", "never get a ", "1 ", "?!"])
def test_a_long_message_is_read_in_time(piece: str) -> None:
    began = time.process_time()
    heard(piece * (2000 // len(piece)))
    assert time.process_time() - began < 2


@each(("intent", "text"), FIRES)
def test_a_plain_statement_is_acted_on_at_once(intent: str, text: str) -> None:
    assert heard(text).get(intent) is False


@each(("intent", "text"), CHECKS)
def test_a_likely_figure_of_speech_gets_a_question_first(intent: str, text: str) -> None:
    assert heard(text).get(intent) is True


@each("text", SENTENCES["false_friends"])
def test_a_false_friend_fires_nothing(text: str) -> None:
    assert heard(text) == {}


def test_there_are_enough_false_friends() -> None:
    assert len(set(SENTENCES["false_friends"])) >= 80


@each(
    "text", ["STOP!!", "  stop  ", "Stop.", "PLEASE STOP", "s t o p", "ALTO", "Unsubscribe", "no más"]
)
def test_a_stop_word_is_heard_however_it_is_written(text: str) -> None:
    assert heard(text)["opt_out"] is False


def test_apostrophes_and_accents_make_no_difference() -> None:
    for text in ("I can’t go on", "i can't go on", "i cant go on", "I CAN`T GO ON"):
        assert "crisis" in heard(text)
    assert heard("ya prescribió") == heard("ya prescribio") == {"too_old": False}


def test_a_figure_of_speech_does_not_hide_what_is_meant() -> None:
    assert heard("working myself to death, these fees will bankrupt me, and i want to die")["crisis"] is False


def test_the_held_out_messages_are_heard_by_the_list_alone(capsys: pytest.CaptureFixture[str]) -> None:
    told, sure, maybe, false_alarms = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for path in sorted((HERE / "heldout").glob("*.yml")):
        for intent, text in messages(path):
            told[intent] += 1
            for caught, needs_check in heard(text).items():
                sure[intent] += caught == intent and not needs_check
                maybe[intent] += caught == intent and needs_check
                false_alarms[caught] += rank(caught) < rank(intent) and not needs_check
    with capsys.disabled():
        print("\nheld-out messages: acted on, asked about, of all; false alarms over intents of lower precedence")
        for intent in TABLE:
            print(f"  {intent:20}{sure[intent]:4}{maybe[intent]:4}{told[intent]:4}{false_alarms[intent]:5}")
    critical = sum(told[intent] for intent in SAFETY)
    # A fifth of them are misspelt or quiet on purpose: those are for the spelling and the model to hear.
    assert sum(sure[intent] + maybe[intent] for intent in SAFETY) / critical >= 0.78
    assert sum(false_alarms.values()) <= 0.005 * sum(told.values())
