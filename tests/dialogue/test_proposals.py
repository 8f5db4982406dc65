"""Every reading of the grammar becomes the right proposal: the real grammar reads, nothing else runs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from actions import figures, proposals
from bot.core import Money
from bot.dialogue import Matter, grammar
from bot.negotiation import Frequency, Instalment, Kind, Offer, Proposal

NOW = datetime(2026, 11, 18, 10, 0, tzinfo=ZoneInfo("America/New_York"))
TODAY = NOW.date()
OWED = Money(61240, "USD")


def usd(text: str) -> Money:
    return Money.of(text, "USD")


def heard(text: str, intent: str = "propose_terms") -> Matter:
    reading = grammar.read(text, now=NOW)
    entities = tuple(entity.as_dict() for entity in reading.entities)
    vague = tuple(one.as_dict() for one in reading.questions)
    return Matter(intent, 1.0, text, entities, vague, whole=text)


def proposed(text: str, intent: str = "propose_terms") -> Proposal:
    return figures.read(heard(text, intent), TODAY, OWED)


READINGS: list[tuple[str, str, dict[str, Any]]] = [
    ("i can do 40 a month", "propose_terms", {"each": usd("40"), "frequency": Frequency.MONTHLY}),
    ("20 a week", "propose_terms", {"each": usd("20"), "frequency": Frequency.WEEKLY}),
    ("puedo dar 30 cada quincena", "propose_terms", {"each": usd("30"), "frequency": Frequency.SEMIMONTHLY}),
    ("30 every two weeks starting friday", "propose_terms",
     {"each": usd("30"), "frequency": Frequency.BIWEEKLY, "first_date": date(2026, 11, 20)}),
    ("every other friday 50", "propose_terms", {"each": usd("50"), "frequency": Frequency.BIWEEKLY, "weekday": 4}),
    ("payday is the 1st and 15th, 30 each", "propose_terms", {"each": usd("30"), "days_of_month": (1, 15)}),
    ("no more than 40", "propose_terms", {"at_most": usd("40"), "each": None}),
    ("at least 60", "propose_terms", {"at_least": usd("60")}),
    ("not 50, 40", "propose_terms", {"each": usd("40")}),
    ("6 payments", "propose_terms", {"count": 6, "each": None}),
    ("3 payments of 200", "propose_terms", {"count": 3, "each": usd("200")}),
    ("50 now and 50 on the 15th", "propose_terms",
     {"parts": ((TODAY, usd("50")), (date(2026, 12, 15), usd("50"))), "each": None, "first_date": None}),
    ("50 now and the rest on the 15th", "propose_terms", {"parts": ((TODAY, usd("50")), (date(2026, 12, 15), "rest"))}),
    ("le doy 100 hoy y lo demás el 30", "propose_terms",
     {"parts": ((TODAY, usd("100")), (date(2026, 11, 30), "rest"))}),
    ("100 down 60 biweekly", "propose_terms",
     {"parts": ((TODAY, usd("100")),), "each": usd("60"), "frequency": Frequency.BIWEEKLY}),
    ("25 today 25 on nov 27 and 30 on dec 4", "propose_terms",
     {"parts": ((TODAY, usd("25")), (date(2026, 11, 27), usd("25")), (date(2026, 12, 4), usd("30")))}),
    ("half now and half on the 30th", "propose_terms",
     {"parts": ((TODAY, usd("306.20")), (date(2026, 11, 30), "rest")), "percent": None}),
    ("can you do half", "request_settlement", {"percent": Decimal(50), "wants": "settlement", "lump": True}),
    ("ill give you 200 to close it out today", "request_settlement",
     {"total": usd("200"), "wants": "settlement", "first_date": TODAY, "each": None}),
    ("i will pay 100 on december 4", "promise_to_pay",
     {"each": usd("100"), "first_date": date(2026, 12, 4), "wants": "promise"}),
    ("ill pay 50 every friday", "promise_to_pay", {"each": usd("50"), "frequency": Frequency.WEEKLY, "wants": "plan"}),
    ("i need 2 weeks", "needs_time", {"pause_until": date(2026, 12, 2), "wants": "pause"}),
    ("lost my job i need 2 weeks", "hardship", {"pause_until": date(2026, 12, 2), "wants": "pause"}),
    ("lost my job can do 20 a month", "hardship", {"each": usd("20"), "frequency": Frequency.MONTHLY, "wants": None}),
    ("i make 400 a week so maybe 55 a month", "propose_terms", {"each": usd("55"), "frequency": Frequency.MONTHLY}),
    ("cien al mes", "propose_terms", {"each": usd("100"), "frequency": Frequency.MONTHLY}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "intent", "fields"), READINGS)
def test_what_they_write_becomes_the_proposal_that_they_mean(text: str, intent: str, fields: dict[str, Any]) -> None:
    found = proposed(text, intent)
    assert {name: getattr(found, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("i can pay 50 when my check clears", "payday"),
        ("50 when i get paid", "payday"),
        ("60 a month but start in january", "which_date"),
    ],
)
def test_vague_words_are_asked_back(text: str, question: str) -> None:
    found = figures.question(heard(text), proposed(text))
    assert found is not None and found["question"] == question


@pytest.mark.parametrize(
    "text", ["i can do 40 a month", "50 every friday when i get paid", "50 now and the rest on the 15th"]
)
def test_what_is_clear_is_not_asked_back(text: str) -> None:
    assert figures.question(heard(text), proposed(text)) is None


PLAN = Proposal(each=usd("51.04"), frequency=Frequency.MONTHLY, first_date=date(2026, 12, 2), wants="plan")


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("no the 15th", {"each": usd("51.04"), "frequency": Frequency.MONTHLY, "first_date": date(2026, 12, 15)}),
        ("more like 45", {"each": usd("45"), "frequency": Frequency.MONTHLY, "first_date": date(2026, 12, 2)}),
        ("every two weeks", {"each": usd("51.04"), "frequency": Frequency.BIWEEKLY}),
        ("in 6 payments", {"count": 6, "each": None, "frequency": Frequency.MONTHLY}),
        ("no more than 45", {"at_most": usd("45"), "each": None}),
        (
            "50 now and the rest on the 15th",
            {"parts": ((TODAY, usd("50")), (date(2026, 12, 15), "rest")), "each": None},
        ),
    ],
)
def test_a_part_that_they_change_leaves_the_rest_as_it_was(text: str, fields: dict[str, Any]) -> None:
    merged = proposals.merge(PLAN, proposed(text))
    assert {name: getattr(merged, name) for name in fields} == fields


def offer(kind: Kind, *amounts: str, frequency: Frequency | None = None) -> Offer:
    schedule = tuple(Instalment(date(2026, 12 + month, 2) if month < 1 else date(2027, month, 2), usd(amount))
                     for month, amount in enumerate(amounts))  # fmt: skip
    total = sum((part.amount for part in schedule), Money.zero("USD"))
    return Offer(kind, schedule, total, Money.zero("USD"), date(2026, 11, 25), "v1", "row", frequency)


def test_a_plan_whose_last_part_is_larger_is_told_by_its_number_of_payments() -> None:
    again = proposals.of_offer(offer(Kind.SHORT_PLAN, "204.13", "204.13", "204.14", frequency=Frequency.MONTHLY))
    assert (again.count, again.each) == (3, None)


def test_a_plan_whose_last_part_is_smaller_is_told_by_its_amount() -> None:
    again = proposals.of_offer(offer(Kind.PLAN, "60", "60", "12.40", frequency=Frequency.MONTHLY))
    assert (again.count, again.each) == (None, usd("60"))


def test_down_payment_and_rhythm_survive_being_offered() -> None:
    again = proposals.of_offer(offer(Kind.PLAN, "100", "60", "60", "20", frequency=Frequency.MONTHLY))
    assert (again.parts, again.each) == (((date(2026, 12, 2), usd("100")),), usd("60"))


def test_a_proposal_comes_back_from_the_database_as_it_was() -> None:
    for text, intent, _ in READINGS:
        found = proposed(text, intent)
        assert proposals.load(proposals.dump(found)) == found


def test_nothing_named_is_empty() -> None:
    assert proposals.is_empty(proposed("ok lets talk about it"))
    assert not proposals.is_empty(proposed("the 15th"))
