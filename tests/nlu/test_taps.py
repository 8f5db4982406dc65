"""What may be tapped is heard as what it is there for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from bot import contact
from bot.dialogue import questions, taps
from bot.dialogue.meaning.scene_json import scene_of
from bot.dialogue.meaning.tapped import declared
from bot.dialogue.nlu import Understanding
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-18T10:00:00-05:00")
WHOLE: dict[str, Any] = {"kind": "full", "total": 61240, "first": "2026-11-20"}
OFFERS = [WHOLE, *({"kind": "plan", "each": each, "frequency": "monthly", "count": count, "total": 61240,
                    "first": "2026-12-04"} for each, count in ((10207, 6), (5104, 12)))]  # fmt: skip
ONE = [{"name": "Northwind Energy", "product": "electricity", "balance": 61240}]
TWO = [*ONE, {"name": "Harbor Bank", "product": "credit_card", "balance": 90000}]
PLAN = {"plan": {"each": 6000, "frequency": "monthly", "next": "2026-12-04", "left": 9}}
SCENES: dict[str, dict[str, Any]] = {
    "choice": {"offers": OFFERS}, "accept": {"offers": OFFERS[2:]}, "debt": {"debts": TWO}, "shares": {"debts": TWO},
    "shares read back": {"debts": TWO, "shares": [{"debt": 1, "amount": 2000}, {"debt": 2, "amount": 3000}]},
    "ahead": PLAN, "move": PLAN, "change": PLAN, "cancel": PLAN,
    "meant one": {"candidates": ["not_my_debt"]}, "meant two": {"candidates": ["move", "skip"]},
}  # fmt: skip
TAPS = [
    (name, language, words, act)
    for name, told in declared().items()
    for language in ("en", "es")
    for words, act in zip(told[language], told["hears"])  # type: ignore[index]
]


def told(name: str) -> dict[str, Any]:
    """The scene in which a question of the declaration is open."""
    asked, _, missing = name.replace("helper", "person").partition(" ")  # read alike (`known`)
    scene: dict[str, Any] = {"asked": asked, "verified": asked != "identity", "debts": ONE, **SCENES.get(name, {})}
    if asked == "identity" and missing:
        return {**scene, "awaits": missing}
    return {**scene, "missing": missing or "rest"} if asked == "terms" else scene


@each(("name", "language", "words", "act"), TAPS)
def test_a_tap_is_heard_as_what_it_is_there_for(
    understanding: Understanding, name: str, language: Any, words: str, act: str
) -> None:
    meaning = understanding.meaning(words, scene_of(told(name), now=NOW, language=language))
    assert [said.name for said in meaning.said] == [act.partition(":")[0]]
    assert not any(said.needs_check for said in meaning.said)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(("name", "act"), [("choice", "choose"), ("debt", "talk_of")])
def test_a_number_of_a_list_is_that_one(understanding: Understanding, name: str, act: str, language: Any) -> None:
    scene = scene_of(told(name), now=NOW, language=language)
    first, second = (understanding.meaning(number, scene).said for number in ("1", "2"))
    assert [one.name for one in (*first, *second)] == [act, act] and first != second


@pytest.mark.parametrize("language", ["en", "es"])
def test_one_of_two_days_is_that_day(understanding: Understanding, language: Any) -> None:
    days = (date(2026, 12, 4), date(2027, 4, 12))
    question = questions.Terms(missing="date", days=days)
    scene = scene_of(told("terms date"), now=NOW, language=language)
    for day, words in zip(days, taps.under(question, language)):
        (said,) = understanding.meaning(words, scene).said
        assert said.act.first == day  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_may_be_wrong_is_short_and_heard_as_that(understanding: Understanding, language: Any) -> None:
    """These stand with their response: no question of ours is open behind it."""
    words = contact.texts.load()["utter_accounts_ask_what_is_wrong"].choices[language]
    scene = scene_of({"verified": True, "debts": ONE}, now=NOW, language=language)
    heard = [understanding.meaning(one, scene).said for one in words]
    assert [[said.name for said in one] for one in heard] == [
        ["not_my_debt"], ["wrong_amount"], ["already_paid"], ["request_validation"]
    ]  # fmt: skip
    assert not any(said.needs_check for one in heard for said in one)
    assert all(len(one) <= taps.LONGEST for one in words)
