"""A frozen document as a page and as a PDF; and the words around every document, in `frame_texts.yml`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

import jinja2
import yaml

from bot.papers.sheet import Sheet

_HERE = Path(__file__).parent
Speaker = Callable[..., str]


@dataclass(frozen=True)
class Frozen:
    """A document as it was stored: its words in each language, its hash. `number` is what is read out, if it has one."""

    kind: str
    number: str
    sheets: Mapping[str, Sheet]
    sha256: str
    at: datetime
    revision: int = 0


@dataclass(frozen=True)
class Document:
    """One document in one language. `sha256` is over its content in all languages, `at` when it was frozen."""

    language: str
    html: str
    sha256: str
    sheet: Sheet
    at: datetime

    @property
    def pdf(self) -> bytes:
        """The same bytes every time."""
        from bot.papers import pdf  # half a second to import, and only a web process ever needs it

        return pdf.render(self.sheet, self.language, self.sha256, self.at)


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """All texts of the frame: name, then language."""
    texts: dict[str, dict[str, str]] = yaml.safe_load((_HERE / "frame_texts.yml").read_text(encoding="utf-8"))
    return texts


def text(name: str, language: str, **values: object) -> str:
    """Raises KeyError when the text, its language or one of its values is missing."""
    return catalogue()[name][language].format(**values)


def speaker(language: str) -> Speaker:
    """`text` with the language filled in, for templates."""
    return lambda name, **values: text(name, language, **values)


def rendered(frozen: Frozen, language: str, **page: object) -> Document:
    """`page` fills the frame of the web page; a document on its own has none."""
    shown = language if language in frozen.sheets else "en"
    sheet = frozen.sheets[shown]
    values = {"sheet": sheet, "lang": shown, "sha256": frozen.sha256, "say": speaker(shown), "page": page or None}
    return Document(shown, filled("document.html", **values), frozen.sha256, sheet, frozen.at)


def filled(name: str, **values: object) -> str:
    """One of our templates, filled in strictly."""
    return _templates().get_template(name).render(values)


@lru_cache(maxsize=1)
def _templates() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
