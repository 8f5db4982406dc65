"""The rules of the door as data: `data/law/*.yml`, one pack a file, read once with every problem listed.

A rule says where it holds, from when until when, on which channels, for whom, its kind and parameters, and in one
sentence what its source says. What a kind means stands in `rules`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.core import Problem, Problems

FOLDER = Path(__file__).parents[2] / "data" / "law"
CHANNELS = frozenset({"sms", "whatsapp", "telegram", "web", "shell", "email", "phone"})
PARAMS: dict[str, tuple[dict[str, type], dict[str, type]]] = {
    "switches": ({}, {}),
    "verified": ({}, {}),
    "owner": ({"still": list}, {}),
    "opted_out": ({"still": list}, {}),
    "medium": ({}, {}),
    "hold": ({"hold": str, "replies": list, "starts": list}, {"once": list}),
    "fresh": ({"tag": str, "minutes": int}, {}),
    "link": ({}, {}),
    "untrue": ({}, {}),
    "hours": ({"opens": str, "closes": str, "answer_within_minutes": int}, {}),
    "inconvenient": ({"answer_within_minutes": int}, {}),
    "cap": ({"most": int, "days": int, "per": str, "counts": list}, {}),
    "after_talk": ({"days": int}, {}),
    "evidence": ({"days": int}, {}),
    "basis": ({"any_of": list}, {}),
    "wrote_within": ({"hours": int}, {}),
    "work_address": ({}, {"unless": list}),
    "no_group": ({}, {"still": list}),
    "notice_due": ({"days": int}, {}),
    "words": ({"en": list, "es": list}, {"still": list}),
    "extinguished": ({"needs": str}, {}),
    "space": ({"hold": str, "days": int}, {}),
    "duty": ({"hold": str, "business_days": int}, {"after": str, "before_lifting": bool}),
    "opt_out_notice": ({"when": str, "response": str}, {}),
    "disclosure": (
        {"response": str},
        {
            "said": str,
            "hours": int,
            "by": str,
            "per": str,
            "verified": bool,
            "unless_added": str,
            "needs": str,
            "asking": bool,
            "yields": bool,
            "after": list,
        },
    ),
}
"""Kinds, with the parameters that each must and may have."""
PER = frozenset({"person", "debt", "couple"})
"""What a limit counts: all to one person, all that may be about one debt, or all to one person and their spouse."""
NEVER_RELAXED = frozenset({"switches", "verified", "owner", "opted_out", "hold", "link", "untrue", "no_group", "words"})
_OF_PEOPLE = frozenset({"switches", "owner", "hold"})
_FIELDS = {
    "id",
    "cite",
    "says",
    "kind",
    "effective_from",
    "effective_until",
    "jurisdiction",
    "channels",
    "role",
    "params",
}
_PLACE = re.compile(r"\*|EU|GB|US(-[A-Z]{2,3})?")


@dataclass(frozen=True)
class Rule:
    """`channels` empty means all; `role` None means whoever collects; `effective_until` is the first day without it."""

    id: str
    cite: str
    says: str
    kind: str
    effective_from: date
    effective_until: date | None
    jurisdiction: str
    channels: frozenset[str]
    role: str | None
    params: Mapping[str, Any] = field(default_factory=dict)

    def holds(self, *, on: date, channel: str, role: str, regions: Collection[str] | None) -> bool:
        """`regions` None: nobody knows where they live, and every rule of the United States holds."""
        if on < self.effective_from or (self.effective_until is not None and on >= self.effective_until):
            return False
        if (self.channels and channel not in self.channels) or self.role not in (None, role):
            return False
        if self.jurisdiction == "*":
            return True
        return self.jurisdiction.startswith("US") if regions is None else self.jurisdiction in regions


@lru_cache(maxsize=4)
def load(folder: Path = FOLDER) -> tuple[Rule, ...]:
    """All packs. Raises Problems with everything that is wrong in any of them."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yml")):
        for place, data in _entries(path, problems):
            found = list(_problems(place, data))
            problems += found
            if not found:
                rules.append(_rule(data))
    seen: set[str] = set()
    for rule in rules:
        if rule.id in seen:
            problems.append(Problem(rule.id, "an id that no other rule has"))
        seen.add(rule.id)
    if problems:
        raise Problems(problems)
    return tuple(rules)


def by_id(rule_id: str, rules: Iterable[Rule] | None = None) -> Rule | None:
    return next((rule for rule in (load() if rules is None else rules) if rule.id == rule_id), None)


