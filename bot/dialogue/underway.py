"""Which message this process is answering: its name lies in a file while the turn runs.

A message that kills the process (memory, a crash in C, a turn that never ends) leaves its name behind. The process
that starts next finds it and counts one failed try, so that a poisoned message goes to a person instead of killing
every process after the first. The file need not survive the machine: then nobody was killed by a message.
"""

from __future__ import annotations

import faulthandler
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TOO_LONG = 60.0
"""Seconds after which a turn is a turn that never ends: where it hung goes to the log, and the process ends."""


@dataclass(frozen=True)
class Underway:
    path: Path

    @contextmanager
    def of(self, message_id: str) -> Iterator[None]:
        self.path.parent.mkdir(parents=True, exist_ok=True)  # a database elsewhere leaves `var` unmade
        self.path.write_text(message_id, encoding="utf-8")
        faulthandler.dump_traceback_later(TOO_LONG, exit=True)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            self.path.unlink(missing_ok=True)

    def left_behind(self) -> str | None:
        """The message that the process before us was answering when it died."""
        return self.path.read_text(encoding="utf-8") or None if self.path.exists() else None

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)
