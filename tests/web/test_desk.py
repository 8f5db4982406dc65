"""The desk: who gets in, who stays in, what they see, and the way back to the assistant."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

import bot.web
from bot import contact, core, handoff
from bot.core import Clock, Problems, Settings
from bot.web import desk_login, staff, texts
from tests.web.world import settings_for

PASSWORD = "correct horse battery"
pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def staffed(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three log-ins, with a hash that does not take long."""
    monkeypatch.setattr(staff, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    with core.transaction(engine) as session:
        bot.web.add_staff(session, "agent", "Sam Agent", PASSWORD, "agent", settings.clock.now())
        bot.web.add_staff(session, "second", "Ana Second", PASSWORD, "agent", settings.clock.now())
        bot.web.add_staff(session, "manager", "Mo Manager", PASSWORD, "manager", settings.clock.now())


def log_in(client: TestClient, login: str = "agent", password: str = PASSWORD):
    token = token_in(client.get("/desk/login").text)
    form = {"login": login, "password": password, "token": token}
    return client.post("/desk/login", data=form, follow_redirects=False)


def token_in(page: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', page)
    assert found
    return found[1]


def wait_for_a_person(
    engine: Engine, settings: Settings, reason=handoff.Reason.ASKED, text: str = "get me a human", **how
) -> contact.Conversation:
    """A conversation that asked for a person; `ago` minutes back."""
    now = settings.clock.now() - timedelta(minutes=how.pop("ago", 0))
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, how.pop("channel", "sms"), how.pop("address", "+12025550143"), now)
        message = contact.Incoming(talk.channel, talk.address, f"SM{text[:20]}{reason}", text)
        contact.receive(session, message, now)
        summary = {"asked": "request_human", "verified": False, "language": "en", "message": "in_1", **how}
        handoff.open_case(session, talk, reason, summary, now)
    return talk


def test_nobody_gets_in_without_logging_in(client) -> None:
    for path, asked in (("/desk", ""), ("/desk/conversations/con_x", "?next=/desk/conversations/con_x")):
        answer = client.get(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/desk/login{asked}")
    assert client.get("/desk/waiting").status_code == 401
    assert client.get("/desk/events").status_code == 401
    assert client.get("/desk/conversations/con_x/live").status_code == 401
    for path in ("/desk/act", *(f"/desk/conversations/con_x/{name}" for name in ("take", "reply", "note", "act"))):
        assert client.post(path, follow_redirects=False).headers["location"] == "/desk/login"


def test_the_right_password_opens_the_desk(client) -> None:
    answer = log_in(client)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert "Sam Agent, agent" in client.get("/desk").text


@pytest.mark.parametrize(("login", "password"), [("agent", "wrong"), ("nobody", PASSWORD), ("", ""), ("agent", "")])
def test_a_wrong_login_and_a_wrong_password_get_the_same_answer(client, login, password) -> None:
    answer = log_in(client, login, password)
    assert answer.status_code == 401
    assert "parley_staff" not in client.cookies
    problem = re.search(r'role="alert">([^<]+)<', answer.text)
    assert problem and problem[1].startswith("Log-in and password don")


def from_network(app, number: int) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000", client=(f"198.51.{number}.7", 50000))


def test_five_wrong_passwords_make_their_place_wait_a_quarter_of_an_hour(client, settings, engine) -> None:
    for _ in range(4):
        log_in(client, password="wrong")
    assert log_in(client).status_code == 303
    client.cookies.clear()
    for _ in range(5):
        log_in(client, password="wrong")
    assert log_in(client).status_code == 401
    assert log_in(client, "manager").status_code == 303
    client.cookies.clear()
    settings.clock.move(timedelta(minutes=15))
    assert log_in(client).status_code == 303
    with core.reading(engine) as session:
        assert len(core.facts(session, kind="StaffLockedOut")) == 1


def test_whoever_guesses_has_to_wait_and_the_person_does_not(app, client) -> None:
    guesser = from_network(app, 1)
    assert [log_in(guesser, password="wrong").status_code for _ in range(6)] == [401] * 6
    assert log_in(guesser).status_code == 401, "even with the right password"
    assert log_in(client).status_code == 303


def test_a_browser_that_was_let_in_before_does_not_wait_for_guesses_of_its_own_network(app, client) -> None:
    log_in(client)
    client.post("/desk/logout", data={"token": token_in(client.get("/desk").text)})
    neighbour = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50001))
    for _ in range(6):
        log_in(neighbour, password="wrong")
    assert log_in(neighbour).status_code == 401
    assert log_in(client).status_code == 303


