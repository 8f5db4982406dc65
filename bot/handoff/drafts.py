"""What somebody has begun to write: kept for them and nobody else, until it is sent or emptied. It has no way out."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from bot.contact import masking
from bot.core import Session, upsert
from bot.handoff.store import case_drafts

LONGEST = 1600


def keep_draft(session: Session, conversation_id: str, author: str, text: str, now: datetime) -> None:
    """Takes the place of the one before; an empty one ends it. Card numbers are not kept."""
    kept = masking.mask(text.replace("\r\n", "\n"))[:LONGEST]
    if not kept.strip():
        drop_draft(session, conversation_id, author)
        return
    upsert(session, case_drafts, {"conversation_id": conversation_id, "author": author, "text": kept, "at": now})


def draft_of(session: Session, conversation_id: str, author: str) -> str:
    """Empty when there is none."""
    return str(session.execute(sa.select(case_drafts.c.text).where(_here(conversation_id, author))).scalar() or "")


def drop_draft(session: Session, conversation_id: str, author: str) -> None:
    session.execute(case_drafts.delete().where(_here(conversation_id, author)))


def _here(conversation_id: str, author: str) -> sa.sql.ColumnElement:
    return sa.and_(case_drafts.c.conversation_id == conversation_id, case_drafts.c.author == author)
