"""What somebody at the desk asks to be done, and the ways in which it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot import handoff
from bot.core import Session
from bot.web import staff
from bot.web.parts import Parts

_T = TypeVar("_T")


@dataclass(frozen=True)
class Asked:
    """Who asks for what. `case` None: from the list of all holds or disputes, which is for supervisors."""

    session: Session
    parts: Parts
    me: staff.Staff
    case: handoff.Case | None
    form: dict[str, str] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.parts.settings.clock.now()

    @property
    def here(self) -> handoff.Case:
        """The case that it is about. Raises Gone without one."""
        if self.case is None:
            raise Gone
        return self.case

    @property
    def reason(self) -> str:
        return self.form.get("reason", "").strip()[:200]

    def write_down(self, kind: str, what: str) -> None:
        """For colleagues who read the conversation."""
        if self.case is not None:
            data = {"what": what, "why": self.reason}
            handoff.write_down(self.session, self.case, kind, self.me.actor, data, self.now)


class Gone(Exception):
    """There is no such thing any more, or never was."""


class Unfit(Exception):
    """What was filled in does not fit; `news` names the sentence that says why."""

    def __init__(self, news: str = "unfit") -> None:
        super().__init__(news)
        self.news = news


def among(found: Iterable[_T], is_meant: Callable[[_T], bool]) -> _T:
    for one in found:
        if is_meant(one):
            return one
    raise Gone
