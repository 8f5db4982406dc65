"""Somebody types for them, somebody died, one of two accounts is disputed: the right account, the right person, in few
words, and nothing private before the person themselves has said yes.
"""

from __future__ import annotations

import pytest

from bot.dialogue.meaning.acts import Accept, AskAbout, Identify, Pay, Plain, Propose, Refuse, Said, TalkOf
from tests.dialogue.acting import ERIN, MARIA, Talk, usd
from tests.dialogue.conftest import Begin

HELPER = Plain(name="third_party")
DOUBT = Said(HELPER, "hm", 0.6, "third_party: a phrase", needs_check=True)
DIED = Said(Plain(name="deceased"), "hm", 0.6, "deceased: a phrase", needs_check=True)
SECOND_ISNT_MINE = Plain(name="not_my_debt", debts=(2,))


def held(talk: Talk) -> set[str | None]:
    return {hold.debt_id for hold in talk.holds()}


def test_who_helps_hears_how_and_the_proofs_are_answered_with_one_question(begin: Begin) -> None:
    talk = begin(ERIN)
    assert "with you" in talk.write("im her daughter", HELPER).text
    answer = talk.write("here is her birthday, she says 40 a month", ERIN.proof, Propose(each=usd(40), frequency="monthly"))
    assert talk.asked == "helper" and "$" not in answer.text and "Clinic" not in answer.text
    assert answer.responses[-1] == "utter_safety_ask_helper"


def test_their_yes_lifts_the_hold_and_what_they_wanted_goes_on(begin: Begin) -> None:
    talk = begin(ERIN)
    wish = Propose(each=usd(100), frequency="monthly", debts=(1,))
    talk.write("im her daughter and these are her proofs, 100 a month", HELPER, ERIN.proof, wish)
    assert talk.asked == "helper"
    answer = talk.write("yes its fine, she types", Accept())
    assert "utter_safety_helper_ok" in answer.responses and talk.asked == "accept"
    assert talk.holds() == () and talk.facts("HelperAllowed")


@pytest.mark.parametrize("answer", [(Refuse(),), ("ask_balance", "ask_balance")])
def test_without_their_yes_nothing_private_is_said(begin: Begin, answer: tuple[object, ...]) -> None:
    talk = begin(ERIN)
    talk.write("im her daughter and these are her proofs", HELPER, ERIN.proof)
    for number, one in enumerate(answer):
        said = talk.write(f"answer {number}", one)  # type: ignore[arg-type]
        assert "$" not in said.text and "Clinic" not in said.text
    assert said.responses[0] == "utter_safety_third_party_again"
    assert "$" not in talk.write("how much is it", "ask_balance").text
    assert talk.holds()


def test_danger_is_heard_in_place_of_the_answer(begin: Begin) -> None:
    talk = begin(ERIN)
    talk.write("im her daughter and these are her proofs", HELPER, ERIN.proof)
    assert "utter_safety_crisis" in talk.write("i want to die", "crisis").responses


def test_who_is_known_to_help_is_not_asked_whether_they_help_nor_told_the_same_twice(begin: Begin) -> None:
    talk = begin(ERIN)
    first = talk.write("im her daughter", HELPER)
    again = talk.write("i am helping my mother", HELPER)
    assert again.responses[0] == "utter_safety_third_party_again" != first.responses[0]
    assert "utter_safety_ask_meant" not in talk.write("she said its ok, im typing", DOUBT).responses


def test_what_a_helper_may_hear_is_answered(begin: Begin) -> None:
    answer = begin(ERIN).write("im her daughter, does she go to jail", HELPER, AskAbout(about="jail"))
    assert "utter_questions_jail" in answer.responses and "$" not in answer.text


def test_a_doubt_about_who_writes_is_none_beside_full_proofs(begin: Begin) -> None:
    talk = begin(ERIN)
    answer = talk.write("me and my husband, 8/12/2001 87501, how much", DOUBT, ERIN.proof, "ask_balance")
    assert "utter_safety_ask_meant" not in answer.responses and "utter_accounts_balances" in answer.responses


def test_a_widow_who_proves_who_she_is_hears_that_we_are_sorry_and_is_not_taken_for_dead(begin: Begin) -> None:
    talk = begin(ERIN)
    answer = talk.write("my husband passed, 8/12/2001 87501, what do we owe", DIED, ERIN.proof, "ask_balance")
    assert "sorry for your loss" in answer.text and "utter_accounts_balances" in answer.responses
    assert talk.holds() == ()


