"""The stream out: at once, in order, from where a reader was, and to nobody else."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from bot.web import chat_stream
from bot.web.chat_stream import written
from bot.web.feed import Event
from tests.web.world import HELLO, Server, reply, say, verify

pytestmark = pytest.mark.postgres


@pytest.fixture
def visitor(server: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        client.get("/")
        yield client


@contextlib.contextmanager
def reading(client: httpx.Client, last: int | None = None) -> Iterator[Iterator[tuple[str, dict, int | None]]]:
    headers = {"Last-Event-ID": str(last)} if last is not None else {}
    with client.stream("GET", "/chat/stream", headers=headers) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        yield _events(lines)


def _events(lines: Iterator[str]) -> Iterator[tuple[str, dict, int | None]]:
    number, name = None, ""
    for line in lines:
        if line.startswith("id: "):
            number = int(line[4:])
        elif line.startswith("event: "):
            name = line[7:]
        elif line.startswith("data: "):
            yield name, json.loads(line[6:]), number
            number = None


def next_message(events) -> dict:
    return next(data for name, data, _ in events if name == "message")


def test_a_reply_arrives_on_the_open_stream(server, visitor) -> None:
    with reading(visitor) as events:
        say(visitor, "hi")
        assert next(events)[:2] == ("typing", {"typing": True})
        reply(server.engine, server.settings, visitor, choices=("Yes",))
        name, data, number = next(events)
        assert (name, data["text"], data["author"], data["choices"]) == ("message", HELLO, "bot", ["Yes"])
        assert set(data) >= {"id", "author", "text", "choices", "at"} and number == data["number"]
        assert next(events)[:2] == ("typing", {"typing": False})


def test_a_reader_goes_on_from_the_last_number_it_saw(server, visitor) -> None:
    say(visitor, "hi")
    for text in ("one", "two", "three"):
        reply(server.engine, server.settings, visitor, text)
    with reading(visitor) as events:
        numbers = [next(events)[2] for _ in range(3)]
    with reading(visitor, last=numbers[0]) as events:
        assert [next_message(events)["text"] for _ in range(2)] == ["two", "three"]
    with reading(visitor, last=numbers[2]) as events:
        reply(server.engine, server.settings, visitor, "four")
        assert next_message(events)["text"] == "four"


def test_a_stream_brings_nothing_of_another_visitor(server, visitor) -> None:
    with httpx.Client(base_url=server.url, timeout=60) as other:
        other.get("/")
        say(other, "theirs")
        say(visitor, "mine")
        with reading(visitor) as events:
            reply(server.engine, server.settings, other, "for the other")
            reply(server.engine, server.settings, visitor, "for me")
            assert next_message(events)["text"] == "for me"


def test_an_open_page_is_told_when_it_locks_and_when_it_opens_again(server, visitor) -> None:
    say(visitor, "hi")
    verify(server.engine, visitor, server.settings)
    reply(server.engine, server.settings, visitor, "You owe $612.40.", audience="verified", response="utter_facts")
    with reading(visitor) as events:
        assert next_message(events)["text"] == "You owe $612.40."
        server.settings.clock.move(timedelta(minutes=16))
        assert next(data for name, data, _ in events if name == "lock") == {"locked": True}
        verify(server.engine, visitor, server.settings)
        assert next(data for name, data, _ in events if name == "lock") == {"locked": False}


def test_a_locked_stream_brings_nothing_private_from_before(server, visitor) -> None:
    say(visitor, "hi")
    verify(server.engine, visitor, server.settings)
    reply(server.engine, server.settings, visitor, "You owe $612.40.", audience="verified", response="utter_facts")
    server.settings.clock.move(timedelta(minutes=16))
    with reading(visitor, last=0) as events:
        reply(server.engine, server.settings, visitor, "What is your ZIP code?")
        assert next_message(events)["text"] == "What is your ZIP code?"


def test_one_visitor_cannot_hold_more_than_six_streams(server, visitor) -> None:
    with contextlib.ExitStack() as open_streams:
        for _ in range(chat_stream.EACH):
            open_streams.enter_context(visitor.stream("GET", "/chat/stream"))
        end = time.monotonic() + 20
        while visitor.get("/chat/stream", timeout=1).status_code != 429:
            assert time.monotonic() < end


def test_two_hundred_open_streams_cost_one_look(server, visitor) -> None:
    """The queries of a second are counted, not the streams."""
    import sqlalchemy as sa

    asked = []
    sa.event.listen(server.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    clients = [httpx.Client(base_url=server.url, timeout=60) for _ in range(40)]
    with contextlib.ExitStack() as opened:
        for client in clients:
            opened.enter_context(client)
            client.get("/")
            for _ in range(5):
                opened.enter_context(client.stream("GET", "/chat/stream"))
        time.sleep(0.5)
        asked.clear()
        time.sleep(1)
        assert len(asked) <= (24 if server.engine.dialect.name == "sqlite" else 80), asked[:20]
        say(visitor, "hi")
        with reading(visitor) as events:
            reply(server.engine, server.settings, visitor)
            assert next_message(events)["text"] == HELLO


def test_a_new_line_in_a_text_cannot_forge_an_event() -> None:
    wire = written(Event("message", {"text": "a\n\nevent: lock\ndata: {}"}, 7))
    assert wire.count("\n") == 4 and wire.startswith("id: 7\nevent: message\ndata: ")


def test_the_server_stops_with_streams_open(server, visitor) -> None:
    with reading(visitor):
        began = time.monotonic()
        server.uvicorn.should_exit = True
        while server.uvicorn.servers and any(one.is_serving() for one in server.uvicorn.servers):
            assert time.monotonic() - began < 30, "it waits for its streams"
            time.sleep(0.05)
