"""Fixtures: the receiver in Parley's place, and a sandbox that talks to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.sandbox.sandbox_kit import Box, Receiver, free_port, sandbox, served


@pytest.fixture(scope="session")
def _receiver_server() -> Iterator[Receiver]:
    parley, port = Receiver(), free_port()
    parley.url = f"http://127.0.0.1:{port}"

    async def take(request: Request) -> Response:
        return await parley.take(request)

    with served(Starlette(routes=[Route("/{rest:path}", take, methods=["GET", "POST"])]), port):
        yield parley


@pytest.fixture
def parley(_receiver_server: Receiver) -> Iterator[Receiver]:
    _receiver_server.kept, _receiver_server.answers = [], []
    yield _receiver_server


@pytest.fixture
def box(tmp_path: Path, parley: Receiver) -> Iterator[Box]:
    with sandbox(tmp_path / "sandbox.sqlite", parley) as running:
        yield running
