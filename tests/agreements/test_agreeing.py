"""A yes: once, in time, to something that still fits; and what a completed agreement forgives."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
import sqlalchemy as sa

from bot import accounts, contact, negotiation
from bot.negotiation import Kind, live, store
from tests.agreements.kit import World, make_world, usd

pytestmark = pytest.mark.postgres


def test_a_yes_makes_an_agreement_of_what_was_offered(world: World) -> None:
    made = world.option(Kind.SHORT_PLAN)
    agreement = world.accept(made)
    assert agreement.schedule == made.offer.schedule and agreement.total == usd(600)
    assert agreement.policy_version == made.offer.version
    (fact,) = world.facts("AgreementReached")
    assert fact.data["offer"] == made.id and fact.data["message"] == "in_yes"


def test_accepting_twice_is_accepting_once(world: World) -> None:
    made = world.option(Kind.SHORT_PLAN)
    assert world.accept(made).id == world.accept(made).id
    assert world.count(store.agreements) == 1 and len(world.facts("AgreementReached")) == 1


@pytest.mark.parametrize("kind", [Kind.LONG_PLAN, Kind.SETTLEMENT, Kind.EXTENSION, Kind.PAUSE])
def test_eight_yeses_at_the_same_moment_are_one_agreement_and_it_is_in_force(world: World, kind: Kind) -> None:
    """Each finds nothing agreed to when it begins to look; a plan runs, so that some of them change it."""
    running = world.monthly(60)
    is_change = kind in (Kind.EXTENSION, Kind.PAUSE)
    if is_change:
        world.run(negotiation.note_hardship, world.who, "in_hard", world.now)
    made = world.option(kind)
    with ThreadPoolExecutor(8) as pool:
        agreed = list(pool.map(lambda _: world.accept(made), range(8)))
    assert all(one == agreed[0] for one in agreed) and world.current() == agreed[0]
    assert (agreed[0].id == running.id) is is_change
    assert world.count(store.agreements) == len(world.facts("AgreementReached")) == (1 if is_change else 2)
    assert world.count(store.agreement_changes) == (1 if is_change else 0)
    assert len(world.facts("AgreementEnded")) == (0 if is_change else 1)


def test_yeses_to_two_offers_at_the_same_moment_leave_one_in_force(world: World) -> None:
    both = [world.option(Kind.SHORT_PLAN), world.option(Kind.LONG_PLAN)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(world.accept, both))
    in_force = world.run(negotiation.open_agreements)
    assert len(in_force) == 1 and world.count(store.agreements) == 2


_ACCEPT = """
import sys
from datetime import date, datetime
from bot import contact, identity, negotiation
from bot.core import connect, transaction
url, conversation, offer, now = sys.argv[1:]
now = datetime.fromisoformat(now)
engine = connect(url)
sys.stdin.readline()
with transaction(engine) as session:
    who = identity.who(session, contact.conversation(session, conversation), now)
    print(negotiation.accept(session, who, offer, now, now.date(), "in_yes").id)
