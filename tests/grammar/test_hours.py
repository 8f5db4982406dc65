"""Hours in which somebody does not want to hear from us, as they write them: no model, all of it by the grammar."""

from __future__ import annotations

import pytest

from bot.dialogue import grammar

BARRED = {
    "dont text me before 5 im at work": "00:00-17:00 12345",
    "not before 5": "00:00-17:00 1234567",
    "dont contact me until after 5:30pm": "00:00-17:30 1234567",
    "not before 5 or after 9": "00:00-17:00 1234567, 21:00-00:00 1234567",
    "text me after 6pm please": "00:00-18:00 1234567",
    "dont call me, text me after 6": "00:00-18:00 1234567",
    "only between 5 and 8 pm": "00:00-17:00 1234567, 20:00-00:00 1234567",
    "i work 9 to 5": "09:00-17:00 12345",
    "i work 7 to 3": "07:00-15:00 12345",
    "im at work until 5, text me later": "00:00-17:00 12345",
    "during work hours i cant answer": "08:00-18:00 12345",
    "mornings dont work for me": "00:00-12:00 1234567",
    "not between 10pm and 6am": "00:00-06:00 1234567, 22:00-00:00 1234567",
    "never on sundays": "00:00-00:00 7",
    "please only weekends": "00:00-00:00 12345",
    "on sundays dont text me before noon": "00:00-12:00 7",
    "not on sundays or before 10": "00:00-10:00 123456, 00:00-00:00 7",
    "mondays and fridays before 5 are bad": "00:00-17:00 15",
    "no me escriban antes de las 5, estoy en el trabajo": "00:00-17:00 12345",
    "no antes de las cinco de la tarde": "00:00-17:00 1234567",
    "solo después de las 6": "00:00-18:00 1234567",
    "trabajo de 9 a 5": "09:00-17:00 12345",
    "mi turno es de 3 a 11, no me escriban a esa hora": "15:00-23:00 12345",
    "entre las 9 y las 5 no puedo": "09:00-17:00 1234567",
    "no me llame por la mañana": "00:00-12:00 1234567",
    "las noches no": "18:00-00:00 1234567",
    "nunca los sábados ni domingos": "00:00-00:00 67",
    "los domingos no, y antes de las 9 tampoco": "00:00-09:00 123456, 00:00-00:00 7",
    "no me escriban de lunes a viernes de 9 a 5": "09:00-17:00 12345",
}
FOR_A_PERSON = (
    "no me escriban al trabajo", "dont write to my work", "text me after 9", "not today", "dont text me this week",
    "no me escriba mañana", "never", "call me on 404-555-0100 after 5", "text me in spanish", "not on sundays, before 10",
    "only between 10pm and 6am", "dont text me at work, i can pay 50 on fridays", "text me after 5, i can do $40 monthly",
    "no me escriban antes de las 5, cobro los viernes", "email me instead, and not before noon",
)  # fmt: skip
"""A place, a day that passes, a number, money or another medium beside it, or what may mean one thing or the other."""


def told(text: str) -> str:
    return ", ".join(
        f"{one.begins:%H:%M}-{one.ends:%H:%M} {''.join(map(str, one.weekdays))}" for one in grammar.inconvenient(text)
    )


@pytest.mark.parametrize("text", BARRED)
def test_their_hours_are_what_they_bar(text: str) -> None:
    assert told(text) == BARRED[text]


@pytest.mark.parametrize("text", FOR_A_PERSON)
def test_what_is_not_certain_bars_nothing(text: str) -> None:
    assert grammar.inconvenient(text) == ()
