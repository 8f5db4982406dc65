"""What ends or pauses automatic payments: the bank, another card, and a word about the next one alone."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.engine import Engine

from bot import contact, identity, payments, reminding
from bot.core import reading, transaction
from bot.payments import mandate_store
from tests.payments.autopay_kit import FIRST, SECOND, agree, allow, at, days, heard, known, pay_and_allow, round_, taken
from tests.payments.pay_kit import PHONE, SECRET, World, make_world, usd

pytestmark = pytest.mark.postgres


@pytest.fixture
def plan(world: World) -> World:
    agree(world)
    return world


def test_an_inactive_mandate_stops_automatic_payments_and_says_what_can_be_done(plan: World) -> None:
    mandate = allow(plan, kind="bank", last4="6789")
    assert mandate.saved is not None
    round_(plan)
    plan.stripe.end_mandate(mandate.saved.method_id)
    for number in range(2):
        plan.ring("mandate.updated", mandate.saved.method_id.replace("pm_", "mandate_"), f"evt_{number}")
        plan.work()
        round_(plan)
    ended = known(plan, mandate)
    assert not ended.is_active and ended.ended_why == "revoked"
    assert heard(plan).count("ended") == 1
    (said,) = [one for one in plan.said() if "can't be debited" in one]
    assert "ending 6789" in said and "$100" in said and "Wednesday, December 2" in said and "/portal/autopay" in said
    days(plan, date(2026, 11, 19), FIRST)
    assert taken(plan) == []
    assert mandate.saved.method_id not in plan.stripe.kept, "what may not be used is not kept"


def test_the_link_that_the_end_promises_comes_before_the_day(plan: World) -> None:
    mandate = allow(plan, kind="bank", last4="6789")
    assert mandate.saved is not None
    at(plan, date(2026, 11, 29))
    with transaction(plan.engine) as session:
        contact.opt_in(session, "sms", PHONE, source="test", now=plan.now)
    assert reminding.remind(plan.engine, plan.settings_now()) == 0, "it is taken by itself"
    plan.stripe.end_mandate(mandate.saved.method_id)
    plan.ring("mandate.updated", mandate.saved.method_id.replace("pm_", "mandate_"))
    plan.work()
    round_(plan)
    assert heard(plan).count("news") >= 1
    at(plan, date(2026, 11, 30))
    assert [reminding.remind(plan.engine, plan.settings_now()) for _ in range(2)] == [1, 0]
    assert len([one for one in plan.said() if "/p/" in one]) == 1


def test_one_that_is_still_active_changes_nothing(plan: World) -> None:
    mandate = allow(plan, kind="bank")
    assert mandate.saved is not None
    plan.ring("mandate.updated", mandate.saved.method_id.replace("pm_", "mandate_"))
    plan.work()
    round_(plan)
    assert known(plan, mandate).is_active and "ended" not in heard(plan)


def test_who_has_chosen_another_card_meanwhile_hears_nothing_of_the_old_account(plan: World) -> None:
    old = allow(plan, kind="bank")
    assert old.saved is not None
    new = allow(plan)
    plan.stripe.end_mandate(old.saved.method_id)
    plan.ring("mandate.updated", old.saved.method_id.replace("pm_", "mandate_"))
    plan.work()
    round_(plan)
    assert known(plan, new).is_active and "ended" not in heard(plan)
    with reading(plan.engine) as session:
        assert [one.id for one in mandate_store.active(session)] == [new.id]


def test_another_card_takes_the_place_of_the_first_and_only_it_is_charged(plan: World) -> None:
    old, new = allow(plan), allow(plan, last4="1881")
    assert old.saved is not None and new.saved is not None
    assert known(plan, old).ended_why == "replaced" and known(plan, new).is_active
    days(plan, date(2026, 11, 19), FIRST)
    assert [asked.method_id for asked in plan.stripe.charged] == [new.saved.method_id]
    assert old.saved.method_id not in plan.stripe.kept


@pytest.mark.parametrize("announced", [False, True])
def test_PY_03_the_evening_before_one_payment_is_left_out_and_the_next_is_taken(plan: World, announced: bool) -> None:
    mandate = allow(plan)
    if announced:
        days(plan, date(2026, 11, 28), date(2026, 12, 1))
        assert "notice" in heard(plan) or "news" in heard(plan)
    at(plan, date(2026, 12, 1), 22)
    assert leave(plan, mandate, FIRST) and not leave(plan, mandate, FIRST)
    days(plan, FIRST, date(2026, 12, 5))
    assert taken(plan) == [] and known(plan, mandate).is_active
    days(plan, date(2026, 12, 30), SECOND)
    assert len(taken(plan)) == 1


def test_one_that_is_with_the_bank_is_not_left_out(plan: World) -> None:
    mandate = allow(plan, kind="bank")
    days(plan, date(2026, 11, 28), FIRST)
    assert len(taken(plan)) == 1 and not leave(plan, mandate, FIRST)


def leave(plan: World, mandate: mandate_store.Mandate, day: date) -> bool:
    with transaction(plan.engine) as session:
        return payments.leave_out(session, mandate, day, usd("100.00"), plan.now)


def test_RF_10_who_has_not_written_for_weeks_is_asked_for_a_word_with_the_notice(plan: World) -> None:
    allow(plan)
    days(plan, date(2026, 11, 28), FIRST)
    assert "news_answer" not in heard(plan)
    days(plan, date(2026, 12, 30), SECOND)
    assert "news_answer" in heard(plan) and len(taken(plan)) == 2


def test_RF_10_after_sixty_silent_days_nothing_can_be_told_by_text_so_nothing_is_taken(plan: World) -> None:
    allow(plan)
    days(plan, date(2026, 11, 28), date(2027, 2, 5))
    assert len(taken(plan)) == 2, "the third notice would be a text after 60 days without a word"
    with reading(plan.engine) as session:
        (problem,) = payments.open_problems(session)
    assert problem.kind is payments.ProblemKind.UNANNOUNCED


def test_RF_10_a_word_of_theirs_lets_it_go_on(plan: World) -> None:
    allow(plan)
    days(plan, date(2026, 11, 28), SECOND)
    with transaction(plan.engine) as session:
        contact.receive(session, contact.Incoming("sms", PHONE, "ok-1", "OK"), plan.now)
    days(plan, date(2027, 1, 28), date(2027, 2, 5))
    assert len(taken(plan)) == 3


def test_what_is_on_its_way_is_not_named_as_the_next_payment(plan: World) -> None:
    mandate, session_id = pay_and_allow(plan)
    round_(plan)
    assert mandate.is_active and heard(plan) == ["on"]
    assert "$100 on Monday, January 4" in plan.said()[-1]
    at(plan, date(2026, 11, 30))
    round_(plan)
    assert heard(plan) == ["on"], "nothing is announced that was paid already"
    plan.stripe.bank_says(session_id, yes=True)
    plan.ring("payment_intent.succeeded", plan.stripe.intent_of(session_id))
    plan.work()
    days(plan, date(2026, 12, 1), FIRST)
    assert taken(plan) == [] and plan.balance == usd("500.00")


@pytest.mark.parametrize(("code", "ends"), [("account_closed", True), ("insufficient_funds", False)])
def test_an_account_of_no_more_use_ends_what_was_allowed_with_it(plan: World, code: str, ends: bool) -> None:
    mandate, session_id = pay_and_allow(plan)
    round_(plan)
    plan.stripe.bank_says(session_id, yes=False, code=code)
    for number in range(2):
        plan.ring("checkout.session.async_payment_failed", session_id, f"evt_{number}")
        plan.work()
        round_(plan)
    assert plan.heard().count("utter_payments_failed") == 1
    assert known(plan, mandate).is_active is not ends and heard(plan).count("ended") == int(ends)
    days(plan, date(2026, 11, 29), FIRST)
    assert taken(plan) == ([] if ends else [10000])


def test_what_was_agreed_to_on_a_page_is_told_on_the_page_where_they_proved_last_who_they_are(
    engine: Engine, now: datetime
) -> None:
    """Not in the chat of a browser that they have left."""
    world = make_world(engine, now, channel="web")
    plan, later = agree(world), now + timedelta(days=1)
    with transaction(engine) as session:
        assert payments.by_plan.where(session, plan).id == world.who.conversation_id
        newer = contact.open_conversation(session, "web", "another-browser", later, "en")
        answers = identity.Answers(date(1980, 5, 3), "30303", "ACC-1000")
        assert isinstance(
            identity.challenge(session, newer, answers, now=later, checks=identity.Checks.on("web", SECRET)), identity.Matched
        )
        assert payments.by_plan.where(session, plan).id == newer.id
