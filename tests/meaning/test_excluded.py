"""Weekdays that somebody takes out, and what only looks like it."""

from __future__ import annotations

from bot.dialogue.meaning.excluded import weekdays_out
from tests.examples import each


@each(("text", "out"), [
    ("not mondays", ("monday",)),
    ("not on a monday please", ("monday",)),
    ("any day but sundays", ("sunday",)),
    ("anything but friday", ("friday",)),
    ("except on tuesdays", ("tuesday",)),
    ("fridays are no good, any other day", ("friday",)),
    ("mondays dont work for me", ("monday",)),
    ("never mondays or fridays", ("monday", "friday")),
    ("no los lunes", ("monday",)),
    ("que no sea lunes", ("monday",)),
    ("que no caiga en viernes", ("friday",)),
    ("cualquier día menos los domingos", ("sunday",)),
    ("los lunes no puedo", ("monday",)),
    ("ni martes ni jueves no, tampoco los lunes", ("monday", "tuesday", "thursday")),
])  # fmt: skip
def test_a_weekday_is_taken_out(text: str, out: tuple[str, ...]) -> None:
    assert weekdays_out(text) == out


@each("text", [
    "on fridays", "friday no later than 5", "no, los viernes", "no, friday", "los viernes mejor", "but friday works",
    "dont text me on sundays", "no me llamen los domingos", "not before 5 on mondays call me then", "viernes sí, dale",
    "not the 4th", "mondays, no problem",
])  # fmt: skip
def test_what_takes_no_weekday_out(text: str) -> None:
    assert weekdays_out(text) == ()
