"""Offers, agreements and policy versions: written once, with the decision that allowed them.

What happens later stands in rows of its own (changes, ends, events), so that what was agreed stays as it was.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from bot.core import Session, UtcDateTime, metadata

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

offers = sa.Table(
    "offers",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False),
    sa.Column("debt_id", sa.String(40), nullable=False),
    sa.Column("conversation_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("made_as", sa.String(20), nullable=False),  # listed, accepted (as proposed), countered, final, by_hand
    sa.Column("offer", sa.JSON, nullable=False),
    # The bytes of policy.record: facts and decision, to be replayed.
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("proposal", sa.JSON),
    sa.Column("policy_version", sa.String(80), nullable=False),
    sa.Column("experiment_id", sa.String(40)),
    sa.Column("propensity_pct", sa.Integer),  # with what chance they got this version; null where chance had no part
    sa.Column("row", sa.String(80), nullable=False),
    sa.Column("reason", sa.String(60)),
    sa.Column("expires", sa.Date, nullable=False),
    sa.Column("made_at", UtcDateTime, nullable=False),
    sa.Index("ix_offers_debt", "debt_id", "made_at"),
    sa.Index("ix_offers_made", "made_at"),
)
agreements = sa.Table(
    "agreements",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("offer_id", sa.String(40), sa.ForeignKey("offers.id"), nullable=False, unique=True),
    sa.Column("party_id", sa.String(40), nullable=False),
    sa.Column("debt_id", sa.String(40), nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("schedule", sa.JSON, nullable=False),  # [{due, minor}]
    sa.Column("total_minor", sa.BigInteger, nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("policy_version", sa.String(80), nullable=False),
    sa.Column("agreed_at", UtcDateTime, nullable=False),
    sa.Column("agreed_by_message", sa.String(40)),
    # Payments in later entries of the ledger count towards it, earlier ones do not.
    sa.Column("after_entry", sa.BigInteger, nullable=False),
    sa.Index("ix_agreements_debt", "debt_id", "agreed_at"),
    sa.Index("ix_agreements_agreed", "agreed_at"),
)
agreement_changes = sa.Table(
    "agreement_changes",
    metadata,
    sa.Column("agreement_id", sa.String(40), sa.ForeignKey("agreements.id"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),  # from 1; 0 is as agreed
    sa.Column("kind", sa.String(20), nullable=False),  # the values of upkeep.What
    sa.Column("day", sa.Date),  # the due day of the part that it was about
    sa.Column("schedule", sa.JSON, nullable=False),  # the whole schedule from now on, paid parts first
    sa.Column("offer_id", sa.String(40), sa.ForeignKey("offers.id"), unique=True),
    sa.Column("message_id", sa.String(40)),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
agreement_ends = sa.Table(
    "agreement_ends",
    metadata,
    sa.Column("agreement_id", sa.String(40), sa.ForeignKey("agreements.id"), primary_key=True),
    sa.Column("how", sa.String(30), nullable=False),  # replaced, cancelled, broken, completed
    sa.Column("reason", sa.Text),
    sa.Column("at", UtcDateTime, nullable=False),
)
agreement_documents = sa.Table(
    "agreement_documents",
    metadata,
    sa.Column("agreement_id", sa.String(40), sa.ForeignKey("agreements.id"), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),  # agreement, completion
    sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
)
agreement_links = sa.Table(
    "agreement_links",
    metadata,
    sa.Column("token_hash", sa.String(64), primary_key=True),
    sa.Column("agreement_id", sa.String(40), sa.ForeignKey("agreements.id"), nullable=False, index=True),
    sa.Column("made_at", UtcDateTime, nullable=False),
)
hardships = sa.Table(
    "hardships",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("party_id", sa.String(40), nullable=False, index=True),
    sa.Column("message_id", sa.String(40), nullable=False),
    sa.Column("told_at", UtcDateTime, nullable=False),
)
policy_versions = sa.Table(
    "policy_versions",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    sa.Column("content", sa.Text, nullable=False),  # canonical JSON
    sa.Column("hash", sa.String(64), nullable=False, index=True),
    sa.Column("base_version", sa.String(40)),
    sa.Column("author", sa.String(80), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False, index=True),
)
policy_events = sa.Table(
    "policy_events",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("version_id", sa.String(40), sa.ForeignKey("policy_versions.id"), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),  # the values of versions.Step
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("at", UtcDateTime, nullable=False),
    sa.Column("effective_from", UtcDateTime),  # of kind live only
    sa.Column("note", sa.Text, nullable=False),
    sa.Index("ix_policy_events_live", "kind", "effective_from", "number"),
)

policy_drafts = sa.Table(
    "policy_drafts",
    metadata,
    sa.Column("id", sa.String(40), primary_key=True),
    # As it was typed, so that half a figure is kept too.
    sa.Column("content", sa.JSON, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("begun_by", sa.String(80), nullable=False),
    sa.Column("begun_at", UtcDateTime, nullable=False),
    sa.Column("saved_by", sa.String(80), nullable=False),
    sa.Column("saved_at", UtcDateTime, nullable=False),
    sa.Column("writers", sa.JSON, nullable=False),  # log-ins of all who changed it: none of them may approve it
    sa.Column("editor", sa.String(80)),
    sa.Column("editor_at", UtcDateTime),
    sa.Column("version_id", sa.String(40), sa.ForeignKey("policy_versions.id")),
    sa.Column("closed_at", UtcDateTime),
)
policy_simulations = sa.Table(
    "policy_simulations",
    metadata,
    sa.Column("number", _Number, primary_key=True),
    sa.Column("version_id", sa.String(40), sa.ForeignKey("policy_versions.id"), nullable=False, index=True),
    sa.Column("hash", sa.String(64), nullable=False),
    sa.Column("asked_by", sa.String(80), nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.Column("begun_at", UtcDateTime),
    sa.Column("seen_at", UtcDateTime),
    sa.Column("done", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("report", sa.Text),  # canonical JSON of findings.Report
    sa.Column("failed", sa.Text),
)


def lock_agreement(session: Session, agreement_id: str) -> None:
    """Whoever else changes this agreement waits until this transaction is over; SQLite has one writer anyway."""
    session.execute(sa.select(agreements.c.id).where(agreements.c.id == agreement_id).with_for_update())


def offer_row(session: Session, party_id: str, offer_id: str) -> Any | None:
    """None when this person was never made this offer."""
    query = sa.select(offers).where(offers.c.id == offer_id, offers.c.party_id == party_id)
    return session.execute(query).first()


def offer_rows(session: Session, party_id: str, offer_ids: Collection[str]) -> list[Any]:
    """Those of these ids that this person was made."""
    query = sa.select(offers).where(offers.c.id.in_(list(offer_ids)), offers.c.party_id == party_id)
    return list(session.execute(query))
