"""Documents that somebody can keep: a page, a PDF and a signed file, by a link of its own and a number to read out."""

from bot.papers import signing
from bot.papers.numbers import number_for, owner, spoken
from bot.papers.proof import NAME as COOKIE
from bot.papers.proof import conversation as proof_conversation
from bot.papers.proof import cookie, holds, tried
from bot.papers.rendering import Document, Frozen, filled, rendered, speaker
from bot.papers.service import (
    Kept,
    Kind,
    NoSuchDocument,
    Whose,
    by_source,
    by_token,
    canonical,
    freeze,
    frozen,
    link,
    of_party,
    sheets,
)
from bot.papers.sheet import LANGUAGES, Content, Lines, Section, Sheet, Table, written_day, written_moment
from bot.papers.web import Find, Found, Place, document_headers, routes

__all__ = [
    "COOKIE", "LANGUAGES", "Content", "Document", "Find", "Found", "Frozen", "Kept", "Kind", "Lines", "NoSuchDocument",
    "Place", "Section", "Sheet", "Table", "Whose", "by_source", "by_token", "canonical", "cookie", "document_headers",
    "filled", "freeze", "frozen", "holds", "link", "number_for", "of_party", "owner", "proof_conversation", "rendered",
    "routes", "sheets", "signing", "speaker", "spoken", "tried", "written_day", "written_moment",
]  # fmt: skip
