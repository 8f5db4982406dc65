"""Money by hand: a payment that came another way, a charge that is let go, and either taken back.

Each is an entry of the ledger of its own; none changes an earlier one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bot import accounts, contact, handoff, identity, payments
from bot.core import Money, Problems, Session
from bot.web import desk_correct, desk_owed, desk_view, texts
from bot.web.desk_asked import Asked, Gone, Unfit, among
from bot.web.parts import written_day

HOWS = tuple(how.value for how in payments.How)
_NEWS = {"amount": "money_amount", "on": "money_day", "reference": "money_reference"}


@dataclass(frozen=True)
class Line:
    """Something in the ledger that can be let go or taken back."""

    number: int
    debt_id: str
    amount: str
    what: str
    day: str


@dataclass(frozen=True)
class Account:
    """What can be done by hand about one account."""

    id: str
    reference: str
    charges: tuple[Line, ...]
    waivers: tuple[Line, ...]
    payments: tuple[Line, ...]
    cards: tuple[Line, ...] = ()
    """Paid by a link, of which something can go back; `amount` is how much."""
    is_held: bool = False
    """Nothing is offered, asked for or waived on it while a hold stands."""


def of(
    asked: Asked, row: desk_view.Waiting, held: Collection[contact.Hold], spoken: str
) -> list[Account]:  # fmt: skip
    """Nothing while nobody is verified, as with all that is said of an account."""
    if identity.known_in(row.talk, asked.now) is None or not row.debts:
        return []
    entries = accounts.known_histories(asked.session, [debt.id for debt in row.debts])
    return [
        replace(
            _account(debt, entries[debt.id], payments.refundable(asked.session, debt.id), spoken),
            is_held=desk_owed.is_held(debt.id, held),
        )
        for debt in row.debts
    ]


def _account(
    debt: accounts.Debt, entries: tuple[accounts.Entry, ...], paid: list[payments.Card], spoken: str
) -> Account:
    def line(number: int, amount: Money, what: str, on: date) -> Line:
        return Line(number, debt.id, amount.text(spoken), desk_view.spaced(what), written_day(spoken, on))

    charges = (
        line(one.number, one.left, one.memo or texts.text(f"charge_{one.kind.value}", spoken), one.on)
        for one in accounts.charges(entries, debt)
    )
    waivers = (line(one.number, one.amount, one.memo, one.on) for one in accounts.waivers(entries))
    received = (line(one.number, one.amount, one.what, one.on) for one in payments.standing(entries))
    cards = (line(one.number, one.left, texts.text("how_link", spoken), one.on) for one in paid)
    return Account(debt.id, debt.reference, tuple(charges), tuple(waivers), tuple(received), tuple(cards))


def record(asked: Asked) -> None:
    debt, got = debt_of(asked), _received(asked)
    with fitting():
        payments.record_received(asked.session, debt.id, got, by=asked.me.actor, now=asked.now)
    what = f"{debt.reference} {got.amount.text('en')}, {desk_view.spaced(got.how.value)} {got.reference}, {got.on}"
    asked.write_down("recorded", what)


def counts_from(asked: Asked, spoken: str) -> str:
    got = _received(asked)
    how = texts.text(f"how_{got.how.value}", spoken)
    return texts.text("change_counts", spoken, day=written_day(spoken, got.on), how=how, which=got.reference)


def taken_off_before(asked: Asked, spoken: str) -> list[str]:
    """A dispute that was decided for them may have taken off what this payment is."""
    return [
        texts.text("record_taken_off", spoken, amount=amount.text(spoken), number=number)
        for number, amount in desk_correct.taken_off(asked.session, debt_of(asked).id)
    ]


def take_back(asked: Asked) -> None:
    debt, number = debt_of(asked), number_typed(asked)
    with fitting():
        payments.take_back(asked.session, debt.id, number, reason=asked.reason, by=asked.me.actor, now=asked.now)
    asked.write_down("unrecorded", debt.reference)


def waive(asked: Asked) -> None:
    debt, number = debt_of(asked), number_typed(asked)
    if _is_on_hold(asked.session, asked.here.conversation_id, debt.id, asked.now):
        raise Unfit("offer_held")
    amount = amount_of(asked, debt)
    if not handoff.may_waive(asked.me.role, amount):
        _ask_for_more(asked, debt, number, amount)
        return
    with fitting():
        accounts.waive(asked.session, debt.id, number, amount, reason=asked.reason, by=asked.me.actor, now=asked.now)
    asked.write_down("waived", f"{debt.reference} {amount.text('en')}")


def asks_for_more(asked: Asked) -> bool:
    """Whether what is asked is beyond their authority, so that somebody else is asked first."""
    return asked.form["act"] == "waive" and not handoff.may_waive(asked.me.role, amount_of(asked, debt_of(asked)))


def _ask_for_more(asked: Asked, debt: accounts.Debt, number: int, amount: Money) -> None:
    charges = accounts.charges(accounts.known_history(asked.session, debt.id), debt)
    if amount > among(charges, lambda one: one.number == number).left:
        raise Unfit("money_amount")
    what, data = f"{debt.reference} {amount.text('en')}", {"debt": debt.id, "entry": number, "minor": amount.minor}
    how: dict[str, Any] = {"what": what, "reason": asked.reason, "by": asked.me.actor, "now": asked.now}
    try:
        handoff.ask_approval(asked.session, asked.here, "waive", amount, data, **how)
    except handoff.AskedAlready:
        raise Unfit("money_asked") from None


def grant(session: Session, more: handoff.Approval, *, by: str, now: datetime) -> None:
    """Does what was asked for. Raises Problems when it does not fit any more, and Unfit on an account that is held now."""
    debt_id, number = str(more.data["debt"]), int(more.data["entry"])
    if _is_on_hold(session, more.conversation_id, debt_id, now):
        raise Unfit("held")
    accounts.waive(session, debt_id, number, more.amount, reason=more.reason, by=by, now=now)


def _is_on_hold(session: Session, conversation_id: str, debt_id: str, now: datetime) -> bool:
    """Whatever a page showed when it was opened: a hold may have been placed since."""
    talk = contact.conversation(session, conversation_id)
    return desk_owed.is_held(debt_id, contact.holds_over(session, talk, now))


def charge_again(asked: Asked) -> None:
    debt, number = debt_of(asked), number_typed(asked)
    with fitting():
        accounts.charge_again(asked.session, debt.id, number, reason=asked.reason, by=asked.me.actor, now=asked.now)
    asked.write_down("unwaived", debt.reference)


def named(asked: Asked, spoken: str) -> dict[str, str]:
    """What the heading names."""
    debt = debt_of(asked)
    if asked.form["act"] == "autopay_off":
        return {"what": debt.reference}
    if asked.form["act"] in ("record", "waive", "link"):
        return {"what": f"{debt.reference}, {amount_of(asked, debt).text(spoken)}"}
    entry = next(
        (one for one in accounts.known_history(asked.session, debt.id) if one.number == number_typed(asked)), None
    )
    if entry is None:
        raise Gone
    return {"what": f"{debt.reference}, {(-entry.amount).text(spoken)}"}


@contextmanager
def fitting() -> Iterator[None]:
    try:
        yield
    except payments.AlreadyRecorded:
        raise Unfit("money_known") from None
    except Problems as no:
        if no.problems[0].where == "entry":
            raise Gone from None
        raise Unfit(_NEWS[no.problems[0].where]) from None


def debt_of(asked: Asked) -> accounts.Debt:
    """One of theirs, while it is proved who they are."""
    talk = handoff.hold_for(asked.session, asked.here, asked.me.actor)
    who = identity.known_in(talk, asked.now)
    if who is None:
        raise Gone
    theirs = accounts.known_debts_of(asked.session, who.party_id)
    return among(theirs, lambda debt: debt.id == asked.form.get("debt"))


def _received(asked: Asked) -> payments.Received:
    try:
        on = date.fromisoformat(asked.form.get("on", ""))
    except ValueError:
        raise Unfit("money_day") from None
    how = among(payments.How, lambda one: one.value == asked.form.get("how"))
    return payments.Received(amount_of(asked, debt_of(asked)), on, how, asked.form.get("reference", "").strip())


def amount_of(asked: Asked, debt: accounts.Debt) -> Money:
    typed = asked.form.get("amount", "").strip().lstrip("$").replace(",", "").strip()
    try:
        amount = Money.of(typed, debt.balance.currency)
    except ValueError:
        raise Unfit("money_amount") from None
    if not Money.zero(amount.currency) < amount < Money(10**12, amount.currency):
        raise Unfit("money_amount")
    return amount


def number_typed(asked: Asked) -> int:
    typed = asked.form.get("entry", "")
    if not typed.isdecimal() or len(typed) > 18:
        raise Gone
    return int(typed)
