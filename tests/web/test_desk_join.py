"""Invitations: a link that works once, and a password that nobody else has seen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

import bot.web
from bot import core
from bot.cli import main
from bot.core import Problems, Settings
from bot.web import invitations, texts
from tests.web.desk_kit import at_desk, token_in

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
PASSWORD = "correct horse battery"


@pytest.fixture
def link(engine: Engine, settings: Settings) -> str:
    with core.transaction(engine) as session:
        invited = bot.web.Invitation("Kim", "Kim New", "supervisor")
        return "/desk/join/" + bot.web.invite(session, invited, by="operator", now=settings.clock.now())


def choose(client: TestClient, link: str, password: str = PASSWORD, again: str = PASSWORD):
    token = token_in(client.get(link).text)
    return client.post(link, data={"token": token, "password": password, "again": again})


def test_whoever_is_invited_chooses_a_password_and_logs_in(client, app, link) -> None:
    assert "Kim New" in client.get(link).text
    assert texts.text("join_done", "en") in choose(client, link).text
    assert "Kim New, supervisor" in at_desk(app, "kim").get("/desk").text


def test_a_link_works_once(client, link) -> None:
    choose(client, link)
    again = client.get(link)
    assert again.status_code == 404 and texts.text("join_over", "en") in again.text


def test_a_link_ends_after_three_days(client, link, settings) -> None:
    settings.clock.move(timedelta(hours=72))
    assert client.get(link).status_code == 404


def test_a_new_link_for_the_same_person_ends_the_first(client, link, engine, settings) -> None:
    with core.transaction(engine) as session:
        bot.web.invite(session, bot.web.Invitation("kim", "Kim New", "agent"), by="op", now=settings.clock.now())
    assert client.get(link).status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "problem"),
    [("short", "short", "join_short"), (PASSWORD, PASSWORD + "x", "join_differ"), ("", "", "join_short")],
)
def test_a_password_that_is_short_or_mistyped_keeps_the_link_open(client, link, password, again, problem) -> None:
    answer = choose(client, link, password, again)
    assert answer.status_code == 400 and texts.text(problem, "en", shortest=8) in answer.text
    assert choose(client, link).url.path == "/desk/login"


def test_another_site_cannot_choose_the_password(client, link) -> None:
    client.get(link)
    form = {"token": "0" * 64, "password": PASSWORD, "again": PASSWORD}
    assert client.post(link, data=form).status_code == 403


def test_the_secret_of_the_link_is_stored_nowhere(engine, link) -> None:
    secret = link.rpartition("/")[2]
    with core.reading(engine) as session:
        for table in ("staff_invitations", "audit_unsealed"):
            assert secret not in str(session.exec_driver_sql(f"SELECT * FROM {table}").all())


def test_an_invitation_says_all_that_is_wrong_with_it(engine, settings) -> None:
    with core.transaction(engine) as session, pytest.raises(Problems) as raised:
        invitations.invite(session, bot.web.Invitation("sam", "", "boss"), by="op", now=settings.clock.now())
    assert [problem.where for problem in raised.value.problems] == ["name", "role", "login"]


def test_the_command_prints_a_link_that_works(engine, client, monkeypatch) -> None:
    monkeypatch.setenv("PARLEY_DATABASE_URL", str(engine.url))
    monkeypatch.setenv("PARLEY_PUBLIC_URL", "http://127.0.0.1:8000")
    told = CliRunner().invoke(main, ["staff", "add", "--login", "lee", "--name", "Lee", "--role", "agent"])
    assert told.exit_code == 0, told.output
    assert "Lee" in client.get(told.output.split()[-1].removeprefix("http://127.0.0.1:8000")).text
    wrong = CliRunner().invoke(main, ["staff", "add", "--login", "sam", "--name", "Sam", "--role", "king"])
    assert wrong.exit_code == 2 and "role" in wrong.output and "login" in wrong.output
