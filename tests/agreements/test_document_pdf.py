"""The agreement as a PDF: all that the page says, and an ordinary one on a single sheet."""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pytest
from pypdf import PdfReader

from bot import negotiation, papers
from bot.negotiation import wording
from bot.negotiation.agreed import Agreement
from bot.papers import Sheet
from tests.agreements.documents_kit import document
from tests.agreements.kit import World, usd


def pages_of(made: papers.Document) -> list[str]:
    """The text of each page, without its line breaks."""
    return [re.sub(r"\s+", " ", page.extract_text()) for page in PdfReader(BytesIO(made.pdf)).pages]


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_the_pdf_says_every_word_of_the_page(world: World, settlement: Agreement, language: str) -> None:
    made = document(world, settlement, language)
    pages = pages_of(made)
    text = " ".join(pages)
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


@pytest.fixture
def a_year(world: World) -> Agreement:
    """Twelve parts, agreed with a collector by its name and number: the most that an ordinary sheet holds."""
    made = world.propose(each=usd(50), frequency=negotiation.Frequency.MONTHLY)
    agency = negotiation.Collector("Fairhaven Recovery Services", "1-800-555-0100", third_party=True)
    agreed: Agreement = world.run(
        negotiation.accept, world.who, made.id, world.now, world.today, "in_" + 30 * "5", by=agency
    )
    assert len(agreed.schedule) == 12
    return agreed


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_a_plan_of_a_year_is_one_sheet(world: World, a_year: Agreement, language: str) -> None:
    assert len(pages_of(document(world, a_year, language))) == 1


def of_length(sheet: Sheet, parts: int) -> Sheet:
    assert sheet.payments is not None
    return replace(sheet, payments=replace(sheet.payments, rows=(sheet.payments.rows * 8)[:parts]))


@pytest.mark.parametrize("language", wording.LANGUAGES)
def test_no_heading_is_parted_from_its_text_however_long_the_plan(
    world: World, a_year: Agreement, language: str
) -> None:
    made = document(world, a_year, language)
    counts = set()
    for parts in range(12, 60, 3):
        sheet = of_length(made.sheet, parts)
        pages = pages_of(replace(made, sheet=sheet))
        counts.add(len(pages))
        for section in sheet.sections:
            (its_page,) = [page for page in pages if f"{section.heading} {section.lines[0]}" in page]
            assert all(line in its_page for line in section.lines), (parts, section.heading)
        assert sheet.payments is not None
        (its_page,) = [page for page in pages if sheet.payments.heading in page]
        assert sheet.payments.rows[0][1] in its_page
    assert counts == {1, 2}
