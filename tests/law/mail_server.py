"""In the place of an operator's mail server: it speaks SMTP over TLS, wants a password, and keeps the letters."""

from __future__ import annotations

import base64
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

USER, PASSWORD = "parley", "p@ss:word/1"


class MailServer(socketserver.ThreadingTCPServer):
    """`starttls`: TLS once it was asked for, and nothing else before; otherwise from the first byte."""

    daemon_threads, allow_reuse_address = True, True

    def __init__(self, certificate: Path, *, starttls: bool) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.starttls, self.letters, self.to = starttls, list[EmailMessage](), list[str]()
        self.tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.tls.load_cert_chain(certificate)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever does not trust our certificate hangs up."""


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.is_safe, self.is_known = False, False
        if not self.server.starttls:
            self._over_tls()
        self._say("220 mail.example ready")
        while (line := self.rfile.readline().decode().rstrip("\r\n")) and self._obey(*line.partition(" ")[::2]):
            pass

    def _obey(self, verb: str, rest: str) -> bool:
        """False ends the talk."""
        verb = verb.upper()
        if verb == "EHLO":
            self._say("250-mail.example", "250 AUTH PLAIN" if self.is_safe else "250 STARTTLS")
        elif verb == "STARTTLS":
            self._say("220 go ahead")
            self._over_tls()
        elif not self.is_safe:
            self._say("530 5.7.0 must issue a STARTTLS command first")
        elif verb == "AUTH":
            self.is_known = base64.b64decode(rest.partition(" ")[2]) == f"\0{USER}\0{PASSWORD}".encode()
            self._say("235 welcome" if self.is_known else "535 5.7.8 not you")
        elif not self.is_known and verb in ("MAIL", "RCPT", "DATA"):
            self._say("530 5.7.0 authentication required")
        elif verb == "RCPT":
            self._receiver(rest.partition("<")[2].rstrip(">"))
        elif verb == "DATA":
            self._letter()
        else:
            self._say("221 bye" if verb == "QUIT" else "250 fine")
        return verb != "QUIT"

    def _receiver(self, address: str) -> None:
        if address.startswith("nobody@"):
            self._say("550 5.1.1 no such user")
        else:
            self.server.to.append(address)
            self._say("250 fine")

    def _letter(self) -> None:
        self._say("354 go on")
        lines = list(iter(self.rfile.readline, b".\r\n"))
        letter = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.server.letters.append(letter)
        self._say("250 taken")

    def _over_tls(self) -> None:
        self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        self.setup()
        self.is_safe = True

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


@contextmanager
def mail_server(certificate: Path, *, starttls: bool) -> Iterator[MailServer]:
    with MailServer(certificate, starttls=starttls) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()
