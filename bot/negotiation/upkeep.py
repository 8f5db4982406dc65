"""Keeping an agreement: which changes its own terms allow, and what a part that did not come does. Pure.

Parts that are paid stay as they are; what is left keeps its sum to the cent, and no day is ever set before today.
"""

from __future__ import annotations

from datetime import date, timedelta

from bot.core import Money
from bot.negotiation.kept import (
    Broken,
    Change,
    Changed,
    Denied,
    ForPerson,
    Kept,
    Move,
    NewAmount,
    Parts,
    Skip,
    What,
    split,
)
from bot.negotiation.model import PLANS, SETTLEMENTS, Frequency, Instalment, Kind, Reason, Value
from bot.negotiation.pace import days_from
from bot.negotiation.schedule import banking_day, due_day, last_day, total_of

_SPREAD = PLANS | {Kind.TOKEN, Kind.EXTENSION, Kind.REDUCTION}
"""Kinds with a rhythm that can go on at the end; the others were agreed for their days."""


def decide(kept: Kept, wanted: Change, today: date) -> Changed | Denied:
    """Whether the agreement's own terms allow the change, and the schedule that it gives."""
    if not kept.left:
        return Denied(Reason.NO_PLAN_TO_CHANGE)
    if isinstance(wanted, Move):
        return _move(kept, wanted, today)
    if isinstance(wanted, Skip):
        return _skip(kept, wanted, today)
    if isinstance(wanted, NewAmount):
        return _new_amount(kept, wanted.each, today)
    return _move_up(kept, today)


def paused(kept: Kept, until: date, today: date) -> Changed:
    """Nothing before `until`; the same amounts follow in the same rhythm."""
    days = days_from(kept, len(kept.left), today, since=max(until, today))
    amounts = [part.amount for part in kept.left]
    return Changed(What.PAUSED, kept.covered + _on(days, amounts), kept.left[0].due)


def agreed_anew(kept: Kept, what: What, left: Parts) -> Changed:
    """An extension or a reduction that policy offered: `left` is what remains from now on."""
    return Changed(what, kept.covered + left, kept.left[0].due)


def promised(kept: Kept, promise: Instalment, today: date) -> Changed | Denied:
    """They will pay so much on that day, with a plan that runs: it takes the place of what is due next.

    What it leaves of the next part goes to the end.
    """
    if kept.changes >= kept.changes_per_year:
        return Denied(Reason.CHANGES_USED)
    first = kept.left[0]
    if promise.amount < first.amount and not can_skip(kept):
        return Denied(Reason.CHANGE_NOT_AVAILABLE)
    amount = min(promise.amount, total_of(kept.left, first.amount.currency))
    left = [Instalment(promise.due, amount), *split(kept.left, amount)[1]]
    if amount < first.amount:
        left[1] = Instalment(days_from(kept, len(kept.left) + 1, today)[-1], left[1].amount)
    return Changed(What.MOVED, kept.covered + tuple(sorted(left, key=lambda part: part.due)), first.due)


def overdue(kept: Kept, today: date, *, held: bool = False) -> Changed | Broken | ForPerson | None:
    """What the first part whose days of grace are over does to the agreement; None when there is none.

    Under a hold nothing counts as missed: the part goes to the end. Ask again until nothing comes.
    """
    upkeep = kept.limits.upkeep
    asks_person = upkeep.missed_payment == "person" and not held
    for part in kept.left:
        if asks_person and part.due in kept.missed:
            continue
        if banking_day(part.due + timedelta(days=upkeep.grace_days)) >= today:
            return None
        if held:
            return _appended(kept, part, What.HELD, today)
        if _nearly_paid(kept, part):
            return _appended(kept, part, What.SHORT, today) if len(kept.schedule) > 1 else None
        if kept.kind not in _SPREAD | {Kind.SETTLEMENT_PARTS} or len(kept.schedule) == 1:
            return Broken(part.due)
        if 0 < upkeep.missed_in_a_row_ends <= 1 + _missed_before(kept, part.due):
            return Broken(part.due)
        return ForPerson(part.due) if asks_person else _appended(kept, part, What.MISSED, today)
    return None


