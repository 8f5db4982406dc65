"""Twilio, both ways: signed webhooks in, messages out by the real SDK.

The signature is checked over the raw body and the public URL that we configured, never over what a proxy says.
Sending is not idempotent at Twilio: after a time-out nobody knows, and the message is looked up before anything
is sent again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl

import requests
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot import contact
from bot.core import Settings, Twilio

TIMEOUT = 10.0
_OPTED_OUT = 21610
_PERMANENT = frozenset({21211, 21408, 21610, 21612, 21614, 30004, 30005, 30006, 30007, 63003, 63021, 63024})
_GAVE_UP = ("failed", "undelivered", "canceled")


class BadSignature(Exception):
    """Whoever sent this does not know our Twilio token."""


@dataclass(frozen=True)
class Status:
    """What Twilio says of a message that we sent."""

    provider_id: str
    status: str
    error: str


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
    count = int(form.get("NumMedia") or 0)
    return contact.Incoming(
        channel=channel,
        address=sender.removeprefix("whatsapp:"),
        provider_id=form["MessageSid"],
        text=form.get("Body", ""),
        media=tuple(form.get(f"MediaUrl{n}", "") for n in range(min(count, 10))),
        opt_out_type=form.get("OptOutType", ""),
    )


def status(form: Mapping[str, str]) -> Status:
    """A status callback. Raises KeyError when it is none."""
    return Status(form["MessageSid"], form["MessageStatus"], form.get("ErrorCode", ""))


class TwilioSender:
    """Sends SMS and WhatsApp. Implements contact.Sender."""

    def __init__(self, settings: Settings) -> None:
        self._keys: Twilio = settings.twilio
        self._callback = f"{settings.public_url}/webhooks/twilio/status"
        self._client = Client(
            self._keys.account_sid, self._keys.auth_token, http_client=TwilioHttpClient(timeout=TIMEOUT)
        )
        if self._keys.api_base is not None:
            self._client.api.base_url = self._keys.api_base
        # Twilio's own list lags behind what it has accepted.
        self.settle = timedelta(minutes=2) if self._keys.api_base is None else timedelta(seconds=1)

    def send(self, message: contact.OutboxMessage) -> str:
        try:
            sent = self._client.messages.create(
                to=self._to(message), from_=self._from(message), body=message.text, status_callback=self._callback
            )
        except TwilioRestException as error:
            if error.code in _PERMANENT:
                reason = f"Twilio {error.code}"
                raise contact.Undeliverable(reason, opted_out=error.code == _OPTED_OUT) from error
            raise contact.TryLater(f"Twilio {error.code or error.status}") from error
        except requests.ConnectTimeout as error:
            raise contact.TryLater("Twilio was not reached") from error
        except requests.RequestException as error:
            if _never_left(error):
                raise contact.TryLater("Twilio was not reached") from error
            raise contact.Uncertain(type(error).__name__) from error
        return str(sent.sid)

    def find(self, message: contact.OutboxMessage) -> str | None:
        """The id of this message at Twilio, if it is there: same receiver, same text, sent since our first try."""
        since = message.created_at - timedelta(minutes=1)
        try:
            listed: Sequence = self._client.messages.list(
                to=self._to(message), from_=self._from(message), date_sent_after=since, limit=50
            )
        except (TwilioRestException, requests.RequestException) as error:
            raise contact.TryLater("Twilio's list was not reached") from error
        same = [sent for sent in listed if sent.body == message.text and sent.status not in _GAVE_UP]
        return str(same[0].sid) if same else None

    def _to(self, message: contact.OutboxMessage) -> str:
        return f"whatsapp:{message.address}" if message.channel == "whatsapp" else message.address

    def _from(self, message: contact.OutboxMessage) -> str:
        return f"whatsapp:{self._keys.whatsapp_from}" if message.channel == "whatsapp" else self._keys.sms_from


def _never_left(error: requests.RequestException) -> bool:
    """The connection was refused: nothing was sent."""
    return isinstance(error, requests.ConnectionError) and "refused" in str(error).lower()
