"""Nothing is charged that was not allowed, nothing is added to what is owed, and a payment is exactly what was agreed."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from bot import contact, core, negotiation, payments
from bot.core import Money
from bot.payments.asking import ToPay
from bot.payments.checkout import items_of
from bot.payments.gateway import Gateway
from bot.payments.model import PaymentRequest
from bot.payments.stripe_params import session_params
from tests.law.kit import MARIA, World
from tests.law.test_a_dispute_holds_what_is_disputed import Talk

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
ASKED = PaymentRequest(
    id="pay_1", party_id="par_1", debt_id="debt_1", conversation_id="con_1", agreement_id=None,
    purpose=payments.Purpose.FULL, amount=Money(5000, "USD"), valid_until=NOW, created_at=NOW, cancelled_at=None,
)  # fmt: skip


@pytest.fixture
def maria() -> Iterator[Talk]:
    world = World()
    world.says(MARIA)
    yield Talk(world)


def calls(folder: str) -> Iterator[tuple[str, str]]:
    """(file, dotted name) of every call under bot/."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield str(path.relative_to(ROOT)), ast.unparse(node.func)


def test_RF_26_and_PY_01_money_is_taken_at_one_place_only_and_from_a_mandate() -> None:
    """No post-dated instrument; and whatever is charged by itself was announced and allowed: `payments/test_autopay.py`."""
    methods = {name for name, _ in inspect.getmembers(Gateway, inspect.isfunction) if not name.startswith("_")}
    towards_us = {"open_checkout", "charge"}
    looks = {"checkout", "payment", "read_event", "about", "find_charge", "movements", "undelivered"}
    assert methods - towards_us - looks == {"close_checkout", "give_back", "forget"}
    made = [call for file, call in calls("bot/payments") if call.endswith(".create")]
    towards_them = "self._client.v1.refunds.create"
    by_page, by_itself = "self._client.v1.checkout.sessions.create", "self._client.v1.payment_intents.create"
    assert sorted(made) == [by_page, by_itself, towards_them]
    assert [file for file, call in calls("bot") if call == "gateway.charge"] == ["bot/payments/charging.py"]


def page_of(amount: Money) -> dict[str, Any]:
    items = items_of({ASKED.debt_id: amount}, "en")
    page = ToPay(ASKED.id, 1, items, ASKED.valid_until, "https://pay.example/done", "https://pay.example", "en")
    return dict(session_params(page))


def test_PY_04_a_link_saves_nothing_and_no_plan_asks_for_it() -> None:
    params = page_of(ASKED.amount)
    assert params["mode"] == "payment" and "us_bank_account" in params["excluded_payment_method_types"]
    assert not re.search(r"setup_future_usage|off_session|customer|subscription|mandate", str(params))
    assert [file for file, call in calls("bot/negotiation") if "mandate" in call] == []


@pytest.mark.parametrize("minor", [50, 5000, 61240])
def test_RF_24_and_PY_07_what_is_paid_at_the_checkout_is_the_amount_that_was_agreed_and_nothing_more(
    minor: int,
) -> None:
    params = page_of(Money(minor, "USD"))
    (line,) = params["line_items"]
    assert line["quantity"] * line["price_data"]["unit_amount"] == minor
    may_add = {
        "automatic_tax",
        "shipping_options",
        "optional_items",
        "custom_fields",
        "surcharge",
        "adjustable_quantity",
    }
    assert not may_add & {*params, *line, *line["price_data"]}
    assert not [name for name in core.Settings.__dataclass_fields__ if "surcharge" in name or "fee" in name]


def test_RF_23_and_ST_04_no_code_adds_a_fee_or_interest_to_what_is_owed() -> None:
    """They come with the client's file, and with nothing else."""
    adds = {"FEE", "INTEREST", "PRINCIPAL"}
    found = set()
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in adds and ast.unparse(node.value).endswith("EntryKind"):
                found.add(str(path.relative_to(ROOT)))
    assert found <= {"bot/accounts/ledger.py", "bot/accounts/rows.py"}, found


