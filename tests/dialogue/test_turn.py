"""What the loop does before and beside the handlers, and what a conversation remembers."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from bot import accounts, contact, core, handoff
from bot.contact import words
from bot.core import Money, Settings
from bot.dialogue import BURST, State, Turn, Underway, count_death, load_state, questions, save_state, take_one
from bot.dialogue.meaning import packing
from bot.dialogue.meaning.acts import (
    Accept,
    Divide,
    Drop,
    Identify,
    Meaning,
    Part,
    Plain,
    Propose,
    Said,
    Unclear,
    Vague,
)
from bot.dialogue.meaning.scene import Scene
from bot.negotiation import Frequency, Proposal
from tests.dialogue.acting import MARIA, meant, usd
from tests.dialogue.conftest import Begin
from tests.examples import each

pytestmark = pytest.mark.postgres
ADDRESS = "+15550199001"
CRISIS = contact.Say("utter_safety_crisis", "988", "anyone", "safety")
OFFER = contact.Say("utter_handoff_waiting", "a colleague", "anyone", "handoff")


@dataclass
class Listener:
    """A talker at the port: hears as it is told to, says one text, and counts."""

    means: Meaning
    says: tuple[contact.Say, ...] = ()
    heard: list[str] = field(default_factory=list)
    talks: list[str] = field(default_factory=list)

    def understand(self, text: str, scene: Scene) -> Meaning:
        self.heard.append(text)
        return self.means

    def talk(self, turn: Turn) -> list[contact.Say]:
        self.talks.append(turn.message.text)
        return list(self.says)


def at(now: datetime, minutes: float = 0) -> Settings:
    return Settings.load({"PARLEY_CLOCK": (now + timedelta(minutes=minutes)).isoformat()})


def receive(engine: Engine, now: datetime, *texts: str, apart: float = 1, media: tuple[str, ...] = ()) -> str:
    """Messages that wait, some seconds apart; the id of their conversation."""
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", ADDRESS, now)
        for number, text in enumerate(texts):
            incoming = contact.Incoming("sms", ADDRESS, core.new_id("m"), text, media=media)
            contact.receive(session, incoming, now + timedelta(seconds=apart * number))
    return talk.id


def said(engine: Engine, talk_id: str) -> list[str]:
    with core.reading(engine) as session:
        return [name for line in contact.said(session, talk_id) for name in line.responses]


def taken_by(engine: Engine, talk_id: str, owner: str, now: datetime) -> None:
    with core.transaction(engine) as session:
        handoff.open_case(session, contact.conversation(session, talk_id), handoff.Reason.ASKED, {}, now)
        contact.set_owner(session, talk_id, owner)


def test_the_assistant_is_silent_while_a_person_owns_the_conversation(engine: Engine, now: datetime) -> None:
    talker = Listener(meant("ask_balance"), (OFFER,))
    talk = receive(engine, now, "what do i owe")
    taken_by(engine, talk, "agent:7", now)
    assert take_one(engine, talker, at(now))
    assert said(engine, talk) == []


def test_safety_is_heard_while_a_person_owns_the_conversation(engine: Engine, now: datetime) -> None:
    talker = Listener(meant("crisis"), (CRISIS, OFFER))
    talk = receive(engine, now, "i want to die")
    taken_by(engine, talk, "agent:7", now)
    assert take_one(engine, talker, at(now))
    assert said(engine, talk) == ["utter_safety_crisis"]


def test_waiting_for_a_person_is_not_being_owned(engine: Engine, now: datetime) -> None:
    talker = Listener(meant("ask_balance"), (OFFER,))
    talk = receive(engine, now, "what do i owe")
    taken_by(engine, talk, contact.QUEUE, now)
    assert take_one(engine, talker, at(now))
    assert "utter_handoff_waiting" in said(engine, talk)


def test_a_picture_without_words_goes_to_a_person(engine: Engine, now: datetime) -> None:
    talker = Listener(meant("thanks"))
    talk = receive(engine, now, "", media=("https://media.example/1",))
    assert take_one(engine, talker, at(now))
    assert "utter_contact_picture" in said(engine, talk)
    assert talker.heard == []


def test_a_burst_is_one_turn_with_one_answer(engine: Engine, now: datetime) -> None:
    talker = Listener(meant(Propose(each=usd(40))), (OFFER,))
    receive(engine, now, "i can do", "40", "a month")
    assert take_one(engine, talker, at(now, 1))
    assert talker.talks == ["i can do 40 a month"]
    assert not take_one(engine, talker, at(now, 1))


def test_messages_further_apart_are_answered_one_by_one(engine: Engine, now: datetime) -> None:
    talker = Listener(meant("thanks"), (OFFER,))
    receive(engine, now, "hello", "and another thing", apart=BURST.total_seconds() + 1)
    while take_one(engine, talker, at(now, 1)):
        pass
    assert talker.talks == ["hello", "and another thing"]


def test_a_fragment_waits_for_its_rest_no_longer_than_the_burst(engine: Engine, now: datetime) -> None:
    talker = Listener(meant(Unclear()), (OFFER,))
    receive(engine, now, "i can do")
    assert not take_one(engine, talker, at(now))
    assert talker.talks == []
    assert take_one(engine, talker, at(now, BURST.total_seconds() / 60))
    assert talker.talks == ["i can do"]


def test_a_stop_in_a_burst_acts_at_once_and_alone(engine: Engine, now: datetime) -> None:
    talker = Listener(meant("thanks"), (OFFER,))
    talk = receive(engine, now, "STOP", "i said stop")
    assert take_one(engine, talker, at(now))
    assert talker.heard == [] and said(engine, talk) == ["utter_contact_opted_out"]
    with core.reading(engine) as session:
        assert contact.opted_out_since(session, "sms", ADDRESS) is not None


def test_a_stop_behind_other_words_is_no_part_of_them(engine: Engine, now: datetime) -> None:
    talker = Listener(meant("thanks"), (OFFER,))
    talk = receive(engine, now, "leave me alone", "STOP")
    while take_one(engine, talker, at(now, 1)):
        pass
    assert talker.talks == ["leave me alone"]
    assert said(engine, talk)[-1] == "utter_contact_opted_out"


@dataclass
class Overtaken(Listener):
    """While it thinks, a person takes the conversation, once."""

    engine: Engine | None = None
    talk_id: str = ""
    scenes: list[Scene] = field(default_factory=list)

    def understand(self, text: str, scene: Scene) -> Meaning:
        self.scenes.append(scene)
        if len(self.scenes) == 1:
            assert self.engine is not None
            with core.transaction(self.engine) as session:
                contact.set_language(session, self.talk_id, "es")
        return super().understand(text, scene)


def test_what_changed_while_it_was_understood_is_looked_at_again(engine: Engine, now: datetime) -> None:
    talk = receive(engine, now, "what do i owe")
    talker = Overtaken(meant("ask_balance"), (OFFER,), engine=engine, talk_id=talk)
    assert not take_one(engine, talker, at(now))
    assert take_one(engine, talker, at(now))
    assert [scene.language for scene in talker.scenes] == ["en", "es"]
    assert talker.talks == ["what do i owe"]


class Failing(Listener):
    def talk(self, turn: Turn) -> list[contact.Say]:
        raise ValueError("a bug")


def test_a_turn_that_fails_twice_goes_to_a_person_and_the_debtor_is_told(engine: Engine, now: datetime) -> None:
    talk = receive(engine, now, "hello")
    for minute in range(2):
        assert take_one(engine, Failing(meant("greet")), at(now, minute))
    assert said(engine, talk)[0] == "utter_handoff_went_wrong"
    assert not take_one(engine, Failing(meant("greet")), at(now, 5))
    with core.reading(engine) as session:
        case = handoff.open_case_of(session, talk)
        assert case is not None and case.reason is handoff.Reason.BOT_ERROR


@each("text", ["STOP", "stop!!", " Stop. ", "QUIT", "cancel", "ALTO", "no más", "unsubscribe"])
def test_a_word_that_carriers_know_stops_a_text_conversation(text: str) -> None:
    assert words.is_stop(text)


@each("text", ["cancel", "end", "quit", "basta"])
def test_on_a_page_only_words_that_mean_nothing_else_stop_it(text: str) -> None:
    assert not words.is_stop(text, "web")
    assert words.is_stop("stop", "web")


@each("text", ["stop taking my money on fridays", "can i cancel my plan", "the end of the month"])
def test_a_sentence_is_no_stop_word(text: str) -> None:
    assert not words.is_stop(text)


PLAN = Proposal(each=usd(40), frequency=Frequency.MONTHLY, first_date=date(2026, 12, 4), wants="plan")
SAID = Said(Plain(name="not_my_debt"), "not mine", 0.6, "model")
QUESTIONS = (
    questions.Identity(again="utter_identity_ask_again"),
    questions.Menu(),
    questions.Options(put=2),
    questions.Choice(groups=(("off_1", "off_2"), ("off_3",))),
    questions.Accept(offers=("off_1",), theirs={"deb_1": PLAN}, reason="too long", groups=(("off_1",),)),
    questions.Terms(missing="date", wishes={"deb_1": PLAN}, days=(date(2026, 12, 4), date(2027, 4, 12))),
    questions.Debt(debts=("deb_1", "deb_2")),
    questions.Shares(shares={"deb_1": usd(20)}, total=usd(50)),
    questions.Ahead(agreement="agr_1"),
    questions.MoveTo(agreement="agr_1"),
    questions.Change(agreement="agr_1", what="move", change={"to": "2026-12-12"}),
    questions.Cancel(agreement="agr_1"),
    questions.Relief(),
    questions.Person(before=questions.dump(questions.Options())),
    questions.Safe(rest=(packing.pack(SAID),)),
    questions.Representative(of="deceased"),
    questions.Meant(acts=(packing.pack(SAID),)),
    questions.Helper(rest=(packing.pack(SAID),)),
    questions.Else(),
    questions.Rating(survey="csat_1"),
)


def test_every_kind_of_question_is_tried_here() -> None:
    assert {question.kind for question in QUESTIONS} == set(questions.KINDS)


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.kind)
def test_what_a_conversation_remembers_survives_the_database(
    question: questions.Question, engine: Engine, now: datetime
) -> None:
    state = State(question, [packing.pack(SAID)], wishes={"deb_1": questions.plain(PLAN)}, noted=["not at work"])
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", ADDRESS, now)
        save_state(session, talk.id, state, now)
    with core.reading(engine) as session:
        again = load_state(session, talk.id)
    assert (again.question, again.waiting, again.noted) == (state.question, state.waiting, state.noted)
    assert questions.proposal(again.wishes["deb_1"]) == PLAN


ACTS = (
    Propose(each=usd(40), frequency="monthly", parts=(Part(date(2026, 12, 4), usd(50)), Part()), debts=(1, 2)),
    Propose(vague=Vague("which_date", (date(2026, 12, 4),), (date(2026, 12, 1), date(2026, 12, 31)), is_month=True)),
    Propose(debts="all", at_most=Money(4050, "USD"), days_of_month=(1, 15)),
    Divide(shares=((1, usd(20)), (2, "rest"))),
    Divide(),
    Identify(date_of_birth=date(1985, 4, 12), postcode="30318"),
    Accept(),
    Plain(name="hardship"),
)


@pytest.mark.parametrize("act", ACTS, ids=repr)
def test_an_act_that_waits_comes_back_as_the_same_act(act: object, engine: Engine) -> None:
    one = Said(act, "their words", 0.9, "phrase:3")  # type: ignore[arg-type]
    assert packing.unpack(json.loads(json.dumps(packing.pack(one)))) == one


def test_a_state_of_an_older_release_is_read_as_far_as_it_is_known() -> None:
    assert State.of({"misses": 2, "something_old": 1}).misses == 2
    assert State.of({"question": {"kind": "accept", "payload": {}}}).question is None


class Deadly(Listener):
    """Ends the process in the middle of a turn, as a crash in C does."""

    def talk(self, turn: Turn) -> list[contact.Say]:
        os._exit(9)


def test_a_message_that_kills_the_process_goes_to_a_person(engine: Engine, now: datetime, tmp_path: Path) -> None:
    underway = Underway(tmp_path / "underway")
    talk = receive(engine, now, "boom")
    engine.dispose()
    for minute in range(3):
        child = os.fork()
        if child == 0:
            count_death(engine, at(now, minute), underway)
            take_one(engine, Deadly(meant("greet")), at(now, minute + 0.5), underway)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    count_death(engine, at(now, 3), underway)
    assert underway.left_behind() is None
    assert not take_one(engine, Listener(meant("greet")), at(now, 4), underway)
    assert said(engine, talk)[0] == "utter_handoff_went_wrong"
    with core.reading(engine) as session:
        assert contact.conversation(session, talk).owner == contact.QUEUE


def test_a_process_that_dies_once_leaves_its_message_to_the_next(engine: Engine, now: datetime, tmp_path: Path) -> None:
    underway = Underway(tmp_path / "underway")
    with core.transaction(engine) as session:
        contact.open_conversation(session, "sms", ADDRESS, now)
        kept = contact.receive(session, contact.Incoming("sms", ADDRESS, core.new_id("m"), "hi"), now)
    assert kept is not None
    underway.path.write_text(kept.id)
    count_death(engine, at(now, 0), underway)
    listener = Listener(meant("greet"))
    assert take_one(engine, listener, at(now, 1), underway)
    assert listener.talks == ["hi"]
    assert underway.left_behind() is None


def test_who_waits_for_a_person_is_still_answered_and_told_once(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    assert talk.write("a person please", "talk_to_human").responses == ("utter_handoff_waiting",)
    answer = talk.write("what do i owe", "ask_balance")
    assert "utter_accounts_balance" in answer.responses
    proposed = talk.write("60 a month", Propose(each=usd(60), frequency="monthly"))
    assert "utter_negotiation_read_back" in proposed.responses
    assert talk.conversation.owner == contact.QUEUE


def test_a_wish_for_a_person_can_be_withdrawn(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("a person please", "talk_to_human")
    assert "utter_handoff_withdrawn" in talk.write("never mind", Drop()).responses
    assert talk.case() is None and talk.conversation.owner == contact.BOT


def test_a_crisis_cannot_be_withdrawn(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("i cannot go on", "crisis")
    talk.write("never mind", Drop())
    case = talk.case()
    assert case is not None and case.reason is handoff.Reason.CRISIS


def test_evidence_that_comes_while_a_person_has_the_case_is_with_its_dispute(engine: Engine, now: datetime) -> None:
    talk = receive(engine, now, "here is the receipt", media=("https://media.example/1",))
    taken_by(engine, talk, "agent:7", now)
    with core.transaction(engine) as session:
        claim = accounts.Claim(accounts.DisputeReason.ALREADY_PAID, "i paid that")
        here = contact.conversation(session, talk)
        number = accounts.open_dispute(session, here, claim, message_id="in_0", now=now).number
    assert take_one(engine, Listener(meant("thanks")), at(now))
    assert said(engine, talk) == []
    with core.reading(engine) as session:
        [came] = contact.files.about(session, [number])
    assert came.conversation_id == talk
