"""Those who take everything for themselves: connections, time, streams. The others are served all the same."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

import bot.web
from bot import core
from bot.core import Settings
from bot.web import chat_stream, connections, patience, visitor
from tests.examples import each
from tests.web.world import Server, say, settings_for
from tests.web.world import serving as serve_for


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The limits have nothing to do with the kind of database."""
    made = core.connect(f"sqlite:///{tmp_path}/parley.db")
    core.metadata.create_all(made)
    yield made
    made.dispose()


ASK = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"


def until(what: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def connect(server: Server) -> socket.socket:
    port = httpx.URL(server.url).port
    assert port is not None
    return socket.create_connection(("127.0.0.1", port), timeout=60)


def is_closed(one: socket.socket) -> bool:
    one.setblocking(False)
    try:
        return one.recv(1) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> Iterator[Server]:
    """A server whose patience is short enough for a test."""
    real = connections.guarded
    monkeypatch.setattr(connections, "guarded", lambda door: real(door, header_seconds=0.5))
    monkeypatch.setattr(patience.Patience.__init__, "__defaults__", (0.5,))
    yield from serve_for(engine)


@pytest.mark.parametrize("said", [b"", b"GET / HTT", b"POST /chat/messages HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"])
def test_seven_hundred_idle_connections_refuse_nobody(server: Server, said: bytes) -> None:
    idle = [connect(server) for _ in range(700)]
    for one in idle[::2]:
        with contextlib.suppress(OSError):
            one.sendall(said)
    for _ in range(5):
        assert httpx.get(f"{server.url}/healthz").text == "ok"
    until(lambda: sum(is_closed(one) for one in idle) >= 200)
    for one in idle:
        one.close()


def test_a_connection_that_says_nothing_or_half_a_head_is_closed(patient: Server) -> None:
    silent, slow = connect(patient), connect(patient)
    slow.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")
    until(lambda: is_closed(silent) and is_closed(slow))


def test_a_second_head_that_does_not_come_to_an_end_is_closed_too(patient: Server) -> None:
    one = connect(patient)
    one.sendall(ASK)
    assert one.recv(200).startswith(b"HTTP/1.1 200")
    one.sendall(b"GET /healthz HTTP/1.1\r\nX-Slow: ")
    until(lambda: _is_over(one))


def _is_over(one: socket.socket) -> bool:
    """Reads what is left of the answer first."""
    one.setblocking(False)
    try:
        return one.recv(4096) == b""
    except BlockingIOError:
        return False
    except ConnectionError:
        return True


def test_a_head_without_end_is_closed_at_64_kilobytes(server: Server) -> None:
    one = connect(server)
    one.sendall(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 200_000)
    until(lambda: is_closed(one))


@pytest.mark.parametrize("path", ["/chat/messages", "/webhooks/twilio/message", "/webhooks/stripe", "/desk/login"])
def test_a_body_that_does_not_come_to_an_end_is_answered_408(patient: Server, path: str) -> None:
    one = connect(patient)
    one.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc".encode())
    assert one.recv(1000).startswith(b"HTTP/1.1 408")


def test_an_open_stream_is_not_cut_off_by_any_of_this(patient: Server) -> None:
    with httpx.Client(base_url=patient.url, timeout=60) as client:
        client.get("/")
        with client.stream("GET", "/chat/stream") as stream:
            lines = stream.iter_lines()
            assert next(lines) == "retry: 2000"
            time.sleep(1.2)  # longer than any patience here
            with httpx.Client(base_url=patient.url, cookies=client.cookies) as other:
                say(other, "hi")
            assert "typing" in "".join(next(lines) for _ in range(2))


def test_whoever_hangs_up_in_a_body_leaves_one_line(
    server: Server, logged: list[dict[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    one = connect(server)
    one.sendall(b"POST /webhooks/stripe HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n")
    assert one.recv(100).startswith(b"HTTP/1.1 100"), "it waits for the body"
    one.sendall(b"abc")
    one.close()
    until(lambda: bool(logged))
    assert logged == [{"event": "request_aborted", "name": "/webhooks/stripe", "log_level": "info"}]
    assert not caplog.records


def test_the_streams_of_a_process_are_limited_in_all(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_stream, "IN_ALL", 3)
    clients = [httpx.Client(base_url=server.url, timeout=60) for _ in range(4)]
    streams, readers = [], []
    for client in clients:
        client.get("/")
        opened = client.send(client.build_request("GET", "/chat/stream"), stream=True)
        streams.append(opened)
        readers.append(opened.iter_lines())
        next(readers[-1])
    assert [one.status_code for one in streams] == [200, 200, 200, 503]
    assert streams[3].headers["retry-after"] == "30"
    for opened, client in zip(streams, clients):
        opened.close()
        client.close()


class Idle:
    """Stands for a connection at the door."""

    def __init__(self, is_idle: bool = True) -> None:
        self.is_idle, self.closed = is_idle, False

    def hang_up(self) -> None:
        self.is_idle, self.closed = False, True


def test_the_oldest_idle_connection_of_an_address_gives_its_place_to_the_next() -> None:
    door = connections.Door(each=3)
    busy, *idle = [Idle(is_idle=False), Idle(), Idle()]
    elsewhere = Idle()
    assert all(door.enter(one, "198.51.100.7") for one in (busy, *idle)) and door.enter(elsewhere, "198.51.100.8")
    assert door.enter(Idle(), "198.51.100.7")
    assert [one.closed for one in (busy, *idle, elsewhere)] == [False, True, False, False]


def test_an_address_whose_connections_are_all_at_work_gets_no_more() -> None:
    door = connections.Door(each=2)
    working = [Idle(is_idle=False) for _ in range(2)]
    assert all(door.enter(one, "198.51.100.7") for one in working)
    assert not door.enter(Idle(), "198.51.100.7")
    door.leave(working[0], "198.51.100.7")
    assert door.enter(Idle(), "198.51.100.7")


def test_a_proxy_that_we_trust_has_no_limit_of_its_own_but_the_one_in_all() -> None:
    door = connections.Door(each=1, in_all=3, trusted=["10.0.0.0/8"])
    assert all(door.enter(Idle(is_idle=False), "10.1.2.3") for _ in range(3))
    assert not door.enter(Idle(), "198.51.100.7")


@each(
    ("peer", "forwarded", "seen"),
    [
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.1", "198.51.100.7"], "198.51.100.7"),  # the left one is what the visitor wrote
        ("10.0.0.1", ["198.51.100.7", "10.0.0.2"], "198.51.100.7"),  # two proxies of ours
        ("10.0.0.1", ["10.0.0.3", "10.0.0.2"], "10.0.0.3"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["unknown"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7", "<script>"], "10.0.0.1"),
        ("10.0.0.1", ["2001:db8::7"], "2001:db8::7"),
        ("198.51.100.9", ["203.0.113.1"], "198.51.100.9"),  # not our proxy: not believed
    ],
)
def test_only_our_proxies_are_believed_about_who_is_there(peer: str, forwarded: list[str], seen: str) -> None:
    assert visitor.visitor(peer, forwarded, ["10.0.0.0/8"]) == seen


@pytest.mark.parametrize(("trusted", "codes"), [("", [202, 202, 429]), ("127.0.0.1", [202, 202, 202])])
def test_behind_our_proxy_visitors_are_counted_one_by_one(
    engine: Engine, trusted: str, codes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.web import chat_post
    from bot.web.limits import Bucket

    settings = settings_for(PARLEY_TRUSTED_PROXIES=trusted)
    small = lambda **how: Bucket(burst=min(how["burst"], 2), per_second=0.001)  # noqa: E731
    monkeypatch.setattr(chat_post, "Bucket", small)
    app = bot.web.create_app(settings, engine)
    answers = []
    for number in range(3):
        client = TestClient(app, base_url="http://127.0.0.1:8000", client=("127.0.0.1", 50000),
                            headers={"X-Forwarded-For": f"198.51.100.{number}"})  # fmt: skip
        answers.append(say(client, "hi").status_code)
    assert answers == codes


@pytest.mark.parametrize(
    "path",
    ["/desk/conversations/con_%00", "/p/%00", "/a/x%00", "/?lang=%00", "/chat/messages?after=%00", "/static/%00"],
)
def test_a_nul_in_an_address_is_400(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 400


def test_a_nul_in_a_form_is_400(client: TestClient) -> None:
    client.get("/desk/login")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/desk/login", content=b"login=a%00&password=b&token=c", headers=form).status_code == 400
    assert client.post("/desk/conversations/x/note", content=b"token=%00", headers=form).status_code == 400


def test_the_limit_of_open_files_is_asked_for(settings: Settings) -> None:
    assert 64 <= connections.as_many_as_files_allow() <= connections.IN_ALL
