"""Agents who work in Chatwoot: both sides have the same conversation, whatever its webhooks do, and the door stays ours."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

import bot.web
from bot import chatwoot, contact, core, handoff
from bot.chatwoot import Away, Client, Mirror
from bot.core import Problems, Settings
from tests.chatwoot.double import AGENT, KEYS, Double, signed
from tests.law.kit import World

MINUTE = timedelta(seconds=61)


class Both:
    """A debtor who waits for a person, and the two sides of that."""

    def __init__(self, double: Double | None = None) -> None:
        self.world, self.there = World(), double or Double()
        self.world.chat.settings = replace(self.world.chat.settings, chatwoot=KEYS)
        self.mirror = self.another()
        self.world.says("talk_to_human")

    @property
    def settings(self) -> Settings:
        return self.world.chat.settings

    def another(self) -> Mirror:
        """A worker that has just started."""
        return Mirror(self.world.database, self.settings, Client(KEYS, self.there.transport))

    def round(self) -> None:
        with suppress(Away):
            self.mirror.work()

    def settle(self) -> None:
        """All that is late comes with the next minutes, without one webhook."""
        self.there.loses = 0.0
        for _ in range(3):
            self.world.clock.move(MINUTE)
            self.round()

    def here(self) -> list[tuple[int, str]]:
        with core.reading(self.world.database) as session:
            lines = contact.transcript(session, self.world.talk().id)
        return [(int(line.author != "debtor"), line.text) for line in lines]

    def case(self) -> handoff.Case | None:
        with core.reading(self.world.database) as session:
            return handoff.open_case_of(session, self.world.talk().id)

    def owner(self) -> str:
        return self.world.talk().owner

    def ring(self, client: TestClient, body: bytes) -> None:
        at = int(self.world.clock.now().timestamp())
        assert client.post("/webhooks/chatwoot", content=body, headers=signed(body, at)).status_code == 200


@pytest.fixture
def both() -> Both:
    found = Both()
    found.round()
    return found


@pytest.fixture
def page(both: Both) -> Iterator[TestClient]:
    with TestClient(bot.web.create_app(both.settings, both.world.database)) as client:
        yield client


def test_a_case_is_there_with_why_and_what_was_said_and_without_who_it_is(both: Both) -> None:
    assert both.there.said() == both.here() and both.here()[0] == (0, "message 1")
    (summary,) = both.there.notes()
    assert summary.startswith("reason: asked\n") and "language: en" in summary
    assert f"desk: {both.settings.public_url}/desk/conversations/{both.world.talk().id}" in summary
    talk, (who,) = both.there.talks[1], both.there.contacts
    assert talk["custom_attributes"]["reason"] == "asked" and talk["status"] == "open"
    assert who["identifier"] == f"parley-{both.world.talk().id}" and "visitor" not in json.dumps([who, talk])


def test_an_answer_there_goes_out_by_our_door_once_and_the_assistant_is_silent(both: Both) -> None:
    both.there.agent("Hello, this is Bea. How can I help?")
    both.settle()
    assert both.here()[-1] == (1, "Hello, this is Bea. How can I help?") and both.owner() == chatwoot.ACTOR
    assert both.world.writes("message for bea") == []
    both.settle()
    assert both.there.said() == both.here() and both.here()[-1] == (0, "message for bea")
    assert both.there.notes()[1:] == []


def test_a_note_there_is_a_note_here_and_never_leaves(both: Both) -> None:
    both.there.agent("he sounds tired", private=True)
    both.settle()
    with core.reading(both.world.database) as session:
        notes = [one for one in handoff.entries(session, both.world.talk().id) if one.kind == "note"]
    assert [one.data["text"] for one in notes] == ["he sounds tired"]
    assert both.owner() == contact.QUEUE and not any("tired" in row.text for row in both.world.rows())


def test_a_note_at_the_desk_is_private_there(both: Both) -> None:
    case = both.case()
    assert case is not None
    with core.transaction(both.world.database) as session:
        handoff.note(session, case, "call the clinic first", by="agent:7", now=both.world.clock.now())
    both.settle()
    assert "call the clinic first" in both.there.notes() and "clinic" not in str(both.there.said())


def test_who_has_it_at_the_desk_keeps_it_and_they_read_so(both: Both) -> None:
    both.world.agent_takes()
    both.there.agent("me too")
    both.settle()
    assert both.there.notes()[-1] == "Not sent: a colleague has this conversation at Parley's own desk."
    assert "me too" not in str(both.here()) and both.owner() == "agent:7"


def test_what_the_door_refuses_is_not_sent_and_they_read_the_rule(both: Both) -> None:
    """After a STOP one answer may still go, and no second."""
    both.world.writes("stop")
    both.there.agent("all right, we stop")
    both.there.agent("one more thing")
    both.settle()
    assert [text for _, text in both.here()][-1] == "all right, we stop"
    assert both.there.notes()[-1] == "Not sent: TC-01 forbids it."


def test_a_file_alone_is_not_sent_and_they_read_so(both: Both) -> None:
    both.there.agent("", attachments=[{"id": 1, "file_type": "image"}])
    both.settle()
    assert "Files are not sent" in both.there.notes()[-1] and both.owner() == contact.QUEUE


def test_it_ends_there_only_with_a_code_as_it_does_at_the_desk(both: Both) -> None:
    both.there.resolve()
    both.settle()
    assert both.there.talks[1]["status"] == "open" and both.case() is not None
    assert "Pick a code" in both.there.notes()[-1]
    both.there.resolve("billing", "cease_request")
    both.settle()
    assert both.case() is None and both.owner() == contact.BOT and both.world.holds() == {"cease"}
    assert both.there.talks[1]["status"] == "resolved"
    both.there.agent("too late")
    both.settle()
    assert "too late" not in str(both.here())


def test_a_case_that_ends_here_is_resolved_there_with_its_last_words(both: Both) -> None:
    both.world.agent_takes()
    both.world.agent_hands_back()
    both.settle()
    assert both.there.talks[1]["status"] == "resolved" and both.there.said() == both.here()


def test_who_comes_back_is_the_same_contact_and_a_new_conversation(both: Both) -> None:
    both.world.agent_takes()
    both.world.agent_hands_back()
    both.settle()
    both.world.says("talk_to_human")
    both.settle()
    assert len(both.there.contacts) == 1 and len(both.there.talks) == 2
    assert both.there.said(2) == both.here()[-len(both.there.said(2)) :]


def test_a_conversation_that_somebody_deleted_there_is_left_alone(both: Both) -> None:
    both.there.talks.clear()
    both.settle()
    both.world.writes("hello again")
    both.settle()
    assert both.there.talks == {} and both.case() is not None


def test_while_chatwoot_is_away_nothing_is_lost_and_it_is_said(both: Both) -> None:
    both.there.is_away = True
    both.world.writes("are you there")
    with pytest.raises(Away):
        both.mirror.work()
    assert chatwoot.tried(both.settings, both.there.transport) == "it does not answer (ConnectError)"
    both.there.is_away = False
    both.settle()
    assert both.there.said() == both.here()
    assert chatwoot.tried(both.settings, both.there.transport) is None


def test_a_message_whose_answer_was_lost_is_not_written_again(both: Both) -> None:
    both.there.loses = 1.0
    both.world.writes("once")
    both.round()
    both.mirror = both.another()
    both.settle()
    assert both.there.said().count((0, "once")) == 1 and both.there.said() == both.here()


@pytest.mark.parametrize("seed", range(4))
def test_both_sides_say_the_same_whatever_is_dropped_doubled_reordered_or_killed(
    both: Both, page: TestClient, seed: int
) -> None:
    """One in ten webhooks is lost, one in ten comes twice, and they come in any order; so do answers, and workers die."""
    chance = both.there.chance = random.Random(seed)
    both.there.loses, late, wrote = 0.1, list[bytes](), list[str]()
    for number in range(25):
        what = chance.random()
        if what < 0.4:
            both.world.writes(f"debtor {number}")
        elif what < 0.8:
            wrote.append(f"agent {number}")
            both.there.agent(wrote[-1])
        else:
            both.there.agent(f"note {number}", private=True)
        for body in both.there.webhooks:
            late += [body] * (0 if chance.random() < 0.1 else 2 if chance.random() < 0.1 else 1)
        both.there.webhooks.clear()
        chance.shuffle(late)
        for body in late[: chance.randint(0, 3)]:
            both.ring(page, body)
            late.remove(body)
        if chance.random() < 0.15:
            both.mirror = both.another()
        if chance.random() < 0.6:
            both.round()
    both.settle()
    ours, theirs = both.here(), both.there.said()
    assert sorted(ours) == sorted(theirs) and len(wrote) > 4
    assert [line for line in ours if line[1] in wrote] == [(1, text) for text in wrote], "in their order, each once"
    assert [line for line in theirs if line[0] == 0] == [line for line in ours if line[0] == 0]
    assert not any("note" in row.text for row in both.world.rows())


@pytest.mark.parametrize("wrong", ["secret", "old", "body", "none"])
def test_a_webhook_that_is_not_chatwoots_is_refused(both: Both, page: TestClient, wrong: str) -> None:
    body, at = both.there.webhooks[0], int(both.world.clock.now().timestamp())
    headers: dict[str, str] = {
        "secret": signed(body, at, "b" * 16), "old": signed(body, at - 301), "body": signed(body + b" ", at), "none": {},
    }[wrong]  # fmt: skip
    assert page.post("/webhooks/chatwoot", content=body, headers=headers).status_code == 403


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"conversation": 1}', b'{"account": {"id": 7}, "conversation": {"id": "1"}}',
                                  b'{"account": {"id": 8}, "conversation": {"id": 1}}', b"[" * 40_000])  # fmt: skip
def test_a_webhook_of_another_shape_changes_nothing(both: Both, page: TestClient, body: bytes) -> None:
    both.ring(page, body)


def test_a_webhook_has_the_next_round_look_and_a_round_without_news_asks_nothing(both: Both, page: TestClient) -> None:
    assert both.mirror.work() == 0
    both.there.agent("quick")
    both.ring(page, both.there.webhooks[-1])
    assert both.mirror.work() == 1 and both.here()[-1] == (1, "quick")


def test_two_workers_are_not_at_one_conversation_at_once(both: Both) -> None:
    other, asked = both.another(), list[int]()

    class Meanwhile(Client):
        def look(self, talk: int) -> Any:
            asked.append(other.work())
            return super().look(talk)

    both.world.writes("hello")
    both.mirror = Mirror(both.world.database, both.settings, Meanwhile(KEYS, both.there.transport))
    both.round()
    assert asked == [0] and both.there.said() == both.here()


def test_settings_of_chatwoot_are_checked_at_once_and_no_token_is_repeated() -> None:
    with pytest.raises(Problems) as said:
        Settings.load({"PARLEY_CHATWOOT": "chat.example", "PARLEY_CHATWOOT_TOKEN": "short-one"})
    wrong = str(said.value)
    assert (
        all(name in wrong for name in ("CHATWOOT", "ACCOUNT", "INBOX", "TOKEN", "SECRET")) and "short-one" not in wrong
    )
    given = {"PARLEY_CHATWOOT": "https://chat.example/", "PARLEY_CHATWOOT_ACCOUNT": "7", "PARLEY_CHATWOOT_INBOX": "3",
             "PARLEY_CHATWOOT_TOKEN": KEYS.token, "PARLEY_CHATWOOT_SECRET": KEYS.secret}  # fmt: skip
    loaded = Settings.load(given)
    assert loaded.chatwoot == KEYS and KEYS.token not in repr(loaded) and AGENT["name"] == "Bea"
    assert Settings.load({}).chatwoot is None
