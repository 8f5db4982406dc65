"""The scene and the acts as JSON, both ways."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from bot.core import Money, Problems
from bot.dialogue.meaning.acts import (
    Accept,
    Act,
    Adjust,
    Choose,
    Divide,
    Identify,
    Move,
    Part,
    Pay,
    Plain,
    Promise,
    Propose,
    TalkOf,
)
from bot.dialogue.meaning.acts_json import act_of, as_json
from bot.dialogue.meaning.scene_json import scene_as_json, scene_of
from tests.examples import each

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
TOLD = {
    "verified": True,
    "asked": "accept",
    "offers": [
        {"kind": "plan", "each": 6124, "frequency": "monthly", "count": 10, "first": "2026-12-04", "total": 61240}
    ],
    "debts": [{"name": "Northwind Energy", "product": "electricity", "balance": 61240}],
    "talking_of": [1],
    "plan": {"each": 6000, "frequency": "monthly", "next": "2026-12-04", "left": 7},
}


def test_a_scene_is_read_and_written_back_as_it_was() -> None:
    scene = scene_of(TOLD, now=NOW)
    assert scene.offers[0].each == Money(6124, "USD") and scene.plan and scene.plan.left == 7
    assert scene_as_json(scene) == TOLD


def test_every_field_may_be_missing() -> None:
    scene = scene_of({}, now=NOW)
    assert scene.asked is None and scene.offers == () and scene.plan is None and not scene.verified


def test_what_a_question_carries_may_stand_in_it_or_beside_it() -> None:
    beside = scene_of({"asked": "terms", "missing": "date"}, now=NOW)
    assert beside == scene_of({"asked": {"kind": "terms", "missing": "date"}}, now=NOW)
    shares = {"asked": "shares", "shares": [{"debt": 1, "amount": 5000}]}
    assert scene_of(shares, now=NOW).shares == ((1, Money(5000, "USD")),)


def test_all_that_is_unknown_in_a_scene_is_told_at_once() -> None:
    with pytest.raises(Problems) as told:
        scene_of({"asked": "weather", "offers": [{"kind": "gift", "each": "40"}], "mood": "good"}, now=NOW)
    text = str(told.value)
    assert "asked: expected one of" in text and "'weather'" in text
    assert "offers[1].kind" in text and "offers[1].each" in text and "mood" in text


@each(
    ("act", "told"),
    [
        (Accept(), {"act": "accept"}),
        (Plain(name="hardship"), {"act": "hardship"}),
        (Adjust(to="less"), {"act": "adjust", "to": "less"}),
        (
            Propose(each=Money(4000, "USD"), frequency="monthly"),
            {"act": "propose", "each": 4000, "frequency": "monthly"},
        ),
        (
            Propose(parts=(Part(date(2026, 12, 15), Money(5000, "USD")), Part(date(2027, 1, 3)))),
            {
                "act": "propose",
                "parts": [{"amount": 5000, "on": "2026-12-15"}, {"amount": "rest", "on": "2027-01-03"}],
            },
        ),
        (Propose(percent=Decimal(50), debts="all"), {"act": "propose", "percent": 50, "debts": "all"}),
        (Pay(what="all"), {"act": "pay", "what": "all"}),
        (Pay(what=Money(5000, "USD")), {"act": "pay", "what": {"amount": 5000}}),
        (Pay(parts=2), {"act": "pay", "what": {"parts": 2}}),
        (Pay(percent=Decimal(50)), {"act": "pay", "what": {"percent": 50}}),
        (
            Promise(amount=Money(100, "USD"), on=date(2026, 12, 1)),
            {"act": "promise", "amount": 100, "on": "2026-12-01"},
        ),
        (Choose(option=2), {"act": "choose", "option": 2}),
        (Move(days=7), {"act": "move", "days": 7}),
        (TalkOf(debts=(2,)), {"act": "talk_of", "debts": [2]}),
        (
            Divide(shares=((1, Money(5000, "USD")), (2, "rest"))),
            {"act": "divide", "shares": [{"debt": 1, "amount": 5000}, {"debt": 2, "amount": "rest"}]},
        ),
        (Identify(date_of_birth=date(1985, 4, 12)), {"act": "identify", "date_of_birth": "1985-04-12"}),
    ],
)
def test_an_act_is_written_with_what_was_said_and_read_back(act: Act, told: dict[str, Any]) -> None:
    assert as_json(act) == told
    assert act_of(told) == act
