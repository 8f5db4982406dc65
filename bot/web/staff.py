"""Who works here: passwords and sessions; `guessing` slows down who has neither.

An unknown log-in takes as long as a wrong password and gets the same answer. A session is a random cookie whose
hash is stored; it ends after eight hours, after half an hour in which nobody touched a page of the desk, and at the
next log-in of its browser.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal, cast

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot import chatwoot
from bot.core import Problem, Problems, Session, new_id, record
from bot.web import guessing
from bot.web.cookies import hashed
from bot.web.staff_store import staff, staff_sessions

Role = Literal["agent", "supervisor", "manager"]
ROLES: tuple[Role, ...] = ("agent", "supervisor", "manager")
LONGEST_SESSION = timedelta(hours=8)
LONGEST_SILENCE = timedelta(minutes=30)
SHORTEST_PASSWORD = 8
_SEEN_EVERY = timedelta(minutes=1)
_hasher = PasswordHasher()
_few = threading.BoundedSemaphore(4)


@dataclass(frozen=True)
class Staff:
    id: str
    login: str
    name: str
    role: Role
    has_second_factor: bool = False
    ends_at: datetime | None = None
    """When the session is over whatever they do; only of somebody who is logged in."""

    @property
    def actor(self) -> str:
        """As facts and the thread name them."""
        return f"agent:{self.id}"

    @property
    def may_take_over(self) -> bool:
        """What another has, and what is held outside a case."""
        return self.role != "agent"


@dataclass(frozen=True)
class Known:
    """What is needed to check a password outside a transaction. `who` is None for an unknown log-in."""

    who: Staff | None
    password: str


def add_staff(session: Session, login: str, name: str, password: str, role: str, now: datetime) -> str:
    """The new id; that of the one who has this log-in already, unchanged. Raises Problems."""
    problems = [*who_problems(login, name, role), *password_problems(password)]
    if problems:
        raise Problems(problems)
    known = session.execute(sa.select(staff.c.id).where(staff.c.login == plain(login))).scalar()
    if known is not None:
        return str(known)
    values = {"id": new_id("stf"), "login": plain(login), "name": name, "role": role}
    values["password"] = _hasher.hash(password)
    session.execute(staff.insert().values(**values, added_at=now))
    record(session, "StaffAdded", subject=values["id"], data={"role": role}, now=now)
    return values["id"]


def who_problems(login: str, name: str, role: str) -> list[Problem]:
    problems = []
    if not 1 <= len(login.strip()) <= 120:
        problems.append(Problem("login", "1 to 120 characters"))
    if not 1 <= len(name.strip()) <= 80:
        problems.append(Problem("name", "1 to 80 characters"))
    if role not in ROLES:
        problems.append(Problem("role", "agent, supervisor or manager", repr(role)))
    return problems


def password_problems(password: str) -> list[Problem]:
    return (
        [] if len(password) >= SHORTEST_PASSWORD else [Problem("password", f"at least {SHORTEST_PASSWORD} characters")]
    )


def working(session: Session) -> dict[str, str]:
    """Names of those who can be given something, by actor."""
    query = sa.select(staff.c.id, staff.c.name).where(staff.c.left_at.is_(None))
    return {f"agent:{row.id}": row.name for row in session.execute(query)}


def names(session: Session) -> dict[str, str]:
    """Of all who work here or did, by actor; who answers in Chatwoot is one of them."""
    return {chatwoot.ACTOR: "Chatwoot"} | {f"agent:{row.id}": row.name for row in session.execute(sa.select(staff.c.id, staff.c.name))}


def manager(session: Session, login: str) -> str:
    """The log-in as it is stored. Raises Problems unless a manager who works here has it, and says who there is."""
    here = sa.and_(staff.c.role == "manager", staff.c.left_at.is_(None))
    known = list(session.execute(sa.select(staff.c.login).where(here).order_by(staff.c.login)).scalars())
    if plain(login) in known:
        return plain(login)
    who = ", ".join(known) if known else "nobody yet (`parley staff add --role manager`)"
    raise Problems([Problem("--by", f"the log-in of a manager who works here: {who}", f'"{login}"')])


def actor_of(session: Session, login: str) -> str:
    """Of somebody who works here, as facts name them. Raises Problems."""
    here = sa.and_(staff.c.login == plain(login), staff.c.left_at.is_(None))
    found = session.execute(sa.select(staff.c.id).where(here)).scalar()
    if found is None:
        raise Problems([Problem("login", "one of `parley staff list`", login)])
    return f"agent:{found}"


def leave(session: Session, login: str, *, by: str, now: datetime) -> bool:
    """They log in no more, and are logged out now. What they did keeps their name. False when nobody has the log-in."""
    row = session.execute(sa.select(staff.c.id).where(staff.c.login == plain(login), staff.c.left_at.is_(None))).first()
    if row is None:
        return False
    session.execute(staff.update().where(staff.c.id == row.id).values(left_at=now))
    open_ones = sa.and_(staff_sessions.c.staff_id == row.id, staff_sessions.c.ended_at.is_(None))
    session.execute(staff_sessions.update().where(open_ones).values(ended_at=now))
    record(session, "StaffLeft", subject=row.id, data={}, now=now, actor=by)
    return True


def everybody(session: Session) -> list[tuple[str, str, str, bool]]:
    """(log-in, name, role, still works here), by log-in."""
    rows = session.execute(sa.select(staff).order_by(staff.c.login))
    return [(row.login, row.name, row.role, row.left_at is None) for row in rows]


def look_up(session: Session, login: str) -> Known:
    row = session.execute(sa.select(staff).where(staff.c.login == plain(login), staff.c.left_at.is_(None))).first()
    if row is None:
        return Known(None, _nobody())
    return Known(_staff(row), row.password)


def is_right(known: Known, password: str) -> bool:
    """Takes some 50 ms and 64 MB on purpose: a few at a time, and outside a transaction."""
    try:
        with _few:
            return _hasher.verify(known.password, password) and known.who is not None
    except (VerificationError, InvalidHashError):
        return False


def log_in(
    session: Session, known: Known, cookie: str, now: datetime, *, right: bool, guess: guessing.Guess
) -> Staff | None:
    """Opens a session for `cookie`, or counts a wrong guess. None while locked, even with the right password."""
    if known.who is not None:
        session.execute(sa.select(staff.c.id).where(staff.c.id == known.who.id).with_for_update())
    if guessing.is_locked(session, guess, now):
        return None
    if not right or known.who is None:
        if guessing.count_wrong(session, guess, now) and known.who is not None:
            data = {"minutes": guessing.LOCKED_FOR.seconds // 60, "known_browser": guess.is_known_browser}
            record(session, "StaffLockedOut", subject=known.who.id, data=data, now=now)
        return None
    guessing.forgive(session, guess)
    values = {"token": hashed(cookie), "staff_id": known.who.id, "began_at": now, "seen_at": now}
    session.execute(staff_sessions.insert().values(**values))
    record(session, "StaffLoggedIn", subject=known.who.id, data={}, now=now, actor=known.who.actor)
    return known.who


def who(session: Session, cookie: str, now: datetime, *, by_hand: bool = True) -> Staff | None:
    """Who is behind a cookie; None when the session is over. A page that looks by itself is no sign of life."""
    query = (
        sa.select(staff, staff_sessions.c.began_at, staff_sessions.c.seen_at)
        .join(staff_sessions, staff_sessions.c.staff_id == staff.c.id)
        .where(staff_sessions.c.token == hashed(cookie), staff_sessions.c.ended_at.is_(None), staff.c.left_at.is_(None))
    )
    row = session.execute(query).first()
    if row is None or now - row.began_at >= LONGEST_SESSION or now - row.seen_at >= LONGEST_SILENCE:
        return None
    if by_hand and now - row.seen_at >= _SEEN_EVERY:
        here = staff_sessions.c.token == hashed(cookie)
        session.execute(staff_sessions.update().where(here).values(seen_at=now))
    return replace(_staff(row), ends_at=row.began_at + LONGEST_SESSION)


def log_out(session: Session, cookie: str, now: datetime) -> None:
    here = sa.and_(staff_sessions.c.token == hashed(cookie), staff_sessions.c.ended_at.is_(None))
    session.execute(staff_sessions.update().where(here).values(ended_at=now))


def _staff(row: sa.engine.Row) -> Staff:
    return Staff(row.id, row.login, row.name, cast(Role, row.role), row.second_factor is not None)


def plain(login: str) -> str:
    """As it is stored: a capital or a space more makes no other log-in."""
    return login.strip().casefold()


@lru_cache(maxsize=1)
def _nobody() -> str:
    return _hasher.hash("nobody has this password")
