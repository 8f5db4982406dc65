"""Fifty turns of somebody who tries everything: the room keeps its limits and its word, and always lets out."""

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
from tests.negotiation.bargaining_kit import (
    SETTLING,
    STANDARD,
    a_case,
    case_of,
    policy_of,
    proposal_of,
    thorough,
    usd,
)

TURNS = 50
A_WEEK = timedelta(days=7)
"""Counter-offers of longer ago belong to another negotiation, as in service.py."""


class Bargain:
    """One negotiation: the facts, what was offered, and on which days there were counter-offers."""

    def __init__(self, case: Case, policy: Policy) -> None:
        self.case, self.policy, self.history = case, policy, tuple[Offer, ...]()
        self.countered: list[date] = []
        self.heard: list[type[Answer]] = []

    def turn(self, proposal: Proposal) -> Answer:
        recent = [day for day in self.countered if day > self.case.today - A_WEEK]
        self.case = replace(self.case, counters_made=len(recent))
        decision = decide(self.case, self.policy)
        answer = answer_to(proposal, self.case, decision, self.history)
        shown = list(possible_offers(self.case, decision, self.history))
        if isinstance(answer, (Accepted, Countered, FinalOffer)):
            shown.append(answer.offer)
        for offer in shown:
            assert breaches(offer, self.case, decision, self.history) == ()
            self.assert_not_worse(offer)
        self.assert_counted(answer, decision.limits.counter_offers)
        self.assert_way_out(answer)
        if isinstance(answer, (Countered, FinalOffer)):
            self.assert_floor_hidden(answer)
            self.countered.append(self.case.today)
        self.history += tuple(shown)
        self.heard.append(type(answer))
        return answer

    def assert_not_worse(self, offer: Offer) -> None:
        for earlier in self.history:
            if earlier.kind is offer.kind and offer.kind in SETTLING and earlier.row == offer.row:
                assert offer.total <= earlier.total

    def assert_counted(self, answer: Answer, allowed: int) -> None:
        made = self.case.counters_made
        assert not isinstance(answer, Countered) or made < allowed
        assert not isinstance(answer, FinalOffer) or made == allowed
        assert answer != NoRoom(Reason.ROUNDS_USED) or made > allowed

    def assert_way_out(self, answer: Answer) -> None:
        """Whatever was said, the next thing said can end it: all of it today is taken, or a person has it."""
        decision = decide(self.case, self.policy)
        all_today = Proposal(wants="full", first_date=self.case.today)
        out = answer_to(all_today, self.case, decision, self.history)
        shut = self.case.held or decision.limits.person_only
        assert isinstance(out, NoRoom if shut else Accepted)
        assert not shut or isinstance(answer, NoRoom)

    def assert_floor_hidden(self, answer: Countered | FinalOffer) -> None:
        settlement = decide(self.case, self.policy).limits.settlement
        if settlement is None or not answer.reason.value.startswith(("settlement", "our")):
            return
        wide = settlement.opening.minor - settlement.floor.minor > 2_000
        if wide and answer.reason in (Reason.SETTLEMENT_TOO_LOW, Reason.OUR_SETTLEMENT):
            own = any(offer.total == answer.offer.total for offer in self.history)
            assert own or answer.offer.total > settlement.floor
        assert set(answer.values) <= {"amount", "date", "latest", "parts", "most"}

    def live_on(self, answer: Answer, chance: Random) -> None:
        """What happens until the next message: a day, a week when nothing more is to be had, a part paid, a hold."""
        rested = isinstance(answer, NoRoom) or chance.random() < 0.05
        days = 7 if rested else chance.choice((0, 0, 0, 0, 1))
        paid = chance.randint(0, self.case.balance.minor // 4) if chance.random() < 0.05 else 0
        self.case = replace(
            self.case,
            today=self.case.today + timedelta(days=days),
            days_past_due=self.case.days_past_due + days,
            balance=self.case.balance - Money(paid, "USD"),
            held=not self.case.held and chance.random() < 0.03,
            hardship=self.case.hardship or chance.random() < 0.01,
        )


def a_bargain(chance: Random) -> Bargain:
    """With somebody who may bargain: nothing that leaves only a person."""
    case = case_of(chance, counters_made=0, broken_plans=chance.choice((0, 0, 1, 2, 3)), product="gym")
    return Bargain(case, policy_of(chance))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**48))
