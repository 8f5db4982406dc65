"""How a message is spelt out before anything understands it."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timezone

import pytest

from bot.dialogue.meaning.scene_json import scene_of
from bot.dialogue.nlu import reading
from bot.dialogue.nlu.clauses import clauses
from bot.dialogue.nlu.context import is_no, is_yes, says_only_when
from bot.dialogue.nlu.examples import Example
from bot.dialogue.nlu.glossary import glossary, spoken
from bot.dialogue.nlu.language import Languages
from bot.dialogue.nlu.listening import proofs_in
from bot.dialogue.nlu.matters import Heard, matters
from bot.dialogue.nlu.mentions import mentions
from bot.dialogue.nlu.noise import noised
from bot.dialogue.nlu.phrases import SafetyPhrases
from bot.dialogue.nlu.spelling import Spelling
from bot.dialogue.nlu.wording import fold, shape, tokens
from tests.examples import each


@pytest.fixture(scope="module")
def spelling(examples: list[Example]) -> Spelling:
    return Spelling.learn((one.text, one.language) for one in examples)


@pytest.fixture(scope="module")
def languages(examples: list[Example]) -> Languages:
    return Languages.learn((one.text, one.language) for one in examples)


def test_accents_case_and_apostrophes_do_not_count() -> None:
    assert fold("No PUEDO, mañana") == "no puedo, manana"
    assert fold("can’t") == fold("can't") == "cant"


def test_long_letters_shrink_but_figures_do_not() -> None:
    assert fold("noooooo $1000") == "noo $1000"


def test_emoji_and_bare_signs_are_words_too() -> None:
    assert tokens(fold("👍 ?")) == ["👍", "?"]
    assert spoken("👍 ?") == "yes ?"


def test_figures_are_known_by_their_shape() -> None:
    assert shape("40") == shape("75") != shape("400")
    assert shape("12/15") == "0/0"


@each(
    ("text", "language", "repaired"),
    [
        ("i cant pya this mnth", "en", "i cant pay this month"),
        ("u r harrassing me", "en", "you are harassing me"),
        ("no tnego dinreo hoy", "es", "no tengo dinero hoy"),
        ("kiero pagar xq debo", "es", "quiero pagar porque debo"),
    ],
)
def test_slips_and_short_forms_are_repaired(spelling: Spelling, text: str, language: str, repaired: str) -> None:
    assert spelling.repaired(text, language) == repaired  # type: ignore[arg-type]


@each(
    ("text", "is_nonsense"),
    [
        ("lbxcq gcmgpbq", True),
        ("xqzt", True),
        ("vx v an s dnhpqagi", True),
        ("yse", False),
        ("7 7 7", False),
        ("🦆", False),
        ("paymnt", False),
        ("tengo kro", False),
    ],
)
def test_letters_that_make_no_word_are_told_from_slips(spelling: Spelling, text: str, is_nonsense: bool) -> None:
    assert spelling.knows_none(text, "en") is is_nonsense


def test_spanish_is_not_corrected_to_english(spelling: Spelling) -> None:
    said = "mi esposa perdio su empleo y no podemos con la mensualidad"
    assert spelling.repaired(said, "es") == said


def test_known_words_are_left_alone(spelling: Spelling, examples: list[Example]) -> None:
    text = "i would like to pay forty dollars every other friday"
    assert spelling.repaired(text, "en") == text


@each(
    ("spanish", "english"),
    [("perdi mi trabajo", "lost job"), ("seguro social", "social security"), ("cuanto debo", "how much do i owe")],
)
def test_spanish_is_put_into_english_word_by_word(spanish: str, english: str) -> None:
    assert glossary().english(spanish) == english


def test_noise_is_repeatable_and_spoils_something() -> None:
    text = "I cannot pay this because I lost my job last month"
    assert noised(text, "en", random.Random(1)) == noised(text, "en", random.Random(1)) != text


@each(
    ("text", "language"),
    [("no puedo pagar", "es"), ("I cannot pay", "en"), ("ya pagué", "es"), ("who is this", "en"), ("¿quién es?", "es")],
)
def test_short_texts_have_a_language(languages: Languages, text: str, language: str) -> None:
    assert languages.heard(text)[0] == language


def test_nothing_to_go_by_is_unsure_english(languages: Languages) -> None:
    assert languages.heard("😂 40") == ("en", 0.5)


@each(
    ("text", "pieces"),
    [
        ("lost my job, can u do 20 a month", ["lost my job", "can u do 20 a month"]),
        ("ya pagué y tengo el recibo", ["ya pagué", "tengo el recibo"]),
        ("stop. please", ["stop. please"]),
        ("wrong one\nit is the clinic i dispute", ["wrong one", "it is the clinic i dispute"]),
        ("got your text.\n\nwho is this", ["got your text.", "who is this"]),
        ("40", ["40"]),
    ],
)
def test_a_message_falls_into_clauses(text: str, pieces: list[str]) -> None:
    assert [piece.text for piece in clauses(text)] == pieces


@each("text", ["ok deal", "sounds good", "va", "sale", "works for me", "👍🏽", "sí, claro", "yes!!"])
def test_these_are_yes(text: str) -> None:
    assert is_yes(text)
    assert not is_no(text)


@each("text", ["nah", "mejor no", "no thanks", "no gracias", "N", "👎"])
def test_these_are_no(text: str) -> None:
    assert is_no(text)
    assert not is_yes(text)


@each("text", ["no the 15th", "yes but 30", "please", "gracias", "", "ok stop"])
def test_these_are_neither(text: str) -> None:
    assert not is_yes(text)
    assert not is_no(text)


@each(
    ("text", "entity", "value"),
    [
        ("option 2", "option", 2),
        ("the second one", "option", 2),
        ("2", "option", 2),
        ("la segunda", "option", 2),
        ("#1", "option", 1),
        ("the last one", "option", -1),
        ("spanish please", "language", "es"),
        ("text me on whatsapp", "channel", "whatsapp"),
        ("card ending in 4417", "last4", "4417"),
        ("its NW-1000", "reference", "NW-1000"),
        ("me quedé sin trabajo", "hardship_reason", "job_loss"),
        ("my dad passed away", "hardship_reason", "bereavement"),
        ("my number is 555 010 0188", "phone", "+15550100188"),
        ("ana@x.example.com", "email", "ana@x.example.com"),
        ("me llamo Ana Ruiz", "name", "Ana Ruiz"),
    ],
)
def test_small_things_are_mentioned(text: str, entity: str, value: object) -> None:
    assert (entity, value) in [(one["entity"], one["value"]) for one in mentions(text)]


@each(
    ("text", "phone"),
    [
        ("its 512-555-0147, no reference. born 3 may 1991, zip 78741", "+15125550147"),
        ("5125550147, nací el 3 de mayo de 1991 y mi codigo es 78741", "+15125550147"),
        ("5/3/1991 78741", None),
        ("05 03 1991 78741", None),
    ],
)
def test_a_telephone_number_beside_a_birth_date_and_a_zip_code_is_heard(text: str, phone: str | None) -> None:
    scene = scene_of({"asked": "identity", "verified": False}, now=datetime.fromisoformat("2026-11-23T10:00:00-06:00"))
    proofs = proofs_in(text, scene)
    assert (proofs.phone, proofs.postcode) == (phone, "78741")


@each("text", ["pay 2 dollars", "es el 2 de mayo", "I'll pay", "40 a month", "last 4 are 4417"])
def test_other_numbers_are_no_option(text: str) -> None:
    assert "option" not in {one["entity"] for one in mentions(text)}
    assert "reference" not in {one["entity"] for one in mentions(text)}


def test_a_figure_of_speech_is_cut_out_before_phrases_are_looked_for() -> None:
    table = {
        "crisis": {"en": [r"\bkill(ing)? me\b"], "not": [r"\bbills? (is|are) killing me\b"], "check": [r"\bend it\b"]}
    }
    phrases = SafetyPhrases(table)
    assert phrases.caught("these bills are killing me") == []
    assert phrases.caught("Kill me")[0].by == "phrase:crisis:0"
    assert phrases.caught("i want to end it")[0].needs_check


def test_a_doubtful_piece_that_the_whole_does_not_support_is_not_heard() -> None:
    whole = Heard("propose_terms", 0.99, 0, 40)
    piece = Heard("opt_in", 0.89, 20, 40, support=0.0)
    assert matters(whole, [piece], [], sure=0.7) == [whole]
    assert matters(whole, [replace(piece, confidence=0.91)], [], sure=0.7) != [whole]


def test_a_sure_piece_has_its_place_unless_only_the_whole_can_tell_whom_it_is_about() -> None:
    whole = Heard("cannot_pay", 0.99, 0, 40)
    for intent, order in (("hardship", ["hardship", "cannot_pay"]), ("deceased", ["cannot_pay", "deceased"])):
        heard = matters(whole, [Heard(intent, 0.995, 20, 40, support=0.0)], [], sure=0.7)
        assert [one.intent for one in heard] == order


def test_a_message_that_is_none_of_our_business_has_no_pieces_but_those_of_safety() -> None:
    for confidence, intent, heard in (
        (0.9, "request_settlement", ["out_of_scope"]),
        (0.4, "request_settlement", ["request_settlement"]),
        (0.9, "bankruptcy", ["bankruptcy"]),
    ):
        whole = Heard("out_of_scope", confidence, 0, 60)
        told = matters(whole, [Heard(intent, 0.999, 20, 60, support=0.001)], [], sure=0.7)
        assert [one.intent for one in told] == heard


def test_the_most_pressing_matter_comes_first() -> None:
    whole = Heard("propose_terms", 0.6, 0, 60)
    pieces = [Heard("propose_terms", 0.9, 0, 20, 0.6), Heard("hardship", 0.9, 22, 60, 0.3)]
    assert [one.intent for one in matters(whole, pieces, [], sure=0.7)] == ["hardship", "propose_terms"]


def test_what_a_phrase_caught_comes_before_all() -> None:
    whole = Heard("hardship", 0.9, 0, 60)
    assert [one.intent for one in matters(whole, [], ["opt_out"], sure=0.7)] == ["opt_out", "hardship"]


def test_a_greeting_is_not_a_matter_beside_a_question() -> None:
    whole = Heard("ask_balance", 0.9, 0, 30)
    pieces = [Heard("greet", 0.99, 0, 5, 0.1), Heard("ask_balance", 0.95, 6, 30, 0.9)]
    assert [one.intent for one in matters(whole, pieces, [], sure=0.7)] == ["ask_balance"]


@each(
    ("text", "language", "only_when"),
    [
        ("when my check clears", "en", True),
        ("idk, when i get paid", "en", True),
        ("prob tax time", "en", True),
        ("cuando me paguen", "es", True),
        ("pues yo creo cuando me paguen", "es", True),
        ("when do i get paid?", "en", False),
        ("my boss said i get paid soon but my car broke", "en", False),
        ("when is my next payment", "en", False),
    ],
)
def test_a_day_that_depends_on_something_is_all_that_was_said(text: str, language: str, only_when: bool) -> None:
    now = datetime(2026, 11, 18, 15, tzinfo=timezone.utc)
    assert says_only_when(text, reading.read(text, now, language, None).vague) is only_when
