"""Every text that a debtor reads comes from here: a named response of domain.yml, rendered strictly.

A missing response, language or value is an error, never a blank. Values are put in once: what a person wrote
cannot become a placeholder. The first variant of a response may say who may read it (`audience`), what kind of
message it is (`tag`), which facts it states (`requires`) and what it invites to (`asks`, which makes it an offer,
whatever its tag); without a word it is for verified people only. A variant with a `channel` is said there in place of
the others: nobody replies STOP on a page. One of the `form` short says the same in fewer words, on every channel: where
the whole answer would be too long, and where it is said twice. `weight` says how much a turn needs it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from babel.dates import format_date

from bot.contact.model import Audience, Say
from bot.core import Money

DOMAIN = Path(__file__).parents[2] / "domain.yml"
OF_THE_LAW = Path(__file__).parents[2] / "data" / "law" / "texts" / "responses.yml"
"""What the law has us say; no model is trained on it."""
OF_STATES = OF_THE_LAW.with_name("time_barred.yml")
"""What single states prescribe."""
NOTICES = frozenset({"utter_contact_mini_miranda", "utter_contact_opt_out_notice"})
"""Notices of the law that stand in domain.yml."""
OF_CHANNELS = Path(__file__).parents[2] / "data" / "channels" / "responses.yml"
"""Going from one channel to another, and other words for the same where an operator wants them; no model either."""
OF_PAYMENTS = Path(__file__).parents[2] / "data" / "payments" / "responses.yml"
"""Payments that are taken by themselves; no model either."""
OF_REMINDERS = Path(__file__).parents[2] / "data" / "reminders" / "responses.yml"
SAYING_TU = Path(__file__).parents[2] / "data" / "spanish" / "tu.yml"
"""The Spanish texts that speak to the person, for whoever says tú; no model either."""
OF_HARDSHIP = Path(__file__).parents[2] / "data" / "hardship" / "responses.yml"
"""What is offered first to whoever tells of a hardship; no model either."""
OF_SATISFACTION = Path(__file__).parents[2] / "data" / "satisfaction" / "responses.yml"
OF_COMPANIES = Path(__file__).parents[2] / "data" / "companies" / "responses.yml"
"""Whoever writes for a company; no model either."""
OF_SAFETY = Path(__file__).parents[2] / "data" / "safety" / "responses.yml"
"""Whoever may be in danger, as long as that holds; no model either."""
PLACEHOLDER = re.compile(r"\{(\w+)\}")
SHORT = "short"
"""Stands where a channel stands: the short form is the same on all of them, but on the web where that has its own words."""
Form = Literal["whole", "short", "statement", "short statement"]
"""How much of a response is said; a statement is what stands before its question."""
COURTESY, EXTRA = "courtesy", "extra"
"""Weights: said only where nothing else is; left out where there is no room."""
_END = re.compile(r"[.!]['\")]?\s+|\n")
"""Of a sentence."""
_TYPOGRAPHY = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u00a0": " ",
        "\u202f": " ",
    }
)


ASKING = frozenset({"offer", "payment", "reminder"})
"""Tags of what asks for money or offers a way to pay: no hold lets them through."""


class TextError(Exception):
    """A response that cannot be said as it stands: a bug in domain.yml or in its caller."""


@dataclass(frozen=True)
class Response:
    """One named response in all its languages."""

    name: str
    texts: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]
    audience: Audience
    tag: str
    discloses: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    """Facts that it states: whoever says it makes sure of them."""
    otherwise: str | None = None
    """What is said when they are not so."""
    asks: tuple[str, ...] = ()
    """What it invites to: `pay`, `plan`, `choices`."""
    elsewhere: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The words of one channel, by channel and language; and those of the short form."""
    is_of_the_law: bool = False
    """Its words are the law's: nobody here writes others."""
    is_prescribed: bool = False
    """A state prescribes them to the word: no rule of ours about length or style holds for them."""
    weight: str = ""
    tu: Mapping[str, str] = field(default_factory=dict)
    """The Spanish words for whoever says tú, by channel or "short"; "" for all others."""

    @property
    def slots(self) -> dict[str, str]:
        """Each wording that it has: "en", "es", "web.en", "short.en"."""
        return dict(self.texts) | {f"{channel}.{spoken}": text for (channel, spoken), text in self.elsewhere.items()}

    def text(self, language: str, channel: str = "", form: Form = "whole", *, says_tu: bool = False) -> str:
        """Raises KeyError for a language that it is not written in. What has no short form is said whole; so are words
        of the web on the web, where there is room for them.
        """
        words = {place: text for (place, spoken), text in self.elsewhere.items() if spoken == language}
        words = {"": self.texts[language], **words, **(self.tu if says_tu and language == "es" else {})}
        whole = words.get(channel) or words[""]
        has_room = channel == "web" and channel in words
        said = words.get(SHORT, whole) if form.startswith(SHORT) and not has_room else whole
        return statement(said) if form.endswith("statement") else said


def load() -> Mapping[str, Response]:
    """All responses by name as they are in force (`wording`), with those that no model is trained on."""
    return _in_force or shipped()


_in_force: Mapping[str, Response] | None = None


def use(changed: Mapping[str, Response] | None) -> None:
    """From now on this process says these; None: what ships."""
    global _in_force
    _in_force = changed


