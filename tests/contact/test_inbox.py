"""A message is stored once, answered in order, and never lost by a process that dies."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from bot import contact, core
from bot.contact import Incoming
from bot.contact.store import inbox

pytestmark = pytest.mark.postgres


def receive(engine: Engine, now: datetime, provider_id: str, text: str = "hi", address: str = "+1555") -> bool:
    with core.transaction(engine) as session:
        return contact.receive(session, Incoming("sms", address, provider_id, text), now) is not None


def claimed(engine: Engine, now: datetime) -> str | None:
    with core.transaction(engine) as session:
        found = claim(session, now)
        if found is None:
            return None
        contact.inbox.finish(session, [found], now)
        return found.text


def claim(session: core.Session, now: datetime) -> contact.InboxMessage | None:
    """As a bot that is alone."""
    seen = contact.inbox.peek(session, now)
    found = contact.inbox.claim(session, seen[1].id) if seen is not None else None
    return found[1] if found is not None else None


def test_a_repeat_changes_nothing(engine: Engine, now: datetime) -> None:
    assert [receive(engine, now, "SM1") for _ in range(5)] == [True, False, False, False, False]
    assert [claimed(engine, now), claimed(engine, now)] == ["hi", None]


def test_repeats_at_once_are_one_message(engine: Engine, now: datetime) -> None:
    threads = [threading.Thread(target=receive, args=(engine, now, "SM1")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with core.reading(engine) as session:
        assert session.execute(sa.select(sa.func.count()).select_from(inbox)).scalar_one() == 1


def test_a_claim_that_is_rolled_back_is_ready_at_once(engine: Engine, now: datetime) -> None:
    receive(engine, now, "SM1")
    with pytest.raises(RuntimeError), core.transaction(engine) as session:
        assert claim(session, now) is not None
        raise RuntimeError("the process died")
    assert claimed(engine, now) == "hi"


def test_a_conversation_is_answered_in_the_order_it_was_written(engine: Engine, now: datetime) -> None:
    for number in range(3):
        receive(engine, now, f"SM{number}", text=str(number))
    receive(engine, now, "SMx", text="other", address="+1666")
    assert [claimed(engine, now) for _ in range(5)] == ["0", "1", "2", "other", None]


def test_a_failed_message_waits_a_little_and_holds_back_those_after_it(engine: Engine, now: datetime) -> None:
    receive(engine, now, "SM1", text="first")
    receive(engine, now, "SM2", text="second")
    with core.transaction(engine) as session:
        found = claim(session, now)
        assert found is not None
        assert contact.inbox.postpone(session, found, "ValueError: no", now) == 1
    assert claimed(engine, now) is None
    later = now + timedelta(seconds=10)
    assert [claimed(engine, later), claimed(engine, later)] == ["first", "second"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("my card is 4242 4242 4242 4242 exp 4/29", "my card is [card removed] exp [removed]"),
        ("4242424242424242", "[card removed]"),
        ("account 123456789012345", "account 123456789012345"),
        ("ssn 123-45-6789", "ssn [number removed]"),
        ("my social security number is 123456789", "my social security number is [number removed]"),
        ('/pay{"amount":"1"}', 'pay{"amount":"1"}'),
        ("  //restart", "restart"),
        ("\uff0frestart", "restart"),
        ("\u200b/restart", "restart"),
        ("hola\u202e, ¿cuánto debo?", "hola, ¿cuánto debo?"),
    ],
)
def test_what_must_not_be_kept_is_gone_before_it_is_stored(
    engine: Engine, now: datetime, typed: str, kept: str
) -> None:
    receive(engine, now, "SM1", text=typed)
    assert claimed(engine, now) == kept


@given(st.text(max_size=3000))
def test_no_text_is_a_command_or_too_long_and_cleaning_twice_is_cleaning_once(text: str) -> None:
    cleaned = contact.sanitize.clean(text)
    assert not cleaned.lstrip().startswith("/")
    assert len(cleaned) <= contact.sanitize.MAX_CHARACTERS
    assert contact.sanitize.clean(cleaned) == cleaned
