"""Scores as they are kept and asked for: cards in force, the chance of a due, and whose is the most likely missed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from bot.core import Session, insert_once, upsert
from bot.scores import store
from bot.scores.features import History
from bot.scores.lateness import Month
from bot.scores.measuring import level, newest
from bot.scores.model import Card, Due, Figures, Known, Score, Target, chance

WITHIN = 900
"""Cases whose time runs out within the same quarter of an hour, in seconds, are equally urgent."""


@dataclass(frozen=True)
class Trained:
    """One training: the card, what it reached, and whether it was put in force. `figures` None: too little was judged."""

    number: int
    card: Card
    figures: Figures | None
    is_taken: bool
    why: str
    trained_on: int
    at: datetime


def in_force(session: Session, target: Target) -> Trained | None:
    table = store.cards
    query = sa.select(table).where(table.c.target == target.value, table.c.is_taken)
    return _trained(session.execute(query.order_by(table.c.number.desc()).limit(1)).first())


def trainings(session: Session, target: Target, most: int = 6) -> list[Trained]:
    """The newest first."""
    table = store.cards
    query = sa.select(table).where(table.c.target == target.value).order_by(table.c.number.desc()).limit(most)
    return [found for row in session.execute(query) if (found := _trained(row)) is not None]


def _trained(row: Any | None) -> Trained | None:
    if row is None:
        return None
    figures = msgspec.convert(row.figures, Figures) if row.figures else None
    return Trained(row.number, msgspec.convert(row.card, Card), figures, row.is_taken, row.why, row.trained_on, row.at)


def keep(session: Session, card: Card, figures: Figures | None, *, is_taken: bool, why: str, trained_on: int, now: datetime) -> int:
    """Its number."""
    values = {
        "target": card.target.value, "card": msgspec.to_builtins(card), "figures": msgspec.to_builtins(figures) or {},
        "is_taken": is_taken, "why": why, "trained_on": trained_on, "at": now,
    }  # fmt: skip
    return int(session.execute(store.cards.insert().values(**values)).inserted_primary_key[0])


def scored(trained: Trained, dues: Sequence[Due], history: History, today: date) -> list[tuple[Score, Known]]:
    """All dues that are still to come, each as of the day on which it began. The level is that of the newest judged."""
    card = trained.card
    judged = sorted((due for due in dues if due.target is card.target and due.missed is not None), key=lambda due: (due.judged_on, due.key))
    lately = newest(judged, len(judged))
    shift = level([card.total(history.known(due)) for due in lately], [bool(due.missed) for due in lately])
    found = []
    for due in dues:
        is_open = due.missed is None and due.due_on >= today and due.ended(today) is None and due.begun_on <= today
        if due.target is card.target and is_open:
            known = history.known(due)
            told = chance(card.total(known) + shift)
            one = Score(due.key, due.party_id, due.debt_id, due.target, trained.number, known.on, due.due_on, told, card.reasons(known))
            found.append((one, known))
    return found


def write(session: Session, found: Sequence[tuple[Score, Known]], now: datetime) -> None:
    """Takes the place of what was told of the same dues before."""
    session.execute(store.scores.delete().where(store.scores.c.key.in_([one.key for one, _ in found])))
    session.execute(store.scores.insert(), [
        {
            "key": one.key, "party_id": one.party_id, "debt_id": one.debt_id, "target": one.target.value, "card": one.card,
            "features_on": one.features_on, "due_on": one.due_on, "chance": one.chance, "reasons": list(map(list, one.reasons)),
            "features": dict(known.values), "scored_at": now, "missed": None, "ended_on": None,
        }
        for one, known in found
    ])  # fmt: skip


def ended(session: Session, dues: Iterable[Due], today: date) -> list[tuple[str, bool | None]]:
    """Of those that were told, the keys of those that are no longer to come, and whether they were missed."""
    told = sa.select(store.scores.c.key).where(store.scores.c.ended_on.is_(None))
    by_key = {due.key: due for due in dues}
    found: list[tuple[str, bool | None]] = []
    for key in sorted(session.execute(told).scalars()):
        due = by_key.get(key)
        if due is None:
            found.append((key, None))
        elif due.missed is not None or due.ended(today) is not None:
            found.append((key, False if due.missed is None and due.judged_on > today else due.missed))
    return found


def settle(session: Session, found: Iterable[tuple[str, bool | None]], today: date) -> None:
    """Writes what became of them."""
    by_outcome: dict[bool | None, list[str]] = {}
    for key, missed in found:
        by_outcome.setdefault(missed, []).append(key)
    for missed, keys in by_outcome.items():
        session.execute(store.scores.update().where(store.scores.c.key.in_(keys)).values(missed=missed, ended_on=today))


def chances(session: Session, party_ids: Collection[str]) -> dict[str, float]:
    """Of each payer the chance of the due that is most likely missed; who has none told is not there."""
    table = store.scores
    query = sa.select(table.c.party_id, sa.func.max(table.c.chance)).where(table.c.ended_on.is_(None), table.c.party_id.in_(list(party_ids)))
    return {party_id: float(highest) for party_id, highest in session.execute(query.group_by(table.c.party_id))}


def of_parts(session: Session, keys: Collection[str]) -> dict[str, float]:
    """Of parts of agreements, by `dues.key_of`."""
    table = store.scores
    found: dict[str, float] = {}
    wanted = list(keys)
    for start in range(0, len(wanted), 500):
        rows = session.execute(sa.select(table.c.key, table.c.chance).where(table.c.key.in_(wanted[start : start + 500])))
        found.update({row.key: float(row.chance) for row in rows})
    return found


def of_debt(session: Session, debt_id: str) -> list[Score]:
    """What is told of an account now."""
    table = store.scores
    query = sa.select(table).where(table.c.debt_id == debt_id, table.c.ended_on.is_(None)).order_by(table.c.due_on)
    return [_score(row) for row in session.execute(query)]


def most_likely(session: Session, target: Target, most: int = 10) -> list[Score]:
    """That will be missed, among what is to come."""
    table = store.scores
    query = sa.select(table).where(table.c.target == target.value, table.c.ended_on.is_(None))
    return [_score(row) for row in session.execute(query.order_by(table.c.chance.desc(), table.c.key).limit(most))]


def _score(row: Any) -> Score:
    return Score(
        row.key, row.party_id, row.debt_id, Target(row.target), row.card, row.features_on, row.due_on, row.chance,
        [(words, points) for words, points in row.reasons],
    )  # fmt: skip


def months(session: Session) -> dict[str, list[Month]]:
    """Of each currency, the newest first, as the worker reckoned them last."""
    rows = session.execute(sa.select(store.months).order_by(store.months.c.currency))
    return {row.currency: msgspec.convert(row.months, list[Month]) for row in rows}


def keep_months(session: Session, found: dict[str, list[Month]]) -> None:
    session.execute(store.months.delete())
    for currency, of_it in found.items():
        session.execute(store.months.insert().values(currency=currency, months=msgspec.to_builtins(of_it)))


def keep_part(session: Session, values: dict[str, Any]) -> None:
    insert_once(session, store.parts, values)


def done_until(session: Session, name: str) -> date | None:
    day: date | None = session.execute(sa.select(store.looks.c.day).where(store.looks.c.name == name)).scalar()
    return day


def done(session: Session, name: str, day: date) -> None:
    upsert(session, store.looks, {"name": name, "day": day})
