"""Steps before a court, taken by the operator and written down here: while there is one, nobody hears that we know of none."""

from __future__ import annotations

from datetime import datetime

from bot.core import Problem, Problems, Session, facts, record

_FACT = "LegalStepTaken"
LONGEST = 200
"""Characters of what it was."""


def take_legal_step(session: Session, debt_id: str, what: str, *, actor: str, now: datetime) -> None:
    """Raises Problems."""
    what = what.strip()
    if not 0 < len(what) <= LONGEST:
        raise Problems([Problem("what", f"1 to {LONGEST} characters, such as: suit filed", repr(what[:40]))])
    record(session, _FACT, subject=debt_id, data={"what": what}, now=now, actor=actor)


def has_legal_step(session: Session, debt_id: str) -> bool:
    return bool(facts(session, subject=debt_id, kind=_FACT))
