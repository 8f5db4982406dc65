"""Reaching a person who is on call: whoever PARLEY_PAGER names hears of every case that cannot wait for the desk.

Nothing about the debtor leaves: only which case, why, and by when. What fails is tried again, with longer and longer
rests; a case that was paged twice is better than one that never was.
"""

from __future__ import annotations

from sqlalchemy.engine import Engine

from bot import core, handoff, on_call
from bot.core import Settings, reading, record, transaction
from bot.handoff import Case, Reason
from bot.on_call import Post, Unreached

URGENT = frozenset({Reason.CRISIS, Reason.THREAT, Reason.ABUSE})


def page(engine: Engine, settings: Settings, post: Post | None = None) -> int:
    """Every urgent case that was not paged yet; how many were taken. Nothing without PARLEY_PAGER.

    Raises Unreached, after all of them were tried, when nobody took one.
    """
    if not settings.pager:
        return 0
    with reading(engine) as session:
        urgent = [case for case in handoff.waiting(session) if case.reason in URGENT]
        new = [case for case in urgent if not core.facts(session, subject=case.id, kind="PersonPaged")]
    taken = sum([_page(engine, settings, case, post) for case in new])
    if taken < len(new):
        raise Unreached(f"{len(new) - taken} cases were told to nobody")
    return taken


def _page(engine: Engine, settings: Settings, case: Case, post: Post | None) -> bool:
    """No transaction is open while somebody is called."""
    told = {
        "case": case.id, "reason": case.reason.value, "answer_by": case.answer_by.isoformat(),
        "url": f"{settings.public_url}/desk/conversations/{case.conversation_id}",
    }  # fmt: skip
    if not on_call.ring(settings, told, post):
        return False
    with transaction(engine) as session:
        data = {"reason": case.reason.value}
        record(session, "PersonPaged", subject=case.id, data=data, now=settings.clock.now())
    return True


def tried(settings: Settings, post: Post | None = None) -> str | None:
    """What is wrong with the pager; None when every address of it answers. Whoever is on call hears that it is a test."""
    if not settings.pager:
        return "nobody is paged in an emergency: set PARLEY_PAGER to a webhook, a mailto: or an sms: of yours"
    failed = on_call.unreached(settings, {"test": "parley doctor"}, post)
    said = ", ".join(f"{address} does not answer ({why})" for address, why in failed.items())
    return f"PARLEY_PAGER: {said}" if said else None
