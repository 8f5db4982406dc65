"""From a phone to the page and back: a link that a preview cannot use up, opened once; and one text to the phone on file."""

from __future__ import annotations

import re

import sqlalchemy as sa
from starlette.testclient import TestClient

from bot import contact, core, identity
from tests.web.world import messages, say, talk_of, verify

PHONE = "+15550100001"


def offered(engine, settings) -> str:
    """A link, sent to Maria's phone."""
    now = settings.clock.now()
    with core.transaction(engine) as session:
        contact.add_address(session, party_id="par_maria", channel="sms", value=PHONE, basis="client_file", now=now)
        talk = contact.open_conversation(session, "sms", PHONE, now, "es")
        return identity.offer_link(session, talk, now)


def visitor(app) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000), follow_redirects=False)


def count(engine, query: str) -> int:
    with core.reading(engine) as session:
        return int(session.execute(sa.text(query)).scalar_one())


def test_looking_uses_nothing_up_and_says_nothing(client, engine, settings) -> None:
    secret = offered(engine, settings)
    known, unknown = (client.get(f"/c/{one}") for one in (secret, "x" * 22))
    assert client.head(f"/c/{secret}").status_code == 200
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(secret, "") == unknown.text.replace("x" * 22, "")
    assert not re.search(r"owe|debt|Maria|\$", known.text) and "noindex" in known.text
    assert count(engine, "SELECT count(*) FROM identity_links WHERE used_at IS NOT NULL") == 0


def test_pressing_opens_it_once_with_their_hello_and_makes_the_phone_known(app, engine, settings) -> None:
    secret, client = offered(engine, settings), visitor(app)
    opened = client.post(f"/c/{secret}")
    assert (opened.status_code, opened.headers["location"]) == (303, "/")
    assert [line["text"] for line in messages(client)["messages"]] == ["Hola"] and 'lang="es"' in client.get("/").text
    talk = talk_of(engine, client)
    with core.reading(engine) as session:
        assert identity.behind(session, talk, settings.clock.now()) == ("par_maria",)
        assert identity.who(session, talk, settings.clock.now()) is None, "the address is no proof of the person"
    assert client.post(f"/c/{secret}").headers["location"] == "/", "a second press in the same browser"
    other = visitor(app).post(f"/c/{secret}")
    assert other.status_code == 410 and "parley_chat" not in str(other.cookies)
    assert count(engine, "SELECT count(*) FROM conversations WHERE channel = 'web'") == 1


def test_another_site_cannot_open_it_in_somebodys_browser(app, engine, settings) -> None:
    secret = offered(engine, settings)
    assert visitor(app).post(f"/c/{secret}", headers={"Origin": "https://evil.example"}).status_code == 403
    assert visitor(app).post("/c/" + "x" * 22).status_code == 410
    assert count(engine, "SELECT count(*) FROM identity_links WHERE used_at IS NOT NULL") == 0


def go_on(client, where: str, **more: str):
    client.follow_redirects = False
    token = re.search(r'name="token" value="(\w+)"', client.get("/").text)[1]
    return client.post(where, data={"token": token, **more})


def test_who_is_known_gets_one_text_on_the_phone_that_is_on_file(client, engine, settings) -> None:
    offered(engine, settings)
    say(client, "hello")
    assert go_on(client, "/chat/text").headers["location"] == "/?note=chat_go_on_who"
    verify(engine, client, settings)
    assert [go_on(client, "/chat/text").headers["location"] for _ in range(3)] == ["/?note=chat_go_on_sent"] * 3
    with core.reading(engine) as session:
        sent = session.execute(sa.text("SELECT address, text FROM outbox WHERE channel = 'sms'")).all()
    assert len(sent) == 1 and sent[0][0] == PHONE and "automated assistant" in sent[0][1]
    assert client.post("/chat/text", data={"token": "made up"}).status_code == 403


def test_after_stop_or_without_a_phone_nothing_is_sent(client, engine, settings) -> None:
    say(client, "hello")
    verify(engine, client, settings)
    assert go_on(client, "/chat/text").headers["location"] == "/?note=chat_go_on_no_phone"
    offered(engine, settings)
    with core.transaction(engine) as session:
        contact.opt_out(session, "sms", PHONE, source="word", now=settings.clock.now())
    assert go_on(client, "/chat/text").headers["location"] == "/?note=chat_go_on_no_phone"
    assert count(engine, "SELECT count(*) FROM outbox WHERE channel = 'sms' AND state <> 'blocked'") == 0


def test_who_waits_for_a_person_reads_when_people_answer(engine) -> None:
    import bot.web
    from tests.web.world import settings_for

    page = visitor(bot.web.create_app(settings_for(PARLEY_HOURS="mon-fri 8:00-20:00, sat 9:00-14:00"), engine))
    assert "People answer Mon-Fri 8:00 AM-8:00 PM, Sat 9:00 AM-2:00 PM." in page.get("/").text
    assert "People answer" not in visitor(bot.web.create_app(settings_for(), engine)).get("/").text
