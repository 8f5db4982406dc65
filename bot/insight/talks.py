"""What is counted of conversations. A session is one conversation on one day on which they wrote.

What came of a session is the first of OUTCOMES that happened in it. Where none did, no person was there and nothing was
held, it was abandoned: a question that was answered counts as that too, and the page says so.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from bot.core import Session, UtcDateTime
from bot.insight.asking import TALK, ask, place_of
from bot.insight.days import ALL, Count, Day, Place, day_of

NEVER = date(1970, 1, 1)
RESOLVED = ("paid", "settlement", "plan", "promise", "hardship")
OUTCOMES = (*RESOLVED, "dispute", "human")
_CHUNK = 400
SESSIONS = f"""
SELECT c.id, {TALK},
  c.id IN (SELECT r.conversation_id FROM ledger_entries l
           JOIN checkout_attempts a ON l.source IN (a.payment_id, a.payment_id || ':' || l.debt_id)
           JOIN payment_requests r ON r.id = a.request_id
           WHERE l.kind = 'payment' AND l.at >= :start AND l.at < :end) AS paid,
  c.id IN (SELECT o.conversation_id FROM agreements g JOIN offers o ON o.id = g.offer_id
           WHERE g.agreed_at >= :start AND g.agreed_at < :end
           AND g.kind IN ('settlement', 'settlement_parts')) AS settlement,
  c.id IN (SELECT o.conversation_id FROM agreements g JOIN offers o ON o.id = g.offer_id
           WHERE g.agreed_at >= :start AND g.agreed_at < :end
           AND g.kind IN ('short_plan', 'long_plan', 'plan')) AS plan,
  c.id IN (SELECT o.conversation_id FROM agreements g JOIN offers o ON o.id = g.offer_id
           WHERE g.agreed_at >= :start AND g.agreed_at < :end AND g.kind IN ('promise', 'full')) AS promise,
  c.id IN (SELECT o.conversation_id FROM agreements g JOIN offers o ON o.id = g.offer_id
           WHERE g.agreed_at >= :start AND g.agreed_at < :end
           AND g.kind IN ('pause', 'token', 'extension', 'reduction')) AS hardship,
  c.id IN (SELECT x.conversation_id FROM disputes x
           WHERE x.conversation_id IS NOT NULL AND x.placed_at >= :start AND x.placed_at < :end) AS dispute,
  c.id IN (SELECT k.conversation_id FROM cases k
           WHERE k.opened_at < :end AND (k.closed_at IS NULL OR k.closed_at >= :start)) AS human,
  EXISTS (SELECT 1 FROM holds h WHERE (h.conversation_id = c.id OR h.party_id = c.party_id)
          AND h.placed_at < :end AND (h.released_at IS NULL OR h.released_at >= :start)) AS held
