"""For any offer: which row decided, why the others did not, what was asked, and that it would be decided again."""

from __future__ import annotations

import pytest

from bot import negotiation
from bot.core import Clock
from bot.negotiation import Explanation, Frequency, Kind, Proposal, keeping
from tests.agreements.kit import World, usd


def explain(world: World, offer_id: str) -> Explanation:
    found: Explanation = world.run(negotiation.explain, offer_id)
    return found


def test_an_offer_says_which_row_decided_and_why_the_others_did_not(world: World) -> None:
    made = world.option(Kind.SETTLEMENT)
    found = explain(world, made.id)
    assert found.row == "$500 to $2,500" and found.made_as == "listed" and found.offer == made.offer
    assert '"Below $500" is for balance below 500.00; here it is 600.00' in found.sentences
    assert found.sentences[0] == '"$500 to $2,500" fits' and len(found.passed_over) == 6


def test_it_holds_what_they_asked_and_the_one_reason(world: World) -> None:
    wish = Proposal(each=usd(20), frequency=Frequency.MONTHLY)
    made = world.respond(wish)[1]
    assert made is not None
    found = explain(world, made.id)
    assert found.proposal == wish and found.made_as == "countered" and found.reason == "term_too_long"


def test_it_names_the_policy_and_replays_a_year_later(world: World) -> None:
    made = world.option(Kind.SETTLEMENT)
    world.later(days=366)
    found = explain(world, made.id)
    assert found.policy_name == "Standard" and found.replays is True and found.breaches == ()


def test_it_says_what_became_of_it(world: World) -> None:
    made = world.option(Kind.SHORT_PLAN)
    assert explain(world, made.id).agreement_id is None
    agreement = world.accept(made)
    assert explain(world, made.id).agreement_id == agreement.id


def test_all_offers_of_a_debt_the_newest_first(world: World) -> None:
    world.options()
    world.later(minutes=1)
    newest = world.propose(each=usd(60), frequency=Frequency.MONTHLY)
    found = world.run(negotiation.explained, world.debt_id)
    assert found[0].offer_id == newest.id and len(found) > 3


def test_the_job_brings_every_agreement_up_to_date_once(world: World) -> None:
    agreement = world.monthly(100)
    world.at("2026-12-08")
    clock = Clock(fixed=world.now)
    assert negotiation.keep_agreements(world.engine, clock) == 1
    assert negotiation.keep_agreements(world.engine, clock) == 0
    assert world.left()[0] == "2027-01-04 100" and agreement.revision == 0


def test_an_agreement_that_cannot_be_looked_after_does_not_stop_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.monthly(100)
    world.at("2026-12-08")

    def fail(*_: object) -> None:
        raise RuntimeError("broken row")

    monkeypatch.setattr(keeping, "look_after", fail)
    assert negotiation.keep_agreements(world.engine, Clock(fixed=world.now)) == 0
