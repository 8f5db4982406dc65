"""What came of debtors after a moment: agreements, cash and harm, each within so many days of it, for experiments."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from bot import experiments
from bot.core import Session
from bot.insight.asking import ask

WINDOW, TRAFFIC = timedelta(days=84), timedelta(days=56)
"""How far back outcomes are looked at to say what is usual, and how debtors who begin are counted."""
_HARM_DAYS = timedelta(days=experiments.GUARD_DAYS)
_IN_IT = "SELECT a.party_id FROM experiment_assignments a WHERE a.experiment_id = :whose"
_BEGAN = "SELECT o.party_id FROM offers o WHERE o.made_at >= :since AND :whose = ''"
_EXPOSED = """
SELECT a.party_id, a.arm, a.share_pct, a.at FROM experiment_assignments a WHERE a.experiment_id = :whose
ORDER BY a.at, a.party_id
"""
_BEGINNINGS = """
SELECT o.party_id, MIN(o.made_at) AS at FROM offers o WHERE o.made_at >= :since AND o.made_at < :until
GROUP BY o.party_id ORDER BY 2, 1
"""
_FIRST = "SELECT MIN(o.made_at) AS at FROM offers o"
_AGREED = """
SELECT g.party_id, g.agreed_at AS at, e.how, e.at AS ended_at FROM agreements g
LEFT JOIN agreement_ends e ON e.agreement_id = g.id WHERE g.agreed_at >= :since AND g.party_id IN ({whose})
"""
_PAID = """
SELECT d.party_id, l.at, -l.amount_minor AS minor FROM ledger_entries l JOIN debts d ON d.id = l.debt_id
WHERE l.kind IN ('payment', 'reversal') AND l.source NOT LIKE 'placed:%' AND l.at >= :since AND d.currency = :currency
AND d.party_id IN ({whose})
"""
_HARM = {
    "opted_out": """
SELECT w.party_id, s.at FROM consents s JOIN addresses w ON w.channel = s.channel AND w.value = s.address
WHERE s.kind = 'opted_out' AND s.at >= :since AND w.party_id IN ({whose})
UNION SELECT c.party_id, s.at FROM consents s JOIN conversations c ON c.channel = s.channel AND c.address = s.address
WHERE s.kind = 'opted_out' AND s.at >= :since AND c.party_id IN ({whose})
""",
    "disputed": "SELECT x.party_id, x.placed_at AS at FROM disputes x WHERE x.placed_at >= :since AND x.party_id IN ({whose})",
    "complained": """
SELECT c.party_id, k.opened_at AS at FROM cases k JOIN conversations c ON c.id = k.conversation_id
WHERE k.reason = 'complaint' AND k.opened_at >= :since AND c.party_id IN ({whose})
""",
}

_CURRENCIES = "SELECT d.currency, COUNT(*) AS number FROM debts d GROUP BY d.currency ORDER BY 2 DESC, 1 LIMIT 1"


@dataclass(frozen=True)
class Began:
    """A debtor and the moment from which days count; of an experiment, the version and the challenger's share then."""

    party_id: str
    at: datetime
    challenger: bool = False
    share: float = 0.0


@dataclass(frozen=True)
class Agreed:
    at: datetime
    how: str | None
    ended_at: datetime | None


@dataclass
class Happened:
    """By debtor, since the first of them began."""

    agreed: Mapping[str, list[Agreed]]
    paid: Mapping[str, list[tuple[datetime, int]]]
    harm: Mapping[str, Mapping[str, list[datetime]]] = field(default_factory=dict)


def exposed(session: Session, experiment_id: str) -> list[Began]:
    """In the order in which they were."""
    rows = ask(session, _EXPOSED, ("at",), whose=experiment_id)
    return [Began(row.party_id, row.at, row.arm == "challenger", row.share_pct / 100) for row in rows]


def happened(session: Session, since: datetime, experiment_id: str = "", currency: str = "USD") -> Happened:
    """To those of an experiment, or to all who began to negotiate since then."""
    whose = _IN_IT if experiment_id else _BEGAN
    known = {"since": since, "whose": experiment_id}
    agreed, paid = defaultdict[str, list[Agreed]](list), defaultdict[str, list[tuple[datetime, int]]](list)
    for row in ask(session, _AGREED.format(whose=whose), ("at", "ended_at"), **known):
        agreed[row.party_id].append(Agreed(row.at, row.how, row.ended_at))
    for row in ask(session, _PAID.format(whose=whose), ("at",), **known, currency=currency):
        paid[row.party_id].append((row.at, int(row.minor)))
    harm = {name: _by_party(session, sql.format(whose=whose), known) for name, sql in _HARM.items()}
    return Happened(agreed, paid, harm)


