"""A document as a PDF: one column of text and one table, with the fonts that every reader has.

The same content gives the same bytes. A name that those fonts cannot write is set in DejaVu where it is installed.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TextEmphasis
from fpdf.fonts import FontFace

from bot.negotiation.wording import Sheet, Table, text

_INK, _QUIET, _LINE = (29, 28, 26), (95, 92, 85), (222, 219, 211)
_SIDE, _EDGE, _LABEL = 18.0, 14.0, 46.0  # mm: left and right, top and foot, the column of labels
_SMALL, _TEXT, _LARGE = 8.0, 9.5, 17.0  # points
_LINE_HEIGHT, _ROW_HEIGHT = 0.45, 0.51  # mm a point; a plan of twelve months fits on one sheet


def render(sheet: Sheet, language: str, sha256: str, at: datetime) -> bytes:
    """US letter. `at` is its date of creation."""
    paper = _Paper(sheet, language, sha256)
    paper.set_creation_date(at)
    paper.add_page()
    paper.write_head()
    paper.write_facts()
    if sheet.payments is not None:
        paper.write_payments(sheet.payments)
    for section in sheet.sections:
        paper.write_section(section.heading, section.lines)
    return bytes(paper.output())


class _Paper(FPDF):  # type: ignore[misc]
    """One sheet being written from top to bottom."""

    def __init__(self, sheet: Sheet, language: str, sha256: str) -> None:
        super().__init__(format="letter")
        self._sheet, self._language, self._sha256 = sheet, language, sha256
        self._face = self._choose_face()
        self.set_margins(_SIDE, _EDGE)
        self.set_auto_page_break(True, _EDGE)
        self.set_lang(language)
        self.set_title(text("payments", language))
        self.set_text_color(*_INK)

    def _choose_face(self) -> str:
        folder = _dejavu()
        if all(_fits(words) for words in _words(self._sheet)) or folder is None:
            return "helvetica"
        self.add_font("dejavu", "", folder / "DejaVuSans.ttf")
        self.add_font("dejavu", "B", folder / "DejaVuSans-Bold.ttf")
        return "dejavu"

    def put(
        self, words: str, size: float = _TEXT, *, bold: bool = False, quiet: bool = False, width: float = 0
    ) -> None:
        """A paragraph; the cursor moves below it."""
        self.set_font(self._face, "B" if bold else "", size)
        self.set_text_color(*(_QUIET if quiet else _INK))
        self.multi_cell(width, size * _LINE_HEIGHT, self.written(words), align="L", new_x="LMARGIN", new_y="NEXT")

    def written(self, words: str) -> str:
        """What the font can write of it."""
        if self._face != "helvetica" or _fits(words):
            return words
        plain = unicodedata.normalize("NFKD", words).encode("latin-1", "ignore")
        return plain.decode("latin-1")

    def write_head(self) -> None:
        self.put(self._sheet.title, _LARGE, bold=True)
        self.ln(2)
        for line in self._sheet.intro:
            self.put(line)
        self.ln(3)

    def write_facts(self) -> None:
        for label, value in self._sheet.facts:
            top = self.get_y()
            self.put(label, quiet=True, width=_LABEL)
            below = self.get_y()
            self.set_xy(_SIDE + _LABEL, top)
            self.put(value)
            self.set_xy(_SIDE, max(self.get_y(), below) + 0.4)

    def write_payments(self, payments: Table) -> None:
        self.heading(payments.heading)
        self.set_draw_color(*_LINE)
        self.set_font(self._face, "", _TEXT)
        self.set_text_color(*_INK)
        columns: dict[str, Any] = {"col_widths": (6, 62, 32), "text_align": ("LEFT", "LEFT", "RIGHT")}
        face = FontFace(emphasis=TextEmphasis.NONE, color=_QUIET)
        layout = TableBordersLayout.HORIZONTAL_LINES
        with self.table(
            borders_layout=layout, headings_style=face, line_height=_TEXT * _ROW_HEIGHT, **columns
        ) as table:
            table.row(payments.columns)
            for row in payments.rows:
                table.row(row)
            label, amount = payments.total
            table.row(("", label, amount), style=FontFace(emphasis=TextEmphasis.B))

    def write_section(self, heading: str, lines: tuple[str, ...]) -> None:
        """On one page, heading and all."""
        with self.unbreakable() as whole:
            whole.heading(heading)
            for line in lines:
                whole.put(line)

    def heading(self, words: str) -> None:
        """Not left alone at the foot of a page."""
        self.ln(3.2)
        if self.will_page_break(18):
            self.add_page()
        self.put(words, bold=True)
        self.ln(0.8)

    def footer(self) -> None:
        """The hash and the page, on every page."""
        self.set_y(-_EDGE + 3)
        self.set_font(self._face, "", _SMALL)
        self.set_text_color(*_QUIET)
        self.cell(0, 4, f"{text('fingerprint', self._language)}: {self._sha256}", align="L")
        self.cell(0, 4, f"{self.page_no()}/{{nb}}", align="R")


def _words(sheet: Sheet) -> Iterator[str]:
    """Those that others may have chosen: names, above all."""
    yield from (value for _, value in sheet.facts)
    yield from (line for section in sheet.sections for line in section.lines)


def _fits(words: str) -> bool:
    try:
        words.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


@lru_cache(maxsize=1)
def _dejavu() -> Path | None:
    """The fonts that matplotlib ships, if it is there; it need not be imported for that."""
    spec = find_spec("matplotlib")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"
    return folder if (folder / "DejaVuSans.ttf").exists() else None
