"""A sequence of reminders as a form: for each step whether it is on, on which day, from what time, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot import contact
from bot.web.manage_parts import Form, said
from bot.web.manage_words import sentence

NEWS, NEWS_LINK = "utter_reminders_news", "utter_reminders_news_link"


@dataclass(frozen=True)
class Step:
    """As its fields have it. `says` is the name of its text, `words` what that says in English."""

    name: str
    label: str
    is_on: bool
    days: str
    at: str
    when: str
    says: str
    words: str


def shown(shipped: contact.wording.Worded, slots: Mapping[str, str]) -> dict[str, Any]:
    told = {**shipped.slots, **slots}
    wrong = contact.sequences.problems(told)
    return {
        "steps": [_step(name, one) for name, one in told.items()],
        "problems": [f"{one.where}: {sentence(one)}" for one in wrong],
        "news": [(name, contact.texts.load()[name].texts["en"]) for name in (NEWS, NEWS_LINK)],
    }


def _step(name: str, told: str) -> Step:
    """What was typed stands there even where it is no step."""
    is_on, _, rest = told.partition(" ")
    days, _, at = rest.partition(" ")
    says = f"utter_reminders_{name}"
    number = days.removeprefix("+")
    return Step(
        name, name.replace("_", " "), is_on == "on", number, at, _when(number), says,
        contact.texts.load()[says].texts["en"],
    )  # fmt: skip


def _when(days: str) -> str:
    try:
        number = int(days)
    except ValueError:
        return days
    if not number:
        return "on the day"
    many = f"{abs(number)} {'day' if abs(number) == 1 else 'days'}"
    return f"{many} before" if number < 0 else f"{many} after"


def of_form(form: Form, steps: Mapping[str, str]) -> dict[str, str]:
    return {name: _told(form, name) for name in steps}


def _told(form: Form, name: str) -> str:
    days, at = said(form, f"{name}.days", 6), said(form, f"{name}.at", 8)
    with suppress(ValueError):  # what is no number is told beside the field
        days = f"{int(days):+d}"
    return f"{'on' if said(form, f'{name}.on', 5) == 'on' else 'off'} {days} {at}"
