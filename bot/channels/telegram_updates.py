"""What Telegram tells us, read with the SDK's own types: a message, a changed one, a press on a button, a block.

Types are not checked by the SDK; what we keep of an update is checked here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Union

import telegram
from telegram.constants import ChatMemberStatus, ChatType

from bot import contact
from bot.core import from_unix

KINDS = ("message", "edited_message", "callback_query", "my_chat_member")
"""What we ask Telegram for; anything else is not even read."""
_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)
_GREETING: dict[contact.Language, str] = {"en": "hi", "es": "hola"}
_LONGEST_ID = 200


class NotAnUpdate(ValueError):
    """Not what Telegram sends."""


@dataclass(frozen=True)
class Written:
    """`started` is the word behind /start, empty without one, and None when it was no /start."""

    incoming: contact.Incoming
    language: contact.Language
    started: str | None = None


@dataclass(frozen=True)
class Pressed:
    """`callback_id` is answered, so that the button stops waiting; the message at `message_id` loses its buttons."""

    callback_id: str
    address: str
    message_id: int
    pressed: str


@dataclass(frozen=True)
class InGroup:
    """Somebody speaks to us where others read along. What they said is not kept."""

    address: str


@dataclass(frozen=True)
class Blocked:
    address: str


@dataclass(frozen=True)
class Nothing:
    """Something that does not concern us."""


Told = Union[Written, Pressed, InGroup, Blocked, Nothing]


def read(body: bytes) -> Told:
    """Raises NotAnUpdate."""
    try:
        given = json.loads(body)
        ours = {name: value for name, value in given.items() if name in ("update_id", *KINDS)}
        return _told(telegram.Update.de_json(ours, None))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError, OSError) as error:
        raise NotAnUpdate(str(error)) from error


def _told(update: telegram.Update) -> Told:
    _number(update.update_id)
    for told in (update.message, update.edited_message, update.my_chat_member):
        if told is not None:
            from_unix(told.date.timestamp())
    if update.callback_query is not None:
        return _press(update.callback_query)
    if update.my_chat_member is not None:
        return _membership(update.my_chat_member)
    message = update.message or update.edited_message
    if message is None or message.from_user is None or message.from_user.is_bot:
        return Nothing()
    if message.chat.type in _GROUPS:
        return InGroup(_address(message.chat))
    if message.chat.type != ChatType.PRIVATE:
        return Nothing()
    return _written(update, message)


def _written(update: telegram.Update, message: telegram.Message) -> Told:
    address, text, media = _address(message.chat), message.text or message.caption or "", _media(message)
    if not text and not media:
        return Nothing()
    language: contact.Language = "es" if str(_user(message).language_code or "").startswith("es") else "en"
    this, changed = f"message:{address}:{_number(message.message_id)}", update.edited_message is not None
    started = _start(text) if not changed else None
    incoming = contact.Incoming(
        "telegram", address, f"edit:{update.update_id}" if changed else this,
        text=_GREETING[language] if started is not None else _text(text), media=media,
        corrects=this if changed else "",
    )  # fmt: skip
    return Written(incoming, language, started)


def _press(query: telegram.CallbackQuery) -> Told:
    if query.message is None or query.message.chat.type != ChatType.PRIVATE or query.data is None:
        return Nothing()
    ids = _id(query.id), _address(query.message.chat), _number(query.message.message_id)
    return Pressed(*ids, _id(query.data))


def _membership(changed: telegram.ChatMemberUpdated) -> Told:
    gone = changed.new_chat_member.status in (ChatMemberStatus.BANNED, ChatMemberStatus.LEFT)
    if changed.chat.type == ChatType.PRIVATE:
        return Blocked(_address(changed.chat)) if gone else Nothing()
    return InGroup(_address(changed.chat)) if changed.chat.type in _GROUPS and not gone else Nothing()


def _start(text: str) -> str | None:
    command, _, word = text.partition(" ")
    return word.strip() if command == "/start" else None


def _media(message: telegram.Message) -> tuple[str, ...]:
    """ "telegram:voice:<file id>"; Telegram keeps the file."""
    found: Any = message.effective_attachment
    if not found:
        return ()
    largest = found[-1] if isinstance(found, (tuple, list)) else found
    kind = "photo" if isinstance(largest, telegram.PhotoSize) else type(largest).__name__.casefold()
    return (f"telegram:{kind}:{_id(getattr(largest, 'file_id', '') or '-')}",)


def _user(message: telegram.Message) -> telegram.User:
    assert message.from_user is not None
    return message.from_user


def _address(chat: telegram.Chat) -> str:
    return str(_number(chat.id))


def _number(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) >= 2**63:
        raise NotAnUpdate(f"expected a whole number, got {value!r:.40}")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise NotAnUpdate("expected a text")
    return value


def _id(value: object) -> str:
    text = _text(value)
    if not 0 < len(text) <= _LONGEST_ID or "\x00" in text:
        raise NotAnUpdate(f"expected an id of 1 to {_LONGEST_ID} characters")
    return text
