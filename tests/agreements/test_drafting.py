"""A draft before it is a version, simulations that were asked for, and offers that were switched off."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot import contact, negotiation
from bot.core import Clock, Problems
from bot.negotiation import DebtOnHold, DraftChanged, Kind, NothingChanged, drafting, simulations
from bot.negotiation.version_log import State, version
from tests.agreements.kit import World

pytestmark = pytest.mark.postgres

ANA, BEN = "ana", "ben"


class At(Clock):
    """The world's time."""

    def __init__(self, world: World) -> None:
        object.__setattr__(self, "world", world)

    def now(self) -> datetime:
        return self.world.now  # type: ignore[attr-defined,no-any-return]


def grace(draft: negotiation.Draft, days: object) -> dict[str, object]:
    row = dict(draft.content["rows"][-1])
    row["terms"] = {**row["terms"], "grace_days": days}
    return drafting.with_row(draft.content, len(draft.content["rows"]) - 1, row)


def begun(world: World) -> negotiation.Draft:
    found: negotiation.Draft = world.run(drafting.begin, ANA, world.now)
    return found


def changed(world: World, draft: negotiation.Draft, days: object, by: str = ANA) -> negotiation.Draft:
    found: negotiation.Draft = world.run(drafting.save, draft, grace(draft, days), by, world.now)
    return found


def test_a_draft_that_says_what_is_in_force_is_no_version(world: World) -> None:
    with pytest.raises(NothingChanged):
        world.run(drafting.to_version, begun(world), ANA, world.now)


def test_half_a_figure_is_kept_and_is_no_version(world: World) -> None:
    draft = changed(world, begun(world), "3x")
    assert draft.content["rows"][-1]["terms"]["grace_days"] == "3x"
    with pytest.raises(Problems):
        world.run(drafting.to_version, draft, ANA, world.now)


def test_of_two_who_save_what_both_read_the_second_is_refused(world: World) -> None:
    draft = begun(world)
    changed(world, draft, 4)
    with pytest.raises(DraftChanged, match="ana"):
        changed(world, draft, 5, BEN)
    assert world.run(drafting.draft, draft.id).content["rows"][-1]["terms"]["grace_days"] == 4


def test_another_wording_replaces_the_version_of_the_one_before_and_all_who_wrote_are_known(world: World) -> None:
    draft = changed(world, begun(world), 4)
    first = world.run(drafting.to_version, draft, ANA, world.now)
    assert world.run(drafting.to_version, world.run(drafting.draft, draft.id), ANA, world.now).id == first.id
    draft = changed(world, world.run(drafting.draft, draft.id), 5, BEN)
    second = world.run(drafting.to_version, draft, BEN, world.now)
    assert world.run(version, first.id, world.now).state is State.REPLACED
    assert world.run(drafting.writers, second.id) == {ANA, BEN}


def test_somebody_is_at_a_draft_for_a_minute(world: World) -> None:
    draft = begun(world)
    assert draft.other(BEN, world.now) == ANA and draft.other(ANA, world.now) is None
    world.run(drafting.is_at, draft, BEN, world.now)
    assert world.run(drafting.draft, draft.id).editor == ANA
    assert draft.other(BEN, world.now + timedelta(seconds=61)) is None


def test_a_simulation_is_asked_for_once_run_once_and_kept_with_its_version(world: World) -> None:
    made = world.run(drafting.to_version, changed(world, begun(world), 4), ANA, world.now)
    for _ in range(2):
        world.run(simulations.ask, made.id, ANA, world.now)
    assert simulations.run_waiting(world.engine, At(world)) == 1
    assert simulations.run_waiting(world.engine, At(world)) == 0
    run = world.run(simulations.of_version, made.id)
    assert run.report is not None and run.report.honesty.draft == made.hash == run.hash
    assert run.done == run.total == len(world.debts)
    (step,) = world.run(version, made.id, world.now).events
    assert step.note == run.report.sha and step.by == ANA


def test_a_simulation_whose_process_fell_silent_is_begun_again_and_not_before(world: World) -> None:
    made = world.run(drafting.to_version, changed(world, begun(world), 4), ANA, world.now)
    world.run(simulations.ask, made.id, ANA, world.now)
    assert simulations._begin(world.engine, world.now) is not None
    assert simulations._begin(world.engine, world.now + timedelta(seconds=59)) is None
    assert simulations._begin(world.engine, world.now + timedelta(seconds=61)) is not None


def test_a_simulation_that_breaks_off_is_over_and_says_so(world: World, monkeypatch) -> None:
    made = world.run(drafting.to_version, changed(world, begun(world), 4), ANA, world.now)
    world.run(simulations.ask, made.id, ANA, world.now)
    monkeypatch.setattr(simulations, "simulate", lambda *_: 1 // 0)
    assert simulations.run_waiting(world.engine, At(world)) == 1
    run = world.run(simulations.of_version, made.id)
    assert run.is_over and "broke off" in run.failed and not run.is_stuck(world.now + timedelta(hours=2))
    assert simulations.run_waiting(world.engine, At(world)) == 0, "it is not begun again for ever"
    monkeypatch.undo()
    world.run(simulations.ask, made.id, ANA, world.now)
    assert simulations.run_waiting(world.engine, At(world)) == 1
    assert world.run(simulations.of_version, made.id).report is not None


def test_a_simulation_whose_process_is_killed_each_time_is_given_up_after_an_hour(world: World) -> None:
    made = world.run(drafting.to_version, changed(world, begun(world), 4), ANA, world.now)
    world.run(simulations.ask, made.id, ANA, world.now)
    stuck = lambda after: world.run(simulations.of_version, made.id).is_stuck(world.now + after)  # noqa: E731
    assert not stuck(timedelta(seconds=60)) and stuck(timedelta(seconds=61)), "nobody has begun it"
    assert simulations._begin(world.engine, world.now + timedelta(seconds=61)) is not None
    assert not stuck(timedelta(seconds=121)) and stuck(timedelta(seconds=122)), "its process fell silent"
    world.now += timedelta(hours=1, seconds=61)
    assert simulations._begin(world.engine, world.now) is not None, "it is begun again for an hour"
    world.now += timedelta(seconds=61)
    assert simulations.run_waiting(world.engine, At(world)) == 1
    run = world.run(simulations.of_version, made.id)
    assert run.failed is not None and "never came to its end" in run.failed


def test_no_offer_is_made_while_offers_are_off_and_what_was_offered_stands(world: World) -> None:
    before = world.option(Kind.SHORT_PLAN)
    off = {"by": ANA, "why": "a wrong floor", "now": world.now}
    assert world.run(contact.switches.turn_off, "offers", **off)
    assert not world.run(contact.switches.turn_off, "offers", **off)
    with pytest.raises(DebtOnHold):
        world.options()
    assert world.accept(before).total == before.offer.total
    world.run(contact.switches.turn_on, "offers", **off)
    assert world.options()
    assert [len(world.facts(kind)) for kind in ("SwitchedOff", "SwitchedOn")] == [1, 1]
