"""Every text that may be said: in force, as it would read on each channel and for each creditor, and as a form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import contact, handoff
from bot.core import Session, Settings, reading, transaction
from bot.web import going_on, manage_sequence, manage_steps, staff
from bot.web.manage_parts import Form, manager, page, posted, said
from bot.web.manage_words import sentence
from bot.web.parts import Parts

HERE = "/manage/texts"
CHANNELS = ("sms", "whatsapp", "telegram", "web")
NAMES = {"sms": "SMS", "whatsapp": "WhatsApp", "telegram": "Telegram", "web": "web chat"}
LANGUAGES = {"en": "English", "es": "Spanish"}
_MOST = 60
wording, versions = contact.wording, contact.wording_versions
Text = contact.texts.Response
"""As it ships, or as it is worded."""
Worded = contact.wording.Worded


@dataclass(frozen=True)
class Preview:
    """How it reads on one channel, filled with long values."""

    channel: str
    text: str
    choices: tuple[str, ...]
    length: str
    """Of an SMS: how many, letters, alphabet."""


@dataclass(frozen=True)
class Spoken:
    """One language of a text: its wordings, what is wrong with them, how hard it reads, and how it looks."""

    language: str
    slots: tuple[tuple[str, str, str], ...]
    """(name of the field, label, words)"""
    problems: tuple[str, ...]
    level: str
    previews: tuple[Preview, ...]


def routes(parts: Parts) -> list[Route]:
    return [
        Route(HERE, partial(_list, parts), methods=["GET"]),
        Route(HERE + "/{name}", partial(_show, parts), methods=["GET"]),
        Route(HERE + "/versions/{id}/{name}", partial(_edit, parts), methods=["GET"]),
        Route(HERE + "/versions/{id}/{name}", partial(_save, parts), methods=["POST"]),
    ]


def catalogue() -> dict[str, Worded]:
    """All that may be worded or timed otherwise, as it ships."""
    return {name: one for name, one in everything().items() if not one.is_of_the_law}


def everything() -> dict[str, Worded]:
    return {**texts(), **contact.sequences.shipped()}


def texts() -> dict[str, Text]:
    return {**contact.texts.shipped(), **handoff.as_texts()}


def group(name: str) -> str:
    if name.startswith(contact.sequences.PREFIX):
        return "sequences"
    return "ready replies" if name.startswith(wording.CANNED) else name.split("_")[1]


def label(name: str) -> str:
    if name in contact.sequences.shipped():
        return contact.sequences.shipped()[name].title
    return name.removeprefix(wording.CANNED).removeprefix(f"utter_{group(name)}_").replace("_", " ")


def _list(parts: Parts, request: Request) -> Response:
    wanted, find = request.query_params.get("group", ""), request.query_params.get("q", "").strip().lower()[:60]
    with reading(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        live = wording.in_force(session)
        changed = wording.content(session, live)
        found, last = versions.versions(session), versions.version(session, live) if live else None
    slots = {name: {**one.slots, **changed.get(name, {})} for name, one in everything().items()}
    groups = sorted({group(name) for name in slots})
    rows = [
        (name, ", ".join(words.values()) if group(name) == "sequences" else words["en"], name in changed)
        for name, words in slots.items()
        if (find and _holds(name, words, find)) or (not find and group(name) == (wanted or groups[0]))
    ]
    values = {
        "rows": rows[:_MOST], "more": max(0, len(rows) - _MOST), "groups": groups, "group": wanted or groups[0], "find": find,
        "label": label, "group_of": group, "live": last, "found": found, "changed": len(changed), "count": len(slots),
        "can_go_back": sum(any(event.kind == "live" for event in one.events) for one in found) > 1,
        "done": request.query_params.get("done"),
    }  # fmt: skip
    return page(parts, request, "manage_texts.html", me, values)


def _holds(name: str, slots: Mapping[str, str], find: str) -> bool:
    return find in name or any(find in words.lower() for words in slots.values())


def _named(name: str) -> Worded:
    """As it ships. Raises HTTPException 404."""
    found = everything().get(name)
    if found is None:
        raise HTTPException(404)
    return found


def _show(parts: Parts, request: Request) -> Response:
    with reading(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        shipped = _named(request.path_params["name"])
        slots = wording.content(session, wording.in_force(session)).get(shipped.name, {})
    return _page(parts, request, me, shipped, slots, {"version": None})


def opened(session: Session, request: Request) -> contact.wording_versions.Wording:
    """Raises HTTPException 404."""
    try:
        return versions.version(session, request.path_params["id"])
    except versions.NoSuchWording:
        raise HTTPException(404) from None


def _edit(parts: Parts, request: Request) -> Response:
    with transaction(parts.engine) as session:
        me = manager(parts, request, session)
        if me is None:
            return going_on.to_log_in(request)
        version, shipped = opened(session, request), _named(request.path_params["name"])
    told = {"version": version, "done": request.query_params.get("done") == "saved"}
    return _page(parts, request, me, shipped, version.content.get(shipped.name, {}), told)


def _page(
    parts: Parts, request: Request, me: staff.Staff, shipped: Worded, slots: Mapping[str, str], told: dict[str, Any]
) -> Response:
    if isinstance(shipped, Text):
        values = _values(parts.settings, request, shipped, slots)
        return page(parts, request, "manage_text.html", me, {**values, **told})
    values = {"name": shipped.name, "label": label(shipped.name), "group": group(shipped.name), "zone": parts.settings.time_zone}
    return page(parts, request, "manage_sequence.html", me, {**values, **manage_sequence.shown(shipped, slots), **told})


def _values(settings: Settings, request: Request, shipped: Text, slots: Mapping[str, str]) -> dict[str, Any]:
    creditor = request.query_params.get("creditor", "")
    text = wording.with_words(shipped, slots)
    return {
        "name": shipped.name, "label": label(shipped.name), "group": group(shipped.name), "shipped": shipped,
        "spoken": [_spoken(settings, shipped, text, slots, language, creditor) for language in LANGUAGES],
        "facts": sorted(set(contact.texts.PLACEHOLDER.findall(shipped.texts["en"]))),
        "creditors": [(key, one.name) for key, one in settings.creditors.items()], "creditor": creditor,
    }  # fmt: skip


def _spoken(
    settings: Settings, shipped: Text, text: Text, slots: Mapping[str, str], language: str, creditor: str
) -> Spoken:
    own = [slot for slot in shipped.slots if slot.rpartition(".")[2] == language]
    words = {slot: slots.get(slot, shipped.slots[slot]) for slot in own}
    wrong = versions.of_text(shipped, words)
    values = _brand(settings, creditor, language)
    return Spoken(
        LANGUAGES[language],
        tuple((slot, _field(slot), words[slot]) for slot in own),
        tuple(f"{one.where}: {sentence(one)}" for one in wrong),
        _level(words[language], language),
        tuple(_preview(text, language, channel, values) for channel in CHANNELS),
    )


def _field(slot: str) -> str:
    channel, _, language = slot.rpartition(".")
    if channel == contact.texts.SHORT:
        return f"{LANGUAGES[language]}, in short"
    return f"{LANGUAGES[language]}, in the {NAMES.get(channel, channel)} only" if channel else LANGUAGES[language]


def _brand(settings: Settings, creditor: str, language: str) -> dict[str, object]:
    """Who speaks: the company, or one of the creditors under its own name, number and words."""
    who = settings.creditors.get(creditor)
    if who is None:
        return {"company": settings.company, "phone": settings.company_phone}
    own: dict[str, object] = {"company": who.name, "phone": who.phone, "client": who.name}
    product = next(iter(who.products.values()), None)
    return own | ({"product": product[language]} if product else {})


def _filled(text: str, language: str, values: Mapping[str, object]) -> str:
    """As far as it can be: a value that nobody knows stays in its braces."""
    known = {**contact.samples.values(language), **values}
    unknown = {name: f"{{{name}}}" for name in contact.texts.PLACEHOLDER.findall(text) if name not in known}
    return contact.samples.fill(text, language, {**values, **unknown})


def _level(text: str, language: str) -> str:
    if not text.strip():
        return ""
    filled = _filled(text, language, {})
    if len(contact.reading_level.plain(filled).split()) < contact.reading_level.FEWEST_WORDS:
        return "too short to measure"
    found = contact.reading_level.level(filled, language)
    return f"ease {found:.0f} (60 or more is plain)" if language == "es" else f"grade {max(found, 0):.1f} (8 or below)"


def _preview(text: Text, language: str, channel: str, values: Mapping[str, object]) -> Preview:
    shown = _filled(text.text(language, channel), language, values)
    length = ""
    if channel == "sms":
        shown, length = contact.segments.fitted(shown), contact.text_rules.segments_in_words(shown)
    choices = tuple(_filled(one, language, values) for one in text.choices.get(language, ()))
    return Preview(NAMES[channel], shown, choices, length)


async def _save(parts: Parts, request: Request) -> Response:
    def save(session: Session, me: staff.Staff, form: Form, now: datetime) -> str:
        version, shipped = opened(session, request), _named(request.path_params["name"])
        slots = {slot: said(form, f"slot.{slot}", 2_000) for slot in shipped.slots}
        if not isinstance(shipped, Text):
            slots = manage_sequence.of_form(form, shipped.slots)
        versions.save(session, version, shipped, slots, me.login, now, manage_steps.revision(form))
        return f"{HERE}/versions/{version.id}/{shipped.name}?done=saved"

    return await posted(parts, request, save)
