"""What somebody says before we know who they are holds as it would afterwards, and follows them when we do."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import contact, core
from bot.contact import HoldKind
from bot.dialogue.effects import DISPUTES, STOPS
from bot.dialogue.meaning.acts import Accept, Identify, Pay, Plain, Propose
from tests.examples import many
from tests.law.kit import ALICE, MARIA, OFFER, REMINDER, WRONG, World

KINDS = {
    **{name: stop.hold.value for name, stop in STOPS.items() if stop.hold is not None},
    **dict.fromkeys(DISPUTES - {"other"}, "dispute"),
    "request_validation": "validation",
    "cease_contact": "cease",
}
"""What they say, and what holds from then on."""


@pytest.mark.parametrize(("said", "kind"), sorted(KINDS.items()))
def test_what_a_new_visitor_says_is_held_and_follows_them_once_we_know_them(said: str, kind: str) -> None:
    world = World()
    world.says(said)
    assert world.holds() == {kind}
    assert world.tries_to_send(OFFER) == world.tries_to_send(REMINDER) == 0
    world.says(MARIA)
    assert world.holds_of("NW-1000") == {kind}
    assert world.holds_of("NW-9528") == set()
    assert world.asked_for_money() == [] and world.links() == 0


def test_whoever_is_behind_a_number_is_held_by_what_somebody_says_from_it() -> None:
    """And so is whoever proves to be somebody else on that phone."""
    world = World("sms", "+15550100001")
    world.says("bankruptcy")
    assert world.holds_of("NW-1000") == {"bankruptcy"}
    world.says(ALICE)
    assert world.talk().party_id == world.party("NW-9528")
    assert world.holds_of("NW-9528") == {"bankruptcy"}


def test_a_name_and_a_reference_are_kept_with_it_whenever_they_come() -> None:
    world = World()
    world.says("attorney", Identify(name="Maria Gomez"))
    world.says(Identify(reference="NW-1000"))
    talk = world.talk()
    with core.reading(world.database) as session:
        (hold,) = contact.holds_over(session, talk, world.clock.now())
    assert hold.party_id is None and dict(hold.given) == {"name": "Maria Gomez", "reference": "NW-1000"}


def test_lifted_from_a_person_it_does_not_come_back_with_their_next_word() -> None:
    world = World()
    world.says("military")
    world.says(MARIA)
    maria = world.party("NW-1000")
    with core.transaction(world.database) as session:
        (hold,) = contact.active_holds(session, maria, world.clock.now())
        contact.release_hold(session, hold.id, reason="orders are over", actor="agent:7", now=world.clock.now())
    world.clock.move(timedelta(minutes=5))
    world.says("greet")
    assert world.holds() == set()


def test_a_message_that_was_queued_before_is_stopped_by_what_a_stranger_says_at_that_address() -> None:
    """Nobody is verified when it fires, and the door asks all the same."""
    world = World("sms", "+15550100001")
    world.says("greet")
    neutral = contact.Say("utter_contact_picture", "x", audience="anyone", tag="reminder")
    assert world.tries_to_send(neutral) == 1
    row = world.rows()[-1]
    world.says("bankruptcy")
    with core.transaction(world.database) as session:
        message = contact.outbox.get(session, row.id)
        assert contact.recheck(session, message, "first_party", world.clock.now()).rules == ("HOLD-BANKRUPTCY",)


@pytest.mark.parametrize("said", ["abuse_or_coercion", "cease_contact", "deceased", "minor"])
@pytest.mark.parametrize("number", ["+15550100001", "+15559990042"])
def test_whoever_told_of_it_and_only_says_yes_is_not_asked_for_a_birth_date(said: str, number: str) -> None:
    """The words that stopped everything were followed by "I have something private for Maria"."""
    world = World("sms", number)
    world.says(said)
    for word in ("nothing", "greet", "nothing"):
        names = world.says(word)
        assert names and not [name for name in names if name.startswith("utter_identity")], names
    assert any(name.startswith("utter_identity") for name in world.says("ask_balance")), "who wants something is asked"


@pytest.mark.parametrize("said", ["attorney", "bankruptcy", "identity_theft"])
def test_where_nothing_could_be_told_them_a_proof_is_asked_for_only_to_know_whom_to_hold(said: str) -> None:
    known, unknown = World("sms", "+15550100001"), World()
    for world in (known, unknown):
        world.says(said)
    assert "utter_dialogue_here" in known.says("greet")
    assert "utter_identity_ask_all" in unknown.says("greet")


STEPS = {
    "proves to be Maria": lambda world: world.says(MARIA),
    "proves to be Alice": lambda world: world.says(ALICE),
    "answers wrongly": lambda world: world.says(WRONG),
    "asks for choices": lambda world: world.says("ask_options"),
    "asks what is owed": lambda world: world.says("ask_balance"),
    "wants to pay": lambda world: world.says(Pay()),
    "proposes": lambda world: world.says(Propose(each=core.Money(4000, "USD"), frequency="monthly")),
    "says yes": lambda world: world.says(Accept()),
    "wants messages again": lambda world: world.says("opt_in"),
    "is forgotten": lambda world: world.forgets(),
    "an agent takes it": lambda world: world.agent_takes(),
    "an agent hands it back": lambda world: world.agent_hands_back(),
    "the process restarts": lambda world: world.restarts(),
    "a day goes by": lambda world: world.clock.move(timedelta(days=1)),
    "we start an offer": lambda world: world.tries_to_send(OFFER),
    "we start a reminder": lambda world: world.tries_to_send(REMINDER),
}


@settings(max_examples=many(200))
@given(
    said=st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=2),
    steps=st.lists(st.sampled_from(sorted(STEPS)), min_size=3, max_size=10),
    known_number=st.booleans(),
)
def test_there_is_no_path_from_a_hold_to_an_offer_a_link_or_a_reminder(
    said: list[str], steps: list[str], known_number: bool
) -> None:
    world = World("sms", "+15550100001") if known_number else World()
    for name in said:
        world.says(Plain(name=name))
    for step in steps:
        heard = STEPS[step](world)
        if isinstance(heard, list) and "utter_safety_helper_ok" in heard:  # the person says that somebody may type for them
            said = [name for name in said if KINDS[name] != "third_party"]
            if not said:
                return
        assert world.asked_for_money() == [], step
        assert world.links() == 0, step
        assert world.holds(), step
    assert {HoldKind(KINDS[name]).value for name in said} <= world.holds()
