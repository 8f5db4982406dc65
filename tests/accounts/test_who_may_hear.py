"""Facts about a debt go to the verified person whose debt it is, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timezone
from typing import Any

import pytest

from bot import accounts, contact, core, identity
from tests.accounts.marias_account import BILLS, MARIA, PHONE, POWER, SECRET, placement, usd, verified

NOON = datetime(2026, 11, 18, 17, tzinfo=timezone.utc)
DOORS: dict[str, Callable[[core.Session, Any, str], object]] = {
    "open_debts": lambda session, who, debt_id: accounts.open_debts(session, who, who and who.at),
    "debt": accounts.debt,
    "itemisation": accounts.itemisation,
    "history": accounts.history,
    "case_facts": lambda session, who, debt_id: accounts.case_facts(session, who, debt_id, NOON, date(2026, 11, 18)),
    "me": lambda session, who, debt_id: accounts.me(session, who),
}


class Lookalike:
    def __init__(self, who: identity.Verified) -> None:
        self.party_id, self.conversation_id, self.at = who.party_id, who.conversation_id, who.at


@pytest.mark.parametrize("door", DOORS)
def test_a_lookalike_or_a_shell_opens_no_door(
    session: core.Session, maria: identity.Verified, debt_id: str, door: str
) -> None:
    assert DOORS[door](session, maria, debt_id)
    for fake in (Lookalike(maria), object.__new__(identity.Verified), maria.party_id, None):
        with pytest.raises((identity.Forged, AttributeError)):
            DOORS[door](session, fake, debt_id)


@pytest.mark.parametrize("door", ["debt", "itemisation", "history", "case_facts"])
def test_the_debt_of_another_person_does_not_exist(
    session: core.Session, maria: identity.Verified, now: datetime, door: str
) -> None:
    bobs = bob(session, now)
    with pytest.raises(accounts.NoSuchDebt) as refusal:
        DOORS[door](session, maria, bobs)
    assert refusal.value.response == "utter_accounts_no_such_debt"
    assert refusal.value.values == {}


def test_open_debts_are_ones_own(session: core.Session, maria: identity.Verified, now: datetime) -> None:
    bob(session, now)
    assert [debt.reference for debt in accounts.open_debts(session, maria, now)] == ["NW-1000"]


def test_a_person_with_two_debts_hears_both_oldest_first(
    session: core.Session, maria: identity.Verified, now: datetime
) -> None:
    second = placement(reference="HB-1", client="Harbor Bank", opened_on=date(2020, 1, 1))
    accounts.place(session, [second], now=now, secret=SECRET)
    assert [debt.client for debt in accounts.open_debts(session, maria, now)] == [
        "Harbor Bank",
        "Northwind Energy",
    ]


def test_the_case_holds_what_terms_may_depend_on_and_nothing_of_the_person(
    session: core.Session, maria: identity.Verified, debt_id: str
) -> None:
    case = accounts.case_facts(session, maria, debt_id, NOON, date(2026, 11, 18))
    assert case == accounts.CaseFacts(
        debt_id, "Northwind Energy", "electricity", "US-GA", usd("612.40"), days_past_due=113
    )


def test_an_account_number_shows_its_end(session: core.Session, maria: identity.Verified, debt_id: str) -> None:
    assert accounts.debt(session, maria, debt_id).ending == "1000"


def test_a_name_may_be_said_before(session: core.Session, maria: identity.Verified) -> None:
    assert accounts.given_name(session, maria.party_id) == "Maria"


def bob(session: core.Session, now: datetime) -> str:
    """The id of Bob's debt."""
    person = replace(MARIA, customer="C-2", given_name="Bob", phone="+15550100002", date_of_birth=date(1970, 1, 1))
    account = replace(POWER, reference="NW-2000")
    accounts.place(session, [accounts.Placement("row 3", person, account, BILLS)], now=now, secret=SECRET)
    who = verified(session, person.phone, now, person)
    assert contact.parties_at(session, "sms", PHONE) != (who.party_id,)
    return accounts.open_debts(session, who, now)[0].id