def test_guesses_from_many_networks_close_a_log_in_to_new_browsers_only(app, client) -> None:
    log_in(client)
    client.post("/desk/logout", data={"token": token_in(client.get("/desk").text)})
    for number in range(10):
        for _ in range(5):
            log_in(from_network(app, number), password="wrong")
    assert log_in(from_network(app, 99)).status_code == 401
    assert log_in(from_network(app, 99), "manager").status_code == 303
    assert log_in(client).status_code == 303


def test_a_browser_that_the_guesser_says_was_let_in_before_was_not(app, client) -> None:
    log_in(client)
    mine = client.cookies["parley_browser"]
    guesser = from_network(app, 1)
    guesser.cookies.set("parley_browser", mine[:-1] + ("0" if mine[-1] != "0" else "1"))
    for _ in range(5):
        log_in(guesser, password="wrong")
    assert log_in(guesser).status_code == 401
    guesser.cookies.clear()
    assert log_in(guesser).status_code == 401, "its guesses counted for its network"


def test_a_script_that_guesses_is_slowed_down(settings, engine, monkeypatch) -> None:
    monkeypatch.setattr(desk_login, "TRIES", 3)
    client = TestClient(bot.web.create_app(settings, engine), base_url="http://127.0.0.1:8000")
    codes = [log_in(client, f"guess{number}", "wrong").status_code for number in range(4)]
    assert codes == [401] * 3 + [429]


def test_a_session_ends_after_half_an_hour_of_silence(client, settings) -> None:
    log_in(client)
    settings.clock.move(timedelta(minutes=29))
    assert client.get("/desk").url.path == "/desk"
    settings.clock.move(timedelta(minutes=29))
    assert client.get("/desk").url.path == "/desk"
    settings.clock.move(timedelta(minutes=30))
    assert client.get("/desk").url.path == "/desk/login"


def test_who_touches_a_page_without_loading_another_stays_logged_in(client, settings) -> None:
    log_in(client)
    token = token_in(client.get("/desk").text)
    for _ in range(3):
        settings.clock.move(timedelta(minutes=29))
        assert client.post("/desk/alive", data={"token": token}).status_code == 204
    settings.clock.move(timedelta(minutes=30))
    assert client.post("/desk/alive", data={"token": token}).status_code == 401


def test_a_page_says_when_its_log_in_ends(client, settings) -> None:
    log_in(client)
    settings.clock.move(timedelta(minutes=20))
    page = client.get("/desk").text
    ends = re.search(r'data-silence="1800" data-ends="(\d+)"', page)
    assert ends is not None and 0 <= 7 * 3600 + 40 * 60 - int(ends[1]) < 60


def test_a_message_that_was_not_judged_yet_stands_in_the_queue_without_figures(client, engine, settings) -> None:
    wait_for_a_person(engine, settings, text="its april 12 1985 and 30318, get me a human")
    log_in(client)
    shown = client.get("/desk/waiting").json()["cases"][0]["snippet"]
    assert "get me a human" in shown
    assert not {"april", "12", "1985", "30318"} & set(shown.replace(",", " ").split())
    with core.transaction(engine) as session:
        found = contact.inbox.peek(session, settings.clock.now())
        assert found is not None
        contact.inbox.finish(session, [found[1]], settings.clock.now())
    assert "30318" in client.get("/desk/waiting").json()["cases"][0]["snippet"], "what was judged is taken out of what is stored"


