"""Who is writing: a deployment for several creditors speaks to each person as the one whom they owe."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.core import Problems, Settings
from bot.dialogue.meaning.acts import Accept, Propose
from tests.channels.living import Parley, parley
from tests.dialogue.acting import ERIN, MARIA, usd

FILE = Path(__file__).parents[2] / "data" / "demo" / "creditors.yml"


@pytest.fixture
def many(filled: Path, tmp_path: Path) -> Iterator[Parley]:
    with parley(filled, tmp_path, PARLEY_CREDITORS=str(FILE), PARLEY_COMPANY="Payment Desk") as running:
        yield running


def test_messages_pages_and_stripe_speak_as_the_creditor(many: Parley) -> None:
    hello = many.ask("sms", "hi", "greet")
    assert "Northwind" in hello and "Payment Desk" not in hello and "Energy" not in hello
    many.ask("sms", "4/12/1985 30318 NW-1000", MARIA.proof)
    owed = many.ask("sms", "what do i owe", "ask_balance")
    assert "to Northwind" in owed and "Energy" not in owed
    many.ask("sms", "i can do 40 a month", Propose(each=usd(40), frequency="monthly"))
    link = re.search(r"https?://\S+/p/[\w-]+", many.ask("sms", "ok deal", Accept()))
    assert link is not None
    page = httpx.get(link[0]).text
    assert "Northwind" in page and "Payment Desk" not in page
    at_stripe = httpx.post(link[0], headers={"Origin": many.settings.public_url}).headers["location"]
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