FROM conversations c
WHERE c.id IN (SELECT i.conversation_id FROM inbox i WHERE i.received_at >= :start AND i.received_at < :end)
"""
WROTE_AGAIN = """
SELECT DISTINCT i.conversation_id FROM inbox i WHERE i.received_at >= :start AND i.received_at < :end
"""
OPTED_OUT = f"""
SELECT {TALK}, COUNT(DISTINCT c.id) AS number FROM consents s
JOIN conversations c ON c.channel = s.channel AND c.address = s.address
WHERE s.kind = 'opted_out' AND s.at >= :start AND s.at < :end GROUP BY 1, 2, 3, 4
"""
COMPLAINTS = f"""
SELECT {TALK}, COUNT(*) AS number FROM cases k JOIN conversations c ON c.id = k.conversation_id
WHERE k.reason = 'complaint' AND k.opened_at >= :start AND k.opened_at < :end GROUP BY 1, 2, 3, 4
"""
DISPUTES = f"""
SELECT {TALK}, COUNT(*) AS number FROM disputes x JOIN conversations c ON c.id = x.conversation_id
WHERE x.placed_at >= :start AND x.placed_at < :end GROUP BY 1, 2, 3, 4
"""
DISPUTES_DECIDED = f"""
SELECT {TALK}, COUNT(*) AS number FROM dispute_decisions e JOIN disputes x ON x.number = e.number
JOIN conversations c ON c.id = x.conversation_id
WHERE e.outcome <> 'withdrawn' AND e.at >= :start AND e.at < :end GROUP BY 1, 2, 3, 4
"""
DISPUTES_UPHELD = DISPUTES_DECIDED.replace("<> 'withdrawn'", "IN ('upheld', 'partly_upheld', 'unverified')")
MESSAGES_SENT = f"""
SELECT {TALK}, COUNT(*) AS number FROM outbox o JOIN conversations c ON c.id = o.conversation_id
WHERE o.state = 'sent' AND o.sent_at >= :start AND o.sent_at < :end GROUP BY 1, 2, 3, 4
"""
MESSAGES_MADE = f"""
SELECT {TALK}, COUNT(*) AS number FROM outbox o JOIN conversations c ON c.id = o.conversation_id
WHERE o.created_at >= :start AND o.created_at < :end GROUP BY 1, 2, 3, 4
"""
ANSWERS = f"""
SELECT {TALK}, COUNT(*) AS number FROM thread_entries t JOIN conversations c ON c.id = t.conversation_id
WHERE t.kind = 'answered' AND t.at >= :start AND t.at < :end GROUP BY 1, 2, 3, 4
"""
CSAT_ASKED = f"""
SELECT {TALK}, COUNT(*) AS number, COUNT(s.rating) AS answered FROM csat_surveys s
JOIN outbox o ON o.dedup_key = 'satisfaction:' || s.subject || '\\:0' JOIN conversations c ON c.id = s.conversation_id
WHERE o.state = 'sent' AND o.sent_at >= :start AND o.sent_at < :end GROUP BY 1, 2, 3, 4
"""
CSAT_ANSWERS = f"""
SELECT {TALK}, s.rating, COUNT(*) AS number FROM csat_surveys s JOIN conversations c ON c.id = s.conversation_id
WHERE s.answered_at >= :start AND s.answered_at < :end GROUP BY 1, 2, 3, 4, 5
"""
SATISFIED = 4
"""From this rating on, of 5."""
COUNTED = {
    "people_opted_out": OPTED_OUT, "complaints": COMPLAINTS, "disputes": DISPUTES, "disputes_decided": DISPUTES_DECIDED,
    "disputes_upheld": DISPUTES_UPHELD, "messages_sent": MESSAGES_SENT, "messages_made": MESSAGES_MADE,
    "answers_by_people": ANSWERS,
}  # fmt: skip
REFUSED = f"""
SELECT {TALK}, o.rules FROM outbox o JOIN conversations c ON c.id = o.conversation_id
WHERE o.state = 'blocked' AND o.created_at >= :start AND o.created_at < :end
"""
WRITTEN_TO = f"""
SELECT DISTINCT o.party_id, CASE WHEN o.party_id IS NULL THEN o.conversation_id ELSE '' END AS talk, {TALK}
FROM outbox o JOIN conversations c ON c.id = o.conversation_id
WHERE o.state = 'sent' AND o.sent_at >= :start AND o.sent_at < :end
"""
THREADS = f"""
SELECT t.number, t.conversation_id, t.kind, t.at, {TALK} FROM thread_entries t
JOIN conversations c ON c.id = t.conversation_id
WHERE t.kind IN ('opened', 'debtor_wrote', 'answered', 'handed_back', 'withdrawn') AND t.at < :end
AND t.conversation_id IN (SELECT n.conversation_id FROM thread_entries n
                          WHERE n.kind = 'answered' AND n.at >= :start AND n.at < :end)
