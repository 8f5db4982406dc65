"""A mail server of this machine: it speaks SMTP, takes every letter, delivers none, and shows them at /mail.

Its faults are those of an address: `nobody@…` is refused for good, `later@…` for now.
"""

from __future__ import annotations

import asyncio
import contextlib
from email import message_from_bytes, policy
from email.message import EmailMessage

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.templating import Jinja2Templates

from bot.sandbox.model import TellsTime
from bot.sandbox.store import Store

LONGEST = 200_000
"""Bytes of a letter."""
_SHOWN = 100
_REFUSED = {"nobody@": "550 5.1.1 no such user", "later@": "451 4.2.1 try again later"}


class MailServer:
    """`serve` listens on loopback until it is cancelled."""

    def __init__(self, store: Store, clock: TellsTime, port: int) -> None:
        self._store, self._clock, self._port = store, clock, port

    async def serve(self) -> None:
        server = await asyncio.start_server(self._talk, "127.0.0.1", self._port, limit=LONGEST)
        async with server:
            await server.serve_forever()

    async def _talk(self, reads: asyncio.StreamReader, writes: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            await _say(writes, "220 mail.sandbox ready")
            to: list[str] = []
            while line := (await reads.readline()).decode("utf-8", "replace").strip():
                verb = line.split(" ")[0].upper()
                if verb == "DATA" and to:
                    await _say(writes, "354 go on")
                    self._keep(to, await reads.readuntil(b"\r\n.\r\n"))
                answer = self._answer(verb, line, to)
                await _say(writes, answer)
                if verb == "QUIT":
                    break
        writes.close()

    def _answer(self, verb: str, line: str, to: list[str]) -> str:
        if verb == "RCPT":
            address = line.partition("<")[2].partition(">")[0].lower()
            refusal = next((said for begins, said in _REFUSED.items() if address.startswith(begins)), None)
            to.extend([address] if refusal is None else [])
            return refusal or "250 fine"
        if verb in ("MAIL", "RSET"):
            to.clear()
        if verb == "DATA" and not to:
            return "503 5.5.1 nobody to send it to"
        return {"EHLO": "250 mail.sandbox", "HELO": "250 mail.sandbox", "QUIT": "221 bye"}.get(verb, "250 fine")

    def _keep(self, to: list[str], data: bytes) -> None:
        told = message_from_bytes(data[:-3].replace(b"\r\n..", b"\r\n."), policy=policy.default)
        assert isinstance(told, EmailMessage)
        body = told.get_body(("plain",))
        words = body.get_content().strip() if body is not None else ""
        with self._store.transaction():
            for address in to:
                self._store.run(
                    "insert into letters (address, sender, subject, body, at) values (?, ?, ?, ?, ?)",
                    address, str(told["From"]), str(told["Subject"]), words, self._clock.now().isoformat(),
                )  # fmt: skip


class MailPages:
    """`/mail` for a person's eyes, `/mail/<address>` for tests."""

    def __init__(self, store: Store, templates: Jinja2Templates) -> None:
        self._store, self._templates = store, templates

    async def page(self, request: Request) -> Response:
        rows = self._store.rows("select * from letters order by seq desc limit ?", _SHOWN)
        return self._templates.TemplateResponse(request, "mail.html", {"letters": rows})

    async def letters(self, request: Request) -> Response:
        """Oldest first: from, subject, text, at."""
        address = request.path_params["address"].lower()
        rows = self._store.rows("select * from letters where address = ? order by seq", address)
        return JSONResponse(
            [{"from": row["sender"], "subject": row["subject"], "text": row["body"], "at": row["at"]} for row in rows]
        )


async def _say(writes: asyncio.StreamWriter, line: str) -> None:
    writes.write(f"{line}\r\n".encode())
    await writes.drain()
