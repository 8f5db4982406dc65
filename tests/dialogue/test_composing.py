"""What one turn says together: one question, two SMS, no courtesy beside an answer, and other words the second time."""

from __future__ import annotations

import itertools
import random

import pytest

from bot.contact import samples, segments, texts
from bot.dialogue.composing import Part, composed, too_long

RESPONSES = texts.shipped()
AGAIN = [
    "utter_accounts_ask_which_again", "utter_accounts_ask_withdraw_again", "utter_accounts_want_options",
    "utter_dialogue_menu", "utter_dialogue_offer_person_short", "utter_dialogue_which_meant_again",
    "utter_identity_ask_again", "utter_identity_ask_all_again", "utter_identity_ask_date_of_birth_again",
    "utter_identity_ask_phone_again", "utter_identity_ask_postcode_again", "utter_identity_ask_reference_again",
    "utter_identity_code_ask_again", "utter_negotiation_ask_accept_again", "utter_negotiation_ask_accept_terms", "utter_negotiation_ask_amount",
    "utter_negotiation_ask_cancel_again", "utter_negotiation_ask_change_again", "utter_negotiation_ask_choice_again",
    "utter_negotiation_ask_new_day", "utter_negotiation_ask_relief_again", "utter_payments_ask_ahead_again",
    "utter_payments_ask_shares_again", "utter_questions_ask_lift_again", "utter_safety_ask_meant_again",
]  # fmt: skip
"""What puts an open question once more, behind the answers of a turn."""
LISTS = frozenset({"debts", "options", "lines", "parts", "payments", "since", "added", "terms", "said", "reason", "each_time"})
"""Values that are a text of their own."""
BESIDE = sorted(
    name for name, one in RESPONSES.items()
    if name not in ("utter_handoff_answered_mail", "utter_handoff_answered_visitor", "utter_handoff_leave_mail")  # by e-mail and in the web chat only
    and name.startswith(("utter_questions_", "utter_accounts_", "utter_payments_methods", "utter_dialogue_scam",
                        "utter_dialogue_robot", "utter_identity_why", "utter_handoff_", "utter_negotiation_if_missed",
                        "utter_negotiation_money_advice"))
    and one.tag in ("reply", "facts", "rights", "handoff", "hold") and not one.asks
    and "?" not in one.texts["en"] and not LISTS & set(texts.PLACEHOLDER.findall(one.texts["en"]))
)  # fmt: skip
"""What answers one thing that they said, so that several of them may stand in one turn."""
LONG = frozenset({"utter_handoff_takes_long", "utter_handoff_went_wrong", "utter_accounts_documents"})
"""Said by itself, later or instead of an answer."""


def can_stand(again: str, *answers: str) -> bool:
    """Who they are is asked of somebody who hears nothing private; all else of somebody whom we know."""
    return not again.startswith("utter_identity") or all(RESPONSES[one].audience == "anyone" for one in answers)


def part(name: str, language: str = "en", *, is_put: bool = False, is_again: bool = False) -> Part:
    response = RESPONSES[name]
    forms = {
        form: samples.fill(response.text(language, "sms", form), language)
        for form in ("whole", "short", "statement", "short statement")
    }
    return Part(name, {}, forms, is_put=is_put, is_again=is_again)  # type: ignore[arg-type]


def said(*parts: Part) -> list[str]:
    return [one.text for one in composed(parts)]


def questions(turn: list[str]) -> int:
    return "\n".join(turn).count("?")


def sms(turn: list[str]) -> int:
    return segments.count(segments.fitted("\n".join(turn)))


@pytest.mark.parametrize("name", RESPONSES)
def test_no_wording_asks_two_things(name: str) -> None:
    assert [slot for slot, text in RESPONSES[name].slots.items() if text.count("?") > 1] == []


@pytest.mark.parametrize("name", [name for name, one in RESPONSES.items() if (texts.SHORT, "en") in one.elsewhere])
def test_a_short_form_is_shorter_stands_in_both_languages_and_asks_what_the_whole_asks(name: str) -> None:
    for language in ("en", "es"):
        short, whole = RESPONSES[name].text(language, "sms", "short"), RESPONSES[name].texts[language]
        assert (texts.SHORT, language) in RESPONSES[name].elsewhere
        assert len(short) < len(whole)
        assert ("?" in short) <= ("?" in whole)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("again", AGAIN)
def test_an_answer_and_the_open_question_are_two_sms_at_most_and_one_question(again: str, language: str) -> None:
    for name in (one for one in BESIDE if can_stand(again, one)):
        turn = said(part(name, language), part(again, language, is_put=True))
        assert sms(turn) <= 2, turn
        assert questions(turn) == 1, turn


@pytest.mark.parametrize("language", ["en", "es"])
def test_two_answers_and_the_open_question_are_two_sms_at_most(language: str) -> None:
    chance = random.Random(2026)
    pairs = list(itertools.combinations([name for name in BESIDE if name not in LONG], 2))
    for one, other in chance.sample(pairs, 400):
        for again in [again for again in chance.sample(AGAIN, 4) if can_stand(again, one, other)]:
            turn = said(part(one, language), part(other, language), part(again, language, is_put=True))
            assert sms(turn) <= 2, turn
            assert questions(turn) == 1, turn


@pytest.mark.parametrize("language", ["en", "es"])
def test_whatever_stands_together_asks_one_thing(language: str) -> None:
    chance = random.Random(7)
    for _ in range(2_000):
        parts = [part(name, language) for name in chance.sample(sorted(RESPONSES), 3)]
        words = "\n".join(said(*parts))
        assert questions([words]) <= 1, words


def test_the_question_that_waits_is_the_one_that_is_kept() -> None:
    turn = said(part("utter_dialogue_anger"), part("utter_identity_ask_again", is_put=True))
    assert "Which one?" not in turn[0] and "infuriating" in turn[0]
    assert turn[1].startswith("To tell you what")


def test_whether_somebody_is_safe_comes_before_every_other_question() -> None:
    turn = said(part("utter_safety_crisis"), part("utter_identity_ask", is_put=True))
    assert "Are you safe" in turn[0] and "date of birth" not in "\n".join(turn)


def test_a_courtesy_stands_alone() -> None:
    balance = part("utter_accounts_balance")
    assert said(part("utter_identity_thanks"), balance) == [balance.text]
    assert said(part("utter_identity_thanks")) == ["Thanks, that matches."]


def test_what_is_extra_goes_only_where_there_is_no_room() -> None:
    others, why = part("utter_accounts_others"), part("utter_identity_why")
    assert others.text in said(part("utter_accounts_balance"), others)
    crowded = [part("utter_accounts_dispute_too_old"), part("utter_questions_pause")]
    assert others.text not in said(*crowded, others, why)


def test_what_our_last_message_said_is_put_in_other_words() -> None:
    once = said(part("utter_identity_ask_again", is_put=True))
    twice = said(part("utter_identity_ask_again", is_put=True, is_again=True))
    assert once != twice and "ZIP" in once[0] and "ZIP" in twice[0]


def test_a_fact_a_right_and_a_hold_are_never_left_out() -> None:
    names = [
        "utter_accounts_dispute_not_mine",
        "utter_questions_jail",
        "utter_accounts_balance",
        "utter_questions_pause",
    ]
    kept = [one.response for one in composed([part(name) for name in names])]
    assert kept == names
    assert not too_long([part("utter_questions_jail")])


def test_a_mark_in_their_own_words_is_no_question_of_ours() -> None:
    missed = RESPONSES["utter_dialogue_missed"].text("en", "sms", "statement")
    assert "{words}" in missed
