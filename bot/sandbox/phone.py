"""Phones in the browser: pick a person, write as them, see what arrives. The JSON routes do it for tests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates

from bot.sandbox import phone_view as view
from bot.sandbox.model import normal_number
from bot.sandbox.store import Json
from bot.sandbox.twilio_phone import Line, Network
from bot.sandbox.twilio_segments import measure

CHANNELS = ("sms", "whatsapp")
LONGEST_TEXT = 20_000


class PhonePages:
    """Routes under `/` and `/phone`."""

    def __init__(self, network: Network, templates: Jinja2Templates, hurry: Callable[[], None]) -> None:
        self._network, self._templates, self._hurry = network, templates, hurry

    async def messages(self, request: Request) -> Response:
        """Oldest first: channel, direction ("out" = written by the person), text, at, status."""
        try:
            number = normal_number(request.path_params["number"])
        except ValueError as problem:
            return _problem(404, str(problem))
        return JSONResponse([_as_json(line) for line in self._network.conversation(number)])

    async def write(self, request: Request) -> Response:
        """`POST {"text": …}`: 202 with the message's sid."""
        channel = request.path_params["channel"]
        if channel not in CHANNELS:
            return _problem(404, f"channel: expected one of {', '.join(CHANNELS)}, got {channel}")
        try:
            number = normal_number(request.path_params["number"])
            text = _text(await request.body())
        except ValueError as problem:
            return _problem(400, str(problem))
        kept = self._network.write(number, channel, text)
        self._hurry()
        return JSONResponse({"sid": kept["sid"]}, 202)

    async def page(self, request: Request) -> Response:
        """The list of phones, and the one that is picked by `?number=` and `&channel=`."""
        find = request.query_params.get("find", "").strip()
        if found := _as_number(find):
            return _to_phone(found, "sms")
        number = _as_number(request.query_params.get("number", ""))
        channel = request.query_params.get("channel", "sms")
        channel = channel if channel in view.CHANNEL_NAMES else "sms"
        people, now = self._network.config.people, self._network.config.clock.now()
        values = {
            "contacts": view.contacts(people, self._network.recent(), number, find, now),
            "find": find,
            "names": view.CHANNEL_NAMES,
            **self._phone(number, channel),
        }
        return self._templates.TemplateResponse(request, "phone.html", values)

    async def page_write(self, request: Request) -> Response:
        """The page's form, for browsers without JavaScript."""
        form = await request.form()
        number, channel = _as_number(request.path_params["number"]), str(form.get("channel", "sms"))
        text = str(form.get("text", "")).replace("\r\n", "\n").strip()
        if number and channel in CHANNELS and text:
            self._network.write(number, channel, text[:LONGEST_TEXT])
            self._hurry()
        return _to_phone(number, channel)

    async def thread(self, request: Request) -> Response:
        """The messages as a piece of the page; 304 while nothing has changed."""
        number = _as_number(request.path_params["number"])
        channel = request.query_params.get("channel", "sms")
        answer = self._templates.TemplateResponse(request, "thread.html", self._phone(number, channel))
        tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:20]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        answer.headers.update({"ETag": tag, "Cache-Control": "no-cache"})
        return answer

    async def count(self, request: Request) -> Response:
        """How many SMS a draft would be."""
        size = measure(request.query_params.get("text", ""))
        return JSONResponse({"encoding": size.encoding, "units": size.units, "segments": size.count})

    def _phone(self, number: str, channel: str) -> Json:
        person = next((one for one in self._network.config.people if one.phone == number), None)
        lines = self._network.conversation(number, channel) if number else []
        return {
            "number": number,
            "shown_number": view.shown_number(number) if number else "",
            "person": person,
            "channel": channel,
            "channel_name": view.CHANNEL_NAMES.get(channel, channel),
            "parley": view.shown_number(self._network.address(channel).removeprefix("whatsapp:")),
            "days": list(view.days(lines, self._network.config.clock.now())),
            "opted_out": channel == "sms" and self._network.opted_out(number),
            "waiting": self._network.waiting(number),
        }


def _as_json(line: Line) -> Json:
    return {
        "channel": line.channel,
        "direction": "out" if line.written else "in",
        "text": line.text,
        "at": line.at.isoformat(),
        "status": line.status,
    }


def _as_number(text: str) -> str:
    """E.164, or nothing when the text is not a number."""
    try:
        return normal_number(text) if sum(letter.isdigit() for letter in text) >= 7 else ""
    except ValueError:
        return ""


def _to_phone(number: str, channel: str) -> Response:
    return RedirectResponse("/?" + urlencode({"number": number, "channel": channel}), 303)


def _problem(status: int, text: str) -> Response:
    return JSONResponse({"problem": text}, status)


def _text(raw: bytes) -> str:
    body = json.loads(raw)
    text = body.get("text") if isinstance(body, dict) else None
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        raise ValueError('expected {"text": "…"}')
    return text
