"""A payment that needs a person's eyes is never found out by chance: a case is opened, and the debtor is told what is done.

Run by the worker; each problem of `payments` is told once. What belongs to no conversation stands in the desk's list.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Engine

from bot import accounts, contact, handoff, payments
from bot.core import Session, Settings, reading, transaction
from bot.payments import PaymentProblem, ProblemKind

_SAID = {
    ProblemKind.TAKEN_BACK: "utter_payments_taken_back_held",
    ProblemKind.REFUND_FAILED: "utter_payments_refund_failed",
}
"""What the debtor hears of it. An empty account was told as it happened."""
_QUIET = frozenset({ProblemKind.GIVEN_AGAIN, ProblemKind.OVERPAID, ProblemKind.UNANNOUNCED, ProblemKind.DIFFERS})
"""A person writes to them, or nothing has to be said; they wait for nothing."""
_UNREACHED = frozenset({ProblemKind.LINK_STOPPED})
"""Somebody has to reach them in another way; the assistant goes on answering what they may yet write."""


def tell(engine: Engine, settings: Settings) -> int:
    """How many were told now."""
    with reading(engine) as session:
        fresh = payments.untold(session)
    for problem in fresh:
        with transaction(engine) as session:
            _tell(session, settings, problem)
    return len(fresh)


def _open_case(
    session: Session, problem: PaymentProblem, talk: contact.Conversation, settings: Settings, now: datetime
) -> None:
    """What happened stands in the thread too: a case that was open already keeps its own summary."""
    is_quiet, is_unreached = problem.kind in _QUIET, problem.kind in _UNREACHED
    reasons = handoff.Reason
    reason = reasons.REQUEST if is_quiet else reasons.UNDELIVERED if is_unreached else reasons.PAYMENT
    why = {"why": problem.kind.value.replace("_", " ")}
    case = handoff.open_case(session, talk, reason, why, now, hours=settings.opening)
    if is_unreached:
        handoff.write_down(session, case, "link_stopped", contact.BOT, {"why": problem.data.get("reason", "")}, now)
        if talk.owner == contact.BOT:
            contact.set_owner(session, talk.id, contact.BOT)


def _tell(session: Session, settings: Settings, problem: PaymentProblem) -> None:
    """The case first: what is said to them says that a colleague looks."""
    assert problem.conversation_id is not None
    now = settings.clock.now()
    contact.lock_conversation(session, problem.conversation_id)
    talk = contact.conversation(session, problem.conversation_id)
    _open_case(session, problem, talk, settings, now)
    payments.told(session, problem, now)
    name = _SAID.get(problem.kind)
    if name is None or problem.data.get("is_empty"):
        return
    settings = accounts.speaking_of_debt(session, settings, problem.debt_id) if problem.debt_id else settings
    is_theirs = talk.is_verified(now)
    values = {"amount": problem.amount, "debt_id": problem.debt_id}
    said = contact.say(
        name if is_theirs else "utter_payments_news", talk, values, now, settings.time_zone, true=("person_asked",)
    )
    about = [accounts.known_debt(session, problem.debt_id)] if problem.debt_id else []
    how = contact.Sending(
        key=f"problem:{problem.id}", role=settings.collection_role, time_zone=settings.time_zone, answers_at=now,
        company=settings.company, licence_ca=settings.licence_ca, **accounts.too_old(about, now.date()),
    )  # fmt: skip
    contact.send(session, talk, [said], how, now)
