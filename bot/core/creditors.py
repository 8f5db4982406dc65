"""Who is written for: the creditors of one deployment, each with the name and the telephone number that it goes by.

A file of the operator (`PARLEY_CREDITORS`), keyed by what stands under `client` in the files of accounts. Who is not in
it goes by the deployment's own name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.core.errors import Problem

_LONGEST = 40
"""Characters of a name: it stands in an SMS beside everything else."""
_FORM = re.compile(r",? +(?:LLC|L\.L\.C\.|Inc|Corp|Co|Ltd|LP|LLP|L\.P\.|N\.A|NA|S\.A|PLLC|PC)\.?$", re.IGNORECASE)
"""The legal form at the end of a name: what a speaker leaves out first."""
_LEFT_HANGING = re.compile(r"(?:[ ,;:&(/-]+(?:and|of|the|for|in|y|e|de|del|la|las|los|el|en|para)?)+$", re.IGNORECASE)
_KNOWN = {"name", "phone", "products", "webhook"}


@dataclass(frozen=True)
class Creditor:
    """`products` are its own words for what people owe for, by product and language: "your plan", "su plan". `webhook` is
    where it is told what the law has us tell it; blank: a person tells it.
    """

    name: str
    phone: str
    products: Mapping[str, Mapping[str, str]]
    webhook: str = ""


def in_brief(name: str, most: int = _LONGEST) -> str:
    """As it is said in a message: whole where it is short enough, else without its legal form, else as many of its words
    as there is room for, and the beginning of one where that is hardly any.
    """
    name = " ".join(name.split())
    if len(name) > most:
        name = _FORM.sub("", name)
    if len(name) <= most:
        return name
    words = _LEFT_HANGING.sub("", name[: most + 1].rpartition(" ")[0])
    return words if 2 * len(words) > most else f"{name[: most - 1].rstrip()}."


def read(path: Path, problems: list[Problem]) -> dict[str, Creditor]:
    """All that is wrong goes into `problems`, each with its place."""
    where = f"PARLEY_CREDITORS {path.name}"
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        problems.append(Problem(where, "a readable YAML file", type(error).__name__))
        return {}
    if not isinstance(given, dict):
        problems.append(Problem(where, "creditors by the name that the files of accounts have for them"))
        return {}
    return {str(client): _creditor(f"{where}, {client}", row, problems) for client, row in given.items()}


def _creditor(where: str, row: Any, problems: list[Problem]) -> Creditor:
    fields: dict[str, Any] = row if isinstance(row, dict) else {}
    if set(fields) - _KNOWN or not {"name", "phone"} <= set(fields):
        problems.append(
            Problem(where, "name and phone, and perhaps products and webhook", ", ".join(map(str, fields)) or "nothing")
        )
    name, phone = str(fields.get("name", "")).strip(), str(fields.get("phone", "")).strip()
    if not 0 < len(name) <= _LONGEST or not name.isprintable():
        problems.append(Problem(f"{where}, name", f"1 to {_LONGEST} letters", repr(name[:60])))
    if sum(map(str.isdecimal, phone)) < 7 or len(phone) > 24:
        problems.append(Problem(f"{where}, phone", "a telephone number as people read it", repr(phone[:30])))
    webhook = str(fields.get("webhook", "")).strip()
    if webhook and not webhook.startswith(("https://", "http://127.0.0.1")):
        problems.append(Problem(f"{where}, webhook", "an address that begins with https://", repr(webhook[:60])))
    return Creditor(name, phone, _products(f"{where}, products", fields.get("products", {}), problems), webhook)


def _products(where: str, given: Any, problems: list[Problem]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for product, words in given.items() if isinstance(given, dict) else [("", given)]:
        if not isinstance(words, dict) or set(words) != {"en", "es"} or not all(map(_is_word, words.values())):
            problems.append(Problem(f"{where}, {product}", f"words in en and es, each 1 to {_LONGEST} letters"))
        else:
            found[str(product)] = dict(words)
    return found


def _is_word(given: object) -> bool:
    return isinstance(given, str) and 0 < len(given.strip()) <= _LONGEST and given.isprintable()
