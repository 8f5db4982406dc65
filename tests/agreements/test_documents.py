"""The written agreement: all that must stand in it, in both languages, the same for ever."""

from __future__ import annotations

import hashlib
import re

import pytest

from bot import negotiation, papers
from bot.negotiation import Kind, Move, documents, store, wording
from bot.negotiation.agreed import Agreement
from tests.agreements.documents_kit import document, plain
from tests.agreements.kit import World, usd
from tests.examples import each

pytestmark = pytest.mark.postgres


@each(
    "words",
    [
        "María José Núñez", "Northwind Energy", "ending in 1000", "$600.00", "$540.00", "$60.00",
        "Wednesday, December 2, 2026 $180.00", "Monday, January 4, 2027 $180.00",
        "secure page", "Nothing is taken by itself", "When all payments above have come, we forgive $60.00",
        "3 more days", "If 2 payments in a row do not come", "You can end the agreement at any time",
        "You can say at any time that this debt is wrong", "in print or by e-mail",
        "Wednesday, November 18, 2026 at 10:00 AM EST, by text message",
    ],
)  # fmt: skip
def test_everything_that_must_stand_in_it_stands_in_it(world: World, settlement: Agreement, words: str) -> None:
    assert words in plain(document(world, settlement).html)


def test_it_names_the_company_that_collects_where_that_is_not_the_creditor(world: World) -> None:
    agency = negotiation.Collector("Fairhaven Recovery", "1-800-555-0100", third_party=True)
    made = world.option(Kind.SETTLEMENT)
    agreed = world.run(negotiation.accept, world.who, made.id, world.now, world.today, "in_yes", by=agency)
    for language, label in (("en", "Debt collector"), ("es", "Agencia de cobranza")):
        shown = plain(document(world, agreed, language).html)
        assert f"{label} Fairhaven Recovery, 1-800-555-0100" in shown and "Northwind Energy" in shown
    assert "This is from Fairhaven Recovery, a debt collector." in plain(document(world, agreed).html)


def test_a_later_revision_and_the_letter_name_the_same_company(world: World) -> None:
    made = world.propose(each=usd(200), frequency=negotiation.Frequency.MONTHLY)
    service = negotiation.Collector("Northwind Services")
    agreed = world.run(negotiation.accept, world.who, made.id, world.now, world.today, "in_yes", by=service)
    world.run(negotiation.change, world.who, agreed.id, Move(world.today), world.now, "in_change")
    assert "Handled by Northwind Services" in plain(document(world, agreed, revision=1).html)
    world.pay(str(agreed.total.major))
    world.look_after(agreed)
    letter = plain(world.run(documents.completion_letter, agreed.id, "en").html)
    assert "Handled by Northwind Services" in letter and "debt collector" not in letter


def test_a_creditor_that_collects_itself_is_named_once(world: World) -> None:
    itself = negotiation.Collector("Northwind Energy")
    made = world.option(Kind.SETTLEMENT)
    agreed = world.run(negotiation.accept, world.who, made.id, world.now, world.today, "in_yes", by=itself)
    assert "Handled by" not in plain(document(world, agreed).html)


def test_a_copy_can_be_asked_for_when_all_is_paid(world: World, settlement: Agreement) -> None:
    world.pay(str(settlement.total.major))
    world.look_after(settlement)
    world.later(days=900)
    found = world.run(negotiation.latest_agreement, world.who)
    assert found is not None and found.id == settlement.id
    assert world.run(negotiation.document_link, found, "https://pay.example", world.now)


def test_it_holds_the_policy_version_its_number_and_its_hash(world: World, settlement: Agreement) -> None:
    made = document(world, settlement)
    shown = plain(made.html)
    number = dict(made.sheet.facts)["Number"]
    assert re.fullmatch(r"A \d{4} \d{4}", number)
    assert shown.rstrip().endswith(f"{settlement.policy_version[:16]} · Fingerprint of this document (SHA-256): {made.sha256}")
    for internal in (settlement.id, settlement.debt_id, settlement.conversation_id, "in_yes"):
        assert internal not in made.html


