"""Twilio, both ways: signed webhooks in, messages out by the real SDK.

The signature is checked over the raw body and the public URL that we configured, never over what a proxy says.
Sending is not idempotent at Twilio: after a time-out nobody knows, and the message is looked up before anything
is sent again. Twilio's list knows no key of ours; the address that it reports to does, and says which message it was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot import contact
from bot.channels import last_moment, twilio_errors
from bot.channels.whatsapp import Contents
from bot.core import Settings, Twilio

TIMEOUT = 10.0
"""Seconds for a connection, and again for an answer; together well within the lease of a message."""
_NOT_DONE = (429, 503)
"""Statuses that say that nothing was done; after another 5xx nobody knows."""
_NOT_TWILIOS = (TwilioException, ValueError, TypeError, KeyError, AttributeError)
"""What the SDK raises over a page of somebody in between."""
_CLOCKS_DIFFER = timedelta(hours=2)
KEY = "message"
"""Our key in the address that Twilio reports to."""
_GAVE_UP = ("failed", "undelivered", "canceled")


class BadSignature(Exception):
    """Whoever sent this does not know our Twilio token."""


@dataclass(frozen=True)
class Status:
    """What Twilio says of a message that we sent. `message_id` is our own key, when it came back."""

    provider_id: str
    status: str
    error: str
    message_id: str | None = None
    sent_to: tuple[contact.Channel, str] | None = None

    @property
    def opted_out(self) -> bool:
        """The carrier says that they wrote STOP."""
        return twilio_errors.does(self.error) == "opted_out"


def verified_form(settings: Settings, path: str, body: bytes, signature: str | None) -> Mapping[str, str]:
    """The form of a webhook. Raises BadSignature. Blank fields are kept: they are part of what is signed."""
    pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    form: dict[str, str] = dict(pairs)
    if not signature or not RequestValidator(settings.twilio.auth_token).validate(
        settings.public_url + path, form, signature
    ):
        raise BadSignature
    return form


def incoming(form: Mapping[str, str]) -> contact.Incoming:
    """The message in a verified webhook. Raises KeyError when it is none."""
    sender = form["From"]
    channel: contact.Channel = "whatsapp" if sender.startswith("whatsapp:") else "sms"
    count = min(int(form.get("NumMedia") or 0), 10)
    return contact.Incoming(
        channel=channel,
        address=sender.removeprefix("whatsapp:"),
        provider_id=form["MessageSid"],
        text=form.get("Body", ""),
        media=tuple(form.get(f"MediaUrl{n}", "") for n in range(count)) or _other(form),
        media_kinds=tuple(form.get(f"MediaContentType{n}", "")[:40] for n in range(count)),
        opt_out_type=form.get("OptOutType", ""),
    )


def pressed(form: Mapping[str, str]) -> str:
    """The id of the button or the entry of a list that was tapped; empty for a message that was written."""
    return form.get("ButtonPayload") or form.get("ListId") or ""


def _other(form: Mapping[str, str]) -> tuple[str, ...]:
    """What WhatsApp sends beside text and files: a place, a contact."""
    kind = form.get("MessageType", "text")
    return () if form.get("Body") or kind in ("", "text") else (f"whatsapp:{kind[:40]}",)


def status(form: Mapping[str, str]) -> Status:
    """A status callback. Raises KeyError when it is none."""
    to = form.get("To", "")
    sent_to: tuple[contact.Channel, str] = (
        "whatsapp" if to.startswith("whatsapp:") else "sms",
        to.removeprefix("whatsapp:"),
    )
    return Status(form["MessageSid"], form["MessageStatus"], form.get("ErrorCode", ""), sent_to=sent_to)


class TwilioSender:
    """Sends SMS and WhatsApp. Implements contact.Sender."""

    provider = "twilio"

    def __init__(self, settings: Settings, timeout: float = TIMEOUT) -> None:
        self._keys: Twilio = settings.twilio
        self._callback = f"{settings.public_url}/webhooks/twilio/status"
        http = TwilioHttpClient(timeout=timeout)
        http.session = last_moment.careful(http.session)
        self._client = Client(self._keys.account_sid, self._keys.auth_token, http_client=http)
        if self._keys.api_base is not None:
            self._client.api.base_url = self._client.content.base_url = self._keys.api_base
        self._contents = Contents(self._client)
        # Twilio's own list lags behind what it has accepted.
        self.settle = timedelta(minutes=2) if self._keys.api_base is None else timedelta(seconds=1)

    def send(self, message: contact.OutboxMessage, may_begin: Callable[[], bool]) -> str:
        callback = f"{self._callback}?{urlencode({KEY: message.id})}"
        content = self._content(message)
        try:
            with last_moment.only_while(may_begin):
                sent = self._client.messages.create(
                    to=self._to(message), from_=self._from(message), status_callback=callback, **content
                )
        except last_moment.TooLate as error:
            raise contact.TooLate from error
        except TwilioRestException as error:
            raise _refusal(error) from error
        except requests.RequestException as error:
            if isinstance(error, requests.ConnectTimeout) or _never_left(error):
                raise contact.Away("Twilio was not reached") from error
            raise contact.Uncertain(type(error).__name__, away=True) from error
        except _NOT_TWILIOS as error:
            raise contact.Uncertain("the answer was not Twilio's", away=True) from error
        if not isinstance(sent.sid, str):
            raise contact.Uncertain("the answer was not Twilio's", away=True)
        return str(sent.sid)

    def find(
        self, message: contact.OutboxMessage, are_ours: Callable[[Collection[str]], Collection[str]]
    ) -> str | None:
        """Same receiver, same text, of the time of our try, and no other message of ours.

        How much our clock and theirs may differ costs nothing: what is ours already is left out by its id.
        """
        since = (message.tried_at or message.created_at) - _CLOCKS_DIFFER
        try:
            listed = self._client.messages.list(
                to=self._to(message), from_=self._from(message), date_sent_after=since, limit=200
            )
            same = [str(sent.sid) for sent in listed if _is_same(sent, message)]
        except (requests.RequestException, *_NOT_TWILIOS) as error:
            raise contact.Away(f"Twilio's list was not read: {type(error).__name__}") from error
        taken = are_ours(same)
        return next((sid for sid in same if sid not in taken), None)

    def _content(self, message: contact.OutboxMessage) -> dict[str, str]:
        """Outside the 24 hours of WhatsApp, the template that was approved, with the text as its first variable; inside
        them what there is to tap.
        """
        if not message.template:
            filled = self._contents.of(message) if message.channel == "whatsapp" else None
            if filled is None:
                return {"body": message.text}
            return {"content_sid": filled.sid, "content_variables": filled.variables}
        variables = json.dumps({"1": one_line(message.text)})
        return {"content_sid": self._keys.templates[message.template], "content_variables": variables}

    def _to(self, message: contact.OutboxMessage) -> str:
        return f"whatsapp:{message.address}" if message.channel == "whatsapp" else message.address

    def _from(self, message: contact.OutboxMessage) -> str:
        return f"whatsapp:{self._keys.whatsapp_from}" if message.channel == "whatsapp" else self._keys.sms_from


def _refusal(error: TwilioRestException) -> Exception:
    """Whose matter it is: this message's, everybody's, or nobody knows whether it was done."""
    said = f"Twilio {error.code or error.status}"
    matter = twilio_errors.does(error.code)
    if matter in ("gone", "opted_out"):
        return contact.Undeliverable(said, opted_out=matter == "opted_out")
    if error.status >= 500 and error.status not in _NOT_DONE:
        return contact.Uncertain(said, away=True)
    in_twilios_words = error.code != error.status
    if error.status in _NOT_DONE or matter == "ours" or not in_twilios_words:
        return contact.Away(said)  # without a code of Twilio's it was a page of somebody in between
    return contact.TryLater(said)


def _is_same(sent: Any, message: contact.OutboxMessage) -> bool:
    inside = message.channel == "whatsapp" and one_line(message.text) in str(sent.body)
    return (sent.body == message.text or inside) and sent.direction == "outbound-api" and sent.status not in _GAVE_UP


def one_line(text: str) -> str:
    """A variable of a template has no line breaks."""
    return " ".join(text.split())


def _never_left(error: requests.RequestException) -> bool:
    """The connection was refused, or the name not known: nothing was sent."""
    said = str(error).lower()
    return isinstance(error, requests.ConnectionError) and (
        "refused" in said or "resolve" in said or "unreachable" in said
    )
