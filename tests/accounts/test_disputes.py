"""A dispute is a hold the moment that it is typed, by whoever types it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from bot import accounts, contact, core, identity
from bot.accounts import Claim, DebtStatus, DisputeOutcome, DisputeReason
from tests.accounts.marias_account import BILLS, MARIA, PHONE, POWER, SECRET, placement, talk, usd, verified

NOT_MINE = Claim(DisputeReason.NOT_MY_DEBT, "i never had this account")


def open_one(
    session: core.Session, now: datetime, claim: Claim = NOT_MINE, phone: str = PHONE, message: str = "in_1"
) -> accounts.Dispute:
    return accounts.open_dispute(session, talk(session, phone, now), claim, message_id=message, now=now)


def held(session: core.Session, party_id: str, now: datetime) -> list[tuple[contact.HoldKind, str | None]]:
    return [(hold.kind, hold.debt_id) for hold in contact.active_holds(session, party_id, now)]


class TestFromAVerifiedPerson:
    def test_it_holds_the_debt_and_gets_a_number(
        self, session: core.Session, maria: identity.Verified, debt_id: str, now: datetime
    ) -> None:
        dispute = open_one(session, now)
        assert (dispute.number, dispute.debt_id, dispute.party_id) == ("D-1001", debt_id, maria.party_id)
        assert held(session, maria.party_id, now) == [(contact.HoldKind.DISPUTE, debt_id)]
        assert accounts.debt(session, maria, debt_id).status is DebtStatus.DISPUTED

    def test_the_same_message_again_changes_nothing(
        self, session: core.Session, maria: identity.Verified, now: datetime
    ) -> None:
        assert open_one(session, now) == open_one(session, now)
        assert len(accounts.open_disputes(session, maria.party_id)) == 1
        assert len(core.facts(session, kind="DisputeOpened")) == 1

    def test_two_messages_are_two_disputes_with_their_own_numbers(
        self, session: core.Session, maria: identity.Verified, now: datetime
    ) -> None:
        numbers = [open_one(session, now, message=f"in_{n}").number for n in (1, 2)]
        assert numbers == ["D-1001", "D-1002"]

    def test_a_part_is_remembered(
        self, session: core.Session, maria: identity.Verified, debt_id: str, now: datetime
    ) -> None:
        open_one(session, now, Claim(DisputeReason.WRONG_AMOUNT, "the fees", debt_id, usd("72.40")))
        assert [dispute.part for dispute in accounts.open_disputes(session, maria.party_id)] == [usd("72.40")]

    def test_asking_for_proof_is_a_validation_hold(
        self, session: core.Session, maria: identity.Verified, debt_id: str, now: datetime
    ) -> None:
        open_one(session, now, Claim(DisputeReason.REQUEST_VALIDATION, "prove it"))
        assert held(session, maria.party_id, now) == [(contact.HoldKind.VALIDATION, debt_id)]

    def test_which_of_two_debts_was_not_said_so_both_are_held(
        self, session: core.Session, maria: identity.Verified, now: datetime
    ) -> None:
        accounts.place(session, [placement(reference="NW-2000")], now=now, secret=SECRET)
        assert open_one(session, now).debt_id is None
        assert held(session, maria.party_id, now) == [(contact.HoldKind.DISPUTE, None)]
        statuses = {debt.status for debt in accounts.open_debts(session, maria, now)}
        assert statuses == {DebtStatus.DISPUTED}

    def test_the_debt_of_somebody_else_is_refused(
        self, session: core.Session, maria: identity.Verified, now: datetime
    ) -> None:
        with pytest.raises(accounts.NoSuchDebt):
            open_one(session, now, Claim(DisputeReason.OTHER, "x", debt_id="debt_of_bob"))


class TestFromSomebodyNotVerified:
    def test_the_person_at_the_address_is_held_as_a_whole(self, session: core.Session, now: datetime) -> None:
        accounts.place(session, [placement()], now=now, secret=SECRET)
        (party_id,) = contact.parties_at(session, "sms", PHONE)
        dispute = open_one(session, now, Claim(DisputeReason.NOT_MY_DEBT, "not me", debt_id="debt_of_bob"))
        assert (dispute.party_id, dispute.debt_id) == (party_id, None)
        assert held(session, party_id, now) == [(contact.HoldKind.DISPUTE, None)]

    def test_everybody_at_a_shared_phone_is_held(self, session: core.Session, now: datetime) -> None:
        bob = accounts.Placement("row 3", replace(MARIA, customer="C-2"), replace(POWER, reference="NW-2"), BILLS)
        accounts.place(session, [placement(), bob], now=now, secret=SECRET)
        people = contact.parties_at(session, "sms", PHONE)
        first = open_one(session, now)
        assert open_one(session, now) == first
        assert len(people) == 2
        for party_id in people:
            assert held(session, party_id, now) == [(contact.HoldKind.DISPUTE, None)]
            assert len(accounts.open_disputes(session, party_id)) == 1

    def test_one_from_nowhere_is_written_down_and_held_when_we_know_who_it_was(
        self, session: core.Session, now: datetime
    ) -> None:
        accounts.place(session, [placement()], now=now, secret=SECRET)
        visitor = contact.open_conversation(session, "web", "visitor-1", now)
        dispute = accounts.open_dispute(session, visitor, NOT_MINE, message_id="in_1", now=now)
        assert (dispute.number, dispute.party_id) == ("D-1001", None)
        outcome = identity.challenge(
            session, visitor, identity.Answers(MARIA.date_of_birth, MARIA.postcode, "NW-1000"),
            now=now, checks=identity.Checks.on("web", SECRET),
        )  # fmt: skip
        assert isinstance(outcome, identity.Matched)
        who = outcome.verified
        assert [adopted.number for adopted in accounts.adopt_disputes(session, who, now)] == ["D-1001"]
        assert held(session, who.party_id, now) == [(contact.HoldKind.DISPUTE, None)]
        assert accounts.adopt_disputes(session, who, now) == ()


class TestDeciding:
    def test_a_decision_ends_the_hold(
        self, session: core.Session, maria: identity.Verified, debt_id: str, now: datetime
    ) -> None:
        decide(session, open_one(session, now).number, now)
        assert held(session, maria.party_id, now) == []
        assert accounts.open_disputes(session, maria.party_id) == ()
        assert accounts.debt(session, maria, debt_id).status is DebtStatus.OPEN

    def test_a_hold_stays_while_another_dispute_stands_on_it(
        self, session: core.Session, maria: identity.Verified, now: datetime
    ) -> None:
        first, second = (open_one(session, now, message=f"in_{n}").number for n in (1, 2))
        decide(session, first, now)
        assert len(held(session, maria.party_id, now)) == 1
        decide(session, second, now)
        assert held(session, maria.party_id, now) == []


def decide(session: core.Session, number: str, now: datetime) -> None:
    accounts.decide_dispute(session, number, DisputeOutcome.VERIFIED, reason="contract sent", actor="agent:7", now=now)


def test_a_dispute_by_post_holds_too(session: core.Session, now: datetime) -> None:
    accounts.place(session, [placement()], now=now, secret=SECRET)
    who = verified(session, PHONE, now)
    accounts.place_dispute(session, party_id=who.party_id, debt_id=None, claim=NOT_MINE, source="letter:7", now=now)
    assert held(session, who.party_id, now) == [(contact.HoldKind.DISPUTE, None)]
