"""What the pages are handed: the database, the settings, the templates, and what all requests share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_time, get_day_names
from sqlalchemy.engine import Engine
from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from bot import payments
from bot.core import Settings, opening
from bot.web import texts
from bot.web.cookies import Cookie, put
from bot.web.desk_lately import Lately
from bot.web.feed import Feed
from bot.web.storing import Doorbell

_LOCALES = {"en": "en_US", "es": "es_US"}
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Parts:
    """One app's. `gateway`, `feed` and `doorbell` are shared by all requests."""

    engine: Engine
    settings: Settings
    gateway: payments.Gateway
    templates: Jinja2Templates
    feed: Feed
    doorbell: Doorbell
    visitor: Cookie
    staff: Cookie
    login: Cookie
    browser: Cookie
    """That a member of staff was let in here before; whoever has it is let in by nothing else than their password."""
    lately: Lately = field(default_factory=Lately)
    """Queues of a moment ago, by language."""


def language(request: Request) -> texts.Language:
    """Their choice on the page, now or earlier; otherwise what their browser prefers."""
    asked = texts.known(request.query_params.get("lang")) or texts.known(request.cookies.get("parley_lang"))
    return asked or texts.preferred(request.headers.get("accept-language", ""))


def keep_language(request: Request, response: Response, settings: Settings) -> None:
    """Remember a choice made by `?lang=`."""
    chosen = texts.known(request.query_params.get("lang"))
    if chosen is not None:
        remember_language(response, chosen, settings)


def remember_language(response: Response, chosen: texts.Language, settings: Settings) -> None:
    """For a year, in a cookie."""
    put(response, "parley_lang", chosen, _YEAR, settings, framed=bool(settings.embed_origins))


def page(
    parts: Parts, request: Request, name: str, values: dict[str, Any], *, lang: str | None = None, status: int = 200
) -> Response:
    """A template with what every page needs: `lang`, `say`, `company`, `phone`."""
    spoken = lang or language(request)
    common = {
        "lang": spoken,
        "say": texts.speaker(spoken),
        "company": parts.settings.company,
        "phone": unbroken(parts.settings.company_phone),
    }
    return parts.templates.TemplateResponse(request, name, {**common, **values}, status)


def unbroken(phone: str) -> str:
    """A number that no line break cuts in two."""
    return phone.replace(" ", "\N{NO-BREAK SPACE}")


def written_day(spoken: str, on: date) -> str:
    """ "Wed, Nov 18, 2026"; "mié, 18 nov 2026"."""
    pattern = "EEE, MMM d, y" if spoken == "en" else "EEE, d MMM y"
    shown: str = format_date(on, pattern, locale=_LOCALES[spoken])
    return shown


def written_hours(spoken: str, hours: Sequence[opening.Hours]) -> str:
    """ "Mon-Fri 9:00 AM-6:00 PM, Sat 10:00 AM-2:00 PM"."""
    names = get_day_names("abbreviated", locale=_LOCALES[spoken])

    def at(moment: time) -> str:
        return str(format_time(moment, "short", locale=_LOCALES[spoken])).replace("\u202f", " ").replace("\xa0", " ")

    def one(each: opening.Hours) -> str:
        if each.first == opening.ON_HOLIDAYS:
            return texts.text("hours_on_holidays", spoken, hours=f"{at(each.opens)}-{at(each.closes)}")
        days = names[each.first] if each.first == each.last else f"{names[each.first]}-{names[each.last]}"
        return f"{days} {at(each.opens)}-{at(each.closes)}"

    return ", ".join(map(one, hours))


def written_at(zone: str, spoken: str, at: datetime) -> str:
    """In the operator's time zone; the chat's script turns it into the reader's."""
    shown: str = format_datetime(at, "MMM d, h:mm a", tzinfo=ZoneInfo(zone), locale=_LOCALES[spoken])
    return shown.replace("\u202f", " ")
