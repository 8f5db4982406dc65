"""The chat page by requests alone: in once, out in order, nobody else's, nothing hidden shown, nothing run."""

from __future__ import annotations

import gzip
import html
import re
import uuid
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

import bot.web
from bot import contact, core
from bot.web import chat_post, texts
from tests.web.world import HELLO, cookie_of, messages, reply, say, settings_for, talk_of, verify

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
XSS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "javascript:alert(1)",
    "</textarea><script>alert(1)</script>",
    "{{ 7*7 }} ${7*7} {% raw %}",
    "<a href='javascript:alert(1)'>x</a>",
    "' onmouseover='alert(1)",
    "<!--", "]]>", "&lt;script&gt;", "\u2028</script>\u2029",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _no_bot_answers_here(monkeypatch) -> None:
    monkeypatch.setattr(chat_post, "WAIT_FOR_REPLY", 0.05)


def inbox(engine) -> list[str]:
    with core.reading(engine) as session:
        return list(session.execute(sa.text("SELECT text FROM inbox ORDER BY number")).scalars())


def test_a_message_is_stored_once_however_often_it_is_sent(client, engine) -> None:
    message_id = str(uuid.uuid4())
    answers = [say(client, "hi", message_id) for _ in range(5)]
    assert {(answer.status_code, answer.json()["id"]) for answer in answers} == {(202, message_id)}
    assert inbox(engine) == ["hi"]


def test_the_same_id_of_another_visitor_is_another_message(client, app, engine) -> None:
    message_id = str(uuid.uuid4())
    say(client, "mine", message_id)
    say(TestClient(app, base_url="http://127.0.0.1:8000"), "theirs", message_id)
    assert inbox(engine) == ["mine", "theirs"]


def test_the_history_is_there_after_a_reload(client, engine, settings) -> None:
    say(client, "hi")
    reply(engine, settings, client, choices=("Yes", "No"))
    page = messages(client)
    assert [(line["author"], line["text"]) for line in page["messages"]] == [("you", "hi"), ("bot", HELLO)]
    assert page["messages"][-1]["choices"] == ["Yes", "No"]
    page_text = client.get("/").text
    assert HELLO in page_text and ">Yes</button>" in page_text


def test_polling_brings_only_what_is_new(client, engine, settings) -> None:
    say(client, "hi")
    reply(engine, settings, client, "one")
    first = messages(client)["messages"][-1]["number"]
    reply(engine, settings, client, "two")
    assert [line["text"] for line in messages(client, first)["messages"]] == ["two"]
    assert messages(client, first + 1)["messages"] == []


def test_the_page_says_when_an_answer_is_being_written(client, engine, settings) -> None:
    say(client, "hi")
    assert messages(client)["typing"] is True
    reply(engine, settings, client)
    assert messages(client)["typing"] is False


def test_a_visitor_sees_nothing_of_another(client, app, engine, settings) -> None:
    say(client, "my secret")
    reply(engine, settings, client, "your secret")
    other = TestClient(app, base_url="http://127.0.0.1:8000")
    assert "secret" not in other.get("/").text
    assert messages(other)["messages"] == []


@pytest.mark.parametrize("made_up", ["", "x", "x.y", "conversation", "0" * 43 + "." + "0" * 64])
def test_a_cookie_that_we_did_not_make_is_no_session(app, made_up) -> None:
    stranger = TestClient(app, base_url="http://127.0.0.1:8000", cookies={"parley_chat": made_up})
    assert stranger.get("/chat/messages").status_code == 401
    assert stranger.get("/chat/stream").status_code == 401
    body = {"id": str(uuid.uuid4()), "text": "hi"}
    assert stranger.post("/chat/messages", json=body, headers={"X-Parley": "1"}).status_code == 401
    page = stranger.get("/")
    assert page.cookies["parley_chat"] != made_up


def test_the_cookie_is_hidden_from_scripts_and_the_database_has_only_its_hash(client, engine) -> None:
    header = client.get("/").headers["set-cookie"]
    assert "HttpOnly" in header and "SameSite=lax" in header and "Secure" not in header
    say(client, "hi")
    value = cookie_of(client)
    with core.reading(engine) as session:
        rows = session.execute(sa.text("SELECT address FROM conversations")).scalars().all()
    assert [len(row) for row in rows] == [64] and value not in rows