def is_of_people(rule_ids: Iterable[str]) -> bool:
    """Whether one of them stops a message for what a person did or knows of: a hold, a switch, an owner."""
    found = (by_id(each) for each in rule_ids)
    return any(rule is not None and rule.kind in _OF_PEOPLE for rule in found)


def is_window(rule_ids: Iterable[str]) -> bool:
    """Whether it waits for a word of theirs: until then only approved templates go."""
    found = (by_id(each) for each in rule_ids)
    return any(rule is not None and rule.kind == "wrote_within" for rule in found)


def what_they_say(rule_ids: Iterable[str]) -> str:
    """What each of them says, for people."""
    found = ((each, by_id(each)) for each in rule_ids)
    return " ".join(rule.says if rule is not None else each for each, rule in found)


def _entries(path: Path, problems: list[Problem]) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        pack = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        problems.append(Problem(path.name, "a YAML file", str(error).replace("\n", " ")))
        return
    if not isinstance(pack, dict) or not isinstance(pack.get("rules"), list):
        problems.append(Problem(path.name, "`jurisdiction` and a list of `rules`"))
        return
    for number, entry in enumerate(pack["rules"], 1):
        place = f"{path.name}, rule {number}"
        if not isinstance(entry, dict):
            problems.append(Problem(place, "a rule with its fields", repr(entry)))
            continue
        yield f"{place} ({entry.get('id', 'without id')})", {"jurisdiction": pack.get("jurisdiction"), **entry}


def _problems(place: str, data: dict[str, Any]) -> Iterator[Problem]:
    for name in ("id", "cite", "says"):
        if not isinstance(data.get(name), str) or not data[name].strip():
            yield Problem(f"{place}, {name}", "a text", repr(data.get(name)))
    for name in sorted(set(data) - _FIELDS):
        yield Problem(f"{place}, {name}", f"one of {', '.join(sorted(_FIELDS))}")
    if not isinstance(data.get("effective_from"), date):
        yield Problem(f"{place}, effective_from", "a day such as 2021-11-30", repr(data.get("effective_from")))
    until = data.get("effective_until")
    if until is not None and not (isinstance(until, date) and until > data.get("effective_from", date.max)):
        yield Problem(f"{place}, effective_until", "a day after effective_from, or nothing", repr(until))
    if not _PLACE.fullmatch(str(data.get("jurisdiction"))):
        yield Problem(f"{place}, jurisdiction", "*, US, US-MA, US-NYC, GB or EU", repr(data.get("jurisdiction")))
    if unknown := sorted(set(data.get("channels", ())) - CHANNELS):
        yield Problem(f"{place}, channels", f"some of {', '.join(sorted(CHANNELS))}", ", ".join(unknown))
    if data.get("role") not in (None, "third_party", "first_party"):
        yield Problem(f"{place}, role", "first_party, third_party or nothing", repr(data["role"]))
    yield from _param_problems(place, data)


def _param_problems(place: str, data: dict[str, Any]) -> Iterator[Problem]:
    kind, params = data.get("kind"), data.get("params") or {}
    if kind not in PARAMS:
        yield Problem(f"{place}, kind", f"one of {', '.join(PARAMS)}", repr(kind))
        return
    must, may = PARAMS[kind]
    for name, wanted in must.items():
        if name not in params:
            yield Problem(f"{place}, params", f"{name}, which a rule of kind {kind} needs")
        elif not isinstance(params[name], wanted) or params[name] in ([], 0, ""):
            yield Problem(f"{place}, {name}", f"a value of kind {wanted.__name__}", repr(params[name]))
    for name in sorted(set(params) - set(must) - set(may)):
        yield Problem(f"{place}, {name}", f"no such parameter for a rule of kind {kind}")
    if kind == "cap" and params.get("per") not in PER:
        yield Problem(f"{place}, per", f"one of {', '.join(sorted(PER))}", repr(params.get("per")))
    for name in ("opens", "closes"):
        if name in params and not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", str(params[name])):
            yield Problem(f"{place}, {name}", "a time such as 08:00", repr(params[name]))


def _rule(data: dict[str, Any]) -> Rule:
    return Rule(
        id=data["id"],
        cite=data["cite"],
        says=data["says"],
        kind=data["kind"],
        effective_from=data["effective_from"],
        effective_until=data.get("effective_until"),
        jurisdiction=data["jurisdiction"],
        channels=frozenset(data.get("channels", ())),
        role=data.get("role"),
        params=data.get("params") or {},
    )
