"""Every route of the desk with every role, without a log-in, with a forged form and from another site; and text that
would like to be more than text. A route that is new stands in no list here, and fails until it does.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

import bot.web
from bot import accounts, contact, core, demo, handoff
from tests.web.desk_kit import PASSWORD, at_desk, case, maria_is_here, post, token_in

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
ROLES = {"agent": "ana", "supervisor": "sue", "manager": "max"}
OPEN = {"/desk/login", "/desk/logout", "/desk/join/{secret}"}
"""What whoever has no log-in may see: it lets nobody in by itself."""
SUPERVISORS = {("GET", "/desk/wall"), ("GET", "/desk/approvals"), ("POST", "/desk/approvals/{id}"),
               ("GET", "/desk/second-step"), ("POST", "/desk/second-step"), ("POST", "/desk/reviews/{case}"), ("POST", "/desk/conversations/{id}/take-over")}  # fmt: skip
REVIEWED = {("GET", "/desk/reviews/{case}")}
"""Supervisors, and whose work it was."""
STRANGE = (
    "x",
    "' OR 1=1--",
    "..%2f..%2fetc",
    "%00",
    "a" * 300,
    "<script>alert(1)</script>",
    "con_",
    "9" * 40,
    "ñ\u202e",
)


def routes(app: Starlette) -> list[tuple[str, str]]:
    found = [
        (method, route.path)  # type: ignore[attr-defined]
        for route in app.routes
        if getattr(route, "path", "").startswith(("/desk", "/manage"))
        for method in route.methods - {"HEAD"}  # type: ignore[attr-defined]
    ]
    assert len(found) > 35
    return sorted(found)


def where(path: str, talk: str, case_id: str, other: str = "none") -> str:
    one = case_id if "/reviews/" in path else talk if "/conversations/" in path else other
    for name, value in (("{id}", one), ("{case}", case_id), ("{debt}", other), ("{secret}", other)):
        path = path.replace(name, value)
    path = path.replace("{step}", "submit").replace("{move}", "up")
    return re.sub(r"\{\w+\}", other, re.sub(r"\{\w+:int\}", "1", path))


@pytest.fixture
def talk(engine, settings) -> str:
    with core.transaction(engine) as session:
        bot.web.add_staff(session, "max", "Max Manager", PASSWORD, "manager", settings.clock.now())
    return case(engine, settings, handoff.Reason.DISPUTE, "the secret of maria")


@pytest.fixture
def case_id(engine, talk) -> str:
    with core.reading(engine) as session:
        found = handoff.open_case_of(session, talk)
    assert found is not None
    return found.id


def facts(engine) -> int:
    with core.reading(engine) as session:
        return len(core.facts(session))


def test_nobody_reads_or_does_anything_without_a_log_in(app, engine, talk, case_id) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    for method, path in routes(app):
        if path in OPEN or path == "/desk/events":
            continue
        answer = client.request(method, where(path, talk, case_id), data={"token": "x"} if method == "POST" else None)
        assert answer.status_code in (303, 401, 403, 404), (method, path, answer.status_code)
        assert "secret of maria" not in answer.text, (method, path)
        if answer.status_code == 303:
            assert answer.headers["location"].startswith("/desk/login"), (method, path)
    with core.reading(engine) as session:
        assert contact.conversation(session, talk).owner in handoff.NOBODYS
    assert client.get("/desk/events").status_code == 401


@pytest.mark.parametrize("role", ROLES)
def test_a_form_that_is_not_ours_or_comes_from_elsewhere_does_nothing(app, engine, talk, case_id, role) -> None:
    client = at_desk(app, ROLES[role])
    token = token_in(client.get("/desk").text)
    posts = [path for method, path in routes(app) if method == "POST" and path not in OPEN]
    before = facts(engine)
    for path in posts:
        target = where(path, talk, case_id)
        assert client.post(target, data={"token": "forged"}, follow_redirects=False).status_code == 403, path
        foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        answer = client.post(target, data={"token": token}, headers=foreign, follow_redirects=False)
        assert answer.status_code == 403, path
    assert facts(engine) == before


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_is_its_and_no_more(app, talk, case_id, role) -> None:
    client = at_desk(app, ROLES[role])
    for method, path in routes(app):
        if path in OPEN or path == "/desk/events":
            continue
        token = token_in(client.get("/desk").text)
        data = {"token": token} if method == "POST" else None
        answer = client.request(method, where(path, talk, case_id), data=data, follow_redirects=False)
        for_others = (method, path) in SUPERVISORS | REVIEWED and role == "agent"
        for_managers = path.startswith("/manage") and role != "manager"
        assert answer.status_code < 500, (method, path)
        assert (answer.status_code == 403) == (for_others or for_managers), (method, path, answer.status_code)


@pytest.mark.parametrize("name", STRANGE)
def test_an_address_that_means_nothing_breaks_nothing(app, name) -> None:
    client = at_desk(app, "sue")
    for method, path in routes(app):
        if path in OPEN or "{" not in path:
            continue
        data = {"token": token_in(client.get("/desk").text)} if method == "POST" else None
        answer = client.request(method, where(path, name, name, name), data=data, follow_redirects=False)
        assert answer.status_code in (303, 400, 403, 404, 405, 410), (method, path, answer.status_code)
        assert "<script>alert" not in answer.text


HOSTILE = (
    "<script>document.title='x'</script>", "</textarea><img src=x onerror=alert(1)>", "=cmd|'/c calc'!A1", "+1+1", "@SUM(1)",
    "{{ 7*7 }}", "{% raw %}", "javascript:alert(1)", "\u202etxt.exe\u202c", "שלום <b>x</b>", "' onmouseover='alert(1)", "&lt;b&gt;",
)  # fmt: skip


def test_a_transcript_full_of_it_shows_text_and_nothing_else(app, engine, settings) -> None:
    """On every page that shows words of theirs or of a colleague: what was written, with nothing in it that works."""
    now = settings.clock.now()
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
    talk = case(engine, settings, handoff.Reason.DISPUTE, HOSTILE[0], demo.MARIA.phone)
    with core.transaction(engine) as session:
        contact.mark_verified(session, talk, maria, now + timedelta(minutes=30), now)
        for number, text in enumerate(HOSTILE):
            message = contact.receive(session, contact.Incoming("sms", demo.MARIA.phone, f"SMx{number}", text), now)
            assert message is not None
            contact.inbox.finish(session, [message], now)
        claim = accounts.Claim(accounts.DisputeReason.NOT_MY_DEBT, " ".join(HOSTILE))
        accounts.open_dispute(session, contact.conversation(session, talk), claim, message_id="in_x", now=now)
    sue, sam = at_desk(app, "sue"), at_desk(app, "sam")
    post(sam, talk, "take")
    for text in HOSTILE:
        post(sam, talk, "note", text=text)
    post(sam, talk, "transfer", to="nobody", text=HOSTILE[0])
    sam.post(f"/desk/conversations/{talk}/draft", data={"token": token_in(sam.get("/desk").text), "text": HOSTILE[1]})
    with core.reading(engine) as session:
        found = handoff.open_case_of(session, talk)
        [debt] = accounts.known_debts_of(session, maria)
    assert found is not None
    here = f"/desk/conversations/{talk}"
    pages = [
        here,
        f"{here}?quote=x",
        f"{here}/live",
        f"{here}/offer/{debt.id}",
        "/desk",
        "/desk?q=<script>",
        "/desk/disputes",
    ]
    for client, path in [(sam, one) for one in pages] + [(sue, "/desk/wall"), (sue, f"/desk/reviews/{found.id}")]:
        page = client.get(path).text
        assert "<script>document" not in page and "<img src=x" not in page and "<b>x</b>" not in page, path
        assert "' onmouseover='" not in page and ">49<" not in page, path
    page = sam.get(here).text
    assert (
        "&lt;script&gt;document.title" in page
        and "{{ 7*7 }}" in page
        and "=cmd|" in page
        and "&amp;lt;b&amp;gt;" in page
    )
    policy = sam.get(here).headers["content-security-policy"]
    assert "default-src 'self'" in policy and "unsafe" not in policy
