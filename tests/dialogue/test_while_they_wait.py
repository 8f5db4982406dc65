"""What goes on while they wait for a person, or have not proved who they are."""

from __future__ import annotations

from datetime import date

import pytest

from bot.dialogue.meaning.acts import Accept, AskAbout, Plain, Propose, Said
from tests.dialogue.acting import STRANGER, usd
from tests.dialogue.conftest import Begin

PLANS_WORK_SO = {
    "interest": "no interest",
    "credit": "credit report",
    "documents": "in writing",
    "changeable": "what can move",
    "missed": "before the day",
    "pause": "nothing is due",
    "forgiven": "gone for good",
    "link": "secure page",
}


@pytest.mark.parametrize("about", sorted(PLANS_WORK_SO))
def test_how_plans_work_is_told_to_whoever_asks(begin: Begin, about: str) -> None:
    talk = begin(known=False)
    answer = talk.write("in general, without my account", AskAbout(about=about)).text
    assert PLANS_WORK_SO[about] in answer
    assert "$" not in answer.replace("$0", "")


def test_the_same_question_in_other_names_is_answered_too(begin: Begin) -> None:
    for act, words in (
        ("ask_fees", "no interest"),
        ("ask_credit_report", "credit report"),
        ("ask_documents", "writing"),
    ):
        assert words in begin(known=False).write("and this?", act).text


def test_a_yes_to_a_person_counts_beside_something_private(begin: Begin) -> None:
    talk = begin(STRANGER, known=False)
    talk.write("when would they write", AskAbout(about="person_when"))
    assert talk.asked == "person"
    answer = talk.write("yes please, and what do i owe", "ask_balance", Accept())
    assert "passing you to a colleague" in answer.text


def test_nobody_is_asked_over_and_over_who_they_are_while_a_person_is_on_the_way(begin: Begin) -> None:
    talk = begin(STRANGER, known=False)
    talk.write("what do i owe", "ask_balance")
    talk.write("a person", "talk_to_human")
    answers = [talk.write(f"what do i owe, {n}", "ask_balance").responses for n in range(3)]
    assert ["utter_identity_ask_all_again" in one for one in answers] == [True, False, False]
    assert all("utter_identity_only_you" in one for one in answers)


def test_what_they_disputed_before_anybody_knew_them_has_its_number_explained(begin: Begin) -> None:
    talk = begin(known=False)
    talk.write("this isnt mine", "not_my_debt")
    answer = talk.write("what is that number", AskAbout(about="hold")).text
    assert "D-1" in answer and "isn't yours" in answer


def test_an_offer_stays_on_the_table_while_a_person_is_on_the_way(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("60 a month", Propose(each=usd(60), frequency="monthly"))
    talk.write("get somebody to look at the fees", "talk_to_human")
    assert talk.asked == "accept"
    assert "set up" in talk.write("and the 60, yes", Accept()).text


def test_a_yes_beside_a_person_sets_up_nothing_by_itself(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("60 a month", Propose(each=usd(60), frequency="monthly"))
    answer = talk.write("yes get a person, and the 60 too", "talk_to_human", Accept())
    assert not talk.agreed() and "Shall I set up $60 a month" in answer.text
    talk.write("yes", Accept())
    assert [one.kind for one in talk.agreed()] == ["plan"]


def test_an_offer_of_ours_is_still_good_when_they_come_back_to_it(begin: Begin) -> None:
    talk = begin(known=True)
    first = talk.write("500 in 4 fridays and we call it even", Propose(
        total=usd(500), count=4, frequency="weekly", first=date(2026, 11, 27), wants="settlement")).text  # fmt: skip
    each, count = _told(first)
    talk.write("400", Propose(total=usd(400), wants="settlement"))
    answer = talk.write("ok the first one", Propose(each=usd(each), count=count)).text
    assert answer.startswith("This still stands") and f"${each}" in answer
    assert "set up" in talk.write("yes", Accept()).text


def _told(answer: str) -> tuple[float, int]:
    """The regular sum and the number of payments of what was offered."""
    words = answer.replace(",", "").split()
    at = words.index("payments")
    each = next(word for word in reversed(words[:at]) if word.startswith("$"))
    return float(each[1:]), int(words[at - 1])


def test_who_waits_because_we_could_go_no_further_hears_what_still_stands(begin: Begin) -> None:
    talk = begin(known=True)
    answers = [
        talk.write(f"{figure}?", Propose(total=usd(figure), wants="settlement")).responses
        for figure in (100, 110, 120, 130, 140, 150)
    ]
    assert "utter_negotiation_no_room" in [name for one in answers for name in one]
    assert "utter_negotiation_still_stands" in answers[-1]
    assert talk.asked == "accept"


def test_a_question_does_not_end_three_messages_in_a_row(begin: Begin) -> None:
    talk = begin(known=True)
    talk.write("200 first", Propose(parts=(), each=usd(20)))
    assert talk.asked == "terms"
    ended = [
        talk.write(f"question {about}", AskAbout(about=about), Propose(each=usd(20))).responses[-1]
        for about in ("interest", "early", "flexible")
    ]
    assert [one == "utter_negotiation_ask_frequency" for one in ended] == [True, False, False]
    assert talk.asked == "terms"


def test_nobody_who_never_stopped_us_is_asked_whether_they_want_messages_again(begin: Begin) -> None:
    talk = begin(known=True)
    doubted = Said(Plain(name="opt_in"), "text me here is fine", needs_check=True)
    assert talk.write("text me here is fine", doubted).responses != ("utter_safety_ask_meant",)
    assert talk.asked != "meant"
