"""The way of a policy from draft to live and back, and what it does to what was offered and agreed before."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot import negotiation
from bot.core import Problems
from bot.negotiation import Kind, live, store, versions
from bot.negotiation.version_log import (
    BaseMoved,
    NothingBefore,
    NotInState,
    OwnApproval,
    State,
    Version,
    VersionRefused,
    version,
)
from bot.negotiation.version_log import versions as all_versions
from tests.agreements.kit import World

pytestmark = pytest.mark.postgres

ANA, BEN = "manager:ana", "manager:ben"


def content(**cells: object) -> bytes:
    """The shipped policy under another name, with other defaults."""
    raw = json.loads(live.STANDARD.read_bytes())
    raw["name"] = str(cells.pop("name", "New"))
    raw["defaults"] |= cells
    return json.dumps(raw).encode()


def drafted(world: World, by: str = ANA, **cells: object) -> Version:
    found: Version = world.run(versions.draft, content(**cells), by, world.now)
    return found


def simulate(world: World, draft: Version) -> None:
    base = world.run(live.content, draft.base)
    report = negotiation.simulate(draft.policy, base, [], [])
    world.run(versions.simulated, draft.id, report, ANA, world.now)


def submitted(world: World, **cells: object) -> Version:
    draft = drafted(world, **cells)
    simulate(world, draft)
    found: Version = world.run(versions.submit, draft.id, ANA, world.now, ())
    return found


def approved(world: World, **cells: object) -> Version:
    found: Version = world.run(versions.approve, submitted(world, **cells).id, BEN, world.now)
    return found


def published(world: World, after: timedelta = timedelta(), **cells: object) -> Version:
    ready = approved(world, **cells)
    found: Version = world.run(versions.publish, ready.id, BEN, world.now, world.now + after)
    return found


def in_force(world: World) -> str:
    return str(world.run(live.policy, world.now).name)


def state(world: World, found: Version) -> State:
    now: Version = world.run(version, found.id, world.now)
    return now.state


def test_until_something_is_published_the_shipped_policy_is_in_force(world: World) -> None:
    assert in_force(world) == "Standard"
    draft = drafted(world)
    assert draft.state is State.DRAFT and in_force(world) == "Standard"
    assert world.run(version, draft.base, world.now).state is State.LIVE


def test_the_whole_way_to_live(world: World) -> None:
    draft = drafted(world)
    simulate(world, draft)
    assert world.run(versions.submit, draft.id, ANA, world.now).state is State.SUBMITTED, "with all golden cases"
    assert world.run(versions.approve, draft.id, BEN, world.now, "looks right").state is State.APPROVED
    assert world.run(versions.publish, draft.id, BEN, world.now).state is State.LIVE
    assert in_force(world) == "New"
    kinds = [fact.kind for fact in world.run(negotiation_facts, draft.id)]
    assert kinds == [
        "PolicyDrafted", "PolicySimulated", "PolicySubmitted", "PolicyApproved", "PolicyPublishing", "PolicyLive",
    ]  # fmt: skip


def negotiation_facts(session: object, subject: str) -> object:
    from bot import core

    return core.facts(session, subject=subject)  # type: ignore[arg-type]


def test_a_malformed_policy_never_becomes_a_draft(world: World) -> None:
    with pytest.raises(Problems):
        drafted(world, max_term_months="long")


def test_a_draft_with_problems_is_not_submitted_and_hears_all_of_them(world: World) -> None:
    draft = drafted(world, short_term_months=30, settlement_max_parts=0)
    with pytest.raises(Problems) as refused:
        world.run(versions.submit, draft.id, ANA, world.now, ())
    found = [str(problem) for problem in refused.value.problems]
    assert len(found) > 3 and any("simulation" in one for one in found)
    assert state(world, draft) is State.DRAFT


def test_a_draft_is_not_submitted_while_a_golden_case_is_red(world: World) -> None:
    draft = drafted(world, min_payment="30.00")
    simulate(world, draft)
    with pytest.raises(Problems) as refused:
        world.run(versions.submit, draft.id, ANA, world.now)
    assert all("golden case" in problem.where for problem in refused.value.problems)


def test_a_draft_is_not_submitted_without_a_simulation_of_the_last_week(world: World) -> None:
    draft = drafted(world)
    simulate(world, draft)
    world.later(days=7, seconds=1)
    with pytest.raises(Problems) as refused:
        world.run(versions.submit, draft.id, ANA, world.now, ())
    assert [problem.where for problem in refused.value.problems] == ["simulation"]


def test_a_report_about_another_policy_is_not_taken_for_this_one(world: World) -> None:
    draft, other = drafted(world), drafted(world, name="Other", pause_days=20)
    report = negotiation.simulate(other.policy, live.shipped(), [], [])
    with pytest.raises(Problems):
        world.run(versions.simulated, draft.id, report, ANA, world.now)


def test_nobody_approves_their_own(world: World) -> None:
    waiting = submitted(world)
    with pytest.raises(OwnApproval):
        world.run(versions.approve, waiting.id, ANA, world.now)
    assert state(world, waiting) is State.SUBMITTED


def test_what_was_rejected_cannot_be_published(world: World) -> None:
    waiting = submitted(world)
    world.run(versions.reject, waiting.id, BEN, world.now, "too generous")
    with pytest.raises(NotInState):
        world.run(versions.publish, waiting.id, BEN, world.now)


def test_an_approval_dies_when_the_draft_changes(world: World) -> None:
    ready = approved(world)
    other = world.run(versions.revise, ready.id, content(pause_days=20), ANA, world.now)
    assert state(world, ready) is State.REPLACED and other.state is State.DRAFT
    for one in (ready, other):
        with pytest.raises(NotInState):
            world.run(versions.publish, one.id, BEN, world.now)


def test_publishing_fails_when_another_went_live_since_the_draft_was_begun(world: World) -> None:
    first, second = approved(world, name="First"), approved(world, name="Second")
    world.run(versions.publish, first.id, BEN, world.now)
    with pytest.raises(BaseMoved) as refused:
        world.run(versions.publish, second.id, BEN, world.now)
    assert "First" in str(refused.value) and in_force(world) == "First"


def test_of_two_who_publish_at_the_same_moment_one_is_told_to_begin_again(world: World) -> None:
    ready = [approved(world, name="First").id, approved(world, name="Second").id]

    def attempt(version_id: str) -> str:
        try:
            world.run(versions.publish, version_id, BEN, world.now)
        except VersionRefused as refused:
            return type(refused).__name__
        return "live"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, ready)) == ["BaseMoved", "live"]


def test_it_takes_effect_on_its_day_and_not_a_second_before(world: World) -> None:
    scheduled = published(world, after=timedelta(days=3))
    assert scheduled.state is State.SCHEDULED and in_force(world) == "Standard"
    world.later(days=3, seconds=-1)
    assert in_force(world) == "Standard"
    world.later(seconds=1)
    assert in_force(world) == "New" and state(world, scheduled) is State.LIVE


def test_nothing_takes_effect_in_the_past_or_before_what_is_scheduled(world: World) -> None:
    ready = approved(world)
    with pytest.raises(Problems):
        world.run(versions.publish, ready.id, BEN, world.now, world.now - timedelta(seconds=1))
    world.run(versions.publish, ready.id, BEN, world.now, world.now + timedelta(days=3))
    after = approved(world, name="After", pause_days=20)
    assert after.base == ready.id
    with pytest.raises(Problems):
        world.run(versions.publish, after.id, BEN, world.now)


def test_what_is_scheduled_can_be_withdrawn_and_the_next_goes_live_at_once(world: World) -> None:
    scheduled = published(world, after=timedelta(days=3))
    world.run(versions.withdraw, scheduled.id, ANA, world.now, "not yet")
    world.later(days=4)
    assert in_force(world) == "Standard" and state(world, scheduled) is State.WITHDRAWN
    published(world, name="Next")
    assert in_force(world) == "Next"


def test_rolling_back_is_one_step_and_can_be_rolled_back_itself(world: World) -> None:
    first = published(world, name="First")
    world.later(hours=1)
    second = published(world, name="Second", pause_days=20)
    world.later(hours=1)
    assert world.run(versions.roll_back, ANA, world.now, "complaints").id == first.id
    assert in_force(world) == "First" and state(world, second) is State.RETIRED
    world.later(hours=1)
    assert world.run(versions.roll_back, ANA, world.now, "after all").id == second.id


def test_the_first_version_rolls_back_to_the_shipped_policy(world: World) -> None:
    published(world)
    world.run(versions.roll_back, ANA, world.now, "complaints")
    assert in_force(world) == "Standard"


def test_rolling_back_drops_what_was_scheduled(world: World) -> None:
    published(world, name="First")
    world.later(hours=1)
    published(world, name="Second", pause_days=20, after=timedelta(days=3))
    world.run(versions.roll_back, ANA, world.now, "stop everything")
    assert in_force(world) == "Standard"
    world.later(days=4)
    assert in_force(world) == "Standard"


def test_there_is_nothing_before_the_shipped_policy(world: World) -> None:
    with pytest.raises(NothingBefore):
        world.run(versions.roll_back, ANA, world.now, "")


def test_versions_are_listed_with_the_newest_first(world: World) -> None:
    world.options()
    world.later(hours=1)
    first = published(world, name="First")
    world.later(hours=1)
    second = drafted(world, name="Second")
    listed = world.run(all_versions, world.now)
    assert [one.id for one in listed][:2] == [second.id, first.id] and listed[-1].name == "Standard"
    assert [one.state for one in listed] == [State.DRAFT, State.LIVE, State.RETIRED]


def test_an_offer_stays_good_and_an_agreement_stays_as_it_is_under_a_new_policy(world: World) -> None:
    agreement = world.monthly(60)
    offered = world.option(Kind.SETTLEMENT)
    world.later(minutes=5)
    published(world, offers=["full", "short_plan", "long_plan", "extension", "promise"], grace_days=0)
    assert world.current() == agreement
    assert not [made for made in world.options() if made.offer.kind is Kind.SETTLEMENT]
    accepted = world.accept(offered)
    assert accepted.total == offered.offer.total and accepted.policy_version == offered.offer.version


def test_what_was_offered_under_another_version_is_no_history_of_this_one(world: World) -> None:
    before = world.option(Kind.SETTLEMENT).offer.total
    published(world, settlement=[{"days_past_due_from": 90, "opening_pct": 94, "floor_pct": 90}])
    assert world.option(Kind.SETTLEMENT).offer.total > before


def test_an_offer_is_replayed_under_the_version_that_made_it(world: World) -> None:
    published(world)
    made = world.option(Kind.SETTLEMENT)
    world.later(days=400)
    published(world, name="Another", pause_days=20)
    query = sa.select(store.offers.c.record).where(store.offers.c.id == made.id)
    policy = world.run(live.by_hash, made.offer.version)
    assert policy.name == "New"
    assert negotiation.replay(world.rows(query)[0].record.encode(), policy)


def test_content_that_somebody_changed_in_the_database_is_not_used(world: World) -> None:
    draft = drafted(world)
    live._KNOWN.clear()
    update = store.policy_versions.update().where(store.policy_versions.c.id == draft.id)
    world.run(lambda session: session.execute(update.values(content=content(pause_days=1).decode())))
    with pytest.raises(live.Tampered):
        world.run(live.content, draft.id)
