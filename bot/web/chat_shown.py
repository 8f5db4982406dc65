"""That somebody was there to read what a person wrote to them: else word of it goes to them by e-mail."""

from __future__ import annotations

from bot import contact
from bot.contact import glance
from bot.core import reading, transaction
from bot.web.parts import Parts


def note(parts: Parts, address: str) -> None:
    """Asked once for each page and each such message; written only where there is something to write."""
    with reading(parts.engine) as session:
        talk = glance.conversation_at(session, "web", address)
        if talk is None or not contact.shown.has_unshown(session, talk.id):
            return
    with transaction(parts.engine) as session:
        contact.shown.note_shown(session, talk.id)
