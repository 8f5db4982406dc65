"""Which cases an agent wants to see: a view, a few filters, and words to look for."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request

from bot import accounts, contact, handoff, papers
from bot.core import Session
from bot.web.desk_view import Waiting

CLOSED = "closed"
VIEWS = ("mine", "unassigned", "theirs", "aside", "disputes", "named", "all", CLOSED)
"""What is put aside stands in `aside`, in `disputes`, and in `all`, at the end; what is over only in `closed`."""
SHORTEST = 2
"""Characters that are looked for."""


@dataclass(frozen=True)
class Find:
    view: str = "all"
    words: str = ""
    reason: str = ""
    channel: str = ""
    language: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.words or self.reason or self.channel or self.language)

    def query(self, **other: str) -> str:
        """As the address of the page has it."""
        asked = {"view": self.view, "q": self.words, "reason": self.reason, "channel": self.channel,
                 "language": self.language, **other}  # fmt: skip
        return urlencode({name: value for name, value in asked.items() if value})


def asked(request: Request) -> Find:
    """What is not known counts as not asked."""
    given = request.query_params
    return Find(
        view=_among(given.get("view"), VIEWS) or "all",
        words=" ".join(given.get("q", "").split())[:80],
        reason=_among(given.get("reason"), [reason.value for reason in handoff.Reason]),
        channel=_among(given.get("channel"), CHANNELS),
        language=_among(given.get("language"), ("en", "es")),
    )


CHANNELS = ("sms", "whatsapp", "telegram", "web")


@dataclass(frozen=True)
class Marks:
    """What is known of all cases at once, for views that a row does not tell."""

    actor: str
    disputing: frozenset[str | None]
    named_in: frozenset[str]


def marks(session: Session, actor: str) -> Marks:
    disputing = frozenset(one.party_id for one in accounts.every_open_dispute(session)) - {None}
    return Marks(actor, disputing, handoff.unread_mentions(session, actor))


def in_view(found: Collection[Waiting], view: str, known: Marks) -> list[Waiting]:
    return [row for row in found if _is_in(row, view, known)]


def matching(session: Session, found: Sequence[Waiting], find: Find) -> list[Waiting]:
    """Those that have the filters and, in name, telephone, reference, reason or what was said, all of the words; or
    whose document has the number that they read out.
    """
    rows = [row for row in found if _passes(row, find)]
    if len(find.words) < SHORTEST:
        return rows
    said = contact.where_said(session, [row.case.conversation_id for row in rows], find.words)
    owner = papers.owner(session, find.words)
    return [
        row for row in rows
        if row.case.conversation_id in said or _tells(row, find.words) or owner and row.party and row.party.id == owner
    ]  # fmt: skip


def plain(text: str) -> str:
    """Without capitals and accents."""
    parted = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in parted if not unicodedata.combining(letter))


def _is_in(row: Waiting, view: str, known: Marks) -> bool:
    aside = row.state == "aside"
    if view == "mine":
        return row.owner == known.actor and not aside
    if view == "unassigned":
        return row.owner in handoff.NOBODYS and not aside
    if view == "disputes":
        return row.case.reason is handoff.Reason.DISPUTE or (row.party is not None and row.party.id in known.disputing)
    if view == "named":
        return row.case.conversation_id in known.named_in
    return view == "all" or row.state == view


def _passes(row: Waiting, find: Find) -> bool:
    return (
        find.reason in ("", row.case.reason.value)
        and find.channel in ("", row.talk.channel)
        and find.language in ("", row.talk.language)
    )


def _tells(row: Waiting, words: str) -> bool:
    references = (debt.reference for debt in row.debts)
    about = plain(" ".join([row.name or "", row.reason, *references, row.owner_name or ""]))
    if all(word in about for word in plain(words).split()):
        return True
    digits = "".join(letter for letter in words if letter.isdigit())
    is_phone = len(digits) >= 4 and not set(words) - set("0123456789+-(). ")
    return is_phone and digits in "".join(filter(str.isdigit, row.talk.address))


def _among(given: str | None, known: Collection[str]) -> str:
    return given if given is not None and given in known else ""
