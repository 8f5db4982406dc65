"""Wrong passwords slow down whoever guesses, and not the person whose log-in it is.

They are counted for a log-in and where they come from: a browser that has been let in before, else the network. Only
when many networks guess at one log-in are new browsers refused for it; the person's own goes on working.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.core import Session
from bot.web.cookies import hashed
from bot.web.staff_store import staff_guesses

GUESSES = 5
"""Wrong passwords from one place until it has to wait."""
SPREAD = 50
"""Wrong passwords from all new browsers together until no new browser is let in."""
LOCKED_FOR = timedelta(minutes=15)
_KEPT = timedelta(days=1)


@dataclass(frozen=True)
class Guess:
    """Who is said to log in, and from where: a token of the browser or of the network."""

    login: str
    source: str
    is_known_browser: bool = False


def is_locked(session: Session, guess: Guess, now: datetime) -> bool:
    here = _count(session, staff_guesses.c.source == guess.source, guess, now)
    if here >= GUESSES or guess.is_known_browser:
        return here >= GUESSES
    return _count(session, staff_guesses.c.is_known_browser.is_(False), guess, now) >= SPREAD


def count_wrong(session: Session, guess: Guess, now: datetime) -> bool:
    """True when the place where it came from has to wait now."""
    session.execute(staff_guesses.delete().where(staff_guesses.c.at <= now - _KEPT))
    values = {"login": hashed(guess.login), "source": guess.source, "is_known_browser": guess.is_known_browser}
    session.execute(staff_guesses.insert().values(**values, at=now))
    return _count(session, staff_guesses.c.source == guess.source, guess, now) == GUESSES


def forgive(session: Session, guess: Guess) -> None:
    """The right password from there: what was wrong before does not count."""
    mine = sa.and_(staff_guesses.c.login == hashed(guess.login), staff_guesses.c.source == guess.source)
    session.execute(staff_guesses.delete().where(mine))


def _count(session: Session, where: sa.sql.ColumnElement, guess: Guess, now: datetime) -> int:
    lately = sa.and_(staff_guesses.c.login == hashed(guess.login), staff_guesses.c.at > now - LOCKED_FOR)
    return int(session.execute(sa.select(sa.func.count()).where(lately, where)).scalar_one())
