"""Payment links, said: one for one debt, or one for each of several."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from actions import say
from bot import payments
from bot.core import Money
from bot.dialogue import Turn

LINK_FOR = timedelta(days=7)
GRACE = timedelta(days=3)


def say_link(turn: Turn, debt_id: str, amount: Money, due: date | None = None) -> None:
    """A link of our own for exactly this amount."""
    url, last = link_for(turn, debt_id, amount, due)
    turn.say("utter_payments_link", amount=amount, url=url, valid_until=last, debt_id=debt_id)


def say_links(turn: Turn, shares: Mapping[str, Money]) -> None:
    """One for each debt, with one last day."""
    if len(shares) == 1:
        ((debt_id, amount),) = shares.items()
        say_link(turn, debt_id, amount)
        return
    lines, last = [], turn.today
    clients = say.told_apart(turn, [debt for debt in turn.known.debts if debt.id in shares])
    for debt_id, amount in shares.items():
        url, last = link_for(turn, debt_id, amount)
        lines.append(turn.phrase("utter_payments_link_of", amount=amount, client=clients[debt_id], url=url))
    turn.say("utter_payments_links", lines="\n".join(lines), valid_until=last)


def link_for(turn: Turn, debt_id: str, amount: Money, due: date | None = None) -> tuple[str, date]:
    """Its address and its last day: good for a week, and past the day when it is `due`, but never past the day until
    which paying less was agreed. Raises what `payments.request` refuses.
    """
    agreement, _ = turn.known.plans.get(debt_id, (None, ()))
    last = _working(max(turn.now + LINK_FOR, _moment(turn, due) + GRACE if due is not None else turn.now), turn)
    if agreement is not None and not agreement.discount.is_zero:
        last = min(last, _moment(turn, max(agreement.schedule[-1].due, turn.today)))
    link = payments.request(
        turn.session, turn.who(), debt_id=debt_id, amount=amount, valid_until=last, now=turn.now,
        purpose=payments.Purpose.INSTALMENT if agreement else payments.Purpose.OTHER,
        public_url=turn.settings.public_url, agreement_id=agreement.id if agreement else None,
    )  # fmt: skip
    return link.url, last.astimezone(turn.zone).date()


def _working(moment: datetime, turn: Turn) -> datetime:
    """On to Monday from a weekend, when nobody can be asked why it no longer works."""
    day = moment.astimezone(turn.zone).isoweekday()
    return moment + timedelta(days=8 - day) if day > 5 else moment


def _moment(turn: Turn, day: date) -> datetime:
    """The end of that day where they live."""
    return datetime.combine(day, time(23, 59), turn.zone)
