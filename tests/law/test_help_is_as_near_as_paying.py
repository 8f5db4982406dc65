"""PRIN 2A: whoever cannot pay is helped in as few steps as it takes to pay, and a person is one message away."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot import core, handoff
from bot.dialogue.meaning.acts import Accept, Act, Choose, Pay
from bot.payments.page_texts import text as words
from tests.law.kit import MARIA, World

PRESSES_TO_PAY = 2
"""Behind the link: ours, and Stripe's. `tests/payments/test_payment_links.py` presses both."""


def maria() -> World:
    world = World("sms", "+15550100001")
    world.says(MARIA)
    return world


def steps(world: World, done: Callable[[World], bool], *says: str | Act) -> int:
    """Messages of theirs until it is done."""
    for number, said in enumerate(says, 1):
        world.says(said)
        if done(world):
            return number
    raise AssertionError("it is never done")


def paused(world: World) -> bool:
    with core.reading(world.database) as session:
        rows = session.execute(core.metadata.tables["agreements"].select())
        return any(row.kind == "pause" for row in rows)


def test_UK_07_a_pause_takes_no_more_steps_than_a_payment() -> None:
    to_pay = steps(maria(), lambda world: world.links() == 1, Pay(what="all")) + PRESSES_TO_PAY
    to_pause = steps(maria(), paused, "cannot_pay", Choose(option=1), Accept())
    assert to_pause <= to_pay


@pytest.mark.parametrize(
    "before", [(), (MARIA,), (MARIA, "ask_options"), (MARIA, "cannot_pay"), (MARIA, "ask_balance")]
)
def test_UK_07_a_person_is_one_message_away_from_everywhere(before: tuple[str | Act, ...]) -> None:
    world = World("sms", "+15550100001")
    for said in before:
        world.says(said)
    world.says("talk_to_human")
    talk = world.talk()
    with core.reading(world.database) as session:
        case = handoff.open_case_of(session, talk.id)
    assert case is not None and case.reason is handoff.Reason.ASKED


@pytest.mark.parametrize(("language", "says"), [("en", "Not now, or not that much?"), ("es", "¿Ahora no, o no tanto?")])
def test_UK_07_the_page_on_which_they_pay_says_how_not_to(language: str, says: str) -> None:
    assert says in words("cannot", language)
