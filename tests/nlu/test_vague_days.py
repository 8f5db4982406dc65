"""Whether a month that is named is part of what they offer, as it was learned: what is none is not asked about."""

from __future__ import annotations

from bot.core import Money
from bot.dialogue.meaning.fields import act_for
from bot.dialogue.meaning.heard import Heard
from bot.dialogue.nlu import Understanding
from bot.dialogue.nlu.scenes import sketched
from tests.examples import each


def asked(understanding: Understanding, text: str) -> tuple[Money | None, str | None]:
    """The sum, and what the proposal leaves open."""
    scene = sketched({"asked": "options"}, "es" if "le puedo" in text or "al mes" in text else "en")
    ((noticed, _, likely),) = understanding._listened([text], scene, scene.language)
    wish = act_for("propose", Heard(text, likely, noticed.figures), scene)
    vague = wish.vague  # type: ignore[attr-defined]
    return wish.each, vague.question if vague else None  # type: ignore[attr-defined]


@each("text", [
    "my hours get cut in february so 30 every two weeks is what i have",
    "30 a week and thats me done by summer",
    "en enero me suben la renta, 30 cada viernes le puedo dar",
    "I don't want to end up owing more in January, so 30 a month is what I can hold to",
])  # fmt: skip
def test_a_month_that_only_tells_of_their_life_is_not_asked_about(understanding: Understanding, text: str) -> None:
    assert asked(understanding, text) == (Money(3000, "USD"), None)


@each("text", [
    "30 a month, first one in january",
    "30 a month but i cant start until february",
    "30 al mes empezando en febrero",
    "put me down for 30 a month, next month",
    "30 a month from january",
])  # fmt: skip
def test_a_month_in_which_it_is_to_begin_is(understanding: Understanding, text: str) -> None:
    assert asked(understanding, text) == (Money(3000, "USD"), "which_date")
