"""What the steps of a change have in common, whether it is to the policy or to the texts: reasons, codes, revisions."""

from __future__ import annotations

from datetime import datetime

from bot.core import Problem, Problems, Session
from bot.web import second_factor, staff
from bot.web.limits import Bucket
from bot.web.manage_parts import SHORTEST_WHY, Form, said
from bot.web.parts import Parts

_CODES = Bucket(burst=10, per_second=0.1)


def reason(form: Form, field: str) -> str:
    """Raises Problems for one that says too little."""
    told = said(form, field, 400)
    if len(told) < SHORTEST_WHY:
        raise Problems([Problem("Why", f"a reason of {SHORTEST_WHY} characters or more", told or "nothing")])
    return told


def why_and_ticket(form: Form) -> str:
    """Raises Problems without a reason."""
    why, ticket = reason(form, "why"), said(form, "ticket", 80)
    return f"{why} [{ticket}]" if ticket else why


def with_code(parts: Parts, session: Session, me: staff.Staff, form: Form, now: datetime) -> None:
    """Raises Problems without a right code of their app."""
    if not me.has_second_factor:
        raise Problems([Problem("Code", "a second step that is set up: do that under Second step first", "none")])
    is_right = second_factor.is_right(session, parts.settings, me.id, said(form, "code", 20), now)
    if _CODES.take(me.id) or not is_right:
        raise Problems(
            [Problem("Code", "the six digits that your app shows now", "another code, or one that was used")]
        )


def revision(form: Form) -> int:
    """That the page showed, which may be an older one; -1 for none."""
    told = said(form, "revision", 10)
    return int(told) if told.isdigit() else -1
