"""The ways to somebody on call: a webhook, a letter, a text. One way that works is enough, and all of them are tried.

Nothing here knows what a case is: it carries a few facts, as JSON to a webhook and as two lines to a person.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import structlog

from bot.channels import smtp
from bot.channels.staff_text import NotTaken, text_staff
from bot.core import Settings
from bot.core.on_call import Smtp

TIMEOUT = 5.0
Told = Mapping[str, Any]
Post = Callable[[str, Told], None]
"""Takes an address and what is to be told there. Raises Unreached."""
_log = structlog.get_logger(__name__)


class Unreached(Exception):
    """Nobody took it at one address; the reason is fit for a log and holds no secret."""


def by_http(url: str, told: Told) -> None:
    try:
        httpx.post(url, json=dict(told), timeout=TIMEOUT).raise_for_status()
    except httpx.HTTPStatusError as error:
        raise Unreached(f"HTTP {error.response.status_code}") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unreached(type(error).__name__) from error


class Mail:
    """Letters over one server of the operator."""

    def __init__(self, server: Smtp, trust: ssl.SSLContext | None = None) -> None:
        self._smtp, self._trust = server, trust

    def __call__(self, address: str, told: Told) -> None:
        made = smtp.letter(self._smtp, address.removeprefix("mailto:"), f"Parley: {_title(told)}", in_words(told))
        made["Importance"] = "high"
        try:
            with smtp.connected(self._smtp, TIMEOUT, self._trust) as server:
                server.send_message(made)
        except smtplib.SMTPResponseException as error:
            raise Unreached(f"SMTP {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Unreached(type(error).__name__) from error


def ways(settings: Settings) -> Post:
    """One for every kind of address that PARLEY_PAGER may name."""

    def post(address: str, told: Told) -> None:
        if address.startswith("mailto:"):
            if settings.smtp is None:
                raise Unreached("there is no PARLEY_SMTP")
            Mail(settings.smtp)(address, told)
        elif address.startswith("sms:"):
            try:
                text_staff(settings, address.removeprefix("sms:"), in_words(told), timeout=TIMEOUT)
            except NotTaken as error:
                raise Unreached(str(error)) from error
        else:
            by_http(address, told)

    return post


def ring(settings: Settings, told: Told, post: Post | None = None) -> bool:
    """Tells all of PARLEY_PAGER; False when nobody at all took it."""
    return len(unreached(settings, told, post)) < len(settings.pager)


def unreached(settings: Settings, told: Told, post: Post | None = None) -> dict[str, str]:
    """The addresses that did not take it, and why."""
    failed, post = {}, post or ways(settings)
    for address in settings.pager:
        try:
            post(address, told)
        except Unreached as error:
            _log.error("nobody_paged", name=address.partition(":")[0], error=str(error))
            failed[address] = str(error)
    return failed


def _title(told: Told) -> str:
    if "test" in told:
        return "this is a test"
    return f"{str(told['reason']).replace('_', ' ')}, now" if "reason" in told else f"{told['duty']} is due"


def in_words(told: Told) -> str:
    """For a person's eyes, in ASCII and within two segments of a text."""
    if "test" in told:
        return "Parley: this is a test, nothing is to be done. Whoever is on call is reached here."
    if "reason" in told:
        return f"Parley: {_title(told)}. Answer by {_time(told['answer_by'])} UTC. {told['url']}"
    return f"Parley: {_title(told)} on {told['due_on']}. {told['url']}"


def _time(iso: str) -> str:
    return iso[11:16]
