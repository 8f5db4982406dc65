"""Who gets which version: by debtor, for good, and more of them as the ramp grows."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import Engine

from bot import core, experiments, negotiation
from bot.core import Money
from bot.experiments import Arm, arm_at, place
from bot.experiments.store import assignments
from bot.negotiation import ByHand, Kind
from tests.agreements.kit import make_world, usd
from tests.experiments.kit import GRACE, grace_of, later, someone_of, started

pytestmark = pytest.mark.postgres
PEOPLE = st.text(st.characters(min_codepoint=48, max_codepoint=122), min_size=1, max_size=40)


@given(PEOPLE, PEOPLE, st.integers(1, 50), st.integers(1, 50))
def test_a_larger_share_only_adds(salt: str, party: str, one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert not (arm_at(salt, party, small) is Arm.CHALLENGER and arm_at(salt, party, large) is Arm.CHAMPION)
    assert arm_at(salt, party, one) is arm_at(salt, party, one) and 0 <= place(salt, party) < 10_000


def test_the_share_is_the_share_and_another_salt_is_another_draw() -> None:
    people = [f"par_{number}" for number in range(20_000)]
    for share in (5, 25, 50):
        hit = sum(arm_at("salt", one, share) is Arm.CHALLENGER for one in people)
        assert abs(hit - len(people) * share / 100) < 4 * (len(people) * 0.25) ** 0.5
    both = sum(arm_at("a", one, 50) is arm_at("b", one, 50) for one in people)
    assert abs(both - len(people) / 2) < 4 * (len(people) * 0.25) ** 0.5


def test_a_challenger_has_it_on_all_accounts_with_its_chance_beside_each_offer(engine: Engine, now: datetime) -> None:
    found = started(engine, now)
    world = someone_of(engine, now, found, Arm.CHALLENGER)
    made = [*world.options(), *world.options(world.debts[1])]
    assert made and {grace_of(world, one.id) for one in made} == {GRACE}
    [row] = world.rows(sa.select(assignments).where(assignments.c.party_id == world.who.party_id))
    assert (row.arm, row.share_pct, row.at) == ("challenger", 25, now)
    offers = world.rows(sa.select(negotiation.store.offers))
    assert {(one.experiment_id, one.propensity_pct, one.policy_version) for one in offers} == {
        (found.id, 25, found.challenger_hash)
    }
    assert {fact.data["propensity_pct"] for fact in world.facts("OfferMade")} == {"25"}


def test_whoever_was_exposed_as_champion_stays_when_the_ramp_grows(engine: Engine, now: datetime) -> None:
    found = started(engine, now)
    for first in range(1, 400, 60):
        world = someone_of(engine, now, found, Arm.CHAMPION, first=first)
        if arm_at(found.salt, world.who.party_id, 50) is Arm.CHALLENGER:
            break
    early = world.option(Kind.FULL)
    assert grace_of(world, early.id) != GRACE
    world.now = later(now, days=30)
    late = world.option(Kind.FULL)
    assert late.id != early.id and grace_of(world, late.id) != GRACE
    rows = world.rows(sa.select(negotiation.store.offers.c.propensity_pct).distinct())
    assert [row.propensity_pct for row in rows] == [75]
    assert world.count(assignments) == 1


def test_a_negotiation_that_runs_stays_with_its_version_and_the_next_one_is_in(engine: Engine, now: datetime) -> None:
    number = iter(range(1, 400))
    worlds = [make_world(engine, now, person=next(number)) for _ in range(25)]
    before = {world.who.party_id: world.option(Kind.FULL) for world in worlds}
    found = started(engine, now)
    world = next(one for one in worlds if arm_at(found.salt, one.who.party_id, 25) is Arm.CHALLENGER)
    world.now = later(now, days=2)
    answer = world.propose(wants="promise", each=usd(50), first_date=world.today)
    assert grace_of(world, answer.id) == grace_of(world, before[world.who.party_id].id) != GRACE
    assert world.count(assignments) == 0
    world.now = later(now, days=40)
    share = world.run(lambda session: experiments.share_at(found, world.now))
    next_one = world.option(Kind.FULL)
    assert share == 50 and grace_of(world, next_one.id) == GRACE and world.count(assignments) == 1


def test_nobody_in_hardship_is_experimented_with(engine: Engine, now: datetime) -> None:
    found = started(engine, now)
    world = someone_of(engine, now, found, Arm.CHALLENGER)
    world.run(negotiation.note_hardship, world.who, "in_1", now)
    assert {grace_of(world, one.id) for one in world.options()} != {GRACE}
    assert world.count(assignments) == 0


def test_an_agent_offers_under_the_version_of_the_debtor(engine: Engine, now: datetime) -> None:
    found = started(engine, now)
    world = someone_of(engine, now, found, Arm.CHALLENGER)
    wanted = ByHand("promise", Money(5000, "USD"), world.today)
    with core.transaction(engine) as session:
        made = negotiation.offer_by_hand(
            session, world.who, world.debt_id, wanted, role="agent", by="sam", now=now, today=world.today
        )
    assert grace_of(world, made.id) == GRACE and world.count(assignments) == 1


def test_when_it_stops_everybody_has_the_champion_and_what_was_offered_stands(engine: Engine, now: datetime) -> None:
    found = started(engine, now)
    world = someone_of(engine, now, found, Arm.CHALLENGER)
    offered = world.option(Kind.FULL)
    with core.transaction(engine) as session:
        experiments.stop(session, found.id, "mia", now, "It was enough")
    after = world.option(Kind.FULL)
    assert grace_of(world, after.id) != GRACE
    world.now = later(now, days=1)
    assert grace_of(world, world.propose(wants="promise", each=usd(50), first_date=world.today).id) != GRACE
    assert world.accept(offered).offer_id == offered.id


def test_something_else_that_goes_live_ends_it_at_once(engine: Engine, now: datetime) -> None:
    found = started(engine, now)
    world = someone_of(engine, now, found, Arm.CHALLENGER)
    with core.transaction(engine) as session:
        negotiation.publish(session, found.challenger_id, "max", now)
    world.options()
    assert world.count(assignments) == 0


def test_of_two_who_write_somebody_down_at_once_the_first_holds(engine: Engine, now: datetime) -> None:
    """A bot saw 25 % while another one, a moment before, still saw the champion."""
    found = started(engine, now)
    world = someone_of(engine, now, found, Arm.CHALLENGER)
    first = experiments.Exposure(found.id, Arm.CHAMPION, 5)
    with core.transaction(engine) as session:
        talk = negotiation.service.bargaining(session, world.who, world.debt_id, now, world.today)
        assert talk.holding.exposure is not None and talk.holding.exposure.arm is Arm.CHALLENGER
        assert experiments.expose(session, world.who.party_id, first, now)
        assert not experiments.expose(session, world.who.party_id, talk.holding.exposure, now)
    assert {grace_of(world, one.id) for one in world.options()} != {GRACE}
    [row] = world.rows(sa.select(assignments))
    assert (row.arm, row.share_pct) == ("champion", 5)
