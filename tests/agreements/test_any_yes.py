"""A yes counts once: whatever was offered, however often and late it is said again, and whatever came in between."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import accounts, contact, core, negotiation
from bot.core import Money, Session
from bot.negotiation import Agreement, Kind, Made, Proposal
from tests.agreements.kit import World, make_world, usd
from tests.examples import many
from tests.negotiation.bargaining_kit import proposal_of

TODAY = date(2026, 11, 18)
WRITTEN = ("agreements", "agreement_changes", "agreement_ends", "agreement_documents", "audit_unsealed")


@dataclass(frozen=True)
class Shop:
    """One person with a plan that runs on their first debt, and offers of every kind on both."""

    session: Session
    world: World
    offers: tuple[Made, ...]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    from bot.tables import ROOMS

    assert ROOMS
    engine = core.connect(f"sqlite:///{tmp_path_factory.mktemp('db')}/yes.db")
    core.metadata.create_all(engine)
    world = make_world(engine, datetime.fromisoformat("2026-11-18T15:00:00+00:00"), bills=("600.00", "850.00"))
    world.monthly(60)
    world.run(negotiation.note_hardship, world.who, "in_hard", world.now)
    made = [one for debt in world.debts for one in world.options(debt)]
    made += [one for debt in world.debts for one in _bargained(world, debt)]
    assert {one.offer.kind for one in made} >= {Kind.EXTENSION, Kind.REDUCTION, Kind.PAUSE, Kind.TOKEN, Kind.PROMISE}
    with engine.connect() as session, session.begin() as all_of_it:
        yield Shop(session, world, tuple(made))
        all_of_it.rollback()
    engine.dispose()


def _bargained(world: World, debt_id: str) -> Iterator[Made]:
    """What was answered to many different words."""
    chance = Random(7)
    wants: list[dict[str, object]] = [{"wants": "promise", "each": usd(50)}, {"wants": "settlement"}, {"wants": "full"}]
    for words in [*wants, *[{} for _ in range(30)]]:
        proposal: Proposal = proposal_of(chance, TODAY, first_date=TODAY + timedelta(days=9), **words)
        answer, made = world.run(negotiation.respond, world.who, debt_id, proposal, world.now, world.today)
        if made is not None:
            yield made


def counts(session: Session) -> tuple[int, ...]:
    """How many rows there are of all that a yes may write, facts included."""
    tables = [core.metadata.tables[name] for name in WRITTEN]
    each = [sa.select(sa.func.count()).select_from(table).scalar_subquery() for table in tables]
    return tuple(session.execute(sa.select(*each)).one())


@settings(max_examples=many(1_000), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 2**48))
def test_saying_yes_again_changes_nothing(shop: Shop, seed: int) -> None:
    chance, session, world = Random(seed), shop.session, shop.world
    made = chance.choice(shop.offers)
    moment = world.now + timedelta(days=chance.randint(0, 7), hours=chance.randint(0, 5))
    with session.begin_nested() as this_example:
        first = say_yes(shop, made, moment, "in_1")
        if first is not None:
            between(shop, made, chance, moment)
            ended = negotiation.how_it_ended(session, first.id)
            assert_nothing_changes(shop, made, first, chance, moment, ended=ended is not None)
        this_example.rollback()


def say_yes(shop: Shop, made: Made, moment: datetime, message: str) -> Agreement | None:
    today = negotiation.local_date(moment, "America/New_York")
    try:
        return negotiation.accept(shop.session, shop.world.who, made.id, moment, today, message)
    except core.Refusal:
        return None


def between(shop: Shop, made: Made, chance: Random, moment: datetime) -> None:
    """Nothing, or something that would refuse this offer if it were new; the end of what was agreed, or another yes."""
    session, what = shop.session, chance.choice(("nothing", "hold", "payment", "fee", "cancelled", "another"))
    if what == "hold":
        contact.place_hold(
            session, party_id=shop.world.who.party_id, kind=contact.HoldKind.DISPUTE, reason="test", now=moment
        )
    if what in ("payment", "fee"):
        kind = accounts.EntryKind.PAYMENT if what == "payment" else accounts.EntryKind.FEE
        amount = Money(-500 if what == "payment" else 500, "USD")
        accounts.post(session, debt_id=made.debt_id, kind=kind, amount=amount, source="between", now=moment)
    running = negotiation.current_agreement(session, made.debt_id)
    if what == "cancelled" and running is not None:
        negotiation.cancel(session, shop.world.who, running.id, "test", moment)
    if what == "another":
        say_yes(shop, chance.choice(shop.offers), moment, "in_another")


def assert_nothing_changes(
    shop: Shop, made: Made, first: Agreement, chance: Random, moment: datetime, *, ended: bool
) -> None:
    session = shop.session
    before, running = counts(session), negotiation.current_agreement(session, made.debt_id)
    assert ended is (running is None or running.id != first.id)
    for number in range(chance.randint(1, 2)):
        moment += timedelta(days=chance.choice((0, 1, 9)), minutes=1)
        again = say_yes(shop, made, moment, f"in_again_{number}")
        assert again is None if ended else again == running
        assert counts(session) == before
        assert negotiation.current_agreement(session, made.debt_id) == running


def test_a_yes_is_kept_with_the_message_that_said_it_first(shop: Shop) -> None:
    with shop.session.begin_nested() as this_example:
        made = next(one for one in shop.offers if one.debt_id == shop.world.debts[1] and one.offer.schedule)
        first = say_yes(shop, made, shop.world.now, "in_1")
        again = say_yes(shop, made, shop.world.now, "in_2")
        assert first is not None and first == again and first.message_id == "in_1"
        this_example.rollback()
