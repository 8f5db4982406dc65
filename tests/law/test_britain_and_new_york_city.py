"""UK-01, UK-05 and SR-NYC: where advice is free, what somebody without money is offered, which languages we speak, and a
debt that cannot be verified.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from bot import accounts, contact, core, transfers, unverified
from bot.accounts import DisputeOutcome
from bot.contact import texts
from bot.dialogue.meaning.acts import Choose, Propose
from bot.negotiation import Kind
from tests.law.kit import MARIA, REMINDER, World

ADVICE, LANGUAGES = "utter_law_free_advice_gb", "utter_law_languages_nyc"
CENTS = Propose(each=core.Money(100, "USD"), frequency="monthly")


def living(country: str = "US", state: str = "", city: str = "", channel: str = "web") -> World:
    """Maria, verified, who lives there."""
    world = World(channel, "visitor-1" if channel == "web" else "+15550100001")
    with core.transaction(world.database) as session:
        where: dict[str, Any] = {"country": country, "state": state, "city": city, "time_zone": "Europe/London"}
        contact.places.add_place(
            session, party_id=world.party("NW-1000"), source="test", now=world.clock.now(), **where
        )
    world.says(MARIA)
    return world


@pytest.mark.parametrize("said", ["cannot_pay", "needs_time", "hardship", CENTS])
def test_UK_05_who_is_refused_or_cannot_pay_hears_where_advice_is_free(said: Any) -> None:
    assert ADVICE in living("GB").says(said)


def test_UK_05_it_is_said_once_a_day_and_to_nobody_who_lives_elsewhere() -> None:
    world = living("GB")
    assert ADVICE in world.says("cannot_pay") and ADVICE not in world.says(CENTS)
    world.clock.move(timedelta(hours=25))
    world.says(MARIA)
    assert ADVICE in world.says("hardship")
    assert ADVICE not in living("US", "NY").says("cannot_pay")


def test_UK_05_an_ordinary_answer_carries_none() -> None:
    world = living("GB")
    assert ADVICE not in [*world.says("ask_balance"), *world.says("ask_options")]


@pytest.mark.parametrize("language", ["en", "es"])
def test_UK_05_it_names_the_three_that_are_free(language: str) -> None:
    assert all(
        name in texts.load()[ADVICE].texts[language] for name in ("MoneyHelper", "StepChange", "National Debtline")
    )


def test_UK_01_who_has_nothing_left_is_offered_a_pause_or_less_and_advice_and_nothing_else() -> None:
    world = living("GB")
    before = world.last()
    assert world.says("cannot_pay") == ["utter_negotiation_cannot_pay", ADVICE]
    assert not any("$" in row.text for row in world.rows() if row.number > before)


def test_UK_01_in_hardship_a_pause_and_a_token_payment_come_first() -> None:
    world = living("GB")
    world.says("hardship")
    with core.reading(world.database) as session:
        offers = core.metadata.tables["offers"]
        kinds = list(session.execute(offers.select().order_by(offers.c.made_at, offers.c.id)).mappings())
    made = [Kind(row["kind"]) for row in kinds]
    assert made and {Kind.PAUSE, Kind.TOKEN} & set(made)
    assert Kind.SETTLEMENT not in made[:1]


def test_SR_NYC_which_languages_we_speak_is_said_once_about_a_debt_and_only_there() -> None:
    world = living("US", "NY", "NYC")
    first = [name for row in world.rows() for name in (part["response"] for part in row.parts)]
    assert (first + world.says("ask_balance")).count(LANGUAGES) == 1
    assert LANGUAGES not in world.says("ask_breakdown")
    elsewhere = living("US", "NY")
    assert LANGUAGES not in elsewhere.says("ask_balance")


def disputed(world: World) -> accounts.Dispute:
    world.says("not_my_debt")
    with core.reading(world.database) as session:
        (found,) = accounts.every_open_dispute(session)
    return found


def test_SR_NYC_a_debt_that_cannot_be_verified_is_told_so_and_never_asked_for_again() -> None:
    world = living("US", "NY", "NYC")
    dispute, before = disputed(world), world.last()
    with core.transaction(world.database) as session:
        how = {"reason": "no file of it anywhere", "actor": "agent:7", "now": world.clock.now()}
        accounts.decide_dispute(session, dispute.number, DisputeOutcome.UNVERIFIED, **how)  # type: ignore[arg-type]
        assert unverified.say_unverified(session, dispute, world.chat.settings, actor="agent:7")
        assert not accounts.every_open_dispute(session)
        (debt,) = accounts.known_debts_by_customer(session, "C-1000")
        assert "it could not be verified" in transfers.against_sale(session, debt, world.clock.now())
    (said,) = [row for row in world.rows() if row.number > before and row.state != "blocked"]
    assert dispute.number in said.text and "could not verify" in said.text
    world.clock.move(timedelta(days=365))
    assert "dispute" in world.holds_of("NW-1000") and world.tries_to_send(REMINDER) == 0


def test_SR_NYC_where_no_message_may_go_the_notice_is_for_the_post() -> None:
    world = living("US", "NY", "NYC", channel="sms")
    dispute = disputed(world)
    world.clock.move(timedelta(days=70))
    with core.transaction(world.database) as session:
        how = {"reason": "no file of it anywhere", "actor": "agent:7", "now": world.clock.now()}
        accounts.decide_dispute(session, dispute.number, DisputeOutcome.UNVERIFIED, **how)  # type: ignore[arg-type]
        assert not unverified.say_unverified(session, dispute, world.chat.settings, actor="agent:7")
        assert [fact.data["by"] for fact in core.facts(session, kind="UnverifiedTold")] == ["post"]


@pytest.mark.parametrize("place", [("GB",), ("US", "NY")])
def test_UK_01_who_tells_of_a_hardship_hears_sympathy_a_pause_or_a_small_amount_and_one_question(place: Any) -> None:
    """By rule: no list of ways to pay, no sum of what is owed, and never more than the two that policy allows there."""
    world = living(*place)
    before = world.last()
    assert world.says("hardship")[:2] == ["utter_negotiation_hardship", "utter_hardship_two"]
    text = "\n".join(row.text for row in world.rows() if row.number > before)
    pause, small = re.findall(r"^\d\) .*", text, re.M)
    assert pause.startswith("1) a pause") and re.match(r"2\) \S5 a month", small)
    assert text.count("?") == 1


def test_UK_01_what_they_choose_there_is_read_back_before_it_counts() -> None:
    world = living("GB")
    world.says("hardship")
    assert "utter_negotiation_read_back" in world.says(Choose(option=1))
    assert world.says("hardship") == ["utter_negotiation_ask_accept_again"], "told once more, what was open goes on"
