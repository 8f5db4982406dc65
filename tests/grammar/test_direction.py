"""More, less, later: a direction without a figure, and only where nothing else is said."""

from __future__ import annotations

from bot.dialogue.grammar import bare_number, direction
from tests.examples import each


@each(
    ("text", "way"),
    [
        ("can i pay more", "more"), ("can i pay a little extra?", "more"), ("puedo pagar más?", "more"),
        ("a bit less", "less"), ("can you go lower", "less"), ("anything lower?", "less"), ("un poco menos", "less"),
        ("cuotas más bajas", "less"), ("whatever is cheapest", "least"), ("la más baja", "least"),
        ("can i start later", "later"), ("puedo empezar después?", "later"), ("sooner", "sooner"),
        ("fewer payments", "fewer"), ("can you do longer", "longer"), ("más cuotas", "longer"),
        ("no more", None), ("ya no más", None), ("stop, no more", None), ("can you tell me more", None),
        ("i need more time to find work", None), ("i cant pay more than that", None), ("", None), ("40 a month", None),
    ],
)  # fmt: skip
def test_which_way(text: str, way: str | None) -> None:
    assert direction(text) == way


@each(
    ("text", "number"), [("can you make that 4", 4), ("4", 4), ("4%", None), ("i have 3 kids", None), ("2 or 3", None)]
)
def test_a_number_alone(text: str, number: int | None) -> None:
    assert bare_number(text) == number
