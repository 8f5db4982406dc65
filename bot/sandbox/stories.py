"""The six stories of the phone page: somebody of the demo, what happens to them, and what they might say first."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import msgspec
import yaml

from bot.sandbox.model import Person


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`look` is what there is to see in it; `says` are messages in their order, to be sent or changed."""

    title: str
    name: str
    phone: str
    channel: str
    happens: str
    look: str
    says: tuple[str, ...]


@lru_cache(maxsize=1)
def every() -> tuple[Story, ...]:
    """As they stand in `stories.yml`."""
    text = Path(__file__).with_suffix(".yml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.safe_load(text), tuple[Story, ...])


def of(people: Iterable[Person]) -> tuple[Story, ...]:
    """Those whose person is here."""
    phones = {person.phone for person in people}
    return tuple(story for story in every() if story.phone in phones)


def at(people: Iterable[Person], phone: str) -> Story | None:
    return next((story for story in of(people) if story.phone == phone), None)
