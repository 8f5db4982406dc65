"""What supervisors have besides: a second step at the door, and the wall."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from starlette.testclient import TestClient

import bot.web
from bot import core, handoff
from bot.core import Settings
from bot.web import second_factor, staff, texts
from tests.web.desk_kit import PASSWORD, at_desk, case, post, token_in

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


def enter(client: TestClient, login: str = "sue", code: str = "", password: str = PASSWORD):
    form = {"login": login, "password": password, "code": code, "token": token_in(client.get("/desk/login").text)}
    return client.post("/desk/login", data=form, follow_redirects=False)


def browser(app) -> TestClient:
    return TestClient(app, base_url="http://127.0.0.1:8000")


def set_up(client: TestClient, settings: Settings, code: str = "") -> str:
    """Returns the key that the page shows."""
    page = client.get("/desk/second-step").text
    key, seed = (
        re.findall(r'<b class="key">([A-Z2-7 ]+)</b>', page)[0].replace(" ", ""),
        re.findall(r'name="seed" value="(\w+)"', page)[0],
    )
    form = {"token": token_in(page), "seed": seed, "code": code or now_code(key, settings)}
    client.post("/desk/second-step", data=form)
    return key


def now_code(key: str, settings: Settings) -> str:
    return second_factor.code(key, int(settings.clock.now().timestamp()) // 30)


@pytest.mark.parametrize(("at", "code"), [(59, "287082"), (1111111109, "081804"), (20000000000, "353130")])
def test_codes_are_those_of_the_rfc(at: int, code: str) -> None:
    """RFC 6238, appendix B, the last six of eight digits."""
    key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert second_factor.code(key, at // 30) == code
    now = datetime.fromtimestamp(at, timezone.utc)
    assert second_factor.matching_step(key, f"{code[:3]} {code[3:]}", now) == at // 30
    assert second_factor.matching_step(key, code, now + timedelta(seconds=90)) is None
    assert [second_factor.matching_step(key, wrong, now) for wrong in ("", code[:5], "٢٨٧٠٨٢", "abcdef")] == [None] * 4


def test_once_it_is_set_up_nobody_gets_in_without_it(app, settings, engine) -> None:
    sue = at_desk(app, "sue")
    set_up(sue, settings, code="000000")
    assert enter(browser(app)).status_code == 303, "a wrong code sets up nothing"
    key = set_up(sue, settings)
    settings.clock.move(timedelta(seconds=60))
    for code in ("", "000000", "12345", "1234567"):
        assert enter(browser(app), code=code).status_code == 401
    assert enter(browser(app), code=now_code(key, settings), password="wrong").status_code == 401
    good = now_code(key, settings)
    assert enter(browser(app), code=good).status_code == 401, "five wrong tries have to wait, as with passwords"
    settings.clock.move(timedelta(minutes=15))
    good = now_code(key, settings)
    assert enter(browser(app), code=good).status_code == 303
    assert enter(browser(app), code=good).status_code == 401, "no code works twice"
    with core.reading(engine) as session:
        stored = str(session.execute(staff.staff.select()).all())
    assert key not in stored and "second_factor" not in stored


def test_a_second_one_is_not_set_up_over_the_first_and_an_operator_forgets_it(app, settings, engine) -> None:
    sue = at_desk(app, "sue")
    key = set_up(sue, settings)
    assert texts.text("second_is_set", "en") in sue.get("/desk/second-step").text
    form = {"token": token_in(sue.get("/desk").text), "seed": "0" * 32}
    other = second_factor.secret(settings, "x", "0" * 32)
    assert sue.post("/desk/second-step", data={**form, "code": now_code(other, settings)}).status_code == 400
    with core.transaction(engine) as session:
        assert bot.web.forget_second_step(session, "sue", by="operator", now=settings.clock.now())
        assert not bot.web.forget_second_step(session, "nobody", by="operator", now=settings.clock.now())
    assert enter(browser(app)).status_code == 303 and key
    with core.reading(engine) as session:
        assert [len(core.facts(session, kind=kind)) for kind in ("SecondStepSetUp", "SecondStepForgotten")] == [1, 1]


def test_when_anything_is_live_a_supervisor_sets_it_up_before_anything_else(settings, engine, monkeypatch) -> None:
    monkeypatch.setattr(Settings, "is_live", property(lambda known: True))
    app = bot.web.create_app(replace(settings), engine)
    sue, sam = browser(app), browser(app)
    assert enter(sue).headers["location"] == "/desk/second-step"
    assert enter(sam, "sam").headers["location"] == "/desk"
    for path in ("/desk", "/desk/wall", "/desk/holds"):
        assert sue.get(path).url.path == "/desk/login", path
    assert sue.get("/desk/waiting").status_code == 401
    set_up(sue, settings)
    assert sue.get("/desk").url.path == "/desk"
    assert sam.get("/desk/second-step").status_code == 403


def test_the_wall_counts_and_is_for_supervisors(app, settings, engine) -> None:
    late = case(engine, settings, address="+12025550101", ago=40)
    case(engine, settings, handoff.Reason.DISPUTE, "not mine", "+12025550102", ago=10)
    sam, sue = at_desk(app, "sam"), at_desk(app, "sue")
    post(sam, late, "take")
    post(sam, late, "here", typing="1")
    assert sam.get("/desk/wall").status_code == 403
    page = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", sue.get("/desk/wall").text)).split())
    assert "1 past their target" in page
    assert "2 wait for an answer, 1 of all are nobody's, the longest wait is 40 min. 2 cases are open." in page
    assert "Disputes what is owed 1 1 0 10 min Asked for a person 1 0 1 40 min" in page
    assert "Sam Agent writing 1 1 1 0 Ana Second – 0 0 0 0 Sue Supervisor – 0 0 0 0" in page
    with core.reading(engine) as session:
        assert [fact.actor[:10] for fact in core.facts(session, kind="WallRead")] == ["agent:stf_"]


def test_a_case_is_reassigned_from_the_wall(app, settings, engine) -> None:
    talk = case(engine, settings)
    sue, ana = at_desk(app, "sue"), at_desk(app, "ana")
    with core.reading(engine) as session:
        to = next(actor for actor, name in staff.names(session).items() if name == "Ana Second")
    ana.post("/desk/here", data={"token": token_in(ana.get("/desk").text)})
    form = {"token": token_in(sue.get("/desk/wall").text), "to": to, "text": "yours, you know him"}
    assert sue.post(f"/desk/conversations/{talk}/transfer", data=form).url.path == f"/desk/conversations/{talk}"
    assert len(ana.get("/desk/waiting?view=mine").json()["cases"]) == 1


MOVES = ("snooze", "wake", "transfer", "draft", "here", "voice", "later", "call-off", "act")


def test_nothing_new_is_read_or_done_without_logging_in_or_from_another_site(app, settings, engine) -> None:
    talk = case(engine, settings)
    nobody, sue = browser(app), at_desk(app, "sue")
    where = {name: f"/desk/conversations/{talk}/{name}" for name in MOVES} | {
        "seen": "/desk/here",
        "grant": "/desk/approvals/apr_1",
    }
    for path in ("/desk/wall", "/desk/second-step", "/desk/approvals"):
        assert nobody.get(path, follow_redirects=False).headers["location"] == f"/desk/login?next={path}"
    for name, path in where.items():
        answer = nobody.post(path, data={"token": "0" * 64}, follow_redirects=False)
        assert answer.status_code == 401 or answer.headers["location"] == "/desk/login", name
        assert sue.post(path, data={"token": "0" * 64}).status_code == 403, name
        token = token_in(sue.get("/desk").text)
        assert sue.post(path, data={"token": token}, headers={"Origin": "https://evil.example"}).status_code == 403, (
            name
        )
    assert sue.post("/desk/second-step", data={"token": "0" * 64, "seed": "0" * 32}).status_code == 403
    with core.reading(engine) as session:
        assert not handoff.online(session, settings.clock.now())
