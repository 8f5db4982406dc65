"""The first minutes of a talk: one answer and one request, and what they asked is answered when we know them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.contact import segments
from bot.dialogue.meaning.acts import Identify, Propose
from tests.dialogue.acting import MARIA, STRANGER, Answer, Talk, meant, usd
from tests.dialogue.conftest import Begin

BORN = Identify(date_of_birth=date(1985, 4, 12))
HELLO = "hi i got a text?? who is this and is it for my apartment"


def asks_once(answer: Answer) -> bool:
    return answer.text.count("?") == 1 and segments.count(segments.fitted(answer.text)) <= 2


def first_words(talk: Talk) -> Answer:
    return talk.write(HELLO, "ask_origin", "who_are_you")


def test_who_asks_who_we_are_hears_it_and_one_request(begin: Begin) -> None:
    talk = begin(known=False)
    answer = first_words(talk)
    assert asks_once(answer) and "automated assistant" in answer.text and "ZIP code" in answer.text
    assert talk.asked == "identity"


def test_what_they_asked_first_is_answered_when_they_are_known(begin: Begin) -> None:
    talk = begin(known=False)
    first_words(talk)
    answer = talk.write("4/12/1985 30318", MARIA.proof)
    assert answer.responses == ("utter_accounts_origin", "utter_accounts_balance", "utter_accounts_want_options")


def test_who_asks_on_before_they_are_known_hears_that_it_is_kept_and_other_words(begin: Begin) -> None:
    talk = begin(known=False)
    first = first_words(talk).text
    answer = talk.write("how much is it", "ask_balance")
    assert answer.responses[0] == "utter_identity_only_you" and asks_once(answer)
    assert first.split("\n")[-1] not in answer.text


def test_a_doubt_is_answered_before_anything_is_asked(begin: Begin) -> None:
    answer = begin(known=False).write("is this a scam", "is_this_a_scam")
    assert answer.text.count("?") == 0 and "on the number on your bill" in answer.text


def test_who_gives_the_birthday_is_asked_for_the_rest_only(begin: Begin) -> None:
    talk = begin(known=False)
    talk.write("who is this", "who_are_you")
    answer = talk.write("april 12 1985", BORN)
    assert asks_once(answer) and "ZIP" in answer.text and "birth" not in answer.text


def test_on_a_page_without_the_reference_there_is_the_phone(begin: Begin) -> None:
    talk = begin(STRANGER, known=False, channel="web")
    talk.write("is this for real", "is_this_a_scam")
    assert talk.write("i dont have a reference number", "cannot_say").responses == ("utter_identity_ask_phone",)


def test_a_missed_question_is_not_put_beside_the_request(begin: Begin) -> None:
    talk = begin(known=False)
    heard = replace(meant("who_are_you", words=HELLO), missed="will they take my boat")
    talk.talker.means[HELLO] = heard
    assert "boat" not in talk.write(HELLO).text


def test_a_dispute_beside_the_proofs_is_confirmed_without_what_is_owed(begin: Begin) -> None:
    talk = begin(known=False)
    talk.write("who is this", "who_are_you")
    answer = talk.write("4/12/1985 30318 and my roommate paid it", "already_paid", MARIA.proof)
    assert "$612" not in answer.text and segments.count(segments.fitted(answer.text)) <= 2


def test_who_was_known_and_comes_back_hears_why_they_are_asked_again(begin: Begin) -> None:
    talk = begin(known=True)
    asked = talk.write("60 every two weeks", Propose(each=usd(60), frequency="biweekly"), later=timedelta(hours=5))
    assert asked.responses == ("utter_identity_ask_once_more",) and asks_once(asked)
    assert "$60 every two weeks" in talk.write("4/12/1985 30318", MARIA.proof).text
    later = talk.write("hi", "greet", later=timedelta(days=2))
    assert "utter_identity_ask_once_more" in later.responses and "automated assistant" in later.text


def test_who_tells_something_hard_beside_half_of_the_proofs_is_not_just_asked_for_the_rest(begin: Begin) -> None:
    talk = begin()
    first_words(talk)
    answer = talk.write("april 12 1985, and if the lights go off with the kids here", BORN, "hardship")
    assert answer.text.startswith("I hear you") and "ZIP code" in answer.text and asks_once(answer)


def test_who_asked_for_choices_before_they_were_known_hears_what_they_owe_with_them(begin: Begin) -> None:
    talk = begin()
    talk.write("how can we do this", "ask_options")
    first = talk.write("4/12/1985 30318", MARIA.proof)
    assert first.responses == ("utter_negotiation_options_owed",) and "You owe $612.40." in first.text
    assert "You owe" not in talk.write("show me those again", "ask_options").text


def test_what_is_hard_is_a_pity_once(begin: Begin) -> None:
    talk = begin()
    assert "sorry" in talk.write("they cut my hours and i have three kids", "hardship").text
    answer = talk.write("4/12/1985 30318", MARIA.proof)
    assert "sorry" not in answer.text and "pause" in answer.text
