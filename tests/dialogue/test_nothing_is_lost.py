"""What waits, or was named, is not lost because something else is said beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.dialogue.meaning.acts import Accept, AskAbout, Plain, Propose, Said, ThinkItOver
from tests.dialogue.acting import ERIN, MARIA, usd
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
    assert "Friday, November 27" in answer.text and "Wednesday" not in answer.text


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
