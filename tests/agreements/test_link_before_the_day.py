"""What an agreement promises: a link before each day, once, within lawful hours, where they agreed or write to us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot import contact, core, money_matters, payments, reminding
from bot.accounts.store import debts
from bot.contact import store, texts, wording
from bot.core import Clock, Settings
from bot.handoff.store import cases
from bot.payments import State
from bot.payments.store import payment_requests
from tests.agreements.kit import World, phone, usd
from tests.agreements.test_reminders import by_sms, turn_on  # noqa: F401

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY = (f"2026-12-0{day}" for day in (1, 2, 3, 4))


@pytest.fixture(autouse=True)
def as_it_ships() -> Iterator[None]:
    yield
    texts.use(None)
    wording._others = {}


def remind(world: World, day: str, at: str = "10:30") -> int:
    """That time in New York, in winter."""
    world.now = datetime.fromisoformat(f"{day}T{at}:00-05:00")
    return reminding.remind(world.engine, replace(Settings.load({}), clock=Clock(fixed=world.now)))


def links(world: World) -> list[str]:
    """The tokens that were sent, where they stand."""
    query = sa.select(store.outbox).where(store.outbox.c.dedup_key.like("reminder:%"), store.outbox.c.state != "blocked")
    told = [row.text for row in world.rows(query.order_by(store.outbox.c.number))]
    return [word.rsplit("/p/", 1)[1] for text in told for word in text.split() if "/p/" in word]


def view(world: World, token: str) -> payments.PayView:
    with core.reading(world.engine) as session:
        found = payments.view(session, token, world.now)
    assert found is not None
    return found


def open_requests(world: World) -> int:
    return len(world.rows(sa.select(payment_requests.c.id).where(payment_requests.c.cancelled_at.is_(None))))


def test_the_link_is_for_that_part_and_good_through_its_day(by_sms: World) -> None:  # noqa: F811
    assert remind(by_sms, TUESDAY) == 1
    [token] = links(by_sms)
    assert (view(by_sms, token).state, view(by_sms, token).amount) == (State.OPEN, usd(60))
    by_sms.now = datetime.fromisoformat(f"{FRIDAY}T23:30:00-05:00")
    assert view(by_sms, token).state is State.OPEN
    by_sms.now += timedelta(days=10)
    assert view(by_sms, token).state is State.EXPIRED


def test_it_is_the_one_live_way_to_pay(by_sms: World) -> None:  # noqa: F811
    earlier = ask(by_sms, days_ago=2)
    assert remind(by_sms, TUESDAY) == 1
    [token] = links(by_sms)
    assert view(by_sms, earlier).state is State.CANCELLED and view(by_sms, token).state is State.OPEN
    newer = ask(by_sms)
    assert view(by_sms, token).state is State.CANCELLED and view(by_sms, newer).state is State.OPEN


def ask(world: World, days_ago: int = 0) -> str:
    now = world.now
    running = world.current()
    assert running is not None
    with core.transaction(world.engine) as session:
        link = payments.request(
            session, world.who, debt_id=world.debt_id, purpose=payments.Purpose.INSTALMENT, amount=usd(60),
            valid_until=now + timedelta(days=30), now=now - timedelta(days=days_ago), public_url="https://pay.example",
            agreement_id=running.id,
        )  # fmt: skip
    return link.url.rsplit("/", 1)[1]


def test_who_was_given_a_link_within_a_day_is_not_sent_another_at_once(by_sms: World) -> None:  # noqa: F811
    by_sms.now = datetime.fromisoformat(f"{TUESDAY}T09:00:00-05:00")
    kept = ask(by_sms)
    assert remind(by_sms, TUESDAY) == 0 and view(by_sms, kept).state is State.OPEN
    assert remind(by_sms, WEDNESDAY) == 1 and len(links(by_sms)) == 1


def test_on_a_hold_there_is_no_link_and_once_it_is_lifted_there_is(by_sms: World) -> None:  # noqa: F811
    hold_id = by_sms.hold()
    for at in ("10:30", "10:31"):
        remind(by_sms, TUESDAY, at)
    assert links(by_sms) == [] and open_requests(by_sms) == 0
    with core.transaction(by_sms.engine) as session:
        contact.release_hold(session, hold_id, reason="over", actor="test", now=by_sms.now)
    assert remind(by_sms, TUESDAY, "11:00") == 0, "once a day is tried"
    assert remind(by_sms, WEDNESDAY) == 1 and len(links(by_sms)) == 1
    assert remind(by_sms, THURSDAY) == 0


def test_an_outage_over_its_day_is_made_good_until_the_day_before(by_sms: World) -> None:  # noqa: F811
    assert remind(by_sms, THURSDAY) == 1 and len(links(by_sms)) == 1


def test_on_the_day_itself_it_is_too_late(by_sms: World) -> None:  # noqa: F811
    assert remind(by_sms, FRIDAY) == 0


def test_each_part_has_its_own(by_sms: World) -> None:  # noqa: F811
    remind(by_sms, TUESDAY)
    by_sms.now = datetime.fromisoformat(f"{WEDNESDAY}T12:00:00-05:00")
    by_sms.pay(60)
    assert remind(by_sms, WEDNESDAY) == remind(by_sms, THURSDAY) == 0
    assert remind(by_sms, "2027-01-01") == 1
    first, second = links(by_sms)
    assert first != second and view(by_sms, second).amount == usd(60)


def test_at_night_where_they_live_it_waits_for_the_morning(by_sms: World) -> None:  # noqa: F811
    """Ten in New York is five in the morning in Honolulu."""
    parties = core.metadata.tables["parties"]
    with core.transaction(by_sms.engine) as session:
        session.execute(parties.update().values(time_zone="Pacific/Honolulu"))
        session.execute(store.conversations.update().values(address="+18085550101"))
        contact.opt_in(session, "sms", "+18085550101", source="test", now=by_sms.now)
    assert remind(by_sms, TUESDAY) == 1
    [row] = by_sms.rows(sa.select(store.outbox).where(store.outbox.c.dedup_key.like("reminder:%")))
    assert row.state == "ready" and row.held_until > by_sms.now
    assert row.held_until.astimezone(core.Clock().now().tzinfo).hour >= 18, "eight in Honolulu"


def test_who_stays_silent_by_text_is_asked_for_a_word_so_that_the_next_may_come(by_sms: World) -> None:  # noqa: F811
    by_sms.pay(60)
    assert remind(by_sms, "2027-01-01") == 1
    [row] = by_sms.rows(sa.select(store.outbox).where(store.outbox.c.dedup_key.like("reminder:%")))
    assert row.state == "ready" and "Answer OK" in row.text and "/p/" in row.text


def test_what_was_agreed_on_a_page_goes_to_the_phone_that_writes_to_us(world: World) -> None:
    world.monthly(60)
    with core.transaction(world.engine) as session:
        session.execute(store.conversations.update().values(channel="web"))
        talk = contact.open_conversation(session, "sms", phone(1), world.now)
        contact.mark_verified(session, talk.id, world.who.party_id, world.now + timedelta(minutes=30), world.now)
        contact.opt_in(session, "sms", phone(1), source="test", now=world.now)
    assert remind(world, TUESDAY) == 1 and len(links(world)) == 1
    [row] = world.rows(sa.select(store.outbox).where(store.outbox.c.dedup_key.like("reminder:%")))
    assert row.channel == "sms"


def test_a_channel_that_they_barred_is_not_used(by_sms: World) -> None:  # noqa: F811
    with core.transaction(by_sms.engine) as session:
        web = contact.open_conversation(session, "web", "browser-1", by_sms.now)
        contact.mark_verified(session, web.id, by_sms.who.party_id, by_sms.now + timedelta(minutes=30), by_sms.now)
        contact.bar_medium(session, party_id=by_sms.who.party_id, channel="sms", source="test", now=by_sms.now)
    assert remind(by_sms, TUESDAY) == 1
    rows = by_sms.rows(sa.select(store.outbox).where(store.outbox.c.dedup_key.like("reminder:%")))
    assert {(row.channel, row.state) for row in rows} == {("web", "sent")} and len(links(by_sms)) == 1


def test_where_there_is_only_the_page_it_waits_there(world: World) -> None:
    world.monthly(60)
    with core.transaction(world.engine) as session:
        session.execute(store.conversations.update().values(channel="web"))
    assert remind(world, TUESDAY) == 1 and len(links(world)) == 1


def told(world: World) -> list[tuple[str, str]]:
    """What stands in the money list: what, and by which rule."""
    with core.reading(world.engine) as session:
        return [(one.kind.value, str(one.data["reason"])) for one in payments.open_problems(session)]


def test_where_every_try_is_stopped_a_person_hears_of_it_on_the_day_once(by_sms: World) -> None:  # noqa: F811
    with core.transaction(by_sms.engine) as session:
        contact.opt_out(session, "sms", "+14045550101", source="word", now=by_sms.now)
    for day in (TUESDAY, WEDNESDAY, THURSDAY):
        assert remind(by_sms, day) == 1 and told(by_sms) == [], "it is tried again"
    for day in (FRIDAY, "2026-12-05"):
        remind(by_sms, day)
    [(kind, reason)] = told(by_sms)
    assert kind == "link_stopped" and "revoked consent" in reason and links(by_sms) == []
    money_matters.tell(by_sms.engine, replace(Settings.load({}), clock=Clock(fixed=by_sms.now)))
    [case] = by_sms.rows(sa.select(cases))
    assert case.reason == "undelivered" and case.conversation_id == by_sms.conversation_id


def test_where_a_hold_stops_it_or_it_was_paid_nobody_is_called(by_sms: World) -> None:  # noqa: F811
    by_sms.hold()
    for day in (TUESDAY, WEDNESDAY, THURSDAY, FRIDAY):
        remind(by_sms, day)
    assert told(by_sms) == []


def test_who_was_stopped_and_paid_all_the_same_is_no_case(by_sms: World) -> None:  # noqa: F811
    with core.transaction(by_sms.engine) as session:
        contact.opt_out(session, "sms", "+14045550101", source="word", now=by_sms.now)
    remind(by_sms, TUESDAY)
    by_sms.pay(60)
    remind(by_sms, FRIDAY)
    assert told(by_sms) == []


def test_what_went_out_is_no_case_though_they_did_not_pay(by_sms: World) -> None:  # noqa: F811
    for day in (TUESDAY, FRIDAY, "2026-12-05"):
        remind(by_sms, day)
    assert len(links(by_sms)) == 1 and told(by_sms) == []


def too_old(world: World, state: str = "US-GA") -> None:
    """The debt may be too old for a court, in Georgia, where Maria lives."""
    since = world.today.replace(year=world.today.year - 8)
    with core.transaction(world.engine) as session:
        session.execute(debts.update().values(due_since=since, jurisdiction=state))
        contact.places.add_place(session, party_id=world.who.party_id, source="test", now=world.now, country="US",
                                 state=state[3:], city="", time_zone="America/New_York")  # fmt: skip


def just_proved(world: World) -> None:
    until = datetime.fromisoformat("2026-12-02T00:00:00+00:00")
    with core.transaction(world.engine) as session:
        contact.mark_verified(session, world.conversation_id, world.who.party_id, until, world.now)


def test_RF_27_of_a_debt_too_old_for_a_court_no_link_goes_to_whoever_may_not_hear_the_words(by_sms: World) -> None:  # noqa: F811
    too_old(by_sms)
    assert remind(by_sms, TUESDAY) == 1
    [row] = by_sms.rows(sa.select(store.outbox).where(store.outbox.c.dedup_key.like("reminder:%")))
    assert row.parts[0]["response"] == "utter_reminders_news" and "/p/" not in row.text and "judge" not in row.text
    assert links(by_sms) == [] and open_requests(by_sms) == 0


def test_RF_27_whoever_has_proved_who_they_are_reads_the_words_beside_the_link(by_sms: World) -> None:  # noqa: F811
    too_old(by_sms)
    just_proved(by_sms)
    assert remind(by_sms, TUESDAY) == 1
    texts_ = " ".join(row.text for row in by_sms.rows(sa.select(store.outbox).where(store.outbox.c.state != "blocked")))
    assert len(links(by_sms)) == 1 and "a judge can no longer make anyone pay it" in texts_


def test_SR_SOL_where_the_right_has_ended_no_reminder_and_no_link_goes(by_sms: World) -> None:  # noqa: F811
    too_old(by_sms, "US-WI")
    just_proved(by_sms)
    remind(by_sms, TUESDAY)
    assert links(by_sms) == [] and open_requests(by_sms) == 0
    [stopped] = by_sms.rows(sa.select(store.outbox).where(store.outbox.c.dedup_key.like("reminder:%")))
    assert stopped.state == "blocked" and "SR-SOL-WI" in stopped.rules
