from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import Money
from tests.examples import each

amounts = st.integers(-(10**9), 10**9)


@given(amounts, st.integers(1, 400))
def test_parts_always_sum_to_the_whole(minor: int, parts: int) -> None:
    whole = Money(minor, "USD")
    split = whole.split(parts)
    assert len(split) == parts
    assert sum(split, Money.zero("USD")) == whole
    assert len(set(split[:-1])) <= 1, "only the last takes the rounding"


@given(amounts)
def test_what_is_written_reads_back(minor: int) -> None:
    money = Money(minor, "USD")
    assert Money.of(money.major, "USD") == money


def test_currencies_do_not_mix() -> None:
    with pytest.raises(ValueError, match="USD and EUR"):
        Money(1, "USD") + Money(1, "EUR")


@each("text", ["", "ten", "1.234", "NaN", "1e999999"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Money.of(text, "USD")


def test_there_is_no_float_in_money() -> None:
    with pytest.raises(TypeError):
        Money(1.5, "USD")  # type: ignore[arg-type]


def test_per_cent_rounds_as_told() -> None:
    assert Money(1001, "USD").percent(Decimal("12.5"), "up") == Money(126, "USD")
    assert Money(1001, "USD").percent(Decimal("12.5"), "down") == Money(125, "USD")


def test_people_read_it_without_spaces_that_halve_an_sms() -> None:
    assert Money(123450, "USD").text("en") == "$1,234.50"
    assert Money(123450, "USD").text("es") == "$1,234.50"


def test_money_is_spoken_without_empty_cents() -> None:
    assert [Money(minor, "USD").spoken() for minor in (4000, 4050, 100000, -5000, 0)] == [
        "$40", "$40.50", "$1,000", "-$50", "$0",
    ]  # fmt: skip
