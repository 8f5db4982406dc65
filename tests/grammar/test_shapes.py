"""The public shape of what is found, as other programs read it."""

from __future__ import annotations

from typing import Any

from bot.dialogue.grammar import Amount, read
from tests.grammar.cases import NOW


def _dicts(message: str, **options: Any) -> list[dict[str, Any]]:
    return [entity.as_dict() for entity in read(message, now=NOW, **options).entities]


def test_an_amount_shows_minor_units_currency_and_role() -> None:
    assert _dicts("50 now") == [
        {"entity": "amount", "minor": 5000, "currency": "USD", "role": "now", "start": 0, "end": 2}
    ]


def test_a_date_a_count_a_duration_and_a_percentage_show_their_values() -> None:
    assert _dicts("on 12/15") == [{"entity": "date", "value": "2026-12-15", "start": 3, "end": 8}]
    assert _dicts("6 payments") == [{"entity": "count", "value": 6, "start": 0, "end": 10}]
    assert _dicts("14 days") == [{"entity": "duration", "days": 14, "start": 0, "end": 7}]
    assert _dicts("half") == [{"entity": "percentage", "value": 50, "start": 0, "end": 4}]


def test_a_share_that_is_not_whole_keeps_its_exact_fraction() -> None:
    assert _dicts("a third") == [{"entity": "percentage", "value": 33.33, "start": 0, "end": 7, "fraction": [1, 3]}]


def test_half_now_shows_its_part_and_no_role() -> None:
    (half,) = _dicts("half now")
    assert half["part"] == "now"
    assert "role" not in half


def test_a_frequency_shows_its_weekday_and_days_of_the_month() -> None:
    assert _dicts("every other friday")[0] | {"start": 0, "end": 0} == {
        "entity": "frequency",
        "value": "biweekly",
        "start": 0,
        "end": 0,
        "weekday": "friday",
    }
    assert _dicts("the 1st and 15th")[0]["days_of_month"] == [1, 15]


def test_offsets_point_at_the_words_of_the_message_as_it_was_written() -> None:
    message = "  Le doy  “cincuenta”  el próximo Miércoles 🙂"
    found = read(message, now=NOW).entities
    assert [message[e.start : e.end] for e in found] == ["cincuenta", "el próximo Miércoles"]


def test_a_month_without_a_day_shows_its_first_and_last_day_and_that_the_rest_is_meant() -> None:
    (vague,) = read("50 now and the rest in january", now=NOW).questions
    assert vague.as_dict() == {
        "vague": "some_month",
        "question": "which_date",
        "period": ["2027-01-01", "2027-01-31"],
        "rest": True,
        "start": 20,
        "end": 30,
    }
    assert _dicts("50 now and the rest on the 15th")[1]["rest"] is True
    assert "rest" not in _dicts("50 on the 15th")[1]


def test_an_income_is_no_offer() -> None:
    (income, frequency) = _dicts("943 a month is all i get")
    assert income["about"] == frequency["about"] == "income"
    assert "role" not in income


def test_money_is_in_the_debts_currency_unless_another_is_named() -> None:
    assert read("i can do 50", now=NOW, currency="MXN").of(Amount)[0].currency == "MXN"
    assert read("50 pesos", now=NOW).of(Amount)[0].currency == "USD"
    assert read("50 euros", now=NOW).of(Amount)[0].currency == "EUR"
    assert read("£20", now=NOW).of(Amount)[0].currency == "GBP"
    assert read("5000 yen? no, 5000", now=NOW, currency="JPY").of(Amount)[-1].minor == 5000
