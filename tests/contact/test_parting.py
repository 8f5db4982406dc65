"""What a turn says as text messages: none over two SMS, nothing lost, no link parted, the law's words first of all."""

from __future__ import annotations

import re

import hypothesis
import pytest
from hypothesis import strategies as st

from bot.contact import parting, segments, texts
from bot.contact.model import Say
from bot.core import in_brief

LINK = "https://pay.northwind.example/p/kd4wVdkFaxgs6nnTZLvStw"
LAW = [Say("utter_contact_mini_miranda", texts.shipped()["utter_contact_mini_miranda"].texts["en"], tag="rights")]
words = st.sampled_from(["uno", "deuda,", "cuota", "según", "está.", "¿Cuál?", "$1,234.56", LINK, "a" * 30, "el\n", "más;", "año"])
texts_ = st.lists(words, min_size=1, max_size=90).map(" ".join)


def sms(group: list[Say]) -> int:
    return segments.count(segments.fitted("\n".join(one.text for one in group)))


def said(groups: list[list[Say]]) -> str:
    return " ".join(" ".join(one.text.split()) for group in groups for one in group)


@hypothesis.given(st.lists(texts_, min_size=1, max_size=5), st.booleans())
@hypothesis.settings(max_examples=150, deadline=None)
def test_no_message_is_over_two_sms_and_nothing_is_lost(given: list[str], with_law: bool) -> None:
    says, law = [Say(f"utter_x_{number}", text) for number, text in enumerate(given)], LAW if with_law else []
    groups = parting.messages(says, law)
    assert [sms(group) for group in groups if sms(group) > 2] == []
    told = [one for group in groups for one in group]
    assert " ".join(" ".join(one.text.split()) for one in told if one not in law) == said([says])
    assert said(groups).count(LINK) == said([says]).count(LINK)
    assert [one for one in told if one in law] == law


@hypothesis.given(st.lists(texts_, min_size=1, max_size=4))
@hypothesis.settings(max_examples=50, deadline=None)
def test_what_the_law_says_is_in_the_first_message(given: list[str]) -> None:
    first = parting.messages([Say("utter_x_y", text) for text in given], LAW)[0]
    assert LAW[0] in first


def test_what_fits_is_one_message_with_the_law_at_its_end() -> None:
    says = [Say("utter_x_y", "You owe $612.40."), Say("utter_x_z", "Which one?")]
    assert parting.messages(says, LAW) == [[*says, *LAW]]


def test_a_list_is_parted_between_its_lines_and_what_may_be_tapped_stands_under_the_last() -> None:
    line = "{n}) $1,234,567.89 every four weeks, 104 payments, $1,234,567.89 in all, and $100 is forgiven"
    text = "\n".join(["Your choices:", *(line.replace("{n}", str(n)) for n in (1, 2, 3, 4)), "Which one?"])
    groups = parting.messages([Say("utter_x_y", text, choices=("1", "2"))])
    assert [one.text.split("\n")[-1][:2] for group in groups for one in group] == ["3)", "Wh"]
    assert [one.choices for group in groups for one in group] == [(), ("1", "2")]


def test_a_link_that_has_no_room_has_a_message_of_its_own() -> None:
    agreed = Say("utter_x_y", "Done, it's set up: " + "$1,234.56 a month from Friday, December 4, " * 6)
    link = Say("utter_x_z", f"Your link for $1,234.56, good until Friday, December 11: {LINK}")
    assert parting.messages([agreed, link]) == [[agreed], [link]]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", [name for name, one in texts.shipped().items() if one.is_prescribed])
def test_the_words_that_a_state_prescribes_come_first_whole_and_are_parted_between_sentences(name: str, language: str) -> None:
    text = texts.shipped()[name].texts[language]
    state = Say(name, text, discloses=("time_barred",))
    groups = parting.messages([Say("utter_x_y", "That works: $60 a month. " * 11)], [state])
    told = [one.text for group in groups for one in group if one.response == name]
    assert " ".join(told) == text and max(sms(group) for group in groups) <= 2
    assert [one.response for group in groups for one in group] == [name] * len(told) + ["utter_x_y"]
    assert all(re.search(r"[.:;]$", one) for one in told), told


def test_a_person_is_not_parted_and_what_has_no_room_with_twilio_is() -> None:
    written = Say("utter_handoff_reply", "I looked at it with my colleague. " * 40)
    [alone] = parting.messages([written], [], as_written=True)
    assert alone == [written]
    assert parting.messages([written], LAW, as_written=True) == [LAW, [written]]
    state = Say("utter_law_time_barred_ny", texts.shipped()["utter_law_time_barred_ny"].texts["en"])
    groups = parting.messages([Say("utter_x_y", "That works.")], [state], parting.whatsapp)
    assert len(groups) == 3 and all(len("\n".join(one.text for one in group)) <= parting.LONGEST for group in groups)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("João’s Açaí", "Joao's Acai"), ("el niño comió", "el niño comio"), ("cre\u0301dito", "crédito"), ("日本", "日本"),
    ],
)  # fmt: skip
def test_letters_of_a_name_that_would_halve_the_room_go_plain_where_there_is_none(text: str, bare: str) -> None:
    long = f"{text} " + "a" * 270
    assert segments.fitted(long) == f"{bare} " + "a" * 270
    assert segments.fitted(text) == text


@pytest.mark.parametrize(
    ("name", "most", "said"),
    [
        ("Northwind Energy", 40, "Northwind Energy"),
        ("Portfolio Recovery Associates of North America, LLC", 46, "Portfolio Recovery Associates of North America"),
        ("Portfolio Recovery and Asset Management Holdings", 24, "Portfolio Recovery"),
        ("Compañía Metropolitana de Electricidad", 18, "Compañía Metropol."),
        ("A" * 80, 40, "A" * 39 + "."),
        ("Bank of America, N.A.", 18, "Bank of America"),
    ],
)
def test_a_long_name_is_said_in_brief(name: str, most: int, said: str) -> None:
    assert in_brief(name, most) == said and not re.search(r"[ ,;:&(]$", said)
