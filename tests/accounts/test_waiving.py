"""A charge that is let go: an entry of its own, bounded by what is left of it and by what is owed."""

from __future__ import annotations

from datetime import datetime

import pytest

from bot import accounts, core
from bot.core import Money, Problems

BY = "agent:stf_1"
WHY = "the fee was ours to avoid"


def usd(text: str) -> Money:
    return Money.of(text, "USD")


def charges(session: core.Session, debt_id: str) -> list[accounts.Charge]:
    debt = accounts.known_debt(session, debt_id)
    return accounts.charges(accounts.known_history(session, debt_id), debt)


def fee(session: core.Session, debt_id: str, amount: str, now: datetime, source: str = "fee:1") -> int:
    kind = accounts.EntryKind.FEE
    accounts.post(session, debt_id=debt_id, kind=kind, amount=usd(amount), source=source, now=now)
    return accounts.known_history(session, debt_id)[-1].number


def test_a_charge_is_waived_in_parts_and_never_more_than_is_left_of_it(session, debt_id, now) -> None:
    number, before = fee(session, debt_id, "25.00", now), accounts.balance(session, debt_id)
    accounts.waive(session, debt_id, number, usd("10"), reason=WHY, by=BY, now=now)
    assert accounts.balance(session, debt_id) == before - usd("10")
    for amount in ("15.01", "0", "-1"):
        with pytest.raises(Problems):
            accounts.waive(session, debt_id, number, usd(amount), reason=WHY, by=BY, now=now)
    accounts.waive(session, debt_id, number, usd("15"), reason=WHY, by=BY, now=now)
    assert number not in {charge.number for charge in charges(session, debt_id)}
    assert [fact.actor for fact in core.facts(session, kind="ChargeWaived")] == [BY, BY]


def test_it_is_undone_by_another_entry_and_may_be_waived_again(session, debt_id, now) -> None:
    number, before = fee(session, debt_id, "25.00", now), accounts.balance(session, debt_id)
    accounts.waive(session, debt_id, number, usd("25"), reason=WHY, by=BY, now=now)
    [waiver] = accounts.waivers(accounts.known_history(session, debt_id))
    accounts.charge_again(session, debt_id, waiver.number, reason="wrong account", by=BY, now=now)
    assert accounts.balance(session, debt_id) == before
    assert accounts.waivers(accounts.known_history(session, debt_id)) == []
    with pytest.raises(Problems):
        accounts.charge_again(session, debt_id, waiver.number, reason="wrong account", by=BY, now=now)
    accounts.waive(session, debt_id, number, usd("25"), reason=WHY, by=BY, now=now)
    assert accounts.balance(session, debt_id) == before - usd("25")


def test_no_more_is_waived_than_is_owed(session, debt_id, now) -> None:
    number = fee(session, debt_id, "25.00", now)
    left = accounts.balance(session, debt_id) - usd("5")
    accounts.post(session, debt_id=debt_id, kind=accounts.EntryKind.PAYMENT, amount=-left, source="p:1", now=now)
    [charge] = [one for one in charges(session, debt_id) if one.number == number]
    assert charge.left == usd("5")
    with pytest.raises(Problems):
        accounts.waive(session, debt_id, number, usd("6"), reason=WHY, by=BY, now=now)


def test_principal_is_no_charge(session, debt_id, now) -> None:
    principal = accounts.known_history(session, debt_id)[0]
    assert principal.kind is accounts.EntryKind.PRINCIPAL
    with pytest.raises(Problems):
        accounts.waive(session, debt_id, principal.number, usd("1"), reason=WHY, by=BY, now=now)
