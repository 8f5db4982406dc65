"""Twilio's Messages API over HTTP: send, fetch one, list with To, From and DateSent.

Errors come at once (an answer) or later (a status callback), as with Twilio. Besides Twilio's official magic
numbers, +1 500 555 and an error's code without its second digit fails later: +15005553003 is error 30003.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from bot.sandbox import samples, twilio_contents
from bot.sandbox.faults import PAGE, LostAnswer
from bot.sandbox.model import E164
from bot.sandbox.store import Json
from bot.sandbox.twilio_objects import ERROR_TEXTS
from bot.sandbox.twilio_phone import Network

LONGEST_BODY = 1600
WINDOW = timedelta(hours=24)
MAGIC_REFUSALS = {
    "+15005550001": (21211, "The 'To' number {to} is not a valid phone number."),
    "+15005550002": (
        21612,
        "The 'To' phone number: {to}, is not currently reachable using the 'From' phone number.",
    ),
    "+15005550003": (
        21408,
        "Permission to send an SMS has not been enabled for the region indicated by 'To': {to}.",
    ),
    "+15005550004": (21610, "Attempt to send to unsubscribed recipient"),
    "+15005550009": (21614, "'To' number: {to}, is not a valid mobile number"),
}
_DELIVERED: list[tuple[str, int | None]] = [("queued", None), ("sent", None), ("delivered", None)]
_FAILED_AT_ONCE = (30004, 30034, 63013, 63016, 63024)


class Refused(Exception):
    """Twilio's answer with an error code, or a page of somebody in between."""

    def __init__(self, code: int, message: str, status: int = 400, *, html: bool = False) -> None:
        self.html = html
        self.body = {
            "code": code,
            "message": message,
            "status": status,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
        }
        self.status = status
        super().__init__(message)

    @property
    def answer(self) -> Response:
        return HTMLResponse(PAGE, self.status) if self.html else JSONResponse(self.body, self.status)


