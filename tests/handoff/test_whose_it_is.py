"""Whose a conversation is, what goes out under whose name, and the way back to the assistant."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import contact, core, handoff
from bot.core import Clock, Problems, Settings

pytestmark = pytest.mark.postgres

SAM, ANA, SUE = "agent:stf_sam", "agent:stf_ana", "agent:stf_sue"
PHONE = "+12025550143"


class Fixed(Clock):
    """Noon in New York, moved by the test."""

    def __init__(self, now) -> None:
        object.__setattr__(self, "at", now)

    def now(self):
        return self.at  # type: ignore[attr-defined]

    def move(self, by: timedelta) -> None:
        object.__setattr__(self, "at", self.at + by)  # type: ignore[attr-defined]


class World:
    def __init__(self, engine: Engine, now) -> None:
        self.engine, self.clock = engine, Fixed(now)
        self.settings: Settings = replace(Settings.load({}), clock=self.clock)
        self.received = 0
        self.case = self.within(self._open)

    def within(self, do: Callable):
        with core.transaction(self.engine) as session:
            return do(session)

    def _open(self, session) -> handoff.Case:
        self.hears(session, "get me a human")
        talk = self.talk(session)
        contact.inbox.finish(session, [contact.inbox.last_heard(session, talk.id)], self.clock.now())
        return handoff.open_case(session, talk, handoff.Reason.ASKED, {}, self.clock.now())

    def hears(self, session, text: str, *, overheard: bool = False) -> contact.InboxMessage:
        self.received += 1
        message = contact.receive(session, contact.Incoming("sms", PHONE, f"SM{self.received}", text), self.clock.now())
        assert message is not None
        if overheard:
            handoff.debtor_wrote(session, self.talk(session), message, self.clock.now())
            contact.inbox.finish(session, [message], self.clock.now())
        return message

    def talk(self, session) -> contact.Conversation:
        return contact.open_conversation(session, "sms", PHONE, self.clock.now())

    def take(self, by: str = SAM) -> None:
        self.within(lambda session: handoff.take(session, self.case, by, self.clock.now()))

    def reply(self, text: str, by: str = SAM, key: str = "k1") -> bool:
        return self.within(
            lambda session: handoff.reply(session, self.case, text, by=by, key=key, settings=self.settings)
        )

    def hand_back(self, code: handoff.Code = handoff.Code.ANSWERED) -> None:
        self.within(lambda session: handoff.hand_back(session, self.case.id, by=SAM, code=code, settings=self.settings))

    def bot_says(self, text: str, *responses: str) -> None:
        tags = {name: contact.texts.load()[name].tag for name in responses} or {"utter_dialogue_greet": "reply"}
        says = [contact.Say(name, text, "anyone", tag) for name, tag in tags.items()]
        self.within(lambda s: contact.send(s, self.talk(s), says, self._answering(text), self.clock.now()))

    def _answering(self, key: str) -> contact.Sending:
        return contact.Sending(key=key, reply_to="in", answers_at=self.clock.now())

    def outbox(self) -> list:
        table = core.metadata.tables["outbox"]
        return self.within(lambda session: session.execute(table.select().order_by(table.c.number)).all())

    def recheck(self, text: str) -> contact.Decision:
        [row] = [row for row in self.outbox() if row.text.startswith(text)]
        message = self.within(lambda session: contact.outbox.get(session, row.id))
        return self.within(lambda session: contact.recheck(session, message, "first_party", self.clock.now()))

    def owner(self) -> str:
        return self.within(self.talk).owner


@pytest.fixture
def world(engine: Engine, now) -> World:
    return World(engine, now)


def test_of_twenty_who_take_it_at_the_same_instant_one_gets_it_and_the_others_hear_who(world: World) -> None:
    outcomes: dict[str, str] = {}
    start = threading.Barrier(20)

    def take(by: str) -> None:
        start.wait(timeout=20)
        try:
            world.take(by)
            outcomes[by] = by
        except handoff.Taken as taken:
            outcomes[by] = taken.owner

    threads = [threading.Thread(target=take, args=(f"agent:{number}",)) for number in range(20)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    winner = world.owner()
    assert len(outcomes) == 20 and set(outcomes.values()) == {winner}
    facts = world.within(lambda session: core.facts(session, kind="CaseTaken"))
    assert [fact.actor for fact in facts] == [winner]


def test_what_the_assistant_had_under_way_is_dropped_when_somebody_takes_it(world: World) -> None:
    world.bot_says("I can do 40 a month.")
    assert world.recheck("I can do 40 a month.").allowed
    world.take()
    assert world.recheck("I can do 40 a month.") == contact.Decision(False, ("PAR-OWNER",))


@pytest.mark.parametrize(
    "responses, goes",
    [
        (["utter_identity_ask_again"], False),
        (["utter_dialogue_who_are_you", "utter_dialogue_not_understood"], False),
        (["utter_handoff_waiting"], True),  # somebody was asked, and came at once
        (["utter_accounts_dispute_amount"], True),
        (["utter_accounts_dispute_amount", "utter_identity_ask_again"], True),
        (["utter_accounts_dispute_amount", "utter_negotiation_read_back"], False),
    ],
)
def test_small_talk_is_dropped_as_well_and_what_they_must_hear_goes(world: World, responses, goes: bool) -> None:
    world.bot_says("Well.", *responses)
    world.take()
    assert world.recheck("Well.").allowed is goes


def test_only_the_owners_replies_go_out(world: World) -> None:
    world.take(SAM)
    with pytest.raises(handoff.Taken) as refused:
        world.reply("It is me, Ana.", by=ANA)
    assert refused.value.owner == SAM
    assert world.reply("It is me, Sam.")
    assert [row.author for row in world.outbox()] == [SAM]


def test_what_somebody_wrote_and_has_not_gone_yet_does_not_go_once_another_has_taken_over(world: World) -> None:
    world.take(SAM)
    world.reply("I waive it all.")
    world.within(lambda session: handoff.take_over(session, world.case, SUE, world.clock.now()))
    assert world.owner() == SUE
    assert world.recheck("I waive it all.") == contact.Decision(False, ("PAR-OWNER",))


def test_what_somebody_wrote_before_they_handed_back_still_goes(world: World) -> None:
    world.take()
    world.reply("All done, goodbye.")
    world.hand_back()
    assert world.recheck("All done, goodbye.").allowed


def test_nobody_can_reply_before_taking_it(world: World) -> None:
    with pytest.raises(handoff.Taken):
        world.reply("Hello")
    assert world.outbox() == []


def test_the_same_form_twice_is_one_message(world: World) -> None:
    world.take()
    world.reply("Hello", key="form-1")
    world.reply("Hello", key="form-1")
    assert len(world.outbox()) == 1


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 1601])
def test_a_reply_that_is_empty_or_too_long_is_refused(world: World, text: str) -> None:
    world.take()
    with pytest.raises(Problems):
        world.reply(text)


def test_an_answer_after_quiet_hours_began_waits_for_the_morning_with_the_rule(world: World) -> None:
    world.take()
    world.clock.move(timedelta(hours=13))  # eleven at night in New York
    assert world.reply("Good news.")
    [row] = world.outbox()
    assert row.state == "ready" and row.held_until is not None and row.held_until > world.clock.now()
    rules = {rule: contact.law.by_id(rule) for rule in row.rules}
    assert any(found is not None and found.kind == "hours" for found in rules.values())


def test_under_a_hold_an_answer_goes_and_nothing_is_started(world: World) -> None:
    kind = contact.HoldKind.CRISIS
    world.take()
    world.within(
        lambda s: contact.place_hold_here(s, world.talk(s).id, kind=kind, reason="said so", now=world.clock.now())
    )
    assert world.reply("I'm here. Are you safe?", key="k1")
    world.clock.move(timedelta(hours=48))
    assert not world.reply("One more thing about money.", key="k2")
    assert [(row.state, list(row.rules)) for row in world.outbox()][1:] == [("blocked", ["HOLD-CRISIS"])]


def test_a_note_stands_in_the_thread_and_nowhere_that_is_sent(world: World) -> None:
    world.take()
    text = "Sounds drunk; call back tomorrow"
    world.within(lambda session: handoff.note(session, world.case, text, by=ANA, now=world.clock.now()))
    world.reply("Hello")
    world.hand_back()
    kept = world.within(lambda session: handoff.entries(session, world.case.conversation_id))
    assert [entry.data for entry in kept if entry.kind == "note"] == [{"text": text}]
    for table in ("outbox", "inbox", "audit_unsealed"):
        rows = world.within(lambda session, name=table: session.execute(sa.text(f"SELECT * FROM {name}")).all())
        assert rows and not any(text in str(row) for row in rows), table


def test_handing_back_tells_them_and_lets_the_assistant_answer_what_waited(world: World) -> None:
    world.take()
    world.reply("One moment.")
    asked = world.within(lambda session: world.hears(session, "what do i owe?", overheard=True))
    assert world.within(lambda session: contact.inbox.peek(session, world.clock.now())) is None
    world.hand_back()
    [line] = [row for row in world.outbox() if row.author == contact.BOT]
    assert line.text.startswith("My colleague has left this chat.") and line.state == "ready"
    found = world.within(lambda session: contact.inbox.peek(session, world.clock.now()))
    assert found is not None and found[1].id == asked.id
    assert world.owner() == contact.BOT
    assert world.within(lambda session: handoff.open_case_of(session, world.case.conversation_id)) is None


def test_what_a_person_has_answered_is_not_answered_again(world: World) -> None:
    world.take()
    world.within(lambda session: world.hears(session, "what do i owe?", overheard=True))
    world.reply("612.40")
    world.hand_back()
    assert world.within(lambda session: contact.inbox.peek(session, world.clock.now())) is None


def test_they_are_told_in_spanish_and_not_that_somebody_left_who_never_came(world: World) -> None:
    world.within(lambda session: contact.set_language(session, world.case.conversation_id, "es"))
    world.hand_back()
    assert [row.text[:10] for row in world.outbox()] == ["Mis colega"]


def test_a_case_that_ends_with_a_code_of_the_law_leaves_a_hold(world: World) -> None:
    world.take()
    world.hand_back(handoff.Code.BANKRUPT)
    talk = world.within(world.talk)
    [hold] = world.within(lambda session: contact.holds_over(session, talk, world.clock.now()))
    assert (hold.kind, hold.reason) == (contact.HoldKind.BANKRUPTCY, "case closed as bankrupt")


def test_releasing_puts_it_back_with_its_clock(world: World) -> None:
    world.take()
    world.within(lambda session: handoff.release(session, world.case, SAM, world.clock.now()))
    assert world.owner() == contact.QUEUE
    assert world.within(handoff.waiting) == (world.case,)


def test_the_clock_stops_with_the_answer_and_begins_with_their_next_message(world: World) -> None:
    world.take()
    world.reply("Hello, how can I help?")
    [case] = world.within(handoff.waiting)
    assert case.waiting_since is None
    world.clock.move(timedelta(minutes=20))
    world.within(lambda session: world.hears(session, "you tell me", overheard=True))
    [case] = world.within(handoff.waiting)
    assert case.waiting_since == world.clock.now() and case.answer_by == world.clock.now() + timedelta(minutes=30)


def test_whose_time_runs_out_first_comes_first_though_it_was_opened_later(world: World) -> None:
    world.clock.move(timedelta(minutes=10))
    now = world.clock.now()
    other = world.within(lambda session: contact.open_conversation(session, "sms", "+12025550144", now))
    second = world.within(lambda session: handoff.open_case(session, other, handoff.Reason.STUCK, {}, now))
    assert [case.id for case in world.within(handoff.waiting)] == [world.case.id, second.id]
    world.take()
    world.reply("Hello, how can I help?")
    world.clock.move(timedelta(minutes=10))
    world.within(lambda session: world.hears(session, "you tell me", overheard=True))
    assert [case.id for case in world.within(handoff.waiting)] == [second.id, world.case.id]
