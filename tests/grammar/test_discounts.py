"""A sum that is taken off is no offer to pay it."""

from __future__ import annotations

from bot.dialogue.grammar import Amount, read
from tests.examples import each
from tests.grammar.cases import NOW


def abouts(message: str) -> list[tuple[int, str | None]]:
    return [(one.minor // 100, one.about) for one in read(message, now=NOW).of(Amount)]


@each(("message", "told"), [
    ("60 off is nothing. 250 tonight and we are done", [(60, "discount"), (250, None)]),
    ("knock 120 bucks off and i pay 500", [(120, "discount"), (500, None)]),
    ("can you take off 75", [(75, "discount")]),
    ("give me 200 off", [(200, "discount")]),
    ("with a $90 discount i can do 300", [(90, "discount"), (300, None)]),
    ("si me quita 200 le doy 400", [(200, "discount"), (400, None)]),
    ("150 de descuento y le pago 350", [(150, "discount"), (350, None)]),
    ("rebájeme 80", [(80, "discount")]),
    ("solo 45 de rebaja?", [(45, "discount")]),
    ("la pension me quita 400", [(400, "expense")]),
])  # fmt: skip
def test_a_sum_that_is_taken_off_is_no_offer(message: str, told: list[tuple[int, str | None]]) -> None:
    assert abouts(message) == told


@each("message", ["take 50 off my card", "ill pay 50 off it every month", "put 50 off the balance today",
                  "me lo deja en 50", "descuenten 50 cada viernes", "quiten 50 de mi cheque", "50 every friday im off work", "if you drop it to 50"])  # fmt: skip
def test_what_is_paid_off_is_one(message: str) -> None:
    ((minor, about),) = abouts(message)
    assert minor == 50 and about != "discount"
