"""What an operator decided about the door, as dated records with a reason: a rule relaxed, something stopped.

Nothing is overwritten: the last word about a thing counts, until its day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.contact import law
from bot.contact.store import operator_orders
from bot.core import Problem, Problems, Session, record

_SWITCH = re.compile(r"all|(channel|sequence|policy):[\w.\-]+")


@dataclass(frozen=True)
class Order:
    """`what` is relax, restore, stop or resume; `about` a rule's id or a switch such as `channel:sms`."""

    what: str
    about: str
    reason: str
    actor: str
    at: datetime
    until: datetime | None


def relax(
    session: Session, rule_id: str, *, reason: str, actor: str, now: datetime, until: datetime | None = None
) -> None:
    """The rule does not apply to this operator. Raises Problems, all at once."""
    rule = law.by_id(rule_id)
    problems = [] if rule else [Problem("rule", "the id of a rule", rule_id)]
    if rule and rule.kind in law.NEVER_RELAXED:
        problems.append(Problem("rule", "one that may be relaxed; this one protects people everywhere", rule_id))
    _order(session, "relax", rule_id, reason, actor, now, until, problems)


def restore(session: Session, rule_id: str, *, reason: str, actor: str, now: datetime) -> None:
    problems = [] if law.by_id(rule_id) else [Problem("rule", "the id of a rule", rule_id)]
    _order(session, "restore", rule_id, reason, actor, now, None, problems)


def stop(
    session: Session, switch: str, *, reason: str, actor: str, now: datetime, until: datetime | None = None
) -> None:
    """Nothing goes out under this switch: `all`, `channel:sms`, `sequence:missed`, `policy:v3`."""
    _order(session, "stop", switch, reason, actor, now, until, _switch_problems(switch))


def resume(session: Session, switch: str, *, reason: str, actor: str, now: datetime) -> None:
    _order(session, "resume", switch, reason, actor, now, None, _switch_problems(switch))


def orders(session: Session) -> list[Order]:
    """All of them, oldest first."""
    query = sa.select(operator_orders).order_by(operator_orders.c.number)
    return [Order(row.what, row.about, row.reason, row.actor, row.at, row.until) for row in session.execute(query)]


def in_force(session: Session, now: datetime) -> tuple[frozenset[str], frozenset[str]]:
    """(the switches that are on, the rules that are relaxed)."""
    last = {order.about: order for order in orders(session)}
    live = [order for order in last.values() if order.until is None or now < order.until]
    stopped = frozenset(order.about for order in live if order.what == "stop")
    return stopped, frozenset(order.about for order in live if order.what == "relax")


def _switch_problems(switch: str) -> list[Problem]:
    return [] if _SWITCH.fullmatch(switch) else [Problem("switch", "all, channel:…, sequence:… or policy:…", switch)]


def _order(
    session: Session, what: str, about: str, reason: str, actor: str, now: datetime, until: datetime | None,
    problems: list[Problem],
) -> None:  # fmt: skip
    if len(reason.strip()) < 10:
        problems = [*problems, Problem("reason", "why, in a sentence", reason)]
    if until is not None and until <= now:
        problems = [*problems, Problem("until", "a moment after now", until.isoformat())]
    if problems:
        raise Problems(problems)
    session.execute(operator_orders.insert().values(what=what, about=about, reason=reason.strip(), actor=actor, at=now,
                                                    until=until))  # fmt: skip
    kind = {"relax": "RuleRelaxed", "restore": "RuleRestored", "stop": "SendingStopped", "resume": "SendingResumed"}
    data = {"about": about, "reason": reason.strip(), "until": until.isoformat() if until else None}
    record(session, kind[what], subject=f"law:{about}"[:80], data=data, now=now, actor=actor)
