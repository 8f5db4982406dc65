"""Where somebody may be, and when they do not want to hear from us. All are facts with a source and a date."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import sqlalchemy as sa

from bot.contact.hours import Barred
from bot.contact.store import inconvenient_times, places
from bot.core import Session, record

_NEW_YORK_CITY = ("100", "101", "102", "103", "104", "11004", "11005", "111", "112", "113", "114", "116")
"""How the ZIP codes of the five boroughs begin."""


def city_of(state: str, postcode: str) -> str:
    """A city that has rules of its own, or blank."""
    return "NYC" if state == "NY" and postcode.startswith(_NEW_YORK_CITY) else ""


def add_place(
    session: Session, *, party_id: str, state: str, city: str, time_zone: str, source: str, now: datetime,
    country: str = "US",
) -> None:  # fmt: skip
    """One more place where they may be; all that are known count. The same place twice changes nothing."""
    row = {"party_id": party_id, "country": country, "state": state, "city": city, "time_zone": time_zone}
    known = sa.select(places.c.number).where(*(places.c[name] == value for name, value in row.items()))
    if session.execute(known).first() is None:
        session.execute(places.insert().values(**row, source=source, at=now))


def add_first_places(session: Session, rows: Collection[Mapping[str, str]], *, source: str, now: datetime) -> None:
    """Of many people who were not here before: each row has `party_id`, `state`, `city` and `time_zone`."""
    if rows:
        session.execute(places.insert(), [{"country": "US", **row, "source": source, "at": now} for row in rows])


def whereabouts(session: Session, people: Collection[str]) -> tuple[frozenset[str], frozenset[str] | None]:
    """(time zones, regions such as US-NY and US-NYC); regions are None when nothing says where they are."""
    rows = session.execute(sa.select(places).where(places.c.party_id.in_(list(people)))).all()
    if not rows:
        return frozenset(), None
    return frozenset(row.time_zone for row in rows), frozenset().union(*map(_regions, rows))


def regions_of_each(session: Session, people: Collection[str]) -> dict[str, frozenset[str]]:
    """By person; of whom nothing says where they are is missing."""
    found: dict[str, frozenset[str]] = {}
    for row in session.execute(sa.select(places).where(places.c.party_id.in_(list(people)))):
        found[row.party_id] = found.get(row.party_id, frozenset()) | _regions(row)
    return found


def _regions(row: Any) -> frozenset[str]:
    within = (
        row.country,
        f"{row.country}-{row.state}" if row.state else "",
        f"{row.country}-{row.city}" if row.city else "",
    )
    return frozenset(filter(None, within))


@dataclass(frozen=True)
class BarredTime:
    """One of them as it was stored, with who said so and when."""

    number: int
    barred: Barred
    source: str
    at: datetime


def bar_time(session: Session, *, party_id: str, barred: Barred, source: str, now: datetime) -> None:
    """They said that this time is inconvenient ("not before 5, I'm at work"). The same one twice changes nothing."""
    if barred in barred_times(session, (party_id,)):
        return
    data = _as_data(barred)
    session.execute(inconvenient_times.insert().values(party_id=party_id, **data, source=source, at=now))
    record(session, "TimeBarred", subject=party_id, data={**data, "source": source}, now=now)


def allow_time(session: Session, party_id: str, number: int, *, by: str, reason: str, now: datetime) -> bool:
    """They want to hear from us then after all. False when it is no longer barred."""
    row = next((one for one in times_barred(session, party_id) if one.number == number), None)
    if row is None:
        return False
    session.execute(inconvenient_times.delete().where(inconvenient_times.c.number == number))
    data = {**_as_data(row.barred), "reason": reason}
    record(session, "TimeAllowed", subject=party_id, data=data, now=now, actor=by)
    return True


def times_barred(session: Session, party_id: str) -> tuple[BarredTime, ...]:
    query = sa.select(inconvenient_times).where(inconvenient_times.c.party_id == party_id)
    rows = session.execute(query.order_by(inconvenient_times.c.number))
    return tuple(BarredTime(row.number, _barred(row), row.source, row.at) for row in rows)


def barred_times(session: Session, people: Collection[str]) -> tuple[Barred, ...]:
    query = sa.select(inconvenient_times).where(inconvenient_times.c.party_id.in_(list(people)))
    return tuple(_barred(row) for row in session.execute(query.order_by(inconvenient_times.c.number)))


def _barred(row: Any) -> Barred:
    return Barred(time.fromisoformat(row.begins), time.fromisoformat(row.ends), frozenset(map(int, row.weekdays)))


def _as_data(barred: Barred) -> dict[str, str]:
    weekdays = "".join(str(day) for day in sorted(barred.weekdays))
    return {"begins": barred.begins.isoformat(), "ends": barred.ends.isoformat(), "weekdays": weekdays}
