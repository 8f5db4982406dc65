"""Whoever may be in danger and waits for a person stands above every page of the desk, in words, until somebody answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot import handoff
from bot.web import desk_view, staff, texts


@dataclass(frozen=True)
class Alarm:
    talk: str
    words: str


def of(rows: Iterable[desk_view.Waiting], me: staff.Staff, spoken: str, besides: str = "") -> list[Alarm]:
    """Those that nobody has, and their own; without the conversation that the page shows."""
    say = texts.speaker(spoken)
    return [
        Alarm(
            row.talk.id,
            say("alarm_one", reason=row.reason, who=row.name or say("desk_unknown"), channel=row.channel, waited=row.waited),
        )
        for row in rows
        if _is_one(row, me) and row.talk.id != besides
    ]


def _is_one(row: desk_view.Waiting, me: staff.Staff) -> bool:
    waits = row.case.waiting_since is not None and row.state != "aside"
    return row.case.reason in handoff.NEVER_JOINED and waits and row.owner in (*handoff.NOBODYS, me.actor)
