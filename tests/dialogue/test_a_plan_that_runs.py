"""After the yes: which plan and which part of it, where it stands, and a link that does not work."""

from __future__ import annotations

from datetime import date, timedelta

from bot import contact
from bot.dialogue.meaning.acts import Accept, CancelPlan, ChangeAmount, Move, Propose, Skip
from tests.dialogue.acting import ERIN, MARIA, ROCIO, Talk, usd
from tests.dialogue.conftest import Begin

SIXTY = Propose(each=usd(60), frequency="monthly", first=date(2026, 12, 4))


def with_a_plan(begin: Begin) -> Talk:
    talk = begin(MARIA, known=True)
    talk.write("60 a month from december 4", SIXTY)
    assert "utter_negotiation_agreed" in talk.write("yes", Accept()).responses
    return talk


def with_two(begin: Begin) -> Talk:
    talk = begin(ERIN, known=True)
    talk.write("gym 25", Propose(each=usd(25), frequency="biweekly", debts=(1,)))
    talk.write("yes", Accept())
    talk.write("clinic 50", Propose(each=usd(50), frequency="monthly", debts=(2,)))
    talk.write("yes", Accept())
    assert len(talk.agreed()) == 2
    return talk


def test_what_was_agreed_goes_out_in_two_sms(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("60 a month from december 4", SIXTY)
    answer = talk.write("yes", Accept())
    assert answer.responses == ("utter_negotiation_agreed", "utter_payments_link", "utter_negotiation_document")
    assert len(answer.text) <= 306


def test_a_balance_asked_for_while_a_plan_runs_is_where_the_plan_stands(begin: Begin) -> None:
    answer = with_a_plan(begin).write("whats left and when is it due", "ask_balance", "plan_status")
    assert answer.responses == ("utter_negotiation_status",)
    assert "$612.40 is left, in 11 payments: the next is $60 on Friday, December 4" in answer.text


def test_of_two_plans_each_is_named(begin: Begin) -> None:
    talk = with_two(begin)
    talk.write("both", "start_over")
    answer = talk.write("whats left on both", "plan_status").text
    assert "Ironworks Fitness: $171.48 left" in answer and "Cedar Valley Clinic: $1,515.99 left" in answer


def test_the_plan_that_they_name_is_the_one_that_changes(begin: Begin) -> None:
    talk = with_two(begin)
    answer = talk.write("change the gym to 40", ChangeAmount(each=usd(40), debts=(1,)))
    assert answer.responses == ("utter_negotiation_change_amount",) and "$40" in answer.text
    done = talk.write("yes", Accept())
    assert done.responses == ("utter_negotiation_changed_amount",) and "$40 each time" in done.text
    answer = talk.write("cancel the clinic plan", CancelPlan(debts=(2,)))
    assert answer.responses == ("utter_negotiation_ask_cancel",) and "$1,515.99" in answer.text


def test_another_part_than_the_next_one_moves(begin: Begin) -> None:
    talk = with_a_plan(begin)
    answer = talk.write("january's to the 12th", Move(on=date(2027, 1, 12), part=(date(2027, 1, 1), date(2027, 1, 31))))
    assert "$60 on Tuesday, January 12" in answer.text
    done = talk.write("yes", Accept())
    assert done.responses == ("utter_negotiation_changed_move",) and "January 12" in done.text
    assert "the next is $60 on Friday, December 4" in talk.write("when is the next", "plan_status").text


def test_a_part_that_is_due_then_already_is_not_moved(begin: Begin) -> None:
    talk, day = with_a_plan(begin), date(2027, 1, 4)
    answer = talk.write("january 3 is a sunday, make it monday", Move(on=day, part=(day, day)))
    assert answer.responses == ("utter_negotiation_part_is_then",) and "Monday, January 4" in answer.text


def test_the_part_that_they_name_is_left_out(begin: Begin) -> None:
    talk = with_a_plan(begin)
    answer = talk.write("skip january", Skip(part=(date(2027, 1, 1), date(2027, 1, 31))))
    assert answer.responses == ("utter_negotiation_change_skip",) and "Monday, January 4" in answer.text


def test_where_no_part_is_due_nothing_is_offered_for_the_next_one(begin: Begin) -> None:
    answer = with_a_plan(begin).write("skip 2029", Skip(part=(date(2029, 1, 1), date(2029, 1, 31))))
    assert answer.responses == ("utter_negotiation_no_part_then", "utter_negotiation_status")


def test_nothing_to_switch_off_is_said_and_nobody_is_sent_for_it(begin: Begin) -> None:
    talk = with_a_plan(begin)
    assert talk.write("take off autopay", "autopay_off").responses == ("utter_payments_autopay_none",)


def test_a_link_that_fails_is_sent_anew_once_and_then_a_person_looks(begin: Begin) -> None:
    talk = with_a_plan(begin)
    first = talk.write("the link does not open", "payment_problem")
    assert first.responses == ("utter_payments_try_again", "utter_payments_link") and "$60" in first.text
    assert "utter_payments_problem" in talk.write("still nothing", "payment_problem").responses


def test_where_nothing_was_asked_for_a_person_looks(begin: Begin) -> None:
    assert "utter_payments_problem" in begin(MARIA, known=True).write("charged twice", "payment_problem").responses


def test_a_part_that_did_not_come_is_said_to_be_late(begin: Begin) -> None:
    talk = with_a_plan(begin)
    talk.clock.move(timedelta(days=17))
    talk.known()
    answer = talk.write("where do i stand", "plan_status")
    assert "utter_negotiation_status_late" in answer.responses and "hasn't come in yet" in answer.text


def test_who_says_tu_is_answered_so(begin: Begin) -> None:
    talk = begin(ROCIO, known=True)
    here = talk.conversation.id
    with talk.session() as session:
        contact.set_language(session, here, "es")
    assert "Aquí estoy si necesitas algo" in talk.write("gracias, eres amable", "thanks").text
    assert "Puede escribir aquí cuando quiera" in talk.write("adiós, que usted lo pase bien", "goodbye").text
