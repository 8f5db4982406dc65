"""What the law wants done because of a hold, and by when, as the desk shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import contact
from bot.core import Session, business_days
from bot.web import desk_view, texts
from bot.web.desk_holds import Held
from bot.web.parts import written_day


@dataclass(frozen=True)
class Due:
    """One of them: `state` is `fine`, `soon` on the day itself and the day before, `over`, or `later`."""

    rule: str
    task: str
    due: str
    state: str
    says: str


def by_hold(
    session: Session, now: datetime, zone: str, spoken: str, among: Collection[contact.Hold] | None = None
) -> Mapping[str, tuple[Due, ...]]:
    """By the id of every hold that one is about; of all holds, or of these."""
    found: dict[str, tuple[Due, ...]] = {}
    for duty in contact.duties.open_duties(session, now, zone, among):
        for hold_id in duty.holds:
            found[hold_id] = (*found.get(hold_id, ()), _due(duty, now, zone, spoken))
    return found


def first(rows: Sequence[Held], duties: Mapping[str, tuple[Due, ...]]) -> list[Held]:
    """What is late or due soon stands above the rest."""
    urgent = {"over": 0, "soon": 1}

    def place(row: Held) -> int:
        return min((urgent.get(due.state, 2) for due in duties.get(row.id, ())), default=2)

    return sorted(rows, key=place)


def late(session: Session, now: datetime, zone: str, spoken: str) -> str:
    """What is late, in words, with how often; empty when nothing is."""
    today = now.astimezone(ZoneInfo(zone)).date()
    over = [task(one.rule, spoken) for one in contact.duties.open_duties(session, now, zone) if one.is_late(today)]
    return ", ".join(f"{what} ({count})" if count > 1 else what for what, count in Counter(over).items())


def only_late(rows: Sequence[Held], duties: Mapping[str, tuple[Due, ...]]) -> list[Held]:
    """Those about which something is overdue, each matter once."""
    found: dict[tuple[str, ...], Held] = {}
    for row in rows:
        over = [due for due in duties.get(row.id, ()) if due.state == "over"]
        if over:
            found.setdefault(_matter(row, over), row)
    return list(found.values())


def _matter(row: Held, over: Sequence[Due]) -> tuple[str, ...]:
    """The same duty stands at the hold on a conversation and at the one on its person: `id` tells them apart."""
    return (row.name or row.id, row.kind, *(due.rule for due in over))


def follows(duty: contact.duties.Duty, now: datetime, zone: str, spoken: str) -> list[str]:
    """What doing it means: that it is written down, and which clock begins."""
    today = now.astimezone(ZoneInfo(zone)).date()
    next_ones = [
        rule for rule in contact.law.load() if rule.kind == "duty" and rule.params.get("after") == duty.rule.id
    ]
    then = [
        texts.text(
            "duty_then", spoken, what=task(rule, spoken),
            day=written_day(spoken, business_days.after(today, rule.params["business_days"])),
        )
        for rule in next_ones
    ]  # fmt: skip
    return [texts.text("duty_done_now", spoken), *then]


def task(rule: contact.law.Rule, spoken: str) -> str:
    return texts.text(f"duty_{rule.id.lower().replace('-', '_')}", spoken)


def _due(duty: contact.duties.Duty, now: datetime, zone: str, spoken: str) -> Due:
    says, what = desk_view.rule_says(duty.rule.id), task(duty.rule, spoken)
    if duty.due_on is None:
        return Due(duty.rule.id, what, texts.text("duty_not_yet", spoken), "later", says)
    left = (duty.due_on - now.astimezone(ZoneInfo(zone)).date()).days
    state = "over" if left < 0 else "soon" if left <= 1 else "fine"
    named = "duty_late" if state == "over" else "duty_due"
    return Due(duty.rule.id, what, texts.text(named, spoken, day=written_day(spoken, duty.due_on)), state, says)
