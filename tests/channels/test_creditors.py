"""Who is writing: a deployment for several creditors speaks to each person as the one whom they owe."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import httpx
import pytest
import yaml

from bot import voices
from bot.core import Problems, Settings
from bot.dialogue.meaning.acts import Accept, Identify, Propose
from tests.channels.living import Parley, parley
from tests.dialogue.acting import ERIN, MARIA, Person, usd

FILE = voices.CREDITORS
DEBTS = FILE.with_name("debts.csv")
BETH = Person("+15550100054", Identify(date_of_birth=date(1980, 7, 25), postcode="28213"))
"""She owes a clinic."""


@pytest.fixture
def many(filled: Path, tmp_path: Path) -> Iterator[Parley]:
    """Each goes by less than its whole name, so that the two cannot be taken for each other."""
    named = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    short = {client: {**row, "name": client.rsplit(" ", 1)[0]} for client, row in named.items()}
    (tmp_path / "short.yml").write_text(yaml.safe_dump(short), encoding="utf-8")
    with parley(filled, tmp_path, PARLEY_CREDITORS=str(tmp_path / "short.yml"), PARLEY_COMPANY="Payment Desk") as running:
        yield running


def test_the_demo_speaks_as_each_creditor_unless_it_is_told_otherwise() -> None:
    demo = Settings.load(voices.environ({}))
    assert {debt["client"] for debt in csv.DictReader(DEBTS.open(encoding="utf-8"))} == set(demo.creditors)
    assert demo.company not in demo.creditors and all(demo.name_of(client) == client for client in demo.creditors)
    one = Settings.load(voices.environ({"PARLEY_COMPANY": "Northwind Energy"}))
    assert (one.company, dict(one.creditors)) == ("Northwind Energy", {})
    assert "PARLEY_COMPANY" not in voices.environ({"STRIPE_API_KEY": "sk_live_x"})


def test_in_the_demo_a_clinic_is_nobodys_power_company(filled: Path, tmp_path: Path) -> None:
    with parley(filled, tmp_path, **voices.environ({})) as demo:
        hello = demo.ask("sms", "hi", "greet", phone=BETH.phone)
        assert "Cedar Valley Clinic" in hello
        owed = demo.ask("sms", "7/25/1980 28213", BETH.proof, "ask_balance", phone=BETH.phone)
        assert "Cedar Valley Clinic" in owed
        assert "Northwind Energy" in demo.ask("sms", "hi", "greet")
        assert "Alder Customer Care" in demo.ask("sms", "hi", "greet", phone="+15559990000")
        said = json.dumps([text for (text,) in demo.rows("SELECT text FROM outbox WHERE address = :it", it=BETH.phone)])
        assert "Northwind" not in said and "Alder" not in said


def test_messages_pages_and_stripe_speak_as_the_creditor(many: Parley) -> None:
    hello = many.ask("sms", "hi", "greet")
    assert "Northwind" in hello and "Payment Desk" not in hello and "Energy" not in hello
    many.ask("sms", "4/12/1985 30318 NW-1000", MARIA.proof)
    owed = many.ask("sms", "what do i owe", "ask_balance")
    assert "to Northwind" in owed and "Energy" not in owed
    many.ask("sms", "i can do 40 a month", Propose(each=usd(40), frequency="monthly"))
    link = re.search(r"https?://\S+/p/[\w-]+", many.ask("sms", "ok deal", Accept()))
    assert link is not None
    phone = httpx.Client(headers={"Origin": many.settings.public_url}, timeout=20)
    phone.post(f"{link[0]}/open")
    page = phone.get(link[0]).text
    assert "Northwind" in page and "Payment Desk" not in page
    at_stripe = phone.post(link[0]).headers["location"]
    assert "Your payment to Northwind" in httpx.get(at_stripe).text
    assert "Payment Desk" not in json.dumps([text for (text,) in many.rows("SELECT text FROM outbox")])


def test_who_owes_two_creditors_hears_the_operator_and_each_by_its_name(many: Parley) -> None:
    hello = many.ask("sms", "hi", "greet", phone=ERIN.phone)
    assert "Payment Desk" in hello
    owed = many.ask("sms", "8/12/2001 87501", ERIN.proof, "ask_balance", phone=ERIN.phone)
    names = {name for name in ("Northwind", "Bluebird", "Meridian", "Harbor", "Cedar Valley", "Ironworks", "Oakview")
             if name in owed}  # fmt: skip
    assert names and not re.search(r"Energy|Mobile|Lending|Bank|Clinic|Fitness|Apartments", owed)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [("[]", "creditors by the name"), ("A: {name: x}", "name and phone"), ("A: {name: '', phone: '+1 555 010 0199'}", "A, name"),
     ("A: {name: x, phone: '12'}", "A, phone"), ("A: {name: x, phone: '+15550100199', products: {p: {en: x}}}", "products, p"),
     ("a: [", "readable YAML")],
)  # fmt: skip
def test_a_wrong_file_is_refused_with_the_place(tmp_path: Path, text: str, wrong: str) -> None:
    path = tmp_path / "creditors.yml"
    path.write_text(text)
    with pytest.raises(Problems, match=re.escape(wrong)):
        Settings.load({"PARLEY_CREDITORS": str(path)})
