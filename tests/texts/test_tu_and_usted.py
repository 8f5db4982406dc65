"""Who says tú reads tú: the second set of Spanish texts, and when it is taken."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from bot.contact import samples, texts
from bot.contact.wording import with_words
from bot.dialogue import addressing
from bot.dialogue.state import State

SAYING_TU = {(name, channel): text for name, one in texts.shipped().items() for channel, text in one.tu.items()}
OF_USTED = re.compile(
    r"\b(usted|suy[oa]s?|disculpe|escriba (?:AGENTE|OTRA|SALTAR|ALTO|START|cuando|antes)|responda|dígame\w*|mándeme|llame|tómese|escríbame|conteste)\b"
    r"|\bsu (?!propia|recibo)\w+",
    re.IGNORECASE,
)
SENT_OUTSIDE_A_TURN = (
    "utter_reminders_", "utter_payments_autopay_", "utter_payments_bank_pending", "utter_payments_news",
    "utter_payments_failed", "utter_payments_taken_back", "utter_payments_refund", "utter_negotiation_news",
    "utter_negotiation_ended", "utter_handoff_takes_long", "utter_handoff_handed_back", "utter_handoff_left_to_me",
    "utter_contact_go_on_here", "utter_identity_code",
)  # fmt: skip
TO_STRANGERS = ("utter_contact_wrong_person", "utter_contact_automated", "utter_contact_no_group",
                "utter_contact_mini_miranda", "utter_contact_opt_out_notice")  # fmt: skip
SPEAKS_TO_THEM = re.compile(
    r"\b(usted|disculpe|escriba (?:AGENTE|OTRA|SALTAR|ALTO|START|cuando|antes)|responda|dígame\w*|mándeme|llame|prefiere|¿quiere|tómese|escríbame|¿le)\b"
    r"|\b(le|se lo) (mando|paso|escribo|ayudo|decía|puedo|escribirá|va a|llega|ayudaría)\b|(?<!que )\bpuede (pagar|seguir|pedir)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize(("name", "channel"), SAYING_TU)
def test_it_is_the_same_text_and_says_tu_throughout(name: str, channel: str) -> None:
    response, said = texts.shipped()[name], SAYING_TU[name, channel]
    usted = response.elsewhere[channel, "es"] if channel else response.texts["es"]
    assert set(texts.PLACEHOLDER.findall(said)) == set(texts.PLACEHOLDER.findall(usted))
    assert said != usted or not SPEAKS_TO_THEM.search(usted)
    assert not OF_USTED.search(said) or name.startswith("utter_safety_third_party")  # "su" is that of somebody else
    in_sms = samples.segments(samples.fill(said, "es"))
    assert channel or in_sms <= max(2, samples.segments(samples.fill(usted, "es")))


@pytest.mark.parametrize("name", sorted(texts.shipped()))
def test_a_text_that_speaks_to_them_is_written_for_both(name: str) -> None:
    response = texts.shipped()[name]
    if response.is_of_the_law or name.startswith(SENT_OUTSIDE_A_TURN + TO_STRANGERS):
        return
    slots = {"": response.texts.get("es", "")} | {
        ch: text for (ch, lang), text in response.elsewhere.items() if lang == "es"
    }
    for channel, text in slots.items():
        assert channel in response.tu or not SPEAKS_TO_THEM.search(text), f"{name} says usted only"


def test_another_wording_of_the_text_is_said_to_both() -> None:
    shipped = texts.shipped()["utter_dialogue_thanks"]
    assert with_words(shipped, {"en": "Any time."}).text("es", says_tu=True) == "De nada. Aquí estoy si necesitas algo."
    assert with_words(shipped, {"es": "Con gusto."}).text("es", says_tu=True) == "Con gusto."


def heard(text: str, *, says_tu: bool = False, chosen: bool = False, language: str = "es") -> State:
    state = State(says_tu=says_tu, address_chosen=chosen)
    turn = SimpleNamespace(
        state=state, message=SimpleNamespace(text=text), conversation=SimpleNamespace(language=language)
    )
    addressing.follow(turn)  # type: ignore[arg-type]
    return state


@pytest.mark.parametrize("text", [
    "oye me puedes mover la cuota", "échame la mano, no puedo", "dime cuánto falta", "te pago el viernes", "vos me decís cuando",
])  # fmt: skip
def test_who_says_tu_hears_it(text: str) -> None:
    assert heard(text).says_tu


@pytest.mark.parametrize(
    "text", ["mire joven, le puedo dar 25", "dígame usted cuánto", "disculpe, ¿me la pasa al lunes?"]
)
def test_who_says_usted_hears_that(text: str) -> None:
    assert not heard(text, says_tu=True).says_tu


@pytest.mark.parametrize("text", ["60 al mes", "si", "cuánto debo", "oiga, y te pago el lunes"])
def test_what_says_neither_or_both_changes_nothing(text: str) -> None:
    assert heard(text, says_tu=True).says_tu and not heard(text).says_tu


def test_a_wish_holds_for_good() -> None:
    state = heard("tutéame por favor, no me hable de usted")
    assert state.says_tu and state.address_chosen
    assert heard("dígame cuánto debo", says_tu=True, chosen=True).says_tu
    assert not heard("no me tutee", says_tu=True, chosen=True).says_tu


def test_english_says_nothing_of_it() -> None:
    assert not heard("te can you move it", language="en").says_tu
