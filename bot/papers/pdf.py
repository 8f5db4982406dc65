"""A document as a tagged PDF: one column of text and one table, with the fonts that every reader has.

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

from fpdf import ViewerPreferences

from bot.papers.rendering import text
from bot.papers.sheet import Section, Sheet, Table
from bot.papers.tags import TaggedPdf

_INK, _QUIET, _LINE = (29, 28, 26), (95, 92, 85), (222, 219, 211)
_SIDE, _EDGE, _LABEL = 18.0, 14.0, 46.0  # mm: left and right, top and foot, the column of labels
_COLUMNS = (6, 62, 32)  # per cent of the line: number, what, amount
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
        paper.write_section(section)
    paper.write_small()
    return paper.bytes()


class _Paper(TaggedPdf):
    """One sheet being written from top to bottom."""

    def __init__(self, sheet: Sheet, language: str, sha256: str) -> None:
        super().__init__(format="letter")
        self._sheet, self._language, self._sha256 = sheet, language, sha256
        self._face = self._choose_face()
        self.set_margins(_SIDE, _EDGE)
        self.set_auto_page_break(True, _EDGE)
        self.set_lang(language)
        self.set_title(text("pdf_title", language))
        self.viewer_preferences = ViewerPreferences(display_doc_title=True)
        self.set_text_color(*_INK)

    def _choose_face(self) -> str:
        folder = _dejavu()
        if all(_fits(words) for words in _words(self._sheet)) or folder is None:
            return "helvetica"
        self.add_font("dejavu", "", folder / "DejaVuSans.ttf")
        self.add_font("dejavu", "B", folder / "DejaVuSans-Bold.ttf")
        return "dejavu"

    def put(
        self, words: str, size: float = _TEXT, *, kind: str = "P", bold: bool = False, quiet: bool = False,
        width: float = 0, parent: Any = None,
    ) -> None:  # fmt: skip
        """A paragraph, whole on one page; the cursor moves below it."""
        self._pen(size, bold=bold)
        height = self._height(words, size, width)
        if self.will_page_break(height):
            self.add_page()
        self._pen(size, bold=bold, quiet=quiet)
        with self.tagged(kind, parent):
            self.multi_cell(width, size * _LINE_HEIGHT, self.written(words), align="L", new_x="LMARGIN", new_y="NEXT")

    def _pen(self, size: float, *, bold: bool = False, quiet: bool = False) -> None:
        self.set_font(self._face, "B" if bold else "", size)
        self.set_text_color(*(_QUIET if quiet else _INK))

    def _height(self, words: str, size: float, width: float = 0) -> float:
        """Of a paragraph with the pen as it is, in mm."""
        lines = self.multi_cell(
            width, size * _LINE_HEIGHT, self.written(words), align="L", dry_run=True, output="LINES"
        )
        return len(lines) * size * _LINE_HEIGHT

    def written(self, words: str) -> str:
        """What the font can write of it."""
        if self._face != "helvetica" or _fits(words):
            return words
        plain = unicodedata.normalize("NFKD", words).encode("latin-1", "ignore")
        return plain.decode("latin-1")

    def write_head(self) -> None:
        self.put(self._sheet.title, _LARGE, kind="H1", bold=True)
        self.ln(2)
        for line in self._sheet.intro:
            self.put(line)
        self.ln(3)

    def write_facts(self) -> None:
        """A table for whoever hears it: label, value."""
        if not self._sheet.facts:
            return
        table = self.group("Table")
        for label, value in self._sheet.facts:
            self._pen(_TEXT)
            if self.will_page_break(
                max(self._height(label, _TEXT, _LABEL), self._height(value, _TEXT, self.epw - _LABEL))
            ):
                self.add_page()
            row, top = self.group("TR", table), self.get_y()
            self.put(label, kind="TH", quiet=True, width=_LABEL, parent=row)
            below = self.get_y()
            self.set_xy(_SIDE + _LABEL, top)
            self.put(value, kind="TD", parent=row)
            self.set_xy(_SIDE, max(self.get_y(), below) + 0.4)

    def write_payments(self, payments: Table) -> None:
        """Its head stands again on every page, once to be heard."""
        self.heading(payments.heading, below=3 * _TEXT * _ROW_HEIGHT)
        table = self.group("Table")
        self._row(payments.columns, table, kind="TH", quiet=True)
        label, amount = payments.total
        for cells, bold in [*((row, False) for row in payments.rows), (("", label, amount), True)]:
            if self._row_breaks(cells, bold):
                self.add_page()
                with self.frame():
                    self._cells(payments.columns, quiet=True)
            self._row(cells, table, bold=bold)

    def _row(self, cells: tuple[str, str, str], table: Any, *, kind: str = "TD", **pen: bool) -> None:
        row = self.group("TR", table)
        self._cells(cells, lambda words: self.tagged(kind, row), **pen)

    def _row_breaks(self, cells: tuple[str, str, str], bold: bool) -> bool:
        self._pen(_TEXT, bold=bold)
        return bool(self.will_page_break(self._lines(cells) * _TEXT * _ROW_HEIGHT))

    def _lines(self, cells: tuple[str, str, str]) -> int:
        return len(self.multi_cell(self._width(1), 1, self.written(cells[1]), align="L", dry_run=True, output="LINES"))

    def _cells(self, cells: tuple[str, str, str], tag: Any = None, **pen: bool) -> None:
        """One row and the line under it."""
        self._pen(_TEXT, **pen)
        top, height, lines, left = self.get_y(), _TEXT * _ROW_HEIGHT, self._lines(cells), _SIDE
        for place, (words, align) in enumerate(zip(cells, ("L", "L", "R"))):
            self.set_xy(left, top)
            left += self._width(place)
            if tag is None:
                self.multi_cell(self._width(place), height, self.written(words), align=align)
            else:
                with tag(words):
                    self.multi_cell(self._width(place), height, self.written(words), align=align)
        foot = top + lines * height
        self.set_xy(_SIDE, foot)
        if tag is None:
            self._rule(foot)
            return
        with self.frame():
            self._rule(foot)

    def _rule(self, at: float) -> None:
        self.set_draw_color(*_LINE)
        self.line(_SIDE, at, _SIDE + self.epw, at)

    def _width(self, place: int) -> float:
        return float(self.epw) * _COLUMNS[place] / 100

    def write_section(self, section: Section) -> None:
        """On one page, heading and all."""
        self._pen(_TEXT)
        self.heading(section.heading, below=sum(self._height(line, _TEXT) for line in section.lines))
        for line in section.lines:
            self.put(line)

    def heading(self, words: str, *, below: float) -> None:
        """Not left alone at the foot of a page: `below` mm go with it."""
        self.ln(3.2)
        if self.will_page_break(_TEXT * _LINE_HEIGHT + 0.8 + below):
            self.add_page()
        self.put(words, kind="H2", bold=True)
        self.ln(0.8)

    def write_small(self) -> None:
        self.ln(2)
        for line in self._sheet.small:
            self.put(line, _SMALL, quiet=True)

    def footer(self) -> None:
        """The hash and the page, on every page."""
        self.set_y(-_EDGE + 3)
        self.set_font(self._face, "", _SMALL)
        self.set_text_color(*_QUIET)
        with self.frame():
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
