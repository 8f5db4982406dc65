"""What waits, or was named, is not lost because something else is said beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.dialogue.meaning.acts import Accept, AskAbout, Choose, Plain, Propose, Said, ThinkItOver
from tests.dialogue.acting import ERIN, MARIA, ROCIO, usd
from tests.dialogue.conftest import Begin

FORTY = Propose(each=usd(40), frequency="biweekly")
FIFTEEN = Propose(each=usd(15), frequency="weekly")


def test_terms_for_one_account_wait_on_while_the_other_is_disputed(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("70 a month for the clinic", Propose(each=usd(70), frequency="monthly", debts=(2,)))
    answer = talk.write("and the gym i cancelled", Plain(name="service_dispute", debts=(1,)))
    assert "utter_accounts_only_that" in answer.responses and talk.asked == "accept"
    assert "utter_negotiation_agreed" in talk.write("yes go ahead with the clinic", Accept()).responses


def test_terms_for_the_disputed_account_wait_no_longer(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("40 a month for the gym", Propose(each=usd(40), frequency="monthly", debts=(1,)))
    talk.write("no, the gym i cancelled", Plain(name="service_dispute", debts=(1,)))
    assert talk.asked != "accept"


def test_a_day_of_theirs_that_is_too_late_is_told_beside_another_reason(begin: Begin) -> None:
    late = Propose(each=usd(50), frequency="monthly", first=date(2027, 1, 29))
    answer = begin(MARIA, known=True).write("50 a month from jan 29", late)
    assert "utter_negotiation_reason_first_date_too_late" in answer.responses
    assert "longest I can set up" in answer.text


def test_a_yes_is_done_before_the_question_beside_it_is_answered(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("40 every two weeks", FORTY)
    answer = talk.write("yes. when is the first one?", "plan_status", Accept())
    assert "utter_negotiation_agreed" in answer.responses and "utter_negotiation_no_plan" not in answer.responses


def test_how_a_plan_stands_is_asked_of_the_terms_that_wait(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("40 every two weeks", FORTY)
    assert talk.write("when is the first one?", "plan_status").responses[0] == "utter_negotiation_length"
    assert talk.asked == "accept"


def test_the_day_to_which_they_asked_comes_back_with_the_figures_of_the_offer(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("15 a week", FIFTEEN)
    talk.write("can it be fridays", Propose(frequency="weekly", weekday="friday"))
    answer = talk.write("15 on fridays then", Propose(each=usd(15), frequency="weekly", weekday="friday"))
    assert answer.responses == ("utter_negotiation_still_stands",)
    assert "Friday, November 27" in talk.write("yes", Accept()).text


def test_figures_that_come_with_the_proof_take_the_place_of_the_wish_before(begin: Begin) -> None:
    talk = begin()
    talk.write("can i pay a little every week", "request_plan")
    answer = talk.write("my proof, and i can do 15 a week", MARIA.proof, FIFTEEN)
    assert "utter_negotiation_read_back" in answer.responses
    assert not {"utter_negotiation_ask_amount", "utter_negotiation_ask_plan"} & set(answer.responses)


def test_until_when_and_time_to_think_are_answered_once(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("40 every two weeks", FORTY)
    answer = talk.write("let me think, when do you need to know?", AskAbout(about="deadline"), ThinkItOver())
    assert answer.text.count("stays open until") == 1


def test_who_asks_to_be_reminded_hears_that_we_write_before_each_payment(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("40 every two weeks", FORTY)
    answer = talk.write("yes, and can you text me before each", AskAbout(about="reminder"), Accept())
    assert "utter_negotiation_agreed" in answer.responses and "before each payment" in answer.text


def test_a_doubt_names_the_account_that_it_is_about(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    doubt = replace(Said(Plain(name="wrong_amount", debts=(1,)), "that looks off"), needs_check=True)
    assert "Ironworks Fitness" in talk.write("that looks off", doubt).text


def test_a_sum_before_the_proof_and_a_day_with_it_are_one_wish(begin: Begin) -> None:
    talk = begin()
    talk.write("i can do 60 a month", Propose(each=usd(60), frequency="monthly"))
    answer = talk.write("my proof. from dec 16", MARIA.proof, Propose(first=date(2026, 12, 16)))
    assert "$60 a month from Wednesday, December 16" in answer.text


def test_a_small_payment_from_another_day_is_not_the_same_again(begin: Begin) -> None:
    talk = begin(ROCIO, known=True)
    talk.write("mi esposo perdió el trabajo", "hardship")
    talk.write("10 al mes", Propose(each=usd(10), frequency="monthly"))
    answer = talk.write("mejor desde el viernes 4", Propose(first=date(2026, 12, 4)))
    assert "utter_negotiation_limit" not in answer.responses and "4 de diciembre" in answer.text


def test_which_one_they_dispute_may_be_said_as_a_dispute(begin: Begin) -> None:
    talk = begin(ERIN)
    talk.write("one of them isnt mine", Plain(name="not_my_debt"))
    talk.write("my proof", ERIN.proof)
    doubt = replace(Said(Plain(name="wrong_amount", debts=(1,)), "the gym one is wrong"), needs_check=True)
    answer = talk.write("the gym one is wrong", doubt)
    assert "utter_safety_ask_meant" not in answer.responses
    assert [talk.debts()[0].id] == [hold.debt_id for hold in talk.holds()]


def test_what_cannot_be_done_beside_an_answer_is_no_misunderstanding(begin: Begin) -> None:
    answer = begin(known=True).write("would you take less, the second one", "request_settlement", Choose(option=2))
    assert "utter_dialogue_not_understood" not in answer.responses


def test_a_carriers_word_in_spanish_is_answered_in_spanish(begin: Begin) -> None:
    talk = begin(MARIA)
    assert talk.conversation.language == "en"
    talk.write("alto")
    assert talk.conversation.language == "es"


@pytest.mark.parametrize("word", ["STOP", "START"])
def test_a_word_that_is_of_no_language_is_answered_in_that_of_their_file(begin: Begin, word: str) -> None:
    talk = begin(ROCIO)
    talk.write(word)
    assert talk.conversation.language == "es"