"""


def test_two_processes_that_hear_the_same_yes_make_one_agreement(world: World) -> None:
    made = world.option(Kind.SHORT_PLAN)
    url = world.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-c", _ACCEPT, url, world.conversation_id, made.id, world.now.isoformat()]
    both = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
        for _ in range(2)
    ]
    for one in both:
        assert one.stdin
        one.stdin.write("\n")
        one.stdin.flush()
    ids = {one.communicate(timeout=60)[0].strip() for one in both}
    assert len(ids) == 1 and ids.pop().startswith("agr_")
    assert world.count(store.agreements) == 1


def test_an_offer_can_be_accepted_on_its_last_day_and_not_the_day_after(world: World) -> None:
    made = world.option(Kind.SHORT_PLAN)
    world.at(made.offer.expires.isoformat())
    world.accept(made)
    other = world.option(Kind.LONG_PLAN)
    world.at(other.offer.expires.isoformat())
    world.later(days=1)
    with pytest.raises(negotiation.OfferExpired):
        world.accept(other)


def test_a_first_payment_that_was_due_in_the_meantime_is_due_today(world: World) -> None:
    made = world.propose(each=usd(60), frequency=negotiation.Frequency.MONTHLY, first_date=world.today)
    assert made.offer.schedule[0].due == date(2026, 11, 18)
    world.later(days=2)
    agreement = world.accept(made)
    assert agreement.schedule[0].due == date(2026, 11, 20)
    assert agreement.schedule[1:] == made.offer.schedule[1:]


def test_an_offer_that_was_made_before_a_hold_cannot_be_accepted_under_it(world: World) -> None:
    made = world.option(Kind.SHORT_PLAN)
    world.hold()
    with pytest.raises(negotiation.DebtOnHold):
        world.accept(made)
    assert world.count(store.agreements) == 0


@pytest.mark.parametrize("kind", list(contact.HoldKind))
def test_under_a_hold_of_any_kind_nothing_is_offered_and_no_figure_is_answered(
    world: World, kind: contact.HoldKind
) -> None:
    hold = world.run(
        contact.place_hold, party_id=world.who.party_id, kind=kind, reason="test", now=world.now, debt_id=None
    )
    with pytest.raises(negotiation.DebtOnHold):
        world.options()
    with pytest.raises(negotiation.DebtOnHold):
        world.propose(total=usd(600), wants="full")
    assert world.count(store.offers) == 0
    world.run(contact.release_hold, hold, reason="test", actor="agent", now=world.now)
    assert world.options()


def test_an_offer_for_more_than_is_owed_by_now_is_outdated(world: World) -> None:
    made = world.option(Kind.SHORT_PLAN)
    world.pay("0.01")
    with pytest.raises(negotiation.OfferOutdated):
        world.accept(made)
    assert world.accept(world.option(Kind.SHORT_PLAN)).total == usd("599.99")


def test_a_settlement_is_looked_at_again_when_less_is_owed_than_when_it_was_offered(world: World) -> None:
    made = world.option(Kind.SETTLEMENT)
    world.pay(10)
    with pytest.raises(negotiation.OfferOutdated):
        world.accept(made)
    assert world.option(Kind.SETTLEMENT).offer.total < made.offer.total


def test_an_offer_stays_good_when_a_fee_is_added_after_it(world: World) -> None:
    made = world.option(Kind.SETTLEMENT)
    world.charge(25)
    assert world.accept(made).total == made.offer.total


def test_nobody_accepts_what_was_offered_to_somebody_else(world: World) -> None:
    other = make_world(world.engine, world.now, person=2)
    made = other.option(Kind.SHORT_PLAN)
    for offer_id in (made.id, "off_that_never_was"):
        with pytest.raises(negotiation.OfferExpired):
            world.run(negotiation.accept, world.who, offer_id, world.now, world.today)
    assert world.count(store.agreements) == 0
    assert other.accept(made).party_id == other.who.party_id


def test_a_new_agreement_replaces_the_one_that_runs(world: World) -> None:
    first = world.monthly(60)
    second = world.monthly(100)
    assert world.run(negotiation.how_it_ended, first.id) == "replaced"
    assert world.current() == second


def test_a_yes_to_an_offer_whose_agreement_has_ended_does_not_bring_it_back(world: World) -> None:
    made = world.option(Kind.SHORT_PLAN)
    agreement = world.accept(made)
    world.run(negotiation.cancel, world.who, agreement.id, "lost my job", world.now)
    with pytest.raises(negotiation.OfferExpired):
        world.accept(made)
    assert world.accept(world.option(Kind.SHORT_PLAN)).id != agreement.id


def test_the_same_options_on_the_same_day_are_saved_once(world: World) -> None:
    assert [made.id for made in world.options()] == [made.id for made in world.options()]
    world.later(days=1)
    assert len({made.id for made in world.options()} & {made.id for made in world.options()}) > 0


def test_completing_a_settlement_writes_off_what_was_agreed_and_no_more(world: World) -> None:
    agreement = world.settlement()
    world.pay(str(agreement.total.major))
    world.charge(25)
    world.run(negotiation.end, agreement.id, "completed", world.now)
    world.run(negotiation.end, agreement.id, "completed", world.now)
    entries = world.run(accounts.known_history, world.debt_id)
    written_off = [entry for entry in entries if entry.kind is accounts.EntryKind.WRITE_OFF]
    assert [(entry.amount, entry.source) for entry in written_off] == [
        (-agreement.discount, f"settlement:{agreement.id}")
    ]
    assert world.balance == usd(25)


def test_a_settlement_that_ends_any_other_way_forgives_nothing(world: World) -> None:
    agreement = world.settlement()
    world.pay(100)
    world.run(negotiation.end, agreement.id, "broken", world.now)
    assert world.balance == usd(500)


def test_ending_at_the_same_moment_is_ending_once(world: World) -> None:
    agreement = world.monthly()
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(lambda how: world.run(negotiation.end, agreement.id, how, world.now), ["cancelled", "broken"] * 4)
        )
    assert len(world.facts("AgreementEnded")) == 1


def test_what_is_left_is_never_more_than_is_owed(world: World) -> None:
    world.monthly(60)
    world.pay(590, kind=accounts.EntryKind.ADJUSTMENT)
    assert world.left() == ["2026-12-04 10"]


def test_an_offer_is_replayed_a_year_later_from_what_was_stored_with_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = world.option(Kind.SETTLEMENT)
    world.later(days=366)
    query = sa.select(store.offers.c.record, store.offers.c.policy_version).where(store.offers.c.id == made.id)
    ((record, version),) = world.rows(query)
    policy = world.run(live.by_hash, version)
    assert negotiation.replay(record.encode(), policy)


def test_an_offer_of_the_shipped_policy_can_be_replayed_after_a_release_that_ships_another(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from msgspec import structs

    made, old = world.option(Kind.SETTLEMENT), live.shipped()
    monkeypatch.setattr(live, "shipped", lambda: structs.replace(old, name="Another"))
    policy = world.run(live.by_hash, made.offer.version)
    assert policy == old and policy is not old


def test_what_was_offered_never_gets_worse_while_the_policy_stays(world: World) -> None:
    first = world.propose(total=usd(100), wants="settlement").offer.total
    second = world.propose(total=usd(100), wants="settlement").offer.total
    assert second < first
    assert world.option(Kind.SETTLEMENT).offer.total == second
    agreement = world.monthly(60)
    world.run(negotiation.end, agreement.id, "cancelled", world.now)
    assert world.option(Kind.SETTLEMENT).offer.total <= second
