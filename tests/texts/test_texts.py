"""Every text that a debtor may read: in both languages, neutral before we know who reads, plain, short, and used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from bot import contact
from bot.contact import samples as worst
from bot.contact.reading_level import fernandez_huerta, grade, plain, sentences
from bot.contact.text_rules import BORROWING, OF_TELEPHONES, PRIVATE, PRIVATE_VALUES, THREATS
from bot.contact.texts import PLACEHOLDER, SHORT
from tests.examples import each

ROOT = Path(__file__).parents[2]
RESPONSES = contact.texts.load()
LANGUAGES = ("en", "es")
BOTH = [(name, language) for name in RESPONSES for language in LANGUAGES]
OURS = [name for name in RESPONSES if not RESPONSES[name].is_prescribed]
"""A state's own words are as long and as loud as it has them."""
OURS_IN_BOTH = [(name, language) for name in OURS for language in LANGUAGES]
ANYONE = [(name, language) for name, language in BOTH if RESPONSES[name].audience == "anyone"]

SAID_BY_THEM = {
    "utter_safety_crisis": "the bill, la cuenta: they spoke of it",
    "utter_safety_crisis_alone": "the bill, la cuenta: they spoke of it",
    "utter_dialogue_scam": "your bill: how to check a company's number; true of every customer",
    "utter_payments_problem": "asked by somebody who tried to pay",
    "utter_payments_news": "asked by somebody who paid",
    "utter_accounts_fees": "asked by somebody about interest or fees, and true of everybody",
    "utter_negotiation_if_missed": "asked by somebody who would miss one, and true of everybody",
}
"""Reviewed exceptions, with the reason."""
SAYS_NO_JAIL = "utter_questions_jail"
OPTS_OUT = ("utter_contact_opted_out", "utter_contact_opted_out_chat")


def filled(name: str, language: str) -> str:
    return worst.filled(RESPONSES[name], language)


@each("name", RESPONSES)
def test_a_response_stands_in_both_languages_with_the_same_values(name: str) -> None:
    texts = RESPONSES[name].texts
    assert set(texts) == set(LANGUAGES)
    english, spanish = (sorted(set(PLACEHOLDER.findall(texts[language]))) for language in LANGUAGES)
    assert english == spanish


@each(("name", "language"), ANYONE)
def test_a_text_for_anyone_tells_nothing_about_a_debt(name: str, language: str) -> None:
    text = RESPONSES[name].texts[language]
    assert not set(PLACEHOLDER.findall(text)) & PRIVATE_VALUES
    found = re.findall(PRIVATE[language], text, re.IGNORECASE)
    assert not found or name in SAID_BY_THEM


@each(("name", "language"), OURS_IN_BOTH)
def test_a_text_fits_into_two_sms(name: str, language: str) -> None:
    """A list of accounts with four of the longest names too."""
    text = filled(name, language)
    assert worst.segments(text) <= 2, (worst.segments(text), len(text), text)


@each(("name", "language"), [
    (name, language) for language in LANGUAGES
    for name in ("read_back", "agreed", "still_stands", "where_we_were", "from_person")
])  # fmt: skip
def test_a_plan_with_a_time_left_out_fits_into_two_sms(name: str, language: str) -> None:
    """With the longest sums, days, rhythm and name of an account."""
    day = contact.texts.Bare(2027, 9, 22)
    out = worst.phrase("utter_negotiation_terms_left_out", language, first=day, until=day, next_date=day)
    values = worst.values(language)
    plan = worst.phrase("utter_negotiation_terms_plan", language, **{
        one: values[one] for one in ("amount", "every", "date", "count", "last", "last_date")
    })  # fmt: skip
    terms = worst.phrase("utter_negotiation_terms_of", language, terms=plan + out, client="Oak View Homes at a Park")
    text = worst.phrase(f"utter_negotiation_{name}", language, terms=terms)
    assert "September 22 " in text or "22 de septiembre," in text, "no weekday there"
    assert worst.segments(text) <= 2, (len(text), text)


