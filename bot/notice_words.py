"""The validation notice as a sheet of words, in English and Spanish: texts of `data/law/texts/notice.yml`. Pure."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from babel.dates import format_date

from bot.accounts import Notice
from bot.core import Money
from bot.papers import LANGUAGES, Section, Sheet, Table

FILE = Path(__file__).parents[1] / "data" / "law" / "texts" / "notice.yml"
_DAY = {"en": ("MMMM d, y", "en_US"), "es": ("d 'de' MMMM 'de' y", "es_US")}
RIGHTS = ("right_dispute", "right_creditor", "right_assumed", "right_cfpb", "right_here", "right_paper")
ANSWERS = ("answer_how", "answer_not_mine", "answer_amount", "answer_other", "answer_creditor")


@lru_cache(maxsize=1)
def texts() -> dict[str, dict[str, str]]:
    """All texts: name, then language."""
    found: dict[str, dict[str, str]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def text(name: str, language: str, **values: object) -> str:
    """Raises KeyError when the text, its language or one of its values is missing."""
    return texts()[name][language].format(**values)


def sheets(notice: Notice, *, third_party: bool, too_old: bool) -> dict[str, Sheet]:
    """By language. `too_old`: it may be too old for a court, which is said here too."""
    return {language: _sheet(notice, language, third_party, too_old) for language in LANGUAGES}


def _sheet(notice: Notice, language: str, third_party: bool, too_old: bool) -> Sheet:
    end = _day(notice.ends_on, language)
    start = text("from" if third_party else "from_creditor", language, company=notice.sender.name,
                 owed_to=notice.owed_to)  # fmt: skip
    rights = Section(text("rights", language, day=end), tuple(text(name, language, day=end) for name in RIGHTS))
    answers = Section(text("answer", language), tuple(text(name, language) for name in ANSWERS))
    return Sheet(
        title=text("title", language),
        intro=(start, *([text("too_old", language)] if too_old else [])),
        facts=_facts(notice, language, third_party),
        payments=_items(notice, language),
        sections=(rights, answers),
    )


def _facts(notice: Notice, language: str, third_party: bool) -> tuple[tuple[str, str], ...]:
    on = _day(notice.items.on, language)
    return (
        (
            text("collector" if third_party else "creditor_side", language),
            f"{notice.sender.name}, {notice.sender.phone}",
        ),
        (text("dispute_to", language), notice.sender.address),
        (text("you", language), notice.consumer),
        (text("your_address", language), notice.consumer_address),
        (text("owed_then", language, day=on), notice.owed_then),
        (text("owed_to", language), notice.owed_to),
        (text("account", language), text("ending", language, ending=notice.ending)),
    )


def _items(notice: Notice, language: str) -> Table:
    """The five lines since the itemisation date stand there also when they are nothing: 1006.34(c)(2)(viii)."""
    items = notice.items
    then = text("then", language, day=_day(items.on, language), kind=text(items.kind.value, language))
    since: tuple[tuple[str, Money], ...] = (
        ("charges", items.charges), ("interest", items.interest), ("fees", items.fees), ("payments", -items.payments),
        ("credits", -items.credits),
    )  # fmt: skip
    lines = [(then, items.amount_then), *((text(name, language), amount) for name, amount in since)]
    return Table(
        heading=text("items", language),
        columns=("", text("what", language), text("amount", language)),
        rows=tuple(("", label, amount.text(language)) for label, amount in lines),
        total=(text("now", language), items.balance.text(language)),
    )


def _day(day: date, language: str) -> str:
    pattern, locale = _DAY[language]
    return str(format_date(day, pattern, locale=locale))
