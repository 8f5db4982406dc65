"""Asking for the part that a proposal lacks, in words that fit what is there, and hearing the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from actions import proposals
from actions.debts import the_debt
from actions.offers import on_table
from actions.terms import month
from bot.core import Money
from bot.dialogue import Turn, grammar
from bot.negotiation import Ask, Frequency, Proposal

_ASK = {
    Ask.AMOUNT: "utter_negotiation_ask_amount",
    Ask.DATE: "utter_negotiation_ask_date",
    Ask.FREQUENCY: "utter_negotiation_ask_frequency",
    Ask.PAYDAYS: "utter_negotiation_ask_paydays",
    Ask.REST: "utter_negotiation_ask_rest",
}
ASK_BACK = {"payday": Ask.PAYDAYS, "which_date": Ask.DATE, "amount": Ask.AMOUNT, "frequency": Ask.FREQUENCY}
"""By the question that the grammar gives back for vague words."""
_ASK_WAY = {
    "more": "utter_negotiation_ask_more",
    "less": "utter_negotiation_ask_amount",
    "later": "utter_negotiation_ask_date",
    "sooner": "utter_negotiation_ask_date",
    "longer": "utter_negotiation_ask_count",
    "fewer": "utter_negotiation_ask_count",
}
_PACES = {7: Frequency.WEEKLY, 14: Frequency.BIWEEKLY, 15: Frequency.SEMIMONTHLY, 30: Frequency.MONTHLY}
"""By the days of "a week", "two weeks", "una quincena", "a month"."""
_DAYS = 31
_CLOSES = 4
"""Less than this part of what they owe closes nothing: it corrects the amount that they named before."""
_NO_REST = re.compile(
    r"\b(?:(?:that'?s|thats|that is) (?:it|all)|nothing|all i (?:have|got|can)|close it|no more|nada|es todo|todo lo que)\b",
    re.IGNORECASE,
)


def ask_for(turn: Turn, proposal: Proposal, ask: Ask, kind: str = "terms") -> None:
    """The part that is missing, in words that fit what is there already."""
    vague = next((one for one in turn.matter.vague if one["question"] == "which_date"), {})
    data: dict[str, Any] = {"proposal": proposals.dump(proposal), "ask": ask.value}
    days = [date.fromisoformat(day) for day in vague.get("candidates") or ()]
    again = "utter_negotiation_ask_until" if proposal.wants == "pause" else _ASK[ask]
    if ask is Ask.DATE and len(days) == 2:
        data["days"] = list(vague["candidates"])
        first, second = days
        turn.ask(kind, "utter_negotiation_ask_which_day", data, again, first=first, second=second)
    elif ask is Ask.DATE and vague.get("period"):
        first, last = (date.fromisoformat(day) for day in vague["period"])
        data["period"] = list(vague["period"])
        if vague["vague"] == "some_month":
            turn.ask(kind, "utter_negotiation_ask_day_of_month", data, again, month=month(turn, last))
        else:
            turn.ask(kind, "utter_negotiation_ask_day_between", data, again, first=first, last=last)
    elif ask is Ask.DATE and proposal.parts:
        turn.ask(kind, "utter_negotiation_ask_rest_day", data)
    elif ask is Ask.AMOUNT and proposal.first_date and not proposal.frequency:
        turn.ask(kind, "utter_negotiation_ask_amount_on", data, _ASK[ask], date=proposal.first_date)
    else:
        turn.ask(kind, _ASK[ask], data)


def ask_way(turn: Turn, way: grammar.Direction) -> None:
    """More, less, later: their own figure for it, against what is on the table."""
    response = _ASK_WAY[way]
    ask = Ask.DATE.value if response == _ASK[Ask.DATE] else "count" if response.endswith("count") else Ask.AMOUNT.value
    turn.ask("terms", response, {"proposal": proposals.dump(on_table(turn) or Proposal()), "ask": ask})


def ask_sooner(turn: Turn, table: Proposal) -> None:
    """To be done sooner is more each time: their figure for it."""
    turn.ask("terms", "utter_negotiation_ask_sooner", {"proposal": proposals.dump(table), "ask": Ask.AMOUNT.value})


def as_answer(turn: Turn, data: Mapping[str, Any], table: Proposal, fresh: Proposal) -> Proposal:
    """What they say, heard as the answer to what was asked."""
    asked, text, option = data.get("ask"), turn.matter.text, turn.matter.named("option")
    days, period = data.get("days") or (), data.get("period")
    if isinstance(option, int) and 1 <= option <= len(days):
        return replace(fresh, first_date=date.fromisoformat(days[option - 1]))
    day = _middle(period) if period else proposals.talked_of(table)
    fresh = proposals.near(fresh, turn.matter, day, turn.today) if day is not None else fresh
    number = grammar.bare_number(text)
    if asked == Ask.DATE.value and number is not None and fresh.first_date is None and 0 < number <= _DAYS:
        # "The 4" is a day of that month.
        return Proposal(first_date=proposals.nearest(date(turn.today.year, 1, number), day or turn.today, turn.today))
    if asked == "count" and number is not None and not fresh.frequency:
        return Proposal(count=number)
    days = next((e["days"] for e in turn.matter.entities if e["entity"] == "duration"), None)
    if asked == Ask.PAYDAYS.value and days is not None and not fresh.frequency:
        return _next_payday(turn, days)
    if asked == Ask.FREQUENCY.value and days in _PACES and proposals.is_empty(replace(fresh, pause_until=None)):
        return Proposal(frequency=_PACES[days])
    alone = proposals.is_empty(replace(fresh, first_date=None))
    if asked == Ask.REST.value:
        return _as_rest(turn, table, fresh, is_day=alone and fresh.first_date is not None)
    if asked == Ask.FREQUENCY.value and not (fresh.frequency or fresh.count or fresh.parts or fresh.first_date):
        return _as_often(turn, table, fresh)
    return fresh


def _next_payday(turn: Turn, days: int) -> Proposal:
    """ "Idk, like 2 weeks" is when they are paid next, and then that often where it is a usual rhythm."""
    return Proposal(first_date=turn.today + timedelta(days=days), frequency=_PACES.get(days))


def _as_often(turn: Turn, table: Proposal, fresh: Proposal) -> Proposal:
    """ "Once" leaves a rest to talk about; a much larger amount and no rhythm is what they would close it for."""
    if fresh.payment and not fresh.total:
        balance = the_debt(turn, turn.who()).balance
        if table.each is not None and fresh.payment.minor * _CLOSES < balance.minor:
            return Proposal(each=fresh.payment)
        return Proposal(wants="settlement", total=fresh.payment, lump=True)
    return Proposal(lump=True) if turn.matter.intent == "inform" and proposals.is_empty(fresh) else fresh


def _as_rest(turn: Turn, table: Proposal, fresh: Proposal, *, is_day: bool) -> Proposal:
    """ "The 15th" is the day of the rest; "100 on the 15th" one more part; "that's all" wants to close it."""
    if is_day:
        return Proposal(parts=((fresh.first_date, "rest"),))
    if proposals.is_empty(fresh) and (turn.matter.intent == "deny" or _NO_REST.search(turn.matter.text)):
        named = [amount for _, amount in table.parts if isinstance(amount, Money)]
        total = sum(named, Money.zero(named[0].currency)) if named else table.payment
        return Proposal(wants="settlement", total=total, first_date=proposals.talked_of(table), lump=True)
    if table.parts and fresh.payment and fresh.first_date and not fresh.frequency and not fresh.count:
        return Proposal(parts=(*table.parts, (fresh.first_date, fresh.payment)))
    return fresh


def _middle(period: list[str]) -> date:
    first, last = (date.fromisoformat(day) for day in period)
    return first + timedelta(days=(last - first).days // 2)
