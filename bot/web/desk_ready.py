"""Ready replies for one conversation, with what is known there filled in; the first that fits the facts is suggested.

Nothing of it goes anywhere before a person has seen it and sent it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date

from bot import accounts, contact, handoff, payments
from bot.core import Session, Settings
from bot.web import desk_view, staff

_LATELY = timedelta(days=7)
DECIDED = tuple(accounts.DisputeOutcome(name) for name in ("upheld", "partly_upheld", "verified"))
"""Outcomes for which there is a ready reply."""
_DAYS = {"en": ("EEEE, MMMM d", "en_US"), "es": ("EEEE d 'de' MMMM", "es_US")}


def of(
    session: Session, settings: Settings, me: staff.Staff, row: desk_view.Waiting, disputes: Sequence[accounts.Dispute],
    spoken: str, *, is_shut: bool,
) -> list[handoff.Ready]:  # fmt: skip
    """Titles in the agent's language, texts in the debtor's. Nothing for whoever does not have the conversation; only
    approved templates where the channel's window `is_shut`.
    """
    if row.owner != me.actor:
        return []
    now, language = settings.clock.now(), row.talk.language
    values = {"agent": me.name.split()[0], "company": settings.company, "phone": settings.company_phone}
    values["address"] = settings.company_address
    values |= contact.crisis.values(session, row.talk, our_phone=settings.company_phone)
    verified = row.talk.is_verified(now)
    if verified:
        values |= _about(row, language) | _of_disputes(disputes, row, language) | _of_money(session, row, now)
        values |= _decided(session, row, now)
        values["post"] = contact.postal_address(session, row.party.id) if row.party else ""
    channel = row.talk.channel if row.talk.channel != "web" or handoff.tells_by_mail(settings) else ""
    how: dict[str, Any] = {"verified": verified, "language": language, "spoken": spoken, "channel": channel}
    return handoff.ready(values, **how, templates=frozenset(settings.twilio.templates) if is_shut else None)


def suggested(
    session: Session, found: Sequence[handoff.Ready], row: desk_view.Waiting, disputes: Sequence[accounts.Dispute],
    answered_at: datetime | None,
) -> handoff.Ready | None:  # fmt: skip
    """What was done since a person answered last, at `answered_at`, or since they disputed: they have yet to be told.
    While they wait for an answer, the first that the facts speak for.
    """
    since = max([answered_at or row.case.opened_at, *(one.placed_at for one in disputes)])
    facts = [one for one in found if one.is_suggested]
    done = _done_since(session, row, since) if facts else set()
    told = [one for one in facts if one.name in done]
    return next(iter(told or (facts if row.case.waiting_since is not None else ())), None)


def _done_since(session: Session, row: desk_view.Waiting, since: datetime) -> set[str]:
    if row.party is None:
        return set()
    decided = accounts.last_decision(session, row.party.id, since)
    done = {f"dispute_{decided[1].value}"} if decided is not None else set()
    histories = accounts.known_histories(session, [debt.id for debt in row.debts])
    entries = [entry for history in histories.values() for entry in history if entry.at > since]
    return done | {"payment_recorded"} if payments.standing(entries) else done


def _about(row: desk_view.Waiting, language: str) -> dict[str, str]:
    """With several accounts open, no balance is the one that is meant: an agent writes it."""
    open_ones = [debt for debt in row.debts if debt.balance.is_positive]
    known = {"name": row.party.given_name} if row.party else {}
    if len(open_ones) == 1:
        [debt] = open_ones
        known |= {"reference": debt.reference, "balance": debt.balance.spoken(language)}
    return known


def _of_disputes(disputes: Sequence[accounts.Dispute], row: desk_view.Waiting, language: str) -> dict[str, str]:
    """Of the one that is open; of two, nobody knows which one they mean."""
    if len(disputes) != 1 or row.party is None:
        return {}
    [one] = disputes
    return {"dispute": one.number, "answer_by": _day(row.party.today(one.answer_by), language)}


def _decided(session: Session, row: desk_view.Waiting, now: datetime) -> dict[str, str]:
    """The number of a dispute that was decided lately, under what came of it."""
    found = accounts.last_decision(session, row.party.id, now - _LATELY) if row.party else None
    if found is None or found[1] not in DECIDED:
        return {}
    number, outcome = found
    return {outcome.value: number}


def _of_money(session: Session, row: desk_view.Waiting, now: datetime) -> dict[str, str]:
    """What was recorded by hand lately, and a link that can be paid."""
    language, found = row.talk.language, dict[str, str]()
    if row.party is None or not row.debts:
        return found
    debt_ids = [debt.id for debt in row.debts]
    histories = accounts.known_histories(session, debt_ids)
    entries = [entry for history in histories.values() for entry in history if entry.at > now - _LATELY]
    if recorded := payments.standing(entries):
        found |= {"paid": recorded[0].amount.spoken(language), "paid_on": _day(recorded[0].on, language)}
    if (link := payments.open_link(session, debt_ids, now)) is not None:
        until = link.valid_until.astimezone(ZoneInfo(row.party.time_zone)).date()
        found |= {"link_amount": link.amount.spoken(language), "link_until": _day(until, language)}
    return found


def _day(day: date, language: str) -> str:
    pattern, locale = _DAYS[language]
    written: str = format_date(day, pattern, locale=locale)
    return written
