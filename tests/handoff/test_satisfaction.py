"""How it was for them: asked once after something was resolved, of nobody who was ever in trouble, and read as a number."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot import accounts, contact, core, dialogue, handoff, satisfaction
from bot.contact.store import outbox
from bot.core import Money
from bot.dialogue import questions
from bot.dialogue.meaning.acts import Plain
from bot.dialogue.rating import read
from bot.handoff.satisfaction import Resolution
from bot.handoff.store import csat_surveys
from bot.web import desk_view
from tests.law.kit import MARIA, World

SAM = "agent:stf_sam"
ASKS = "utter_satisfaction_ask"
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
def world() -> World:
    """Maria, verified, who writes by SMS and whose messages have left."""
    made = World("sms", "+15550100001")
    made.says(MARIA)
    sent(made)
    return made


def sent(world: World) -> None:
    with core.transaction(world.database) as session:
        now = world.clock.now()
        session.execute(outbox.update().where(outbox.c.state == "ready").values(state="sent", sent_at=now))


def free(world: World) -> None:
    """Nothing is asked of her."""
    leave(world, dialogue.State())


def leave(world: World, state: dialogue.State) -> None:
    talk = world.talk().id
    with core.transaction(world.database) as session:
        dialogue.save_state(session, talk, state, world.clock.now())


def pays_all(world: World) -> str:
    party = world.party("NW-1000")
    with core.transaction(world.database) as session:
        [debt] = [one for one in accounts.known_debts_of(session, party) if one.balance.is_positive]
        accounts.post(
            session, debt_id=debt.id, kind=accounts.EntryKind.PAYMENT, amount=-debt.balance, source="pi_all",
            now=world.clock.now(),
        )  # fmt: skip
        return debt.id


def asked(world: World, later: timedelta = HALF_HOUR) -> int:
    """How many were asked by the worker that much later."""
    free(world)
    world.clock.move(later)
    found = satisfaction.ask(world.database, world.chat.settings)
    sent(world)
    return found


def surveys(world: World) -> list[tuple[str, str, str, int | None]]:
    with core.reading(world.database) as session:
        rows = session.execute(sa.select(csat_surveys).order_by(csat_surveys.c.asked_at))
        return [(row.channel, row.resolution, row.subject, row.rating) for row in rows]


def last_said(world: World) -> list[str]:
    talk = world.talk().id
    with core.reading(world.database) as session:
        return [name for line in contact.said(session, talk, last=1) for name in line.responses]


def closed(world: World, code: handoff.Code) -> str:
    world.says("talk_to_human")
    talk = world.talk().id
    with core.transaction(world.database) as session:
        case = handoff.open_case_of(session, talk)
        assert case is not None
        handoff.take(session, case, SAM, world.clock.now())
        handoff.hand_back(session, case.id, by=SAM, code=code, settings=world.chat.settings)
    sent(world)
    return case.id


def test_who_paid_all_is_asked_once_after_a_quiet_half_hour(world: World) -> None:
    debt = pays_all(world)
    assert asked(world, timedelta(minutes=29)) == 0
    assert asked(world, timedelta(minutes=1)) == 1
    assert last_said(world)[0] == ASKS
    assert asked(world, timedelta(days=1)) == 0
    assert surveys(world) == [("sms", "debt_paid", debt, None)]


@pytest.mark.parametrize(("words", "rating"), [("4", 4), ("five", 5), ("Tres.", 3)])
def test_a_number_is_thanked_for_in_one_line_and_kept(world: World, words: str, rating: int) -> None:
    pays_all(world)
    asked(world)
    assert world.writes(words)[:1] == ["utter_satisfaction_thanks"]
    assert surveys(world)[0][3] == rating
    talk = world.talk().id
    with core.reading(world.database) as session:
        survey = handoff.satisfaction.last_survey(session, talk)
        assert survey is not None and survey.resolution is Resolution.PAID and survey.answered_at == world.clock.now()


def test_a_low_answer_offers_a_person_once_and_a_yes_brings_one(world: World) -> None:
    pays_all(world)
    asked(world)
    assert world.writes("1")[:1] == ["utter_satisfaction_low"]
    world.says("accept")
    talk = world.talk().id
    with core.reading(world.database) as session:
        case = handoff.open_case_of(session, talk)
        assert case is not None
        shown = desk_view.facts(session, case, contact.conversation(session, talk), (), (), "en", "UTC")
        assert ("How it was for them", "1 of 5") in shown
        assert dialogue.load_state(session, talk).question is None


def test_a_no_to_the_person_is_a_no(world: World) -> None:
    pays_all(world)
    asked(world)
    world.writes("2")
    assert "utter_satisfaction_low" not in world.says("refuse")
    talk = world.talk().id
    with core.reading(world.database) as session:
        assert handoff.open_case_of(session, talk) is None


def test_anything_else_is_heard_as_ever_and_ends_the_question(world: World) -> None:
    pays_all(world)
    asked(world)
    assert world.says("thanks")[:1] == ["utter_dialogue_thanks"]
    world.talker.means["5"] = (Plain(name="unclear"),)
    assert "utter_satisfaction_thanks" not in world.writes("5")
    assert surveys(world)[0][3] is None


def test_a_number_after_a_week_is_no_answer(world: World) -> None:
    pays_all(world)
    asked(world)
    world.clock.move(timedelta(days=8))
    world.talker.means["4"] = (Plain(name="unclear"),)
    assert "utter_satisfaction_thanks" not in world.writes("4")
    assert surveys(world)[0][3] is None


NEVER = ["crisis", "abuse_or_coercion", "deceased", "bankruptcy", "attorney", "cease_contact", "complaint", "identity_theft"]


@pytest.mark.parametrize(("act", "is_asked"), [*((act, 0) for act in NEVER), ("privacy_request", 1)])
def test_who_was_ever_in_trouble_is_never_asked(world: World, act: str, is_asked: int) -> None:
    """Though all of it is over: nothing is held, the case is closed, the account is paid."""
    world.says(act)
    sent(world)
    talk = world.talk()
    with core.transaction(world.database) as session:
        now = world.clock.now()
        for hold in contact.holds_over(session, talk, now):
            contact.release_hold(session, hold.id, reason="looked at", actor=SAM, now=now)
        case = handoff.open_case_of(session, talk.id)
        assert case is not None
        handoff.hand_back(session, case.id, by=SAM, code=handoff.Code.ANSWERED, settings=world.chat.settings)
    sent(world)
    pays_all(world)
    assert asked(world) == is_asked


def test_who_opted_out_is_not_asked_even_after_they_came_back(world: World) -> None:
    with core.transaction(world.database) as session:
        for change in (contact.opt_out, contact.opt_in):
            change(session, "sms", world.chat.address, source="word", now=world.clock.now())
    pays_all(world)
    assert asked(world) == 0


def test_under_a_hold_nobody_is_asked(world: World) -> None:
    pays_all(world)
    kind, party = contact.HoldKind.MILITARY, world.party("NW-1000")
    with core.transaction(world.database) as session:
        hold = contact.place_hold(session, party_id=party, kind=kind, reason="serves", now=world.clock.now())
    assert asked(world) == 0
    with core.transaction(world.database) as session:
        contact.release_hold(session, hold, reason="over", actor=SAM, now=world.clock.now())
    assert asked(world) == 1


def test_a_hold_that_comes_before_the_question_leaves_stops_it_and_no_receipt(world: World) -> None:
    pays_all(world)
    free(world)
    world.clock.move(HALF_HOUR)
    assert satisfaction.ask(world.database, world.chat.settings) == 1
    kind, party, now = contact.HoldKind.DISPUTE, world.party("NW-1000"), world.clock.now()
    with core.transaction(world.database) as session:
        contact.place_hold(session, party_id=party, kind=kind, reason="not hers", now=now)
        asks = session.execute(sa.select(outbox.c.id).where(outbox.c.state == "ready")).scalar_one()
        question = contact.recheck(session, contact.outbox.get(session, asks), "first_party", now)
        receipt = contact.Say("utter_payments_news", "There's news.", audience="anyone", tag="receipt")
        how = contact.Sending("receipt", answers_at=now)
        talk = contact.open_conversation(session, "sms", world.chat.address, now)
        thanks = contact.ask(session, talk, receipt, how, now)
    assert (question.allowed, question.rules) == (False, ("HOLD-DISPUTE",)) and thanks.allowed


def test_while_anything_else_is_asked_nobody_is(world: World) -> None:
    pays_all(world)
    world.clock.move(HALF_HOUR)
    leave(world, dialogue.State(question=questions.Else()))
    assert satisfaction.ask(world.database, world.chat.settings) == 0
    assert asked(world) == 1


def test_a_manager_stops_the_question_at_once(world: World) -> None:
    pays_all(world)
    name, now = contact.switches.SATISFACTION, world.clock.now()
    with core.transaction(world.database) as session:
        contact.switches.turn_off(session, name, by="mia", why="not now", now=now)
    assert asked(world) == 0
    with core.transaction(world.database) as session:
        contact.switches.turn_on(session, name, by="mia", why="again", now=now)
    assert asked(world) == 1


def test_nobody_is_asked_at_night(world: World) -> None:
    world.clock.move(timedelta(hours=10, minutes=40))  # 20:40 in New York
    pays_all(world)
    assert asked(world) == 0, "21:10"
    assert asked(world, timedelta(hours=12)) == 1, "9:10 in the morning"


def test_what_was_resolved_days_ago_is_let_be(world: World) -> None:
    pays_all(world)
    assert asked(world, timedelta(days=3, minutes=1)) == 0


@pytest.mark.parametrize(("code", "is_asked"), [(handoff.Code.ANSWERED, 1), (handoff.Code.PLAN, 0), (handoff.Code.PROMISE, 0)])
def test_a_case_that_a_person_closed_is_asked_about_where_the_code_resolves(
    world: World, code: handoff.Code, is_asked: int
) -> None:
    case = closed(world, code)
    assert asked(world) == is_asked
    assert surveys(world) == [("sms", "case_closed", case, None)][:is_asked]


def test_a_person_is_asked_once_in_ninety_days(world: World) -> None:
    closed(world, handoff.Code.ANSWERED)
    assert asked(world) == 1
    world.clock.move(timedelta(days=88))
    closed(world, handoff.Code.ANSWERED)
    assert asked(world) == 0
    world.clock.move(timedelta(days=2))
    closed(world, handoff.Code.ANSWERED)
    assert asked(world) == 1


def test_a_decided_dispute_is_asked_about_when_a_person_has_told_them(world: World) -> None:
    world.says("not_my_debt")
    sent(world)
    talk, party = world.talk(), world.party("NW-1000")
    with core.transaction(world.database) as session:
        [dispute] = accounts.open_disputes(session, party)
        case = handoff.open_case_of(session, talk.id)
        assert case is not None
        handoff.take(session, case, SAM, world.clock.now())
        outcome = accounts.DisputeOutcome.UPHELD
        accounts.decide_dispute(session, dispute.number, outcome, reason="not hers", actor=SAM, now=world.clock.now())
        handoff.hand_back(session, case.id, by=SAM, code=handoff.Code.PLAN, settings=world.chat.settings)
    sent(world)
    assert asked(world) == 0, "nobody told her"
    how, talk = contact.Sending("told", author=SAM), world.talk()
    with core.transaction(world.database) as session:
        said = contact.Say(handoff.WORDS, "You were right.", audience="anyone", tag="receipt")
        assert contact.send(session, talk, [said], how, world.clock.now())
    sent(world)
    assert asked(world) == 1
    assert surveys(world) == [("sms", "dispute_decided", dispute.number, None)]


def test_a_part_that_was_written_off_is_settled_only_where_an_agreement_was_kept(world: World) -> None:
    party = world.party("NW-1000")
    with core.transaction(world.database) as session:
        [debt] = [one for one in accounts.known_debts_of(session, party) if one.balance.is_positive]
        half = Money(debt.balance.minor // 2, "USD")
        now = world.clock.now()
        accounts.post(session, debt_id=debt.id, kind=accounts.EntryKind.PAYMENT, amount=-half, source="pi_half", now=now)
        rest = accounts.balance(session, debt.id)
        accounts.post(session, debt_id=debt.id, kind=accounts.EntryKind.WRITE_OFF, amount=-rest, source="client:1", now=now)
    assert asked(world) == 0


@pytest.mark.parametrize(
    ("text", "rating"),
    [("1", 1), (" 5 ", 5), ("five", 5), ("uno", 1), ("4!", 4), ("6", None), ("0", None), ("10", None), ("$5", None),
     ("5 please", None), ("3 days", None), ("no", None), ("", None), ("5pm", None)],
)  # fmt: skip
def test_only_a_bare_number_is_an_answer(text: str, rating: int | None) -> None:
    assert read(text) == rating
