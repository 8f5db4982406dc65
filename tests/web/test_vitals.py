"""Health, figures and civil errors."""

from __future__ import annotations

import re
import shutil
import socket
import struct
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import httpx
import pytest
import sqlalchemy as sa
from starlette.routing import Route
from starlette.testclient import TestClient

import bot.web
from bot import contact, core, identity
from bot.core import health
from bot.web import texts, vitals
from tests.web.world import reply, say

pytestmark = pytest.mark.postgres


@pytest.fixture
def told(app) -> Iterator[str]:
    """The port where figures are told."""
    server = vitals.serve(app.state.figures, 0)
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    server.server_close()


def test_it_lives_and_is_ready(client, told) -> None:
    assert client.get("/healthz").text == "ok"
    assert httpx.get(f"{told}/readyz").json() == {"ready": True, "problems": {}}


@pytest.mark.parametrize("path", ["/readyz", "/metrics"])
def test_figures_are_not_where_everybody_is(client, path) -> None:
    assert client.get(path).status_code == 404


def test_a_backlog_is_told_by_its_age(client, told, settings, engine) -> None:
    say(client, "hi")
    settings.clock.move(timedelta(seconds=90))
    figures = httpx.get(f"{told}/metrics").text
    assert "parley_inbox_waiting 1.0" in figures
    age = re.search(r"parley_inbox_oldest_seconds ([\d.]+)", figures)
    assert age and 89 < float(age[1]) < 95
    reply(engine, settings, client)
    assert "parley_inbox_oldest_seconds 0.0" in httpx.get(f"{told}/metrics").text


def test_many_conversations_with_wrong_proofs_are_a_figure(client, told, settings, engine) -> None:
    with core.transaction(engine) as session:
        for number in range(3):
            talk = contact.open_conversation(session, "web", f"v{number}", settings.clock.now())
            answers = identity.Answers(date(1990, 1, 1), "10001", f"R-{number}")
            checks = identity.Checks.on("web", settings.secret_key)
            identity.challenge(session, talk, answers, now=settings.clock.now(), checks=checks)
    assert "parley_identity_conversations_gone_wrong 3.0" in httpx.get(f"{told}/metrics").text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_without_tables_it_is_not_ready_and_says_what_to_run(tmp_path, engine) -> None:
    empty = core.connect(f"sqlite:///{tmp_path}/empty.db")
    assert "parley migrate" in str(vitals.database_problem(empty))
    empty.dispose()


def test_tables_of_another_version_are_not_ready(engine, tmp_path, monkeypatch) -> None:
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text("")
    (tmp_path / "versions" / "a1.py").write_text("revision = 'a1'\ndown_revision = None\n")
    monkeypatch.setattr("bot.web.vitals.MIGRATIONS", tmp_path)
    for version, is_ready in (("a0", False), ("a1", True)):
        with core.transaction(engine) as session:
            session.execute(sa.text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32))"))
            session.execute(sa.text("DELETE FROM alembic_version"))
            session.execute(sa.text("INSERT INTO alembic_version VALUES (:v)"), {"v": version})
        assert (vitals.database_problem(engine) is None) is is_ready


def test_a_database_that_does_not_answer_is_said_so(settings) -> None:
    gone = core.connect("postgresql://nobody@127.0.0.1:1/none")
    assert vitals.database_problem(gone) == "the database does not answer"
    app = bot.web.create_app(settings, gone)
    assert TestClient(app).get("/healthz").status_code == 200
    server = vitals.serve(app.state.figures, 0)
    answer = httpx.get(f"http://127.0.0.1:{server.port}/metrics")
    assert (answer.status_code, answer.text) == (503, "the figures cannot be read: OperationalError")
    server.shutdown()
    server.server_close()


def test_a_disk_that_is_almost_full_is_not_ready(tmp_path) -> None:
    assert health.disk_problem(tmp_path, 0) is None
    assert health.disk_problem(tmp_path / "not" / "yet" / "there", 0) is None
    free = shutil.disk_usage(tmp_path).free // 2**20
    assert re.fullmatch(
        rf"\d+ MB are free at .+, expected {free * 2} MB or more", health.disk_problem(tmp_path, free * 2) or ""
    )


