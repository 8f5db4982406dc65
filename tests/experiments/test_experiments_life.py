"""Two managers, one that runs, and what stops it: a manager at once, a guardrail by itself."""

from __future__ import annotations

from datetime import datetime

import msgspec
import pytest
from sqlalchemy.engine import Engine

from bot import contact, core, experiments, insight, negotiation
from bot.core import Problems
from bot.experiments import Arm, State
from tests.agreements.kit import make_world, phone
from tests.experiments.kit import DESIGN, LIMITS, MARGINS, SIZE, approved, later, proposed, started
from tests.insight.kit import settings_at

pytestmark = pytest.mark.postgres


def watch(engine: Engine, now: datetime) -> int:
    return insight.watch(engine, settings_at(now))


def state(engine: Engine, found: experiments.Experiment) -> experiments.Experiment:
    with core.reading(engine) as session:
        return experiments.experiment(session, found.id)


def test_who_set_it_up_does_not_start_it(engine: Engine, now: datetime) -> None:
    found = proposed(engine, now)
    with core.transaction(engine) as session:
        with pytest.raises(experiments.OwnReview):
            negotiation.challenging.start(session, found.id, " MIA", now)
        with pytest.raises(experiments.OwnReview):
            experiments.reject(session, found.id, "mia", now, "no")
        assert negotiation.challenging.start(session, found.id, "max", now).state is State.RUNNING
    with core.reading(engine) as session:
        kinds = [(one.kind, one.actor) for one in core.facts(session, subject=found.id)]
    assert kinds[0] == ("ExperimentProposed", "mia") and kinds[-1] == ("ExperimentStarted", "max")


def test_what_runs_is_not_changed_and_nothing_else_is_started_beside_it(engine: Engine, now: datetime) -> None:
    found = started(engine, now)
    other = proposed(engine, now, challenger=found.challenger_id)
    with core.transaction(engine) as session:
        for step in (experiments.withdraw, experiments.reject):
            with pytest.raises(experiments.NotInState):
                step(session, found.id, "ben", now, "another idea")
        with pytest.raises(experiments.AnotherRuns):
            negotiation.challenging.start(session, other.id, "max", now)
        assert experiments.stop(session, found.id, "mia", now, "enough").state is State.STOPPED
        with pytest.raises(experiments.NotInState):
            negotiation.challenging.start(session, found.id, "max", now)
        assert negotiation.challenging.start(session, other.id, "max", now).state is State.RUNNING


def test_only_an_approved_version_that_was_begun_from_what_is_in_force_is_tried(engine: Engine, now: datetime) -> None:
    first, second = approved(engine, now), approved(engine, now, "Another")
    with core.transaction(engine) as session:
        content = negotiation.dump_policy(negotiation.version(session, first, now).policy)
        draft = negotiation.draft(session, content.replace(b'"grace_days":9', b'"grace_days":8'), "ann", now)
        assert {one.id for one in negotiation.challenging.challengers(session, now)} == {first, second}
        with pytest.raises(Problems):
            negotiation.challenging.propose(session, "x", draft.id, DESIGN, SIZE, told="", by="mia", why="", now=now)
    found = proposed(engine, now, challenger=first)
    with core.transaction(engine) as session:
        negotiation.publish(session, second, "max", now)
        with pytest.raises(experiments.ChampionMoved):
            negotiation.challenging.start(session, found.id, "max", now)
        assert negotiation.challenging.challengers(session, now) == ()


def exposed(engine: Engine, now: datetime, found: experiments.Experiment, arm: Arm, many: int, first: int) -> list[int]:
    """So many people of a version who have asked what they may have; their numbers."""
    numbers = []
    for person in range(first, first + 600):
        world = make_world(engine, now, person=person)
        if experiments.arm_at(found.salt, world.who.party_id, 25) is arm:
            world.options()
            numbers.append(person)
        if len(numbers) == many:
            return numbers
    raise AssertionError("too few")


def opts_out(engine: Engine, person: int, now: datetime) -> None:
    with core.transaction(engine) as session:
        contact.opt_out(session, "sms", phone(person), source="stop", now=now)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("arm", "runs_on"), [(Arm.CHALLENGER, False), (Arm.CHAMPION, True)])
def test_opt_outs_of_the_challengers_stop_it_by_itself(engine: Engine, now: datetime, arm: Arm, runs_on: bool) -> None:
    found = started(engine, now)
    for number in exposed(engine, now, found, arm, 6, 1)[:5]:
        opts_out(engine, number, later(now, hours=1))
    assert watch(engine, later(now, hours=2)) == 1
    after = state(engine, found)
    assert (after.state is State.RUNNING) is runs_on
    if not runs_on:
        assert (after.events[-1].by, after.events[-1].note) == (
            "parley", "guardrail opt-outs: 5 of 6 with the challenger, 0 of 0 with the champion; the limit was 5.0 %"
        )  # fmt: skip
        with core.reading(engine) as session:
            assert [fact.actor for fact in core.facts(session, kind="ExperimentStopped")] == ["parley"]
    assert watch(engine, later(now, hours=2, minutes=1)) == 0, "nothing to look at, or looked at a minute ago"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("arm", "runs_on"), [(Arm.CHALLENGER, False), (Arm.CHAMPION, True)])
