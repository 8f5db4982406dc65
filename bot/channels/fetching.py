"""What somebody sent beside words, from where the provider keeps it: by our key, from its own host, only so much.

A webhook names an address; of it only the path is used, on the host that our key is for.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import httpx
from telegram.error import BadRequest, TelegramError

from bot import contact
from bot.channels import telegram
from bot.contact import file_check
from bot.core import Settings

TIMEOUT = 10.0
"""Seconds for each step of a call."""
_TWILIO = "api.twilio.com"


def fetch(settings: Settings, source: str, timeout: float = TIMEOUT) -> bytes:
    """Raises contact.Undeliverable when it is gone, contact.Away when nobody knows yet, NotKept when it is too large."""
    if source.startswith("telegram:"):
        return asyncio.run(_from_telegram(settings, source.rpartition(":")[2]))
    with _client(settings, timeout) as client:
        try:
            with client.stream("GET", _at_twilio(settings, source)) as answer:
                return _whole(answer)
        except httpx.HTTPError as error:
            raise contact.Away(f"Twilio: {type(error).__name__}") from error


def forget(settings: Settings, source: str, timeout: float = TIMEOUT) -> None:
    """Twilio need not keep what we have. Raises httpx.HTTPError; nothing depends on it."""
    if not source.startswith("telegram:"):
        with _client(settings, timeout) as client:
            client.delete(_at_twilio(settings, source))


def _client(settings: Settings, timeout: float) -> httpx.Client:
    """It leads on to the host of the file, and the key does not go there."""
    keys = settings.twilio
    return httpx.Client(
        auth=(keys.account_sid, keys.auth_token), timeout=timeout, follow_redirects=True, max_redirects=3,
        trust_env=False,
    )  # fmt: skip


def _at_twilio(settings: Settings, source: str) -> str:
    """Raises contact.Undeliverable for what is no medium of our account."""
    try:
        given = urlsplit(source)
    except ValueError as error:
        raise contact.Undeliverable("no address") from error
    ours = f"/2010-04-01/Accounts/{settings.twilio.account_sid}/Messages/"
    if (given.scheme, given.netloc) != ("https", _TWILIO) or not given.path.startswith(ours) or ".." in given.path:
        raise contact.Undeliverable("not an address of our Twilio account")
    return f"{settings.twilio.api_base or f'https://{_TWILIO}'}{given.path}"


def _whole(answer: httpx.Response) -> bytes:
    if answer.status_code in (404, 410):
        raise contact.Undeliverable(f"Twilio {answer.status_code}")
    answer.raise_for_status()
    raw = bytearray()
    for chunk in answer.iter_bytes():
        raw += chunk
        if len(raw) > file_check.LARGEST:
            raise file_check.NotKept("too_large")
    return bytes(raw)


async def _from_telegram(settings: Settings, file_id: str) -> bytes:
    try:
        async with telegram.opened(settings) as client:
            found = await client.get_file(file_id)
            if (found.file_size or 0) > file_check.LARGEST:
                raise file_check.NotKept("too_large")
            return bytes(await found.download_as_bytearray())
    except BadRequest as error:
        raise contact.Undeliverable(f"Telegram: {error.message}"[:100]) from error
    except TelegramError as error:
        raise contact.Away(f"Telegram: {type(error).__name__}") from error
