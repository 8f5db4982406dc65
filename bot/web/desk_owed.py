"""What somebody who answers should know before they write: what is owed and agreed, and whether a reply goes out now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from babel.dates import format_date

from bot import accounts, contact, handoff, identity, negotiation
from bot.contact import rules
from bot.core import Money, Session
from bot.web import desk_offer_words, desk_view, texts
from bot.web.parts import Parts, written_at, written_day

_LOCALES = {"en": "en_US", "es": "es_US"}


@dataclass(frozen=True)
class Owed:
    """One account of whoever is proved to write here."""

    reference: str
    client: str
    balance: str
    notes: tuple[str, ...]
    """Overdue since when, and the plan that runs, each as a sentence."""
    held: str = ""
    """That a hold stands on it, or on a part of it."""


def of(
    session: Session, row: desk_view.Waiting, held: Collection[contact.Hold], now: datetime, spoken: str
) -> list[Owed]:  # fmt: skip
    """Nothing while nobody is verified: then nobody says a word about an account either."""
    who = identity.known_in(row.talk, now)
    if who is None or row.party is None:
        return []
    today, plans, found = row.party.today(now), negotiation.running(session, who), []
    ended = accounts.ended(session, row.debts, now)
    for debt in row.debts:
        late, notes = accounts.days_past_due(debt, today), []
        if late:
            notes.append(texts.text("owed_late", spoken, n=late))
        if debt.id in plans:
            notes.append(_plan(plans[debt.id][1], plans[debt.id][0].kind, spoken))
        held_by = texts.text("held_ended", spoken) if debt.id in ended else _held(debt, held, spoken)
        found.append(Owed(debt.reference, debt.client, debt.balance.text(spoken), tuple(notes), held_by))
    return found


def is_held(debt_id: str, held: Collection[contact.Hold]) -> bool:
    """Whether nothing of it may be asked for: nothing is offered on it, and no link is sent."""
    return any(hold.stops(debt_id) for hold in held)


def held_about(held: Collection[contact.Hold], row: desk_view.Waiting, spoken: str) -> dict[str, str]:
    """By hold: the account that it is on, or that it is on all of them."""
    references = {debt.id: debt.reference for debt in row.debts}
    return {hold.id: _about(hold, references, spoken) for hold in held}


def _about(hold: contact.Hold, references: Mapping[str, str], spoken: str) -> str:
    if hold.debt_id is None:
        return texts.text("held_all" if hold.party_id else "held_here", spoken)
    reference = references.get(hold.debt_id, "")
    if hold.part is None:
        return reference
    return texts.text("held_part_of", spoken, part=hold.part.text(spoken), reference=reference)


def _held(debt: accounts.Debt, held: Collection[contact.Hold], spoken: str) -> str:
    if is_held(debt.id, held):
        return texts.text("held_whole", spoken)
    parts = [hold.part.text(spoken) for hold in held if hold.part is not None and hold.debt_id == debt.id]
    return texts.text("held_part", spoken, part=", ".join(parts)) if parts else ""


def _plan(left: tuple[negotiation.Instalment, ...], kind: str, spoken: str) -> str:
    if not left:
        return texts.text("owed_paused", spoken)
    day = format_date(left[0].due, "EEE, MMM d", locale=_LOCALES[spoken])
    if len(left) == 1 and (sort := desk_offer_words.sort_of(kind)) != "plan":
        return texts.text(f"owed_{sort}", spoken, amount=left[0].amount.text(spoken), day=day)
    return texts.text("owed_plan", spoken, amount=left[0].amount.text(spoken), day=day, n=len(left))


@dataclass(frozen=True)
class Now:
    """What the door would say to a reply at this moment."""

    state: str
    """`goes`, `held`, `stopped`, or `shut`: outside the channel's window only approved templates go."""
    words: str
    why: tuple[str, ...] = ()