def _by_party(session: Session, sql: str, known: Mapping[str, object]) -> Mapping[str, list[datetime]]:
    found = defaultdict[str, list[datetime]](list)
    for row in ask(session, sql, ("at",), **known):
        found[row.party_id].append(row.at)
    return found


def outcome(one: Began, what: Happened, design: experiments.Design) -> float:
    """Of a debtor whose days are over: 1 or 0, or minor units."""
    until = one.at + timedelta(days=design.days)
    if design.is_money:
        return float(sum(minor for at, minor in what.paid.get(one.party_id, ()) if one.at <= at < until))
    agreed = _agreed(one, what, design.days)
    if design.outcome == "kept":
        agreed = [yes for yes in agreed if not _ended(yes, ("broken", "cancelled"), until)]
    return float(bool(agreed))


def _ended(yes: Agreed, how: Collection[str], until: datetime) -> bool:
    return yes.how in how and yes.ended_at is not None and yes.ended_at < until


def guard(
    name: str, limit: float, everybody: Sequence[Began], what: Happened, beside: experiments.Beside | None = None
) -> experiments.Guard:
    """Who did it in time, of those who could: of all who were exposed, or of those who agreed on something."""
    counted = {True: [0, 0], False: [0, 0]}
    for one in everybody:
        counted[one.challenger][0] += _did(name, one, what, experiments.GUARD_DAYS)
        counted[one.challenger][1] += name != "broken" or bool(_agreed(one, what, experiments.GUARD_DAYS))
    (harmed, of), (champion_harmed, champion_of) = counted[True], counted[False]
    return experiments.Guard(name, limit, harmed, of, champion_harmed, champion_of, beside)


def beside(
    name: str, margin: float, everybody: Sequence[Began], what: Happened, now: datetime
) -> experiments.Beside:
    """Of all who were exposed, also where a plan was broken: only they are alike but for chance. Who agrees is not."""
    seen = {
        days: [
            experiments.Seen(one.challenger, one.share, float(_did(name, one, what, days)))
            for one in everybody
            if one.at + timedelta(days=days) <= now
        ]
        for days in experiments.WITHIN
    }
    return experiments.beside(margin, seen)


def _did(name: str, one: Began, what: Happened, days: int) -> bool:
    until = one.at + timedelta(days=days)
    if name == "broken":
        return any(_ended(yes, ("broken",), until) for yes in _agreed(one, what, days))
    return any(one.at <= at < until for at in what.harm[name].get(one.party_id, ()))


def _agreed(one: Began, what: Happened, days: int) -> list[Agreed]:
    until = one.at + timedelta(days=days)
    return [yes for yes in what.agreed.get(one.party_id, ()) if one.at <= yes.at < until]


def past(session: Session, design: experiments.Design, now: datetime) -> experiments.Past:
    """The operator's own traffic, and how the outcome was for those whose days are over."""
    lately = _beginnings(session, now - TRAFFIC, now)
    until = now - timedelta(days=design.days)
    over = _beginnings(session, until - WINDOW, until)
    values = []
    if over:
        what = happened(session, over[0].at, currency=design.currency)
        values = [outcome(one, what, design) for one in over]
    mean = sum(values) / len(values) if values else 0.0
    variance = sum((one - mean) ** 2 for one in values) / len(values) if values else 0.0
    return experiments.Past(len(lately) / _weeks(session, now), len(values), mean, variance)


def _beginnings(session: Session, since: datetime, until: datetime) -> list[Began]:
    rows = ask(session, _BEGINNINGS, ("at",), since=since, until=until)
    return [Began(row.party_id, row.at) for row in rows]


def _weeks(session: Session, now: datetime) -> float:
    """Over which debtors are counted: eight, or as many as there are, at least one."""
    [row] = ask(session, _FIRST, ("at",))
    first = row.at or datetime.min.replace(tzinfo=timezone.utc)
    return max(min(TRAFFIC, now - first) / timedelta(days=7), 1.0)


def rates(session: Session, now: datetime) -> dict[str, float]:
    """How often each harm was, among those whose time for it is over: to set a limit by."""
    until = now - _HARM_DAYS
    over = _beginnings(session, until - WINDOW, until)
    if not over:
        return {}
    what = happened(session, over[0].at)
    guards = (guard(name, 0.5, over, what) for name in experiments.GUARDS)
    return {one.name: one.champion_harmed / one.champion_of for one in guards if one.champion_of}


def currency(session: Session) -> str:
    """That of most accounts: an experiment counts cash of one."""
    return next((str(row.currency) for row in ask(session, _CURRENCIES)), "USD")
