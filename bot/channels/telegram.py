"""Telegram, out: messages by the real SDK, which is asynchronous and so lives on an event loop of its own.

Sending is not idempotent at Telegram, and Telegram has no list of what a bot sent: what was cut off after it left
cannot be looked up, so nobody sends it again, and a person hears of it. Its limits are kept here: one message a second
in a chat, thirty a second in all, and after a 429 nothing before the time that it names.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import threading
import time
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from concurrent.futures import Future
from datetime import timedelta
from typing import Any, TypeVar

import httpx
import telegram
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.ext import AIORateLimiter, ExtBot
from telegram.helpers import create_deep_linked_url
from telegram.request import HTTPXRequest

from bot import contact
from bot.channels import last_moment
from bot.channels.telegram_updates import KINDS
from bot.core import Settings

LONGEST = 4096
"""Characters of one message."""
IN_A_CHAT = 1.0
"""Seconds between two messages to one person."""
IDLE = 1.0
"""Seconds after which a silent connection is not used again: a server that is just closing it takes nothing and says
nothing, and what was sent then could not be looked up.
"""
_API = "https://api.telegram.org"
CONNECTIONS = 16
LATEST = 8.0
"""Seconds after which a button need not be answered any more."""
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_NOT_DONE = (500, 502, 503)
"""Answers that say that nothing was done; what was cut off says nothing."""
_NOT_TELEGRAMS = (ValueError, TypeError, KeyError, AttributeError)
"""What the SDK raises over an answer of somebody in between."""
_Value = TypeVar("_Value")


class NotDone(TelegramError):
    """Telegram, or somebody in between, says that it did nothing."""


_NOT_FOR_THIS_ONE = (RetryAfter, InvalidToken, Conflict, NotDone, Forbidden, BadRequest)


def is_telegram(settings: Settings, given: str | None) -> bool:
    """Whether an update carries the secret that we gave Telegram; compared in constant time."""
    return hmac.compare_digest((given or "").encode(), settings.telegram.secret_token.encode())


class TelegramSender:
    """Sends to private chats. Implements contact.Sender."""

    provider = "telegram"
    settle = timedelta(0)

    def __init__(self, settings: Settings, timeout: float = 10.0, in_a_chat: float = IN_A_CHAT) -> None:
        self._settings, self._timeout, self._in_a_chat = settings, timeout, in_a_chat
        self._loop = asyncio.new_event_loop()
        self._bot: ExtBot[Any] | None = None
        self._lock = threading.Lock()
        self._not_before = 0.0
        self._last: dict[str, float] = {}

    def send(self, message: contact.OutboxMessage, may_begin: Callable[[], bool]) -> str:
        if len(message.text) > LONGEST:
            raise contact.Undeliverable(f"longer than {LONGEST} characters")
        wait = self._not_before - time.monotonic()
        if wait > 0:
            raise contact.Away(f"Telegram asked for {wait:.0f} more seconds")
        self._pace(message.address)
        try:
            sent = self._run(self._send(message, may_begin)).result()
        except TelegramError as error:
            if isinstance(error, RetryAfter):
                self._not_before = time.monotonic() + _seconds(error)
            raise refusal(error) from error
        except _NOT_TELEGRAMS as error:
            raise contact.Uncertain("the answer was not Telegram's", away=True) from error
        return f"telegram:{message.address}:{sent.message_id}"

    def find(
        self, message: contact.OutboxMessage, are_ours: Callable[[Collection[str]], Collection[str]]
    ) -> str | None:
        raise contact.Undeliverable("it may have arrived: Telegram did not say, and cannot be asked")

    async def _send(self, message: contact.OutboxMessage, may_begin: Callable[[], bool]) -> telegram.Message:
        with last_moment.only_while(may_begin):
            return await self._ready().send_message(
                int(message.address), message.text, reply_markup=keyboard(message),
                link_preview_options=telegram.LinkPreviewOptions(is_disabled=True),
            )  # fmt: skip

    def _pace(self, address: str) -> None:
        now = time.monotonic()
        with self._lock:
            self._last = {each: at for each, at in self._last.items() if now - at < self._in_a_chat}
            at = max(now, self._last.get(address, 0.0) + self._in_a_chat)
            self._last[address] = at
        time.sleep(at - now)

    def _ready(self) -> ExtBot[Any]:
        if self._bot is None:
            self._bot = _bot(self._settings, _request(self._settings, self._timeout))
        return self._bot

    def _run(self, work: Coroutine[Any, Any, _Value]) -> Future[_Value]:
        with self._lock:
            if not self._loop.is_running():
                threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True).start()
                while not self._loop.is_running():
                    time.sleep(0.001)
        return asyncio.run_coroutine_threadsafe(work, self._loop)


@contextlib.asynccontextmanager
async def opened(settings: Settings, timeout: float = LATEST) -> AsyncIterator[ExtBot[Any]]:
    """The SDK's client for a few calls on this event loop."""
    request = _request(settings, timeout)
    try:
        yield _bot(settings, request)
    finally:
        await request.shutdown()