ORDER BY t.conversation_id, t.number
"""


def counts(session: Session, day: Day) -> Iterator[Count]:
    """All that is added up of a day of conversations."""
    yield from _sessions(session, day)
    yield from _contacts(session, day.ago(7), day)
    for name, sql in COUNTED.items():
        for row in ask(session, sql, start=day.start, end=day.end):
            yield Count(name, place_of(row), row.number)
    yield from _csat(session, day)
    for row in ask(session, REFUSED, start=day.start, end=day.end):
        rules = json.loads(row.rules) if isinstance(row.rules, str) else row.rules
        yield Count("messages_refused", place_of(row), 1)
        for rule in dict.fromkeys(rules):
            yield Count(f"refused:{rule}"[:60], place_of(row), 1)


def _csat(session: Session, day: Day) -> Iterator[Count]:
    for row in ask(session, CSAT_ASKED, start=day.start, end=day.end):
        yield Count("csat_asked", place_of(row), row.number)
        yield Count("csat_asked_answered", place_of(row), row.answered)
    for row in ask(session, CSAT_ANSWERS, start=day.start, end=day.end):
        yield Count("csat_answers", place_of(row), row.number)
        yield Count("csat_satisfied", place_of(row), row.number if row.rating >= SATISFIED else 0)
        yield Count(f"csat_rating:{row.rating}", place_of(row), row.number)


def outcome(row: Any) -> str:
    return next((name for name in OUTCOMES if getattr(row, name)), "none")


def _sessions(session: Session, day: Day) -> Iterator[Count]:
    for row in ask(session, SESSIONS, start=day.start, end=day.end):
        place, ended = place_of(row), outcome(row)
        yield Count("sessions", place, 1)
        yield Count(f"sessions_{ended}", place, 1)
        if row.held:
            yield Count("sessions_held", place, 1)
        elif ended in RESOLVED and not row.human:
            yield Count("sessions_contained", place, 1)
        elif ended == "none":
            yield Count("sessions_abandoned", place, 1)


def _contacts(session: Session, day: Day, until: Day) -> Iterator[Count]:
    """Sessions of a week ago, when it shows whether they had to write again."""
    again = {row.conversation_id for row in ask(session, WROTE_AGAIN, start=day.end, end=until.end)}
    for row in ask(session, SESSIONS, start=day.start, end=day.end):
        yield Count("contacts_week_over", place_of(row), 1)
        if outcome(row) in RESOLVED and row.id not in again:
            yield Count("contacts_resolved_first", place_of(row), 1)


@dataclass(frozen=True)
class Wait:
    """From when a case began to wait for a person, for the first time or again, until one answered."""

    entry: int
    place: Place
    seconds: int


def waits(session: Session, day: Day) -> Iterator[Wait]:
    since: datetime | None = None
    talk = ""
    for row in ask(session, THREADS, ("at",), start=day.start, end=day.end):
        since = None if row.conversation_id != talk else since
        talk = row.conversation_id
        if row.kind in ("opened", "debtor_wrote"):
            since = since or row.at
        elif row.kind != "answered":
            since = None
        elif since is not None:
            if row.at >= day.start:
                yield Wait(row.number, place_of(row), int((row.at - since).total_seconds()))
            since = None


def people(session: Session, day: Day) -> dict[tuple[Place, date], int]:
    """How many were written to, by place and by the last day before; a place without a channel is any channel."""
    theirs: dict[tuple[str, str], dict[str, Place]] = defaultdict(dict)
    for row in ask(session, WRITTEN_TO, start=day.start, end=day.end):
        theirs[row.party_id or "", row.talk][row.channel] = place_of(row)
    before = _before(session, day, [party for party, _ in theirs if party], [talk for _, talk in theirs if talk])
    found: dict[tuple[Place, date], int] = defaultdict(int)
    for who, places in theirs.items():
        last = before.get(who, {})
        first = next(iter(places.values()))
        found[Place(ALL, first.language, first.segment), max(last.values(), default=NEVER)] += 1
        for channel, place in places.items():
            found[place, last.get(channel, NEVER)] += 1
    return dict(found)


def _before(session: Session, day: Day, parties: list[str], talks: list[str]) -> dict[tuple[str, str], dict[str, date]]:
    """By person, the last day before this one on which something went to them, by channel."""
    found: dict[tuple[str, str], dict[str, date]] = defaultdict(dict)
    last = sa.func.max(_OUTBOX.c.sent_at, type_=UtcDateTime())
    earlier = sa.and_(_OUTBOX.c.state == "sent", _OUTBOX.c.sent_at < sa.literal(day.start, UtcDateTime()))
    for ids, column in ((parties, _OUTBOX.c.party_id), (talks, _OUTBOX.c.conversation_id)):
        unknown = sa.true() if ids is parties else _OUTBOX.c.party_id.is_(None)
        for begin in range(0, len(ids), _CHUNK):
            some = column.in_(ids[begin : begin + _CHUNK])
            query = sa.select(column.label("who"), _OUTBOX.c.channel, last.label("last")).where(some, earlier, unknown)
            for row in session.execute(query.group_by(column, _OUTBOX.c.channel)):
                who = (row.who, "") if ids is parties else ("", row.who)
                found[who][row.channel] = day_of(row.last, day.zone).on
    return found


_OUTBOX = sa.table(
    "outbox", sa.column("party_id"), sa.column("conversation_id"), sa.column("channel"), sa.column("state"),
    sa.column("sent_at", UtcDateTime),
)  # fmt: skip
