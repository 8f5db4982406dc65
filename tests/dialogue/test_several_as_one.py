"""Two debts as one basket: their sum and rhythm first, and what they named stays through whatever they change."""

from __future__ import annotations

from datetime import date

from bot.dialogue.meaning.acts import Accept, Part, Propose
from tests.dialogue.acting import ERIN, usd
from tests.dialogue.conftest import Begin

FRIDAYS = Propose(each=usd(112.5), frequency="weekly", weekday="friday", first=date(2026, 12, 11), debts="all")
IN_ALL = Propose(total=usd(450), count=4, frequency="weekly", weekday="friday", first=date(2026, 12, 11), debts="all")
AS_ONE = "$112.50 every week for both from Friday, December 11. That's 15 payments, the last $112.47 on Friday, March 19, 2027"


def test_one_sum_for_both_is_one_line_and_all_end_together(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    answer = talk.write("112.50 every friday from the 11th", FRIDAYS)
    assert answer.responses == ("utter_negotiation_read_back",) and AS_ONE in answer.text
    assert "Of each, $11.43 to Ironworks Fitness and $101.07 to Cedar Valley Clinic" in answer.text
    talk.write("yes", Accept())
    assert {len(one.schedule) for one in talk.agreed()} == {15}


def test_a_sum_in_all_over_some_fridays_is_said_as_so_much_each(begin: Begin) -> None:
    answer = begin(ERIN, known=True).write("450 total over 4 fridays", IN_ALL)
    assert answer.responses == ("utter_negotiation_at_that_pace",)
    assert answer.text.startswith("$450 over 4 payments is $112.50 each.") and AS_ONE in answer.text


def test_altogether_after_a_misheard_rhythm_keeps_the_rhythm_and_the_first_day(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("450 4 fridays", Propose(each=usd(450), count=4, frequency="weekly", weekday="friday",
                                        first=date(2026, 12, 11), debts="all"))  # fmt: skip
    assert AS_ONE in talk.write("450 altogether for both", Propose(total=usd(450), debts="all")).text


def test_a_sum_in_all_without_a_number_asks_for_the_number_and_goes_on_from_there(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    answer = talk.write("450 in all, fridays from the 11th", Propose(
        total=usd(450), frequency="weekly", weekday="friday", first=date(2026, 12, 11), debts="all"))  # fmt: skip
    assert answer.text == "Over how many payments would the $450 be?"
    assert AS_ONE in talk.write("4", Propose(count=4)).text


def test_a_bare_sum_in_all_asks_whether_it_closes_it(begin: Begin) -> None:
    talk = begin(known=True)
    assert "utter_negotiation_ask_total" in talk.write("i have 300 in all", Propose(total=usd(300))).responses
    answer = talk.write("to close it", "request_settlement")
    assert "I looked at $300" in answer.text


def test_another_sum_keeps_the_day_and_the_rhythm_of_both(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("112.50 every friday from the 11th", FRIDAYS)
    assert "$100 every week for both from Friday, December 11" in talk.write("make it 100", Propose(each=usd(100))).text
    later = talk.write("after the 15th", Propose(first=date(2026, 12, 16), not_before=True)).text
    assert "$100 every week for both from Friday, December 18" in later


def test_too_little_for_both_is_said_in_their_figure_and_ours_comes_as_one(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    answer = talk.write("60 a month for both", Propose(each=usd(60), frequency="monthly", debts="all"))
    assert answer.text.startswith("$60 is less than I can set up for both. What I can do is $91.75 a month")
    assert "the 18th" not in answer.text and "Of that" not in answer.text
    assert "$91.75 a month for both from Friday, December 18" in talk.write(
        "the 18th", Propose(first=date(2026, 12, 18))).text  # fmt: skip


def test_what_they_named_for_one_is_not_told_as_our_share(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    answer = talk.write("30 on the clinic and 30 on the gym", Propose(each=usd(30), frequency="monthly", debts=(2,)),
                        Propose(each=usd(30), frequency="monthly", debts=(1,)))  # fmt: skip
    assert answer.text.startswith("Cedar Valley Clinic: $30 at a time") and "Of that" not in answer.text


def test_a_sum_that_is_too_low_to_close_both_is_told_as_they_named_it(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    answer = talk.write("450 and we are done", Propose(total=usd(450), wants="settlement", debts="all"))
    assert answer.text.startswith("I looked at $450, and I can't close both for that. What I can do is $")
    assert "Of that, $" in answer.text and answer.text.count("forgiven") == 1


def test_a_first_part_of_their_own_stays_when_the_sum_of_the_others_changes(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    first = Part(on=date(2026, 12, 11), amount=usd(200))
    talk.write("200 on the 11th then 100 every 2 weeks for both",
               Propose(each=usd(100), frequency="biweekly", parts=(first,), debts="all"))  # fmt: skip
    answer = talk.write("make it 120", Propose(each=usd(120))).text
    assert "$20.32 on Friday, December 11" in answer and "$179.68 on Friday, December 11" in answer
    assert "of $106.80 every two weeks" in answer


def test_parts_that_leave_something_ask_for_the_rest_and_keep_it_behind_them(begin: Begin) -> None:
    talk = begin(known=True)
    parts = (Part(on=date(2026, 12, 11), amount=usd(100)), Part(on=date(2026, 12, 18), amount=usd(100)))
    assert (
        "utter_negotiation_ask_rest" in talk.write("100 on the 11th, 100 on the 18th", Propose(parts=parts)).responses
    )
    answer = talk.write("then 50 every friday", Propose(each=usd(50), frequency="weekly", weekday="friday"))
    assert (
        "$100 on Friday, December 11, $100 on Friday, December 18" in answer.text and "of $50 every week" in answer.text
    )


def test_closing_both_in_parts_says_what_is_forgiven(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    answer = talk.write("1600 in 3 parts and done", Propose(total=usd(1600), count=3, wants="settlement", debts="all"))
    assert "for both" in answer.text and "is forgiven. Of each, $" in answer.text