def test_requests_are_counted_by_route_and_never_by_address(client, told) -> None:
    client.get("/p/a-secret-token")
    client.get("/nothing/here")
    figures = httpx.get(f"{told}/metrics").text
    assert 'parley_http_requests_total{method="GET",route="/p/{token}",status="404"} 1.0' in figures
    assert 'route="other",status="404"' in figures and "secret" not in figures and "nothing" not in figures


@pytest.mark.parametrize("path", ["/nothing", "/p/%3Cscript%3E", "/chat/none", "/static/none.css", "/desk/none"])
def test_what_is_not_there_gets_a_civil_answer_without_an_echo(client, path) -> None:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "<script>" not in answer.text and "none" not in answer.text.replace('class="none"', "")


def test_scripts_get_json_and_people_get_a_page(client) -> None:
    assert client.get("/nothing", headers={"Accept": "application/json"}).json() == {
        "error": texts.text("error_404_head", "en")
    }
    assert client.get("/webhooks/twilio/message").json()["error"] == texts.text("error_405_head", "en")
    page = client.post("/", headers={"Accept": "text/html"})
    assert page.status_code == 405 and texts.text("error_405", "en") in page.text
    assert page.headers["allow"]


def test_a_bug_gets_a_civil_page_with_all_headers_and_says_nothing_of_itself(app) -> None:
    def broken(_request) -> None:
        raise RuntimeError("secret detail")

    app.router.routes.insert(0, Route("/broken", broken))
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/broken", headers={"Accept": "text/html", "Accept-Language": "es"})
    assert answer.status_code == 500 and "secret" not in answer.text
    assert texts.text("error_500_head", "es") in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_a_process_without_pages_tells_its_health_on_a_port() -> None:
    state: list[str] = []
    server = health.serve(0, {"model": lambda: state[0] if state else None, "database": lambda: None})
    base = f"http://127.0.0.1:{server.port}"
    assert httpx.get(f"{base}/healthz").text == "ok"
    assert httpx.get(f"{base}/readyz").json() == {"ready": True, "problems": {}}
    state.append("the model is not loaded")
    answer = httpx.get(f"{base}/readyz")
    assert (answer.status_code, answer.json()["problems"]) == (503, {"model": "the model is not loaded"})
    assert "python_info" in httpx.get(f"{base}/metrics").text
    assert httpx.get(f"{base}/other").status_code == 404
    server.shutdown()
    server.server_close()


def test_many_who_ask_whether_it_is_ready_are_looked_for_one_after_another() -> None:
    """Looks that take long on a busy machine, and are asked for again meanwhile, would never come to an end."""
    at_once: list[int] = []
    looking: list[int] = []

    def slow() -> None:
        looking.append(1)
        at_once.append(len(looking))
        time.sleep(0.1)
        looking.pop()

    server = health.serve(0, {"database": slow})
    with ThreadPoolExecutor(6) as askers:
        answers = list(askers.map(lambda _: httpx.get(f"http://127.0.0.1:{server.port}/readyz", timeout=30), range(6)))
    server.shutdown()
    server.server_close()
    assert [each.status_code for each in answers] == [200] * 6 and at_once == [1] * 6


def test_whoever_asks_after_its_health_and_hangs_up_leaves_one_line(
    logged: list[dict[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = threading.Event()

    def slow() -> None:
        asked.set()
        gone.wait(10)

    gone, until = threading.Event(), time.monotonic() + 10
    server = health.serve(0, {"database": slow})
    with socket.create_connection(("127.0.0.1", server.port)) as asker:
        asker.sendall(b"GET /readyz HTTP/1.0\r\n\r\n")
        assert asked.wait(10)
        asker.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    gone.set()
    while not logged and time.monotonic() < until:
        time.sleep(0.02)
    server.shutdown()
    server.server_close()
    assert [line["event"] for line in logged] == ["health_not_told"]
    assert "Traceback" not in capsys.readouterr().err


def test_a_check_that_fails_is_a_problem_and_nothing_more() -> None:
    assert health.problems({"database": lambda: str(1 / 0)}) == {"database": "the check failed: ZeroDivisionError"}
