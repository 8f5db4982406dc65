from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import Clock, Problems, Settings

LIVE = {
    "TWILIO_ACCOUNT_SID": "AC1",
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_SMS_FROM": "+12025550123",
    "PARLEY_SECRET_KEY": "k" * 40,
    "PARLEY_PUBLIC_URL": "https://parley.example",
}


def wrong(environ: dict[str, str]) -> list[str]:
    with pytest.raises(Problems) as caught:
        Settings.load(environ)
    return [problem.where for problem in caught.value.problems]


def test_without_any_setting_everything_is_the_sandbox() -> None:
    settings = Settings.load({})
    assert not settings.is_live
    assert settings.twilio.api_base == settings.sandbox_url
    assert settings.collection_role == "first_party"


def test_a_full_live_set_is_taken() -> None:
    assert Settings.load(LIVE).is_live


def test_all_that_is_wrong_is_said_at_once() -> None:
    environ = {
        "TWILIO_ACCOUNT_SID": "AC1",
        "STRIPE_API_KEY": "sk_live_1",
        "PARLEY_COLLECTION_ROLE": "both",
        "PARLEY_CLOCK": "tomorrow",
    }
    assert wrong(environ) == [
        "PARLEY_COLLECTION_ROLE",
        "PARLEY_CLOCK",
        "TWILIO_AUTH_TOKEN",
        "TWILIO_SMS_FROM",
        "STRIPE_WEBHOOK_SECRET",
        "PARLEY_SECRET_KEY",
        "PARLEY_PUBLIC_URL",
    ]


@pytest.mark.parametrize("secret", ["", "short", "demo-only-secret-that-no-live-start-accepts"])
def test_a_live_start_with_a_weak_secret_is_refused(secret: str) -> None:
    assert wrong({**LIVE, "PARLEY_SECRET_KEY": secret}) == ["PARLEY_SECRET_KEY"]


def test_third_party_collection_by_sms_needs_a_recorded_approval() -> None:
    third = {**LIVE, "PARLEY_COLLECTION_ROLE": "third_party"}
    assert wrong(third) == ["PARLEY_COLLECTION_APPROVAL"]
    assert Settings.load({**third, "PARLEY_COLLECTION_APPROVAL": "TW-2026-17"}).collection_role == "third_party"


def test_a_clock_can_be_shifted_or_fixed() -> None:
    assert Clock.parse("+30d").shift == timedelta(days=30)
    assert Clock.parse("2026-11-18T10:00:00-05:00").now().hour == 15
    with pytest.raises(ValueError, match="offset"):
        Clock.parse("2026-11-18T10:00:00")