def test_a_page_that_refreshes_itself_does_not_keep_a_session_alive(client, settings) -> None:
    log_in(client)
    for _ in range(3):
        settings.clock.move(timedelta(minutes=9))
        assert client.get("/desk/waiting").status_code == 200
    settings.clock.move(timedelta(minutes=4))
    assert client.get("/desk/waiting").status_code == 401


def test_a_session_ends_after_eight_hours(client, settings) -> None:
    log_in(client)
    for _ in range(23):
        settings.clock.move(timedelta(minutes=20))
        assert client.get("/desk").url.path == "/desk"
    settings.clock.move(timedelta(minutes=20))
    assert client.get("/desk").url.path == "/desk/login"


def test_logging_out_ends_the_session_for_whoever_has_the_cookie(client, app) -> None:
    log_in(client)
    thief = TestClient(app, base_url="http://127.0.0.1:8000", cookies=dict(client.cookies))
    assert thief.get("/desk").url.path == "/desk"
    client.post("/desk/logout", data={"token": token_in(client.get("/desk").text)})
    assert thief.get("/desk").url.path == "/desk/login"


def test_a_new_login_ends_the_earlier_session_of_the_browser(client, app) -> None:
    log_in(client)
    earlier = TestClient(app, base_url="http://127.0.0.1:8000", cookies=dict(client.cookies))
    log_in(client, "manager")
    assert "Mo Manager, manager" in client.get("/desk").text
    assert earlier.get("/desk").url.path == "/desk/login"


def test_passwords_and_sessions_are_stored_as_hashes(client, engine) -> None:
    log_in(client)
    with core.reading(engine) as session:
        passwords = session.execute(sa.text("SELECT password FROM staff")).scalars().all()
        tokens = session.execute(sa.text("SELECT token FROM staff_sessions")).scalars().all()
    assert all(password.startswith("$argon2id$") for password in passwords)
    assert len(tokens[0]) == 64 and client.cookies["parley_staff"] not in tokens


def test_staff_with_problems_gets_all_of_them_at_once(engine, settings) -> None:
    with core.transaction(engine) as session, pytest.raises(Problems) as raised:
        bot.web.add_staff(session, "", "", "short", "boss", settings.clock.now())
    assert [problem.where for problem in raised.value.problems] == ["login", "name", "role", "password"]


def test_adding_the_same_login_again_changes_nothing(engine, settings, client) -> None:
    with core.transaction(engine) as session:
        bot.web.add_staff(session, "Agent", "Other", "another password", "manager", settings.clock.now())
    log_in(client)
    assert "Sam Agent, agent" in client.get("/desk").text


def test_another_site_cannot_log_anybody_in_or_act_for_them(client, engine, settings) -> None:
    client.get("/desk/login")
    form = {"login": "agent", "password": PASSWORD, "token": "0" * 64}
    assert client.post("/desk/login", data=form).status_code == 403
    log_in(client)
    talk = wait_for_a_person(engine, settings)
    page = client.get(f"/desk/conversations/{talk.id}").text
    evil = {"Origin": "https://evil.example"}
    for name in ("take", "take-over", "release", "reply", "note", "act"):
        where = f"/desk/conversations/{talk.id}/{name}"
        assert client.post(where, data={"token": "0" * 64}).status_code == 403
        assert client.post(where, data={"token": token_in(page)}, headers=evil).status_code == 403
    assert client.post("/desk/act", data={"token": "0" * 64}).status_code == 403
    assert client.post("/desk/logout", data={}).status_code == 403
    with core.reading(engine) as session:
        assert contact.conversation(session, talk.id).owner == contact.QUEUE


def test_an_empty_queue_says_what_will_be_here(client) -> None:
    log_in(client)
    assert texts.text("desk_empty", "en") in client.get("/desk").text


def test_the_queue_says_why_and_how_long_and_shows_no_name_that_is_not_known(client, engine, settings) -> None:
    wait_for_a_person(engine, settings, ago=31)
    wait_for_a_person(engine, settings, handoff.Reason.DISPUTE, "not mine", address="+12025550144", ago=5)
    log_in(client)
    page = client.get("/desk").text
    assert page.index("Disputes what is owed") < page.index("Asked for a person")
    assert "31 min" in page and "1 min over the target of 30 min" in page and 'data-state="over"' in page
    assert "1 h 54 min left of 2 h" in page
    assert page.count(texts.text("desk_unknown", "en")) == 2
    assert "+1202" not in page


