"""The words of a mandate, English and Spanish, in `mandate_texts.yml`; and the hash by which a yes is tied to them. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path

import yaml
from babel.dates import format_date

from bot.core import Money

VERSION = "2026-11"
_FILE = Path(__file__).with_name("mandate_texts.yml")
_DAY = {"en": ("EEEE, MMMM d, y", "en_US"), "es": ("EEEE d 'de' MMMM 'de' y", "es_US")}


def written(parts: Sequence[tuple[date, Money]], language: str, *, company: str, phone: str) -> str:
    """All of it, a paragraph or a payment a line. `parts` are what is to be taken, at least one."""
    zero = Money.zero(parts[0][1].currency)
    most, total = max(amount for _, amount in parts), sum((amount for _, amount in parts), zero)
    values = {"company": company, "phone": phone, "most": most.text(language), "total": total.text(language),
              "count": str(len(parts))}  # fmt: skip
    lines = [_text("line", language, day=_day(day, language), amount=amount.text(language)) for day, amount in parts]
    before, after = ("who", "parts" if len(parts) > 1 else "part"), ("limits", "notice", "again", "stop")
    said = [_text(name, language, **values) for name in before], [_text(name, language, **values) for name in after]
    return "\n".join([*said[0], *lines, *said[1]])


def fingerprint(text: str) -> str:
    return hashlib.sha256(f"{VERSION}\n{text}".encode()).hexdigest()


@lru_cache(maxsize=1)
def _texts() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def _text(name: str, language: str, **values: str) -> str:
    return _texts()[name][language].format(**values)


def _day(day: date, language: str) -> str:
    pattern, locale = _DAY[language]
    return str(format_date(day, pattern, locale=locale))