async def connect(settings: Settings) -> str:
    """Tells Telegram where to send what people write; the name of the bot. Raises TelegramError."""
    async with opened(settings) as client:
        await client.set_webhook(
            f"{settings.public_url}/webhooks/telegram", secret_token=settings.telegram.secret_token,
            allowed_updates=KINDS, max_connections=10,
        )  # fmt: skip
        return str((await client.get_me()).username)


async def name(settings: Settings) -> str:
    """Of the bot, as it stands in links. Raises TelegramError."""
    async with opened(settings) as client:
        return str((await client.get_me()).username)


def link(settings: Settings, bot: str, word: str) -> str:
    """Opens the chat with the bot; what the person sends there by pressing Start is /start and this word."""
    url = create_deep_linked_url(bot, word)
    sandbox = settings.telegram.api_base
    return url if sandbox is None else url.replace("https:/", sandbox)


async def answer_press(settings: Settings, callback_id: str, address: str, message_id: int, said: str | None) -> None:
    """The button stops waiting, and the buttons go. `said` is shown for a moment. Raises TelegramError."""
    async with opened(settings) as client:
        await client.answer_callback_query(callback_id, text=said)
        try:
            await client.edit_message_reply_markup(int(address), message_id, reply_markup=None)
        except BadRequest as gone:
            if "not modified" not in gone.message and "not found" not in gone.message:
                raise


def keyboard(message: contact.OutboxMessage) -> telegram.InlineKeyboardMarkup | None:
    """One row a button: they are sentences."""
    rows = [
        [telegram.InlineKeyboardButton(words, callback_data=id_)] for id_, words in contact.buttons.choices(message)
    ]
    return telegram.InlineKeyboardMarkup(rows) if rows else None


def refusal(error: TelegramError) -> Exception:
    """Whose matter it is: this message's, everybody's, or nobody knows whether it was done."""
    said, cause = f"Telegram: {error.message}"[:200], error.__cause__
    if isinstance(cause, last_moment.TooLate):
        return contact.TooLate()
    if isinstance(error, (Forbidden, BadRequest, ChatMigrated)) and cause is None:  # with one it was a page of a proxy
        return contact.Undeliverable(said, opted_out="blocked by the user" in error.message)
    if isinstance(error, _NOT_FOR_THIS_ONE) or isinstance(cause, _NEVER_LEFT):
        return contact.Away(said)
    return contact.Uncertain(said, away=True)


def _seconds(error: RetryAfter) -> float:
    after: Any = error.retry_after
    return float(after.total_seconds()) if isinstance(after, timedelta) else float(after)


def _bot(settings: Settings, request: HTTPXRequest) -> ExtBot[Any]:
    keys = settings.telegram
    return ExtBot(
        keys.bot_token, f"{keys.api_base or _API}/bot", f"{keys.api_base or _API}/file/bot", request=request, get_updates_request=request,
        rate_limiter=AIORateLimiter(max_retries=0),
    )  # fmt: skip


def _request(settings: Settings, timeout: float) -> HTTPXRequest:
    return _Request(
        connection_pool_size=CONNECTIONS, read_timeout=timeout, write_timeout=timeout, connect_timeout=timeout,
        pool_timeout=timeout, httpx_kwargs={"transport": _Careful(), "trust_env": False},
    )  # fmt: skip


class _Request(HTTPXRequest):
    """The SDK's error for a status of 500 and above does not say which it was."""

    async def do_request(self, *given: Any, **named: Any) -> tuple[int, bytes]:
        status, body = await super().do_request(*given, **named)
        if status in _NOT_DONE or (status == 429 and not body.startswith(b"{")):
            raise NotDone(f"{status}")
        return status, body


class _Careful(httpx.AsyncHTTPTransport):
    """Looks at the last moment: when the connection stands, before a byte of the request leaves, and before its body."""

    def __init__(self) -> None:
        super().__init__(limits=httpx.Limits(max_connections=CONNECTIONS, keepalive_expiry=IDLE))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        async def look(event: str, _info: Any) -> None:
            if event.endswith(("send_request_headers.started", "send_request_body.started")):
                last_moment.look()

        request.extensions["trace"] = look
        return await super().handle_async_request(request)
