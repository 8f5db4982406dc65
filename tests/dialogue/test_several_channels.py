"""One story on several channels: who is known on two of them goes on where they were, and says yes to what they have read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot import contact, identity
from bot.dialogue.meaning.acts import Accept, Choose, Propose
from tests.dialogue import acting
from tests.dialogue.acting import MARIA, Person, Talk, usd

Begin = Callable[..., Talk]
FORTY = Propose(each=usd(40), frequency="monthly")


@pytest.fixture
def phone(begin: Begin) -> Talk:
    return begin(MARIA, known=True)


@pytest.fixture
def page(phone: Talk) -> Talk:
    """The web chat of the same deployment, with a clock in common."""
    visitor = Person("b" * 64, MARIA.proof)
    return Talk(phone.database, visitor, "web", clock=phone.clock)


def test_an_open_offer_goes_on_on_the_other_channel_and_is_put_there_first(phone: Talk, page: Talk) -> None:
    phone.write("i can do 40 a month", FORTY)
    came = page.known()
    assert "utter_negotiation_where_we_were" in came.responses and "We were at this" in came.text
    assert "$51.04" in came.text and "YES" not in came.text, "words of the web on the web"
    assert "Done" in page.write("yes", Accept()).text and len(page.agreed()) == 1


def test_who_is_known_on_both_goes_on_here_without_a_word_about_it(phone: Talk, page: Talk) -> None:
    page.known()
    phone.write("i can do 40 a month", FORTY)
    put = page.write("yes", Accept())
    assert put.responses == ("utter_negotiation_where_we_were",), "they had not read it here"
    assert page.agreed() == []
    page.write("yes", Accept())
    assert len(page.agreed()) == 1
    again = phone.write("yes", Accept())
    assert len(phone.agreed()) == 1 and "Done" not in again.text, "it was set up over there"


@pytest.mark.parametrize("said", [("hi", "greet"), ("1", Choose(option=1)), ("hm", "unclear"), ("no", "thanks")])
def test_whatever_answers_nothing_is_answered_with_where_they_were(phone: Talk, page: Talk, said: tuple) -> None:
    page.known()
    phone.write("i can do 40 a month", FORTY)
    assert page.write(*said).responses == ("utter_negotiation_where_we_were",)


def test_a_question_of_theirs_is_answered_first_and_the_offer_stands_behind_it(phone: Talk, page: Talk) -> None:
    page.known()
    phone.write("i can do 40 a month", FORTY)
    answer = page.write("what do i owe", "ask_balance")
    assert "$612.40" in answer.text and answer.responses[-1] == "utter_negotiation_where_we_were"


def test_new_terms_take_its_place_and_an_alarm_leaves_no_offer_behind(phone: Talk, page: Talk) -> None:
    page.known()
    phone.write("i can do 40 a month", FORTY)
    assert "where_we_were" not in str(page.write("rather 80 a month", Propose(each=usd(80), frequency="monthly")).responses)
    assert page.asked == "accept"
    phone.write("hello?", "greet")
    assert "where_we_were" not in str(page.write("this isnt mine", "not_my_debt").responses)


def test_an_open_point_of_the_talk_goes_on_too(phone: Talk, page: Talk) -> None:
    asked = phone.write("can i have a plan", "request_plan")
    assert phone.asked is not None
    came = page.known()
    assert page.asked == phone.asked and came.responses[-1] != asked.responses[0]


def test_nothing_goes_to_somebody_else_nor_to_who_has_not_proved_it(phone: Talk, begin: Begin) -> None:
    phone.write("i can do 40 a month", FORTY)
    stranger = Talk(phone.database, Person("c" * 64, acting.ERIN.proof), "web", clock=phone.clock)
    assert "$40" not in stranger.write("hi", "greet").text and stranger.asked == "identity"
    unknown = Talk(phone.database, Person("+15550100133", acting.ERIN.proof), "sms", clock=phone.clock)
    assert "where_we_were" not in str(unknown.known().responses)


def test_what_was_agreed_elsewhere_since_is_no_longer_open_here(phone: Talk, page: Talk) -> None:
    phone.write("i can do 40 a month", FORTY)
    phone.write("not now", "think_it_over", later=timedelta(minutes=1))
    phone.clock.move(timedelta(hours=13))  # the phone is not known any more
    page.known()
    page.write("yes", Accept())
    assert len(page.agreed()) == 1
    assert "where_we_were" not in str(phone.known().responses) and "Done" not in phone.write("yes", Accept()).text
    assert len(phone.agreed()) == 1


def test_web_sends_a_link_that_works_once_and_soon_and_proves_the_address_only(phone: Talk, page: Talk) -> None:
    for word in ("WEB", "página", "In my browser"):
        assert "/c/" in phone.write(word).text, word
    assert phone.talker.heard[-1] != "WEB", "nothing has to be understood"
    secret = phone.write("web").text.split("/c/")[1].split()[0]
    now, key = phone.clock.now(), phone.chat.settings.secret_key
    with phone.session() as session:
        assert secret not in str(session.exec_driver_sql("SELECT * FROM identity_links").all())
        here = contact.open_conversation(session, "web", "b" * 64, now)
        assert not identity.follow_link(session, secret, here, now + timedelta(minutes=16), key), "too old"
        assert not identity.follow_link(session, "x" * 22, here, now, key)
        assert identity.follow_link(session, secret, here, now, key)
        assert not identity.follow_link(session, secret, here, now, key), "once"
        assert not contact.conversation(session, here.id).is_verified(now)
    hello = page.write("hello", "greet")
    assert "Maria" in hello.text and "$" not in hello.text
    proof = acting.Identify(date_of_birth=MARIA.proof.date_of_birth, postcode=MARIA.proof.postcode)
    answer = page.write("4/12/1985 30318", proof)
    assert "utter_dialogue_where_we_were" in answer.responses, "no reference: the phone is known"


def test_web_is_a_word_like_any_other_on_the_page_and_after_stop(phone: Talk, page: Talk) -> None:
    assert "/c/" not in page.write("web", "unclear").text
    phone.write("STOP")
    assert "/c/" not in phone.write("web", "unclear").text
