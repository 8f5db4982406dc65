"""The logs of the roles that `parley up` starts: a few files each, of a few megabytes."""

from __future__ import annotations

import shutil
from pathlib import Path

LARGEST = 10 * 2**20
"""Bytes of a log until it begins anew."""
KEPT = 5
"""Older ones: bot.log.1 is the newest of them."""


def rotate(log: Path, largest: int = LARGEST) -> bool:
    """Copies a log that is too large and empties it. Roles append to it all the while, so it keeps its place."""
    if not log.exists() or log.stat().st_size < largest:
        return False
    for number in range(KEPT - 1, 0, -1):
        older = _numbered(log, number)
        if older.exists():
            older.replace(_numbered(log, number + 1))
    shutil.copyfile(log, _numbered(log, 1))
    with log.open("r+b") as opened:
        opened.truncate(0)
    return True


def last_lines(log: Path, count: int = 5) -> list[str]:
    """What it said last."""
    if not log.exists():
        return []
    with log.open("rb") as opened:
        opened.seek(max(0, log.stat().st_size - 8192))
        lines = opened.read().decode("utf-8", "replace").splitlines()
    return [line for line in lines if line.strip()][-count:]


def _numbered(log: Path, number: int) -> Path:
    return log.with_name(f"{log.name}.{number}")
