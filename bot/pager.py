"""Reaching a person who is on call: the operator's own webhook hears of every case that cannot wait for the desk.

Nothing about the debtor leaves: only which case, why, and by when. What fails is tried again at the next round; a case
that was paged twice is better than one that never was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import structlog
from sqlalchemy.engine import Engine

from bot import core, handoff
from bot.core import Settings, reading, record, transaction
from bot.handoff import Case, Reason

URGENT = frozenset({Reason.CRISIS, Reason.THREAT, Reason.ABUSE})
TIMEOUT = 5.0
Post = Callable[[str, Mapping[str, Any]], None]
_log = structlog.get_logger(__name__)


def by_http(url: str, told: Mapping[str, Any]) -> None:
    """Raises httpx.HTTPError when nobody took it."""
    httpx.post(url, json=dict(told), timeout=TIMEOUT).raise_for_status()


def page(engine: Engine, settings: Settings, post: Post = by_http) -> int:
    """Every urgent case that was not paged yet; how many were taken. Nothing without PARLEY_PAGER."""
    if not settings.pager:
        return 0
    with reading(engine) as session:
        urgent = [case for case in handoff.waiting(session) if case.reason in URGENT]
        new = [case for case in urgent if not core.facts(session, subject=case.id, kind="PersonPaged")]
    return sum(_page(engine, settings, case, post) for case in new)


def _page(engine: Engine, settings: Settings, case: Case, post: Post) -> bool:
    """No transaction is open while the webhook is called."""
    told = {
        "case": case.id, "reason": case.reason.value, "answer_by": case.answer_by.isoformat(),
        "url": f"{settings.public_url}/desk/conversations/{case.conversation_id}",
    }  # fmt: skip
    try:
        post(settings.pager, told)
    except httpx.HTTPError as error:
        _log.error("nobody_paged", case=case.id, error=type(error).__name__)
        return False
    with transaction(engine) as session:
        data = {"reason": case.reason.value}
        record(session, "PersonPaged", subject=case.id, data=data, now=settings.clock.now())
    return True


def tried(settings: Settings, post: Post = by_http) -> str | None:
    """What is wrong with the pager; None when it answers."""
    if not settings.pager:
        return "nobody is paged in an emergency: set PARLEY_PAGER to a webhook of yours"
    try:
        post(settings.pager, {"test": "parley doctor"})
    except httpx.HTTPError as error:
        return f"PARLEY_PAGER does not answer ({type(error).__name__})"
    return None