def test_the_cookie_is_secure_and_bound_to_the_host_behind_https(engine) -> None:
    settings = settings_for(PARLEY_PUBLIC_URL="https://pay.example")
    answer = TestClient(bot.web.create_app(settings, engine), base_url="https://pay.example").get("/")
    assert answer.headers["set-cookie"].startswith("__Host-parley_chat=")
    assert "Secure" in answer.headers["set-cookie"]
    assert "max-age" in answer.headers["strict-transport-security"]


def test_another_site_cannot_write_for_a_visitor(client, engine) -> None:
    client.get("/")
    body = {"id": str(uuid.uuid4()), "text": "I agree"}
    evil = {"Origin": "https://evil.example"}
    assert client.post("/chat/messages", json=body, headers={"X-Parley": "1", **evil}).status_code == 403
    assert client.post("/chat/messages", json=body).status_code == 403
    assert client.post("/chat/messages", data=body, headers=evil).status_code == 403
    assert client.post("/chat/messages", data={**body, "token": "0" * 64}).status_code == 403
    cross = {"X-Parley": "1", "Sec-Fetch-Site": "cross-site"}
    assert client.post("/chat/messages", json=body, headers=cross).status_code == 403
    assert inbox(engine) == []


@pytest.mark.parametrize("origin", ["http://[x", "://", "x", "http://127.0.0.1:8000.evil.example", "http://evil:8000"])
def test_an_origin_that_is_not_ours_is_foreign_whatever_it_looks_like(client, engine, origin) -> None:
    client.get("/")
    body = {"id": str(uuid.uuid4()), "text": "I agree"}
    assert client.post("/chat/messages", json=body, headers={"X-Parley": "1", "Origin": origin}).status_code == 403


def test_broken_characters_break_nothing(client, engine) -> None:
    client.get("/")
    headers = {"X-Parley": "1", "Content-Type": "application/json"}
    for text in (r"\ud800 hi", r"\u0000 hi", r"\ufeff\u202e hi"):
        body = f'{{"id":"{uuid.uuid4()}","text":"{text}","token":"\\ud800"}}'
        assert client.post("/chat/messages", content=body.encode(), headers=headers).status_code in (202, 400)
    assert set(inbox(engine)) <= {"hi"}


