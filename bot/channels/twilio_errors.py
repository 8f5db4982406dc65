"""Twilio's error codes, one table (`twilio_errors.yml`): whose matter each is, and its words for an agent."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_CODE = re.compile(r"\b(\d{5})\b")


@lru_cache(maxsize=1)
def table() -> dict[int, dict[str, Any]]:
    """`does`, and the words by language, of each code."""
    found: dict[int, dict[str, Any]] = yaml.safe_load(Path(__file__).with_suffix(".yml").read_text(encoding="utf-8"))
    return found


def does(code: int | str | None) -> str:
    """`gone`, `ours`, `later` or `opted_out`; empty for a code that nobody has looked at yet."""
    known = table().get(int(code or 0)) if str(code or 0).isdecimal() else None
    return str(known["does"]) if known else ""


def is_bad_address(told: str) -> bool:
    """What was kept of an error says that nobody can be reached there: no mobile number, or nobody's."""
    code = _CODE.search(told)
    return bool(code) and bool(table().get(int(code[1]), {}).get("bad"))  # type: ignore[index]


def in_words(told: str, language: str) -> str:
    """What was kept of an error, for an agent: "the carrier filtered it out (Twilio 30007)"."""
    code = _CODE.search(told)
    known = table().get(int(code[1])) if code else None
    return f"{known[language]} (Twilio {code[1]})" if known and code else told