@each(("name", "language"), OURS_IN_BOTH)
def test_a_text_has_no_threat_no_hint_to_borrow_and_no_shouting(name: str, language: str) -> None:
    text = RESPONSES[name].texts[language]
    if name == SAYS_NO_JAIL:  # whoever asks whether they go to jail hears that they do not
        assert text.startswith("No. ") and RESPONSES[name].tag == "rights"
    else:
        assert not re.search(THREATS, text, re.IGNORECASE)
    assert not re.search(BORROWING, text, re.IGNORECASE)
    assert "!" not in text and "¡" not in text


@each("name", OURS)
def test_english_reads_at_grade_eight_or_below(name: str) -> None:
    text = plain(filled(name, "en"))
    if len(text.split()) >= 6:
        assert grade(text) <= 8, (grade(text), text)


@each("name", OURS)
def test_spanish_reads_easily(name: str) -> None:
    """Fernández Huerta: 60 and above is plain to most people."""
    text = plain(filled(name, "es"))
    if len(text.split()) >= 6:
        assert fernandez_huerta(text) >= 60, (fernandez_huerta(text), text)


@each(("name", "language"), OURS_IN_BOTH)
def test_no_sentence_is_long(name: str, language: str) -> None:
    text = RESPONSES[name].texts[language]
    longest = max(sentences(PLACEHOLDER.sub("x", text)), key=lambda one: len(one.split()))
    assert len(longest.split()) <= 22, longest


def test_the_confirmation_of_an_opt_out_says_nothing_else() -> None:
    """12 CFR 1006.14(h)(2)(i)."""
    for name in OPTS_OUT:
        assert RESPONSES[name].tag == "opt_out"
        for language in LANGUAGES:
            text = filled(name, language)
            assert not re.search(r"\$|\d|http|link|enlace|offer|oferta|[?¿]", text)
            assert worst.segments(text) == 1 or language == "es"


NEVER_ON_A_PAGE = {
    "utter_contact_opted_out": "a page has utter_contact_opted_out_chat",
    "utter_contact_wrong_person": "a page has utter_contact_wrong_person_chat",
    "utter_contact_opt_out_notice": "the law asks for it on other channels only",
    "utter_handoff_answered_mail": "it goes by e-mail only",
    "utter_handoff_answered_visitor": "it goes by e-mail only",
}
"""Reviewed, with the reason."""


@each(("name", "language"), BOTH)
def test_a_page_speaks_the_words_of_a_page(name: str, language: str) -> None:
    """Nobody replies STOP there, and there is no number."""
    if name not in NEVER_ON_A_PAGE:
        assert not re.search(OF_TELEPHONES, RESPONSES[name].text(language, "web"))


@each("name", [name for name, response in RESPONSES.items() if response.elsewhere])
def test_the_words_of_a_page_hold_what_the_others_hold(name: str) -> None:
    response = RESPONSES[name]
    for (channel, language), text in response.elsewhere.items():
        assert channel in ("web", "telegram", "whatsapp", SHORT) and language in LANGUAGES
        assert set(PLACEHOLDER.findall(text)) <= set(PLACEHOLDER.findall(response.texts[language]))
        if response.audience == "anyone" and name not in SAID_BY_THEM:
            assert not re.findall(PRIVATE[language], text, re.IGNORECASE)
        assert "!" not in text and max(len(one.split()) for one in sentences(PLACEHOLDER.sub("x", text))) <= 20


def test_every_response_that_is_named_exists() -> None:
    assert sorted(set(named_in_code()) - set(RESPONSES)) == []


def test_every_response_is_used() -> None:
    used = set(named_in_code()) | set(made_from_values())
    used |= {response.otherwise for response in RESPONSES.values() if response.otherwise}
    used |= {rule.params["response"] for rule in contact.law.load() if "response" in rule.params}
    used |= set(re.findall(r"response: (utter_\w+)", (ROOT / "bot/handoff/canned.yml").read_text(encoding="utf-8")))
    assert sorted(set(RESPONSES) - used) == []


