"""The six stories of the phone page: with people of the demo, their proofs right, a tap away from being sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import demo
from bot.sandbox import Person, stories
from tests.browsing import CHROMIUM
from tests.examples import walked
from tests.sandbox.sandbox_kit import Box, Receiver, sandbox
from tests.sandbox.test_sandbox_phone import axe_violations, browser  # noqa: F401

EVERYBODY = tuple(Person(name, phone, note) for name, phone, note in demo.people_for_phones())


@pytest.fixture
def stage(tmp_path: Path, parley: Receiver) -> Iterator[Box]:
    with sandbox(tmp_path / "sandbox.sqlite", parley, people=EVERYBODY) as running:
        yield running


def test_there_are_six_and_each_is_somebody_of_the_demo_who_says_what_proves_it() -> None:
    assert len(stories.of(EVERYBODY)) == 6
    for story in stories.every():
        person = demo.person_at(story.phone)
        assert person is not None and person.name.startswith(story.name)
        if story.title == "A hard moment":
            continue  # who is in danger is asked for nothing
        proof = story.says[1]
        assert person.postcode in proof
        assert story.channel != "telegram" or proof.startswith(person.references[0]), "no phone number comes with a chat there"


def test_the_first_page_is_the_six_stories(stage: Box) -> None:
    page = httpx.get(stage.url + "/").text
    assert all(story.title in page.replace("&#39;", "'") for story in stories.every())
    assert "Six stories" not in httpx.get(stage.url + "/", params={"find": "zzz"}).text


def test_what_a_story_suggests_is_sent_by_a_tap_without_javascript_too(stage: Box) -> None:
    story = stories.every()[0]
    page = httpx.get(f"{stage.url}/", params={"number": story.phone, "channel": story.channel}).text
    assert all(f'value="{said}"' in page for said in story.says)
    sent = httpx.post(f"{stage.url}/phone/{story.phone}", data={"channel": story.channel, "text": story.says[0]})
    assert sent.status_code == 303
    assert [one["text"] for one in stage.phone(story.phone)] == [story.says[0]]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
@pytest.mark.parametrize("width", walked([360, 1280]))
def test_a_story_in_the_browser(stage: Box, browser: Any, width: int) -> None:  # noqa: F811
    page = browser.new_page(viewport={"width": width, "height": 740})
    page.goto(stage.url)
    page.screenshot(path=f"var/screenshots/stories-{width}.png")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Wants a plan").click()
    page.get_by_role("button", name="what do i owe").click()
    page.locator("#thread").get_by_text("what do i owe").wait_for()
    page.screenshot(path=f"var/screenshots/story-{width}.png")
    assert axe_violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
