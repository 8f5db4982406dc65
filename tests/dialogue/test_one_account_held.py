"""Of several accounts the one that they speak of is held, or freed again, and what is said of it is so: which one, by
when it is decided, how the answer comes, and nothing of it twice.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot import accounts, contact
from bot.contact import HoldKind
from bot.dialogue.meaning.acts import Accept, AskAbout, Plain, Propose, Refuse, Said
from tests.dialogue.acting import ERIN, MARIA, Talk, usd
from tests.dialogue.conftest import Begin

FIRST, SECOND = Plain(name="service_dispute", debts=(1,)), Plain(name="complaint", debts=(2,))
HOLD = AskAbout(about="hold")
WRITING = AskAbout(about="documents")


def free(talk: Talk) -> list[int]:
    """Places of the accounts that nothing holds."""
    holds = [hold for hold in talk.holds() if hold.party_id is not None]
    return [n for n, debt in enumerate(talk.debts(), 1) if not any(hold.stops(debt.id) for hold in holds)]


def test_a_complaint_of_one_account_holds_that_one_and_says_so(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    answer = talk.write("the second ones are crooks, this is a complaint", SECOND)
    assert free(talk) == [1]
    assert answer.responses[-1] == "utter_law_complaint_holds_only" and "utter_accounts_only_that" not in answer.responses


def test_a_complaint_that_names_none_is_about_the_one_that_the_talk_is_about(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    state = talk.state
    state.debts = [talk.debts()[1].id]
    talk.remember(state)
    talk.write("then i complain", "complaint")
    assert free(talk) == [1]


def test_a_complaint_that_names_none_is_about_the_one_that_they_dispute(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("i cancelled the first one", FIRST)
    talk.write("and i complain", "complaint")
    assert free(talk) == [2]


def test_a_complaint_of_us_holds_all_and_says_so(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    answer = talk.write("you people are rude, i complain", "complaint")
    assert free(talk) == [] and "everything here is on hold" in answer.text


def test_a_complaint_of_two_accounts_holds_both(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("both are a disgrace", Plain(name="complaint", debts=(1, 2)))
    assert free(talk) == []


def test_what_they_ask_beside_a_complaint_is_answered(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("i cancelled the first one", FIRST)
    answer = talk.write("yes a complaint, and how long, and in writing", "complaint", HOLD, WRITING)
    assert "by post" in answer.text and "until Friday, December 18" in answer.text


def test_a_wish_for_the_other_account_goes_on_beside_a_complaint(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    wish = Propose(each=usd(40), frequency="monthly", debts=(1,))
    talk.write("the second ones are crooks, 40 a month on the first", SECOND, wish)
    assert talk.asked == "accept" and free(talk) == [1]


def test_how_long_it_takes_is_the_day_that_we_gave_ourselves(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("i cancelled the first one", FIRST)
    for about in ("hold", "deadline", "person_when"):
        answer = talk.write(f"how many days {about}", AskAbout(about=about))
        assert "until Friday, December 18" in answer.text and "nothing new" not in answer.text
    late = talk.write("and now", HOLD, later=timedelta(days=31))
    late = late if "longer" in late.text else talk.write("my proof and now", ERIN.proof, HOLD)
    assert "longer than the 30 days" in late.text and "December 18" not in late.text


def test_how_the_answer_comes_is_what_they_agreed_to(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("i cancelled the first one", FIRST)
    assert "by post" in talk.write("do i get it in writing", WRITING).text
    party = talk.party_id
    with talk.session() as session:
        contact.agree_to_electronic(session, party_id=party, language="en", message_id=None, now=talk.clock.now())
    assert "as a link" in talk.write("in writing, right", WRITING).text


def test_what_is_on_hold_is_told_once_in_an_answer(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("i cancelled the first one", FIRST)
    talk.write("hm", "thanks")
    answer = talk.write("how much is it, is it on hold", Plain(name="ask_balance", debts=(1,)), HOLD)
    status = [name for name in answer.responses if "status" in name or name in ("utter_questions_disputed", "utter_questions_held")]
    assert status == ["utter_questions_disputed"]


def test_who_asks_about_one_hears_of_that_one(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("i cancelled the first one", FIRST)
    named = talk.write("why is the first held", AskAbout(about="hold", debts=(1,)))
    assert "utter_questions_free" not in named.responses
    other = talk.write("is the second held", AskAbout(about="hold", debts=(2,)))
    assert other.responses[:1] == ("utter_questions_free",)


def test_a_second_number_is_said_with_what_it_is_for(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("i cancelled the first one", FIRST)
    talk.write("and a complaint, and prove it", Plain(name="complaint", debts=(1,)), Plain(name="request_validation", debts=(1,)))
    answer = talk.write("what is on hold", HOLD)
    party = talk.party_id
    with talk.session() as session:
        first, second = (one.number for one in accounts.open_disputes(session, party))
    assert f"{first} ({second} for the proof you asked for)" in answer.text


def test_before_we_know_them_no_more_is_said_to_be_stopped_than_it_is_about(begin: Begin) -> None:
    answer = begin(ERIN).write("i cancelled that one", FIRST)
    assert "everything" not in answer.text and "whatever it's about is on hold" in answer.text
    assert "Clinic" not in answer.text and "Ironworks" not in answer.text


def test_that_a_person_is_on_the_way_is_said_once(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("a person please", "talk_to_human")
    asked = ("ask_fees", "ask_history", "ask_origin", "payment_methods", "ask_consequences", "ask_credit_report")
    said = [talk.write(f"and {name}", name).responses for name in asked]
    assert not any("utter_handoff_on_the_way" in one for one in said)


def complained(begin: Begin) -> Talk:
    """All is held for a complaint of us."""
    talk = begin(ERIN, known=True)
    talk.write("rude", "complaint")
    assert free(talk) == []
    return talk


def test_one_account_is_freed_after_one_question_and_never_the_other(begin: Begin) -> None:
    talk = complained(begin)
    assert "off hold?" in talk.write("take the first off hold", Plain(name="take_back", debts=(1,))).text
    assert free(talk) == []
    answer = talk.write("yes", Accept())
    assert free(talk) == [1] and "not on hold any more" in answer.text and "stays on hold" in answer.text
    assert talk.facts("TakenBack")


def test_two_accounts_that_one_word_holds_stand_in_one_line(begin: Begin) -> None:
    answer = complained(begin).write("what is held and why", HOLD)
    assert [name for name in answer.responses if "held" in name] == ["utter_law_held_since"]
    assert "Clinic" in answer.text and "Ironworks" in answer.text


def test_who_asks_why_and_frees_it_at_once_is_not_told_to_wait(begin: Begin) -> None:
    word = Plain(name="take_back", debts=(1,), plainly=True)
    answer = complained(begin).write("why is the first held, nothing is wrong", AskAbout(about="hold", debts=(1,)), word)
    assert "utter_law_lifted" in answer.responses and "utter_questions_until_decided" not in answer.responses


def test_a_no_frees_nothing(begin: Begin) -> None:
    talk = complained(begin)
    talk.write("take the first off hold", Plain(name="take_back", debts=(1,)))
    talk.write("no", Refuse())
    assert free(talk) == []


@pytest.mark.parametrize("plainly", [True, False])
def test_who_denies_plainly_or_says_it_twice_is_not_asked_again(begin: Begin, plainly: bool) -> None:
    talk = complained(begin)
    word = Plain(name="take_back", debts=(1,), plainly=plainly)
    wish = Propose(each=usd(40), frequency="monthly", debts=(1,))
    talk.write("nothing is wrong with the first. 40 a month on it", word, wish)
    if not plainly:
        talk.write("i said take the first off hold", word)
    assert free(talk) == [1] and talk.asked == "accept"


def test_a_dispute_of_that_very_account_is_asked_about_however_plain_the_word(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("i cancelled the first one", FIRST)
    word = Plain(name="take_back", debts=(1,), plainly=True)
    assert "Shall I take number D-" in talk.write("i do not dispute the first", word).text
    assert free(talk) == [2]
    talk.write("yes", Accept())
    assert free(talk) == [1, 2]


def test_a_dispute_of_all_stays_on_the_other_account(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("something is wrong here", "wrong_amount")
    talk.write("i do not dispute the first", Plain(name="take_back", debts=(1,), plainly=True))
    assert free(talk) == [1] and "D-" in talk.write("what is held", HOLD).text


def test_what_is_not_on_hold_is_said_to_be_free(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("i cancelled the first one", FIRST)
    answer = talk.write("take the second off hold", Plain(name="take_back", debts=(2,)))
    assert answer.responses[:1] == ("utter_questions_free",) and free(talk) == [2]


@pytest.mark.parametrize("name", ["bankruptcy", "abuse_or_coercion"])
def test_a_person_lifts_what_is_grave_of_one_account_too(begin: Begin, name: str) -> None:
    talk = begin(ERIN, known=True)
    talk.write("words", name)
    answer = talk.write("not the first", Plain(name="take_back", debts=(1,), plainly=True))
    assert free(talk) == [] and "colleague lifts" in answer.text


def test_what_somebody_else_placed_is_lifted_by_a_person(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    party, first = talk.party_id, talk.debts()[0]
    with talk.session() as session:
        contact.place_hold(session, party_id=party, kind=HoldKind.DISPUTE, reason="by letter", now=talk.clock.now(),
                           debt_id=first.id, source="staff")  # fmt: skip
    answer = talk.write("i do not dispute the first", Plain(name="take_back", debts=(1,), plainly=True))
    assert free(talk) == [2] and "colleague lifts" in answer.text


def test_one_account_alone_is_taken_back_as_before(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("rude", Said(Plain(name="complaint"), "rude"))
    assert "take that back" in talk.write("no i did not mean to complain", Plain(name="take_back", debts=(1,))).text


def placed_by_a_person(talk: Talk, kind: HoldKind, debt: int | None = None) -> None:
    """The clinic rang, or a lawyer did."""
    party_id, now = talk.chat.conversation.party_id, talk.clock.now()
    assert party_id is not None
    about = talk.debts()[debt - 1].id if debt is not None else None
    with talk.session() as session:
        how: dict[str, Any] = {"reason": "their lawyer rang", "now": now, "actor": "agent:7", "debt_id": about}
        contact.place_hold(session, party_id=party_id, kind=kind, **how)


@pytest.mark.parametrize("kind", [HoldKind.ATTORNEY, HoldKind.IDENTITY_THEFT, HoldKind.COMPLAINT])
def test_a_yes_lifts_nothing_that_a_person_placed_since_it_was_asked_for(begin: Begin, kind: HoldKind) -> None:
    """The question was whether to take back a complaint; the yes took the lawyer's hold with it."""
    talk = begin(ERIN, known=True)
    talk.write("i cancelled the first one", FIRST)
    talk.write("take the first off hold", Plain(name="take_back", debts=(1,)))
    placed_by_a_person(talk, kind, 1)
    assert "utter_questions_person_lifts" in talk.write("yes", Accept()).responses
    assert free(talk) == [2]