class TwilioApi:
    """The three routes; `hurry` tells the courier that there is something to do."""

    def __init__(self, network: Network, hurry: Callable[[], None]) -> None:
        self._network, self._hurry = network, hurry

    async def create(self, request: Request) -> Response:
        try:
            self._admit(request, "send")
            form = await request.form()
            sent = self._create(form)
        except Refused as refused:
            return refused.answer
        self._hurry()
        if (delay := self._network.weather.answer_delay("twilio")) > 0:
            await asyncio.sleep(delay)
        if (hang := self._network.weather.next_lost_answer("twilio")) is not None:
            return LostAnswer(hang)
        return JSONResponse(sent, 201)

    async def fetch(self, request: Request) -> Response:
        try:
            self._admit(request)
            row = self._network.store.row("select body from messages where sid = ?", request.path_params["sid"])
            if row is None:
                raise Refused(20404, f"The requested resource {request.url.path} was not found", 404)
        except Refused as refused:
            return refused.answer
        return JSONResponse(json.loads(row["body"]))

    async def medium(self, request: Request) -> Response:
        """A photo or a file of a message: `GET` hands it out, `DELETE` takes it away."""
        sid, medium = request.path_params["sid"], request.path_params["medium"]
        kinds = self._network.media(sid)
        place = int(medium[2:], 16) if medium.startswith("ME") else len(kinds)
        try:
            self._admit(request, "media")
            if place >= len(kinds) or not kinds[place]:
                raise Refused(20404, f"The requested resource {request.url.path} was not found", 404)
        except Refused as refused:
            return refused.answer
        if request.method == "DELETE":
            with self._network.store.transaction():
                self._network.store.set(f"media:{sid}", [*kinds[:place], "", *kinds[place + 1 :]])
            return Response(status_code=204)
        return Response(samples.of(kinds[place]), media_type=kinds[place])

    async def page(self, request: Request) -> Response:
        try:
            self._admit(request, "list")
        except Refused as refused:
            return refused.answer
        query = parse_qsl(request.url.query, keep_blank_values=True)
        found = [body for body in self._all() if _wanted(body, query)]
        return JSONResponse(_page(found, dict(query), request.url.path))

    async def contents(self, request: Request) -> Response:
        """`POST` makes a Content, `GET` lists them."""
        try:
            self._admit(request, "content", account=False)
            if request.method == "POST":
                made = twilio_contents.make(
                    self._network.store, self._network.config.twilio_account_sid, await request.body()
                )
                return JSONResponse(made, 201)
        except Refused as refused:
            return refused.answer
        except twilio_contents.Misfit as misfit:
            return Refused(20001, str(misfit)).answer
        found = twilio_contents.every(self._network.store)
        meta = {"page": 0, "page_size": 1000, "first_page_url": "", "previous_page_url": None, "url": "",
                "next_page_url": None, "key": "contents"}  # fmt: skip
        return JSONResponse({"contents": found, "meta": meta})

    def _admit(self, request: Request, call: str = "fetch", *, account: bool = True) -> None:
        if (error := self._network.weather.next_error("twilio", call)) is not None:
            status = error.status
            code = 20429 if status == 429 else 20503 if status == 503 else 20500 if status >= 500 else 20001
            raise Refused(code, "The sandbox was asked to fail this request.", status, html=error.html)
        config = self._network.config
        expected = base64.b64encode(f"{config.twilio_account_sid}:{config.twilio_auth_token}".encode()).decode()
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        if not hmac.compare_digest(given, expected):
            raise Refused(20003, "Authenticate", 401)
        if account and request.path_params["account"] != config.twilio_account_sid:
            raise Refused(20404, f"The requested resource {request.url.path} was not found", 404)

    def _create(self, form: FormData) -> Json:
        to, body = str(form.get("To", "")), str(form.get("Body", ""))
        channel = "whatsapp" if to.startswith("whatsapp:") else "sms"
        phone = to.removeprefix("whatsapp:")
        self._check(form, to, body, phone)
        if self._network.weather.is_too_much(channel):
            raise Refused(20429, "Too Many Requests", 429)
        shown = self._shown(form)
        fields: Json = {
            "to": to,
            "from": str(form.get("From", "")) or self._network.address(channel),
            "body": body or (shown.body if shown else _filled(form)),
            "direction": "outbound-api",
            "status": "queued",
            "messaging_service_sid": form.get("MessagingServiceSid"),
            "num_media": str(len(form.getlist("MediaUrl"))),
            "status_callback": str(form.get("StatusCallback", "")),
        }
        if shown is not None:
            buttons = [{"text": text, "data": data} for text, data in shown.buttons]
            fields |= {"buttons": buttons, "button_kind": shown.kind}
        return self._network.send(phone, channel, fields, self._walk(form, phone, channel, shown))

    def _shown(self, form: FormData) -> twilio_contents.Shown | None:
        """The Content that it names, filled; None without one that was made here."""
        sid = str(form.get("ContentSid", ""))
        try:
            variables = json.loads(str(form.get("ContentVariables") or "{}"))
            return twilio_contents.fill(self._network.store, sid, variables) if sid else None
        except ValueError as error:
            raise Refused(21656, "The ContentVariables Parameter is invalid") from error

    def _check(self, form: FormData, to: str, body: str, phone: str) -> None:
        if not to:
            raise Refused(21604, "A 'To' phone number is required.")
        if not (form.get("From") or form.get("MessagingServiceSid")):
            raise Refused(21603, "A 'From' phone number is required.")
        if not (body or form.get("MediaUrl") or form.get("ContentSid")):
            raise Refused(21602, "Message body is required.")
        if len(body) > LONGEST_BODY:
            raise Refused(21617, "The concatenated message body exceeds the 1600 character limit")
        if not E164.fullmatch(phone):
            raise Refused(21211, f"Invalid 'To' Phone Number: {phone}")
        if phone in MAGIC_REFUSALS:
            code, text = MAGIC_REFUSALS[phone]
            raise Refused(code, text.format(to=phone))
        self._check_from(form, to)
        if to == phone and self._network.opted_out(phone):
            raise Refused(21610, "Attempt to send to unsubscribed recipient")

    def _check_from(self, form: FormData, to: str) -> None:
        callback, sender = str(form.get("StatusCallback", "")), str(form.get("From", ""))
        channel = "whatsapp" if to.startswith("whatsapp:") else "sms"
        if sender and sender.startswith("whatsapp:") != (channel == "whatsapp"):
            raise Refused(21910, f"Invalid From and To pair. From and To should be of the same channel: {sender}, {to}")
        if sender and sender != self._network.address(channel):
            raise Refused(
                21606,
                f"The 'From' phone number provided ({sender}) is not a valid message-capable Twilio"
                " phone number for this destination/account",
            )
        if callback and urlsplit(callback).scheme not in ("http", "https"):
            raise Refused(21609, f"The StatusCallback URL {callback} is not a valid URL.")

    def _walk(
        self, form: FormData, phone: str, channel: str, shown: twilio_contents.Shown | None
    ) -> list[tuple[str, int | None]]:
        code = _magic_error(phone)
        is_approved = bool(form.get("ContentSid")) and shown is None
        if channel == "whatsapp" and not is_approved and not self._window_open(phone):
            code = 63016
        elif shown is not None and (channel != "whatsapp" or shown.needs_approval):
            code = 63013
        if code is None:
            return _DELIVERED
        if code in _FAILED_AT_ONCE:
            return [("queued", None), ("failed", code)]
        return [("queued", None), ("sent", None), ("undelivered", code)]

    def _window_open(self, phone: str) -> bool:
        """WhatsApp allows free text for 24 hours after the person's last message."""
        last = self._network.last_written(phone, "whatsapp")
        return last is not None and self._network.config.clock.now() - last < WINDOW

    def _all(self) -> Iterator[Json]:
        for row in self._network.store.rows("select body from messages where channel <> 'telegram' order by seq desc"):
            yield json.loads(row["body"])


