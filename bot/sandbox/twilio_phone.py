"""Phones and the network between them and Twilio: what a person writes, what arrives, who has said STOP.

Keywords count only as the whole message, in any case (Twilio, "Support for opt-out keywords").
YES re-opens only a number that is opted out: an ordinary "yes" is an ordinary message.
The confirmation texts are Twilio's own defaults, not Parley's.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from bot.sandbox.delivery import Webhook, owe
from bot.sandbox.faults import Weather
from bot.sandbox.model import SandboxConfig
from bot.sandbox.store import Json, Store, twilio_sid
from bot.sandbox.twilio_objects import ERROR_TEXTS, Pairs, inbound_form, message, status_form, tapped_fields

STOP_WORDS = frozenset({"STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "CANCEL"})
START_WORDS = frozenset({"START", "UNSTOP"})
HELP_WORDS = frozenset({"HELP", "INFO"})
CONFIRMATIONS = {
    "STOP": "You have successfully been unsubscribed. You will not receive any more messages from this"
    " number. Reply START to resubscribe.",
    "START": "You have successfully been re-subscribed to messages from this number. Reply HELP for help."
    " Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    "HELP": "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
ARRIVED = ("sent", "delivered", "read")


@dataclass(frozen=True)
class Line:
    """One message as a person sees it. `written` is theirs; `status` then says whether Parley took it."""

    phone: str
    channel: str
    written: bool
    text: str
    at: datetime
    status: str
    segments: int
    buttons: tuple[tuple[str, str], ...] = ()
    """(what it says, what it sends) of each, on Telegram and WhatsApp."""
    provider_id: str = ""
    """As Parley knows it."""


def _line(row: sqlite3.Row) -> Line:
    body = json.loads(row["body"])
    return Line(
        row["phone"],
        row["channel"],
        bool(row["inbound"]),
        body["body"] or "[picture]",
        datetime.fromisoformat(row["created"]),
        row["status"],
        int(body["num_segments"]),
        tuple((one["text"], one["data"]) for one in body.get("buttons", ())),
        row["sid"].replace("TG", "telegram:", 1) if row["channel"] == "telegram" else row["sid"],
    )


@dataclass
class Network:
    """The store seen as a telephone network."""

    store: Store
    config: SandboxConfig
    weather: Weather

    def address(self, channel: str) -> str:
        """Parley's own number on that channel."""
        if channel == "whatsapp":
            return "whatsapp:" + self.config.twilio_whatsapp_from.removeprefix("whatsapp:")
        return self.config.twilio_sms_from

    def press(self, phone: str, button: str | int) -> Json:
        """They tap a button or an entry of a list in WhatsApp, by its words, its id, or its place under the last message
        that has any. It stays on their screen: the same one can be tapped again. Raises ValueError.
        """
        sql = "select body from messages where phone = ? and channel = 'whatsapp' and inbound = 0 order by seq desc"
        for row in self.store.rows(sql, phone):
            offered = json.loads(row["body"])
            for place, one in enumerate(offered.get("buttons", ())):
                if button in (place, one["text"], one["data"]):
                    tapped = tapped_fields(offered["button_kind"], one["text"], one["data"], offered)
                    return self.write(phone, "whatsapp", one["text"], tapped=tapped)
        raise ValueError(f"there is no button {button!r}")

    def write(
        self, phone: str, channel: str, text: str, media: Sequence[str] = (), tapped: Pairs | None = None
    ) -> Json:
        """That person writes to Parley. The message, as Twilio keeps it; its webhook is owed. `media` are content types."""
        keyword = self._keyword(phone, text) if channel == "sms" else ""
        prefix = "whatsapp:" if channel == "whatsapp" else ""
        fields = {
            "from": prefix + phone,
            "to": self.address(channel),
            "body": text,
            "direction": "inbound",
            "status": "received",
            "num_media": str(len(media)),
        }
        with self.store.transaction():
            kept = self._keep(phone, channel, fields, inbound=True)
            if media:
                self.store.set(f"media:{kept['sid']}", list(media))
            if keyword:
                self._obey(phone, keyword)
            pairs = inbound_form(kept, self._name(phone), keyword, media, tapped)
            url = self.config.public_web_url + "/webhooks/twilio/message"
            owe(
                self.store,
                self.config,
                self.weather,
                Webhook("twilio", kept["sid"], phone, url, json.dumps(pairs)),
            )
        return kept

    def media(self, sid: str) -> list[str]:
        """The content types of what came with that message and was not deleted: blank where it was."""
        kinds: list[str] = self.store.setting(f"media:{sid}", [])
        return kinds

    def send(self, phone: str, channel: str, fields: Json, walk: list[tuple[str, int | None]]) -> Json:
        """Parley writes to that person; `walk` is the statuses that it will go through, with error codes."""
        with self.store.transaction():
            kept = self._keep(phone, channel, fields, inbound=False)
            for place, (status, error) in enumerate(walk):
                due = time.time() + place * self.config.pace_seconds
                self.store.run(
                    "insert into steps (due, sid, status, error) values (?, ?, ?, ?)",
                    due,
                    kept["sid"],
                    status,
                    error,
                )
        return kept

    def opted_out(self, phone: str) -> bool:
        return self.store.row("select 1 from opt_outs where phone = ?", phone) is not None

    def last_written(self, phone: str, channel: str) -> datetime | None:
        """When that person last wrote on that channel."""
        sql = "select created from messages where phone = ? and channel = ? and inbound = 1 order by seq desc limit 1"
        row = self.store.row(sql, phone, channel)
        return datetime.fromisoformat(row["created"]) if row else None

    def conversation(self, phone: str, channel: str | None = None) -> list[Line]:
        """Oldest first: what that person wrote and what reached their phone."""
        rows = self.store.rows("select * from messages where phone = ? order by seq", phone)
        shown = [row for row in rows if row["inbound"] or row["status"] in ARRIVED]
        return [_line(row) for row in shown if channel in (None, row["channel"])]

    def recent(self, limit: int = 20) -> list[Line]:
        """The last line of each phone that has one, newest first."""
        sql = (
            "select *, max(seq) from messages where inbound = 1 or status in (?, ?, ?)"
            " group by phone order by seq desc limit ?"
        )
        return [_line(row) for row in self.store.rows(sql, *ARRIVED, limit)]

    def waiting(self, phone: str) -> bool:
        """Whether Parley has failed to take something that this person wrote and is being asked again."""
        sql = "select 1 from deliveries where lane in (?, ?) and state = 'waiting' and tries > 1"
        return self.store.row(sql, phone, f"telegram:{phone}") is not None

    def step(self) -> float:
        """Moves the messages whose next status is due; seconds until the next step."""
        for row in self.store.rows("select * from steps where due <= ? order by due, seq", time.time()):
            with self.store.transaction():
                self._move(row["sid"], row["status"], row["error"])
                self.store.run("delete from steps where seq = ?", row["seq"])
        following = self.store.row("select min(due) as due from steps")
        due = following["due"] if following else None
        return 1.0 if due is None else max(0.0, due - time.time())

    def _move(self, sid: str, status: str, error: int | None) -> None:
        row = self.store.row("select * from messages where sid = ?", sid)
        assert row is not None
        body, when = json.loads(row["body"]), format_datetime(self.config.clock.now())
        body.update(status=status, error_code=error, error_message=ERROR_TEXTS.get(error or 0), date_updated=when)
        body["date_sent"] = body["date_sent"] or (when if status in ARRIVED else None)
        self.store.run("update messages set status = ?, body = ? where sid = ?", status, json.dumps(body), sid)
        callback = self.store.setting(f"callback:{sid}", "")
        if callback:
            pairs = json.dumps(status_form(body, status, error))
            owe(
                self.store,
                self.config,
                self.weather,
                Webhook("twilio", f"{sid}:{status}", sid, callback, pairs),
            )

    def _keep(self, phone: str, channel: str, fields: Json, *, inbound: bool) -> Json:
        now = self.config.clock.now()
        callback = fields.pop("status_callback", "")
        kept = message(self.config.twilio_account_sid, twilio_sid("SM"), fields, now)
        self.store.run(
            "insert into messages (sid, phone, channel, inbound, status, created, body) values (?, ?, ?, ?, ?, ?, ?)",
            kept["sid"],
            phone,
            channel,
            int(inbound),
            "queued",
            now.isoformat(),
            json.dumps(kept),
        )
        if callback:
            self.store.set(f"callback:{kept['sid']}", callback)
        return kept

    def _keyword(self, phone: str, text: str) -> str:
        word = text.strip().upper()
        if word in STOP_WORDS:
            return "STOP"
        if word in START_WORDS or (word == "YES" and self.opted_out(phone)):
            return "START"
        return "HELP" if word in HELP_WORDS else ""

    def _obey(self, phone: str, keyword: str) -> None:
        """Twilio acts on the keyword itself and answers with its own text, before Parley hears of it."""
        if keyword == "STOP":
            self.store.run("insert or ignore into opt_outs values (?, ?)", phone, self.config.clock.now().isoformat())
        if keyword == "START":
            self.store.run("delete from opt_outs where phone = ?", phone)
        fields = {
            "from": self.config.twilio_sms_from,
            "to": phone,
            "body": CONFIRMATIONS[keyword],
            "direction": "outbound-reply",
            "status": "delivered",
        }
        kept = self._keep(phone, "sms", fields, inbound=False)
        self.store.run("update messages set status = 'delivered' where sid = ?", kept["sid"])

    def _name(self, phone: str) -> str:
        return next((person.name for person in self.config.people if person.phone == phone), "Debtor")
