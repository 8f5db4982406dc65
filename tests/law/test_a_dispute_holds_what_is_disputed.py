"""A dispute holds what is disputed, all of it and no more: a part of a debt, one debt of several, or everything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot import accounts, contact, core, identity, negotiation, payments
from bot.accounts import Claim, DebtStatus, DisputeOutcome, DisputeReason
from bot.core import Money
from tests.law.kit import MARIA, OFFER, REMINDER, World

PUBLIC = "https://pay.example"
PART = Money(20000, "USD")


@dataclass
class Talk:
    """Maria, verified, and her one debt."""

    world: World

    def now(self) -> datetime:
        self.world.clock.move(timedelta(seconds=1))
        return self.world.clock.now()

    def who(self) -> identity.Verified:
        found = identity.known_in(self.world.talk(), self.world.clock.now())
        assert found is not None
        return found

    def debt(self) -> accounts.Debt:
        who = self.who()
        with core.reading(self.world.database) as session:
            return accounts.open_debts(session, who, self.world.clock.now())[0]

    def disputes(self, claim: Claim) -> accounts.Dispute:
        now, talk = self.now(), self.world.talk()
        with core.transaction(self.world.database) as session:
            return accounts.open_dispute(session, talk, claim, message_id=f"in:{now}", now=now)

    def asks_for(self, amount: Money) -> payments.Link:
        now, who, debt = self.now(), self.who(), self.debt().id
        with core.transaction(self.world.database) as session:
            return payments.request(
                session, who, debt_id=debt, purpose=payments.Purpose.FULL, amount=amount,
                valid_until=now + timedelta(days=3), now=now, public_url=PUBLIC,
            )  # fmt: skip

    def made(self) -> tuple[negotiation.Made, ...]:
        now, who, debt = self.now(), self.who(), self.debt().id
        with core.transaction(self.world.database) as session:
            return negotiation.options(session, who, debt, now, now.date())

    def offers(self) -> list[Money]:
        return [one.offer.total for one in self.made()]

    def page(self, link: payments.Link) -> payments.PayView:
        with core.reading(self.world.database) as session:
            found = payments.view(session, link.url.rpartition("/")[2], self.world.clock.now())
        assert found is not None
        return found

    def decides(self, number: str, outcome: DisputeOutcome) -> None:
        now = self.now()
        with core.transaction(self.world.database) as session:
            accounts.decide_dispute(session, number, outcome, reason="copy sent", actor="agent:7", now=now)


@pytest.fixture
def maria() -> Iterator[Talk]:
    world = World()
    world.says(MARIA)
    yield Talk(world)


def of_a_part(talk: Talk, part: Money = PART) -> Claim:
    return Claim(DisputeReason.WRONG_AMOUNT, "200 of it is wrong", talk.debt().id, part)


def test_RF_38_a_dispute_of_a_part_holds_that_part_and_the_rest_may_be_agreed_and_paid(maria: Talk) -> None:
    owed = maria.debt().balance
    assert owed > PART and max(maria.offers()) == owed
    maria.disputes(of_a_part(maria))
    debt, rest = maria.debt(), owed - PART
    assert (debt.balance, debt.disputed, debt.rest, debt.status) == (owed, PART, rest, DebtStatus.OPEN)
    assert max(maria.offers()) == rest
    assert maria.page(maria.asks_for(rest)).amount == rest
    with pytest.raises(payments.MoreThanOwed) as refused:
        maria.asks_for(rest + Money(1, "USD"))
    assert refused.value.values["left"] == rest


def test_RF_38_what_is_disputed_is_asked_for_again_only_after_a_person_decided(maria: Talk) -> None:
    owed = maria.debt().balance
    opened = maria.disputes(of_a_part(maria))
    assert maria.debt().rest == owed - PART
    maria.world.restarts()
    maria.world.clock.move(timedelta(days=400))
    maria.world.says(MARIA)
    assert maria.debt().rest == owed - PART
    maria.decides(opened.number, DisputeOutcome.VERIFIED)
    assert maria.debt().rest == owed and max(maria.offers()) == owed


def test_RF_38_a_link_for_the_whole_that_was_sent_before_takes_only_the_rest(maria: Talk) -> None:
    owed = maria.debt().balance
    link = maria.asks_for(owed)
    maria.disputes(of_a_part(maria))
    assert maria.page(link).amount == owed - PART


def test_RF_38_an_offer_for_the_whole_that_was_made_before_cannot_be_agreed(maria: Talk) -> None:
    whole = next(one for one in maria.made() if one.offer.total == maria.debt().balance)
    maria.disputes(of_a_part(maria))
    who, now = maria.who(), maria.now()
    with pytest.raises(negotiation.OfferOutdated), core.transaction(maria.world.database) as session:
        negotiation.accept(session, who, whole.id, now, now.date())


def test_RF_38_of_a_part_that_is_all_of_it_nothing_may_be_asked(maria: Talk) -> None:
    maria.disputes(of_a_part(maria, maria.debt().balance))
    assert maria.debt().status is DebtStatus.DISPUTED and not maria.debt().rest.is_positive
    with pytest.raises(negotiation.DebtOnHold):
        maria.offers()
    with pytest.raises(payments.OnHold):
        maria.asks_for(Money(5000, "USD"))


def test_RF_38_when_the_rest_is_paid_nothing_of_the_disputed_part_is_asked(maria: Talk) -> None:
    maria.disputes(of_a_part(maria))
    rest = maria.debt().rest
    link = maria.asks_for(rest)
    now, debt = maria.now(), maria.debt().id
    with core.transaction(maria.world.database) as session:
        accounts.post(session, debt_id=debt, kind=accounts.EntryKind.PAYMENT, amount=-rest, source="cheque", now=now)
    assert maria.debt().balance == PART and maria.debt().status is DebtStatus.DISPUTED
    assert maria.page(link).state is payments.State.PAUSED
    with pytest.raises(payments.OnHold):
        maria.asks_for(Money(5000, "USD"))
    with pytest.raises(negotiation.DebtOnHold):
        maria.offers()


def test_RF_38_two_disputes_of_parts_add_up_and_each_ends_by_itself(maria: Talk) -> None:
    owed = maria.debt().balance
    first = maria.disputes(of_a_part(maria))
    maria.disputes(of_a_part(maria, Money(5000, "USD")))
    assert maria.debt().rest == owed - PART - Money(5000, "USD")
    maria.decides(first.number, DisputeOutcome.UPHELD)
    assert maria.debt().rest == owed - Money(5000, "USD")


def test_RF_38_at_the_door_only_what_was_written_after_the_dispute_and_about_that_debt_may_ask(maria: Talk) -> None:
    world, debt = maria.world, maria.debt().id
    maria.disputes(of_a_part(maria))
    about_it = contact.Say(OFFER.response, OFFER.text, tag="offer", debt_id=debt)
    talk, now, who = world.talk(), world.clock.now(), maria.who()
    with core.transaction(world.database) as session:
        placed = contact.active_holds(session, who.party_id, now)[0].placed_at
        how = contact.Sending("k", reply_to="in_9", answers_at=now)
        assert not contact.ask(session, talk, about_it, how, placed).allowed, "nothing in the turn that disputes"
        later = placed + timedelta(seconds=1)
        assert contact.ask(session, talk, about_it, how, later).allowed
        assert not contact.ask(session, talk, OFFER, how, later).allowed, "it may be about any of their debts"
        assert not contact.ask(session, talk, REMINDER, contact.Sending("k2"), later).allowed


def test_RF_38_what_was_queued_before_the_dispute_does_not_leave_after_it(maria: Talk) -> None:
    facts = contact.facts.Facts(channel="sms", is_verified=True, party_id="par_1", is_reply=True)
    at = maria.world.clock.now()
    hold = contact.Hold("hld_1", "par_1", contact.HoldKind.DISPUTE, "debt_1", at, part=PART)
    about = contact.Say("utter_x", "$40", tag="payment", debt_id="debt_1")
    facts = replace(facts, holds=(hold,), answers_at=at + timedelta(minutes=1))
    later = at + timedelta(minutes=1)
    before = replace(facts, queued_at=at - timedelta(minutes=1))
    after = replace(facts, queued_at=at + timedelta(seconds=30))
    assert not contact.may_send(about, before, later).allowed
    assert contact.may_send(about, after, later).allowed


def test_RF_30_a_payment_is_never_shared_out_to_what_is_disputed(maria: Talk) -> None:
    debt = maria.debt()
    maria.disputes(of_a_part(maria))
    who, now, rest = maria.who(), maria.now(), maria.debt().rest
    with core.reading(maria.world.database) as session:
        assert negotiation.allocate(session, who, rest, [(debt.id, None)], now) == ((debt.id, debt.balance - PART),)
        with pytest.raises(negotiation.MoreThanAllOwed):
            negotiation.allocate(session, who, debt.balance, [], now)
    maria.disputes(Claim(DisputeReason.NOT_MY_DEBT, "not mine", debt.id))
    with pytest.raises(negotiation.DebtDisputed), core.reading(maria.world.database) as session:
        negotiation.allocate(session, who, Money(5000, "USD"), [(debt.id, None)], now)
