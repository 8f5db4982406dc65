"""The worker's part: once a day what was judged is kept, what is to come is told, and once a month a card is trained.

Everything is read in a snapshot and written in short transactions; a day that was cut off is done again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import negotiation
from bot.core import Session, Settings, UtcDateTime, alone, reading, record, transaction
from bot.scores import service
from bot.scores.dues import all_dues, key_of
from bot.scores.features import History
from bot.scores.lateness import by_currency
from bot.scores.model import Target
from bot.scores.service import Trained

TRAIN_EVERY = timedelta(days=30)
_DAYS_AT_ONCE = 31
_AT_ONCE = 500
T = TypeVar("T")


def work(engine: Engine, settings: Settings) -> int:
    """1 when something was done: more may wait."""
    with alone(engine, "scores", "work") as is_mine:
        if not is_mine:
            return 0
        today = _today(settings)
        if keep_parts(engine, settings):
            return 1
        with reading(engine) as session:
            if service.done_until(session, "scores") == today:
                return 0
            due = [target for target in Target if _is_time(session, target, settings.clock.now())]
        for target in due:
            train(engine, settings, target)
        tell(engine, settings)
    return 1


def _today(settings: Settings) -> date:
    return settings.clock.now().astimezone(ZoneInfo(settings.time_zone)).date()


def _is_time(session: Session, target: Target, now: datetime) -> bool:
    last = service.trainings(session, target, 1)
    return not last or now - last[0].at >= TRAIN_EVERY


def keep_parts(engine: Engine, settings: Settings) -> int:
    """What was judged of agreements until yesterday, a month at a time; returns how many days were looked at."""
    last = _today(settings) - timedelta(days=1)
    with reading(engine) as session:
        done = service.done_until(session, "parts")
        first = done + timedelta(days=1) if done is not None else _first_agreement(session, settings)
        if first is None or first > last:
            return 0
        days = [first + timedelta(days=at) for at in range(min((last - first).days + 1, _DAYS_AT_ONCE))]
        found = [(day, part) for day in days for part in negotiation.reporting.judged(session, day, *_span(day, settings))]
    zone = ZoneInfo(settings.time_zone)
    with transaction(engine) as session:
        for day, part in found:
            service.keep_part(session, {
                "key": key_of(part.agreement_id, part.due), "party_id": part.party_id, "debt_id": part.debt_id,
                "amount_minor": part.amount.minor, "currency": part.amount.currency, "due_on": part.due, "judged_on": day,
                "begun_on": part.before or part.agreed_at.astimezone(zone).date(), "is_kept": part.kept,
            })  # fmt: skip
        service.done(session, "parts", days[-1])
    return len(days)


def _first_agreement(session: Session, settings: Settings) -> date | None:
    table = sa.table("agreements", sa.column("agreed_at", UtcDateTime()))
    at: datetime | None = session.execute(sa.select(sa.func.min(table.c.agreed_at, type_=UtcDateTime()))).scalar()
    return at.astimezone(ZoneInfo(settings.time_zone)).date() if at is not None else None


def _span(day: date, settings: Settings) -> tuple[datetime, datetime]:
    zone = ZoneInfo(settings.time_zone)
    begins, ends = (datetime.combine(one, time(), zone).astimezone(timezone.utc) for one in (day, day + timedelta(days=1)))
    return begins, ends


def train(engine: Engine, settings: Settings, target: Target) -> Trained | str:
    """The training that was kept, or why there was too little for one."""
    from bot.scores import training  # scikit-learn: who only reads scores needs none of it

    now = settings.clock.now()
    with reading(engine) as session:
        dues, before = all_dues(session, _today(settings), settings.time_zone), service.in_force(session, target)
    history = History(dues)
    try:
        card, found, trained_on = training.train(target, dues, history)
    except training.TooLittle as no:
        return str(no)
    other = training.measured(before.card, dues, history, found.first) if before is not None else None
    is_taken, why = training.judge(found, other)
    with transaction(engine) as session:
        number = service.keep(session, card, found, is_taken=is_taken, why=why, trained_on=trained_on, now=now)
        data = {"target": target.value, "card": number, "taken": is_taken, "auc": f"{found.auc:.4f}", "brier": f"{found.brier:.4f}"}
        record(session, "ScorecardTrained", subject=f"card:{number}", data=data, now=now, actor="system")
    return Trained(number, card, found, is_taken, why, trained_on, now)


def tell(engine: Engine, settings: Settings) -> int:
    """Scores of all that is to come, and what became of those told before; returns how many were told."""
    today, now = _today(settings), settings.clock.now()
    with reading(engine) as session:
        dues = all_dues(session, today, settings.time_zone)
        cards = [found for target in Target if (found := service.in_force(session, target)) is not None]
        ended = service.ended(session, dues, today)
    history, months = History(dues), by_currency(dues, today)
    told = [one for card in cards for one in service.scored(card, dues, history, today)]
    for some in _portions(ended):
        with transaction(engine) as session:
            service.settle(session, some, today)
    for more in _portions(told):
        with transaction(engine) as session:
            service.write(session, more, now)
    with transaction(engine) as session:
        service.keep_months(session, months)
        service.done(session, "scores", today)
    return len(told)


def _portions(all_of_them: Sequence[T]) -> Iterator[Sequence[T]]:
    """Few enough that nobody else waits long for the database."""
    for start in range(0, len(all_of_them), _AT_ONCE):
        yield all_of_them[start : start + _AT_ONCE]
