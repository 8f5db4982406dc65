"""Scores as they are kept and used: told once a day, settled by what happened; they order work and reminders, and no offer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import accounts, contact, core, handoff, records, reminding, retention, scores
from bot.contact import sequences, texts, wording
from bot.core import Clock, Settings
from bot.scores import Card, Known, Part, Score, Target, service, store
from tests.agreements import kit
from tests.agreements.kit import SECRET, World, make_world, usd

pytestmark = pytest.mark.postgres
EVEN = Part("score", (0.0,), (0.0, 0.0), (0.5, 0.5))


@pytest.fixture(autouse=True)
def as_it_ships():
    yield
    texts.use(None)
    wording._others = {}


def at(now: datetime) -> Settings:
    return replace(Settings.load({}), clock=Clock(fixed=now))


def card_of(target: Target, **weights: tuple[float, float, float]) -> Card:
    """Of each feature: the cut, and the weights below and above it."""
    parts = tuple(
        Part(one.name, weights[one.name][:1], weights[one.name][1:], (0.5, 0.5)) if one.name in weights else Part(one.name, (), (0.0,), (1.0,))
        for one in scores.FEATURES
    )
    return Card(target, 0.0, parts, EVEN, date(2026, 1, 1))


def in_force(engine: Engine, card: Card, now: datetime) -> int:
    with core.transaction(engine) as session:
        return service.keep(session, card, None, is_taken=True, why="by hand", trained_on=0, now=now)


def told(engine: Engine, party: str, chance: float, card: int, now: datetime, key: str = "") -> None:
    one = Score(key or f"account:{party}", party, f"debt_{party}", Target.MISS, card, now.date(), now.date() + timedelta(days=9), chance, [])
    with core.transaction(engine) as session:
        service.write(session, [(one, Known(now.date(), {}, {}))], now)


def company(engine: Engine, now: datetime, number: int, due_on: date, amount: str = "100.00", placed: datetime | None = None) -> str:
    """An invoice that is due one day to come. Returns the id of the debt."""
    one = kit._placement(number, 0, amount, now.date())
    account = replace(one.account, due_since=None, due_on=due_on, opened_on=now.date(), itemisation_date=now.date())
    opening = replace(one.entries[0], effective_on=now.date())
    with core.transaction(engine) as session:
        accounts.place(session, [replace(one, account=account, entries=(opening,))], now=placed or now, secret=SECRET)
        debt = accounts.known_debt_by_reference(session, account.reference)
        assert debt is not None
        return debt.id


def kept(engine: Engine) -> dict[str, tuple[float, bool | None]]:
    with core.reading(engine) as session:
        return {row.debt_id: (round(row.chance, 3), row.missed) for row in session.execute(sa.select(store.scores))}


def test_what_is_to_come_is_told_once_a_day_and_settled_by_what_happens(engine: Engine, now: datetime) -> None:
    in_force(engine, card_of(Target.MISS, amount=(1.5, -1.0, 2.0)), now)
    first = company(engine, now - timedelta(days=3), 1, date(2026, 12, 1))
    second = company(engine, now, 2, date(2026, 12, 1), "900.00")
    while scores.work(engine, at(now)):
        pass
    assert kept(engine) == {first: (0.269, None), second: (0.881, None)}, "1 / (1 + e) and e^2 / (1 + e^2)"
    with core.reading(engine) as session:
        [one] = scores.of_debt(session, second)
        assert (one.features_on, one.reasons[0]) == (date(2026, 11, 18), ("9.0 times the usual amount", scores.points(2.0)))
    assert scores.work(engine, at(now + timedelta(hours=3))) == 0, "once a day"
    with core.transaction(engine) as session:
        payment = accounts.EntryKind.PAYMENT
        accounts.post(session, debt_id=first, kind=payment, amount=-usd(100), source="payment:1", now=now + timedelta(days=2))
    scores.work(engine, at(datetime(2026, 12, 1, 20, tzinfo=now.tzinfo)))
    assert kept(engine)[first][1] is False and kept(engine)[second][1] is None
    scores.work(engine, at(datetime(2026, 12, 2, 20, tzinfo=now.tzinfo)))
    assert kept(engine)[second][1] is True
    with core.reading(engine) as session:
        assert scores.chances(session, {"nobody"}) == {} and scores.of_debt(session, second) == []


def test_scores_go_with_the_person(engine: Engine, now: datetime) -> None:
    debt = company(engine, now, 1, date(2026, 12, 1))
    in_force(engine, card_of(Target.MISS), now)
    scores.tell(engine, at(now))
    with core.transaction(engine) as session:
        accounts.post(session, debt_id=debt, kind=accounts.EntryKind.PAYMENT, amount=-usd(100), source="payment:1", now=now)
        party = accounts.known_debt(session, debt).party_id
        assert records.gather(session, party).rows["scores"][0]["chance"] == 0.5, "they may ask for it"
        assert retention.erase(session, party, now + timedelta(days=4_000), actor="agent:max").done
    assert kept(engine) == {}


def test_what_is_disputed_counts_for_nothing(engine: Engine, now: datetime) -> None:
    debt = company(engine, now - timedelta(days=40), 1, now.date() - timedelta(days=5))
    other = company(engine, now - timedelta(days=40), 2, now.date() - timedelta(days=5))
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", kit.phone(1), now)
        claim = accounts.Claim(accounts.DisputeReason.NOT_MY_DEBT, "not mine")
        accounts.open_dispute(session, replace(talk, party_id=accounts.known_debt(session, debt).party_id), claim, message_id="in_1", now=now)
        missed = {due.debt_id: due.missed for due in scores.all_dues(session, now.date(), "America/New_York")}
    assert missed[other] is True and missed[debt] is None


def test_parts_of_plans_are_told_and_judged_as_the_figures_judge_them(engine: Engine, now: datetime) -> None:
    world = make_world(engine, now)
    in_force(engine, card_of(Target.KEEP, late_share=(0.9, -1.0, 1.0)), now)
    world.monthly(60)
    while scores.work(engine, at(now)):
        pass
    assert kept(engine) == {world.debt_id: (0.269, None)}
    world.at("2026-12-03")
    world.pay(60)
    world.at("2026-12-20")
    while scores.work(engine, at(world.now)):
        pass
    with core.reading(engine) as session:
        [part] = session.execute(sa.select(store.parts)).all()
        assert (part.due_on, part.begun_on, part.is_kept) == (date(2026, 12, 4), date(2026, 11, 18), True)
        rows = {row.due_on: row.missed for row in session.execute(sa.select(store.scores))}
    assert rows[date(2026, 12, 4)] is False and None in rows.values(), "the next part is told now"


def test_of_equally_urgent_cases_the_most_likely_to_miss_comes_first(engine: Engine, now: datetime) -> None:
    card = in_force(engine, card_of(Target.MISS), now)

    def case(number: int, chance: float | None, reason=handoff.Reason.ASKED, minutes: int = 0) -> str:
        with core.transaction(engine) as session:
            talk = contact.open_conversation(session, "sms", f"+120255501{number:02}", now)
            opened = handoff.open_case(session, talk, reason, {}, now + timedelta(minutes=minutes))
            cases = core.metadata.tables["cases"]
            session.execute(cases.update().where(cases.c.id == opened.id).values(party_id=f"par_{number}"))
        if chance is not None:
            told(engine, f"par_{number}", chance, card, now)
        return opened.id

    calm, unknown, likely = case(1, 0.1), case(2, None), case(3, 0.9, minutes=2)
    much_later = case(4, 0.99, minutes=40)
    danger, more_likely_danger = case(5, 0.01, handoff.Reason.CRISIS), case(6, 0.99, handoff.Reason.CRISIS, minutes=3)
    with core.reading(engine) as session:
        found = [one.id for one in handoff.waiting(session, now + timedelta(minutes=41))]
    assert found == [danger, more_likely_danger, likely, calm, unknown, much_later], "danger keeps its order, and nobody waits 15 minutes longer"


def test_reminders_go_first_to_who_is_most_likely_to_miss(engine: Engine, now: datetime) -> None:
    in_force(engine, card_of(Target.KEEP, amount=(0.2, -2.0, 2.0)), now)
    worlds = [make_world(engine, now, person=number) for number in (1, 2, 3)]
    for person, (world, each) in enumerate(zip(worlds, (60, 60, 200)), start=1):
        world.monthly(each)
        with core.transaction(engine) as session:
            contact.opt_in(session, "sms", kit.phone(person), source="test", now=now)
    due_day = datetime(2026, 12, 1, 16, tzinfo=now.tzinfo)
    while scores.work(engine, at(now)):
        pass
    assert reminding.remind(engine, at(due_day)) == 3
    outbox = core.metadata.tables["outbox"]
    with core.reading(engine) as session:
        query = sa.select(outbox.c.conversation_id).where(outbox.c.dedup_key.like("reminder:%")).order_by(outbox.c.number)
        told_first = session.execute(query).scalars().first()
    assert told_first == worlds[2].conversation_id
    assert sequences.in_force("plan"), "the day and the hour are those that managers agreed on"


def test_no_offer_depends_on_a_score(engine: Engine, now: datetime) -> None:
    """Equal people, one told to miss for certain and one not at all: the same offers, to the cent and the day."""
    card = in_force(engine, card_of(Target.MISS), now)
    worlds: list[World] = [make_world(engine, now, person=number) for number in (1, 2)]
    for world, chance in zip(worlds, (0.99, 0.01)):
        told(engine, world.who.party_id, chance, card, now, f"account:{world.debt_id}")
    first, second = ([replace(made.offer) for made in world.options()] for world in worlds)
    assert first and first == second
    ours, theirs = (world.respond(kit.Proposal(each=usd(20), frequency=kit.Frequency.MONTHLY)) for world in worlds)
    assert ours[0] == theirs[0] and ours[1] is not None and theirs[1] is not None and ours[1].offer == theirs[1].offer
