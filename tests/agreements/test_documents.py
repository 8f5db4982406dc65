"""The written agreement: all that must stand in it, in both languages, the same for ever, for the person alone."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from types import SimpleNamespace

import pytest
from pypdf import PdfReader
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import core, negotiation
from bot.negotiation import Kind, Move, documents, store, wording
from bot.negotiation.agreed import Agreement
from tests.agreements.kit import BORN, SECRET, ZIP, World, make_world, usd

GOOD = {"born": BORN.isoformat(), "zip": ZIP}
PRIVATE = ("Núñez", "Northwind Energy Bill", "$600", "ending in", "1000", "owe", "debt")


@pytest.fixture
def settlement(world: World) -> Agreement:
    return world.accept(world.option(Kind.SETTLEMENT_PARTS))


def document(
    world: World, agreement: Agreement, language: str = "en", revision: int | None = None
) -> documents.Document:
    found: documents.Document = world.run(documents.agreement_document, agreement.id, language, revision)
    return found


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("</style>")[-1]))


@pytest.mark.parametrize(
    "words",
    [
        "María José Núñez", "Northwind Energy", "ending in 1000", "$600.00", "$540.00", "$60.00",
        "Wednesday, December 2, 2026 $180.00", "Monday, January 4, 2027 $180.00",
        "secure page", "Nothing is taken by itself", "When all payments above have come, we forgive $60.00",
        "3 more days", "If 2 payments in a row do not come", "You can end the agreement at any time",
        "You can say at any time that this debt is wrong", "in print or by e-mail",
        "Wednesday, November 18, 2026 at 10:00 AM EST, by text message", "in_yes",
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
    assert settlement.policy_version[:16] in shown and settlement.id in shown and made.sha256 in shown


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
    frame = {name: wording.catalogue()[name] for name in ("fingerprint", "payments")}
    monkeypatch.setattr(wording, "catalogue", lambda: {**changed, **frame})
    again = document(world, settlement)
    assert (again.html, again.pdf, again.sha256) == (first.html, first.pdf, first.sha256)


def test_the_hash_is_over_what_is_stored_and_a_forged_copy_is_not_shown(world: World, settlement: Agreement) -> None:
    (row,) = world.rows(store.agreement_documents.select())
    assert hashlib.sha256(row.content.encode()).hexdigest() == row.sha256 == document(world, settlement).sha256
    forged = store.agreement_documents.update().values(content=row.content.replace("180.00", "18.00"))
    world.run(lambda session: session.execute(forged))
    with pytest.raises(documents.NoSuchDocument):
        document(world, settlement)


def test_a_change_is_another_revision_and_the_first_stays(world: World) -> None:
    agreement = world.monthly(200)
    before = document(world, agreement)
    world.run(negotiation.change, world.who, agreement.id, Move(world.today), world.now, "in_change")
    after = document(world, agreement)
    assert after.sha256 != before.sha256 and "Last change" in after.html
    assert document(world, agreement, revision=0) == before


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_the_pdf_says_every_word_of_the_page(world: World, settlement: Agreement, language: str) -> None:
    made = document(world, settlement, language)
    pages = PdfReader(BytesIO(made.pdf)).pages
    text = re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages))
    sheet = made.sheet
    assert sheet.payments is not None
    lines = [sheet.title, *sheet.intro, *(words for fact in sheet.facts for words in fact), sheet.payments.heading]
    lines += [cell for row in (*sheet.payments.rows, sheet.payments.total) for cell in row]
    lines += [words for section in sheet.sections for words in (section.heading, *section.lines)]
    for words in [*lines, made.sha256]:
        assert words in text
    assert f"1/{len(pages)}" in text


def test_a_name_that_plain_fonts_cannot_write_is_written_all_the_same(world: World, settlement: Agreement) -> None:
    made = document(world, settlement)
    sheet = replace(made.sheet, facts=(("You", "Łukasz Wiśniewski"), *made.sheet.facts))
    other = replace(made, sheet=sheet)
    assert other.pdf.startswith(b"%PDF") and b"DejaVu" in other.pdf and b"DejaVu" not in made.pdf


def test_every_kind_of_agreement_has_a_document(world: World) -> None:
    world.run(negotiation.note_hardship, world.who, "in_told", world.now)
    for made in world.options():
        agreement = world.accept(made)
        for language in wording.LANGUAGES:
            assert document(world, agreement, language).pdf.startswith(b"%PDF")
        world.run(negotiation.end, agreement.id, "cancelled", world.now)
        world.later(minutes=1)


def test_the_letter_comes_with_the_last_payment_and_says_what_was_forgiven(world: World, settlement: Agreement) -> None:
    with pytest.raises(documents.NoSuchDocument):
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


class Site:
    """The pages in an app of their own, as the web role mounts them."""

    def __init__(self, world: World) -> None:
        environ = {"PARLEY_SECRET_KEY": SECRET, "PARLEY_CLOCK": world.now.isoformat()}
        self.settings = core.Settings.load(environ)
        self.world = world
        self.client = self.browser()

    def browser(self) -> TestClient:
        """Another one, without cookies."""
        pages = negotiation.document_routes(self.settings, self.world.engine)
        return TestClient(Starlette(routes=pages), base_url="http://testserver", follow_redirects=False)

    def link(self, agreement: Agreement) -> str:
        url: str = self.world.run(negotiation.document_link, agreement, "")
        return url


@pytest.fixture
def site(world: World) -> Site:
    return Site(world)


def test_who_has_the_link_alone_learns_nothing(site: Site, settlement: Agreement) -> None:
    url = site.link(settlement)
    for address in (url, f"{url}.pdf", f"{url}?letter=1", f"{url}?lang=es"):
        answer = site.client.get(address)
        assert answer.status_code in (200, 401)
        assert not [words for words in PRIVATE if words in plain(answer.text)]
        assert "agreement" not in answer.text.lower() and "acuerdo" not in answer.text.lower()


def test_the_person_opens_it_with_birth_date_and_zip(site: Site, settlement: Agreement) -> None:
    url = site.link(settlement)
    opened = site.client.post(url, data=GOOD)
    assert opened.status_code == 303
    shown = site.client.get(opened.headers["location"])
    assert "María José Núñez" in shown.text
    made = site.client.get(f"{url}.pdf?lang=es")
    assert made.headers["content-type"] == "application/pdf"
    assert made.content == document(site.world, settlement, "es").pdf
    assert [fact.subject for fact in site.world.facts("DocumentOpened")] == [settlement.id]


def test_another_browser_has_to_prove_it_again(site: Site, settlement: Agreement) -> None:
    url = site.link(settlement)
    site.client.post(url, data=GOOD)
    assert "María" not in site.browser().get(url).text


def test_after_a_quarter_of_an_hour_it_asks_again(site: Site, settlement: Agreement) -> None:
    url = site.link(settlement)
    site.client.post(url, data=GOOD)
    later = Site(SimpleNamespace(engine=site.world.engine, now=_later(site.world.now)))  # type: ignore[arg-type]
    later.client.cookies = site.client.cookies
    assert "María" not in later.client.get(url).text


def _later(now: datetime) -> datetime:
    from datetime import timedelta

    return now + timedelta(minutes=16)


def test_wrong_answers_are_counted_and_lock(site: Site, settlement: Agreement) -> None:
    url = site.link(settlement)
    for words in ("match", "match", "closed for a day"):
        answer = site.browser().post(url, data={**GOOD, "zip": "90210"})
        assert answer.status_code == 403 and words in answer.text
    assert "closed for a day" in site.browser().post(url, data=GOOD).text, "the right ones come too late"


def test_what_opens_one_person_s_document_does_not_open_another_s(
    engine: Engine, site: Site, settlement: Agreement
) -> None:
    other = make_world(engine, site.world.now, person=2)
    agreement = other.accept(other.option(Kind.FULL))
    site.client.post(site.link(settlement), data=GOOD)
    assert "María" not in site.client.get(site.link(agreement)).text


def test_a_link_that_never_was_and_a_letter_that_is_not_there_say_the_same(site: Site, settlement: Agreement) -> None:
    never = site.client.get("/a/never-was")
    site.client.post(site.link(settlement), data=GOOD)
    not_yet = site.client.get(f"{site.link(settlement)}?letter=1")
    assert never.status_code == not_yet.status_code == 404
    assert "There is nothing here." in never.text and "There is nothing here." in not_yet.text


def test_the_pages_are_private_and_their_style_is_allowed(site: Site, settlement: Agreement) -> None:
    answer = site.client.get(site.link(settlement))
    headers = answer.headers
    assert headers["cache-control"] == "no-store" and headers["referrer-policy"] == "no-referrer"
    style = re.search(r"<style>(.*?)</style>", answer.text, re.S)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"'sha256-{digest}'" in headers["content-security-policy"]


def test_only_the_hash_of_a_link_is_kept_and_each_works(site: Site, settlement: Agreement) -> None:
    first, second = site.link(settlement), site.link(settlement)
    kept = str(site.world.rows(store.agreement_links.select()))
    assert first.rsplit("/", 1)[-1] not in kept
    assert site.client.get(first).status_code == site.client.get(second).status_code == 200


def test_a_form_that_is_too_long_is_not_read(site: Site, settlement: Agreement) -> None:
    assert site.client.post(site.link(settlement), data={"zip": "9" * 5000}).status_code == 413
