"""What they say next, against what is on the table: only the part that they named changes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from bot.core import Money
from bot.negotiation import Frequency, Instalment, Kind, Offer, Proposal, against, is_empty, merge, of_offer
from bot.negotiation.combining import changed, without_down_payment
from tests.examples import each


def usd(text: str) -> Money:
    return Money.of(text, "USD")


TODAY, FIRST, FIFTEENTH = date(2026, 11, 18), date(2026, 12, 2), date(2026, 12, 15)
PLAN = Proposal(each=usd("51.04"), frequency=Frequency.MONTHLY, first_date=FIRST, wants="plan")
SETTLEMENT = Proposal(wants="settlement", total=usd("563.41"), first_date=FIRST, lump=True)
PARTS = Proposal(wants="plan", parts=((TODAY, usd("50")), (FIFTEENTH, usd("562.40"))))

CHANGES: list[tuple[str, Proposal, Proposal, dict[str, Any]]] = [
    ("no the 15th", PLAN, Proposal(first_date=FIFTEENTH),
     {"each": usd("51.04"), "frequency": Frequency.MONTHLY, "first_date": FIFTEENTH}),
    ("more like 45", PLAN, Proposal(each=usd("45")),
     {"each": usd("45"), "frequency": Frequency.MONTHLY, "first_date": FIRST}),
    ("every two weeks", PLAN, Proposal(frequency=Frequency.BIWEEKLY),
     {"each": usd("51.04"), "frequency": Frequency.BIWEEKLY}),
    ("in 6 payments", PLAN, Proposal(count=6), {"count": 6, "each": None, "frequency": Frequency.MONTHLY}),
    ("no more than 45", PLAN, Proposal(at_most=usd("45")), {"at_most": usd("45"), "each": None}),
    ("50 now and the rest on the 15th", PLAN, Proposal(parts=((TODAY, usd("50")), (FIFTEENTH, "rest"))),
     {"parts": ((TODAY, usd("50")), (FIFTEENTH, "rest")), "each": None}),
    ("the rest on the 15th", Proposal(each=usd("50"), first_date=TODAY), Proposal(parts=((FIFTEENTH, "rest"),)),
     {"parts": ((TODAY, usd("50")), (FIFTEENTH, "rest")), "each": None}),
    ("the other half on the 20th", PARTS, Proposal(first_date=date(2026, 12, 20)),
     {"parts": ((TODAY, usd("50")), (date(2026, 12, 20), usd("562.40")))}),
    ("make the first one 80", PLAN, Proposal(parts=((FIRST, usd("80")),)),
     {"parts": ((FIRST, usd("80")),), "frequency": Frequency.MONTHLY}),
    ("weekly then", Proposal(weekday=4, frequency=Frequency.MONTHLY), Proposal(frequency=Frequency.WEEKLY),
     {"frequency": Frequency.WEEKLY, "weekday": None}),
]  # fmt: skip


@each(("said", "table", "fresh", "fields"), CHANGES)
def test_a_part_that_they_change_leaves_the_rest_as_it_was(
    said: str, table: Proposal, fresh: Proposal, fields: dict[str, Any]
) -> None:
    merged = against(table, fresh)
    assert {name: getattr(merged, name) for name in fields} == fields


ANEW: list[tuple[str, Proposal]] = [
    ("30 every two weeks", Proposal(each=usd("30"), frequency=Frequency.BIWEEKLY)),
    ("3 of 200", Proposal(each=usd("200"), count=3)),
    ("half of it", Proposal(percent=Decimal(50))),
    ("will you take less", Proposal(wants="settlement")),
    ("all of it", Proposal(wants="full")),
    ("50 now, 50 later", Proposal(parts=((TODAY, usd("50")), (FIFTEENTH, usd("50"))))),
]


@each(("said", "fresh"), ANEW)
def test_what_stands_on_its_own_takes_the_place_of_what_was_on_the_table(said: str, fresh: Proposal) -> None:
    assert against(PLAN, fresh) == fresh


def test_nothing_on_the_table_leaves_what_they_say() -> None:
    fresh = Proposal(each=usd("40"))
    assert against(None, fresh) == against(Proposal(), fresh) == fresh


def test_a_new_rhythm_speaks_of_their_figure_and_not_of_our_counter_offer() -> None:
    theirs = Proposal(each=usd("20"), frequency=Frequency.MONTHLY)
    merged = against(PLAN, Proposal(frequency=Frequency.WEEKLY), theirs)
    assert (merged.each, merged.frequency) == (usd("20"), Frequency.WEEKLY)


def test_of_a_sum_that_closes_it_another_figure_is_another_sum() -> None:
    merged = against(SETTLEMENT, Proposal(each=usd("500")))
    assert (merged.wants, merged.total, merged.each, merged.lump) == ("settlement", usd("500"), None, True)


def test_of_a_sum_that_closes_it_a_number_divides_it() -> None:
    merged = against(SETTLEMENT, Proposal(count=2))
    assert (merged.wants, merged.total, merged.count) == ("settlement", usd("563.41"), 2)


def test_plan_words_are_no_way_to_a_discount() -> None:
    assert against(SETTLEMENT, Proposal(each=usd("45"), frequency=Frequency.MONTHLY)).wants is None
    assert against(PLAN, Proposal(each=usd("45"))).wants == "plan"


def test_a_first_payment_of_its_own_falls_away_and_the_rhythm_begins_on_its_day() -> None:
    with_it = Proposal(each=usd("60"), frequency=Frequency.MONTHLY, parts=((FIRST, usd("100")),))
    without = without_down_payment(with_it)
    assert (without.parts, without.first_date, without.each) == ((), FIRST, usd("60"))
    assert without_down_payment(PLAN) == PLAN


def test_of_several_debts_only_the_named_one_changes() -> None:
    after = changed({"a": PLAN, "b": PLAN}, {"b": Proposal(each=usd("45"))})
    assert after["a"] == PLAN and after["b"].each == usd("45")


def test_merging_nothing_changes_nothing() -> None:
    for table in (PLAN, SETTLEMENT, PARTS):
        assert merge(table, Proposal()) == table


def offer(kind: Kind, *amounts: str, frequency: Frequency | None = None) -> Offer:
    schedule = tuple(
        Instalment(date(2026, 12, 2) if month == 0 else date(2027, month, 2), usd(amount))
        for month, amount in enumerate(amounts)
    )
    total = sum((part.amount for part in schedule), Money.zero("USD"))
    return Offer(kind, schedule, total, Money.zero("USD"), date(2026, 11, 25), "v1", "row", frequency)


def test_a_plan_whose_last_part_is_larger_is_told_by_its_amount_and_its_number_of_payments() -> None:
    again = of_offer(offer(Kind.SHORT_PLAN, "204.13", "204.13", "204.14", frequency=Frequency.MONTHLY))
    assert (again.count, again.each) == (3, usd("204.13"))


def test_a_plan_whose_last_part_is_smaller_is_told_by_its_amount() -> None:
    again = of_offer(offer(Kind.PLAN, "60", "60", "12.40", frequency=Frequency.MONTHLY))
    assert (again.count, again.each) == (None, usd("60"))


def test_down_payment_and_rhythm_survive_being_offered() -> None:
    again = of_offer(offer(Kind.PLAN, "100", "60", "60", "20", frequency=Frequency.MONTHLY))
    assert (again.parts, again.each) == (((date(2026, 12, 2), usd("100")),), usd("60"))


def test_parts_without_a_rhythm_survive_being_offered() -> None:
    again = of_offer(offer(Kind.PLAN, "40", "40", "45"))
    assert [amount for _, amount in again.parts] == [usd("40"), usd("40"), usd("45")]


def test_nothing_named_is_empty() -> None:
    assert is_empty(Proposal()) and is_empty(Proposal(wants="plan"))
    assert not is_empty(Proposal(first_date=FIFTEENTH)) and not is_empty(Proposal(weekday=0))