def test_a_token_of_one_visitor_is_no_token_of_another(client, app, engine) -> None:
    token = field(client.get("/").text, "token")
    other = TestClient(app, base_url="http://127.0.0.1:8000")
    other.get("/")
    body = {"id": str(uuid.uuid4()), "text": "hi", "token": token}
    assert other.post("/chat/messages", data=body).status_code == 403
    assert client.post("/chat/messages", data=body, follow_redirects=False).status_code == 303


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8000", "null", None])
def test_our_own_form_is_taken_without_a_script(client, engine, origin) -> None:
    """A page that sends no referrer posts its own forms with `Origin: null`."""
    page = client.get("/").text
    form = {"id": field(page, "id"), "token": field(page, "token"), "text": "hola"}
    headers = {"Origin": origin} if origin else {}
    answer = client.post("/chat/messages", data=form, headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/#newest")
    assert inbox(engine) == ["hola"]


def test_a_form_without_text_or_with_too_much_is_told_so_on_the_page(client, engine) -> None:
    page = client.get("/").text
    form = {"id": field(page, "id"), "token": field(page, "token")}
    empty = client.post("/chat/messages", data={**form, "text": " "})
    assert texts.text("chat_empty_text", "en") in html.unescape(empty.text)
    long = client.post("/chat/messages", data={**form, "text": "x" * 1001})
    assert texts.text("chat_too_long", "en", limit=1000) in html.unescape(long.text)
    assert inbox(engine) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'{"id":"1","text":"x"}', b'{"text":"x"}', b"[" * 3000, b"\xff\xfe", b'{"id":1,"text":1}'],
)
def test_what_is_no_message_gets_a_civil_no(client, engine, body) -> None:
    client.get("/")
    headers = {"X-Parley": "1", "Content-Type": "application/json"}
    answer = client.post("/chat/messages", content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.json() == {"error": texts.text("error_400_head", "en")}
    assert inbox(engine) == []


def test_the_longest_message_is_taken_and_one_letter_more_is_not(client, engine) -> None:
    assert say(client, "x" * 1000).status_code == 202
    refused = say(client, "x" * 1001)
    assert refused.status_code == 422 and "1000" in refused.json()["error"]
    assert say(client, "   \n").status_code == 422
    assert [len(text) for text in inbox(engine)] == [1000]


def test_a_huge_body_is_refused_before_it_is_read(client) -> None:
    client.get("/")
    headers = {"X-Parley": "1", "Content-Type": "application/json"}
    assert client.post("/chat/messages", content=b"x" * 70_000, headers=headers).status_code == 413


def test_card_numbers_are_masked_before_they_are_stored(client, engine) -> None:
    say(client, "4242 4242 4242 4242")
    assert inbox(engine) == ["[card removed]"]
    assert messages(client)["messages"][0]["text"] == "[card removed]"


def test_who_writes_too_fast_is_told_how_long_to_wait_and_loses_nothing(client, engine) -> None:
    answers = [say(client, f"{number}") for number in range(11)]
    assert [answer.status_code for answer in answers] == [202] * 10 + [429]
    assert answers[-1].headers["retry-after"] == "2"
    assert "2 seconds" in answers[-1].json()["error"]
    assert len(inbox(engine)) == 10


class Markup(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", XSS)
def test_what_anybody_wrote_is_shown_and_never_run(client, engine, settings, text) -> None:
    say(client, "hi")
    reply(engine, settings, client, "Hello.", choices=("Yes",))
    usual = Markup(client.get("/").text).tags
    with core.transaction(engine) as session:
        session.execute(sa.text("UPDATE inbox SET text = :text"), {"text": text})
    reply(engine, settings, client, text, choices=(text,))
    made = Markup(client.get("/").text).tags
    assert {tag for tag, _ in made} == {tag for tag, _ in usual}
    assert [attrs.get("src") for tag, attrs in made if tag == "script"] == [
        attrs.get("src") for tag, attrs in usual if tag == "script"
    ]
    assert not [attrs for _, attrs in made if any(name.startswith("on") for name in attrs)]
    assert not [attrs for _, attrs in made if (attrs.get("href") or "").startswith("javascript:")]
    assert html.escape(text.strip()).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in client.get("/").text


def test_only_addresses_on_our_own_host_can_be_clicked(client, engine, settings) -> None:
    ours = f"{settings.public_url}/p/abc"
    text = f"Pay at {ours}. Not at https://evil.example/p/abc or {settings.public_url}.evil.example/p or http://[x"
    say(client, "see https://127.0.0.1:8000/p/x " + ours)
    reply(engine, settings, client, text)
    theirs, reply_line = messages(client)["messages"]
    assert reply_line["links"] == [ours] and theirs["links"] == []
    assert re.findall(r'<a href="(http[^"]*)"', client.get("/").text) == [ours]


@pytest.mark.parametrize(
    ("accept", "query", "expected"),
    [
        ("es-MX,es;q=0.9,en;q=0.8", "", "es"), ("en-US", "", "en"), ("fr,de", "", "en"), ("", "", "en"),
        ("en", "?lang=es", "es"), ("es", "?lang=en", "en"), ("es", "?lang=xx", "es"),
    ],
)  # fmt: skip
def test_the_page_speaks_the_language_that_was_asked_for(client, accept, query, expected) -> None:
    page = client.get(f"/{query}", headers={"Accept-Language": accept})
    assert f'<html lang="{expected}">' in page.text


def test_a_language_that_was_chosen_stays_and_is_the_one_of_the_conversation(client, engine) -> None:
    client.get("/?lang=es")
    assert '<html lang="es">' in client.get("/", headers={"Accept-Language": "en"}).text
    say(client, "hola")
    assert talk_of(engine, client).language == "es"


def test_nothing_on_the_page_says_what_it_is_about(client) -> None:
    for lang in ("en", "es"):
        page = client.get(f"/?lang={lang}").text.lower()
        assert not re.search(r"debt|owe|overdue|collect|balance|past due|deuda|debe|cobr|vencid|saldo", page)
    assert "<title>Northwind Energy – Messages</title>" in client.get("/?lang=en").text


def test_the_first_load_is_under_60_kilobytes_and_asks_nobody_else(client) -> None:
    page = client.get("/")
    assets = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    total = len(page.content) + sum(len(client.get(asset).content) for asset in assets)
    assert total < 60_000
    assert not re.findall(r'(?:src|href)="https?://', page.text)


def test_on_the_wire_the_first_load_is_under_30_kilobytes(client) -> None:
    page = client.get("/")
    assets = [client.get(one) for one in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)]
    assert all(one.headers.get("content-encoding") == "gzip" for one in assets if len(one.content) > 500)
    total = len(page.content) + sum(len(gzip.compress(one.content)) for one in assets)
    assert total < 30_000, total


def test_another_language_is_that_of_the_page_and_of_what_we_write_next(client, engine, settings) -> None:
    say(client, "hi")
    form = {"token": field(client.get("/").text, "token"), "lang": "es"}
    answer = client.post("/chat/language", data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert talk_of(engine, client).language == "es"
    assert '<html lang="es">' in client.get("/", headers={"Accept-Language": "en"}).text
    reply(engine, settings, client, "Hola.")
    assert messages(client)["messages"][-1]["lang"] == "es"


def test_an_end_makes_whoever_sits_here_next_somebody_new(client, engine, settings) -> None:
    say(client, "hi")
    reply(engine, settings, client, "Something.")
    verify(engine, client, settings)
    before, talk = cookie_of(client), talk_of(engine, client)
    form = {"token": field(client.get("/").text, "token")}
    answer = client.post("/chat/end", data=form, follow_redirects=False)
    assert answer.status_code == 303 and "storage" in answer.headers["clear-site-data"]
    assert cookie_of(client) != before
    assert "Something." not in client.get("/").text
    with core.reading(engine) as session:
        assert not contact.conversation(session, talk.id).is_verified(settings.clock.now())


def test_the_quick_way_out_clears_the_chat_and_opens_another_page_at_once(client, engine, settings) -> None:
    """For whoever must not be seen here: what comes up is no page of ours, and coming back shows nothing."""
    say(client, "hi")
    reply(engine, settings, client, "Something.")
    verify(engine, client, settings)
    page, talk = client.get("/").text, talk_of(engine, client)
    assert 'formaction="/chat/exit"' in page
    answer = client.post("/chat/exit", data={"token": field(page, "token")}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/chat/away")
    away = client.get("/chat/away", follow_redirects=False)
    assert away.headers["refresh"] == "0; url=https://www.weather.gov/" and away.text == ""
    assert "Something." not in client.get("/").text
    with core.reading(engine) as session:
        assert not contact.conversation(session, talk.id).is_verified(settings.clock.now())


@pytest.mark.parametrize("path", ["/chat/language", "/chat/end", "/chat/exit"])
def test_nobody_else_ends_or_turns_a_chat(client, engine, path) -> None:
    say(client, "hi")
    form = {"token": field(client.get("/").text, "token"), "lang": "es"}
    assert client.post(path, data={**form, "token": "0" * 64}).status_code == 403
    assert client.post(path, data=form, headers={"Origin": "https://evil.example"}).status_code == 403
    assert talk_of(engine, client).language == "en"


def test_pages_carry_strict_headers_and_are_not_kept(client, settings) -> None:
    """In a demo, as here, the phone page may show the desk beside it."""
    for path, frames in (("/", "'none'"), ("/desk/login", settings.sandbox_url), ("/nothing-here", "'none'")):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'self'" in policy and f"frame-ancestors {frames};" in policy and "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
    asset = re.findall(r'"(/static/parley[^"]+)"', client.get("/").text)[0]
    assert "immutable" in client.get(asset).headers["cache-control"]


def test_no_page_has_style_or_script_inside(client) -> None:
    for path in ("/", "/desk/login", "/nothing-here"):
        text = client.get(path).text
        assert "<style" not in text and " style=" not in text
        assert not re.search(r"<script(?![^>]*src=)", text)


def field(page: str, name: str) -> str:
    found = re.search(rf'<form id="compose".*?name="{name}" value="([^"]+)"', page, re.S)
    assert found
    return found[1]
