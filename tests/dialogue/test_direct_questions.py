"""Questions that people ask amid everything else, and what they take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.contact import HoldKind
from bot.dialogue.meaning.acts import Accept, AskAbout, IsWell, Plain, Propose, Refuse, Said, TalkOf
from tests.dialogue.acting import ERIN, STRANGER, Talk, usd
from tests.dialogue.conftest import Begin

FEARS = {
    "jail": "jail",
    "immigration": "immigration",
    "garnish": "benefits",
    "shut_off": "see that from here",
    "sees": "right person",
    "payer": "the link",
    "liable": "won't guess",
    "visit": "home",
    "travel": "border",
    "hours": "day and night",
    "admit": "says nothing about another",
    "flexible": "pay more",
    "early": "no penalty",
}


@pytest.mark.parametrize("about", sorted(FEARS))
@pytest.mark.parametrize("known", [True, False])
def test_a_fear_is_answered_whoever_asks(begin: Begin, about: str, known: bool) -> None:
    talk = begin(known=known)
    answer = talk.write("and this?", AskAbout(about=about))
    assert FEARS[about] in answer.text
    assert known or "date of birth" in answer.text


def test_what_they_ask_of_the_account_is_answered_with_what_is_so(begin: Begin) -> None:
    talk = begin(known=True)
    waive = talk.write("are the old late fees off yes or no", AskAbout(about="waive")).text
    assert "late fees" in waive and "Shall I ask them" in waive
    assert talk.asked == "person"
    talk.write("no", Refuse())
    assert "nothing is due" in talk.write("what does a pause do", AskAbout(about="pause")).text
    assert "too old for a judge" in talk.write("is mine the old one", AskAbout(about="barred")).text
    assert "gone for good" in talk.write("is the rest really gone", AskAbout(about="forgiven")).text
    assert "no other" in talk.write("do you have the clinic", AskAbout(about="others")).text
    assert "Nothing of yours is on hold" in talk.write("can i pay while you check", AskAbout(about="pay_held")).text


def test_whether_fees_can_go_is_not_asked_beside_an_offer_and_who_comes_back_to_it_wants_it(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("60 a month", Propose(each=usd(60), frequency="monthly"))
    first = talk.write("and take the fees off", AskAbout(about="waive"))
    assert "Shall I ask them" not in first.text and talk.asked == "accept"
    again = talk.write("yea ask about them fees", AskAbout(about="waive"))
    assert "A colleague will look" in again.text and "$72.40" not in again.text
    assert talk.asked == "accept"
    assert talk.facts("RequestNoted")


def test_a_paper_that_is_asked_for_with_the_yes_comes_with_it(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("60 a month", Propose(each=usd(60), frequency="monthly"))
    answer = talk.write("yes please, do i get it in writing", AskAbout(about="documents"), Accept())
    assert "When you say YES" not in answer.text and "utter_negotiation_document" in answer.responses


def test_who_asks_to_pay_on_what_is_held_hears_how_to_take_it_back(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("the clinic is not mine", Plain(name="not_my_debt", debts=(1,)))
    answer = talk.write("can i pay it anyway", AskAbout(about="pay_held")).text
    assert "take it back" in answer and "Not on hold" in answer


def test_a_question_beside_an_offer_is_answered_and_the_offer_waits(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("60 a month", Propose(each=usd(60), frequency="monthly"))
    answer = talk.write("will they jail me, who sees it", AskAbout(about="jail"), AskAbout(about="sees"))
    assert "jail" in answer.text and "right person" in answer.text
    assert talk.asked == "accept"
    assert "open until" in talk.write("how long is that good", AskAbout(about="deadline")).text
    talk.write("yes", Accept())
    assert len(talk.agreed()) == 1


def test_when_a_person_writes_says_how_many_are_before_them_or_offers_one(begin: Begin) -> None:
    talk = begin(known=True)
    assert "Shall I get one" in talk.write("when will somebody write", AskAbout(about="person_when")).text
    talk.write("yes", Accept())
    assert "next in line" in talk.write("when", AskAbout(about="person_when")).text


def test_what_is_on_hold_names_the_one_and_the_other(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    assert "Nothing of yours is on hold" in talk.write("whats on hold", AskAbout(about="hold")).text
    first = talk.debts()[0]
    state = talk.state
    state.debts = [first.id]
    talk.remember(state)
    talk.write("that fee is wrong", "wrong_amount")
    answer = talk.write("which one is on hold", AskAbout(about="hold"))
    assert "On hold" in answer.text and "D-" in answer.text and "Not on hold: your" in answer.text


@pytest.mark.parametrize("known", [True, False])
def test_what_now_is_the_open_question_or_who_they_are(begin: Begin, known: bool) -> None:
    talk = begin(known=known)
    answer = talk.write("what now", AskAbout(about="next"))
    assert "your choices" in answer.text if known else "date of birth" in answer.text


def test_no_deadline_is_made_up(begin: Begin) -> None:
    assert "no set day" in begin(known=True).write("when is it due", AskAbout(about="deadline")).text


@pytest.mark.parametrize("known", [True, False])
def test_who_asks_about_an_amount_is_answered_and_not_asked_whether_it_is_wrong(begin: Begin, known: bool) -> None:
    talk = begin(known=known)
    answer = talk.write("wait thats 612? is there fees in that", _doubt("wrong_amount"), "ask_fees")
    if not known:
        assert answer.responses == ("utter_accounts_fees", "utter_identity_ask_wanted")
        answer = talk.known()
    assert "fee" in answer.text and "wrong" not in answer.text and not talk.holds()


def test_what_holds_only_by_their_words_is_taken_back_after_one_question(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("this is awful service", "complaint")
    assert [hold.kind for hold in talk.holds()] == [HoldKind.COMPLAINT]
    assert "take that back" in talk.write("no i didnt mean to complain", "take_back").text
    assert talk.holds()
    answer = talk.write("yes", Accept())
    assert not talk.holds() and "undone" in answer.text and "You owe" in answer.text
    assert talk.facts("TakenBack")


def test_a_no_to_taking_back_leaves_the_hold(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("my lawyer has it", "attorney")
    talk.write("hm", "take_back")
    talk.write("no", Refuse())
    assert [hold.kind for hold in talk.holds()] == [HoldKind.ATTORNEY]


@pytest.mark.parametrize("name", ["bankruptcy", "abuse_or_coercion"])
def test_a_person_lifts_what_is_grave(begin: Begin, name: str) -> None:
    talk = begin(known=True)
    talk.write("words", name)
    answer = talk.write("it was a joke, undo it", "take_back")
    assert talk.holds() and "colleague lifts" in answer.text


def test_a_dispute_is_taken_back_by_words(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("not mine", "not_my_debt")
    talk.write("no i want to settle, not dispute", "take_back")
    talk.write("yes", Accept())
    assert not talk.holds()


def test_who_takes_back_before_they_are_known_is_asked_who_they_are_first(begin: Begin) -> None:
    talk = begin()
    talk.write("this isnt mine", "not_my_debt")
    assert "date of birth" in talk.write("take that back", "take_back").text
    assert "Shall I take number" in talk.known().text


def test_taking_back_where_nothing_was_raised_says_so(begin: Begin) -> None:
    assert "nothing is on hold" in begin(known=True).write("undo that", "take_back").text
    assert begin(STRANGER).write("undo that", "take_back").text


def _asked_twice(talk: Talk, name: str) -> list[str]:
    doubt = Said(Plain(name=name), "words", 0.5, "model", needs_check=True)
    first = talk.write("long talk", doubt).text
    talk.write("no", Refuse())
    return [first, " ".join(talk.talker.scenes[-1].denied)]


def test_what_they_denied_is_known_to_understanding_from_then_on(begin: Begin) -> None:
    talk = begin(known=True)
    assert "Are you telling me" in _asked_twice(talk, "complaint")[0]
    talk.write("more talk", "ask_balance")
    assert talk.talker.scenes[-1].denied == ("complaint",)


def _doubt(name: str) -> Said:
    return Said(Plain(name=name), "words", 0.5, "model", needs_check=True)


SIXTY = Propose(each=usd(60), frequency="monthly")


def test_a_message_is_asked_about_once_whatever_else_it_may_have_meant(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("long talk", _doubt("deceased"), _doubt("already_paid"), SIXTY)
    answer = talk.write("no", Refuse())
    assert "utter_negotiation_read_back" in answer.responses
    assert not talk.holds()


def test_who_passes_over_a_doubt_is_not_asked_again_and_a_person_looks_at_it(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("long talk", _doubt("wrong_amount"))
    answer = talk.write("60 a month", SIXTY)
    assert "utter_negotiation_read_back" in answer.responses and "Are you telling me" not in answer.text
    assert talk.case() is not None and not talk.holds()
    assert "wrong_amount" in talk.state.denied


def test_who_seems_to_be_somebody_else_and_passes_over_it_gets_a_person_and_no_question_for_a_proof(
    begin: Begin,
) -> None:
    talk = begin()
    talk.write("my aunt whose phone this is died in october", _doubt("deceased"), _doubt("third_party"))
    answer = talk.write("that would be her sister", Refuse(passed_over=True), _doubt("third_party"))
    assert answer.responses[0] == "utter_handoff_stuck" and talk.asked is None and talk.case() is not None


def test_who_is_safe_is_asked_whether_the_debt_was_forced_on_them(begin: Begin) -> None:
    talk = begin()
    talk.write("he made me sign with his fist in my face", Said(Plain(name="abuse_or_coercion"), "he made me sign", 0.6,
                                                                 "model", needs_check=True))  # fmt: skip
    assert "forced" in talk.write("yes its safe here", IsWell()).text and not talk.holds()
    talk.write("yes", Accept())
    assert [hold.kind for hold in talk.holds()] == [HoldKind.COERCED_DEBT]


def test_who_starts_again_after_a_stop_is_asked_who_they_are(begin: Begin) -> None:
    talk = begin()
    talk.write("STOP", "opt_out")
    assert (
        "utter_contact_opted_in" in talk.write("you can text me again", "opt_in").responses and talk.asked == "identity"
    )


def test_a_question_of_ours_stands_once_and_last_when_something_else_was_asked(begin: Begin) -> None:
    talk = begin(known=True)
    answer = talk.write("i need time, whats the damage", "needs_time", "ask_balance")
    assert answer.text.count("a pause") == 1
    assert answer.text.index("You owe") < answer.text.index("a pause")


def test_an_earliest_day_keeps_the_weekday_that_was_agreed_on(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("25 every friday", Propose(each=usd(25), frequency="weekly", weekday="friday"))
    later = Propose(first=date(2026, 12, 16), not_before=True)
    assert "Friday, December 18" in talk.write("after the 15th", later).text
    exact = Propose(first=date(2026, 12, 15))
    assert "Tuesday, December 15" in talk.write("start on the 15th", exact).text


LEANING = Said(Plain(name="crisis"), "a long story", 0.5, "model", needs_check=True)


def test_who_passes_over_are_you_safe_after_a_story_is_asked_once_more(begin: Begin) -> None:
    talk = begin(known=True)
    assert "are you safe" in talk.write("a long story", LEANING).text
    again = talk.write("how much is it", "ask_balance").text
    assert "are you safe right now" in again and "You owe" not in again and not talk.holds()
    assert "You owe" in talk.write("im fine", IsWell()).text
    assert not talk.holds()


def test_who_passes_over_it_twice_or_says_no_gets_a_person(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("a long story", LEANING)
    talk.write("how much is it", "ask_balance")
    assert "988" in talk.write("hello?", "greet").text
    assert [hold.kind for hold in talk.holds()] == [HoldKind.CRISIS]
    other = begin(ERIN, known=True)
    other.write("a long story", LEANING)
    assert "988" in other.write("no", Refuse()).text


def test_a_dispute_before_they_are_known_holds_one_account_once_they_have_said_which(begin: Begin) -> None:
    talk = begin(ERIN)
    talk.write("i cancelled that", "service_dispute")
    assert "Which account was it about" in talk.known().text
    answer = talk.write("the gym", TalkOf(debts=(1,)))
    assert "stays on hold" in answer.text
    held = {hold.debt_id for hold in talk.holds()}
    assert held == {talk.debts()[0].id}


def test_a_dispute_that_names_its_account_leaves_the_other_one_alone(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("the gym one is wrong", Plain(name="wrong_amount", debts=(1,)))
    assert {hold.debt_id for hold in talk.holds()} == {talk.debts()[0].id}
    assert "Cedar Valley" in talk.write("what can i do", "ask_options").text or talk.asked == "choice"


def test_taking_back_a_plan_asks_whether_to_end_it(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("60 a month", Propose(each=usd(60), frequency="monthly"))
    talk.write("yes", Accept())
    talk.write("no i didnt want that", "take_back")
    assert talk.asked == "cancel"


def test_a_no_beside_an_answer_is_no_goodbye(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.remember(replace(talk.state, question=None))
    assert "Take care" not in talk.write("no, what do i owe", "ask_balance", Refuse()).text
