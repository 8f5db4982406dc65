"""Every error number that Twilio, or the sandbox in its place, may give has an answer of ours and words for an agent."""

from __future__ import annotations

from bot.channels import twilio_errors
from bot.sandbox.twilio_api import MAGIC_REFUSALS
from bot.sandbox.twilio_objects import ERROR_TEXTS
from tests.examples import each

SANDBOX = {*ERROR_TEXTS, *(code for code, _ in MAGIC_REFUSALS.values())}


@each("code", sorted(SANDBOX | set(twilio_errors.table())))
def test_a_number_is_known_and_says_in_both_languages_what_happened(code: int) -> None:
    assert twilio_errors.does(code) in ("gone", "ours", "later", "opted_out")
    english, spanish = (twilio_errors.in_words(f"Twilio {code}", language) for language in ("en", "es"))
    assert english != spanish and english.endswith(f"(Twilio {code})")


def test_what_nobody_has_looked_at_is_shown_as_it_came() -> None:
    assert twilio_errors.in_words("Twilio 99999", "en") == "Twilio 99999"
    assert twilio_errors.in_words("cut off", "en") == "cut off"
    assert twilio_errors.does("") == twilio_errors.does(None) == twilio_errors.does("99999") == ""


def test_only_the_carriers_stop_takes_consent_back() -> None:
    assert [code for code in twilio_errors.table() if twilio_errors.does(code) == "opted_out"] == [21610]
