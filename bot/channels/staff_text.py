"""A text message to somebody of the operator's own, over the operator's own Twilio. It is no message to a debtor.

Twilio may take it twice when its answer is lost; a person on call who hears twice is better than one who never does.
"""

from __future__ import annotations

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from bot.core import Settings


class NotTaken(Exception):
    """Twilio did not take it; says why in Twilio's own number where it gave one."""


def text_staff(settings: Settings, to: str, body: str, *, timeout: float) -> None:
    """Raises NotTaken. `to` is E.164."""
    keys = settings.twilio
    client = Client(keys.account_sid, keys.auth_token, http_client=TwilioHttpClient(timeout=timeout))
    if keys.api_base is not None:
        client.api.base_url = keys.api_base
    try:
        client.messages.create(to=to, from_=keys.sms_from, body=body)
    except TwilioRestException as error:
        raise NotTaken(f"Twilio {error.code or error.status}") from error
    except (TwilioException, requests.RequestException, ValueError, TypeError, KeyError) as error:
        raise NotTaken(type(error).__name__) from error
