"""The shapes that Telegram sends, held to the SDK's own classes: nothing missing, nothing that they do not know."""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any

import telegram

from bot.sandbox.store import Json

BOT = {"id": 1000001, "is_bot": True, "first_name": "Parley", "username": "parley_sandbox_bot"}
ME = {
    **BOT, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False,
    "can_connect_to_business": False, "has_main_web_app": False,
}  # fmt: skip
GROUPS = 10**15
"""Groups have negative ids that begin with -100."""
_FILE = {"file_unique_id": "AQADv7"}
MEDIA: dict[str, Any] = {
    "voice": {"voice": {**_FILE, "file_id": "AwACAgQAAxkB-voice", "duration": 4, "mime_type": "audio/ogg"}},
    "photo": {"photo": [{**_FILE, "file_id": "AgACAgQAAxkB-small", "width": 90, "height": 67},
                        {**_FILE, "file_id": "AgACAgQAAxkB-photo", "width": 1280, "height": 960}]},
    "sticker": {"sticker": {**_FILE, "file_id": "CAACAgQAAxkB-sticker", "type": "regular", "width": 512, "height": 512, "is_animated": False,
                            "is_video": False}},
    "document": {"document": {**_FILE, "file_id": "BQACAgQAAxkB-document", "file_name": "receipt.pdf", "mime_type": "application/pdf"}},
}  # fmt: skip


class Misfit(AssertionError):
    """This double says something that the SDK does not know."""


def private(chat: int, name: str) -> Json:
    return {"id": chat, "first_name": name, "type": "private"}


def group(chat: int) -> Json:
    return {"id": -GROUPS - chat, "title": "Family", "type": "supergroup"}


def user(chat: int, name: str, language: str) -> Json:
    return {"id": chat, "is_bot": False, "first_name": name, "language_code": language}


def message(number: int, author: Json, chat: Json, at: int, content: Json) -> Json:
    """`content` has `text`, or a medium and perhaps a `caption`."""
    text = content.get("text", "")
    command = text.split(" ")[0]
    entities = [{"offset": 0, "length": len(command), "type": "bot_command"}] if text.startswith("/") else []
    more = {"entities": entities} if entities else {}
    return {"message_id": number, "from": author, "chat": chat, "date": at, **content, **more}


def membership(person: Json, chat: Json, at: int, *, blocked: bool) -> Json:
    """`my_chat_member`: the person blocks the bot, or lets it in again."""
    in_, out = {"user": BOT, "status": "member"}, {"user": BOT, "status": "kicked", "until_date": 0}
    old, new = (in_, out) if blocked else (out, in_)
    return {"chat": chat, "from": person, "date": at, "old_chat_member": old, "new_chat_member": new}


def hold(kind: type[telegram.TelegramObject], body: Json) -> Json:
    """Raises Misfit, or what the SDK raises over a missing field."""
    read = kind.de_json(body, None)
    unknown = list(_unknown(read))
    if unknown:
        raise Misfit(f"{kind.__name__}: the SDK does not know {', '.join(unknown)}")
    return body


def _unknown(found: Any) -> list[str]:
    if isinstance(found, (list, tuple)):
        return [name for one in found for name in _unknown(one)]
    if not isinstance(found, telegram.TelegramObject):
        return []
    names = [
        name for kind in type(found).__mro__ for name in getattr(kind, "__slots__", ()) if not name.startswith("_")
    ]
    inner = [name for each in names if each != "api_kwargs" for name in _unknown(getattr(found, each, None))]
    return [*(f"{type(found).__name__}.{name}" for name in found.api_kwargs), *inner]


@cache
def parameters(method: str) -> frozenset[str]:
    """What a method of the Bot API takes, as the SDK knows it."""
    snake = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in method)
    return frozenset(inspect.signature(getattr(telegram.Bot, snake)).parameters) - {"self", "api_kwargs"}
