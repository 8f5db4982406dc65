"""What the trained understanding makes of messages that it has never seen."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.dialogue.nlu import Example, Understanding
from bot.dialogue.nlu.intents import CRITICAL, rank
from bot.dialogue.nlu.noise import noised
from tests.examples import each

NOW = "2026-11-23T10:00:00-05:00"
REJECTED = ("out_of_scope", "nlu_fallback")


def heard(understanding: Understanding, examples: Sequence[Example]) -> list[str]:
    return [understanding.understand(one.text, {"now": NOW})["intent"]["name"] for one in examples]


def share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits)


@pytest.fixture(scope="module")
def answers(understanding: Understanding, heldout: list[Example]) -> list[dict[str, Any]]:
    return [understanding.understand(one.text, {"now": NOW}) for one in heldout]


@pytest.fixture(scope="module")
def clean(answers: list[dict[str, Any]]) -> list[str]:
    return [told["intent"]["name"] for told in answers]


@pytest.mark.parametrize(("language", "least"), [("en", 0.88), ("es", 0.82)])
def test_most_held_out_messages_are_understood(
    heldout: list[Example], clean: list[str], language: str, least: float
) -> None:
    assert share([e.intent == name for e, name in zip(heldout, clean) if e.language == language]) >= least


@pytest.mark.parametrize(("language", "least"), [("en", 0.81), ("es", 0.72)])
def test_most_are_understood_through_typos(
    understanding: Understanding, heldout: list[Example], language: str, least: float
) -> None:
    chance = random.Random(3)
    mine = [
        Example(noised(e.text, e.language, chance), e.intent, e.language) for e in heldout if e.language == language
    ][::3]
    assert share([e.intent == name for e, name in zip(mine, heard(understanding, mine))]) >= least


def test_what_is_critical_is_seldom_missed_and_seldom_imagined(heldout: list[Example], clean: list[str]) -> None:
    meant = [name in CRITICAL for e, name in zip(heldout, clean) if e.intent in CRITICAL]
    told = [e.intent in CRITICAL for e, name in zip(heldout, clean) if name in CRITICAL]
    assert share(meant) >= 0.97
    assert share(told) >= 0.9


def test_the_weather_is_turned_away_and_debts_are_not(heldout: list[Example], clean: list[str]) -> None:
    turned = [(e.intent, name in REJECTED) for e, name in zip(heldout, clean)]
    assert share([rejected for intent, rejected in turned if intent == "out_of_scope"]) >= 0.85
    assert share([rejected for intent, rejected in turned if intent != "out_of_scope"]) <= 0.06


def test_the_confidence_is_what_comes_true(heldout: list[Example], answers: list[dict[str, Any]]) -> None:
    """Of the messages that it is sure of by nine in ten, nine in ten are right, give or take."""
    told = [one["intent_ranking"][0] for one in answers]
    sure = [(one["name"] == e.intent, one["confidence"]) for one, e in zip(told, heldout) if one["confidence"] >= 0.9]
    assert share([right for right, _ in sure]) == pytest.approx(share([p for _, p in sure]), abs=0.07)


def test_most_messages_that_say_several_things_are_heard_whole(understanding: Understanding) -> None:
    told = yaml.safe_load((Path(__file__).parent / "several.yml").read_text(encoding="utf-8"))
    found = [understanding.understand(one["text"], {"now": NOW})["matters"] for one in told]
    assert share([[m["intent"] for m in ms] == one["matters"] for ms, one in zip(found, told)]) >= 0.6
    assert share([ms[0]["intent"] == one["matters"][0] for ms, one in zip(found, told)]) >= 0.85


def test_each_matter_has_its_own_words_and_figures(understanding: Understanding) -> None:
    told = understanding.understand("i got laid off in june. can i pay 25 every two weeks?", {"now": NOW})
    hardship, terms = told["matters"]
    assert (hardship["intent"], terms["intent"]) == ("hardship", "propose_terms")
    assert {"amount", "frequency"} <= {entity["entity"] for entity in terms["entities"]}
    assert "amount" not in {entity["entity"] for entity in hardship["entities"]}


def test_there_is_always_a_matter_and_never_more_than_three(answers: list[dict[str, Any]]) -> None:
    for told in answers:
        assert 1 <= len(told["matters"]) <= 3
        assert told["matters"][0]["intent"] == told["intent"]["name"]
        assert len({matter["intent"] for matter in told["matters"]}) == len(told["matters"])


@each("text", ["", "?", "👍", "...", "🤬🤬", "a" * 5000, "\n\n", "¿", "1", "'", "ñ", "\u202e x"])
def test_no_text_is_too_odd(understanding: Understanding, text: str) -> None:
    assert understanding.understand(text, {"now": NOW})["matters"]


@each(
    ("text", "question", "intent"),
    [
        ("ok deal", "accept", "affirm"),
        ("va", "accept", "affirm"),
        ("works for me", "accept", "affirm"),
        ("mejor no", "accept", "deny"),
        ("nah", "options", "deny"),
        ("2", "choice", "choose_option"),
        ("the second one", "menu", "choose_option"),
        ("the 15th", "terms", "propose_terms"),
        ("40", "terms", "propose_terms"),
        ("04/12/1985 30318", "identity", "inform"),
        ("march 3 1979", "identity", "inform"),
        ("NW-1000", "identity", "inform"),
    ],
)
def test_a_short_answer_means_what_was_asked(
    understanding: Understanding, text: str, question: str, intent: str
) -> None:
    told = understanding.understand(text, {"now": NOW, "language": "en", "question": question})
    assert told["intent"]["name"] == intent


def test_a_crisis_is_heard_whatever_was_asked(understanding: Understanding) -> None:
    told = understanding.understand("i want to kill myself", {"now": NOW, "question": "accept"})
    assert told["intent"]["name"] == "crisis"
    assert told["caught_by"].startswith("phrase:crisis:")


def test_a_misspelt_phrase_is_caught_too(understanding: Understanding) -> None:
    told = understanding.understand("i want to kil myslef", {"now": NOW})
    assert told["intent"]["name"] == "crisis"


@pytest.mark.parametrize(("text", "language"), [("cuánto debo", "es"), ("how much do i owe", "en")])
def test_the_language_is_heard(understanding: Understanding, text: str, language: str) -> None:
    told = understanding.understand(text, {"now": NOW, "language": "en"})["language_heard"]
    assert told["language"] == language
    assert told["confidence"] > 0.8


def test_what_is_saved_is_what_is_loaded(understanding: Understanding, heldout: list[Example], tmp_path: Path) -> None:
    understanding.save(tmp_path)
    loaded = Understanding.load(tmp_path)
    for one in heldout[::50]:
        before = understanding.understand(one.text, {"now": NOW})
        after = loaded.understand(one.text, {"now": NOW})
        assert [m["intent"] for m in before["matters"]] == [m["intent"] for m in after["matters"]]
        assert before["intent"]["confidence"] == pytest.approx(after["intent"]["confidence"], abs=0.01)


def test_precedence_is_that_of_the_groups() -> None:
    assert rank("crisis") < rank("opt_out") < rank("not_my_debt") < rank("hardship") < rank("propose_terms")
    assert rank("propose_terms") < rank("ask_balance") < rank("talk_to_human") < rank("greet") < rank("out_of_scope")


def test_scary_words_alarm_where_they_are_meant(understanding: Understanding) -> None:
    """The whole understanding on the sentences of the phrase list, many of which only look like alarms."""
    told = yaml.safe_load((Path(__file__).parent / "safety_sentences.yml").read_text(encoding="utf-8"))
    meant = [text for texts in told["fires"].values() for text in texts]
    alarms = [name in CRITICAL for name in _names(understanding, meant)]
    imagined = [name in CRITICAL for name in _names(understanding, told["false_friends"])]
    assert share(alarms) >= 0.99
    assert sum(alarms) / (sum(alarms) + sum(imagined)) >= 0.9


def _names(understanding: Understanding, texts: Sequence[str]) -> list[str]:
    return [understanding.understand(text, {"now": NOW})["intent"]["name"] for text in texts]
