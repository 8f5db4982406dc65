"""SR-WA: more than three contacts a week are presumed to harass, those to the husband or wife counted (RCW 19.16.250)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from bot import accounts, contact, core
from bot.accounts.placing import Placement
from bot.cli import main
from bot.contact.model import Conversation
from bot.core import Problems
from tests.law.kit import START, World, _template, demo

NEWS = contact.Say(
    "utter_law_notice", "We have a document for you. Reply STOP to end.", audience="anyone", tag="rights"
)


class Couple:
    """Maria and Alice, each with a telephone, both in Washington."""

    def __init__(self) -> None:
        self.world = World("sms", "+15550100001")
        self.people = [self.world.party("NW-1000"), self.world.party("NW-9528")]
        now = self.world.clock.now()
        with core.transaction(self.world.database) as session:
            for number, party in enumerate(self.people):
                where: dict[str, Any] = {"state": "WA", "city": "", "time_zone": "America/Los_Angeles"}
                contact.places.add_place(session, party_id=party, source="test", now=now, **where)
                talk = contact.open_conversation(session, "sms", f"+1206555010{number}", now)
                contact.opt_in(session, "sms", talk.address, source="test", now=now)
                contact.mark_verified(session, talk.id, party, now + timedelta(hours=9), now)

    def talk(self, number: int) -> Conversation:
        with core.transaction(self.world.database) as session:
            return contact.open_conversation(session, "sms", f"+1206555010{number}", self.world.clock.now())

    def told(self, number: int) -> contact.Decision:
        """One message that we start; what the door said to it."""
        self.world.count += 1
        how, talk, now = contact.Sending(f"couple:{self.world.count}"), self.talk(number), self.world.clock.now()
        with core.transaction(self.world.database) as session:
            decision = contact.ask(session, talk, NEWS, how, now)
            contact.send(session, talk, [NEWS], how, now)
        return decision

    def marry(self, *more: str) -> str:
        result = CliRunner().invoke(
            main, ["law", "spouse", "NW-1000", "NW-9528", "--by", "Ana", *more],
            env={"PARLEY_DATABASE_URL": f"sqlite:///{self.world.place}"},
        )  # fmt: skip
        assert result.exit_code == 0, result.output
        return result.output


def couple() -> Couple:
    found = Couple()
    found.world.clock.move(timedelta(hours=4))  # noon in Seattle
    return found


@pytest.mark.parametrize("married", [True, False])
def test_SR_WA_what_the_spouse_was_sent_is_counted_for_both(married: bool) -> None:
    them = couple()
    if married:
        them.marry()
    for number in (0, 0, 1):
        assert them.told(number).until is None
    fourth = them.told(1)
    assert (fourth.until is not None, "SR-WA" in fourth.rules) == (married, married)


def test_SR_WA_our_own_limit_counts_each_of_them_alone() -> None:
    """Three of Maria's do not take Alice's from her where no law says so: RF-17 is a limit for one person."""
    them = couple()
    them.marry()
    for _ in range(3):
        them.told(0)
    assert "RF-17" not in them.told(1).rules


def test_SR_WA_who_is_married_no_longer_is_not_counted_and_all_of_it_is_in_the_log() -> None:
    them = couple()
    assert them.marry() == "Written down.\n" and them.marry() == "That was known already.\n"
    for _ in range(3):
        them.told(0)
    assert them.told(1).until is not None
    assert them.marry("--ended") == "Written down.\n"
    assert them.told(1).until is None
    with core.reading(them.world.database) as session:
        told = [(fact.data["kind"], fact.actor) for fact in core.facts(session, kind="SpouseTold")]
    assert sorted(set(told)) == [("married", "operator:Ana"), ("parted", "operator:Ana")] and len(told) == 4


def _couple_in_a_file(spouse: str) -> list[Placement]:
    one, other = [found for found in demo._placements(START.date()) if found.person.customer in ("C-1002", "C-1003")][
        :2
    ]
    return [replace(one, person=replace(one.person, spouse=spouse)), other]


def test_SR_WA_the_clients_file_says_who_is_married() -> None:
    database = core.connect(f"sqlite:///{_template()}")
    with database.begin() as session:
        accounts.place(session, _couple_in_a_file("C-1003"), now=START, secret=core.Settings.load({}).secret_key)
        one, other = (accounts.known_debts_by_customer(session, name)[0].party_id for name in ("C-1002", "C-1003"))
        assert contact.couples.spouses_of(session, [other]) == {one}
        session.rollback()


@pytest.mark.parametrize("spouse", ["C-9999999", "C-1002"])
def test_SR_WA_a_spouse_whom_nobody_knows_is_a_problem_of_the_file(spouse: str) -> None:
    database = core.connect(f"sqlite:///{_template()}")
    with pytest.raises(Problems, match="spouse"), database.begin() as session:
        accounts.place(session, _couple_in_a_file(spouse), now=START, secret=core.Settings.load({}).secret_key)