@lru_cache(maxsize=4)
def shipped(path: Path = DOMAIN) -> Mapping[str, Response]:
    """As they came with Parley."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, Response] = {}
    for file in (
        path, OF_THE_LAW, OF_STATES, OF_CHANNELS, OF_PAYMENTS, OF_REMINDERS, OF_HARDSHIP, OF_SATISFACTION, OF_SAFETY,
        OF_COMPANIES,
    ):  # fmt: skip
        for name, variants in yaml.load(file.read_text(encoding="utf-8"), Loader=loader)["responses"].items():
            if name in found:
                raise TextError(f"{name} stands twice")
            one = _response(name, variants, is_of_the_law=file in (OF_THE_LAW, OF_STATES) or name in NOTICES)
            found[name] = replace(one, is_prescribed=file == OF_STATES)
    return found | _saying_tu(found) if path == DOMAIN else found


def _saying_tu(found: Mapping[str, Response]) -> dict[str, Response]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    told = yaml.load(SAYING_TU.read_text(encoding="utf-8"), Loader=loader)
    unknown = sorted(set(told) - set(found))
    if unknown:
        raise TextError(f"no such response: {', '.join(unknown)}")
    texts = {name: one if isinstance(one, dict) else {"all": one} for name, one in told.items()}
    return {
        name: replace(found[name], tu={"" if c == "all" else c: plain(text.strip()) for c, text in one.items()})
        for name, one in texts.items()
    }


def statement(text: str) -> str:
    """What stands before its question, which goes from the sentence with the question mark to the end; perhaps nothing."""
    asks = text.find("?")
    if asks < 0:
        return text
    ends = [one.end() for one in _END.finditer(text[:asks])]
    return text[: ends[-1]].strip() if ends else ""


def render(
    name: str,
    language: str,
    values: Mapping[str, object],
    *,
    today: date,
    true: Collection[str] = (),
    channel: str = "",
    form: Form = "whole",
    says_tu: bool = False,
) -> Say:
    """Raises TextError when the response, its language, one of its values or one of its facts is missing.

    `true` are the facts that the caller has made sure of; `says_tu`: in Spanish, tú and not usted.

    Money and dates are written as the language writes them; the year stands only when it is not this one.
    """
    response = _to_say(name, language, true)

    def fill(text: str) -> str:
        missing = sorted(set(PLACEHOLDER.findall(text)) - set(values))
        if missing:
            raise TextError(f"{name} needs {', '.join(missing)}")
        return PLACEHOLDER.sub(lambda match: written(values[match[1]], language, today), text)

    choices = tuple(fill(choice) for choice in response.choices.get(language, ()))
    debt_id = values.get("debt_id")
    return Say(
        response=name,
        text=fill(response.text(language, channel, form, says_tu=says_tu)),
        audience=response.audience,
        tag=response.tag,
        choices=choices,
        discloses=response.discloses,
        debt_id=str(debt_id) if debt_id is not None else None,
    )


def _to_say(name: str, language: str, true: Collection[str]) -> Response:
    response = load().get(name)
    if response is None:
        raise TextError(f"there is no response {name!r}")
    if language not in response.texts:
        raise TextError(f"{name} has no text in {language!r}")
    untrue = sorted(set(response.requires) - set(true))
    if untrue:
        raise TextError(f"{name} states what nobody made sure of: {', '.join(untrue)}")
    return response


class Bare(date):
    """A day that is said without its weekday: "December 20"."""


def written(value: object, language: str, today: date) -> str:
    """A value in a person's language. Raises TextError for None."""
    if value is None:
        raise TextError("a value is None")
    if isinstance(value, Money):
        return value.spoken(language)
    if isinstance(value, datetime):
        raise TextError("say a date, in the debtor's time zone, not a moment")
    if isinstance(value, date):
        return _date(value, language, today)
    return str(value)


def plain(text: str) -> str:
    """Without the curly quotes and dashes that halve what fits into an SMS."""
    return unicodedata.normalize("NFC", text.translate(_TYPOGRAPHY))


def _date(day: date, language: str, today: date) -> str:
    pattern = {"en": "EEEE, MMMM d", "es": "EEEE d 'de' MMMM"}[language]
    if isinstance(day, Bare):
        pattern = {"en": "MMMM d", "es": "d 'de' MMMM"}[language]
    elif day.year != today.year:
        pattern += {"en": ", y", "es": " 'de' y"}[language]
    return str(format_date(day, pattern, locale={"en": "en_US", "es": "es_US"}[language]))


def _response(name: str, variants: list[dict[str, Any]], *, is_of_the_law: bool = False) -> Response:
    first = variants[0].get("metadata", {})
    texts: dict[str, str] = {}
    elsewhere: dict[tuple[str, str], str] = {}
    choices = {}
    for variant in variants:
        language, text = variant.get("metadata", {}).get("language", "en"), plain(variant["text"].strip())
        place = variant.get("channel") or variant.get("metadata", {}).get("form")
        if place:
            elsewhere[place, language] = text
            continue
        texts[language] = text
        choices[language] = tuple(button["title"] for button in variant.get("buttons", ()))
    return Response(
        name,
        texts,
        choices,
        first.get("audience", "verified"),
        first.get("tag", "reply") if first.get("tag") in ASKING or not first.get("asks") else "offer",
        tuple(first.get("discloses", ())),
        tuple(first.get("requires", ())),
        first.get("otherwise"),
        tuple(first.get("asks", ())),
        elsewhere,
        is_of_the_law,
        weight=first.get("weight", ""),
    )
