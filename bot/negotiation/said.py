"""What they have said of a plan so far, message by message, and what of it a new message leaves as it was. Pure.

One rule: a message changes only what it names. Amount, rhythm, first day, weekday and number stay until they say
otherwise. A rhythm that has no place for the weekday, or the day of the month, leaves it aside; another one that has
finds it again. Sums that close an account, promises and pauses are no part of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.negotiation.model import Between, Frequency, Proposal
from bot.negotiation.schedule import is_within
from bot.negotiation.wishes import share

_BY_WEEK = (Frequency.WEEKLY, Frequency.BIWEEKLY, Frequency.EVERY_4_WEEKS, Frequency.PAYDAY)
_BY_MONTH = (Frequency.MONTHLY, Frequency.QUARTERLY)
_AMOUNT = ("each", "at_most", "at_least", "count")


def remembered(said: Proposal, fresh: Proposal) -> Proposal:
    """`said`, and what they say now of a plan over it."""
    if not _is_plan(fresh) or fresh.percent or fresh.lump or fresh.total and not fresh.count:
        return said
    changes: dict[str, Any] = {}
    if fresh.total and fresh.count:
        changes |= {"each": share(fresh.total, fresh.count), "at_most": None, "at_least": None, "count": fresh.count}
    elif fresh.payment or fresh.count:
        changes |= {name: getattr(fresh, name) for name in _AMOUNT}
    if fresh.frequency:
        changes["frequency"] = fresh.frequency
    if fresh.first_date:
        changes |= {"first_date": fresh.first_date, "not_before": fresh.not_before}
        if not fresh.not_before and said.weekday not in (None, fresh.first_date.weekday()):
            changes |= {"weekday": None, "nth": 0}
    if fresh.weekday is not None:
        changes |= {"weekday": fresh.weekday, "nth": fresh.nth}
    if fresh.days_of_month or fresh.first_date:
        changes["days_of_month"] = fresh.days_of_month
    if fresh.days_of_month:
        changes["nth"] = 0
    return replace(said, **changes, nothing_due=_left_out(said, fresh))


def completed(wish: Proposal, fresh: Proposal, said: Proposal) -> Proposal:
    """`wish` with what they said before where it leaves that open. `fresh` is what this message named of it."""
    if not _is_plan(wish) or wish.percent or wish.lump:
        return wish
    wish = replace(wish, nothing_due=_left_out(wish, fresh) or _left_out(said, fresh))
    if wish.parts:
        return wish
    changes: dict[str, Any] = {}
    if wish.total:
        changes["count"] = wish.count or said.count
    elif not (wish.payment or wish.count):
        changes |= {name: getattr(said, name) for name in _AMOUNT}
    is_once = fresh.payment and fresh.first_date and not fresh.frequency and fresh.weekday is None
    if not wish.frequency and not is_once:
        changes["frequency"] = said.frequency
    if not (wish.first_date or fresh.days_of_month):
        changes |= {"first_date": said.first_date, "not_before": said.not_before}
    wish = replace(wish, **changes)
    return replace(wish, **_days(wish, fresh, said))


def _days(wish: Proposal, fresh: Proposal, said: Proposal) -> dict[str, Any]:
    """The weekday or the days of the month, where the rhythm has a place for them and no day of its own rules."""
    if fresh.first_date and not fresh.not_before:
        return {}
    if wish.frequency in _BY_WEEK:
        return {"weekday": said.weekday} if wish.weekday is None else {}
    if said.nth and wish.frequency in _BY_MONTH and not wish.days_of_month:
        return {"weekday": said.weekday, "nth": said.nth} if wish.weekday is None else {}
    has_none = not wish.days_of_month and wish.frequency is not None and not wish.first_date
    return {"days_of_month": said.days_of_month} if has_none else {}


def _left_out(before: Proposal, fresh: Proposal) -> Between | None:
    """A day that they name in the time that they had left out takes it back."""
    named = (fresh.first_date, *(day for day, _ in fresh.parts))
    if fresh.nothing_due is None and any(day is not None and is_within(day, before.nothing_due) for day in named):
        return None
    return fresh.nothing_due or before.nothing_due


def _is_plan(proposal: Proposal) -> bool:
    return proposal.wants in (None, "plan")