def test_more_opt_outs_than_the_champions_stop_it_under_the_limit(
    engine: Engine, now: datetime, arm: Arm, runs_on: bool
) -> None:
    """A limit that nothing reaches, and a margin of three points, of those who were exposed a week ago."""
    design = experiments.Design("agreed", 14, 0.1, (experiments.Step(50),), dict.fromkeys(LIMITS, 0.9), margins=MARGINS)
    found = started(engine, now, design)
    for person in range(1, 41):
        world = make_world(engine, now, person=person)
        world.options()
        if experiments.arm_at(found.salt, world.who.party_id, 50) is arm:
            opts_out(engine, person, later(now, days=1))
    assert watch(engine, later(now, days=7, minutes=-1)) == 1
    assert state(engine, found).state is State.RUNNING, "nobody's seven days are over"
    assert watch(engine, later(now, days=7, minutes=10)) == 1
    after = state(engine, found)
    assert (after.state is State.RUNNING) is runs_on
    if not runs_on:
        assert after.events[-1].note.startswith("guardrail opt-outs: ")
        assert "within 7 days it is " in after.events[-1].note and "the margin was 3.0" in after.events[-1].note


def test_what_was_read_before_there_were_margins_is_read_as_it_was() -> None:
    old = b'{"name":"broken","limit":0.3,"harmed":1,"of":9,"champion_harmed":0,"champion_of":8}'
    guard = msgspec.json.decode(old, type=experiments.Guard)
    assert guard.beside is None and not guard.is_crossed
    design = msgspec.json.decode(b'{"outcome":"agreed","days":14,"smallest":0.1,"ramp":[],"limits":{}}', type=experiments.Design)
    assert design.margins == {}


def test_it_stops_when_the_challenger_goes_live(engine: Engine, now: datetime) -> None:
    found = started(engine, now)
    with core.transaction(engine) as session:
        negotiation.publish(session, found.challenger_id, "max", now)
    assert watch(engine, later(now, hours=1)) == 1
    assert state(engine, found).events[-1].note == "another version went live than the champion"


def test_what_came_of_each_is_counted_from_the_day_of_their_exposure(engine: Engine, now: datetime) -> None:
    found = started(engine, now)
    worlds = [make_world(engine, now, person=number) for number in range(1, 7)]
    for world in worlds:
        world.options()
    yes = worlds[0].monthly()
    worlds[1].now = later(now, days=15)
    worlds[1].monthly(first="2026-12-20")
    worlds[2].pay("12.50")
    with core.reading(engine) as session:
        early = insight.look(session, found, later(now, days=13))
        whole = insight.look(session, found, later(now, days=20))
        of = insight.outcomes.exposed(session, found.id)
        what = insight.outcomes.happened(session, now, found.id)
    assert early.champion[1] + early.challenger[1] == 0 and whole.champion[1] + whole.challenger[1] == 6
    assert whole.estimate is None and experiments.verdict(whole, DESIGN) == "early"
    by_party = {one.party_id: insight.outcomes.outcome(one, what, DESIGN) for one in of}
    assert by_party[worlds[0].who.party_id] == 1 and sum(by_party.values()) == 1
    money = experiments.Design("collected", 14, 100.0, DESIGN.ramp, DESIGN.limits)
    assert sum(insight.outcomes.outcome(one, what, money) for one in of) == 1250
    kept = experiments.Design("kept", 14, 0.1, DESIGN.ramp, DESIGN.limits)
    assert sum(insight.outcomes.outcome(one, what, kept) for one in of) == 1
    worlds[0].run(negotiation.end, yes.id, "broken", later(now, days=5))
    with core.reading(engine) as session:
        what = insight.outcomes.happened(session, now, found.id)
        [broken] = [one for one in insight.look(session, found, later(now, days=20)).guards if one.name == "broken"]
    assert sum(insight.outcomes.outcome(one, what, kept) for one in of) == 0
    assert broken.harmed + broken.champion_harmed == 1 and broken.of + broken.champion_of == 2


def test_the_past_is_the_operators_own(engine: Engine, now: datetime) -> None:
    worlds = [make_world(engine, now, person=number) for number in range(1, 9)]
    for world in worlds:
        world.options()
    for world in worlds[:2]:
        world.monthly()
    with core.reading(engine) as session:
        assert insight.past(session, DESIGN, later(now, days=1)).known == 0
        past = insight.past(session, DESIGN, later(now, days=28))
        assert insight.rates(session, later(now, days=59)) == {}
        assert insight.rates(session, later(now, days=61)) == {
            "opted_out": 0.0, "disputed": 0.0, "complained": 0.0, "broken": 0.0,
        }  # fmt: skip
    assert (past.weekly, past.known, past.mean) == (2.0, 8, 0.25)
    assert past.variance == pytest.approx(0.1875)


def test_readings_are_kept_by_day(engine: Engine, now: datetime) -> None:
    found = started(engine, now)
    for hours in (1, 2, 30):
        assert watch(engine, later(now, hours=hours)) == 1
    with core.reading(engine) as session:
        kept = experiments.readings(session, found.id)
    assert [reading.at for _, reading in kept] == [later(now, hours=2), later(now, hours=30)]
