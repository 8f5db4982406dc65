"""Time passes and nothing is lost: a day between, a hold, a STOP, a dispute that is taken back."""

from __future__ import annotations

from datetime import timedelta

from bot.contact import HoldKind
from bot.dialogue.meaning.acts import Accept, AskAbout, Choose, Drop, Pay, Plain, Promise, Propose, Refuse, TalkOf
from tests.dialogue.acting import ERIN, MARIA, usd
from tests.dialogue.conftest import Begin

DAY = timedelta(days=1)
SIXTY = Propose(each=usd(60), frequency="monthly")


def test_a_yes_a_day_later_is_taken_up_when_they_have_proved_who_they_are(begin: Begin) -> None:
    talk = begin(MARIA, "web", known=True)
    talk.write("60 a month", SIXTY)
    asked = talk.write("yes", Accept(), later=DAY)
    assert asked.responses[0].startswith("utter_identity_ask") and not talk.agreed()
    assert "utter_negotiation_agreed" in talk.known().responses
    assert len(talk.agreed()) == 1


def test_a_greeting_a_day_later_leads_to_where_we_were(begin: Begin) -> None:
    talk = begin(MARIA, "web", known=True)
    talk.write("60 a month", SIXTY)
    talk.write("hi", "greet", later=DAY)
    assert "utter_negotiation_read_back" in talk.known().responses
    assert talk.asked == "accept"
    talk.write("yes", Accept())
    assert len(talk.agreed()) == 1


def test_an_offer_that_ran_out_is_not_taken_up_and_theirs_is_asked_for(begin: Begin) -> None:
    talk = begin(MARIA, "web", known=True)
    talk.write("60 a month", SIXTY)
    talk.write("yes", Accept(), later=timedelta(days=40))
    assert "utter_negotiation_offer_expired" in talk.known().responses
    assert talk.asked == "terms" and not talk.agreed()


def test_a_promise_to_send_it_is_no_yes(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("60 a month", SIXTY)
    for words, act in (("i will send it", Promise()), ("send me the link", Pay())):
        assert "utter_negotiation_link_at_yes" in talk.write(words, act).responses
    assert talk.asked == "accept" and not talk.agreed()


def test_after_a_dispute_the_status_is_said_and_nothing_is_offered(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("not mine", "not_my_debt")
    for words, act in (("hello", "greet"), ("did you check", "ask_history"), ("choices", "ask_options")):
        answer = talk.write(words, act)
        assert any(name.startswith("utter_accounts_dispute_status") for name in answer.responses)  # whole, or in short
        assert not answer.tags & {"offer", "payment"}


def test_start_says_what_was_open(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("60 a month", SIXTY)
    talk.write("STOP")
    assert talk.write("START").responses[:2] == ("utter_contact_opted_in", "utter_negotiation_ask_accept_terms")
    talk.write("yes", Accept())
    assert len(talk.agreed()) == 1


def test_a_dispute_is_taken_back_after_one_question(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("not mine", "not_my_debt")
    assert talk.write("no i want to settle", "withdraw_dispute").responses[-1] == "utter_accounts_ask_withdraw"
    assert [hold.kind for hold in talk.holds()] == [HoldKind.DISPUTE]
    answer = talk.write("yes", Accept())
    assert answer.responses[:2] == ("utter_accounts_withdrawn", "utter_negotiation_options")
    assert talk.holds() == () and talk.case() is None
    assert [fact.data["outcome"] for fact in talk.facts("DisputeDecided")] == ["withdrawn"]


def test_terms_that_are_those_of_the_offer_are_read_back_and_no_counter_offer_to_it(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    five = Propose(each=usd(5), frequency="monthly")
    assert "utter_negotiation_countered" in talk.write("5 a month", five).responses
    talk.write("how much is that in all", AskAbout(about="total"))
    [offer] = talk.talker.scenes[-1].offers
    same = Propose(each=offer.each, frequency="monthly", first=offer.first)
    answer = talk.write("so those", same)
    assert answer.responses[-1] == "utter_negotiation_still_stands"
    assert talk.agreed() == []


def test_what_they_want_goes_on_when_they_take_a_dispute_back_for_it(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("not mine", "not_my_debt")
    assert (
        "utter_accounts_ask_withdraw" in talk.write("i take it back. 60 a month", "withdraw_dispute", SIXTY).responses
    )
    answer = talk.write("yes take it back", Accept())
    assert answer.responses[:2] == ("utter_accounts_withdrawn", "utter_negotiation_read_back")


def test_terms_that_name_no_account_are_for_the_one_that_nothing_holds(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("the gym isnt mine", Plain(name="not_my_debt", debts=(1,)))
    talk.write("how is the gym one", TalkOf(debts=(1,)))
    answer = talk.write("100 a month", Propose(each=usd(100), frequency="monthly"))
    assert answer.responses[-1] == "utter_negotiation_read_back" and not answer.responses[0].startswith(
        "utter_accounts"
    )


def test_what_they_want_of_another_account_waits_until_we_know_which_is_disputed(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    on_the_gym = Propose(each=usd(25), frequency="biweekly", debts=(1,))
    asked = talk.write("i paid one already. 25 every two weeks on the gym", "already_paid", on_the_gym)
    assert "utter_accounts_ask_which" in asked.responses and "utter_accounts_dispute_status" not in asked.responses
    answer = talk.write("the clinic", TalkOf(debts=(2,)))
    assert "utter_negotiation_read_back" in answer.responses


def test_a_dispute_stands_when_they_do_not_take_it_back(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("not mine", "not_my_debt")
    talk.write("never mind", Drop())
    assert talk.asked == "meant"
    talk.write("no", Refuse())
    assert [hold.kind for hold in talk.holds()] == [HoldKind.DISPUTE]


def test_another_hold_stands_when_a_dispute_is_taken_back(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("i have a lawyer", "attorney")
    talk.write("not mine", "not_my_debt")
    talk.write("take it back", "withdraw_dispute")
    answer = talk.write("yes", Accept())
    assert not answer.tags & {"offer", "payment"}
    assert [hold.kind for hold in talk.holds()] == [HoldKind.ATTORNEY]


def test_a_dispute_of_one_account_leaves_the_other_free(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("the first", Choose(option=1))
    talk.write("that is wrong", "wrong_amount")
    talk.write("both", Propose(each=usd(300), frequency="monthly", debts="all"))
    assert talk.asked == "accept"
    talk.write("yes", Accept())
    assert len(talk.agreed()) == 1
