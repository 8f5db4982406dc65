"""Phones in the browser: pick a person, write as them, see what arrives. The JSON routes do it for tests."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.templating import Jinja2Templates

from bot.sandbox import phone_view as view
from bot.sandbox import stories, telegram_acts, telegram_objects
from bot.sandbox.model import normal_number
from bot.sandbox.store import Json
from bot.sandbox.telegram_phone import Telegram
from bot.sandbox.twilio_phone import Line, Network
from bot.sandbox.twilio_segments import measure

CHANNELS = ("sms", "whatsapp", "telegram")
LONGEST_TEXT = 20_000


class PhonePages:
    """Routes under `/` and `/phone`."""

    def __init__(
        self, network: Network, telegram: Telegram, templates: Jinja2Templates, hurry: Callable[[], None]
    ) -> None:
        self._network, self._telegram, self._templates, self._hurry = network, telegram, templates, hurry

    async def messages(self, request: Request) -> Response:
        """Oldest first: channel, direction ("out" = written by the person), text, at, status."""
        try:
            number = normal_number(request.path_params["number"])
        except ValueError as problem:
            return _problem(404, str(problem))
        return JSONResponse([_as_json(line) for line in self._network.conversation(number)])

    async def write(self, request: Request) -> Response:
        """`POST {"text": …}`: 202 with the message's sid. On Telegram also what `telegram_acts` knows."""
        channel = request.path_params["channel"]
        if channel not in CHANNELS:
            return _problem(404, f"channel: expected one of {', '.join(CHANNELS)}, got {channel}")
        try:
            number = normal_number(request.path_params["number"])
            raw = await request.body()
            done = telegram_acts.do(self._telegram, number, raw) if channel == "telegram" else self._text(
                number, channel, raw)  # fmt: skip
        except ValueError as problem:
            return _problem(400, str(problem))
        self._hurry()
        return JSONResponse(done, 202)

    def _text(self, number: str, channel: str, raw: bytes) -> Json:
        pressed = _pressed(raw) if channel == "whatsapp" else None
        if pressed is not None:
            return {"sid": self._network.press(number, pressed)["sid"]}
        return {"sid": self._network.write(number, channel, *_text(raw))["sid"]}

    async def follow(self, request: Request) -> Response:
        """A link to the bot: whose phone opens it? Pressing Start there sends the word behind it."""
        start, number = request.query_params.get("start", ""), ""
        if request.method == "POST":
            number = _as_number(str((await request.form()).get("number", "")))
        if number:
            self._telegram.write(number, {"text": f"/start {start}".strip()})
            self._hurry()
            return _to_phone(number, "telegram")
        values = {"people": self._network.config.people, "bot": request.path_params["bot"]}
        return self._templates.TemplateResponse(request, "telegram_start.html", values)

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
            "stories": stories.of(people),
            "story": stories.at(people, number),
            "web": self._network.config.public_web_url,
            "desk": "1" if request.query_params.get("desk") and number else "",
            "desk_as": self._network.config.desk_as,
            "later": self._network.config.later is not None,
            "today": f"{now.astimezone():%A, %-d %B %Y}",
            **self._phone(number, channel),
        }
        return self._templates.TemplateResponse(request, "phone.html", values)

    async def page_write(self, request: Request) -> Response:
        """The page's form, for browsers without JavaScript."""
        form = await request.form()
        number, channel = _as_number(request.path_params["number"]), str(form.get("channel", "sms"))
        text = str(form.get("text", "")).replace("\r\n", "\n").strip()
        pressed = str(form.get("press", ""))
        with contextlib.suppress(ValueError):
            if number and channel == "telegram" and pressed:
                self._telegram.press(number, pressed)
            elif number and channel == "whatsapp" and pressed:
                self._network.press(number, pressed)
            elif number and channel == "telegram" and text:
                self._telegram.write(number, {"text": text[:LONGEST_TEXT]})
            elif number and channel in CHANNELS and text:
                self._network.write(number, channel, text[:LONGEST_TEXT])
        self._hurry()
        return _to_phone(number, channel, str(form.get("desk", "")))

    async def thread(self, request: Request) -> Response:
        """The messages as a piece of the page; 304 while nothing has changed."""
        number = _as_number(request.path_params["number"])
        channel = request.query_params.get("channel", "sms")
        answer = self._templates.TemplateResponse(
            request, "thread.html", {**self._phone(number, channel), "desk": request.query_params.get("desk", "")[:1]}
        )
        tag = f'"{hashlib.sha256(bytes(answer.body)).hexdigest()[:20]}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag})
        answer.headers.update({"ETag": tag, "Cache-Control": "no-cache"})
        return answer

    async def later(self, request: Request) -> Response:
        """`days=30`: the clock of the whole demo goes on by so many days. 404 where it cannot be moved."""
        form, move = await request.form(), self._network.config.later
        days = _days(str(form.get("days", "")))
        if move is None or not days:
            return _problem(404 if move is None else 400, "days: expected a number from 1 to 400, in a demo")
        move(timedelta(days=days))
        self._hurry()
        number, channel = _as_number(str(form.get("number", ""))), str(form.get("channel", "sms"))
        return _to_phone(number, channel, desk=str(form.get("desk", ""))) if number else RedirectResponse("/", 303)

    async def count(self, request: Request) -> Response:
        """How many SMS a draft would be."""
        size = measure(request.query_params.get("text", ""))
        return JSONResponse({"encoding": size.encoding, "units": size.units, "segments": size.count})

    def _beside(self, lines: Sequence[Line]) -> view.Beside:
        ask = self._network.config.beside
        arrived = [line.provider_id for line in lines if not line.written]
        return ask(arrived) if ask is not None and arrived else {}

    def _parley(self, channel: str) -> str:
        if channel == "telegram":
            return f"@{telegram_objects.BOT['username']}"
        return view.shown_number(self._network.address(channel).removeprefix("whatsapp:"))

    def _phone(self, number: str, channel: str) -> Json:
        person = next((one for one in self._network.config.people if one.phone == number), None)
        lines = self._network.conversation(number, channel) if number else []
        return {
            "number": number,
            "shown_number": view.shown_number(number) if number else "",
            "person": person,
            "channel": channel,
            "channel_name": view.CHANNEL_NAMES.get(channel, channel),
            "parley": self._parley(channel),
            "days": list(view.days(lines, self._network.config.clock.now(), self._beside(lines))),
            "says_why": self._network.config.beside is not None,
            "opted_out": channel == "sms" and self._network.opted_out(number),
            "blocked": channel == "telegram" and self._telegram.has_blocked(number),
            "waiting": self._network.waiting(number),
        }


