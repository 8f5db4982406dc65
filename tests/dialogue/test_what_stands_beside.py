"""What is said beside an answer to figures: a discount that was asked for, what still stands, and when it is enough."""

from __future__ import annotations

from datetime import date

import pytest

from bot.dialogue.meaning.acts import Accept, Identify, Propose, Refuse
from bot.negotiation import store as terms
from tests.dialogue.acting import ERIN, Person, usd
from tests.dialogue.conftest import Begin

GLENN = Person("+15550100015", Identify(date_of_birth=date(1973, 5, 17), postcode="19808"))
"""One loan of some thousand dollars, of which policy wants a tenth at the start."""
FORTY = Propose(each=usd(40), frequency="biweekly")
FIVE = Propose(each=usd(5), frequency="monthly")


@pytest.mark.parametrize("acts", [(FORTY, "request_settlement"), ("request_settlement", FORTY)])
def test_a_discount_asked_beside_a_plan_is_answered_with_the_plan(
    acts: tuple[Propose | str, ...], begin: Begin
) -> None:
    talk = begin(known=True)
    answer = talk.write("40 every two weeks, and is there a discount", *acts)
    assert answer.responses == ("utter_negotiation_discount_once", "utter_negotiation_read_back")
    assert "$563.41" in answer.text and "$40 every two weeks" in answer.text
    assert "utter_negotiation_agreed" in talk.write("yes", Accept()).responses
    assert talk.agreed()[0].kind == "plan"


def test_a_sum_that_closes_it_is_no_question_for_a_discount(begin: Begin) -> None:
    answer = begin(known=True).write("300 and we are done", Propose(wants="settlement", total=usd(300)))
    assert "utter_negotiation_discount_once" not in answer.responses


def test_parts_that_cost_more_come_with_the_single_payment_that_stands(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("would you take less", Propose(wants="settlement"))
    talk.write("300 once", Propose(wants="settlement", total=usd(300)))
    answer = talk.write("400 over 4 fridays", Propose(wants="settlement", total=usd(400), count=4, frequency="weekly"))
    assert "utter_negotiation_once_stands" in answer.responses
    assert "still stands" in answer.text and "in all" in answer.text


def test_a_payment_at_the_start_that_nobody_named_is_announced(begin: Begin) -> None:
    answer = begin(GLENN, known=True).write("60 every other thursday", Propose(each=usd(60), frequency="biweekly"))
    assert answer.responses == ("utter_negotiation_reason_down_payment_needed", "utter_negotiation_countered")


def test_the_same_terms_are_not_put_twice_and_who_insists_gets_a_person(begin: Begin) -> None:
    talk = begin(known=True)
    assert "utter_negotiation_countered" in talk.write("five a month", FIVE).responses
    talk.write("no", Refuse())
    answer = talk.write("five", FIVE)
    assert answer.responses == ("utter_negotiation_limit_person",) and talk.asked == "person"
    assert talk.write("five i said", FIVE).responses == ("utter_negotiation_no_room",)


def test_in_hardship_what_is_small_comes_in_the_place_of_the_same_again(begin: Begin) -> None:
    talk = begin(known=True)
    party_id = talk.party_id
    with talk.session() as session:
        values = {"id": "har_1", "party_id": party_id, "message_id": "m", "told_at": talk.clock.now()}
        session.execute(terms.hardships.insert().values(**values))
    late = Propose(each=usd(60), frequency="monthly", first=date(2027, 6, 1))
    talk.write("60 a month from june", late)
    answer = talk.write("from june i said", late)
    assert answer.responses == ("utter_negotiation_limit", "utter_negotiation_options")
    assert talk.write("june", late).responses == ("utter_negotiation_limit_person",)


def test_a_sum_for_all_that_is_too_little_is_met_with_what_all_of_them_take(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    answer = talk.write("20 a month for both", Propose(each=usd(20), frequency="monthly", debts="all")).text
    assert answer.startswith("$20 is less than I can set up for both. What I can do is $")
    assert "a month for both from" in answer and "Of that" not in answer