def test_a_dispute_beside_the_proofs_holds_the_account_that_it_names_and_the_other_goes_on(begin: Begin) -> None:
    talk = begin(ERIN)
    answer = talk.write(
        "8/12/2001 87501 the gym isnt mine, 40 a month on the clinic", SECOND_ISNT_MINE, ERIN.proof,
        Propose(each=usd(40), frequency="monthly", debts=(1,)),
    )  # fmt: skip
    second = talk.debts()[1]
    assert held(talk) == {second.id}
    assert "utter_accounts_dispute_not_mine" in answer.responses and "utter_accounts_only_that" in answer.responses
    assert talk.asked == "accept" and "Clinic" in answer.text


def test_a_dispute_from_before_they_are_known_is_about_the_account_that_it_named(begin: Begin) -> None:
    talk = begin(ERIN)
    talk.write("the gym isnt mine", SECOND_ISNT_MINE)
    answer = talk.known()
    assert held(talk) - {None} == {talk.debts()[1].id} and talk.asked != "debt"
    assert "utter_accounts_dispute_status" in answer.responses and "utter_accounts_ask_which" not in answer.responses


def test_a_lawyer_for_one_account_leaves_the_other_to_be_paid(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("my lawyer handles the gym one", Plain(name="attorney", debts=(2,)))
    assert held(talk) == {talk.debts()[1].id}
    assert "$40" in talk.write("40 a month for the clinic", Propose(each=usd(40), frequency="monthly", debts=(1,))).text


def test_a_lawyer_for_all_holds_all_until_they_say_that_it_is_for_one(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("talk to my lawyer", "attorney")
    assert held(talk) == {None}
    only = Said(Plain(name="attorney", debts=(2,)), "Luis Ortega 615 555 0144, only for the gym", 0.9, "model", True)
    answer = talk.write("Luis Ortega 615 555 0144, only for the gym", only)
    assert "utter_law_representative_noted" in answer.responses
    assert held(talk) == {talk.debts()[1].id}
    assert "Ortega" in talk.holds()[0].given["representative"]


def test_the_status_is_told_whole_once_then_short_and_never_beside_itself(begin: Begin) -> None:
    talk = begin(ERIN, known=True)
    talk.write("the gym isnt mine", SECOND_ISNT_MINE)
    wish = Propose(each=usd(40), frequency="monthly", debts=(2,))
    first = talk.write("40 a month on the gym", wish)
    assert first.responses[0] == "utter_accounts_dispute_status_short"
    talk.write("how much is the clinic", Plain(name="ask_balance", debts=(1,)))
    later = talk.write("40 a month on the gym then", wish)
    assert later.responses[0] == "utter_accounts_dispute_status" and "writes to you here" in later.text
    asked = talk.write("whats going on with it, can i pay 40", AskAbout(about="hold"), wish)
    assert len([one for one in asked.responses if "status" in one or one == "utter_questions_disputed"]) == 1


def test_after_a_dispute_of_all_nobody_is_asked_for_choices(begin: Begin) -> None:
    talk = begin(MARIA, known=True)
    talk.write("not mine", "not_my_debt")
    for act in ("ask_balance", "ask_history", "ask_options", Pay(), "greet"):
        answer = talk.write(f"and now {act}", act)
        assert "utter_accounts_want_options" not in answer.responses, act


def test_a_wrong_proof_beside_a_dispute_still_holds_at_once(begin: Begin) -> None:
    talk = begin(ERIN)
    wrong = Identify(date_of_birth=ERIN.proof.date_of_birth, postcode="99999")
    talk.write("the gym isnt mine", SECOND_ISNT_MINE, wrong)
    assert talk.holds()


def test_which_of_two_they_want_to_pay_is_not_the_one_that_they_dispute(begin: Begin) -> None:
    talk = begin(ERIN)
    talk.write("one of them isnt mine", "not_my_debt")
    assert "utter_accounts_ask_which" in talk.known().responses or talk.asked == "debt"
    talk.write("the clinic 40 on the 15th", TalkOf(debts=(1,)), Propose(each=usd(40), frequency="monthly", debts=(1,)))
    assert {hold.debt_id for hold in talk.holds() if hold.debt_id} == {talk.debts()[1].id}
