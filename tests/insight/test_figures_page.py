"""The managers' page of figures by HTTP: who may see it, what it says, and what it never reads."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

import bot.web
from bot import core
from bot.core import Clock, Settings
from bot.web import staff
from tests.insight.kit import END
from tests.web.desk_kit import PASSWORD, at_desk, staffed, token_in

PAGES = ("/manage/figures", "/manage/figures.csv")


@pytest.fixture
def app(month: Engine, monkeypatch: pytest.MonkeyPatch) -> Starlette:
    monkeypatch.setattr(staff, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    settings = replace(Settings.load({"PARLEY_PUBLIC_URL": "http://127.0.0.1:8000"}), clock=Clock(fixed=END))
    staffed(month, settings)
    with core.transaction(month) as session:
        bot.web.add_staff(session, "mia", "Mia Manager", PASSWORD, "manager", END)
    return bot.web.create_app(settings, month)


def test_managers_see_it_and_nobody_else(app: Starlette) -> None:
    stranger = TestClient(app, base_url="http://127.0.0.1:8000", follow_redirects=False)
    for path in PAGES:
        assert stranger.get(path).status_code == 303
        for login in ("sam", "sue"):
            assert at_desk(app, login).get(path).status_code == 403, (login, path)
    assert stranger.post("/manage/figures/costs", data={"token": "x"}).status_code == 303
    sam = at_desk(app, "sam")
    assert sam.post("/manage/figures/costs", data={"token": token_in(sam.get("/desk").text)}).status_code == 403
    mia = at_desk(app, "mia")
    assert mia.post("/manage/figures/costs", data={"token": "forged", "message": "1"}).status_code == 403
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    token = token_in(mia.get(PAGES[0]).text)
    assert mia.post("/manage/figures/costs", data={"token": token}, headers=foreign).status_code == 403


def test_a_title_is_the_answer_and_the_file_says_the_same(app: Starlette) -> None:
    mia = at_desk(app, "mia")
    page = mia.get("/manage/figures?days=90").text
    for title in (
        "Promises kept: 1 of 1 in the last 90 days", "$330.00 collected in the last 90 days",
        "Settled without a person: 3 of 4 sessions in the last 90 days", "Opted out: 1 of 5 people we wrote to",
        "Satisfied (CSAT): 1 of 2 who answered in the last 90 days, 50.0\u00a0%",
        "Offers inside policy: 7 of 7", "Recovered: $330.00 of $2,700.00 that was placed, 12.2\u00a0%",
    ):  # fmt: skip
        assert title in page, title
    assert "America/New_York" in page and "<code>promises_due</code>" in page
    file = mia.get("/manage/figures.csv?days=90")
    assert file.headers["content-type"] == "text/csv; charset=utf-8"
    assert "figures-2026-12-03-90-days.csv" in file.headers["content-disposition"]
    assert "Promises kept: 1 of 1 in the last 90 days" in file.text
    week = mia.get("/manage/figures?days=7&last=2026-11-11").text
    assert "in the 7 days to Nov 11, 2026" in week and "$130.00 collected" in week


def test_what_makes_no_sense_is_as_if_it_were_not_said(app: Starlette) -> None:
    mia = at_desk(app, "mia")
    for strange in ("x", "' OR 1=1--", "<script>alert(1)</script>", "9" * 40, "%00", "0001-01-01", "ñ\u202e"):
        for name in ("days", "last", "channel", "language", "segment", "currency"):
            for path in PAGES:
                answer = mia.get(path, params={name: strange})
                assert answer.status_code == 200, (path, name, strange)
                assert path.endswith("csv") or "<script>alert" not in answer.text


def test_no_request_reads_a_message_or_an_account(app: Starlette, month: Engine) -> None:
    mia, asked = at_desk(app, "mia"), list[str]()

    def hear(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    sa.event.listen(Engine, "before_cursor_execute", hear)
    try:
        assert [mia.get(path).status_code for path in PAGES] == [200, 200]
    finally:
        sa.event.remove(Engine, "before_cursor_execute", hear)
    read = [sql for sql in asked if "insight_" in sql]
    others = [sql for sql in asked if "insight_" not in sql and not sql.startswith(("PRAGMA", "BEGIN"))]
    assert len(read) > 10
    assert all(" staff" in sql for sql in others), others
    assert not any(name in sql for sql in asked for name in ("inbox", "outbox", "ledger_entries", "conversations"))


def test_costs_are_said_by_a_manager_and_stand_in_the_log(app: Starlette, month: Engine) -> None:
    mia = at_desk(app, "mia")
    page = mia.get("/manage/figures").text
    assert "Cost of collecting: say below what a message and an answer cost" in page
    form = {"token": token_in(page), "currency": "USD", "message": "0.0079", "answer": "2.50", "payment": "0.30",
            "percent": "2.9", "month": "1,200"}  # fmt: skip
    after = mia.post("/manage/figures/costs", data=form).text
    assert "Saved." in after and "Cost per $1 collected: $" in after and 'value="0.0079"' in html.unescape(after)
    wrong = mia.post("/manage/figures/costs", data={**form, "answer": "-3", "percent": "NaN", "currency": "usd"})
    assert wrong.status_code == 409 and all(word in wrong.text for word in ("An answer", "Share of a payment", "Currency"))
    with core.reading(month) as session:
        [fact] = core.facts(session, kind="CostsSaid")
    assert fact.data["message_micro"] == 7900 and fact.actor == "mia"
