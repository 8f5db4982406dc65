"""A dispute is a hold the moment that it is typed, by whoever types it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot import accounts, contact, core, identity
from bot.accounts import Claim, DebtStatus, DisputeOutcome, DisputeReason
from tests.accounts.marias_account import BILLS, MARIA, PHONE, POWER, SECRET, placement, talk, usd, verified

pytestmark = pytest.mark.postgres
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


class TestWhichAccount:
    """A dispute from before they were known holds all of it only until it is known which account it was about."""

    @pytest.fixture
    def visitor(self, session: core.Session, now: datetime) -> contact.Conversation:
        both = [placement(), placement(reference="NW-2000")]
        accounts.place(session, both, now=now, secret=SECRET)
        return contact.open_conversation(session, "web", "visitor-1", now)

    def says(self, session: core.Session, visitor: contact.Conversation, claim: Claim, now: datetime) -> None:
        accounts.open_dispute(session, visitor, claim, message_id="in_1", now=now)

    def proves(self, session: core.Session, visitor: contact.Conversation, now: datetime) -> identity.Verified:
        answers = identity.Answers(MARIA.date_of_birth, MARIA.postcode, "NW-1000")
        checks = identity.Checks.on("web", SECRET)
        outcome = identity.challenge(session, visitor, answers, now=now, checks=checks)
        assert isinstance(outcome, identity.Matched)
        accounts.adopt_disputes(session, outcome.verified, now)
        return outcome.verified

    def test_the_one_that_they_named_is_held_and_the_other_may_be_paid(
        self, session: core.Session, visitor: contact.Conversation, now: datetime
    ) -> None:
        self.says(session, visitor, replace(NOT_MINE, named="NW-2000"), now)
        who = self.proves(session, visitor, now)
        free, second = accounts.open_debts(session, who, now)
        assert held(session, who.party_id, now) == [(contact.HoldKind.DISPUTE, second.id)]
        assert (free.reference, free.status, second.status) == ("NW-1000", DebtStatus.OPEN, DebtStatus.DISPUTED)
        assert accounts.unnamed_disputes(session, who, now) == ()
        talk = contact.conversation(session, visitor.id)
        assert {hold.debt_id for hold in contact.holds_over(session, talk, now)} == {second.id}

    def test_where_none_was_named_all_is_held_until_they_say_which(
        self, session: core.Session, visitor: contact.Conversation, now: datetime
    ) -> None:
        self.says(session, visitor, NOT_MINE, now)
        who = self.proves(session, visitor, now)
        assert held(session, who.party_id, now) == [(contact.HoldKind.DISPUTE, None)]
        (unnamed,) = accounts.unnamed_disputes(session, who, now)
        meant = accounts.open_debts(session, who, now)[1]
        named = accounts.name_disputed(session, who, unnamed.number, meant.id, now=now, part=usd("72.40"))
        assert (named.number, named.debt_id, named.part) == ("D-1001", meant.id, usd("72.40"))
        assert [hold.part for hold in contact.active_holds(session, who.party_id, now)] == [usd("72.40")]
        assert [debt.rest for debt in accounts.open_debts(session, who, now)] == [usd("612.40"), usd("540.00")]

    def test_what_a_colleague_holds_stays_held(
        self, session: core.Session, visitor: contact.Conversation, now: datetime
    ) -> None:
        who = self.proves(session, visitor, now)
        contact.place_hold(
            session, party_id=who.party_id, kind=contact.HoldKind.DISPUTE, reason="by post", now=now, actor="agent:7"
        )
        self.says(session, visitor, NOT_MINE, now)
        debt = accounts.open_debts(session, who, now)[0]
        accounts.name_disputed(session, who, "D-1001", debt.id, now=now)
        assert held(session, who.party_id, now) == [
            (contact.HoldKind.DISPUTE, None), (contact.HoldKind.DISPUTE, debt.id),
        ]  # fmt: skip

    def test_the_dispute_of_somebody_else_cannot_be_named(
        self, session: core.Session, visitor: contact.Conversation, now: datetime
    ) -> None:
        who = self.proves(session, visitor, now)
        debt = accounts.open_debts(session, who, now)[0]
        with pytest.raises(accounts.NoSuchDebt):
            accounts.name_disputed(session, who, "D-1001", debt.id, now=now)


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


def test_what_they_send_with_a_dispute_is_its_evidence_until_it_is_decided(
    session: core.Session, maria: identity.Verified, now: datetime
) -> None:
    def sends(name: str, at: datetime) -> contact.InboxMessage | None:
        return contact.receive(session, contact.Incoming("sms", PHONE, name, "here", (f"https://m/{name}",)), at)

    sends("before", now - timedelta(minutes=5))
    first = sends("with", now - timedelta(seconds=1))
    assert first is not None
    dispute = open_one(session, now, message=first.id)
    sends("after", now + timedelta(hours=1))
    assert [one.url for one in accounts.evidence(session, dispute)] == ["https://m/with", "https://m/after"]
    decide(session, dispute.number, now + timedelta(hours=2))
    sends("late", now + timedelta(hours=3))
    assert [one.url for one in accounts.evidence(session, dispute)] == ["https://m/with", "https://m/after"]
    assert dispute.answer_by == now + timedelta(days=30)


def test_where_nobody_is_known_only_what_was_said_there_is_found(session: core.Session, now: datetime) -> None:
    def disputed(address: str) -> str:
        talk = contact.open_conversation(session, "sms", address, now)
        accounts.open_dispute(session, talk, NOT_MINE, message_id=f"in_{address}", now=now)
        return talk.id

    here, elsewhere = disputed("+12025550191"), disputed("+12025550192")
    assert len(accounts.disputes_over(session, None, here)) == 1
    assert accounts.disputes_over(session, None, here) != accounts.disputes_over(session, None, elsewhere)
