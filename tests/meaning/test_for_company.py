"""Who writes for a company is told from who was laid off by one; its account number is found in whatever form."""

from __future__ import annotations

import pytest

from bot.dialogue.meaning.for_company import account_named, writes_for_company


@pytest.mark.parametrize("text", [
    "Hello, I am writing on behalf of our company, we got an invoice", "we're a small business and got a letter",
    "im the bookkeeper for Harbor Clinic", "hola, escribo de parte de una empresa", "es una cuenta de empresa",
])  # fmt: skip
def test_they_say_that_they_write_for_one(text: str) -> None:
    assert writes_for_company(text, is_asked=False)


@pytest.mark.parametrize("text", [
    "i lost my job at the company", "my company laid me off, i cant pay", "what company are you", "me corrieron de la empresa",
    "i work for a company that pays late", "i am writing for my husband", "is this a scam company",
])  # fmt: skip
def test_a_company_in_their_story_is_none_that_they_write_for(text: str) -> None:
    assert not writes_for_company(text, is_asked=True)


@pytest.mark.parametrize("text", ["COMPANY", "a company", "it's a business", "EMPRESA", "por una empresa"])
def test_the_bare_word_counts_where_we_ask_who_they_are(text: str) -> None:
    assert writes_for_company(text, is_asked=True) and not writes_for_company("company", is_asked=False)


@pytest.mark.parametrize(("text", "heard", "named"), [
    ("0765-KDISU", None, "0765-KDISU"), ("it's INV/2026/17.", "202617", "INV/2026/17"), ("es la 4711-22, gracias", None, "4711-22"),
    ("account AB 1234", "AB-1234", "AB-1234"), ("NW-1000", "NW-1000", "NW-1000"), ("we don't have it", None, None), ("no 12", None, None),
])  # fmt: skip
def test_the_account_number_that_they_name(text: str, heard: str | None, named: str | None) -> None:
    assert account_named(text, heard) == named
