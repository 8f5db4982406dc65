"""Reads a proposal: which kind of offer it is about, its parts with dates, and what is still to be asked.

Figures that make no sense (zero, negative, another currency, a day in ten years) count as not named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.core import Money
from bot.negotiation.model import Ask, Case, Frequency, Instalment, Part, Proposal, Wants
from bot.negotiation.policy import Decision
from bot.negotiation.relief import payoff
from bot.negotiation.schedule import resolve

_FARTHEST = timedelta(days=3653)


@dataclass(frozen=True)
class Wish:
    """A proposal that can be judged. `lead` are their own parts, dated and in order."""

    proposal: Proposal
    wants: Wants
    lead: tuple[Instalment, ...] = ()


def read(proposal: Proposal, case: Case, decision: Decision) -> Wish | Ask:
    """What they want, or what to ask them first."""
    proposal = paced(_sane(proposal, case), case.balance)
    proposal = replace(proposal, frequency=resolve(proposal) or proposal.frequency)
    lead = _dated(proposal.parts, case)
    if isinstance(lead, Ask):
        return lead
    wants = proposal.wants or _inferred(proposal, case, decision)
    if isinstance(wants, Ask):
        return wants
    if _covers(proposal, lead, case, decision) and wants in ("plan", "settlement", "promise"):
        wants = "full"
    if ask := _lacking(wants, proposal, lead, case.balance):
        return ask
    return Wish(proposal, wants, lead)


def paced(proposal: Proposal, owed: Money) -> Proposal:
    """ "450 in all over 4 Fridays", of more that is owed and without a word of closing it: 112.50 each Friday."""
    total, count = proposal.total, proposal.count or 1
    if total is None or count < 2 or total >= owed or not _is_pace(proposal):
        return proposal
    return replace(proposal, each=share(total, count), wants="plan")


def share(total: Money, count: int) -> Money:
    """One of so many payments, rounded up."""
    return Money(-(-total.minor // count), total.currency)


def goes_on(proposal: Proposal, owed: Money) -> bool:
    """Whether what they name stops before everything is paid, so that it goes on like that."""
    proposal = paced(proposal, owed)
    each, count = proposal.payment, proposal.count
    return bool(each and count and not proposal.parts and each.minor * count < owed.minor - count)


def _is_pace(proposal: Proposal) -> bool:
    return proposal.wants in (None, "plan") and not (proposal.parts or proposal.percent or proposal.lump)


def _sane(proposal: Proposal, case: Case) -> Proposal:
    currency, last = case.balance.currency, case.today + _FARTHEST

    def money(value: Money | None) -> Money | None:
        return value if value and value.currency == currency and value.is_positive else None

    def day(value: date | None) -> date | None:
        return min(value, last) if value else None

    parts = tuple((day(when), amount) for when, amount in proposal.parts if amount == "rest" or money(amount))
    percent = proposal.percent if proposal.percent and 0 < proposal.percent <= 100 else None
    return replace(
        proposal,
        each=money(proposal.each),
        total=money(proposal.total),
        at_least=money(proposal.at_least),
        at_most=money(proposal.at_most),
        count=proposal.count if proposal.count and proposal.count > 0 else None,
        percent=percent,
        first_date=day(proposal.first_date),
        pause_until=day(proposal.pause_until),
        parts=parts,
    )


def _dated(parts: tuple[Part, ...], case: Case) -> tuple[Instalment, ...] | Ask:
    """Parts in order of date; the first may mean today, later ones may repeat the gap before them."""
    named = sum(amount.minor for _, amount in parts if isinstance(amount, Money))
    rest = Money(max(0, case.balance.minor - named), case.balance.currency)
    dated: list[Instalment] = []
    for when, amount in parts:
        day = when or _next_day(dated, case.today)
        if day is None:
            return Ask.DATE
        value = rest if isinstance(amount, str) else amount
        if value.is_positive:
            dated.append(Instalment(day, value))
    return tuple(sorted(dated, key=lambda part: part.due))


def _next_day(dated: list[Instalment], today: date) -> date | None:
    if not dated:
        return today
    return dated[-1].due + (dated[-1].due - dated[-2].due) if len(dated) > 1 else None


def _inferred(proposal: Proposal, case: Case, decision: Decision) -> Wants | Ask:
    rhythmic = proposal.frequency is not None or proposal.count is not None
    if proposal.pause_until:
        return "pause"
    if proposal.parts:
        return "plan"
    if proposal.percent and not proposal.payment:
        return "settlement"
    if proposal.total:
        return _of_total(proposal.total, proposal, case, decision)
    if proposal.payment and proposal.payment >= payoff(case, decision, proposal.first_date or case.today):
        return "full"
    if proposal.payment and not rhythmic and (proposal.lump or proposal.first_date):
        return Ask.REST
    return "plan" if proposal.payment or rhythmic else Ask.AMOUNT


def _of_total(total: Money, proposal: Proposal, case: Case, decision: Decision) -> Wants | Ask:
    """A sum in all that is no settlement by their words: over how many payments, or what about the rest?"""
    if total >= case.balance and (proposal.frequency or proposal.count):
        return "plan"
    if proposal.lump or proposal.count == 1 or _covers(proposal, (), case, decision):
        return "settlement"
    return Ask.COUNT if proposal.frequency else Ask.REST


def _covers(proposal: Proposal, lead: tuple[Instalment, ...], case: Case, decision: Decision) -> bool:
    """Whether what they name pays everything in one go."""
    if lead or proposal.frequency or (proposal.count or 1) > 1:
        return False
    named = proposal.total or proposal.payment
    return named is not None and named >= payoff(case, decision, proposal.first_date or case.today)


def _goes_on(proposal: Proposal) -> bool:
    """Whether anything says how the rest is paid."""
    return bool(proposal.payment or proposal.count or proposal.frequency)


def leaves_rest(proposal: Proposal, owed: Money) -> bool:
    """Whether they named payments of their own that are less than what is owed, and not a word of the rest."""
    named = [amount.minor for _, amount in proposal.parts if isinstance(amount, Money)]
    is_open = proposal.wants in (None, "plan") and len(named) == len(proposal.parts) > 0
    return is_open and sum(named) < owed.minor and not _goes_on(proposal)


def _lacking(wants: Wants, proposal: Proposal, lead: tuple[Instalment, ...], balance: Money) -> Ask | None:
    if proposal.frequency is Frequency.PAYDAY and wants in ("plan", "settlement", "token"):
        return Ask.PAYDAYS
    if wants == "promise":
        if not (proposal.payment or proposal.total):
            return Ask.AMOUNT
        return None if proposal.first_date else Ask.DATE
    if wants == "plan" and len(lead) == 1 and lead[0].amount < balance and not _goes_on(proposal):
        return Ask.REST
    if wants != "plan" or lead:
        return None
    if not (proposal.payment or proposal.count):
        return Ask.COUNT if proposal.total and proposal.total < balance else Ask.AMOUNT
    return None if proposal.frequency or proposal.count else Ask.FREQUENCY
