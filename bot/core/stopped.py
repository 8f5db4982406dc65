"""A process that was stopped in the middle of a write holds the one write lock of SQLite for as long as it stands still.

PostgreSQL ends such a transaction; SQLite cannot. Whoever has waited long enough ends the process: its transaction is
rolled back as after any death, and it is started again. Only what the system calls stopped is ended, not what is slow.
"""

from __future__ import annotations

import os
import re
import signal
from contextlib import suppress
from pathlib import Path

import structlog

_WRITE_LOCK = 120
"""The byte of the file `-shm` that stands for it (sqlite.org/walformat.html, 2.2.3)."""
_LOCK = re.compile(r"\d+: POSIX +ADVISORY +WRITE (?P<pid>\d+) \S+:(?P<inode>\d+) (?P<first>\d+) (?P<last>\d+)")
_log = structlog.get_logger()


def end_stopped_writer(database: str) -> bool:
    """True when somebody held the write lock, stood still, and was ended. Knows of nobody where there is no /proc."""
    shared = Path(f"{database}-shm")
    with suppress(OSError):
        holder = _holder(shared)
        if holder is not None and _is_stopped(holder) and _has_open(holder, shared):
            _log.error("stopped_writer_ended", where=f"process {holder}")
            os.kill(holder, signal.SIGKILL)
            return True
    return False


def _holder(shared: Path) -> int | None:
    """Read from the system's list: to open and close the file would drop the locks that SQLite has here."""
    inode = shared.stat().st_ino
    for found in _LOCK.finditer(Path("/proc/locks").read_text()):
        if int(found["inode"]) == inode and int(found["first"]) <= _WRITE_LOCK <= int(found["last"]):
            return int(found["pid"]) or None
    return None


def _is_stopped(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def _has_open(pid: int, file: Path) -> bool:
    return any(os.path.realpath(each) == str(file.resolve()) for each in Path(f"/proc/{pid}/fd").iterdir())
