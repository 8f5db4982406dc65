"""What a visitor may see of their conversation.

Once the time of a verification is over, the screen may be anybody's: what was said until then is hidden, apart
from our texts that are for anyone. What is typed after that moment stays, so that the way back can be followed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from bot import contact, handoff
from bot.core import Session

_URL = re.compile(r"https?://[^\s<>\"']+")
_TRAILING = ".,;:!?)]}"
_STEP = re.compile(r"^(?P<words>[^\n:]{1,60}): (?P<url>https?://\S+)$", re.MULTILINE)
"""A line of ours that is a few words and an address: a button on a page."""


@dataclass(frozen=True)
class Shown:
    """One line as a page or a stream shows it. `number` is 0 for what the visitor wrote."""

    id: str
    number: int
    author: str
    """`you`, `bot` or `agent`: which agent is nobody's business."""
    text: str
    at: datetime
    choices: tuple[str, ...]
    links: tuple[str, ...]
    """The parts of `text` that may be clicked: addresses on our own host, nothing else."""
    steps: tuple[tuple[str, str], ...] = ()
    """(words, address) of each button under the text: "Pay $51.04"."""
    lang: str = ""
    """The language of `text`, where we wrote it."""
    client: str = ""
    """The id that the page gave to what the visitor wrote."""
    files: int = 0
    """How many photos or files came with it."""

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id, "number": self.number, "author": self.author, "text": self.text, "lang": self.lang,
            "client": self.client, "files": self.files,
            "choices": list(self.choices), "links": list(self.links), "at": self.at.isoformat(),
            "steps": [list(step) for step in self.steps],
        }  # fmt: skip

    def pieces(self) -> list[tuple[str, bool]]:
        """`text` cut into what is plain (False) and what is a link (True)."""
        if not self.links:
            return [(self.text, False)]
        pattern = "|".join(re.escape(link) for link in sorted(self.links, key=len, reverse=True))
        return [(part, part in self.links) for part in re.split(f"({pattern})", self.text) if part]


def is_locked(talk: contact.Conversation | None, now: datetime) -> bool:
    """They were verified here once and are not any more."""
    return talk is not None and talk.party_id is not None and not talk.is_verified(now)


def waiting(session: Session, talk: contact.Conversation | None) -> dict[str, str] | None:
    """Since when a person has been asked for (`by` queue), or that one answers (`by` person); None with the assistant."""
    if talk is None or talk.owner == contact.BOT:
        return None
    case = handoff.open_case_of(session, talk.id)
    if case is None:
        return None
    return {"by": "queue" if talk.owner == contact.QUEUE else "person", "since": case.opened_at.isoformat()}


def everything(session: Session, talk: contact.Conversation | None, public_url: str, now: datetime) -> list[Shown]:
    """All that this visitor may see now, oldest first."""
    if talk is None:
        return []
    lines = [line for line in contact.transcript(session, talk.id) if line.state != "blocked"]
    return [shown(line, public_url) for line in _visible(session, talk, lines, now)]


def new(session: Session, talk: contact.Conversation | None, after: int, public_url: str, now: datetime) -> list[Shown]:
    """What we wrote after outbox number `after` and they may see now."""
    if talk is None:
        return []
    lines = contact.said(session, talk.id, after=after)
    return [shown(line, public_url) for line in _visible(session, talk, lines, now)]


def shown(line: contact.Line, public_url: str) -> Shown:
    author = "you" if line.author == "debtor" else "bot" if line.author == contact.BOT else "agent"
    steps, text = _steps(line.text, public_url) if author == "bot" else ((), line.text)
    links = tuple(dict.fromkeys(_own_links(text, public_url))) if author != "you" else ()
    return Shown(line.id, line.number, author, text, line.at, line.choices, links, steps, line.language,
                 line.provider_id.rpartition(":")[2], len(line.files))  # fmt: skip


def _steps(text: str, public_url: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """The lines that are buttons, and the text without them."""
    found = [match for match in _STEP.finditer(text) if list(_own_links(match["url"], public_url)) == [match["url"]]]
    for match in reversed(found):
        text = text[: match.start()] + text[match.end() + 1 :]
    return tuple((match["words"], match["url"]) for match in found), text.strip()


def _visible(
    session: Session, talk: contact.Conversation, lines: list[contact.Line], now: datetime
) -> list[contact.Line]:
    if not is_locked(talk, now):
        return lines
    private = {line.id for line in lines if line.author != "debtor" and not _is_for_anyone(session, line)}
    ends = [line.at for line in lines if line.id in private]
    since = talk.verified_until or max(ends, default=None)
    return [line for line in lines if line.id not in private and (line.number or since is None or line.at >= since)]


def _is_for_anyone(session: Session, line: contact.Line) -> bool:
    return all(part["audience"] == "anyone" for part in contact.outbox.get(session, line.id).parts)


def _own_links(text: str, public_url: str) -> list[str]:
    ours = urlsplit(public_url)
    found = (match[0].rstrip(_TRAILING) for match in _URL.finditer(text))
    return [url for url in found if _host(url) == (ours.scheme, ours.netloc) and not contact.link_text.lacks_link(url)]


def _host(url: str) -> tuple[str, str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc
