"""Proofs as they are spoken or dictated: words and figures mixed, figure by figure, with words that sound like one."""

from __future__ import annotations

from datetime import date

from bot.dialogue.grammar import date_of_birth, postcode
from tests.examples import each
from tests.grammar.cases import NOW


@each(("answer", "found"), [
    ("seven too two one two", "72212"),
    ("seven 22 one two", "72212"),
    ("oh two one three nine", "02139"),
    ("zero 21 three nine", "02139"),
    ("nine ate one oh four", "98104"),
    ("my zip is seven 8 seven 0 one", "78701"),
    ("three 0 three for nine", "30349"),
    ("siete dos dos uno dos", "72212"),
    ("siete 22 uno dos", "72212"),
    ("el zip es siete veintidós doce", "72212"),
    ("nueve cero dos 11", "90211"),
    ("june ninth nineteen 83, seven too two one two", "72212"),
    ("seven 22 one two, march third nineteen seventy two", "72212"),
    ("seven 22 one two and march 3 nineteen 72", "72212"),
    ("born april twelve nineteen eighty 5 zip three oh three one eight", "30318"),
    ("3 de mayo de mil novecientos 79, siete dos dos uno dos", "72212"),
    ("nueve de junio del setenta y 2, zip 7 dos 2 uno dos", "72212"),
    ("six nine nineteen eighty three, seven two two one two", "72212"),
    ("june nine one nine eight three, three oh three one eight", "30318"),
    ("6/9/83 seven 22 one two", "72212"),
    ("6/9/83 and seven too two one two", "72212"),
    ("72212 june 9 1983", "72212"),
    ("june 9 1983 72212", "72212"),
    ("june 9 1983 7 2 2 1 2", "72212"),
])  # fmt: skip
def test_a_dictated_postcode_is_read(answer: str, found: str) -> None:
    assert postcode(answer) == found


@each(("answer", "born"), [
    ("june ninth nineteen 83", "1983-06-09"),
    ("june ninth nineteen 83, seven too two one two", "1983-06-09"),
    ("seven 22 one two, march third nineteen seventy two", "1972-03-03"),
    ("seven 22 one two and march 3 nineteen 72", "1972-03-03"),
    ("born april twelve nineteen eighty 5 zip three oh three one eight", "1985-04-12"),
    ("3 de mayo de mil novecientos 79, siete dos dos uno dos", "1979-05-03"),
    ("nueve de junio del setenta y 2, zip 7 dos 2 uno dos", "1972-06-09"),
    ("six nine nineteen 83", "1983-06-09"),
    ("six nine nineteen eighty three, seven two two one two", "1983-06-09"),
    ("oh six oh nine nineteen 83", "1983-06-09"),
    ("oh six slash oh nine slash 83", "1983-06-09"),
    ("seis nueve mil novecientos ochenta y tres", "1983-06-09"),
    ("zero six zero nine one nine eight three", "1983-06-09"),
    ("june nine one nine eight three, three oh three one eight", "1983-06-09"),
    ("6/9/83 seven 22 one two", "1983-06-09"),
    ("6/9/83 and seven too two one two", "1983-06-09"),
    ("72212 june 9 1983", "1983-06-09"),
    ("june 9 1983 72212", "1983-06-09"),
    ("june 9 1983 7 2 2 1 2", "1983-06-09"),
])  # fmt: skip
def test_a_dictated_birthday_is_read(answer: str, born: str) -> None:
    assert date_of_birth(answer, NOW) == date.fromisoformat(born)


@each("answer", [
    "seven to two one to five",
    "three oh three one ate",
    "treinta mil trescientos",
    "june ninth nineteen 83",
    "six nine nineteen 83",
    "oh six oh nine nineteen 83",
    "oh six slash oh nine slash 83",
    "seis nueve mil novecientos ochenta y tres",
    "zero six zero nine one nine eight three",
    "i have two kids and work 5 to 9",
    "from 7 to 9 for 250",
    "5 to 7 to 9",
    "i can do 40 a week for 3 months",
    "one of you called me for 2 days to ask for 50",
    "it was 12 34 5",
    "i owe 1 200 to two of them",
    "call me at 5 to 7 or 8 to 9",
    "seven two two one",
    "one two three four five six seven",
    "20 on the 4th and 30 for the 5th",
    "two for one and one for two",
    "me llamaron 2 veces y debo 300",
    "dos de enero, uno de mayo",
    "one twenty five fifty five",
    "i can pay one twenty five fifty",
    "seven fifty one five a week",
    "zip three four, 5 payments of 40",
    "40 40 5",
    "the four of us and one to three kids",
    "mi numero de caso es 12 y debo 300 en 5 pagos",
])  # fmt: skip
def test_no_other_number_is_a_postcode(answer: str) -> None:
    assert postcode(answer) is None
