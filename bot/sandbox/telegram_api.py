"""The Bot API over HTTP, as far as Parley uses it: what a method takes is what the SDK's own method takes."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

import telegram
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.sandbox import samples
from bot.sandbox import telegram_objects as objects
from bot.sandbox.delivery import SECRET
from bot.sandbox.faults import PAGE, ErrorAnswers, LostAnswer
from bot.sandbox.store import Json
from bot.sandbox.telegram_phone import FIRST_CHAT, Cannot, Telegram, phone_of

LONGEST_TEXT = 4096
LONGEST_DATA = 64
"""Bytes."""
_WORDS = {429: "Too Many Requests: retry after {retry_after}", 502: "Bad Gateway", 500: "Internal Server Error"}


class Refused(Exception):
    """Telegram's answer with an error code."""

    def __init__(self, status: int, said: str, **parameters: int) -> None:
        self.status = status
        self.body: Json = {"ok": False, "error_code": status, "description": said}
        if parameters:
            self.body["parameters"] = parameters
        super().__init__(said)


class TelegramApi:
    """One route; `hurry` tells the courier that there is something to do."""

    def __init__(self, chats: Telegram, hurry: Callable[[], None]) -> None:
        self._chats, self._hurry = chats, hurry
        self._methods: dict[str, Callable[[Mapping[str, Any]], Any]] = {
            "getMe": lambda given: objects.hold(telegram.User, objects.ME),
            "sendMessage": self._send,
            "answerCallbackQuery": self._answer,
            "editMessageReplyMarkup": self._strip,
            "setWebhook": self._set_webhook,
            "getFile": self._file,
        }

    async def call(self, request: Request) -> Response:
        weather, method = self._chats.network.weather, request.path_params["method"]
        if (error := weather.next_error("telegram", "send" if method == "sendMessage" else "fetch")) is not None:
            return _failure(error)
        try:
            done = self._do(request.path_params["token"], method, await _given(request))
        except Refused as refused:
            return JSONResponse(refused.body, refused.status)
        self._hurry()
        if (delay := weather.answer_delay("telegram")) > 0:
            await asyncio.sleep(delay)
        if method == "sendMessage" and (hang := weather.next_lost_answer("telegram")) is not None:
            return LostAnswer(hang)
        return JSONResponse({"ok": True, "result": done})

    def _do(self, token: str, method: str, given: Mapping[str, Any]) -> Any:
        if not hmac.compare_digest(token.encode(), self._chats.network.config.telegram_bot_token.encode()):
            raise Refused(401, "Unauthorized")
        if method not in self._methods:
            raise Refused(404, "Not Found")
        if unknown := sorted(set(given) - objects.parameters(method)):
            raise Refused(400, f"Bad Request: the SDK does not know {', '.join(unknown)}")
        try:
            return self._methods[method](given)
        except Cannot as no:
            raise Refused(400, f"Bad Request: {no}") from no

    def _send(self, given: Mapping[str, Any]) -> Json:
        chat, text = self._chat(given), str(given.get("text", ""))
        if not text.strip():
            raise Refused(400, "Bad Request: message text is empty")
        if len(text) > LONGEST_TEXT:
            raise Refused(400, "Bad Request: message is too long")
        markup = given.get("reply_markup")
        if markup:
            objects.hold(telegram.InlineKeyboardMarkup, markup)
            _check_data(markup)
        if chat > 0:
            self._check_open(phone_of(chat))
        return objects.hold(telegram.Message, self._chats.send(chat, text, markup))

    def _check_open(self, phone: str) -> None:
        if self._chats.has_blocked(phone):
            raise Refused(403, "Forbidden: bot was blocked by the user")
        if not self._chats.has_begun(phone):
            raise Refused(403, "Forbidden: bot can't initiate conversation with a user")

    def _answer(self, given: Mapping[str, Any]) -> bool:
        self._chats.answer(str(given.get("callback_query_id", "")), str(given.get("text", "")))
        return True

    def _strip(self, given: Mapping[str, Any]) -> Json:
        return objects.hold(telegram.Message, self._chats.strip(self._chat(given), int(given.get("message_id", 0))))

    def _set_webhook(self, given: Mapping[str, Any]) -> bool:
        store = self._chats.network.store
        with store.transaction():
            store.set("telegram_webhook", str(given.get("url", "")))
            store.set(SECRET, str(given.get("secret_token", "")))
        return True

    def _file(self, given: Mapping[str, Any]) -> Json:
        """Where it is: a path under `/file/bot<token>/`, as Telegram names them."""
        file_id = str(given.get("file_id", ""))
        content = samples.telegram(file_id)
        if content is None:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        told = {"file_id": file_id, "file_unique_id": "AQADv7", "file_size": len(content), "file_path": f"files/{file_id}"}
        return objects.hold(telegram.File, told)

    async def download(self, request: Request) -> Response:
        token, name = request.path_params["token"], request.path_params["name"]
        if not hmac.compare_digest(token.encode(), self._chats.network.config.telegram_bot_token.encode()):
            return JSONResponse(Refused(401, "Unauthorized").body, 401)
        content = samples.telegram(name)
        if content is None:
            return JSONResponse(Refused(404, "Not Found").body, 404)
        return Response(content, media_type="application/octet-stream")

    def _chat(self, given: Mapping[str, Any]) -> int:
        try:
            chat = int(given.get("chat_id", ""))
        except (TypeError, ValueError):
            raise Refused(400, "Bad Request: chat_id is empty") from None
        if 0 <= chat <= FIRST_CHAT:
            raise Refused(400, "Bad Request: chat not found")
        return chat


async def _given(request: Request) -> dict[str, Any]:
    """A form whose lists and objects are JSON, as the SDK sends them."""
    form = await request.form()
    return {name: _value(str(value)) for name, value in form.items()}


def _value(text: str) -> Any:
    if text[:1] not in ("{", "["):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _check_data(markup: Json) -> None:
    for row in markup["inline_keyboard"]:
        for button in row:
            if not 0 < len(button.get("callback_data", "").encode()) <= LONGEST_DATA:
                raise Refused(400, "Bad Request: BUTTON_DATA_INVALID")


def _failure(error: ErrorAnswers) -> Response:
    if error.html:
        return HTMLResponse(PAGE, error.status)
    said = _WORDS.get(error.status, "The sandbox was asked to fail this request.").format(retry_after=error.retry_after)
    parameters = {"retry_after": error.retry_after} if error.status == 429 else {}
    return JSONResponse(Refused(error.status, said, **parameters).body, error.status)
