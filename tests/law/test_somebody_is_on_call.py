"""Whoever is in danger is told that a person was reached only where somebody can be, and that somebody is reached."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot import core, on_call, pager
from bot.core import Problems, Settings
from bot.core.on_call import Smtp
from bot.on_call import Unreached
from tests.law.kit import World
from tests.law.mail_server import PASSWORD, USER, mail_server
from tests.sandbox.sandbox_kit import ACCOUNT, ANA, SMS_FROM, TOKEN, Receiver, sandbox

WEBHOOK = "https://pager.example/parley"


def live(world: World, webhook: str) -> None:
    settings = world.chat.settings
    world.chat.settings = replace(
        settings, pager=(webhook,) if webhook else (), twilio=replace(settings.twilio, api_base=None)
    )


@pytest.mark.parametrize(("webhook", "said"), [(WEBHOOK, "utter_safety_crisis"), ("", "utter_safety_crisis_alone")])
def test_a_person_is_promised_in_a_crisis_only_where_somebody_is_on_call(webhook: str, said: str) -> None:
    world = World()
    live(world, webhook)
    assert world.says("crisis")[0] == said
    assert world.holds() == {"crisis"}


def test_a_case_that_cannot_wait_is_paged_once_and_again_when_nobody_took_it() -> None:
    world = World()
    live(world, WEBHOOK)
    world.says("crisis")
    heard: list[Mapping[str, Any]] = []

    def deaf(url: str, told: Mapping[str, Any]) -> None:
        raise Unreached("nobody there")

    settings = world.chat.settings
    with pytest.raises(Unreached, match="1 cases"):
        pager.page(world.database, settings, deaf)
    assert pager.page(world.database, settings, lambda url, told: heard.append(told)) == 1
    assert pager.page(world.database, settings, lambda url, told: heard.append(told)) == 0
    (told,) = heard
    assert told["reason"] == "crisis" and set(told) == {"case", "reason", "answer_by", "url"}


def test_what_can_wait_for_the_desk_pages_nobody() -> None:
    world = World()
    live(world, WEBHOOK)
    world.says("complaint")
    assert pager.page(world.database, world.chat.settings, lambda url, told: None) == 0


def test_the_doctor_tries_the_pager() -> None:
    none, some = Settings.load({}), Settings.load({"PARLEY_PAGER": WEBHOOK})
    assert "PARLEY_PAGER" in str(pager.tried(none))
    assert pager.tried(some, lambda url, told: None) is None


def test_a_live_pager_is_reached_safely() -> None:
    environ = {"STRIPE_API_KEY": "sk_live", "STRIPE_WEBHOOK_SECRET": "whsec", "PARLEY_SECRET_KEY": "k" * 40,
               "PARLEY_PUBLIC_URL": "https://parley.example", "PARLEY_PAGER": "http://pager.example"}  # fmt: skip
    with pytest.raises(Problems, match="PARLEY_PAGER"):
        Settings.load(environ)


CASE = {
    "case": "cas_1",
    "reason": "crisis",
    "answer_by": "2026-11-18T15:02:00+00:00",
    "url": "https://parley.example/d/1",
}


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For localhost, signed by itself; the file holds its key too."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(timezone.utc)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    signed = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path_factory.mktemp("mail") / "localhost.pem"
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(pem + signed.public_bytes(serialization.Encoding.PEM))
    return file


def smtp(port: int, *, starttls: bool, password: str = PASSWORD) -> Smtp:
    return Smtp("localhost", port, USER, password, not starttls, "parley@northwind.example")


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


@pytest.mark.parametrize("starttls", [True, False])
def test_a_letter_reaches_whoever_is_on_call_and_holds_nothing_of_the_debtor(
    certificate: Path, starttls: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.on_call, "LOOPBACK", ())  # as a server elsewhere is spoken to
    with mail_server(certificate, starttls=starttls) as server:
        on_call.Mail(smtp(server.port, starttls=starttls), trusting(certificate))(
            "mailto:on.call@northwind.example", CASE
        )
    (letter,) = server.letters
    assert server.to == ["on.call@northwind.example"] and letter["Subject"] == "Parley: crisis, now"
    assert letter.get_content().strip() == "Parley: crisis, now. Answer by 15:02 UTC. https://parley.example/d/1"


def test_a_letter_that_no_server_takes_is_not_counted_as_told(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(core.on_call, "LOOPBACK", ())
    with mail_server(certificate, starttls=True) as server:
        right, trust = smtp(server.port, starttls=True), trusting(certificate)
        with pytest.raises(Unreached, match="535"):
            on_call.Mail(smtp(server.port, starttls=True, password="no"), trust)("mailto:a@northwind.example", CASE)
        with pytest.raises(Unreached, match="Refused"):
            on_call.Mail(right, trust)("mailto:nobody@northwind.example", CASE)
        with pytest.raises(Unreached, match="SSL"):
            on_call.Mail(right)("mailto:a@northwind.example", CASE)  # a certificate that nobody vouches for
    with pytest.raises(Unreached, match="Refused"):
        on_call.Mail(right, trust)("mailto:a@northwind.example", CASE)  # and nobody there at all
    assert server.letters == []


def test_a_text_reaches_the_phone_on_call_and_the_doctor_says_which_way_is_deaf(tmp_path: Path) -> None:
    nobody = "+15005550001"  # what Twilio calls no number
    with sandbox(tmp_path / "sandbox.sqlite", Receiver(url="http://127.0.0.1:9")) as box:
        settings = Settings.load({"PARLEY_PAGER": f"sms:{ANA}, sms:{nobody}"})
        keys = replace(settings.twilio, account_sid=ACCOUNT, auth_token=TOKEN, sms_from=SMS_FROM, api_base=box.url)
        settings = replace(settings, twilio=keys)
        assert on_call.ring(settings, CASE)
        assert box.phone()[0]["text"] == "Parley: crisis, now. Answer by 15:02 UTC. https://parley.example/d/1"
        assert pager.tried(settings) == f"PARLEY_PAGER: sms:{nobody} does not answer (Twilio 21211)"
        assert "this is a test" in box.phone()[-1]["text"]
    assert not on_call.ring(settings, CASE), "the provider is away"


def test_one_way_that_works_is_enough_and_the_others_are_tried() -> None:
    settings = Settings.load({"PARLEY_PAGER": f"{WEBHOOK}, sms:+14045550100"})
    heard: list[str] = []

    def only_texts(address: str, told: Mapping[str, Any]) -> None:
        if address == WEBHOOK:
            raise Unreached("HTTP 503")
        heard.append(address)

    assert on_call.ring(settings, CASE, only_texts) and heard == ["sms:+14045550100"]
    assert pager.tried(settings, only_texts) == f"PARLEY_PAGER: {WEBHOOK} does not answer (HTTP 503)"


def test_settings_of_the_pager_are_all_checked_at_once_and_no_password_is_repeated() -> None:
    environ = {"PARLEY_PAGER": "mailto:on call, sms:5550100, https://x y, pager", "PARLEY_SMTP": "smtp://u:secret@:x"}
    with pytest.raises(Problems) as said:
        Settings.load(environ)
    wrong = [str(problem) for problem in said.value.problems]
    assert [sum(name in each.split()[0] for each in wrong) for name in ("PAGER", "SMTP_FROM")] == [4, 1]
    assert any("smtps://user:password@host:465" in each for each in wrong) and "secret" not in str(wrong)
    with pytest.raises(Problems, match="PARLEY_SMTP"):
        Settings.load({"PARLEY_PAGER": "mailto:on.call@northwind.example"})
    sent = {"PARLEY_SMTP": "smtps://parley:p%40ss%3Aword%2F1@mail.example", "PARLEY_SMTP_FROM": "p@northwind.example"}
    settings = Settings.load({"PARLEY_PAGER": "mailto:on.call@northwind.example", **sent})
    assert settings.smtp == Smtp("mail.example", 465, USER, PASSWORD, True, "p@northwind.example")
    assert PASSWORD not in repr(settings)