def named_in_code() -> Iterator[str]:
    for folder in ("actions", "bot"):
        for path in (ROOT / folder).rglob("*.py"):
            found = re.findall(r"[\"'](utter_(?!action)[a-z_0-9]+[a-z0-9])[\"']", path.read_text(encoding="utf-8"))
            yield from (name for name in found if name.count("_") > 1)  # a room's beginning alone is no name


def made_from_values() -> Iterator[str]:
    """Names that the code puts together from an enumeration."""
    beginnings = {
        match
        for folder in ("actions", "bot")
        for path in (ROOT / folder).rglob("*.py")
        for match in re.findall(r"f[\"'](utter_[a-z_]+_)\{", path.read_text(encoding="utf-8"))
    }
    yield from (name for name in RESPONSES if any(name.startswith(beginning) for beginning in beginnings))


def test_every_reason_and_rhythm_of_a_negotiation_has_its_words() -> None:
    from bot.negotiation import Frequency, Kind, Reason

    wanted = {f"utter_negotiation_reason_{reason.value}" for reason in Reason}
    wanted |= {f"utter_negotiation_every_{pace.value}" for pace in Frequency}
    wanted |= {
        f"utter_negotiation_terms_{kind.value}" for kind in (Kind.PAUSE, Kind.PROMISE, Kind.TOKEN, Kind.SETTLEMENT)
    }
    assert sorted(wanted - set(RESPONSES)) == []


def test_every_product_of_the_demo_has_a_name() -> None:
    import csv

    with (ROOT / "data" / "demo" / "debts.csv").open(encoding="utf-8") as file:
        products = {row["product"] for row in csv.DictReader(file)}
    assert (
        sorted(
            f"utter_accounts_product_{product}"
            for product in products
            if f"utter_accounts_product_{product}" not in RESPONSES
        )
        == []
    )


def test_every_doubt_about_safety_or_law_can_be_asked_about() -> None:
    table = yaml.safe_load((ROOT / "data" / "phrases" / "safety.yml").read_text(encoding="utf-8"))
    doubtful = {intent for intent, lists in table.items() if lists.get("check")}
    asked_otherwise = {"crisis", "abuse_or_coercion", "opt_out", "cease_contact"}
    assert (
        sorted(
            f"utter_safety_about_{i}" for i in doubtful - asked_otherwise if f"utter_safety_about_{i}" not in RESPONSES
        )
        == []
    )


def test_every_intent_has_a_rule_and_every_action_a_class() -> None:
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    rules = [rule for path in sorted((ROOT / "data" / "rules").glob("*.yml"))
             for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]]  # fmt: skip
    ruled = {rule["steps"][0]["intent"] for rule in rules}
    assert set(domain["intents"]) == ruled
    assert {rule["steps"][1]["action"] for rule in rules} <= set(domain["actions"])


@each(
    ("text", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("ñ" * 160, 1),
        ("á" * 70, 1),
        ("á" * 71, 2),
        ("á" * 135, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
    ],
)
def test_segments_are_counted_as_carriers_do(text: str, parts: int) -> None:
    assert contact.segments.count(text) == parts


def test_accents_stay_where_there_is_room_and_go_where_they_cost_a_third_sms() -> None:
    fits, long = "¿Le muestro sus opciones? Sí o no. ñ", "Está así: año, pingüino, según. " * 5
    assert contact.segments.fitted(fits) == fits
    assert contact.segments.count(long) == 3 and contact.segments.count(contact.segments.fitted(long)) == 1
    assert contact.segments.fitted(long).startswith("Esta asi: año, pingüino, segun.")


@each("name", RESPONSES)
def test_no_placeholder_has_a_name_that_rasa_takes_for_itself(name: str) -> None:
    taken = {"text", "image", "attachment", "buttons", "elements", "template", "response", "json_message", "custom"}
    assert not taken & set(PLACEHOLDER.findall(RESPONSES[name].texts["en"]))