def test_RF_23_an_offer_asks_for_what_is_owed_or_less_and_its_parts_are_its_total(maria: Talk) -> None:
    owed = maria.debt().balance
    made = [one.offer for one in maria.made()]
    assert made
    for offer in made:
        assert sum(part.amount.minor for part in offer.schedule) == offer.total.minor
        assert offer.total + offer.discount <= owed


def test_SR_DC_and_PY_09_no_plan_is_without_its_document_from_the_yes_on(maria: Talk) -> None:
    who, now = maria.who(), maria.now()
    plans = [one for one in maria.made() if one.offer.schedule]
    assert plans
    with core.transaction(maria.world.database) as session:
        agreed = negotiation.accept(session, who, plans[0].id, now, now.date())
        document = negotiation.agreement_document(session, agreed.id, "en")
    assert agreed.total.text("en") in document.html and document.pdf.startswith(b"%PDF")


def test_PY_08_what_they_say_that_they_paid_changes_no_balance(maria: Talk) -> None:
    before = maria.debt().balance
    maria.world.says("already_paid")
    assert maria.debt().balance == before


def test_CB_02_every_figure_that_is_said_comes_from_the_ledger_or_an_offer(maria: Talk) -> None:
    for act in ("ask_balance", "ask_breakdown", "ask_history", "ask_options", "hardship"):
        maria.world.says(act)
    with core.reading(maria.world.database) as session:
        from bot import accounts

        who, debt = maria.who(), maria.debt()
        items = accounts.itemisation(session, who, debt.id)
        known = {
            debt.balance,
            items.amount_then,
            items.charges,
            items.interest,
            items.fees,
            items.payments,
            items.credits,
        }
        known |= {entry.amount for entry in accounts.history(session, who, debt.id)}
        known |= {-entry.amount for entry in accounts.history(session, who, debt.id)}
        offers = core.metadata.tables["offers"]
        saved = [row.offer for row in session.execute(offers.select())]
    known |= {Money(money["minor"], money["currency"]) for offer in saved for money in _amounts(offer)}
    spoken = {text for amount in known for text in (amount.text(), amount.spoken())}
    said = " ".join(row.text for row in maria.world.rows() if row.state != "blocked")
    figures = set(re.findall(r"\$[\d,]+(?:\.\d\d)?", said))
    assert len(figures) >= 3 and figures - spoken == set()


def _amounts(value: object) -> Iterator[dict[str, object]]:
    if isinstance(value, dict):
        if {"minor", "currency"} <= set(value):
            yield value
        for one in value.values():
            yield from _amounts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _amounts(one)


def test_RF_15_who_asked_for_no_calls_is_not_called_and_no_callback_is_made(maria: Talk) -> None:
    party, now = maria.who().party_id, maria.now()
    call = contact.Say("call", "Hello.", audience="anyone", tag="person")
    with core.transaction(maria.world.database) as session:
        contact.bar_medium(session, party_id=party, channel="phone", source="in_1", now=now)
        assert contact.barred_media(session, party) == {"phone"}
    facts = contact.facts.Facts("phone", party_id=party, barred_media=frozenset({"phone"}))
    assert contact.may_send(call, facts, now).rules == ("RF-15",)
    other = contact.facts.Facts("web", party_id=party, barred_media=frozenset({"phone"}), is_reply=True, answers_at=now)
    assert contact.may_send(call, other, now).allowed
    with core.transaction(maria.world.database) as session:
        contact.allow_medium(session, party_id=party, channel="phone", source="in_2", now=now + timedelta(1))
        assert contact.barred_media(session, party) == frozenset()
        with pytest.raises(ValueError, match="expected one of"):
            contact.bar_medium(session, party_id=party, channel="fax", source="in_3", now=now)


def test_RF_15_on_a_medium_that_they_barred_they_are_still_answered(maria: Talk) -> None:
    party, world = maria.who().party_id, maria.world
    news = contact.Say("utter_payments_news", "There is news.", audience="anyone", tag="facts")
    assert world.tries_to_send(news) == 1
    with core.transaction(world.database) as session:
        contact.bar_medium(session, party_id=party, channel="web", source="in_1", now=world.clock.now())
    assert world.tries_to_send(news) == 0
    assert world.says("ask_balance")
