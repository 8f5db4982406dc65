"""What the tests of written agreements read."""

from __future__ import annotations

import re

from bot import papers
from bot.negotiation import documents
from bot.negotiation.agreed import Agreement
from tests.agreements.kit import World


def document(
    world: World, agreement: Agreement, language: str = "en", revision: int | None = None
) -> papers.Document:
    found: papers.Document = world.run(documents.agreement_document, agreement.id, language, revision)
    return found


def plain(html: str) -> str:
    """What a reader sees of a page, without its line breaks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.split("</style>")[-1]))
