"""What the law wants done because of a hold, as far as a machine can do it; a person hears of the rest in time.

A creditor with a webhook of its own (PARLEY_CREDITORS) is told by itself that an account of its is said to be an identity
theft (15 USC 1681m(g)(1)): which account, and since when. All else is a person's: the operator's pager hears of it when it
is due within a day, and the desk shows it from the start. What fails is tried again at the next round.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy.engine import Engine

from bot import accounts, contact, core, on_call
from bot.contact.duties import Duty
from bot.core import Session, Settings, reading, record, transaction
from bot.on_call import Post, Unreached

TELLS = "ST-02-CREDITOR"
PAGED_BEFORE = timedelta(days=1)
_log = structlog.get_logger(__name__)


def work(engine: Engine, settings: Settings, post: Post | None = None) -> int:
    """How many creditors were told and duties paged."""
    now = settings.clock.now()
    with reading(engine) as session:
        duties = contact.duties.open_duties(session, now, settings.time_zone)
        to_tell = [(duty, debt) for duty in duties for debt in _untold(session, duty, settings)]
        to_page = [duty for duty in duties if _must_page(session, duty, settings)]
    told = sum([_tell(engine, settings, duty, debt, post or on_call.by_http) for duty, debt in to_tell])
    return told + sum([_page(engine, settings, duty, post) for duty in to_page])


def _untold(session: Session, duty: Duty, settings: Settings) -> list[accounts.Debt]:
    """The accounts of which a creditor with a webhook does not know yet."""
    if duty.rule.id != TELLS:
        return []
    return [debt for debt in _stolen(session, duty)
            if _webhook(settings, debt) and not _was_told(session, duty, debt)]  # fmt: skip


def _stolen(session: Session, duty: Duty) -> list[accounts.Debt]:
    """With something left to pay: what is said to be somebody else's doing."""
    if duty.party_id is None:
        return []
    debts = accounts.known_debts_of(session, duty.party_id)
    return [debt for debt in debts if debt.balance.is_positive and duty.hold.debt_id in (None, debt.id)]


def _webhook(settings: Settings, debt: accounts.Debt) -> str:
    return settings.creditors[debt.client].webhook if debt.client in settings.creditors else ""


def _was_told(session: Session, duty: Duty, debt: accounts.Debt) -> bool:
    told = core.facts(session, subject=debt.id, kind="CreditorTold")
    return any(fact.data["hold"] in duty.holds for fact in told)


def _tell(engine: Engine, settings: Settings, duty: Duty, debt: accounts.Debt, post: Post) -> bool:
    """No transaction is open while the webhook is called. The last account of a person ends the duty."""
    since = duty.hold.placed_at
    told = {"notice": "identity_theft", "account": debt.reference, "since": since.isoformat(), "from": settings.company}
    if not _posted(post, _webhook(settings, debt), told, duty):
        return False
    now = settings.clock.now()
    with transaction(engine) as session:
        data = {"hold": duty.hold.id, "rule": duty.rule.id, "client": debt.client}
        record(session, "CreditorTold", subject=debt.id, data=data, now=now)
        if all(_was_told(session, duty, one) for one in _stolen(session, duty)):
            contact.duties.do(session, duty, how="told by webhook", actor="parley", now=now)
    return True


def _must_page(session: Session, duty: Duty, settings: Settings) -> bool:
    if not settings.pager or duty.due_on is None or not _is_near(duty, settings.clock.now(), settings):
        return False
    if duty.rule.id == TELLS and _stolen(session, duty) and not _for_people(session, duty, settings):
        return False
    paged = core.facts(session, subject=duty.hold.id, kind="DutyPaged")
    return all(fact.data["rule"] != duty.rule.id for fact in paged)


def _for_people(session: Session, duty: Duty, settings: Settings) -> list[accounts.Debt]:
    """Accounts of creditors that no webhook reaches."""
    return [debt for debt in _stolen(session, duty) if not _webhook(settings, debt)]


def _is_near(duty: Duty, now: datetime, settings: Settings) -> bool:
    today = now.astimezone(ZoneInfo(settings.time_zone)).date()
    return duty.due_on is not None and duty.due_on - today <= PAGED_BEFORE


def _page(engine: Engine, settings: Settings, duty: Duty, post: Post | None) -> bool:
    """Nothing about the debtor leaves: only what is to be done, and by when."""
    told = {
        "duty": duty.rule.id,
        "says": duty.rule.says,
        "due_on": str(duty.due_on),
        "url": f"{settings.public_url}/desk/holds",
    }
    if not on_call.ring(settings, told, post):
        return False
    with transaction(engine) as session:
        data = {"rule": duty.rule.id}
        record(session, "DutyPaged", subject=duty.hold.id, data=data, now=settings.clock.now())
    return True


def _posted(post: Post, url: str, told: Mapping[str, Any], duty: Duty) -> bool:
    try:
        post(url, told)
    except Unreached as error:
        _log.error("duty_not_told", rule=duty.rule.id, hold=duty.hold.id, error=str(error))
        return False
    return True
