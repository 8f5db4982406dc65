"""Telegram on those phones: what a person writes, changes, presses or blocks there, and what the bot sent them.

Telegram gives no phone number: the bot knows a chat by a number of its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import telegram

from bot.sandbox import telegram_objects as objects
from bot.sandbox.delivery import Webhook, owe
from bot.sandbox.store import Json
from bot.sandbox.twilio_phone import Network

FIRST_CHAT = 7_000_000_000_000


def chat_of(phone: str) -> int:
    return FIRST_CHAT + int(phone.removeprefix("+"))


def phone_of(chat: int) -> str:
    return f"+{chat - FIRST_CHAT}"


class Cannot(ValueError):
    """There is nothing on that phone to do this to."""


@dataclass
class Telegram:
    """The network of phones, as Telegram sees it."""

    network: Network

    def write(self, phone: str, content: Json, *, in_group: bool = False, language: str = "en") -> Json:
        """`content` as in a message: text, or a medium. The message; its update is owed."""
        chat = objects.group(chat_of(phone)) if in_group else self._private(phone)
        with self.network.store.transaction():
            message = objects.message(self._next("message"), self._user(phone, language), chat, self._now(), content)
            sid = self._keep(phone, message, inbound=True)
            self._tell(phone, sid, {"message": message})
        return message

    def edit(self, phone: str, text: str, message_id: int | None = None) -> Json:
        """They change what they wrote, the last of it by default."""
        sid, message = self._find(phone, message_id, inbound=True)
        changed = {**message, "text": text, "edit_date": self._now()}
        with self.network.store.transaction():
            self._rewrite(sid, changed)
            self._tell(phone, f"{sid}:edit", {"edited_message": changed})
        return changed

    def press(self, phone: str, button: str | int) -> str:
        """A button by its data, its words, or its place under the last message that has any; the callback's id."""
        with self.network.store.transaction():
            message, data = self._button(phone, button)
            query = str(4_000_000_000 + self._next("callback"))
            self.network.store.set(f"telegram_callback:{query}", {"open": True})
            told = {
                "id": query, "from": self._user(phone, "en"), "message": message, "chat_instance": "42", "data": data,
            }  # fmt: skip
            self._tell(phone, f"press:{query}", {"callback_query": told})
        return query

    def block(self, phone: str, *, blocked: bool) -> None:
        with self.network.store.transaction():
            self.network.store.set(f"telegram_blocked:{phone}", blocked)
            chat = self._private(phone)
            told = objects.membership(self._user(phone, "en"), chat, self._now(), blocked=blocked)
            self._tell(phone, f"block:{self._next('block')}", {"my_chat_member": told})

    def has_blocked(self, phone: str) -> bool:
        return bool(self.network.store.setting(f"telegram_blocked:{phone}", False))

    def has_begun(self, phone: str) -> bool:
        return self.network.last_written(phone, "telegram") is not None

    def send(self, chat_id: int, text: str, markup: Json | None) -> Json:
        """What the bot writes."""
        in_group = chat_id < 0
        phone = phone_of(-objects.GROUPS - chat_id if in_group else chat_id)
        chat = objects.group(chat_of(phone)) if in_group else self._private(phone)
        content = {"text": text, **({"reply_markup": markup} if markup else {})}
        with self.network.store.transaction():
            message = objects.message(self._next("message"), objects.BOT, chat, self._now(), content)
            self._keep(phone, message, inbound=False)
        return message

    def strip(self, chat_id: int, message_id: int) -> Json:
        """The buttons go. Raises Cannot."""
        sid, message = self._find(phone_of(chat_id), message_id, inbound=False)
        if "reply_markup" not in message:
            raise Cannot("message is not modified")
        bare = {name: value for name, value in message.items() if name != "reply_markup"}
        with self.network.store.transaction():
            self._rewrite(sid, bare)
        return bare

    def answer(self, query: str, text: str) -> None:
        """Raises Cannot."""
        if not self.network.store.setting(f"telegram_callback:{query}", {}).get("open"):
            raise Cannot("query is too old and response timeout expired or query ID is invalid")
        with self.network.store.transaction():
            self.network.store.set(f"telegram_callback:{query}", {"open": False, "text": text})

    def answered(self, query: str) -> Json:
        """`open` while the button still waits; `text` is what was shown."""
        kept: Json = self.network.store.setting(f"telegram_callback:{query}", {})
        return kept

    def _button(self, phone: str, button: str | int) -> tuple[Json, str]:
        for row in self._rows(phone, inbound=False):
            message = json.loads(row["body"])["telegram"]
            found = _buttons(message)
            wanted = [one for place, one in enumerate(found) if button in (place, one["text"], one["callback_data"])]
            if wanted:
                return message, wanted[0]["callback_data"]
        if (
            isinstance(button, str) and ":" in button
        ):  # gone from the screen; somebody's client may send it all the same
            last = next(iter(self._rows(phone, inbound=False)), None)
            if last is not None:
                return json.loads(last["body"])["telegram"], button
        raise Cannot(f"there is no button {button!r}")

    def _find(self, phone: str, message_id: int | None, *, inbound: bool) -> tuple[str, Json]:
        for row in self._rows(phone, inbound=inbound):
            message: Json = json.loads(row["body"])["telegram"]
            if message_id in (None, message["message_id"]):
                return row["sid"], message
        raise Cannot("message to edit not found")

    def _rows(self, phone: str, *, inbound: bool) -> list[Any]:
        """Newest first."""
        sql = "select * from messages where phone = ? and channel = 'telegram' and inbound = ? order by seq desc"
        return self.network.store.rows(sql, phone, int(inbound))

    def _keep(self, phone: str, message: Json, *, inbound: bool) -> str:
        sid, now = f"TG{message['chat']['id']}:{message['message_id']}", self.network.config.clock.now()
        self.network.store.run(
            "insert into messages (sid, phone, channel, inbound, status, created, body)"
            " values (?, ?, 'telegram', ?, ?, ?, ?)",
            sid, phone, int(inbound), "queued" if inbound else "delivered", now.isoformat(), _body(message),
        )  # fmt: skip
        return sid

    def _rewrite(self, sid: str, message: Json) -> None:
        self.network.store.run("update messages set body = ? where sid = ?", _body(message), sid)

    def _tell(self, phone: str, subject: str, told: Json) -> None:
        update = objects.hold(telegram.Update, {"update_id": 880_000_000 + self._next("update"), **told})
        store, config = self.network.store, self.network.config
        url = store.setting("telegram_webhook", "") or config.public_web_url + "/webhooks/telegram"
        webhook = Webhook("telegram", subject, f"telegram:{phone}", url, json.dumps(update))
        owe(store, config, self.network.weather, webhook)

    def _next(self, what: str) -> int:
        number: int = self.network.store.setting(f"telegram_{what}", 0) + 1
        self.network.store.set(f"telegram_{what}", number)
        return number

    def _now(self) -> int:
        return int(self.network.config.clock.now().timestamp())

    def _name(self, phone: str) -> str:
        return next((one.name for one in self.network.config.people if one.phone == phone), "Somebody").split()[0]

    def _user(self, phone: str, language: str) -> Json:
        return objects.user(chat_of(phone), self._name(phone), language)

    def _private(self, phone: str) -> Json:
        return objects.private(chat_of(phone), self._name(phone))


def _buttons(message: Json) -> list[Json]:
    return [one for row in message.get("reply_markup", {}).get("inline_keyboard", []) for one in row]


def _body(message: Json) -> str:
    """As a phone shows it, and as Telegram keeps it."""
    medium = next((f"[{kind}]" for kind in objects.MEDIA if kind in message), "")
    text = message.get("text") or f"{medium} {message.get('caption', '')}".strip()
    buttons = [{"text": one["text"], "data": one["callback_data"]} for one in _buttons(message)]
    return json.dumps({"body": text, "num_segments": "0", "buttons": buttons, "telegram": message})