def _days(text: str) -> int:
    """1 to 400; 0 is nothing that we know."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 4 and 0 < int(text) <= 400 else 0


def _as_json(line: Line) -> Json:
    buttons = {"buttons": [{"text": text, "data": data} for text, data in line.buttons]} if line.buttons else {}
    return {
        **buttons,
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


def _to_phone(number: str, channel: str, desk: str = "") -> Response:
    beside = {"desk": "1"} if desk else {}
    return RedirectResponse("/?" + urlencode({"number": number, "channel": channel, **beside}), 303)


def _problem(status: int, text: str) -> Response:
    return JSONResponse({"problem": text}, status)


def _pressed(raw: bytes) -> str | int | None:
    """{"press": its words, its id or its place}, on WhatsApp."""
    body = json.loads(raw)
    found = body.get("press") if isinstance(body, dict) and set(body) == {"press"} else None
    return found if isinstance(found, (str, int)) else None


def _text(raw: bytes) -> tuple[str, list[str]]:
    """The words and the content types of what comes with them."""
    body = json.loads(raw)
    text, media = (body.get("text", ""), body.get("media", [])) if isinstance(body, dict) else (None, None)
    is_text = isinstance(text, str) and len(text) <= LONGEST_TEXT
    is_media = (
        isinstance(media, list) and len(media) <= 10 and all(isinstance(one, str) and "/" in one for one in media)
    )
    if not is_text or not is_media or not (text or media) or set(body) - {"text", "media"}:
        raise ValueError('expected {"text": "…"}, and perhaps {"media": ["image/jpeg"]}')
    return str(text), list(media or [])
