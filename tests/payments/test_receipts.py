"""Receipts, letters and statements: written with the money, numbered, reached by a link for ever, and only by them."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import accounts, core, papers, payments
from bot.core import reading, transaction
from bot.papers import signing
from bot.payments import document_words, documents, elsewhere
from tests.payments.pay_kit import World, usd

pytestmark = pytest.mark.postgres
PROOF = {"born": "May 3, 1980", "zip": "30303"}


def kept(world: World, kind: papers.Kind) -> list[papers.Frozen]:
    with reading(world.engine) as session:
        found = papers.of_party(session, world.who.party_id)
        return [papers.frozen(session, one.number) for one in found if one.kind is kind]


def facts(frozen: papers.Frozen, language: str = "en") -> dict[str, str]:
    return dict(frozen.sheets[language].facts)


def pay(world: World, amount: str = "50.00") -> str:
    session = world.paid(amount)
    world.ring("checkout.session.completed", session)
    world.work()
    return session


def site(world: World, tmp_path: Path, *, key: bool = True) -> TestClient:
    settings = replace(world.settings_now(), signing_key_file=str(tmp_path / "key.pem"))
    if key and not settings.signing_key.exists():
        signing.make_key(settings.signing_key)
    pages = Starlette(routes=payments.document_routes(settings, world.engine))
    return TestClient(pages, base_url="https://pay.example", follow_redirects=False)


def sent(world: World) -> str:
    """The path of the receipt in the last message."""
    found = re.search(r"(/d/[\w-]{22})", world.said()[-1])
    assert found is not None, world.said()
    return found[1]


def test_a_payment_is_a_receipt_in_both_languages(world: World) -> None:
    pay(world)
    [receipt] = kept(world, papers.Kind.RECEIPT)
    english, spanish = facts(receipt), facts(receipt, "es")
    assert english["You paid"] == "$50.00" and english["Left to pay"] == "$550.00" and english["Account"] == "ending in 1000"
    assert spanish["Usted pagó"] == "$50.00" and spanish["Recibido el"] == "miércoles 18 de noviembre de 2026"
    assert re.fullmatch(r"R \d{4} \d{4}", english["Number"]) and english["Number"] == receipt.number
    assert kept(world, papers.Kind.PAID) == []


def test_heard_five_times_it_is_one_receipt(world: World) -> None:
    session = pay(world)
    for event in ("payment_intent.succeeded", "checkout.session.completed", "charge.succeeded"):
        world.ring(event, session if event.startswith("checkout") else world.stripe.intent_of(session), f"evt_{event}_again")
    world.work()
    world.reconcile(at_start=True)
    assert len(kept(world, papers.Kind.RECEIPT)) == 1 and len(world.heard()) == 1


def test_the_last_payment_brings_the_letter_that_all_is_paid(world: World) -> None:
    pay(world, "100.00")
    pay(world, "500.00")
    [letter] = kept(world, papers.Kind.PAID)
    assert letter.sheets["en"].title == "Paid in full" and facts(letter)["Left to pay"] == "$0.00"
    assert facts(letter)["Last payment"] == "$500.00 on Wednesday, November 18, 2026"
    assert letter.number.startswith("L ")


def test_what_was_let_go_is_not_called_paid(world: World) -> None:
    with transaction(world.engine) as session:
        accounts.post(session, debt_id=world.debt_id, kind=accounts.EntryKind.WRITE_OFF, amount=-usd("100.00"),
                      source="discount", now=world.now)  # fmt: skip
    pay(world, "500.00")
    assert world.balance.is_zero and kept(world, papers.Kind.PAID) == []


def test_a_cheque_is_a_receipt_too(world: World) -> None:
    got = payments.Received(usd("75.00"), world.now.date(), payments.How.CHEQUE, "1041")
    with transaction(world.engine) as session:
        payments.record_received(session, world.debt_id, got, by="staff:ana", now=world.now)
    [receipt] = kept(world, papers.Kind.RECEIPT)
    assert facts(receipt)["How"] == "By check" and facts(receipt)["Left to pay"] == "$525.00"


def test_the_link_of_the_message_opens_it_for_them_alone_and_for_ever(world: World, tmp_path: Path) -> None:
    pay(world)
    path = sent(world)
    world.later(days=900)
    client = site(world, tmp_path)
    for suffix in ("", ".pdf", ".json"):
        page = client.get(path + suffix).text
        assert "50" not in re.sub(r"<style>.*?</style>", "", page, flags=re.S) and "Maria" not in page
    assert client.post(path, data={**PROOF, "zip": "90210"}).status_code == 403
    wrong = client.post(path, data={**PROOF, "zip": "90210"}).text
    assert 'value="May 3, 1980"' in wrong and 'value="90210"' in wrong
    opened = client.post(path, data=PROOF)
    assert opened.status_code == 303
    page = client.get(opened.headers["location"]).text
    assert "$50.00" in page and "Maria Lopez" in page and world.debt_id not in page and "pi_" not in page
    assert client.get(f"{path}.pdf").content.startswith(b"%PDF")
    file = client.get(f"{path}.json")
    keys = signing.load(tmp_path / "key.pem").public
    assert signing.verify(file.content, keys).is_genuine and "Maria" in file.text
    assert world.who.party_id not in file.text and world.debt_id not in file.text
    assert "attachment" in file.headers["content-disposition"] and json.loads(file.content)["key"] in keys


def test_without_a_key_there_is_no_file_and_no_link_to_one(world: World, tmp_path: Path) -> None:
    pay(world)
    client, path = site(world, tmp_path, key=False), sent(world)
    client.post(path, data=PROOF)
    assert ".json" not in client.get(path).text and client.get(f"{path}.json").status_code == 404


def test_the_link_to_pay_leads_to_the_receipt_once_there_is_one(world: World, tmp_path: Path) -> None:
    token, client = world.ask("50.00"), site(world, tmp_path)
    assert client.get(f"/p/{token}/receipt").status_code == 404 and client.get("/p/unknown/receipt").status_code == 404
    opened = world.click(token)
    assert opened is not None
    world.stripe.pay(opened.id)
    world.ring("checkout.session.completed", opened.id)
    world.work()
    with reading(world.engine) as session:
        found = payments.view(session, token, world.now)
    assert found is not None and found.paid is not None and found.paid.left == usd("550.00")
    [receipt] = kept(world, papers.Kind.RECEIPT)
    assert found.paid.receipt == receipt.number
    assert client.post(f"/p/{token}/receipt", data=PROOF).status_code == 303
    assert receipt.number in client.get(f"/p/{token}/receipt").text


def test_a_receipt_says_when_its_money_went_back(world: World, tmp_path: Path) -> None:
    session = pay(world, "600.00")
    client, path = site(world, tmp_path), sent(world)
    client.post(path, data=PROOF)
    assert "went back" not in client.get(path).text
    world.ring("charge.refunded", world.stripe.refund(session, usd("20.00")))
    world.work()
    assert "money of this payment went back" in client.get(path).text
    with transaction(world.engine) as connection:
        [letter] = [one for one in papers.of_party(connection, world.who.party_id) if one.kind is papers.Kind.PAID]
        url = papers.link(connection, letter.number, "", world.now)
    client.post(url, data=PROOF)
    assert "something is owed on this account again" in client.get(url).text


def test_the_statement_of_a_year_adds_up_and_is_the_same_until_something_comes(world: World) -> None:
    pay(world, "100.00")
    with transaction(world.engine) as session:
        first = documents.write_year(session, world.debt_id, 2026, world.now)
        assert documents.write_year(session, world.debt_id, 2026, world.now) == first
        shown = papers.frozen(session, first).sheets["en"]
    found = dict(shown.facts)
    assert (found["Owed before Jan 1, 2026"], found["Added in that time"], found["Paid in that time"],
            found["Owed on Nov 18, 2026"]) == ("$0.00", "$600.00", "$100.00", "$500.00")  # fmt: skip
    assert shown.payments is not None
    assert [row[1:] for row in shown.payments.rows] == [("Sep 1, 2026: charge", "$600.00"), ("Nov 18, 2026: payment", "-$100.00")]
    world.later(days=60)
    pay(world, "50.00")
    with transaction(world.engine) as session:
        whole = documents.write_year(session, world.debt_id, 2026, world.now)
        assert whole != first and documents.write_year(session, world.debt_id, 2027, world.now) not in (first, whole)
        assert dict(papers.frozen(session, whole).sheets["en"].facts)["Owed on Dec 31, 2026"] == "$500.00"
        assert documents.years(accounts.known_history(session, world.debt_id), world.now.date()) == (2027, 2026)


def test_a_stored_document_that_was_changed_is_not_shown(world: World) -> None:
    pay(world)
    with transaction(world.engine) as session:
        session.exec_driver_sql("UPDATE documents SET content = REPLACE(content, '50.00', '90.00')")
    with reading(world.engine) as session, pytest.raises(papers.NoSuchDocument):
        papers.frozen(session, papers.of_party(session, world.who.party_id)[0].number)


def test_a_number_is_found_however_it_is_read_out_and_a_slip_is_caught(world: World) -> None:
    pay(world)
    number = kept(world, papers.Kind.RECEIPT)[0].number
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    with reading(world.engine) as session:
        for said in (number, number.lower(), number.replace(" ", "-"), number.replace(" ", "")):
            assert papers.owner(session, said) == world.who.party_id
        assert papers.owner(session, wrong) is None and papers.owner(session, "R") is None
        assert [fact.data["kind"] for fact in core.facts(session, kind="DocumentWritten")] == ["receipt"]


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    from bot.papers import rendering

    for texts in (document_words.catalogue(), rendering.catalogue()):
        for name, both in texts.items():
            assert set(both) == {"en", "es"}, name
            assert set(re.findall(r"\{\w+\}", both["en"])) == set(re.findall(r"\{\w+\}", both["es"])), name


def test_every_way_in_which_money_may_come_has_its_words() -> None:
    for language in ("en", "es"):
        for how in elsewhere.How:
            assert document_words.text(f"way_{how.value}", language)