def may_write(session: Session, row: desk_view.Waiting, by: str, parts: Parts, spoken: str) -> Now | None:
    """None for whoever does not have it."""
    if row.owner != by:
        return None
    decision = handoff.may_reply(session, row.case, row.talk, by=by, settings=parts.settings)
    why = tuple(desk_view.rule_says(rule) for rule in decision.rules if rule != rules.ALLOWED)
    if not decision.allowed:
        return Now("stopped", texts.text("now_stopped", spoken), why)
    if contact.law.is_window(decision.rules):
        shut = tuple(desk_view.rule_says(rule) for rule in decision.rules if contact.law.is_window([rule]))
        return Now("shut", texts.text("now_shut", spoken), shut)
    if decision.until is not None and decision.until > parts.settings.clock.now():
        at = written_at(parts.settings.time_zone, spoken, decision.until)
        return Now("held", texts.text("now_held", spoken, time=at), why)
    return Now("goes", texts.text("now_goes", spoken))


@dataclass(frozen=True)
class Standing:
    """How one account stands, to be compared with how it stands after something was done."""

    reference: str
    balance: Money
    left: tuple[negotiation.Instalment, ...] | None
    """Of the agreement in force; None without one."""
    missed: tuple[date, ...]
    looked_at: datetime
    since: datetime | None = None
    """When it was agreed."""
    kind: str = ""


def standing(session: Session, talk: contact.Conversation, now: datetime) -> tuple[Standing, ...]:
    """Nothing while nobody is verified."""
    who = identity.known_in(talk, now)
    if who is None:
        return ()
    plans = negotiation.running(session, who)
    return tuple(
        Standing(
            debt.reference,
            debt.balance,
            plans[debt.id][1] if debt.id in plans else None,
            negotiation.missed(session, plans[debt.id][0], now) if debt.id in plans else (),
            now,
            plans[debt.id][0].agreed_at if debt.id in plans else None,
            plans[debt.id][0].kind if debt.id in plans else "",
        )
        for debt in accounts.known_debts_of(session, who.party_id)
    )


def changes(before: tuple[Standing, ...], after: tuple[Standing, ...], spoken: str) -> list[str]:
    """One sentence for each thing that is different."""
    found: list[str] = []
    for then, now in zip(before, after, strict=False):
        found += _of_one(then, now, spoken)
    return found


def _of_one(then: Standing, now: Standing, spoken: str) -> Iterator[str]:
    say = partial(texts.text, language=spoken, reference=now.reference)
    if now.balance != then.balance:
        yield say("change_balance", before=then.balance.text(spoken), left=now.balance.text(spoken))
    if not now.balance.is_positive and now.balance.minor < 0:
        yield say("change_over", over=(-now.balance).text(spoken))
    if now.left is not None and now.since is not None and now.since >= then.looked_at:
        yield say("change_plan_new", plan=_plan(now.left, now.kind, spoken))
        if then.left is not None and then.since is not None:
            on = written_day(spoken, then.since.date())
            yield say("change_plan_replaced", on=on, plan=_plan(then.left, then.kind, spoken))
    elif then.left is None and now.left is not None:
        yield say("change_plan_again", plan=_plan(now.left, now.kind, spoken))
    elif then.left is not None and now.left is None:
        yield say("change_plan_done" if not now.balance.is_positive else "change_plan_ends")
    elif then.left is not None and now.left is not None and then.left != now.left:
        yield say("change_plan", plan=_plan(now.left, now.kind, spoken), before=_plan(then.left, then.kind, spoken))
    if forgiven := [day for day in then.missed if day not in now.missed and now.left is not None]:
        yield say("change_not_missed", days=_days(forgiven, spoken))
    if more := [day for day in now.missed if day not in then.missed]:
        yield say("change_missed", days=_days(more, spoken))


def _days(days: Iterable[date], spoken: str) -> str:
    return "; ".join(written_day(spoken, day) for day in days)
