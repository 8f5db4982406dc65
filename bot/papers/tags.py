"""A PDF that says what its parts are (ISO 32000-1, 14.7 and 14.8): headings, paragraphs, tables, and what is only frame.

fpdf2 tags pictures alone; this uses its structure tree for text. What is drawn stands in exactly one tag, or is marked
as no content.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fpdf import FPDF
from fpdf.output import OutputProducer, PDFPage
from fpdf.structure_tree import StructElem, StructureTreeBuilder


class _Tree(StructureTreeBuilder):  # type: ignore[misc]
    """One whose elements may stand within others."""

    def __init__(self) -> None:
        super().__init__()
        self.within: list[Any] = []

    def __iter__(self) -> Iterator[Any]:
        yield from super().__iter__()
        yield from self.within

    def add(self, kind: str, page: int, parent: Any) -> Any:
        element = StructElem(f"/{kind}", parent or self.doc_struct_elem, [], page)
        element.p.k.append(element)
        if parent is not None:
            self.within.append(element)
        return element


class _Producer(OutputProducer):  # type: ignore[misc]
    def _add_structure_tree(self) -> Any:
        root = super()._add_structure_tree()
        pages = [one for one in self.pdf_objs if isinstance(one, PDFPage)]
        for element in self.fpdf.struct_builder.within:
            element.pg = pages[element.page_number() - 1]
        return root


class TaggedPdf(FPDF):  # type: ignore[misc]
    """A sheet on which everything is written within `tagged` or `frame`."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.struct_builder = _Tree()

    def group(self, kind: str, parent: Any = None) -> Any:
        """A table, or a row of one."""
        return self.struct_builder.add(kind, self.page, parent)

    @contextmanager
    def tagged(self, kind: str, parent: Any = None) -> Iterator[None]:
        """What is written within is one element. It must not go over the end of a page."""
        tree, page = self.struct_builder, self.page
        element = tree.add(kind, page, parent)
        place = tree.spid_per_page_number.setdefault(page, len(tree.spid_per_page_number))
        number = len(tree.struct_tree_root.parent_tree.nums[place])
        tree.struct_tree_root.parent_tree.nums[place].append(element)
        element.k.append(number)
        self.pages[page].struct_parents = place
        self._out(f"/{kind} <</MCID {number}>> BDC")
        yield
        self._out("EMC")
        assert self.page == page, f"a {kind} went over the end of a page"

    @contextmanager
    def frame(self) -> Iterator[None]:
        """Lines, and what is repeated on every page: nothing that is read out."""
        self._out("/Artifact BMC")
        yield
        self._out("EMC")

    def bytes(self) -> bytes:
        return bytes(self.output(output_producer_class=_Producer))
