"""The second step of a log-in: six digits of an app, for those who may do more than answer.

RFC 6238 with what every app takes for granted: SHA-1, six digits, thirty seconds. The secret is never stored: it is
made of our own key and of what the database keeps, so that neither alone makes a code. No code works twice.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote

import sqlalchemy as sa

from bot.core import Session, Settings, record
from bot.web.staff_store import staff

STEP = 30
"""Seconds."""
DIGITS = 6
DRIFT = 1
"""Steps by which a telephone's clock may be wrong."""


def new_seed() -> str:
    return secrets.token_hex(16)


def secret(settings: Settings, staff_id: str, seed: str) -> str:
    """As an app takes it: 32 letters and digits of base 32."""
    made = hmac.new(settings.secret_key.encode(), f"second-step:{staff_id}:{seed}".encode(), hashlib.sha256)
    return base64.b32encode(made.digest()[:20]).decode()


def address(settings: Settings, staff_id: str, login: str, seed: str) -> str:
    """What opens an app on the telephone on which it is pressed."""
    company = quote(settings.company)
    return f"otpauth://totp/{company}:{quote(login)}?secret={secret(settings, staff_id, seed)}&issuer={company}"


def code(key: str, step: int) -> str:
    digest = hmac.new(base64.b32decode(key), struct.pack(">Q", step), hashlib.sha1).digest()
    at = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[at : at + 4])[0] & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def matching_step(key: str, typed: str, now: datetime) -> int | None:
    """Of which moment this is the code, lately; None when of none."""
    given, here = "".join(typed.split()), int(now.timestamp()) // STEP
    if len(given) != DIGITS or not (given.isascii() and given.isdigit()):
        return None
    steps = range(here - DRIFT, here + DRIFT + 1)
    return next((step for step in steps if hmac.compare_digest(code(key, step), given)), None)


def is_right(session: Session, settings: Settings, staff_id: str, typed: str, now: datetime) -> bool:
    """True for whoever has set none up. A right code counts once; one that was used, or an older one, is wrong."""
    row = session.execute(sa.select(staff.c.second_factor, staff.c.last_step).where(staff.c.id == staff_id)).one()
    if row.second_factor is None:
        return True
    step = matching_step(secret(settings, staff_id, row.second_factor), typed, now)
    if step is None or (row.last_step is not None and step <= row.last_step):
        return False
    newer = sa.or_(staff.c.last_step.is_(None), staff.c.last_step < step)
    this = staff.update().where(staff.c.id == staff_id, newer)
    return bool(session.execute(this.values(last_step=step)).rowcount)


def set_up(session: Session, settings: Settings, staff_id: str, seed: str, typed: str, now: datetime) -> bool:
    """From now on it is asked for. False when the code is wrong, or one is set up already."""
    step = matching_step(secret(settings, staff_id, seed), typed, now)
    if step is None:
        return False
    this = staff.update().where(staff.c.id == staff_id, staff.c.second_factor.is_(None))
    if not session.execute(this.values(second_factor=seed, last_step=step)).rowcount:
        return False
    record(session, "SecondStepSetUp", subject=staff_id, data={}, now=now, actor=f"agent:{staff_id}")
    return True


def forget(session: Session, login: str, *, by: str, now: datetime) -> bool:
    """A lost telephone: the next log-in sets up another. Ends no session. False for an unknown log-in."""
    row = session.execute(sa.select(staff.c.id).where(staff.c.login == login)).first()
    if row is None:
        return False
    session.execute(staff.update().where(staff.c.id == row.id).values(second_factor=None, last_step=None))
    record(session, "SecondStepForgotten", subject=row.id, data={}, now=now, actor=by)
    return True
