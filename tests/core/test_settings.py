from __future__ import annotations

from datetime import timedelta

import pytest

from bot.core import Clock, Problems, Settings
from tests.examples import each

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


@each("secret", ["", "short", "demo-only-secret-that-no-live-start-accepts"])
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


def test_proxies_that_we_trust_are_addresses_and_networks() -> None:
    assert Settings.load({"PARLEY_TRUSTED_PROXIES": "10.0.0.0/8, 192.0.2.7,"}).trusted_proxies == (
        "10.0.0.0/8",
        "192.0.2.7",
    )
    assert Settings.load({}).trusted_proxies == ()
    assert wrong({"PARLEY_TRUSTED_PROXIES": "10.0.0.0/8, my-proxy, 300.1.1.1"}) == ["PARLEY_TRUSTED_PROXIES"] * 2


TELEGRAM = {
    **LIVE, "TELEGRAM_BOT_TOKEN": "123456:AbC-dEf_9", "TELEGRAM_SECRET_TOKEN": "a-secret-of-our-own",
}  # fmt: skip


def test_telegram_with_keys_is_live_and_without_them_the_sandbox() -> None:
    assert Settings.load(LIVE).telegram.api_base == Settings.load({}).sandbox_url
    live = Settings.load(TELEGRAM)
    assert live.telegram.api_base is None and live.telegram.bot_token == "123456:AbC-dEf_9"
    alone = {name: value for name, value in TELEGRAM.items() if not name.startswith("TWILIO")}
    assert Settings.load(alone).is_live


@each(
    ("changed", "named"),
    [
        ({"TELEGRAM_BOT_TOKEN": ""}, "TELEGRAM_BOT_TOKEN"), ({"TELEGRAM_BOT_TOKEN": "abc"}, "TELEGRAM_BOT_TOKEN"),
        ({"TELEGRAM_SECRET_TOKEN": ""}, "TELEGRAM_SECRET_TOKEN"),
        ({"TELEGRAM_SECRET_TOKEN": "too short"}, "TELEGRAM_SECRET_TOKEN"),
        ({"TELEGRAM_SECRET_TOKEN": "a secret with spaces"}, "TELEGRAM_SECRET_TOKEN"),
    ],
)  # fmt: skip
def test_a_half_set_telegram_is_said(changed: dict[str, str], named: str) -> None:
    assert wrong({**TELEGRAM, **changed}) == [named]


def test_templates_of_whatsapp_are_responses_with_a_language_and_a_content_sid() -> None:
    name, sid = "TWILIO_WHATSAPP_TEMPLATES", "HX" + "0a" * 16
    assert Settings.load({name: f"utter_x.en={sid}, utter_x.es={sid},"}).twilio.templates == {
        "utter_x.en": sid, "utter_x.es": sid,
    }  # fmt: skip
    assert wrong({name: f"utter_x={sid},utter_x.fr={sid},utter_x.en=HX1,x"}) == [name] * 4


@each("text", ["", "-1", "8003.5", "eight", "100000", "\u0663"])
@each("name", ["PARLEY_WEB_HEALTH_PORT", "PARLEY_LEAST_FREE_MB"])
def test_a_number_that_is_none_is_said(name: str, text: str) -> None:
    assert wrong({name: text}) == [name]


@each("text", ["+99999999999d", "-99999999d", "+9999999d"])
def test_a_clock_that_leaves_the_calendar_is_said(text: str) -> None:
    assert wrong({"PARLEY_CLOCK": text}) == ["PARLEY_CLOCK"]


@each(("url", "folder"), [("sqlite:///var/parley.db", "var"), ("sqlite:////data/p.db", "/data"),
                                             ("postgresql://db/parley", "var")])  # fmt: skip
def test_what_we_write_lies_beside_an_sqlite_database(url: str, folder: str) -> None:
    assert str(Settings.load({"PARLEY_DATABASE_URL": url}).data_folder) == folder
