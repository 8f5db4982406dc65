"""Breathing space: for some days nothing is asked for and nothing is added (Debt Respite Scheme Regulations 2020, reg. 7).

It is a hold with its days, which ends by itself. What was charged inside them before we were told is taken off again,
and no interest or fee can be posted for one of them, then or later.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from bot import contact
from bot.accounts import service, store, waiving
from bot.contact import HoldKind
from bot.core import Problem, Problems, Session

RULE = "UK-06"


def longest() -> timedelta:
    """How long a standard one lasts, by the rule of the door."""
    rule = contact.law.by_id(RULE)
    assert rule is not None, f"the law has no rule {RULE}"
    return timedelta(days=rule.params["days"])


def give_space(
    session: Session, party_id: str, *, begins_on: date, ends_on: date | None, reason: str, actor: str, now: datetime
) -> str:
    """The id of the hold. `ends_on` is the last day; None while a treatment in a mental health crisis lasts. Raises
    Problems.
    """
    check_space(begins_on, ends_on, service.known_party(session, party_id).today(now))
    hold_id = contact.place_hold(
        session, party_id=party_id, kind=HoldKind.BREATHING_SPACE, reason=reason, now=now, actor=actor,
        days=(begins_on, ends_on),
    )  # fmt: skip
    for debt in service.known_debts_of(session, party_id):
        for charge in waiving.charges(store.entries_of(session, debt.id), debt):
            if begins_on <= charge.on and (ends_on is None or charge.on <= ends_on):
                waiving.waive(session, debt.id, charge.number, charge.left, reason=reason, by=actor, now=now)
    return hold_id


def check_space(begins_on: date, ends_on: date | None, today: date) -> None:
    """It has begun, it is not over, and it is no longer than the law has it. Raises Problems."""
    problems = [Problem("begins", f"a day until today ({today})", str(begins_on))] if begins_on > today else []
    if ends_on is not None and not today <= ends_on <= begins_on + longest():
        last = begins_on + longest()
        problems.append(Problem("ends", f"a day from today ({today}) to {last}", str(ends_on)))
    if problems:
        raise Problems(problems)
