"""How somebody comes to have a log-in: a link that works once and not for long, and a password of their own choice."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import Problem, Problems, Session, record
from bot.web import staff as people
from bot.web.cookies import hashed
from bot.web.staff_store import staff, staff_invitations

LASTS = timedelta(hours=72)


@dataclass(frozen=True)
class Invitation:
    login: str
    name: str
    role: str


def invite(session: Session, invited: Invitation, *, by: str, now: datetime) -> str:
    """The secret of the link; only its hash is kept. An earlier link for this log-in ends. Raises Problems."""
    login = people.plain(invited.login)
    problems = people.who_problems(login, invited.name, invited.role)
    if session.execute(sa.select(staff.c.id).where(staff.c.login == login)).first() is not None:
        problems.append(Problem("login", "one that nobody has yet", login))
    if problems:
        raise Problems(problems)
    open_ones = sa.and_(staff_invitations.c.login == login, staff_invitations.c.used_at.is_(None))
    session.execute(staff_invitations.delete().where(open_ones))
    secret = secrets.token_urlsafe(32)
    row = {"token": hashed(secret), "login": login, "name": invited.name.strip(), "role": invited.role}
    session.execute(staff_invitations.insert().values(**row, made_by=by, made_at=now, ends_at=now + LASTS))
    record(
        session, "StaffInvited", subject=f"staff:{hashed(secret)[:16]}", data={"role": invited.role}, now=now, actor=by
    )
    return secret


def find(session: Session, secret: str, now: datetime) -> Invitation | None:
    """None when there is no such link, or it was used, or its time is over."""
    row = session.execute(sa.select(staff_invitations).where(_is_open(secret, now))).first()
    return Invitation(row.login, row.name, row.role) if row is not None else None


def accept(session: Session, secret: str, password: str, now: datetime) -> Invitation | None:
    """Somebody with this log-in works here from now on. None when the link is none any more. Raises Problems."""
    invited = find(session, secret, now)
    if invited is None:
        return None
    problems = people.password_problems(password)
    if problems:
        raise Problems(problems)
    used = staff_invitations.update().where(_is_open(secret, now)).values(used_at=now)
    if not session.execute(used).rowcount:
        return None
    people.add_staff(session, invited.login, invited.name, password, invited.role, now)
    return invited


def _is_open(secret: str, now: datetime) -> sa.sql.ColumnElement:
    unused = sa.and_(staff_invitations.c.used_at.is_(None), staff_invitations.c.ends_at > now)
    return sa.and_(staff_invitations.c.token == hashed(secret), unused)
