"""What they wish now for each debt: their words against what is on the table and what they named before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from typing import Literal

from actions.say import ALL
from bot import accounts, negotiation
from bot.core import Money
from bot.dialogue import Turn, questions
from bot.dialogue.meaning.acts import Part, Propose
from bot.dialogue.meaning.one_later import one_later
from bot.negotiation import Ask, Frequency, Kind, Proposal

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BY_MONTH = (Frequency.MONTHLY, Frequency.SEMIMONTHLY, Frequency.QUARTERLY)
Wishes = dict[str, Proposal]
_AS_BEFORE = 2
"""A sum up to so many payments of the offer is a payment, and no sum in all."""


def against(table: Wishes, turn: Turn, debts: Sequence[accounts.Debt], act: Propose) -> Wishes:
    """What they wish now for each debt: only what they named changes."""
    theirs = getattr(turn.asked, "theirs", {})
    if len(debts) == 1:
        (debt,) = debts
        fresh = _proposal(act, debt.balance, turn.today)
        on_table = table.get(debt.id)
        if not table and fresh.parts and all(amount == "rest" for _, amount in fresh.parts):
            on_table = _lead(turn, debt)
        fresh = _put_off(act, fresh, on_table, so_far(turn, debt.id))
        fresh = _on_their_weekday(act, _behind_the_first(turn, fresh, on_table), on_table)
        fresh = _behind_the_time(turn, _off_their_days(act, fresh, on_table), on_table)
        return {debt.id: _heard(turn, debt.id, on_table, fresh, theirs.get(debt.id))}
    named = _named(turn, debts, act)
    if named or act.apart:
        return {**{one: wish for one, wish in table.items() if one != ALL}, **{
            debt.id: _heard(turn, debt.id, table.get(debt.id), _put_off(
                act, _proposal(act, debt.balance, turn.today), table.get(debt.id), so_far(turn, debt.id)))
            for debt in named or debts
        }}  # fmt: skip
    on_table = table.get(ALL) or _in_common(table)
    fresh = _put_off(act, _proposal(act, owed(debts), turn.today), on_table, so_far(turn, ALL))
    fresh = _on_their_weekday(act, _behind_the_first(turn, fresh, on_table), on_table)
    fresh = _behind_the_time(turn, _off_their_days(act, fresh, on_table), on_table)
    fresh = _each_time(fresh, on_table, so_far(turn, ALL))
    if table and ALL not in table and fresh.first_date and fresh.each is not None and fresh.each == _together(table):
        fresh = replace(fresh, each=None)  # "a hundred for both is good", of 50 and 50: they stay as they are
    only_rhythm = not (fresh.payment or fresh.total or fresh.percent or fresh.count or fresh.parts or fresh.wants)
    if only_rhythm and table and ALL not in table:
        _heard(turn, ALL, None, fresh)
        return {one: _heard(turn, one, wish, fresh) for one, wish in table.items()}
    return {ALL: _heard(turn, ALL, on_table, fresh, theirs.get(ALL))}


def note_paydays(turn: Turn, act: Propose, wishes: Wishes) -> None:
    """When they are paid, which they were asked or said by themselves."""
    asked = isinstance(turn.asked, questions.Terms) and turn.asked.missing == Ask.PAYDAYS.value
    if wishes and (asked or act.frequency == Frequency.PAYDAY.value):
        said = next(iter(wishes.values()))
        negotiation.tell_paydays(turn.session, turn.who(), said, turn.today, turn.now)


def _each_time(fresh: Proposal, on_table: Proposal | None, said: Proposal) -> Proposal:
    """ "34 total", of 39.18 for all of them every two weeks: each time, and together. In all, where they said how often."""
    if on_table is None or on_table.payment is None or on_table.frequency is None or fresh.total is None or said.count:
        return fresh
    is_more = fresh.total.minor > _AS_BEFORE * on_table.payment.minor
    if is_more or fresh.payment or fresh.count or fresh.percent or fresh.parts or fresh.wants not in (None, "plan"):
        return fresh
    return replace(fresh, each=fresh.total, total=None)


def owed(debts: Sequence[accounts.Debt]) -> Money:
    return sum((debt.balance for debt in debts[1:]), debts[0].balance)


def _heard(
    turn: Turn, one: str, on_table: Proposal | None, fresh: Proposal, theirs: Proposal | None = None
) -> Proposal:
    """What they wish now for one debt, or for ALL, with what they named before where this leaves it open."""
    said = so_far(turn, one)
    now = negotiation.remembered(said, fresh)
    if (said.payment or said.count) and (now.frequency, now.each) != (said.frequency, said.each):
        turn.state.named_before[one] = questions.plain(said)
    turn.state.named[one] = questions.plain(now)
    return negotiation.completed(negotiation.against(on_table, fresh, theirs), fresh, said)


def so_far(turn: Turn, one: str) -> Proposal:
    """What they named so far; of one debt among several, the days and the rhythm that they named for all of them."""
    named = turn.state.named
    said = questions.proposal(named.get(one) or named.get(ALL) or {})
    if one not in named:
        said = replace(said, each=None, at_most=None, at_least=None, count=None)
    has_passed = said.first_date is not None and said.first_date < turn.today
    return replace(said, first_date=None, not_before=False) if has_passed else said


def _behind_the_first(turn: Turn, fresh: Proposal, on_table: Proposal | None) -> Proposal:
    """ "50 every week", asked for the rest, goes on behind what they pay first."""
    is_rest = isinstance(turn.asked, questions.Terms) and turn.asked.missing == "rest"
    if not is_rest or on_table is None or fresh.parts or not (fresh.payment or fresh.count):
        return fresh
    return replace(fresh, parts=tuple(part for part in on_table.parts if part[1] != "rest"))


def _on_their_weekday(act: Propose, fresh: Proposal, on_table: Proposal | None) -> Proposal:
    """ "After the 15th", of 25 every Friday, is the first Friday after it."""
    if not act.not_before or fresh.weekday is not None or on_table is None or on_table.first_date is None:
        return fresh
    by_the_week = on_table.frequency in (Frequency.WEEKLY, Frequency.BIWEEKLY, Frequency.EVERY_4_WEEKS)
    return replace(fresh, weekday=on_table.first_date.weekday()) if by_the_week else fresh


def _off_their_days(act: Propose, fresh: Proposal, on_table: Proposal | None) -> Proposal:
    """ "Not mondays", of a plan by the week or a single payment: the next banking day that is none of those. The later days
    of a plan by the month fall on any weekday, so nothing is promised there.
    """
    day = on_table.first_date if on_table is not None and on_table.frequency not in _BY_MONTH else None
    left = set(WEEKDAYS[:5]) - set(act.not_on)
    if day is None or fresh.first_date or WEEKDAYS[day.weekday()] not in act.not_on or not left:
        return fresh
    while WEEKDAYS[day.weekday()] not in left or negotiation.banking_day(day) != day:
        day += timedelta(days=1)
    return replace(fresh, first_date=day)


def _behind_the_time(turn: Turn, fresh: Proposal, on_table: Proposal | None) -> Proposal:
    """ "Can we skip december", of a single payment that waits: behind it; of a pause: until then."""
    time = fresh.nothing_due
    if time is None or not negotiation.is_empty(replace(fresh, nothing_due=None)):
        return fresh
    behind = time[1] + timedelta(days=1)
    if _is_of_a_pause(turn, on_table):
        return replace(fresh, wants="pause", pause_until=behind)
    if on_table is None:
        return fresh
    day = on_table.first_date
    is_single = on_table.wants in ("full", "settlement", "promise") and not on_table.count
    is_in_it = day is not None and time[0] <= day <= time[1]
    return replace(fresh, first_date=behind, not_before=True) if is_single and is_in_it else fresh


def _is_of_a_pause(turn: Turn, on_table: Proposal | None) -> bool:
    """One is on the table, or among the choices."""
    groups = turn.asked.groups if isinstance(turn.asked, questions.Choice) else ()
    listed = [turn.known.offers[one].offer.kind for group in groups for one in group if one in turn.known.offers]
    return on_table is not None and on_table.wants == "pause" or Kind.PAUSE in listed


def _put_off(act: Propose, fresh: Proposal, on_table: Proposal | None, said: Proposal) -> Proposal:
    """ "Start the one after": one payment later than the day that they name, or that is on the table."""
    known = [one for one in (fresh, on_table, said) if one is not None] if act.one_later else []
    day = next((one.first_date for one in known if one.first_date), None)
    rhythm = next((one.frequency for one in known if one.frequency), None)
    if day is None or rhythm is None:
        return fresh
    return replace(fresh, first_date=one_later(day, rhythm.value), not_before=False)


def _lead(turn: Turn, debt: accounts.Debt) -> Proposal | None:
    """What they said they would pay now, and have a link for; None once it is paid, since the rest is all then."""
    wish = turn.state.wishes.get(debt.id)
    told = questions.proposal(wish) if wish is not None else None
    return replace(told, total=None) if told is not None and told.total == debt.balance else None


def _in_common(table: Wishes) -> Proposal | None:
    """The rhythm and the day that the wishes share: another amount for all of them keeps those."""
    wishes = list(table.values())
    if not wishes:
        return None
    rhythm, day = {wish.frequency for wish in wishes}, {wish.first_date for wish in wishes}
    return Proposal(frequency=wishes[0].frequency if len(rhythm) == 1 else None,
                    first_date=wishes[0].first_date if len(day) == 1 else None)  # fmt: skip


def _together(table: Wishes) -> Money | None:
    """What all of them take each time."""
    each = [wish.each for wish in table.values() if wish.each is not None]
    return sum(each[1:], each[0]) if len(each) == len(table) else None


def _named(turn: Turn, debts: Sequence[accounts.Debt], act: Propose) -> list[accounts.Debt]:
    """Those that the act is about, where they are fewer than those that the talk is about."""
    if not isinstance(act.debts, tuple):
        return []
    named = [debt for n, debt in enumerate(turn.known.debts, 1) if n in act.debts and debt in debts]
    return named if len(named) < len(debts) else []


def table(turn: Turn, debts: Sequence[accounts.Debt]) -> Wishes:
    """What the open question is about, for each debt; nothing when no terms are being talked about."""
    question, ids = turn.asked, {debt.id for debt in debts}
    if isinstance(question, questions.Accept):
        made = [turn.known.offers[one] for one in question.offers if one in turn.known.offers]
        own = {one.debt_id: negotiation.of_offer(one.offer) for one in made if one.debt_id in ids}
        return own if question.whole is None or len(own) < len(question.offers) else {**own, ALL: question.whole}
    if isinstance(question, questions.Terms):
        return {one: wish for one, wish in question.wishes.items() if one in ids or one == ALL}
    if isinstance(question, (questions.Choice, questions.Relief)):
        return {one: questions.proposal(wish) for one, wish in turn.state.wishes.items() if one in ids}
    return {}


def _proposal(act: Propose, balance: Money, today: date) -> Proposal:
    """The act in the room's own terms; shares become sums of `balance`."""
    parts = tuple((part.on, _amount(part, balance)) for part in act.parts)
    if act.percent is not None and act.frequency and act.each is None:  # "10% a month"
        act = replace(act, each=balance.percent(Fraction(act.percent), "up"), percent=None)
    is_all = act.wants is None and act.total is not None and act.total >= balance
    if is_all and not (act.frequency or act.count or act.parts):
        act = replace(act, wants="full")
    return Proposal(
        each=act.each, count=act.count, frequency=Frequency(act.frequency) if act.frequency else None,
        first_date=act.first if act.wants != "pause" else None, total=act.total, percent=act.percent,
        lump=act.wants == "settlement" and act.frequency is None and act.count is None, parts=parts,
        at_least=act.at_least, at_most=act.at_most, pause_until=act.until or (act.first if act.wants == "pause" else None),
        days_of_month=act.days_of_month, weekday=WEEKDAYS.index(act.weekday) if act.weekday else None, wants=act.wants,
        not_before=act.not_before, nth=act.nth, nothing_due=act.nothing_due,
    )  # fmt: skip


def _amount(part: Part, balance: Money) -> Money | Literal["rest"]:
    if part.percent is not None:
        return balance.percent(Fraction(part.percent), "up")
    return part.amount if part.amount is not None else "rest"
