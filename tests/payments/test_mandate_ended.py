"""A bank that ends the permission: nothing more is taken by itself, and they hear of it once, with what can be done."""

from __future__ import annotations

from datetime import date

import pytest

from bot.core import reading
from bot.payments import mandate_store
from tests.payments.autopay_kit import FIRST, agree, allow, days, heard, known, round_, taken
from tests.payments.pay_kit import World


@pytest.fixture
def plan(world: World) -> World:
    agree(world)
    return world


def test_an_inactive_mandate_stops_automatic_payments_and_says_what_can_be_done(plan: World) -> None:
    mandate = allow(plan, kind="bank", last4="6789")
    assert mandate.saved is not None
    round_(plan)
    plan.stripe.ended.add(mandate.saved.method_id)
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
    plan.stripe.ended.add(old.saved.method_id)
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
    assert [params["payment_method"] for params in plan.stripe.charged] == [new.saved.method_id]
    assert old.saved.method_id not in plan.stripe.kept
