"""Payment links, said: one for one debt, and one for several at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

from babel.lists import format_list

from actions import say
from bot import negotiation, payments
from bot.core import Money
from bot.dialogue import Turn

LINK_FOR = timedelta(days=7)
GRACE = timedelta(days=3)


def say_link(turn: Turn, debt_id: str, amount: Money, due: date | None = None) -> None:
    """A link of our own for exactly this amount."""
    url, last = link_for(turn, debt_id, amount, due)
    turn.say("utter_payments_link", amount=amount, url=url, valid_until=last, debt_id=debt_id)


def say_joint_link(turn: Turn, shares: Mapping[str, Money]) -> None:
    """One for all of them, with what of it is for which."""
    if len(shares) == 1:
        ((debt_id, amount),) = shares.items()
        say_link(turn, debt_id, amount)
        return
    link, last = joint_link_for(turn, [(debt_id, amount, None) for debt_id, amount in shares.items()])
    clients = say.told_apart(turn, [debt for debt in turn.known.debts if debt.id in shares])
    parts = [
        turn.phrase("utter_payments_share", amount=amount, client=clients[debt_id])
        for debt_id, amount in shares.items()
    ]
    said = format_list(parts, locale=turn.conversation.language)
    turn.say("utter_payments_link_several", total=link.amount, shares=said, url=link.url, valid_until=last)


def link_for(turn: Turn, debt_id: str, amount: Money, due: date | None = None) -> tuple[str, date]:
    """Its address and its last day. Raises what `payments.request` refuses."""
    agreement, last = _agreed(turn, debt_id), _last(turn, debt_id, due)
    link = payments.request(
        turn.session, turn.who(), debt_id=debt_id, amount=amount, valid_until=last, now=turn.now,
        purpose=_purpose(agreement is not None), public_url=turn.settings.public_url,
        agreement_id=agreement.id if agreement else None,
    )  # fmt: skip
    return link.url, last.astimezone(turn.zone).date()


def joint_link_for(
    turn: Turn, asked: Sequence[tuple[str, Money, date | None]]
) -> tuple[payments.Link, date]:  # fmt: skip
    """For each debt how much and when it is due; good until the first last day of all. Raises what `payments.request`
    refuses.
    """
    last = min(_last(turn, debt_id, due) for debt_id, _, due in asked)
    plans = {debt_id: _agreed(turn, debt_id) for debt_id, _, _ in asked}
    shares = [
        payments.Share(debt_id, amount, plan.id if (plan := plans[debt_id]) else None) for debt_id, amount, _ in asked
    ]
    link = payments.request_for_several(
        turn.session, turn.who(), shares, valid_until=last, now=turn.now,
        purpose=_purpose(any(plans.values())), public_url=turn.settings.public_url,
    )  # fmt: skip
    return link, last.astimezone(turn.zone).date()


def _agreed(turn: Turn, debt_id: str) -> negotiation.Agreement | None:
    return turn.known.plans.get(debt_id, (None, ()))[0]


def _purpose(is_of_plan: bool) -> payments.Purpose:
    return payments.Purpose.INSTALMENT if is_of_plan else payments.Purpose.OTHER


def _last(turn: Turn, debt_id: str, due: date | None) -> datetime:
    """The end of the day in a week, and past the day when it is `due`, but never past the day until which paying less was
    agreed.
    """
    agreement = _agreed(turn, debt_id)
    week = _moment(turn, turn.today) + LINK_FOR
    last = _working(max(week, _moment(turn, due) + GRACE if due is not None else turn.now), turn)
    if agreement is not None and not agreement.discount.is_zero:
        return min(last, _moment(turn, max(agreement.schedule[-1].due, turn.today)))
    return last


def _working(moment: datetime, turn: Turn) -> datetime:
    """On to Monday from a weekend, when nobody can be asked why it no longer works."""
    day = moment.astimezone(turn.zone).isoweekday()
    return moment + timedelta(days=8 - day) if day > 5 else moment


def _moment(turn: Turn, day: date) -> datetime:
    """The end of that day where they live."""
    return datetime.combine(day, time(23, 59), turn.zone)
