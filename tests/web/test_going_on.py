"""Who is asked to log in comes to the page that they wanted, and to no page of anybody else."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

import bot.web
from bot import core
from bot.web import going_on
from tests.web.desk_kit import PASSWORD, token_in

PLACES = ["/manage", "/manage/drafts/drf_1?done=saved", "/desk/money", "/desk/conversations/con_1?quote=5"]
ELSEWHERE = [
    "", "//evil.example", "/\\evil.example", "https://evil.example/desk", "/desk//evil.example", "/desk/../portal",
    "/desk\r\nSet-Cookie: x=1", "/desk/logout", "/desk/login?next=/desk", "/portal", "/desks", "javascript:alert(1)",
    '/desk"><script>', "/desk/\u202eevil", "/desk/" + "a" * 600,
]  # fmt: skip


@pytest.fixture
def mia(engine, settings, desk_staff) -> None:
    with core.transaction(engine) as session:
        bot.web.add_staff(session, "mia", "Mia Manager", PASSWORD, "manager", settings.clock.now())


def logged_in_at(app, login: str, asked: str) -> str:
    """Where somebody is led who asked for a page before they logged in."""
    client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    page = client.get("/desk/login", params={"next": asked})
    shown = f'name="next" value="{asked.replace("&", "&amp;")}"' in page.text
    form = {"login": login, "password": PASSWORD, "token": token_in(page.text), "next": asked}
    wrong = client.post("/desk/login", data={**form, "password": "wrong"})
    assert ('name="next"' in wrong.text) == shown, "a wrong password forgets where they wanted to go"
    return client.post("/desk/login", data=form).headers["location"]


@pytest.mark.parametrize("asked", PLACES)
def test_who_logs_in_comes_to_the_page_that_they_wanted(app, mia, asked) -> None:
    stranger = TestClient(app, base_url="http://127.0.0.1:8000")
    assert stranger.get(asked).url.params["next"] == asked
    assert logged_in_at(app, "mia", asked) == asked


def test_nobody_is_led_to_a_page_that_their_role_may_not_open(app, mia) -> None:
    assert logged_in_at(app, "sam", "/manage") == "/desk"
    assert logged_in_at(app, "sue", "/manage/try") == "/desk"
    assert logged_in_at(app, "sam", "/desk/wall") == "/desk"
    assert logged_in_at(app, "sue", "/desk/wall") == "/desk/wall"
    assert logged_in_at(app, "sam", "/desk/money") == "/desk/money"


@pytest.mark.parametrize("asked", ELSEWHERE)
def test_no_address_leads_out_of_the_desk(asked) -> None:
    assert not going_on.is_local(asked)


def test_a_forged_address_leads_to_the_desk(app, mia) -> None:
    assert logged_in_at(app, "mia", "//evil.example/manage") == "/desk"


def test_what_a_script_asked_for_is_no_page_to_come_back_to(app, mia) -> None:
    client = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    answer = client.get("/desk/money", headers={"Sec-Fetch-Dest": "empty"})
    assert answer.headers["location"] == "/desk/login"