def _filled(form: FormData) -> str:
    """What the phone shows of a template: its texts are approved elsewhere, so only what is put into it."""
    try:
        variables = json.loads(str(form.get("ContentVariables") or "{}"))
    except ValueError as error:
        raise Refused(21656, "The ContentVariables Parameter is invalid") from error
    if any("\n" in str(value) for value in variables.values()):
        raise Refused(21656, "The ContentVariables Parameter is invalid")
    return f"[template {form.get('ContentSid')}] {' '.join(map(str, variables.values()))}".strip()


def _magic_error(phone: str) -> int | None:
    return next((code for code in ERROR_TEXTS if phone == f"+1500555{str(code)[0]}{str(code)[2:]}"), None)


def _wanted(body: Json, query: list[tuple[str, str]]) -> bool:
    for name, value in query:
        if name in ("To", "From") and body[name.lower()] != value:
            return False
        if name.startswith("DateSent") and not _sent_within(body, name.removeprefix("DateSent"), value):
            return False
    return True


def _sent_within(body: Json, bound: str, value: str) -> bool:
    """A day or a second; a message that is still queued counts from its creation."""
    sent = parsedate_to_datetime(body["date_sent"] or body["date_created"])
    whole_day = len(value) == 10
    edge = datetime.fromisoformat(value.replace("Z", "+00:00"))
    edge = edge if edge.tzinfo else edge.replace(tzinfo=timezone.utc)
    if bound == ">":
        return sent >= edge
    if bound == "<":
        return sent <= edge
    return edge <= sent < edge + (timedelta(days=1) if whole_day else timedelta(seconds=1))


def _page(found: list[Json], query: dict[str, str], path: str) -> Json:
    size, number = min(int(query.get("PageSize", "50")), 1000), int(query.get("Page", "0"))
    shown = found[number * size : (number + 1) * size]
    more = (number + 1) * size < len(found)

    def uri(page: int) -> str:
        return f"{path}?{urlencode({**query, 'PageSize': str(size), 'Page': str(page)})}"

    return {
        "messages": shown,
        "first_page_uri": uri(0),
        "end": number * size + max(len(shown) - 1, 0),
        "next_page_uri": uri(number + 1) if more else None,
        "page": number,
        "page_size": size,
        "previous_page_uri": uri(number - 1) if number else None,
        "start": number * size,
        "uri": uri(number),
    }
