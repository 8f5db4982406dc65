"""A simulated year for one debtor, as a calendar that a compliance officer can read: `parley law year`.

Somebody with a number of New York and an address in Massachusetts owes in monthly parts. We try more than anybody
should; the door says what would leave, when, and by which rule. Nothing is sent and no database is touched.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.contact import Hold, HoldKind, Say, facts, may_send
from bot.contact.hours import Barred

ZONE = ZoneInfo("America/New_York")
PLACES = frozenset({"US", "US-MA"})
WAITED = " (waited)"
ZONES = frozenset({"America/New_York", "America/Chicago"})
"""The number is of New York, and a second address on file is in Illinois: both are possible."""
TRIES = {
    -3: (("06:45", "reminder", "reminder, three days before"),),
    0: (("12:00", "reminder", "reminder, the day itself"), ("22:15", "receipt", "receipt for a payment by post")),
    1: (("20:30", "reminder", "missed: shall we move it"),),
    3: (("12:00", "reminder", "missed: once more"),),
    5: (("21:30", "offer", "offer of a smaller part"),),
}
"""What is tried, in days from the 15th of each month."""


EVENTS = {
    (1, 2): "writes: how much do I owe",
    (2, 10): "writes: don't text me before 5, I'm at work",
    (3, 20): "writes: thanks",
    (5, 12): "writes: the amount is wrong (dispute)",
    (6, 20): "a colleague decides the dispute; the hold ends",
    (8, 25): "writes: ok",
    (9, 13): "writes: STOP",
    (10, 10): "writes: START",
    (11, 20): "writes: I'm not paying this, don't contact me (cease)",
}
"""What they write in this year, at six in the evening."""
LAST_NOTICE = "notice that our efforts end"
NOTICES = {(11, 29): "12:00", (12, 6): "12:00"}
"""When it is tried: the law lets it out once after a cease."""
_EVENT = ""
"""In place of a tag: nothing is sent."""


@dataclass(frozen=True)
class Line:
    day: date
    clock: str
    what: str
    said: str
    rules: tuple[str, ...]


@dataclass
class Debtor:
    """What is known of them on a day of the year."""

    heard_at: datetime
    holds: tuple[Hold, ...] = ()
    opted_out: bool = False
    barred: tuple[Barred, ...] = ()
    started: list[facts.Started] = field(default_factory=list)
    waiting: list[Any] = field(default_factory=list)
    count: int = 0

    def wait(self, at: datetime, tag: str, what: str) -> None:
        """Of two whose moment is the same, what was there first goes first, as in the outbox."""
        self.count += 1
        self.waiting.append((at, self.count, tag, what))

    def facts(self) -> facts.Facts:
        return facts.Facts(
            channel="sms", is_verified=True, party_id="par_1", regions=PLACES, zones=ZONES, holds=self.holds,
            opted_out=self.opted_out, barred=self.barred, started=tuple(self.started), heard_at=self.heard_at,
        )  # fmt: skip


def calendar(year: int) -> list[Line]:
    """Everything of the year in order: what they said, what we tried, what waited, and what became of it."""
    them, lines = Debtor(datetime(year, 1, 2, 10, tzinfo=ZONE)), list[Line]()
    for day in (date(year, 1, 1) + timedelta(days=number) for number in range(365 + (year % 4 == 0))):
        for clock, tag, what in (*_told(day), *_tried(day)):
            them.wait(datetime.combine(day, time.fromisoformat(clock), ZONE), tag, what)
        while due := min((one for one in them.waiting if one[0].date() == day), default=None):
            them.waiting.remove(due)
            at, _, tag, what = due
            lines.append(_hears(them, at, what) if tag == _EVENT else _tries(them, at, tag, what))
    return lines


def _told(day: date) -> Iterator[tuple[str, str, str]]:
    if event := EVENTS.get((day.month, day.day)):
        yield "18:00", _EVENT, event
    if clock := NOTICES.get((day.month, day.day)):
        yield clock, "last_notice", LAST_NOTICE


def _tried(day: date) -> Iterator[tuple[str, str, str]]:
    for offset, tries in TRIES.items():
        if (day - timedelta(days=offset)).day == 15:
            yield from tries


def _hears(them: Debtor, now: datetime, event: str) -> Line:
    if event.startswith("writes"):
        them.heard_at = now
    if "before 5" in event:
        them.barred = (Barred(time(0), time(17), frozenset({1, 2, 3, 4, 5})),)
    elif "dispute)" in event:
        them.holds = (Hold("hld_1", "par_1", HoldKind.DISPUTE, None, now),)
    elif "hold ends" in event:
        them.holds = ()
    elif "STOP" in event or "START" in event:
        them.opted_out = "STOP" in event
    elif "cease" in event:
        them.holds = (Hold("hld_2", "par_1", HoldKind.CEASE, None, now),)
    return Line(now.date(), f"{now:%H:%M}", f"**{event}**", "", ())


def _tries(them: Debtor, now: datetime, tag: str, what: str) -> Line:
    """Asked when queued, and what waits is asked again at its moment, as the worker does."""
    decision = may_send(Say("simulated", "x", tag=tag), them.facts(), now)
    clock, rules = f"{now:%H:%M}", tuple(rule for rule in decision.rules if rule not in ("BOT-01", "PAR-OPT-OUT"))
    if decision.until is not None:
        at = decision.until.astimezone(ZONE)
        them.wait(at, tag, f"{what.removesuffix(WAITED)}{WAITED}")
        return Line(now.date(), clock, what, f"waits until {at:%a %d %b %H:%M}", rules)
    if not decision.allowed:
        return Line(now.date(), clock, what, "refused", rules)
    them.started.append(facts.Started(now, "sms", None, frozenset({tag})))
    return Line(now.date(), clock, what, "sent", () if rules == ("PAR-ALLOWED",) else rules)


def page(year: int) -> str:
    """Month by month, in Markdown."""
    lines = calendar(year)
    counts = {word: sum(line.said.startswith(word) for line in lines) for word in ("sent", "waits", "refused")}
    text = [
        f"# One debtor, the year {year}",
        "",
        "Made by `parley law year`; do not edit. A number of New York, an address in Massachusetts and one in Illinois,",
        "SMS only; times are those of New York. Around the 15th of each month more is tried than anybody should, also at",
        "hours when nobody may. The door lets through what the rules allow; what waits is asked again at its moment, the oldest",
        "first. That a part was paid meanwhile is not simulated: such a reminder is not sent (PAR-TRUE).",
        "",
        f"Sent {counts['sent']}, refused {counts['refused']}; put off to another moment {counts['waits']} times.",
    ]
    for month in range(1, 13):
        text += [
            "",
            f"## {date(year, month, 1):%B}",
            "",
            "| Day | At | What | What becomes of it | Rules |",
            "|---|---|---|---|---|",
        ]
        text += [_row(line) for line in lines if line.day.month == month]
    return "\n".join(text) + "\n"


def _row(line: Line) -> str:
    return f"| {line.day:%a %d} | {line.clock} | {line.what} | {line.said} | {', '.join(line.rules)} |"
