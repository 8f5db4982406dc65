"""Whoever is in danger is told that a person was reached only where somebody can be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from bot import pager
from bot.core import Problems, Settings
from tests.law.kit import World

WEBHOOK = "https://pager.example/parley"


def live(world: World, webhook: str) -> None:
    settings = world.chat.settings
    world.chat.settings = replace(settings, pager=webhook, twilio=replace(settings.twilio, api_base=None))


@pytest.mark.parametrize(("webhook", "said"), [(WEBHOOK, "utter_safety_crisis"), ("", "utter_safety_crisis_alone")])
def test_a_person_is_promised_in_a_crisis_only_where_somebody_is_on_call(webhook: str, said: str) -> None:
    world = World()
    live(world, webhook)
    assert world.says("crisis")[0] == said
    assert world.holds() == {"crisis"}


def test_a_case_that_cannot_wait_is_paged_once_and_again_when_nobody_took_it() -> None:
    world = World()
    live(world, WEBHOOK)
    world.says("crisis")
    heard: list[Mapping[str, Any]] = []

    def deaf(url: str, told: Mapping[str, Any]) -> None:
        raise httpx.ConnectError("nobody there")

    settings = world.chat.settings
    assert pager.page(world.database, settings, deaf) == 0
    assert pager.page(world.database, settings, lambda url, told: heard.append(told)) == 1
    assert pager.page(world.database, settings, lambda url, told: heard.append(told)) == 0
    (told,) = heard
    assert told["reason"] == "crisis" and set(told) == {"case", "reason", "answer_by", "url"}


def test_what_can_wait_for_the_desk_pages_nobody() -> None:
    world = World()
    live(world, WEBHOOK)
    world.says("complaint")
    assert pager.page(world.database, world.chat.settings, lambda url, told: None) == 0


def test_the_doctor_tries_the_pager() -> None:
    none, some = Settings.load({}), Settings.load({"PARLEY_PAGER": WEBHOOK})
    assert "PARLEY_PAGER" in str(pager.tried(none))
    assert pager.tried(some, lambda url, told: None) is None


def test_a_live_pager_is_reached_safely() -> None:
    environ = {"STRIPE_API_KEY": "sk_live", "STRIPE_WEBHOOK_SECRET": "whsec", "PARLEY_SECRET_KEY": "k" * 40,
               "PARLEY_PUBLIC_URL": "https://parley.example", "PARLEY_PAGER": "http://pager.example"}  # fmt: skip
    with pytest.raises(Problems, match="PARLEY_PAGER"):
        Settings.load(environ)