def test_fifty_turns_of_trying_everything(seed: int) -> None:
    chance = Random(seed)
    bargain = a_bargain(chance)
    of_no_plan = 0
    for _ in range(TURNS):
        answer = bargain.turn(proposal_of(chance, bargain.case.today))
        of_no_plan += isinstance(answer, NoRoom) and answer.reason is Reason.NO_PLAN_TO_CHANGE
        bargain.live_on(answer, chance)
    assert len(bargain.heard) == TURNS
    bargained = sum(heard is not NoRoom for heard in bargain.heard)
    fifths = 3 if bargain.policy is STANDARD else 1  # of what could be bargained about at all
    assert 5 * bargained >= fifths * (TURNS - of_no_plan), "it is no bargaining behind a closed door"


@thorough
@given(st.integers(0, 2**48))
def test_nobody_is_stuck(seed: int) -> None:
    """Whoever answers what is asked gets a decision after a few questions; who never gives in gets a person."""
    chance = Random(seed)
    case, policy = case_of(chance, counters_made=0), policy_of(chance)
    decision, history = decide(case, policy), list[Offer]()
    proposal, questions = proposal_of(chance, case.today), 0
    for _ in range(decision.limits.counter_offers + 9):
        answer = answer_to(proposal, case, decision, tuple(history))
        if isinstance(answer, (Accepted, NoRoom)):
            return
        if isinstance(answer, Missing):
            questions += 1
            assert questions <= 3, f"asked for {answer.ask.value} after {proposal}"
            proposal = filled(proposal, answer.ask, chance)
        else:
            history.append(answer.offer)
            case = replace(case, counters_made=len(history))
    raise AssertionError(f"no end to {proposal}")


def filled(proposal: Proposal, ask: Ask, chance: Random) -> Proposal:
    """The debtor's answer to one question."""
    day = date(2027, 1, chance.randint(1, 28))
    if ask is Ask.AMOUNT:
        return replace(proposal, each=Money(chance.randint(100, 50_000), "USD"))
    if ask is Ask.DATE:
        parts = tuple((when or day, amount) for when, amount in proposal.parts)
        return replace(proposal, first_date=day, parts=parts)
    if ask is Ask.COUNT:
        return replace(proposal, count=chance.randint(2, 12))
    if ask is Ask.REST:
        return replace(proposal, lump=False, frequency=Frequency.MONTHLY)
    return replace(proposal, frequency=Frequency.BIWEEKLY)


@thorough
@given(st.integers(0, 2**48))
def test_paying_everything_is_always_welcome(seed: int) -> None:
    chance = Random(seed)
    case, policy = case_of(chance, counters_made=99), policy_of(chance)
    answer = answer_to(Proposal(wants="full", first_date=case.today), case, decide(case, policy))
    if isinstance(answer, NoRoom):
        assert answer.reason is Reason.PERSON_ONLY
    else:
        assert isinstance(answer, Accepted) and answer.offer.total <= case.balance


def test_a_lowballer_gets_shrinking_steps_then_a_last_word_then_a_person() -> None:
    bargain = Bargain(a_case("1000.00", days_past_due=400), STANDARD)
    answers = [bargain.turn(Proposal(total=usd(100), wants="settlement")) for _ in range(5)]
    totals = [answer.offer.total for answer in answers if isinstance(answer, (Countered, FinalOffer))]
    assert totals == [usd(780), usd(690), usd(663), usd(651)][: len(totals)]
    assert [type(answer) for answer in answers] == [Countered, Countered, Countered, FinalOffer, NoRoom]