def test_a_name_is_shown_once_it_is_known(client, engine, settings) -> None:
    talk, now = wait_for_a_person(engine, settings), settings.clock.now()
    with core.transaction(engine) as session:
        maria = {"id": "par_1", "customer": "C-1", "given_name": "Maria", "family_name": "Lopez", "language": "es"}
        maria |= {"time_zone": "America/New_York", "state": "NY", "fingerprint": "x"}
        session.execute(core.metadata.tables["parties"].insert().values(**maria))
        contact.mark_verified(session, talk.id, "par_1", now + timedelta(hours=1), now)
    log_in(client)
    assert "Maria Lopez" in client.get("/desk").text


def test_a_case_shows_the_conversation_and_what_the_assistant_knows(client, engine, settings) -> None:
    talk = wait_for_a_person(engine, settings, text="<b>get me</b> a human", tried_offers=["20 a month"],
                             also_asked=[{"about": "pay_now", "words": "can i pay early"}])  # fmt: skip
    log_in(client)
    page = client.get(f"/desk/conversations/{talk.id}").text
    assert "&lt;b&gt;get me&lt;/b&gt; a human" in page and "<b>get" not in page
    assert "Nobody has proved who they are." in page and "Tried offers</dt><dd>20 a month" in page
    assert "“can i pay early” (pay now)" in page
    with core.reading(engine) as session:
        [read] = core.facts(session, kind="ConversationRead")
    assert read.actor.startswith("agent:stf_") and read.subject == talk.id


def test_the_desk_lists_what_is_held_while_nobody_is_known_with_what_they_said_of_themselves(
    client, engine, settings
) -> None:
    talk, now = (
        wait_for_a_person(engine, settings, handoff.Reason.BANKRUPTCY, channel="web", address="x"),
        Clock().now(),
    )
    given = {"name": "Maria Lopez", "reference": "NW-1000"}
    with core.transaction(engine) as session:
        contact.place_hold_here(
            session, talk.id, kind=contact.HoldKind.BANKRUPTCY, reason="bankruptcy", now=now, given=given
        )
    log_in(client)
    for page in (client.get("/desk/holds").text, client.get(f"/desk/conversations/{talk.id}").text):
        assert "Bankruptcy" in page and "Maria Lopez, NW-1000" in page
    assert client.get("/desk").text.count('href="/desk/holds"') == 1


def test_a_conversation_that_waits_for_nobody_cannot_be_read(client, engine, settings) -> None:
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", "+12025550149", settings.clock.now())
    log_in(client)
    assert client.get(f"/desk/conversations/{talk.id}").url.path == "/desk"
    assert client.get("/desk/conversations/con_unknown").url.path == "/desk"


def test_the_open_page_is_told_what_has_changed(client, engine, settings) -> None:
    log_in(client)
    assert client.get("/desk/waiting").json()["cases"] == []
    wait_for_a_person(engine, settings, handoff.Reason.CRISIS, ago=1)
    [case] = client.get("/desk/waiting").json()["cases"]
    assert (case["waited"], case["state"]) == ("1 min", "fine")
    settings.clock.move(timedelta(seconds=45))
    assert client.get("/desk/waiting").json()["cases"][0]["state"] == "soon"


def test_the_desk_speaks_spanish_too(client, engine, settings) -> None:
    log_in(client)
    wait_for_a_person(engine, settings)
    assert "Pidió una persona" in client.get("/desk", headers={"Accept-Language": "es"}).text


def test_the_staff_cookie_is_secure_behind_https(engine) -> None:
    settings = settings_for(PARLEY_PUBLIC_URL="https://desk.example")
    client = TestClient(bot.web.create_app(settings, engine), base_url="https://desk.example")
    cookie = log_in(client).headers["set-cookie"]
    assert "__Host-parley_staff=" in cookie and "Secure" in cookie and "HttpOnly" in cookie
