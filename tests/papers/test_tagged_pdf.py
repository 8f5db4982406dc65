"""A PDF that a screen reader can read: every word in a tag, headings and tables as such, the rest marked as frame."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from bot.papers import Section, Sheet, Table, pdf

ROWS = tuple((f"{n}", f"Dec {n % 28 + 1}, 2026: a payment with a long name " * (1 + n % 3 // 2), "-$50.00") for n in range(1, 61))
SHEET = Sheet(
    "Your account in 2026", ("All of it.",), (("You", "María José Núñez"), ("Owed to", "Northwind")),
    Table("What came and went", ("", "Day", "Amount"), ROWS, ("Owed on December 31", "$0.00")),
    (Section("Please keep this", ("One line.", "Another line.")),), ("Rules in force: abc",),
)  # fmt: skip


def made() -> PdfReader:
    return PdfReader(BytesIO(pdf.render(SHEET, "en", 64 * "a", datetime(2026, 11, 18, tzinfo=timezone.utc))))


def kinds(element: Any) -> Any:
    """The tree, as kinds within kinds."""
    kids = [kid.get_object() for kid in element.get("/K", ()) if not isinstance(kid, int)]
    return element.get("/S", ""), [kinds(kid) for kid in kids if hasattr(kid, "get")]


def test_headings_paragraphs_and_tables_are_what_they_are() -> None:
    reader = made()
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"] == "en" and root["/ViewerPreferences"]["/DisplayDocTitle"]
    _, [(document, parts)] = kinds(root["/StructTreeRoot"])
    assert document == "/Document"
    assert [kind for kind, _ in parts] == ["/H1", "/P", "/Table", "/H2", "/Table", "/H2", "/P", "/P", "/P"]
    facts, moves = (rows for kind, rows in parts if kind == "/Table")
    assert facts == 2 * [("/TR", [("/TH", []), ("/TD", [])])]
    assert moves[0] == ("/TR", 3 * [("/TH", [])]) and len(moves) == 62
    assert all(row == ("/TR", 3 * [("/TD", [])]) for row in moves[1:])


def test_every_word_stands_in_one_tag_or_in_the_frame_and_every_tag_leads_to_its_page() -> None:
    reader = made()
    numbers = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    by_page = dict(zip(numbers[::2], numbers[1::2]))
    assert len(reader.pages) > 1
    for page in reader.pages:
        stream = page.get_contents().get_data().decode("latin-1")
        tokens = re.findall(r"/\w+ <</MCID (\d+)>> BDC|(/Artifact BMC)|(EMC)|(\bTj\b|\bTJ\b|\bS\b)", stream)
        depth, found = 0, []
        for number, artifact, end, drawn in tokens:
            depth += bool(number or artifact) - bool(end)
            assert depth in (0, 1) and not (drawn and depth == 0), stream[:200]
            found += [int(number)] if number else []
        elements = by_page[page["/StructParents"]]
        assert found == list(range(len(elements)))
        for place, element in enumerate(elements):
            assert element.get_object()["/K"][0] == place and element.get_object()["/Pg"]["/Contents"] == page["/Contents"]


def test_the_same_content_gives_the_same_bytes() -> None:
    moment = datetime(2026, 11, 18, tzinfo=timezone.utc)
    assert pdf.render(SHEET, "es", "b", moment) == pdf.render(SHEET, "es", "b", moment)
