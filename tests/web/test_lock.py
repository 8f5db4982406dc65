"""The history of somebody who was verified is hidden once that time is over: the screen may be anybody's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from bot import contact, core
from tests.web.world import HELLO, messages, reply, say, talk_of, verify

pytestmark = pytest.mark.postgres


def locked_page(client) -> tuple[dict, str]:
    return messages(client), client.get("/").text


def test_the_history_is_hidden_when_the_time_of_a_verification_is_over(client, engine, settings) -> None:
    say(client, "it is about my light bill")
    reply(engine, settings, client)
    verify(engine, client, settings)
    reply(engine, settings, client, "You owe $612.40.", audience="verified", response="utter_facts")
    page, seen = locked_page(client)
    assert page["locked"] is False and "$612.40" in seen and "light bill" in seen

    settings.clock.move(timedelta(minutes=15, seconds=1))
    page, seen = locked_page(client)
    assert page["locked"] is True
    assert [line["text"] for line in page["messages"]] == [HELLO]
    assert "$612.40" not in seen and "light bill" not in seen
    assert re.search(r'id="locked" class="notice wait" >', seen)


def test_after_the_lock_what_is_typed_can_be_followed_and_the_history_comes_back(client, engine, settings) -> None:
    say(client, "before")
    verify(engine, client, settings)
    reply(engine, settings, client, "You owe $612.40.", audience="verified", response="utter_facts")
    settings.clock.move(timedelta(minutes=16))
    say(client, "hello again")
    reply(engine, settings, client, "What are your date of birth and ZIP code?")
    shown = [line["text"] for line in messages(client)["messages"]]
    assert shown == ["hello again", "What are your date of birth and ZIP code?"]
    verify(engine, client, settings)
    page = messages(client)
    assert page["locked"] is False and page["messages"][0]["text"] == "before"


def test_a_verification_that_was_taken_back_hides_what_was_said(client, engine, settings) -> None:
    say(client, "before")
    verify(engine, client, settings)
    reply(engine, settings, client, "You owe $612.40.", audience="verified", response="utter_facts")
    talk = talk_of(engine, client)
    with core.transaction(engine) as session:
        contact.clear_verified(session, talk.id, settings.clock.now())
    page, seen = locked_page(client)
    assert page == {"locked": True, "typing": False, "waiting": None, "messages": []} and "before" not in seen
