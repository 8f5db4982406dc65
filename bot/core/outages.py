"""Whose failure was it? A lost connection, a full disk or a lock that somebody keeps is never a message's own."""

from __future__ import annotations

import errno
from collections.abc import Iterator

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

_CLASSES = ("08", "40", "53", "57", "58")
"""PostgreSQL's error classes: connection, rolled back to try again, resources, operator (time-outs too), system."""
_CODES = ("25P02", "25P03", "25006", "55P03")
"""Ended while it was silent; only for reading at the moment; a lock not got in time."""
_SQLITE = ("locked", "busy", "full", "disk i/o", "unable to open", "readonly", "out of memory")
_SYSTEM = (errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM)


def is_outage(error: BaseException) -> bool:
    """True when the same work would succeed once the process, its disk or its database is well again."""
    return any(_is_one(each) for each in _chain(error))


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what led to it."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _is_one(error: BaseException) -> bool:
    if isinstance(error, NoConnectionFree):
        return True
    if isinstance(error, OSError):
        return error.errno in _SYSTEM
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    code = getattr(error.orig, "pgcode", None)
    if code is not None:
        return code.startswith(_CLASSES) or code in _CODES
    said = str(error.orig).lower()
    return (
        type(error.orig).__module__.startswith("sqlite3")
        and any(word in said for word in _SQLITE)
        or (type(error.orig).__name__ == "OperationalError" and type(error.orig).__module__.startswith("psycopg2"))
    )
