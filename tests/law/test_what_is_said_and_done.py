"""The rules of `reference/domain.md` §2 beyond the door, each by its id: what is heard, done and said."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from bot import contact, core, handoff
from bot.contact import HoldKind, sanitize, texts, words
from bot.core import Problems, Settings
from bot.dialogue.meaning.acts import Act, Identify, Plain
from bot.dialogue.nlu.phrases import SafetyPhrases
from bot.web import desk_view
from tests.examples import each
from tests.law.kit import MARIA, World

ROOT = Path(__file__).parents[2]
RESPONSES = texts.load()
PHRASES = SafetyPhrases.read(ROOT / "data" / "phrases" / "safety.yml")
MONEY = re.compile(r"\$|\{(amount|balance|total|terms|options)\}|\{url\}")


def maria() -> World:
    """Her phone, verified."""
    world = World("sms", "+15550100001")
    world.says(MARIA)
    return world


def text_of(name: str) -> str:
    return RESPONSES[name].texts["en"]


def case_of(world: World) -> handoff.Case | None:
    talk = world.talk()
    with core.reading(world.database) as session:
        return handoff.open_case_of(session, talk.id)


@pytest.mark.parametrize(
    "text", ["i'm not paying this, don't contact me", "i refuse to pay", "no intention of paying you"]
)
def test_RF_08_a_refusal_in_writing_is_heard_as_a_cease(text: str) -> None:
    assert "cease_contact" in {caught.intent for caught in PHRASES.caught(text)}


def test_RF_06_who_has_an_attorney_is_asked_for_the_name_once_and_a_person_takes_it() -> None:
    world = maria()
    assert world.says("attorney") == ["utter_safety_attorney"]
    assert "attorney's name" in text_of("utter_safety_attorney")
    case = case_of(world)
    assert case is not None and case.reason is handoff.Reason.ATTORNEY
    assert not MONEY.search(text_of("utter_safety_attorney"))


def test_RF_09_nothing_of_an_account_is_said_before_they_are_verified() -> None:
    world = World("sms", "+15550100001")
    for said in ("ask_balance", "ask_options", "ask_breakdown", "plan_status", "pay"):
        world.says(said)
    assert not any(MONEY.search(row.text) for row in world.rows() if row.state != "blocked")


@pytest.mark.parametrize("name", ["utter_contact_opted_out", "utter_contact_opted_out_chat"])
def test_RF_13_the_confirmation_has_no_amount_link_or_offer(name: str) -> None:
    assert not re.search(r"\$|http|offer|pay|\?", text_of(name)) and RESPONSES[name].tag == "opt_out"


def test_RF_18_the_first_message_of_a_session_says_who_we_are() -> None:
    world = World("sms", "+15550100001")
    world.says("greet")
    assert "Northwind Energy" in world.rows()[0].text


@pytest.mark.parametrize("name", ["utter_contact_mini_miranda", "utter_contact_collector", "utter_contact_automated"])
def test_RF_21_each_disclosure_stands_in_both_languages(name: str) -> None:
    assert set(RESPONSES[name].texts) == {"en", "es"}


@each("name", RESPONSES)
def test_RF_40_no_text_takes_silence_for_a_yes(name: str) -> None:
    assert not re.search(r"you did(n't| not) (dispute|object|answer)", text_of(name), re.IGNORECASE)


def test_RF_37_who_asks_for_proof_or_the_creditor_is_not_collected_from() -> None:
    world = maria()
    world.says("request_validation")
    assert world.holds() == {"validation"}


def test_RF_38_a_dispute_that_is_typed_holds_at_once_and_has_a_number() -> None:
    world = maria()
    assert world.says("wrong_amount") == ["utter_accounts_dispute_amount"]
    assert world.holds() == {"dispute"}
    assert "D-1" in world.rows()[-1].text


def test_RF_39_no_code_of_the_assistant_decides_a_dispute() -> None:
    for folder in ("actions", "bot/dialogue"):
        for path in (ROOT / folder).rglob("*.py"):
            assert "decide_dispute" not in path.read_text(encoding="utf-8"), path


def test_RF_41_a_dispute_on_day_ninety_holds_like_one_on_day_one() -> None:
    world = maria()
    world.clock.move(timedelta(days=90))
    world.says("not_my_debt")
    world.says(MARIA)
    assert "dispute" in world.holds_of("NW-1000")


def test_RF_45_a_wrong_person_hears_neither_the_debt_nor_what_we_do() -> None:
    world = World("sms", "+15550100001")
    assert world.says("wrong_person") == ["utter_contact_wrong_person"]
    for name in ("utter_contact_wrong_person", "utter_contact_wrong_person_chat"):
        assert not re.search(r"debt|owe|bill|pay|collect|energy", text_of(name), re.IGNORECASE)


def test_RF_46_where_somebody_died_nothing_is_offered_and_a_person_takes_it() -> None:
    world = World("sms", "+15550100001")
    assert world.says("deceased")[0] == "utter_safety_deceased"
    assert world.holds() == {"deceased"} and case_of(world) is not None
    assert not MONEY.search(text_of("utter_safety_deceased"))


@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize("answer", [Identify(name="Luis Ortega", phone="+14045550177"), Plain(name="unclear")])
def test_RF_46_the_representative_is_asked_for_once_and_kept_for_the_person_who_takes_it(
    verified: bool, answer: Act
) -> None:
    world = maria() if verified else World()
    assert world.says("deceased")[:2] == ["utter_safety_deceased", "utter_law_ask_representative"]
    assert world.says(answer) == ["utter_law_representative_noted"]
    talk = world.talk()
    with core.reading(world.database) as session:
        held = contact.holds_over(session, talk, world.clock.now())
        case = handoff.open_case_of(session, talk.id)
        assert case is not None
        shown = dict(desk_view.facts(session, case, talk, held, (), "en", "UTC"))
    assert {hold.given["representative"] for hold in held} == {"message 3" if verified else "message 2"}
    assert shown["Who stands for them"] == held[0].given["representative"]
    assert "utter_law_ask_representative" not in world.says("deceased")


def test_RF_46_who_answers_with_something_else_is_heard_as_ever() -> None:
    world = World()
    world.says("deceased")
    world.says("talk_to_human")
    world.says(MARIA)
    assert all("representative" not in hold.given for hold in _held(world)) and world.talk().party_id is not None


def test_RF_06_the_name_of_the_attorney_is_kept_and_does_not_pass_for_theirs() -> None:
    world = World()
    world.says("attorney")
    assert world.says(Identify(name="Ben Ortiz", phone="+14045550133")) == ["utter_law_representative_noted"]
    assert [hold.given["representative"] for hold in _held(world)] == ["message 2"]


def _held(world: World) -> tuple[contact.Hold, ...]:
    talk = world.talk()
    with core.reading(world.database) as session:
        return contact.holds_over(session, talk, world.clock.now())


@each("word", ["stop", "quit", "end", "revoke", "opt out", "cancel", "unsubscribe"])
@each("form", ["{}", "{}!!", "  {}. ", "{}…"])
def test_TC_01_each_word_of_the_rule_ends_texts_in_any_case_and_punctuation(word: str, form: str) -> None:
    for text in (form.format(word), form.format(word.upper()), form.format(word.title())):
        assert words.is_stop(text, "sms"), text


@each(
    "text", ["plz stahp", "leave me alone", "ya no me escriban", "take my # off ur list", "no mas mensajes por favor"]
)
def test_TC_02_any_words_that_mean_it_count(text: str) -> None:
    assert words.is_stop(text) or {"opt_out", "cease_contact"} & {caught.intent for caught in PHRASES.caught(text)}


@pytest.mark.parametrize(("channel", "address"), [("sms", "+15550100001"), ("web", "visitor-1")])
def test_TC_03_every_way_to_say_it_ends_in_one_ledger(channel: str, address: str) -> None:
    world = World(channel, address)
    world.says("opt_out")
    with core.reading(world.database) as session:
        assert contact.opted_out_since(session, channel, address) is not None
        assert [fact.kind for fact in core.facts(session, kind="OptedOut")] == ["OptedOut"]


def test_TC_04_a_stop_stops_what_is_queued_already() -> None:
    world = maria()
    with core.transaction(world.database) as session:
        message = contact.outbox.get(session, world.rows()[-1].id)
    world.says("opt_out")
    with core.transaction(world.database) as session:
        assert not contact.recheck(session, message, "first_party", world.clock.now()).allowed


def test_TC_05_one_confirmation_and_nothing_more() -> None:
    world = maria()
    before = world.last()
    world.says("opt_out")
    assert [row.parts[0]["response"] for row in world.rows() if row.number > before] == ["utter_contact_opted_out"]


def test_TC_06_a_stop_covers_every_matter_on_its_channel() -> None:
    world = maria()
    world.says("opt_out")
    for tag in ("reminder", "offer", "receipt", "facts", "handoff"):
        assert world.tries_to_send(contact.Say("r", "x", audience="anyone", tag=tag)) == 0


@pytest.mark.parametrize(
    ("text", "stops"), [("CANCEL", True), ("cancel my payment friday", False), ("cancel my plan", False)]
)
def test_TC_07_a_bare_cancel_is_a_stop_and_cancelling_a_payment_is_not(text: str, stops: bool) -> None:
    caught = {found.intent for found in PHRASES.caught(text)}
    assert (words.is_stop(text, "sms") or bool({"opt_out", "cease_contact"} & caught)) is stops


def test_TC_08_help_is_answered_with_the_company_and_how_to_reach_it() -> None:
    world = World("sms", "+15550100001")
    assert world.says("help")[0] == "utter_dialogue_help"
    assert "Northwind Energy" in world.rows()[-1].text and "+1 555 010 0199" in world.rows()[-1].text


def test_PL_01_a_third_party_does_not_start_on_live_sms_without_an_approval() -> None:
    live = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t", "TWILIO_SMS_FROM": "+12025550100",
            "PARLEY_COLLECTION_ROLE": "third_party", "PARLEY_SECRET_KEY": "s" * 40,
            "PARLEY_PUBLIC_URL": "https://parley.example"}  # fmt: skip
    with pytest.raises(Problems, match="PARLEY_COLLECTION_APPROVAL"):
        Settings.load(live)
    assert Settings.load({**live, "PARLEY_COLLECTION_APPROVAL": "T-1"}).collection_role == "third_party"


@pytest.mark.parametrize("text", ["my card is 4242 4242 4242 4242", "ssn 123-45-6789"])
def test_PL_05_numbers_of_cards_and_people_are_never_kept(text: str) -> None:
    assert not re.search(r"\d{4}", sanitize.clean(text))


STATUS = {
    "ST_01": ("bankruptcy", "bankruptcy"), "ST_02": ("identity_theft", "identity_theft"),
    "ST_03": ("abuse_or_coercion", "coerced_debt"), "ST_04": ("military", "military"),
}  # fmt: skip


@pytest.mark.parametrize("verified", [True, False])
@pytest.mark.parametrize("said", ["bankruptcy", "identity_theft", "abuse_or_coercion", "military"])
def test_ST_01_and_ST_02_and_ST_03_and_ST_04_hold_at_once_show_no_amount_and_get_a_person(
    said: str, verified: bool
) -> None:
    world = maria() if verified else World()
    before = world.last()
    world.says(said)
    kinds = dict(STATUS.values())
    assert world.holds() == {kinds[said]}
    assert case_of(world) is not None
    assert not any(MONEY.search(row.text) for row in world.rows() if row.number > before)


def test_ST_02_who_was_robbed_of_their_identity_hears_where_to_report_it() -> None:
    assert "identitytheft.gov" in text_of("utter_safety_identity_theft")


def test_ST_03_who_was_coerced_is_asked_whether_it_is_safe_to_write_here() -> None:
    """And no hotline stands on a phone that somebody else may read: a colleague gives it once that is known."""
    from bot.contact import texts

    assert "safe to write to" in text_of("utter_safety_abuse")
    said = texts.load()["utter_safety_abuse"]
    assert not any(re.search(r"\d", text) for text in [*said.texts.values(), *said.elsewhere.values()])


@pytest.mark.parametrize("said", ["minor", "third_party"])
def test_ST_06_a_child_or_a_helper_is_told_nothing_and_nobody_stays_verified(said: str) -> None:
    world = maria()
    before = world.last()
    world.says(said)
    assert not world.talk().is_verified(world.clock.now()) and case_of(world) is not None
    assert not any(MONEY.search(row.text) for row in world.rows() if row.number > before)


def test_BOT_01_the_question_whether_it_is_a_bot_is_always_answered_yes() -> None:
    world = World("sms", "+15550100001")
    assert "utter_dialogue_robot" in world.says("bot_challenge")
    assert re.match(r"Yes\b", text_of("utter_dialogue_robot"))
    assert re.match(r"Sí\b", RESPONSES["utter_dialogue_robot"].texts["es"])


def test_CB_01_a_right_that_is_claimed_in_plain_words_is_heard() -> None:
    for text, intent in (("i dont owe this", "not_my_debt"), ("prove it", "request_validation")):
        assert intent in {caught.intent for caught in PHRASES.caught(text)}, text


def test_CB_03_two_misses_offer_a_person_and_agent_brings_one() -> None:
    world = maria()
    world.says("unclear")
    assert "utter_dialogue_offer_person" in world.says("unclear")
    other = maria()
    other.says("talk_to_human")
    assert case_of(other) is not None


@each("name", [name for name in RESPONSES if "_product_" not in name])
def test_UK_02_nobody_is_told_to_borrow(name: str) -> None:
    assert not re.search(r"\bborrow|ask (your )?family|credit card", text_of(name), re.IGNORECASE)


def test_UK_03_a_cue_of_vulnerability_goes_to_the_front_of_the_queue() -> None:
    world = maria()
    world.says("crisis")
    case = case_of(world)
    assert case is not None and case.priority == 0 and case.answer_by - case.opened_at <= timedelta(minutes=2)
    assert world.holds() == {HoldKind.CRISIS.value}


def test_UK_04_a_dispute_suspends_recovery_with_no_limit_of_time() -> None:
    world = maria()
    world.says("wrong_amount")
    world.clock.move(timedelta(days=400))
    assert "dispute" in world.holds_of("NW-1000")


def test_EU_01_who_asks_for_their_data_or_to_be_deleted_gets_a_person() -> None:
    world = maria()
    world.says("privacy_request")
    case = case_of(world)
    assert case is not None and case.reason is handoff.Reason.PRIVACY


def test_RF_33_the_itemisation_date_is_one_of_the_five_of_the_rule() -> None:
    from bot.accounts import ItemisationKind

    five = {"last_statement", "charge_off", "last_payment", "transaction", "judgment"}
    assert {kind.value for kind in ItemisationKind} == five


def test_RF_35_each_reason_of_the_response_form_can_be_said() -> None:
    from bot.accounts import DisputeReason

    assert {"not_my_debt", "wrong_amount", "other", "request_validation"} <= {reason.value for reason in DisputeReason}


def test_UK_05_every_refusal_of_an_offer_has_its_reason_in_words() -> None:
    from bot.negotiation import Reason

    assert {f"utter_negotiation_reason_{reason.value}" for reason in Reason} <= set(RESPONSES)
    assert "utter_negotiation_money_advice" in RESPONSES
