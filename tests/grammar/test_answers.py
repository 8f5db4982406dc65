"""A date of birth in any form, and a postcode with a slip of the finger."""

from __future__ import annotations

from datetime import date

from bot.dialogue.grammar import date_of_birth, dates_of_birth, postcode
from tests.examples import each
from tests.grammar.cases import NOW


@each(
    ("answer", "born"),
    [
        ("1/2/45", date(1945, 1, 2)),
        ("01/02/1980", date(1980, 1, 2)),
        ("1-2-80", date(1980, 1, 2)),
        ("12.25.79", date(1979, 12, 25)),
        ("19800102", date(1980, 1, 2)),
        ("01021980", date(1980, 1, 2)),
        ("1021980", date(1980, 1, 2)),
        ("010280", date(1980, 1, 2)),
        ("1980-01-02", date(1980, 1, 2)),
        ("o1/o2/198o", date(1980, 1, 2)),
        ("jan 2 1980", date(1980, 1, 2)),
        ("Jan. 2nd, 1980", date(1980, 1, 2)),
        ("2 de enero de 1980", date(1980, 1, 2)),
        ("dos de enero del 80", date(1980, 1, 2)),
        ("2 de enero de mil novecientos ochenta", date(1980, 1, 2)),
        ("january second nineteen eighty", date(1980, 1, 2)),
        ("the fifth of may two thousand one", date(2001, 5, 5)),
        ("august 12 two thousand 1", date(2001, 8, 12)),
        ("aug12 2001", date(2001, 8, 12)),
        ("july 4th '76", date(1976, 7, 4)),
        ("my dob is 5/6/03 and zip 78701", date(2003, 5, 6)),
        ("1/2/26", date(1926, 1, 2)),
    ],
)
def test_a_date_of_birth_is_read_in_any_form(answer: str, born: date) -> None:
    assert date_of_birth(answer, NOW) == born


@each("answer", ["13/13/1980", "02/30/1980", "may 5 2030", "3/12/2026", "1/2/1850", "jan 1980", "hello", "", "5"])
def test_an_impossible_or_future_birth_is_none(answer: str) -> None:
    assert date_of_birth(answer, NOW) is None


@each(
    ("answer", "readings"),
    [
        ("12/04/1985", [date(1985, 12, 4), date(1985, 4, 12)]),
        ("12041985", [date(1985, 12, 4), date(1985, 4, 12)]),
        ("13/05/1980", [date(1980, 5, 13)]),
        ("05/13/1980", [date(1980, 5, 13)]),
        ("4/4/1985", [date(1985, 4, 4)]),
        ("1985-04-12", [date(1985, 4, 12)]),
        ("12 de abril de 1985", [date(1985, 4, 12)]),
    ],
)
def test_a_date_in_figures_has_two_readings_where_both_are_possible(answer: str, readings: list[date]) -> None:
    assert list(dates_of_birth(answer, NOW)) == readings


@each(
    ("answer", "found"),
    [
        ("78701", "78701"),
        ("zip is 78701", "78701"),
        ("7870o", "78700"),
        ("O2139", "02139"),
        ("7870l", "78701"),
        ("78701-1234", "78701-1234"),
        ("787011234", "78701-1234"),
        ("1/2/80 78701", "78701"),
        ("7 8 7 0 1", "78701"),
        ("7-8-7-0-1", "78701"),
        ("seven eight seven oh one", "78701"),
        ("siete ocho siete cero uno", "78701"),
        ("1/2/80, seven eight seven zero one", "78701"),
    ],
)
def test_a_postcode_is_read_with_its_slips(answer: str, found: str) -> None:
    assert postcode(answer) == found


@each(
    "answer",
    [
        "01/02/1980",
        "01021980",
        "1234",
        "12345 or 67890",
        "hello",
        "500.00",
        "12345-6789-1",
        "1 2 3 4 5 6",
        "one two",
        "1 2 80",
    ],
)
def test_what_may_be_something_else_is_no_postcode(answer: str) -> None:
    assert postcode(answer) is None


@each(
    "text",
    [
        "NW-1000 4/12/1985 30318",
        "30318, april 12 1985",
        "NW1000 30318 04121985",
        "ref nw-1000, born 1985-04-12, zip 30318-1234",
        "30318 4/12/85",
        "12 de abril de 1985, 30318, NW-1000",
    ],
)
def test_a_reference_and_a_zip_code_beside_it_do_not_hide_a_date_of_birth(text: str) -> None:
    assert date_of_birth(text, NOW) == date(1985, 4, 12)


@each(
    ("answer", "born"),
    [
        ("the ninth of june 1972 no sorry september 6th 1972", date(1972, 9, 6)),
        ("nací el 3 de mayo de 1979, perdón, el 5 de marzo de 1979", date(1979, 3, 5)),
        ("it was the first one, june 9th 1972, like I said", date(1972, 6, 9)),
        ("eran dos, la segunda: 9 de junio de 1972", date(1972, 6, 9)),
        ("6/9/72. wait 6/8/72", date(1972, 6, 8)),
        ("june 9 72, the whole year is 6/9/1972", date(1972, 6, 9)),
        ("my son is march 2 2015, I am june 9 1972", date(1972, 6, 9)),
        ("june 9 1972 and I paid on march 3 2024", date(1972, 6, 9)),
        ("the third letter has my dob wrong, its june ninth nineteen seventy two", date(1972, 6, 9)),
    ],
)
def test_of_several_dates_the_last_is_the_birthday_and_words_in_between_are_no_part_of_it(
    answer: str, born: date
) -> None:
    assert date_of_birth(answer, NOW) == born
