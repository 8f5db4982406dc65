"""Payments that are taken by themselves: only after a yes, announced, on the day, once, and never after a stop."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot import contact, negotiation, payments
from bot.core import transaction
from bot.payments import charging, finding_out, mandate_words, mandates, retries
from bot.payments.model import No
from bot.payments.stripe_declines import meaning
from tests.payments.autopay_kit import (
    FIRST,
    SECOND,
    WHERE,
    agree,
    allow,
    at,
    charges,
    days,
    heard,
    known,
    postman,
    round_,
    say_yes,
    taken,
)
from tests.payments.pay_kit import HOW, PHONE, World, usd

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def plan(world: World) -> World:
    agree(world)
    return world


@pytest.fixture
def saved(plan: World) -> World:
    allow(plan)
    return plan


def stop(world: World) -> None:
    with transaction(world.engine) as session:
        (mandate,) = payments.mandate_store.active(session, world.debt_id)
        assert mandates.stop(session, mandate, by="debtor", now=world.now)


def test_PY_01_a_yes_is_kept_with_its_words_and_counts_once_something_is_saved(plan: World) -> None:
    given = say_yes(plan)
    assert given.saved is None and not given.is_active
    assert given.sha256 == mandate_words.fingerprint(given.text)
    assert "6 payments, $600.00 in all:" in given.text and "Wednesday, December 2, 2026: $100.00" in given.text
    at(plan, FIRST)
    round_(plan)
    assert charges(plan) == [] and taken(plan) == []


def test_a_yes_to_other_words_is_no_yes(plan: World) -> None:
    with transaction(plan.engine) as session:
        shown = mandates.terms(session, plan.who, plan.debt_id, plan.settings, "en", plan.now)
        with pytest.raises(mandates.OtherWords):
            mandates.give(session, plan.who, shown, "0" * 64, WHERE, plan.now)


def test_without_a_plan_there_is_nothing_to_allow(world: World) -> None:
    with transaction(world.engine) as session, pytest.raises(mandates.NothingToTake):
        mandates.terms(session, world.who, world.debt_id, world.settings, "en", world.now)


def test_from_the_yes_to_the_receipt(saved: World) -> None:
    round_(saved)
    assert heard(saved) == ["on"] and "$100 on Wednesday, December 2, from your card ending 4242" in saved.said()[-1]
    days(saved, date(2026, 11, 19), date(2026, 12, 1))
    assert heard(saved) == ["on", "news"] and taken(saved) == []
    at(saved, FIRST, 7)
    round_(saved)
    assert taken(saved) == [], "not before eight"
    at(saved, FIRST, 8)
    round_(saved)
    round_(saved)
    assert taken(saved) == [10000] and saved.balance == usd("500.00")


def test_a_whole_plan_is_taken_part_by_part_and_ends_the_mandate(saved: World) -> None:
    months = [date(2026, 11, 19), *(date(2027, month, 10) for month in range(1, 6))]
    for first, last in zip(months, months[1:], strict=False):
        days(saved, first, last)
        with transaction(saved.engine) as session:  # the notice asks for a word, and she gives it
            contact.receive(session, contact.Incoming("sms", PHONE, f"ok-{last}", "OK"), saved.now)
    assert taken(saved) == [10000] * 6 and saved.balance.is_zero
    assert [one.charge_on for one in charges(saved)] == [one.due for one in charges(saved)]
    assert saved.stripe.kept == {}, "what may be used no more is kept no more"
    with transaction(saved.engine) as session:
        assert payments.mandate_store.active(session) == []


def test_PY_03_the_evening_before_it_can_be_stopped(saved: World) -> None:
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    at(saved, date(2026, 12, 1), 23)
    stop(saved)
    days(saved, FIRST, date(2026, 12, 4))
    assert taken(saved) == [] and [one.skipped for one in charges(saved)] == ["stopped"]
    with transaction(saved.engine) as session:
        assert negotiation.current_agreement(session, saved.debt_id) is not None, "the plan stays"


def test_PY_02_nothing_is_taken_that_was_not_announced(saved: World) -> None:
    """She opted out of messages: she cannot be told, so nothing is taken; a person hears of it."""
    with transaction(saved.engine) as session:
        contact.opt_out(session, "sms", "+14045550123", source="test", now=saved.now)
    days(saved, date(2026, 11, 29), FIRST)
    assert taken(saved) == [] and [one.skipped for one in charges(saved)] == ["unannounced"]
    with transaction(saved.engine) as session:
        assert [one.kind.value for one in payments.open_problems(session)] == ["unannounced"]


def test_a_notice_that_has_not_left_us_holds_the_charge(saved: World) -> None:
    at(saved, date(2026, 12, 1))
    round_(saved, posted=False)
    at(saved, FIRST)
    round_(saved, posted=False)
    assert taken(saved) == []
    postman(saved)
    round_(saved)
    assert taken(saved) == [10000]


def test_a_day_that_went_by_is_not_made_up_for(saved: World) -> None:
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    at(saved, FIRST + timedelta(days=1))
    round_(saved)
    assert taken(saved) == [] and [one.skipped for one in charges(saved)] == ["late"] and "trouble" in heard(saved)


@pytest.mark.parametrize(("paid", "then"), [("100.00", []), ("30.00", [7000])])
def test_what_she_paid_herself_is_not_taken(saved: World, paid: str, then: list[int]) -> None:
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    session_id = saved.paid(paid)
    saved.ring("checkout.session.completed", session_id)
    saved.work()
    days(saved, FIRST, FIRST)
    assert taken(saved) == then


def test_a_hold_stops_the_charge(saved: World) -> None:
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    saved.hold()
    days(saved, FIRST, FIRST)
    assert taken(saved) == [] and charges(saved)[0].skipped == "held"


def test_a_moved_part_is_taken_on_its_new_day_only(saved: World) -> None:
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    with transaction(saved.engine) as session:
        running = negotiation.current_agreement(session, saved.debt_id)
        assert running is not None
        move = negotiation.Move(date(2026, 12, 8))
        negotiation.change(session, saved.who, running.id, move, saved.now)
    days(saved, FIRST, date(2026, 12, 7))
    assert taken(saved) == []
    days(saved, date(2026, 12, 8), date(2026, 12, 9))
    assert taken(saved) == [10000]


@pytest.mark.parametrize(
    ("no", "tries", "said", "is_over"),
    [
        (("insufficient_funds", "try_again_later"), 2, ["trouble", "trouble"], False),
        (("processing_error", "try_again_later"), 3, ["trouble"] * 3, False),
        (("authentication_required", None), 1, ["trouble"], False),
        (("expired_card", "confirm_card_data"), 1, ["trouble"], True),
        (("generic_decline", "do_not_try_again"), 1, ["trouble"], True),
    ],
)
def test_a_no_follows_the_table(
    saved: World, no: tuple[str, str | None], tries: int, said: list[str], is_over: bool
) -> None:
    saved.stripe.next_no = [no] * 5
    days(saved, date(2026, 11, 29), date(2026, 12, 12))
    assert taken(saved) == [10000] * tries and saved.balance == usd("600.00")
    assert [name for name in heard(saved) if name == "trouble"] == said
    with transaction(saved.engine) as session:
        assert (payments.mandate_store.active(session) == []) is is_over


def test_lack_of_money_is_tried_once_more_on_the_day_that_was_named(saved: World) -> None:
    saved.stripe.next_no = [("insufficient_funds", None)]
    days(saved, date(2026, 11, 29), date(2026, 12, 4))
    assert taken(saved) == [10000]
    assert "/portal/autopay" in saved.said()[-1], "where the day stands, since nobody knows who reads"
    with transaction(saved.engine) as session:
        (mandate,) = payments.mandate_store.active(session)
        assert payments.coming(session, mandate, date(2026, 12, 4)) == (date(2026, 12, 5), usd("100.00"))
    days(saved, date(2026, 12, 5), date(2026, 12, 8))
    assert taken(saved) == [10000, 10000] and saved.balance == usd("500.00")


def test_lack_of_money_is_tried_once_more_on_the_payday_that_they_told(saved: World) -> None:
    fridays = negotiation.Proposal(frequency=negotiation.Frequency.WEEKLY, weekday=4)
    with transaction(saved.engine) as session:
        negotiation.tell_paydays(session, saved.who, fridays, date(2026, 11, 20), saved.now)
    saved.stripe.next_no = [("insufficient_funds", None)]
    days(saved, date(2026, 11, 29), date(2026, 12, 3))
    assert taken(saved) == [10000]
    days(saved, date(2026, 12, 4), date(2026, 12, 4))
    assert taken(saved) == [10000, 10000] and saved.balance == usd("500.00")


def test_what_was_saved_and_is_gone_is_a_no_with_a_link(saved: World) -> None:
    saved.stripe.lose_what_was_saved()
    days(saved, date(2026, 11, 29), FIRST)
    assert heard(saved)[-1] == "trouble"
    with transaction(saved.engine) as session:
        assert payments.mandate_store.active(session) == []


def test_a_verified_reader_hears_the_day_of_the_next_try(saved: World) -> None:
    saved.stripe.next_no = [("insufficient_funds", None)]
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    at(saved, FIRST)
    with transaction(saved.engine) as session:
        contact.inbox.mark_verified(
            session, saved.who.conversation_id, saved.who.party_id, saved.now + timedelta(hours=1), saved.now
        )
    round_(saved)
    assert "didn't let the $100 through" in saved.said()[-1] and "try again on Saturday, December 5" in saved.said()[-1]


def test_a_crash_after_the_charge_takes_it_once(saved: World) -> None:
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    at(saved, FIRST)
    saved.stripe.lost = 1
    round_(saved)
    assert taken(saved) == [10000] and saved.balance == usd("600.00")
    with pytest.raises(payments.OnItsWay):
        saved.ask("50.00")
    saved.later(minutes=2)
    finding_out.find_out(saved.engine, saved.stripe, saved.now, HOW)
    round_(saved)
    assert taken(saved) == [10000] and saved.balance == usd("500.00")


@pytest.mark.parametrize("reached", [True, False])
def test_a_charge_of_which_nobody_knows_is_looked_for_after_a_stop(saved: World, reached: bool) -> None:
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    at(saved, FIRST)
    saved.stripe.lost, saved.stripe.down = (1, 0) if reached else (0, 1)
    charging.take_due(saved.engine, saved.stripe, saved.now, HOW)
    stop(saved)
    saved.later(minutes=2)
    finding_out.find_out(saved.engine, saved.stripe, saved.now, HOW)
    assert saved.balance == usd("500.00" if reached else "600.00") and len(taken(saved)) == int(reached)
    round_(saved)
    assert ("trouble" in heard(saved)) is not reached


@pytest.mark.parametrize("what", ["hold", "next day"])
def test_a_charge_that_never_left_is_not_sent_under_a_hold_or_on_another_day(saved: World, what: str) -> None:
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    at(saved, FIRST)
    saved.stripe.down = 1
    charging.take_due(saved.engine, saved.stripe, saved.now, HOW)
    if what == "hold":
        saved.hold()
        saved.later(minutes=2)
    else:
        at(saved, FIRST + timedelta(days=1), 7)
    finding_out.find_out(saved.engine, saved.stripe, saved.now, HOW)
    assert taken(saved) == []
    round_(saved)
    assert taken(saved) == [] and saved.balance == usd("600.00")


def test_a_charge_closes_a_link_that_is_open(saved: World) -> None:
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    token = saved.ask("40.00")
    days(saved, FIRST, FIRST)
    assert taken(saved) == [10000] and saved.state(token) is payments.State.CANCELLED


def test_a_page_that_is_open_stops_the_charge_until_it_is_over(saved: World) -> None:
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    at(saved, FIRST)
    token = saved.ask("100.00")
    opened = saved.click(token)
    assert opened is not None
    round_(saved)
    assert taken(saved) == [] and saved.state(token) is payments.State.OPEN
    saved.stripe.pay(opened.id)
    round_(saved)
    assert taken(saved) == []
    saved.ring("checkout.session.completed", opened.id)
    saved.work()
    round_(saved)
    assert taken(saved) == [] and saved.balance == usd("500.00")


def test_a_page_left_open_all_day_leaves_the_part_to_her(saved: World) -> None:
    days(saved, date(2026, 11, 29), date(2026, 12, 1))
    at(saved, FIRST, 22)
    saved.click(saved.ask("100.00"))
    at(saved, FIRST, 23)
    round_(saved)
    assert taken(saved) == [] and charges(saved)[0].skipped == "under_way"
    at(saved, FIRST + timedelta(days=1))
    round_(saved)
    assert taken(saved) == [] and heard(saved)[-1] == "trouble", "it is said that it is left to her"


def test_a_new_yes_takes_the_place_of_the_one_before(saved: World) -> None:
    with transaction(saved.engine) as session:
        (before,) = payments.mandate_store.active(session)
    at(saved, date(2026, 11, 20))
    allow(saved, last4="1881")
    assert known(saved, before).ended_why == "replaced"
    days(saved, date(2026, 11, 29), FIRST)
    assert taken(saved) == [10000] and len(saved.stripe.kept) == 1


def test_PY_02_more_than_was_allowed_is_announced_ten_days_before_or_not_taken(saved: World) -> None:
    with transaction(saved.engine) as session:
        running = negotiation.current_agreement(session, saved.debt_id)
        assert running is not None
        negotiation.change(session, saved.who, running.id, negotiation.NewAmount(usd("150.00")), saved.now)
    at(saved, date(2026, 11, 23))
    round_(saved)
    assert charges(saved)[0].skipped == "more", "nine days are too few"
    days(saved, date(2026, 11, 24), date(2027, 1, 5))
    assert taken(saved) == [15000]
    second = charges(saved)[1]
    assert second.due == SECOND and second.charge_on == SECOND


@pytest.mark.parametrize(("code", "balance"), [(None, "500.00"), ("insufficient_funds", "600.00")])
def test_a_debit_is_on_its_way_until_the_bank_says_so(plan: World, code: str | None, balance: str) -> None:
    allow(plan, kind="bank", last4="6789")
    days(plan, date(2026, 11, 29), FIRST)
    assert plan.balance == usd("600.00") and plan.heard()[-1] == "utter_payments_news"
    with pytest.raises(payments.OnItsWay):
        plan.ask("50.00")
    days(plan, date(2026, 12, 3), date(2026, 12, 8))
    with transaction(plan.engine) as session:
        running = negotiation.current_agreement(session, plan.debt_id)
        assert running is not None and negotiation.missed(session, running, plan.now) == (), "it is under way"
    charge = plan.stripe.charge_id()
    plan.stripe.debit_says(charge, code)
    plan.ring("payment_intent.succeeded", charge)
    plan.work()
    round_(plan)
    assert plan.balance == usd(balance) and taken(plan) == [10000]
    assert ("trouble" in heard(plan)) is (code is not None)


def test_a_card_that_runs_out_is_told_in_time(plan: World) -> None:
    allow(plan, expires=date(2026, 12, 31))
    round_(plan)
    assert heard(plan) == ["on"]
    days(plan, date(2026, 12, 1), date(2026, 12, 4))
    with transaction(plan.engine) as session:
        lines = contact.said(session, plan.who.conversation_id)
    assert [name for line in lines for name in line.responses].count("utter_payments_autopay_news") == 2, (
        "notice, expiry"
    )


def test_a_chargeback_ends_the_mandate(saved: World) -> None:
    days(saved, date(2026, 11, 29), FIRST)
    charge = saved.stripe.charges["pi_charge_1"]
    taken_back = payments.BankDispute("dp_1", usd("100.00"), "fraudulent", withdrawn=True, reinstated=False)
    saved.stripe.charges["pi_charge_1"] = type(charge)(**{**vars(charge), "disputes": (taken_back,)})
    saved.ring("charge.dispute.created", "pi_charge_1")
    saved.work()
    with transaction(saved.engine) as session:
        assert payments.mandate_store.active(session) == []
    assert saved.balance == usd("600.00")


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("code", ["insufficient_funds", "account_closed", "debit_not_authorized", None])
def test_PY_06_a_debit_that_was_returned_is_never_tried_again_by_itself(code: str | None) -> None:
    comes = retries.after(meaning(code, None), tries=1, today=FIRST, last=FIRST + timedelta(days=9), is_card=False)
    assert comes.again_on is None and comes.is_over is (code in ("account_closed", "debit_not_authorized"))


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(("days_left", "again"), [(3, FIRST + timedelta(days=3)), (2, None)])
def test_nothing_is_tried_when_that_days_part_is_no_more_waited_for(days_left: int, again: date | None) -> None:
    last = FIRST + timedelta(days=days_left)
    assert retries.after(No.NO_MONEY, tries=1, today=FIRST, last=last, is_card=True).again_on == again


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize(
    ("no", "tries", "payday", "again"),
    [(No.NO_MONEY, 1, 2, 2), (No.NO_MONEY, 1, 8, None), (No.NO_MONEY, 2, 2, None), (No.LATER, 1, 2, 1)],
)  # fmt: skip
def test_what_failed_for_want_of_money_is_tried_once_more_on_their_payday(
    no: No, tries: int, payday: int, again: int | None
) -> None:
    """A payday behind the days on which that part is waited for leaves a link."""
    paid, last = FIRST + timedelta(days=payday), FIRST + timedelta(days=7)
    comes = retries.after(no, tries=tries, today=FIRST, last=last, is_card=True, payday=paid)
    assert comes.again_on == (None if again is None else FIRST + timedelta(days=again))
