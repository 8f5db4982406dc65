"""Automatic payments in the chat: the stop is at once and never asked about; setting them up leads to the words of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from bot import core, negotiation, payments
from bot.dialogue.meaning.acts import Act, Move, Skip
from bot.payments import announcing, mandate_store, mandates
from tests.law.kit import MARIA, World
from tests.law.test_a_dispute_holds_what_is_disputed import Talk


@pytest.fixture
def maria() -> Iterator[Talk]:
    world = World()
    world.says(MARIA)
    yield Talk(world)


def agree(maria: Talk) -> None:
    plan = next(one for one in maria.made() if len(one.offer.schedule) > 1)
    who, now = maria.who(), maria.now()
    with core.transaction(maria.world.database) as session:
        negotiation.accept(session, who, plan.id, now, now.date())


def allow(maria: Talk) -> str:
    who, now, debt = maria.who(), maria.now(), maria.debt()
    with core.transaction(maria.world.database) as session:
        shown = mandates.terms(session, who, debt.id, core.Settings.load({}), "en", now)
        given = mandates.give(session, who, shown, shown.sha256, mandates.Where("portal", "x"), now)
        saved = payments.Saved("cus_1", "pm_1", "card", "visa", "4242")
        heard = payments.Payment(None, None, None, "complete", None, None, None, mandate_id=given.id, saved=saved)
        assert mandates.heard(session, heard, now) is not None
    return given.id


def test_PY_03_a_word_in_the_chat_stops_them_at_once(maria: Talk) -> None:
    agree(maria)
    mandate_id = allow(maria)
    assert "utter_payments_autopay_stopped" in maria.world.says("autopay_off")
    debt = maria.debt()
    with core.reading(maria.world.database) as session:
        known = mandate_store.mandate(session, mandate_id)
        assert known is not None and known.ended_why == "stopped"
        assert negotiation.current_agreement(session, debt.id) is not None


@pytest.mark.parametrize("act", ["autopay_on", "change_payment_method"])
def test_PY_04_setting_them_up_leads_to_the_page_and_says_that_it_is_up_to_them(maria: Talk, act: str) -> None:
    agree(maria)
    assert "utter_payments_autopay_how" in maria.world.says(act)
    said = " ".join(row.text for row in maria.world.rows())
    assert "/portal/autopay" in said and "It's up to you" in said


@pytest.mark.parametrize("act", ["autopay_on", "autopay_off", "change_payment_method"])
def test_without_a_plan_or_a_mandate_a_person_does_it(maria: Talk, act: str) -> None:
    assert "utter_payments_request" in maria.world.says(act)


@pytest.mark.parametrize("act", [Skip(), Move()])
def test_PY_03_a_word_about_the_next_one_stops_it_alone_whatever_becomes_of_its_day(maria: Talk, act: Act) -> None:
    agree(maria)
    mandate_id = allow(maria)
    assert "utter_payments_autopay_left_out" in maria.world.says(act)
    with core.reading(maria.world.database) as session:
        known = mandate_store.mandate(session, mandate_id)
        assert known is not None and known.is_active
        running = negotiation.current_agreement(session, maria.debt().id)
        assert running is not None
        first, second = running.schedule[:2]
        assert not payments.is_taken(session, running.debt_id, first.due)
        assert payments.is_taken(session, running.debt_id, second.due)
        coming = payments.coming(session, known, maria.now().date())
        assert coming is not None and coming[0] == second.due
    assert "utter_payments_autopay_left_out" not in maria.world.says(act), "it is said once"


def test_without_automatic_payments_nothing_is_said_of_them(maria: Talk) -> None:
    agree(maria)
    assert "utter_payments_autopay_left_out" not in maria.world.says(Skip())


def announced_for_today(maria: Talk, *, waits_for_its_day: bool = False) -> mandate_store.Charge:
    """The first part; with its own day, that day is there."""
    agree(maria)
    mandate_id, debt = allow(maria), maria.debt()
    if waits_for_its_day:
        with core.reading(maria.world.database) as session:
            due = negotiation.running(session, maria.who())[debt.id][1][0].due
        maria.world.clock.move(timedelta(days=(due - maria.now().date()).days))
    now = maria.now()
    with core.transaction(maria.world.database) as session:
        running = negotiation.current_agreement(session, debt.id)
        mandate = mandate_store.mandate(session, mandate_id)
        assert running is not None and mandate is not None
        first = negotiation.remaining(session, running)[0]
        found = announcing.plan(session, mandate, first.due, now.date(), first.amount, now)
    assert found is not None
    return found


def becomes(maria: Talk, charge: mandate_store.Charge) -> str | None:
    with core.reading(maria.world.database) as session:
        return mandate_store.charges(session, mandate_store.autopay_charges.c.id == charge.id)[0].skipped


def test_PY_03_who_hears_not_to_worry_about_the_payment_of_today_need_not(maria: Talk) -> None:
    """It was said of a hardship, and the automatic payment of the day was taken that evening."""
    charge = announced_for_today(maria, waits_for_its_day=True)
    maria.world.says(MARIA)
    assert "utter_negotiation_hardship_due" in maria.world.says("hardship")
    assert becomes(maria, charge) == announcing.LEFT_OUT


def test_nothing_happens_by_itself_is_said_only_where_nothing_does(maria: Talk) -> None:
    assert "utter_accounts_consequences" in maria.world.says("ask_consequences")
    charge = announced_for_today(maria)
    assert "utter_payments_taken_today" in maria.world.says("ask_consequences")
    assert becomes(maria, charge) is None, "a question stops nothing"
    maria.world.says("autopay_off")
    assert "utter_accounts_consequences" in maria.world.says("ask_consequences")
