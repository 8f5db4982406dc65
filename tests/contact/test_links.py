"""A link of ours is on the debtor's phone; what stays here opens nothing."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot import contact, core
from bot.contact.store import outbox

pytestmark = pytest.mark.postgres
TOKEN = "pS9xkZ3Qe1_-AbCdEf0123"
HASH = hashlib.sha256(TOKEN.encode()).hexdigest()
PAY = contact.Say(
    "utter_payments_link", f"Pay $40.00 here: https://pay.example/p/{TOKEN}\nIt is good until Friday.", "anyone"
)


def sent(session: core.Session, now: datetime, channel: str = "sms", state: str = "sent") -> str:
    talk = contact.open_conversation(session, channel, f"address-{channel}", now)
    contact.send(session, talk, [PAY], contact.Sending(key="k", reply_to="in_1"), now)
    where = outbox.c.conversation_id == talk.id
    session.execute(outbox.update().where(where).values(state=state))
    return text(session)


def text(session: core.Session) -> str:
    return str(session.execute(sa.select(outbox.c.text).where(outbox.c.text.like("%Pay $40%"))).scalar_one())


def at_rest(session: core.Session) -> str:
    """Every byte of what the database has of it."""
    return str(session.execute(sa.text("SELECT text FROM outbox WHERE text LIKE '%Pay $40%'")).scalar_one())


def test_no_link_lies_in_the_database_before_it_is_sent_either(session: core.Session, now: datetime) -> None:
    assert TOKEN in sent(session, now, state="ready")
    assert TOKEN not in at_rest(session)
    assert f"https://pay.example/p/sha256:{HASH}~" in at_rest(session)
    talk = contact.open_conversation(session, "sms", "address-sms", now)
    assert not contact.links.was_given(session, talk.id, TOKEN)
    session.execute(outbox.update().values(state="sent"))
    assert contact.links.was_given(session, talk.id, TOKEN)


def test_under_another_key_there_is_no_link(
    session: core.Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(session, now, state="ready")
    monkeypatch.setenv("PARLEY_SECRET_KEY", "another " * 5)
    assert text(session).startswith(f"Pay $40.00 here: https://pay.example/p/sha256:{HASH}\nIt")
    assert contact.link_text.lacks_link(text(session))


def test_a_link_that_was_sent_is_kept_as_its_hash(session: core.Session, now: datetime) -> None:
    assert TOKEN in sent(session, now)
    assert contact.forget_links(session, now + timedelta(minutes=15)) == 1
    assert text(session).startswith(f"Pay $40.00 here: https://pay.example/p/sha256:{HASH}\nIt is good until Friday.")
    assert contact.forget_links(session, now + timedelta(minutes=15)) == 0
    assert at_rest(session) == text(session)


@pytest.mark.parametrize("state", ["ready", "claimed", "sending", "uncertain"])
def test_a_link_that_may_still_have_to_be_sent_or_looked_up_stays(
    session: core.Session, now: datetime, state: str
) -> None:
    before = sent(session, now, state=state)
    contact.forget_links(session, now + timedelta(days=30))
    assert text(session) == before


@pytest.mark.parametrize(("channel", "wait"), [("sms", timedelta(minutes=15)), ("web", timedelta(days=14))])
def test_it_stays_for_as_long_as_it_may_be_asked_for_again(
    session: core.Session, now: datetime, channel: str, wait: timedelta
) -> None:
    before = sent(session, now, channel=channel)
    contact.forget_links(session, now + wait - timedelta(seconds=1))
    assert text(session) == before
    contact.forget_links(session, now + wait, lately=timedelta(days=1))
    assert TOKEN not in text(session)


def test_whoever_looks_often_looks_only_at_what_is_new(session: core.Session, now: datetime) -> None:
    before = sent(session, now)
    contact.forget_links(session, now + timedelta(days=3), lately=timedelta(days=1))
    assert text(session) == before


def test_the_link_of_a_document_goes_too_and_other_addresses_stay() -> None:
    found = contact.links.without_links(f"https://a.example/a/{TOKEN} and https://a.example/desk/p/short")
    assert found == f"https://a.example/a/sha256:{HASH} and https://a.example/desk/p/short"
