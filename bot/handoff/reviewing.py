"""How a conversation was led: a supervisor answers the same few questions each time. Kept with it, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.contact import masking
from bot.core import Problem, Problems, Session, insert_once, new_id, record
from bot.handoff.model import Case
from bot.handoff.store import case_of, case_reviews, cases, enter, thread_entries

POINTS = ("heard", "true", "proved", "clear", "kind")
MOST = 2
"""Points for each: 0 no, 1 in part, 2 yes; what did not come up is left out."""
LONGEST = 1600
LATELY = timedelta(days=30)
_LED = ("taken", "taken_over", "answered")


class OwnWork(Problems):
    """Nobody reviews what they did themselves."""

    def __init__(self) -> None:
        super().__init__([Problem("who", "somebody else than yourself")])


@dataclass(frozen=True)
class Review:
    id: str
    conversation_id: str
    case_id: str
    who: str
    """Whose work it was."""
    by: str
    at: datetime
    points: Mapping[str, int]
    words: str

    @property
    def share(self) -> int:
        """Of the points that there were to get, in per cent."""
        return round(100 * sum(self.points.values()) / (MOST * len(self.points)))


def review(
    session: Session, case: Case, *, who: str, points: Mapping[str, int], words: str, by: str, now: datetime
) -> str:
    """The id. Raises Problems, all at once."""
    words = masking.mask(words.replace("\r\n", "\n").strip())
    problems = [
        Problem(name, f"0 to {MOST}", str(got))
        for name, got in points.items()
        if name not in POINTS or not 0 <= got <= MOST
    ]
    if not points:
        problems.append(Problem("points", "at least one answer"))
    if not 3 <= len(words) <= LONGEST:
        problems.append(Problem("words", f"3 to {LONGEST} characters", str(len(words))))
    if who not in led_by(session, case):
        problems.append(Problem("who", "somebody who answered here", who))
    if problems:
        raise Problems(problems)
    if who == by:
        raise OwnWork
    row = {
        "id": new_id("rev"), "conversation_id": case.conversation_id, "case_id": case.id, "who": who, "by": by,
        "at": now, "points": dict(points), "words": words,
    }  # fmt: skip
    insert_once(session, case_reviews, row)
    enter(session, case.conversation_id, case.id, "reviewed", by, {"to": who}, now)
    data = {"review": row["id"], "of": who, "points": dict(points)}
    record(session, "ConversationReviewed", subject=case.conversation_id, data=data, now=now, actor=by)
    return str(row["id"])


def led_by(session: Session, case: Case) -> list[str]:
    """Who had it or answered in it, the first first."""
    query = sa.select(thread_entries.c.author).where(
        thread_entries.c.case_id == case.id, thread_entries.c.kind.in_(_LED), thread_entries.c.author.like("agent:%")
    )
    return list(dict.fromkeys(session.execute(query.order_by(thread_entries.c.number)).scalars()))


def reviews(session: Session, *, case_id: str | None = None, who: str | None = None, limit: int = 50) -> list[Review]:
    """The newest first; of one case, or of one person's work."""
    query = sa.select(case_reviews)
    if case_id is not None:
        query = query.where(case_reviews.c.case_id == case_id)
    if who is not None:
        query = query.where(case_reviews.c.who == who)
    rows = session.execute(query.order_by(case_reviews.c.at.desc(), case_reviews.c.id).limit(limit))
    return [
        Review(row.id, row.conversation_id, row.case_id, row.who, row.by, row.at, row.points, row.words) for row in rows
    ]


def to_review(session: Session, now: datetime, limit: int = 50) -> list[Case]:
    """Lately closed cases in which a person answered and that nobody has reviewed, the newest first."""
    led = sa.select(thread_entries.c.case_id).where(
        thread_entries.c.kind == "answered", thread_entries.c.at > now - LATELY - timedelta(days=60)
    )
    done = sa.select(case_reviews.c.case_id)
    query = sa.select(cases).where(cases.c.closed_at > now - LATELY, cases.c.id.in_(led), cases.c.id.not_in(done))
    return [case_of(row) for row in session.execute(query.order_by(cases.c.closed_at.desc()).limit(limit))]


def case_by_id(session: Session, case_id: str) -> Case | None:
    """Open or closed."""
    row = session.execute(sa.select(cases).where(cases.c.id == case_id)).first()
    return case_of(row) if row is not None else None
