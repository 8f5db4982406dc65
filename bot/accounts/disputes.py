"""A dispute is a hold the moment that it is typed, verified or not.

What a person writes in a chat counts as written (12 CFR 1006.38, comment 38-1.iii), and collecting stops at
once (12 CFR 1006.38(d)(2)), in force since 2021-11-30. Without the person's identity, everybody at the
address is held, and the conversation, for whoever is verified there later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot import contact, identity
from bot.accounts import service, store
from bot.accounts.model import Claim, Debt, Dispute, DisputeOutcome, DisputeReason, NoSuchDebt
from bot.core import Money, Session, insert_once, record

WORDS = {
    "part": "utter_law_disputed_part",
    "which": "utter_law_ask_which_disputed",
    "named": "utter_law_disputed_named",
}
"""What is said of a dispute of a part (amount, number), to ask which account one was about (number, debts), and when
they have said it (ending, number).
"""
_HOLDS = {DisputeReason.REQUEST_VALIDATION: contact.HoldKind.VALIDATION}


@dataclass(frozen=True)
class _About:
    """Whose dispute, about what, said where; `source` is what makes a repeat harmless."""

    party_id: str | None
    debt_id: str | None
    conversation_id: str | None
    source: str

    @property
    def once(self) -> str:
        return f"{self.source}:{self.party_id or ''}"

    @property
    def subject(self) -> str:
        return self.debt_id or self.party_id or self.conversation_id or self.source


def open_dispute(
    session: Session, conversation: contact.Conversation, claim: Claim, *, message_id: str, now: datetime
) -> Dispute:
    """Write it down and hold. The same message again changes nothing and answers the same.

    Verified, it is about `claim.debt_id`, or their only open debt, or all of them; raises NoSuchDebt when it
    is not theirs. With `claim.part` only so much of that debt is held (12 CFR 1006.38(d)(2)), the rest may be paid. Not
    verified, `debt_id` counts for nothing and each person at this address is held as a whole, until they are and
    `adopt_disputes` knows which account they named; the first of the disputes is returned.
    """
    who = identity.who(session, conversation, now)
    if who is not None:
        debt = _debt_meant(session, who, claim, now)
        about = _About(who.party_id, debt.id if debt else None, conversation.id, message_id)
        return _write(session, replace(claim, part=_part_of(claim, debt)), about, now)
    somebody = contact.parties_at(session, conversation.channel, conversation.address)
    written = [
        _write(session, claim, _About(party_id, None, conversation.id, message_id), now)
        for party_id in somebody or (None,)
    ]
    _hold_here(session, conversation.id, claim.reason, written[0].number, now)
    return written[0]


def place_dispute(
    session: Session, *, party_id: str, debt_id: str | None, claim: Claim, source: str, now: datetime
) -> Dispute:
    """One that came by post, telephone or file. `source` makes a repeat harmless."""
    debt = service.known_debt(session, debt_id) if debt_id is not None else None
    return _write(session, replace(claim, part=_part_of(claim, debt)), _About(party_id, debt_id, None, source), now)


def adopt_disputes(session: Session, who: identity.Verified, now: datetime) -> tuple[Dispute, ...]:
    """Now that we know who this is: hold for what they disputed here while we did not, and only the account that they
    named, where it is known which. Where it is not, `unnamed_disputes` says what to ask.
    """
    here = sa.select(store.disputes).where(_was_said_to(session, who.conversation_id))
    said_here = session.execute(here).mappings().all()
    adopted = []
    for row in [one for one in said_here if one["party_id"] is None]:
        hold_id = _hold(
            session, who.party_id, None, DisputeReason(row["reason"]), store.dispute_number(row["number"]), now
        )
        session.execute(
            store.disputes.update()
            .where(store.disputes.c.number == row["number"])
            .values(party_id=who.party_id, hold_id=hold_id)
        )
        adopted.append(_dispute({**row, "party_id": who.party_id}))
    debts = service.open_debts(session, who, now) if said_here else ()
    for one in unnamed_disputes(session, who, now) if said_here else ():
        meant = [debt for debt in debts if one.named and one.named in (debt.reference, debt.ending)]
        if len(meant) == 1:
            name_disputed(session, who, one.number, meant[0].id, now=now, part=one.part)
    return tuple(adopted)


def _was_said_to(session: Session, conversation_id: str) -> Any:
    """In this conversation, in another from the same telephone, or in the one whose link led here."""
    talks = (conversation_id, *identity.came_from(session, conversation_id))
    return store.disputes.c.conversation_id.in_(contact.same_places(talks))


def unnamed_disputes(session: Session, who: identity.Verified, now: datetime) -> tuple[Dispute, ...]:
    """Those said here that hold all they owe although they owe on several accounts: one question, which account it
    was about, frees the others. `name_disputed` takes the answer.
    """
    if len(service.open_debts(session, who, now)) < 2:
        return ()
    found = open_disputes(session, who.party_id)
    here = sa.select(store.disputes.c.number).where(_was_said_to(session, who.conversation_id))
    said_here = {store.dispute_number(number) for number in session.execute(here).scalars()}
    return tuple(one for one in found if one.debt_id is None and one.number in said_here)


def name_disputed(
    session: Session, who: identity.Verified, number: str, debt_id: str, *, now: datetime, part: Money | None = None
) -> Dispute:
    """It was about this account, or this part of it: only that is held from now on. Raises NoSuchDebt when the dispute
    or the debt is not theirs.
    """
    debt = service.debt(session, who, debt_id)
    if number not in {one.number for one in open_disputes(session, who.party_id)}:
        raise NoSuchDebt
    its = store.disputes.c.number == store.number_of(number)
    row = session.execute(sa.select(store.disputes).where(its)).mappings().one()
    reason = DisputeReason(row["reason"])
    part = _part_of(Claim(reason, row["text"], debt_id, part), debt)
    hold_id = _hold(session, who.party_id, debt_id, reason, number, now, part)
    values = {"debt_id": debt_id, "hold_id": hold_id, "part_minor": part.minor if part else None,
              "currency": part.currency if part else None}  # fmt: skip
    session.execute(store.disputes.update().where(its).values(**values))
    data = {"number": number, "debt": debt_id, "part_minor": values["part_minor"]}
    record(session, "DisputeNamed", subject=who.party_id, data=data, now=now, actor="debtor")
    if row["hold_id"] != hold_id:
        _let_go(session, row["hold_id"], f"dispute {number} is about one account", "debtor", now)
    return _dispute({**row, **values})


def disputed_part(debt: Debt, part: Money) -> Money | None:
    """How much a dispute of `part` holds of this debt; None when that is all of it. The rest is `debt.rest`."""
    return part if Money.zero(part.currency) < part < debt.balance else None


def open_disputes(session: Session, party_id: str) -> tuple[Dispute, ...]:
    """Those that nobody has decided yet, oldest first."""
    query = sa.select(store.disputes).where(store.disputes.c.party_id == party_id, store.undecided())
    return tuple(_dispute(row) for row in session.execute(query.order_by(store.disputes.c.number)).mappings())


def disputes_over(session: Session, party_id: str | None, conversation_id: str) -> tuple[Dispute, ...]:
    """Undecided ones of this person, or said in this conversation; oldest first. For staff."""
    here = store.disputes.c.conversation_id == conversation_id
    theirs = here if party_id is None else sa.or_(store.disputes.c.party_id == party_id, here)
    query = sa.select(store.disputes).where(theirs, store.undecided()).order_by(store.disputes.c.number)
    return tuple(_dispute(row) for row in session.execute(query).mappings())


def last_decision(
    session: Session, party_id: str, since: datetime
) -> tuple[str, DisputeOutcome] | None:  # fmt: skip
    """(number, outcome) of the newest that somebody decided for this person since then. For staff."""
    made, ours = store.dispute_decisions, store.disputes
    query = sa.select(ours.c.number, made.c.outcome).join(made, made.c.number == ours.c.number)
    theirs = query.where(ours.c.party_id == party_id, made.c.at >= since).order_by(
        made.c.at.desc(), ours.c.number.desc()
    )
    row = session.execute(theirs.limit(1)).first()
    return (store.dispute_number(row.number), DisputeOutcome(row.outcome)) if row is not None else None


def every_open_dispute(session: Session) -> tuple[Dispute, ...]:
    """All that nobody has decided yet, oldest first; for the desk, never for a person."""
    query = sa.select(store.disputes).where(store.undecided()).order_by(store.disputes.c.number)
    return tuple(_dispute(row) for row in session.execute(query).mappings())


def decide_dispute(
    session: Session, number: str, outcome: DisputeOutcome, *, reason: str, actor: str, now: datetime
) -> None:
    """A person's decision, never the bot's. The hold ends when no other open dispute stands on it, but for a debt that
    could not be verified. Once decided it stays as it is.
    """
    _decide(session, number, outcome, reason, actor, now)


def withdraw_dispute(session: Session, who: identity.Verified, number: str, *, words: str, now: datetime) -> None:
    """Whoever disputed takes it back, in these words; once decided it stays as it is. Raises NoSuchDebt."""
    theirs = {one.number for one in open_disputes(session, who.party_id)}
    if number not in theirs:
        raise NoSuchDebt
    _decide(session, number, DisputeOutcome.WITHDRAWN, words, "debtor", now)


def _decide(session: Session, number: str, outcome: DisputeOutcome, reason: str, actor: str, now: datetime) -> None:
    key = store.number_of(number)
    row = session.execute(sa.select(store.disputes).where(store.disputes.c.number == key)).one()
    decision = {"number": key, "outcome": outcome.value, "reason": reason, "actor": actor, "at": now}
    if not insert_once(session, store.dispute_decisions, decision):
        return
    data = {"number": number, "outcome": outcome.value}
    record(
        session,
        "DisputeDecided",
        subject=row.debt_id or row.party_id or number,
        data=data,
        now=now,
        actor=actor,
    )
    if outcome is DisputeOutcome.UNVERIFIED:
        return
    others = sa.select(store.disputes.c.number).where(store.disputes.c.hold_id == row.hold_id, store.undecided())
    if row.hold_id and session.execute(others).first() is None:
        contact.release_hold(session, row.hold_id, reason=f"dispute {number} decided", actor=actor, now=now)


def _let_go(session: Session, hold_id: str | None, reason: str, actor: str, now: datetime) -> None:
    """The hold of a dispute that no longer needs it; one that a person placed, or that another dispute needs, stays."""
    others = sa.select(store.disputes.c.number).where(store.disputes.c.hold_id == hold_id, store.undecided())
    if hold_id is None or session.execute(others).first() is not None:
        return
    if contact.is_of_a_dispute(session, hold_id):
        contact.release_hold(session, hold_id, reason=reason, actor=actor, now=now)


def _debt_meant(session: Session, who: identity.Verified, claim: Claim, now: datetime) -> Debt | None:
    if claim.debt_id is not None:
        return service.debt(session, who, claim.debt_id)
    theirs = service.open_debts(session, who, now)
    return theirs[0] if len(theirs) == 1 else None


def _part_of(claim: Claim, debt: Debt | None) -> Money | None:
    """A request for proof is about all of it. A part of no account in particular is kept until they name it."""
    if claim.part is None or claim.reason in _HOLDS:
        return None
    return claim.part if debt is None else disputed_part(debt, claim.part)


def _write(session: Session, claim: Claim, about: _About, now: datetime) -> Dispute:
    known = session.execute(sa.select(store.disputes).where(store.disputes.c.source == about.once)).mappings().first()
    if known is not None:
        return _dispute(known)
    row: dict[str, Any] = {
        "party_id": about.party_id, "debt_id": about.debt_id, "conversation_id": about.conversation_id,
        "reason": claim.reason.value, "part_minor": claim.part.minor if claim.part else None,
        "currency": claim.part.currency if claim.part else None, "text": claim.text, "source": about.once,
        "named": claim.named[:80], "placed_at": now,
    }  # fmt: skip
    key = session.execute(store.disputes.insert().values(**row)).inserted_primary_key[0]
    hold_id = _hold_for(session, claim, about, store.dispute_number(key), now)
    if hold_id is not None:
        session.execute(store.disputes.update().where(store.disputes.c.number == key).values(hold_id=hold_id))
    data = {"number": store.dispute_number(key), "reason": claim.reason.value, "part_minor": row["part_minor"]}
    record(session, "DisputeOpened", subject=about.subject, data=data, now=now, actor="debtor")
    return _dispute({**row, "number": key})


def _hold_for(session: Session, claim: Claim, about: _About, number: str, now: datetime) -> str | None:
    if about.party_id is not None:
        part = claim.part if about.debt_id is not None else None
        return _hold(session, about.party_id, about.debt_id, claim.reason, number, now, part)
    if about.conversation_id is not None:
        return _hold_here(session, about.conversation_id, claim.reason, number, now)
    return None


def _hold_here(session: Session, conversation_id: str, reason: DisputeReason, number: str, now: datetime) -> str:
    """Nobody is known: the conversation is held."""
    kind = _HOLDS.get(reason, contact.HoldKind.DISPUTE)
    return contact.place_hold_here(
        session, conversation_id, kind=kind, reason=f"{number}: {reason.value}", now=now, source=number
    )


def _hold(
    session: Session, party_id: str, debt_id: str | None, reason: DisputeReason, number: str, now: datetime,
    part: Money | None = None,
) -> str:  # fmt: skip
    return contact.place_hold(
        session,
        party_id=party_id,
        kind=_HOLDS.get(reason, contact.HoldKind.DISPUTE),
        reason=f"{number}: {reason.value}",
        now=now,
        debt_id=debt_id,
        source=number,
        part=part,
    )


def _dispute(row: Mapping[str, Any]) -> Dispute:
    part = Money(row["part_minor"], row["currency"]) if row["part_minor"] is not None else None
    return Dispute(
        number=store.dispute_number(row["number"]),
        party_id=row["party_id"],
        debt_id=row["debt_id"],
        reason=DisputeReason(row["reason"]),
        part=part,
        text=row["text"],
        placed_at=row["placed_at"],
        named=row.get("named") or "",
    )