@pytest.mark.parametrize("kind", [HoldKind.CEASE, HoldKind.BANKRUPTCY, HoldKind.DISPUTE])
def test_a_yes_to_an_offer_sets_up_nothing_once_a_person_has_placed_a_hold(begin: Begin, kind: HoldKind) -> None:
    talk = begin(MARIA, known=True)
    talk.write("i can do 40 a month", Propose(each=usd(40), frequency="monthly"))
    placed_by_a_person(talk, kind)
    answer = talk.write("yes", Accept())
    assert talk.agreed() == [] and "/p/" not in answer.text


@pytest.mark.parametrize("kind", [HoldKind.ATTORNEY, HoldKind.COMPLAINT])
def test_what_a_person_says_too_is_not_lifted_by_who_said_it_first(begin: Begin, kind: HoldKind) -> None:
    """Their lawyer's letter came; the hold that stood already was kept, and with it their word alone lifted it."""
    talk = begin(MARIA, known=True)
    talk.write("talk to my lawyer, and i complain", kind.value)
    placed_by_a_person(talk, kind)
    assert "utter_questions_person_lifts" in talk.write("take that back", "take_back").responses
    assert [hold.kind for hold in talk.holds() if hold.party_id] == [kind]


def test_a_yes_to_taking_back_counts_no_more_once_a_person_said_so_too(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("i complain", "complaint")
    talk.write("take that back", "take_back")
    placed_by_a_person(talk, HoldKind.COMPLAINT)
    assert "utter_questions_person_lifts" in talk.write("yes", Accept()).responses
    assert [hold.kind for hold in talk.holds() if hold.party_id] == [HoldKind.COMPLAINT]


def test_who_is_held_by_a_person_is_not_told_that_nothing_is_on_hold(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    placed_by_a_person(talk, HoldKind.CEASE)
    answer = talk.write("undo that", "take_back")
    assert "nothing is on hold" not in answer.text and "utter_questions_person_lifts" in answer.responses


@pytest.mark.parametrize("known", [False, True])
def test_who_says_it_once_more_gets_no_second_number(begin: Begin, known: bool) -> None:
    talk = begin(known=known)
    first = talk.write("i paid this already", Plain(name="already_paid")).text
    again = talk.write("i told you, i paid it in july", Plain(name="already_paid")).text
    assert "D-1010" in first and "D-1011" not in again
