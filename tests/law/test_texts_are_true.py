"""What a text states is so when it is said, and no tag hides what it asks for."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from bot import core, handoff
from bot.cli import main
from bot.contact import HoldKind, Say, may_send, texts
from bot.contact.text_rules import ASKS, CLAIMS
from bot.contact.texts import TextError
from bot.dialogue.truths import CHECKS
from tests.examples import each
from tests.law.kit import MARIA, World
from tests.law.test_the_rules import GEORGIA, NOON, hold

RESPONSES = texts.load()


@each("name", RESPONSES)
def test_a_response_that_states_a_fact_names_it(name: str) -> None:
    response = RESPONSES[name]
    stated = {fact for words, fact in CLAIMS.items() if re.search(words, response.texts["en"])}
    if name == "utter_handoff_withdrawn":
        stated = {"nobody_asked"}
    assert stated <= {fact.partition(":")[0] for fact in response.requires}, response.texts["en"]
    assert {fact.partition(":")[0] for fact in response.requires} <= set(CHECKS)
    kinds = {fact.partition(":")[2] for fact in response.requires} - {""}
    assert kinds <= {kind.value for kind in HoldKind}
    assert response.otherwise is None or response.otherwise in RESPONSES


@each("name", RESPONSES)
def test_what_invites_to_pay_passes_no_hold_whatever_its_tag(name: str) -> None:
    response = RESPONSES[name]
    invites = re.search(ASKS, response.texts["en"], re.IGNORECASE) is not None or bool(response.asks)
    if not invites:
        return
    said = Say(name, response.texts["en"], "anyone", response.tag)
    for kind in HoldKind:
        for is_reply in (True, False):
            facts = replace(GEORGIA, holds=hold(kind), is_reply=is_reply, answers_at=NOON if is_reply else None)
            assert not may_send(said, facts, NOON).allowed, (kind, response.texts["en"])


def test_a_text_that_states_a_fact_is_not_rendered_by_somebody_who_has_not_looked() -> None:
    with pytest.raises(TextError, match="held:bankruptcy"):
        texts.render("utter_safety_bankruptcy", "en", {}, today=NOON.date())


def test_no_legal_step_is_said_only_while_none_is_recorded() -> None:
    world = World("sms", "+15550100001")
    world.says(MARIA)
    assert "utter_accounts_consequences" in world.says("ask_consequences")
    told = ["law", "step", "NW-1000", "--what", "suit filed", "--by", "Ana"]
    environ = {"PARLEY_DATABASE_URL": f"sqlite:///{world.place}"}
    assert CliRunner().invoke(main, [*told[:4], " ", *told[5:]], env=environ).exit_code == 2
    assert "utter_accounts_consequences" in world.says("ask_consequences")
    assert CliRunner().invoke(main, told, env=environ).exit_code == 0
    assert "utter_accounts_consequences_asked" in world.says("ask_consequences")


def test_whoever_hears_that_a_colleague_will_see_to_it_is_on_their_list() -> None:
    world = World()
    for said in ("talk_to_human", "privacy_request", "legal_threat", "complaint"):
        assert world.says(said)
        talk = world.talk()
        with core.reading(world.database) as session:
            assert handoff.open_case_of(session, talk.id) is not None
        world.agent_hands_back()
