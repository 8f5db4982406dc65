"""Where the sentences and clauses of a message stand. A point or comma inside a figure ends nothing."""

from __future__ import annotations

from collections.abc import Iterator

_ENDS_SENTENCE, _ENDS_CLAUSE = ".?!;\n", ".,;!?\n"


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Each with its end mark."""
    begins = 0
    for at in _ends(text, _ENDS_SENTENCE):
        yield begins, at + 1
        begins = at + 1
    if text[begins:].strip():
        yield begins, len(text)


def clauses(text: str) -> Iterator[tuple[int, str]]:
    """Each without its end mark, and where it begins."""
    begins = 0
    for at in _ends(text, _ENDS_CLAUSE):
        yield begins, text[begins:at]
        begins = at + 1
    yield begins, text[begins:]


def _ends(text: str, marks: str) -> Iterator[int]:
    for at, letter in enumerate(text):
        if letter in marks and not text[at + 1 : at + 2].isdigit() and not _is_short_form(text, at):
            yield at


def _is_short_form(text: str, at: int) -> bool:
    """ "5 p.m.": between two letters, the first of which stands alone."""
    before, behind = text[max(0, at - 2) : at], text[at + 1 : at + 2]
    return behind.isalpha() and before[-1:].isalpha() and not before[:-1].isalpha()
