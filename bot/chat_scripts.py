"""A conversation as a file: kept from a chat, read again, and compared with what is said today.

The form is that of tests/conversations: `says` is a message; `expects` and `never` are phrases, or names of responses;
`answers` is all that came back, word by word; `later` is how long after the message before it was written.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from bot import personas
from bot.contact import Line
from bot.core import Clock, Problem, Problems

CLOCK = "2026-11-18T15:00:00+00:00"
"""When a conversation takes place whose file does not say: a Wednesday, ten in the morning in New York."""
LATER = timedelta(seconds=40)
"""From one message to the next, where a file does not say."""
KEYS = frozenset({"name", "as", "known", "channel", "environment", "turns", "facts"})
STEPS = frozenset({"says", "expects", "never", "answers", "later"})
_LINK = re.compile(r"https?://[\w.:-]+(/[\w-]+)/[\w-]{16,}")


@dataclass(frozen=True)
class Step:
    """One message. `answers` None says nothing about what comes back; () that nothing does."""

    says: str
    expects: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    answers: tuple[str, ...] | None = None
    later: timedelta = LATER


@dataclass(frozen=True)
class Script:
    """`person` is a persona or a phone; `known` when they have proved who they are before it begins."""

    name: str
    steps: tuple[Step, ...]
    person: str = "maria"
    known: bool = False
    channel: str = "sms"
    environment: Mapping[str, str] = field(default_factory=dict)
    has_facts: bool = False


class Moving(Clock):
    """A clock that stands still but when it is moved."""

    def __init__(self, start: datetime) -> None:
        object.__setattr__(self, "moment", start)

    def now(self) -> datetime:
        return self.moment  # type: ignore[attr-defined, no-any-return]

    def move(self, by: timedelta) -> None:
        object.__setattr__(self, "moment", self.now() + by)


def read(path: Path) -> list[Script]:
    """All conversations of a file. Raises Problems with everything in it that cannot be played."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise Problems([Problem(path.name, "YAML", str(error).replace("\n", " "))]) from error
    if not isinstance(data, list) or not data:
        raise Problems([Problem(path.name, "a list of conversations, each with a name and turns")])
    problems = [problem for number, one in enumerate(data, 1) for problem in _problems(f"{path.name}, {number}", one)]
    if problems:
        raise Problems(problems)
    return [_script(one) for one in data]


def _problems(where: str, data: Any) -> list[Problem]:
    if not isinstance(data, dict) or not isinstance(data.get("turns"), list) or not data["turns"]:
        return [Problem(where, "a name and a list of turns")]
    found = [Problem(where, f"only {', '.join(sorted(KEYS))}", str(key)) for key in data if key not in KEYS]
    person = str(data.get("as", "maria"))
    if person not in personas.PERSONAS and not person.startswith("+"):
        found.append(Problem(f"{where}, as", f"a phone or one of {', '.join(personas.PERSONAS)}", person))
    for number, turn in enumerate(data["turns"], 1):
        place = f"{where}, turn {number}"
        if not isinstance(turn, dict) or "says" not in turn:
            found.append(Problem(place, "what they say", repr(turn)[:60]))
            continue
        found += [Problem(place, f"only {', '.join(sorted(STEPS))}", str(key)) for key in turn if key not in STEPS]
        if duration(str(turn.get("later", "40s"))) is None:
            found.append(Problem(f"{place}, later", "a time such as 40s or 1d", str(turn["later"])))
    return found


def _script(data: Mapping[str, Any]) -> Script:
    person = str(data.get("as", "maria"))
    return Script(
        name=str(data.get("name", "")),
        steps=tuple(_step(turn) for turn in data["turns"]),
        person=person,
        known=bool(data.get("known", person != "stranger")),
        channel=str(data.get("channel", "sms")),
        environment={key: str(value) for key, value in (data.get("environment") or {}).items()},
        has_facts=bool(data.get("facts")),
    )


def _step(turn: Mapping[str, Any]) -> Step:
    answers = turn.get("answers")
    return Step(
        says=str(turn["says"]),
        expects=tuple(map(str, turn.get("expects") or ())),
        never=tuple(map(str, turn.get("never") or ())),
        answers=tuple(map(str, answers)) if answers is not None else None,
        later=duration(str(turn["later"])) or timedelta() if "later" in turn else LATER,
    )


def duration(text: str) -> timedelta | None:
    """ "40s", "3h", "1d"; None when it is none."""
    try:
        return Clock.parse(f"+{text.removeprefix('+')}").shift
    except (ValueError, OverflowError):
        return None


def kept(script: Script, lines: Sequence[Line], says: Sequence[str], start: datetime) -> str:
    """The file of a conversation that began at `start`. `lines` are both sides in order, `says` what they typed."""
    before, turns = start, []
    for text, line in zip(says, (line for line in lines if line.author == "debtor")):
        answers = [one for one in lines if one.reply_to == line.id]
        turns.append({
            "says": text, "later": f"{max(0, round((line.at - before).total_seconds()))}s",
            "expects": [name for one in answers for name in one.responses],
            "answers": [one.text for one in answers],
        })  # fmt: skip
        before = line.at
    data = {
        "name": script.name, "as": script.person, "known": False, "channel": script.channel,
        "environment": {**script.environment, "PARLEY_CLOCK": start.isoformat()}, "turns": turns,
    }  # fmt: skip
    return yaml.safe_dump([data], allow_unicode=True, sort_keys=False, width=120)


def differences(step: Step, answers: Sequence[Line]) -> list[str]:
    """What went otherwise than the file says, each as a sentence."""
    texts, names = [line.text for line in answers], {name for line in answers for name in line.responses}
    reply = "\n".join(texts)
    wrong = [f"to {step.says!r} came no {want!r}" for want in step.expects if not has(want, reply, names)]
    wrong += [f"to {step.says!r} came {word!r}" for word in step.never if has(word, reply, names)]
    if step.answers is not None and _without_links(step.answers) != _without_links(texts):
        wrong.append(f"to {step.says!r} it said {' / '.join(step.answers) or '(nothing)'!r} when this was kept")
    return [f"{one}; now it said {' / '.join(texts) or '(nothing)'!r}" for one in wrong]


def has(want: str, reply: str, names: Collection[str]) -> bool:
    """A phrase in the reply whatever its case and with "$40.00" read as "$40", or the name of a response."""
    return want in names if want.startswith("utter_") else plain(want) in plain(reply)


def plain(text: str) -> str:
    """Also without acute accents: a text message leaves them out where they would cost another part."""
    bare = unicodedata.normalize("NFC", unicodedata.normalize("NFD", str(text)).replace("\u0301", ""))
    return " ".join(re.sub(r"(?<=\d)\.00\b", "", bare).casefold().split())


def _without_links(texts: Sequence[str]) -> list[str]:
    """A link is another one each time, and the pages are on another port."""
    return [_LINK.sub(r"<link \1>", text) for text in texts]
