"""The shapes that Twilio sends: a Message, its status callback, and the form of a message that came in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime

from bot.sandbox.store import Json
from bot.sandbox.twilio_segments import measure

API_VERSION = "2010-04-01"
Pairs = list[tuple[str, str]]

ERROR_TEXTS = {
    30003: "Unreachable destination handset",
    30004: "Message blocked",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Carrier violation",
    30008: "Unknown error",
    30034: "US A2P 10DLC - Message from an Unregistered Number",
    63013: "This message send failed because it violates Channel provider's policy",
    63016: "Failed to send freeform message because you are outside the allowed window.",
    63024: "Invalid message recipient",
}


def message(account: str, sid: str, fields: Json, now: datetime) -> Json:
    """`fields` has from, to, body, direction, status and, for a service, messaging_service_sid."""
    path = f"/{API_VERSION}/Accounts/{account}/Messages/{sid}"
    inbound = fields["direction"] == "inbound"
    when = format_datetime(now)
    return {
        "account_sid": account,
        "api_version": API_VERSION,
        "date_created": when,
        "date_sent": when if inbound else None,
        "date_updated": when,
        "error_code": None,
        "error_message": None,
        "messaging_service_sid": None,
        "num_media": "0",
        "num_segments": str(measure(fields["body"]).count),
        "price": None,
        "price_unit": "USD",
        "sid": sid,
        "subresource_uris": {"media": path + "/Media.json"},
        "uri": path + ".json",
        **fields,
    }


def status_form(body: Json, status: str, error: int | None) -> Pairs:
    pairs = [
        ("SmsSid", body["sid"]),
        ("SmsStatus", status),
        ("MessageStatus", status),
        ("To", body["to"]),
        ("MessageSid", body["sid"]),
        ("AccountSid", body["account_sid"]),
        ("From", body["from"]),
        ("ApiVersion", API_VERSION),
    ]
    if body["messaging_service_sid"]:
        pairs.append(("MessagingServiceSid", body["messaging_service_sid"]))
    if body["to"].startswith("whatsapp:"):
        pairs += [
            ("ChannelPrefix", "whatsapp"),
            ("ChannelToAddress", body["to"]),
            ("StructuredMessage", "false"),
        ]
    if error:
        pairs += [("ErrorCode", str(error)), ("ErrorMessage", ERROR_TEXTS.get(error, ""))]
    return pairs


# fmt: off
_SMS_PLACES: Pairs = [
    ("ToCountry", "US"), ("ToState", ""), ("ToCity", ""), ("ToZip", ""),
    ("FromCountry", "US"), ("FromState", ""), ("FromCity", ""), ("FromZip", ""),
]
# fmt: on


def inbound_form(body: Json, name: str, opt_out: str, media: Sequence[str] = (), tapped: Pairs | None = None) -> Pairs:
    """The form of a message that came in: blanks are sent as blanks, because they are signed too. `tapped` is what a
    button or a list adds.
    """
    common = [(sid, body["sid"]) for sid in ("MessageSid", "SmsSid", "SmsMessageSid")] + [
        ("AccountSid", body["account_sid"]),
        ("From", body["from"]),
        ("To", body["to"]),
        ("Body", body["body"]),
        ("NumMedia", str(len(media))),
        ("NumSegments", body["num_segments"]),
        ("SmsStatus", "received"),
        ("ApiVersion", API_VERSION),
    ]
    where = f"https://api.twilio.com{body['uri'].removesuffix('.json')}/Media/ME"
    for number, kind in enumerate(media):
        common += [(f"MediaContentType{number}", kind), (f"MediaUrl{number}", f"{where}{number:032x}")]
    if body["from"].startswith("whatsapp:"):
        return [*common, *_whatsapp_fields(body, name, media, "interactive" if tapped else ""), *(tapped or ())]
    return common + _SMS_PLACES + ([("OptOutType", opt_out)] if opt_out else [])


def tapped_fields(kind: str, words: str, data: str, message: Json) -> Pairs:
    """What WhatsApp adds for a quick reply, or for an entry of a list; `message` is the one that offered it."""
    names = ("ButtonText", "ButtonPayload") if kind == "reply" else ("ListTitle", "ListId")
    origin = [("OriginalRepliedMessageSid", message["sid"]), ("OriginalRepliedMessageSender", message["from"])]
    return [*zip(names, (words, data)), *origin]


def _whatsapp_fields(body: Json, name: str, media: Sequence[str], kind: str) -> Pairs:
    context = {"type": "whatsapp", "data": {"context": {}}}
    return [
        ("ProfileName", name),
        ("MessageType", kind or (media[0].partition("/")[0] if media else "text")),
        ("WaId", body["from"].removeprefix("whatsapp:+")),
        ("ReferralNumMedia", "0"),
        ("ChannelMetadata", json.dumps(context, separators=(",", ":"))),
    ]