def moves_allowed(kept: Kept) -> int:
    """One for every so many parts, and one at least where there is any."""
    per = kept.limits.upkeep.payments_per_change
    return -(-len(kept.schedule) // per) if per else 0


def takes_promises(kept: Kept) -> bool:
    """Whether a promise belongs into this agreement instead of taking its place."""
    return bool(kept.left) and kept.kind in _SPREAD | SETTLEMENTS


def can_skip(kept: Kept) -> bool:
    """Whether it has a rhythm that can go on at the end."""
    return kept.kind in _SPREAD and len(kept.schedule) > 1


def _move(kept: Kept, wanted: Move, today: date) -> Changed | Denied:
    part = _part(kept, wanted.due)
    if part is None:
        return Denied(Reason.NO_PLAN_TO_CHANGE)
    if wanted.to < today:
        return Denied(Reason.DATE_PASSED, {"date": wanted.to})
    if kept.moves >= moves_allowed(kept) or kept.changes >= kept.changes_per_year:
        return Denied(Reason.CHANGES_USED)
    latest = due_day(max(part.due, today) + timedelta(days=kept.limits.relief.extension_days), today)
    if wanted.to > latest:
        return Denied(Reason.EXTENSION_TOO_LATE, {"date": wanted.to, "latest": latest})
    others = _without(kept.left, part)
    left = sorted([*others, Instalment(wanted.to, part.amount)], key=lambda one: one.due)
    return Changed(What.MOVED, kept.covered + tuple(left), part.due)


def _skip(kept: Kept, wanted: Skip, today: date) -> Changed | Denied:
    part = _part(kept, wanted.due)
    if part is None:
        return Denied(Reason.NO_PLAN_TO_CHANGE)
    if not can_skip(kept):
        return Denied(Reason.CHANGE_NOT_AVAILABLE)
    if kept.skips >= kept.limits.upkeep.skips_per_year:
        return Denied(Reason.CHANGES_USED)
    return _appended(kept, part, What.SKIPPED, today)


def _new_amount(kept: Kept, each: Money, today: date) -> Changed | Denied:
    if kept.kind not in _SPREAD - {Kind.TOKEN} or len(kept.schedule) == 1:
        return Denied(Reason.CHANGE_NOT_AVAILABLE)
    if kept.changes >= kept.changes_per_year:
        return Denied(Reason.CHANGES_USED)
    owed = total_of(kept.left, each.currency)
    least = min(_least(kept), owed)
    if each < least:
        return Denied(Reason.PAYMENT_TOO_SMALL, {"amount": each, "minimum": least})
    full, rest = divmod(owed.minor, each.minor)
    amounts = [each] * full + ([Money(rest, owed.currency)] if rest else [])
    days = days_from(kept, len(amounts), today)
    if days[-1] > _latest(kept):
        return Denied(Reason.TERM_TOO_LONG, _too_long(kept, each, days))
    return Changed(What.NEW_AMOUNT, kept.covered + _on(days, amounts), kept.left[0].due)


def _move_up(kept: Kept, today: date) -> Changed | Denied:
    ahead = [part.due for part in kept.covered if part.due > today]
    days = sorted({*ahead, *(part.due for part in kept.left)})[: len(kept.left)]
    if len(days) < len(kept.left) or days[-1] == kept.left[-1].due:
        return Denied(Reason.CHANGE_NOT_AVAILABLE)
    amounts = [part.amount for part in kept.left]
    return Changed(What.MOVED_UP, kept.covered + _on(days, amounts), kept.left[0].due)


def _appended(kept: Kept, part: Instalment, what: What, today: date) -> Changed:
    """Without this part, and with its amount on the day that comes after the last."""
    day = days_from(kept, len(kept.left) + 1, today)[-1]
    left = _without(kept.left, part) + (Instalment(day, part.amount),)
    return Changed(what, kept.covered + left, part.due)


def _part(kept: Kept, due: date | None) -> Instalment | None:
    return next((part for part in kept.left if due in (None, part.due)), None)


def _without(parts: Parts, one: Instalment) -> Parts:
    at = parts.index(one)
    return parts[:at] + parts[at + 1 :]


def _on(days: list[date], amounts: list[Money]) -> Parts:
    return tuple(Instalment(day, amount) for day, amount in zip(days, amounts, strict=True))


def _nearly_paid(kept: Kept, part: Instalment) -> bool:
    """Whether so much of that day's part has come that it counts as paid."""
    whole = sum(one.amount.minor for one in kept.schedule if one.due == part.due)
    return (whole - part.amount.minor) * 100 >= whole * kept.limits.upkeep.kept_threshold_pct


def _missed_before(kept: Kept, due: date) -> int:
    """How many were missed right before this one, with none that came in between."""
    came = [part.due for part in kept.covered]
    count = 0
    for day in reversed(kept.missed):
        if any(day < paid < due for paid in came):
            break
        count += 1
    return count


def _least(kept: Kept) -> Money:
    """The smallest regular payment, in the agreement's own rhythm."""
    return Money(max(1, kept.limits.plan.least(kept.frequency or Frequency.WEEKLY)), kept.paid.currency)


def _latest(kept: Kept) -> date:
    """The last day of the longest term, or the day on which it ends anyway when that is later."""
    return max(last_day(kept.schedule[0].due, kept.limits.plan.max_term_months), kept.left[-1].due)


def _too_long(kept: Kept, each: Money, days: list[date]) -> dict[str, Value]:
    first = kept.schedule[0].due
    months = -(-(days[-1] - first).days * 12 // 365)
    return {"amount": each, "months": months, "longest_months": kept.limits.plan.max_term_months}