def test_spanish_is_as_whole_as_english(world: World, settlement: Agreement) -> None:
    shown = plain(document(world, settlement, "es").html)
    for words in ("Acuerdo de pago", "miércoles 2 de diciembre de 2026 $180.00", "Sus derechos", "perdonamos $60.00"):
        assert words in shown
    english, spanish = document(world, settlement).sheet, document(world, settlement, "es").sheet
    assert [len(one.lines) for one in english.sections] == [len(one.lines) for one in spanish.sections]


def test_a_copy_is_the_same_for_ever(world: World, settlement: Agreement, monkeypatch: pytest.MonkeyPatch) -> None:
    first = document(world, settlement)
    world.later(days=400)
    changed = {name: {"en": "other words", "es": "otras palabras"} for name in wording.catalogue()}
    monkeypatch.setattr(wording, "catalogue", lambda: changed)
    again = document(world, settlement)
    assert (again.html, again.pdf, again.sha256) == (first.html, first.pdf, first.sha256)


def test_the_hash_is_over_what_is_stored_and_a_forged_copy_is_not_shown(world: World, settlement: Agreement) -> None:
    (row,) = world.rows(store.agreement_documents.select())
    assert hashlib.sha256(row.content.encode()).hexdigest() == row.sha256 == document(world, settlement).sha256
    forged = store.agreement_documents.update().values(content=row.content.replace("180.00", "18.00"))
    world.run(lambda session: session.execute(forged))
    with pytest.raises(papers.NoSuchDocument):
        document(world, settlement)


def test_a_change_is_another_revision_and_the_first_stays(world: World) -> None:
    agreement = world.monthly(200)
    before = document(world, agreement)
    world.run(negotiation.change, world.who, agreement.id, Move(world.today), world.now, "in_change")
    after = document(world, agreement)
    assert after.sha256 != before.sha256 and "Last change" in after.html
    assert document(world, agreement, revision=0) == before


def test_every_kind_of_agreement_has_a_document(world: World) -> None:
    world.run(negotiation.note_hardship, world.who, "in_told", world.now)
    for made in world.options():
        agreement = world.accept(made)
        for language in wording.LANGUAGES:
            assert document(world, agreement, language).pdf.startswith(b"%PDF")
        world.run(negotiation.end, agreement.id, "cancelled", world.now)
        world.later(minutes=1)


def test_the_letter_comes_with_the_last_payment_and_says_what_was_forgiven(world: World, settlement: Agreement) -> None:
    with pytest.raises(papers.NoSuchDocument):
        world.run(documents.completion_letter, settlement.id, "en")
    world.pay(str(settlement.total.major))
    world.look_after(settlement)
    shown = plain(world.run(documents.completion_letter, settlement.id, "en").html)
    assert "You owe nothing more on this account." in shown and "Forgiven $60.00" in shown


def test_a_letter_after_a_promise_says_what_is_still_open(world: World) -> None:
    promise = world.accept(world.propose(wants="promise", each=usd(50), first_date=world.today))
    world.pay(50)
    world.look_after(promise)
    letter = world.run(documents.completion_letter, promise.id, "en")
    assert "Still open on this account: $550.00." in plain(letter.html)


def test_the_words_are_easy_to_read() -> None:
    """Flesch-Kincaid grade eight or below, a syllable being a group of vowels."""
    texts = [one["en"] for one in wording.catalogue().values() if one["en"].endswith(".")]
    sentences = [one for text in texts for one in re.split(r"(?<=[.!?]) ", text)]
    words = [word for one in sentences for word in one.split()]
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", word.lower().removesuffix("e")))) for word in words)
    assert max(len(one.split()) for one in sentences) <= 20
    assert 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59 <= 8


def test_every_text_is_there_in_both_languages_with_the_same_values() -> None:
    for name, texts in wording.catalogue().items():
        assert set(texts) == {"en", "es"}, name
        assert set(re.findall(r"\{\w+\}", texts["en"])) == set(re.findall(r"\{\w+\}", texts["es"])), name
