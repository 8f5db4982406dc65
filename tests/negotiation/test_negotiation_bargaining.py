"""Fifty turns of somebody who tries everything: the room keeps its limits and its word, and lets out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import Money
from bot.negotiation import (
    Accepted,
    Answer,
    Ask,
    Case,
    Countered,
    FinalOffer,
    Frequency,
    Kind,
    Missing,
    NoRoom,
    Offer,
    Policy,
    Proposal,
    Reason,
    answer_to,
    breaches,
    decide,
    possible_offers,
)
from tests.negotiation.bargaining_kit import case_of, policy_of, proposal_of, usd

SETTLING = (Kind.SETTLEMENT, Kind.SETTLEMENT_PARTS)


class Bargain:
    """One negotiation: the facts, what was offered, and how many counter-offers it took."""

    def __init__(self, case: Case, policy: Policy) -> None:
        self.case, self.policy, self.history = case, policy, tuple[Offer, ...]()

    def turn(self, proposal: Proposal) -> Answer:
        decision = decide(self.case, self.policy)
        answer = answer_to(proposal, self.case, decision, self.history)
        shown = list(possible_offers(self.case, decision, self.history))
        if isinstance(answer, (Accepted, Countered, FinalOffer)):
            shown.append(answer.offer)
        for offer in shown:
            assert breaches(offer, self.case, decision) == ()
            self.assert_not_worse(offer)
        self.assert_counted(answer, decision.limits.counter_offers)
        if isinstance(answer, (Countered, FinalOffer)):
            self.assert_floor_hidden(answer)
            self.case = replace(self.case, counters_made=self.case.counters_made + 1)
        self.history += tuple(shown)
        return answer

    def assert_not_worse(self, offer: Offer) -> None:
        for earlier in self.history:
            if earlier.kind is offer.kind and offer.kind in SETTLING:
                assert offer.total <= earlier.total

    def assert_counted(self, answer: Answer, allowed: int) -> None:
        made = self.case.counters_made
        assert not isinstance(answer, Countered) or made < allowed
        assert not isinstance(answer, FinalOffer) or made == allowed

    def assert_floor_hidden(self, answer: Countered | FinalOffer) -> None:
        settlement = decide(self.case, self.policy).limits.settlement
        if settlement is None or not answer.reason.value.startswith(("settlement", "our")):
            return
        wide = settlement.opening.minor - settlement.floor.minor > 2_000
        if wide and answer.reason in (Reason.SETTLEMENT_TOO_LOW, Reason.OUR_SETTLEMENT):
            own = any(offer.total == answer.offer.total for offer in self.history)
            assert own or answer.offer.total > settlement.floor
        assert set(answer.values) <= {"amount", "date", "latest", "parts", "most"}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**48))
def test_fifty_turns_of_trying_everything(seed: int) -> None:
    chance = Random(seed)
    bargain = Bargain(case_of(chance, counters_made=0), policy_of(chance))
    for _ in range(50):
        bargain.turn(proposal_of(chance, bargain.case.today))
        if chance.random() < 0.1:
            bargain.case = replace(bargain.case, today=bargain.case.today + timedelta(days=1))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**48))
def test_nobody_is_stuck(seed: int) -> None:
    """Whoever answers what is asked gets a decision, and whoever keeps lowballing gets a person."""
    chance = Random(seed)
    bargain = Bargain(case_of(chance, counters_made=0), policy_of(chance))
    proposal = proposal_of(chance, bargain.case.today)
    for _ in range(50):
        answer = bargain.turn(proposal)
        if isinstance(answer, (Accepted, NoRoom)):
            break
        proposal = filled(proposal, answer.ask, chance) if isinstance(answer, Missing) else proposal
    assert isinstance(answer, (Accepted, NoRoom))


def filled(proposal: Proposal, ask: Ask, chance: Random) -> Proposal:
    """The debtor's answer to one question."""
    day = date(2027, 1, chance.randint(1, 28))
    if ask is Ask.AMOUNT:
        return replace(proposal, each=Money(chance.randint(100, 50_000), "USD"))
    if ask is Ask.DATE:
        parts = tuple((when or day, amount) for when, amount in proposal.parts)
        return replace(proposal, first_date=day, parts=parts)
    if ask is Ask.REST:
        return replace(proposal, lump=False, frequency=Frequency.MONTHLY)
    return replace(proposal, frequency=Frequency.BIWEEKLY)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**48))
def test_paying_everything_is_always_welcome(seed: int) -> None:
    chance = Random(seed)
    bargain = Bargain(case_of(chance, counters_made=99), policy_of(chance))
    answer = bargain.turn(Proposal(wants="full", first_date=bargain.case.today))
    if isinstance(answer, NoRoom):
        assert answer.reason is Reason.PERSON_ONLY
    else:
        assert isinstance(answer, Accepted) and answer.offer.total <= bargain.case.balance


def test_a_lowballer_gets_shrinking_steps_then_a_last_word_then_a_person() -> None:
    from tests.negotiation.bargaining_kit import STANDARD, a_case

    bargain = Bargain(a_case("1000.00", days_past_due=400), STANDARD)
    answers = [bargain.turn(Proposal(total=usd(100), wants="settlement")) for _ in range(5)]
    totals = [answer.offer.total for answer in answers if isinstance(answer, (Countered, FinalOffer))]
    assert totals == [usd(780), usd(690), usd(663), usd(651)][: len(totals)]
    assert [type(answer) for answer in answers] == [Countered, Countered, Countered, FinalOffer, NoRoom]
