"""How long things are kept, and how they go: `data/law/retention/classes.yml`, tried dry before it is done.

An account with something owed, held, disputed or agreed keeps everything. What goes is what people wrote and who they
are; the ledger and the chained log stay, without a name. Erasure on request is the same, at once or on the first day on
which nothing that must be kept stands in the way (GDPR art. 17(3)(b), (e)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from bot import accounts, contact, core, handoff, negotiation, records
from bot.core import Problem, Problems, Session, record

FILE = Path(__file__).parents[1] / "data" / "law" / "retention" / "classes.yml"
GONE = "[erased]"


@dataclass(frozen=True)
class Class:
    """What is kept for how many days, after what, and by which source."""

    id: str
    what: str
    days: int
    after: str
    source: str


@dataclass(frozen=True)
class Due:
    """What would go: of which class, whose (a party or a conversation), and since when it could."""

    of: str
    id: str
    since: date


@dataclass(frozen=True)
class Answer:
    """To a request for erasure: done, or kept until a day (None: while something is open) and why."""

    done: bool
    keep_until: date | None
    why: tuple[str, ...]


@lru_cache(maxsize=1)
def classes(path: Path = FILE) -> dict[str, Class]:
    """By id. Raises Problems."""
    rows = [Class(**row) for row in yaml.safe_load(path.read_text(encoding="utf-8"))]
    wrong = [Problem(row.id, "at least one day and a source") for row in rows if row.days < 1 or not row.source.strip()]
    if wrong:
        raise Problems(wrong)
    return {row.id: row for row in rows}


def due(session: Session, now: datetime) -> tuple[Due, ...]:
    """All that may go today; nothing is changed."""
    found = [_account_due(session, party_id, now) for party_id in accounts.known_people(session)]
    return (*[one for one in found if one is not None], *_strangers_due(session, now), *_files_due(session, now))


def purge(session: Session, now: datetime, *, actor: str) -> tuple[Due, ...]:
    """Does what `due` says; returns it."""
    going = due(session, now)
    for one in going:
        if one.of == "account":
            _erase(session, one.id, now, actor, "retention")
        elif one.of == "file":
            _drop_files(session, _table("files").c.id == one.id)
            record(session, "FilePurged", subject=one.id, data={"class": one.of}, now=now, actor=actor)
        else:
            _blank(session, {one.id})
            record(session, "ConversationPurged", subject=one.id, data={"class": one.of}, now=now, actor=actor)
    for tries in (core.metadata.tables["identity_attempts"], core.metadata.tables["identity_codes"]):
        session.execute(tries.delete().where(tries.c.at < now - timedelta(days=classes()["proof"].days)))
    handoff.hearing.forget(session, now)
    links = core.metadata.tables["identity_links"]
    session.execute(links.delete().where(links.c.expires_at < now - timedelta(days=classes()["proof"].days)))
    return going


def erase(session: Session, party_id: str, now: datetime, *, actor: str) -> Answer:
    """They asked for it. Where something must be kept, the day on which it goes is written down, and `purge` does it."""
    why, until = _must_keep(session, party_id, now)
    if not why:
        _erase(session, party_id, now, actor, "asked")
        return Answer(True, None, ())
    data = {"keep_until": until.isoformat() if until else None, "why": list(why)}
    record(session, "ErasureAsked", subject=party_id, data=data, now=now, actor=actor)
    return Answer(False, until, why)


def _account_due(session: Session, party_id: str, now: datetime) -> Due | None:
    if core.facts(session, subject=party_id, kind="PersonErased"):
        return None
    why, _ = _must_keep(session, party_id, now)
    last = records.gather(session, party_id).last_activity
    if why or last is None:
        return None
    return Due("account", party_id, (last + timedelta(days=classes()["account"].days)).date())


def _must_keep(session: Session, party_id: str, now: datetime) -> tuple[tuple[str, ...], date | None]:
    """Why it cannot go yet; and the first day on which it can, None while something is open."""
    debts = accounts.known_debts_of(session, party_id)
    why = ["something is owed"] if any(debt.balance.is_positive for debt in debts) else []
    why += ["something is held"] if contact.active_holds(session, party_id, now) else []
    why += ["a dispute is not decided"] if accounts.open_disputes(session, party_id) else []
    why += ["an agreement runs"] if any(negotiation.current_agreement(session, debt.id) for debt in debts) else []
    if why:
        return tuple(why), None
    last = records.gather(session, party_id).last_activity
    until = (last + timedelta(days=classes()["account"].days)).date() if last else now.date()
    return ((classes()["account"].source,), until) if now.date() < until else ((), None)


def _strangers_due(session: Session, now: datetime) -> list[Due]:
    """Conversations that are nobody's and that nothing holds, silent for long."""
    talks, inbox = core.metadata.tables["conversations"], core.metadata.tables["inbox"]
    holds, outbox = core.metadata.tables["holds"], core.metadata.tables["outbox"]
    last = sa.func.max(inbox.c.received_at)
    held = sa.select(holds.c.conversation_id).where(holds.c.conversation_id.is_not(None), contact.in_force(now))
    theirs = sa.select(outbox.c.conversation_id).where(outbox.c.party_id.is_not(None))
    days = timedelta(days=classes()["stranger"].days)
    query = (
        sa.select(talks.c.id, last.label("last"))
        .select_from(talks.join(inbox, inbox.c.conversation_id == talks.c.id))
        .where(talks.c.party_id.is_(None), talks.c.id.not_in(held), talks.c.id.not_in(theirs))
        .where(inbox.c.text != GONE)
        .group_by(talks.c.id)
        .having(last < now - days)
    )
    return [Due("stranger", row.id, (row.last + days).date()) for row in session.execute(query)]


def _files_due(session: Session, now: datetime) -> list[Due]:
    """What belongs to nothing, and whose sender has nothing held or disputed."""
    files, talks, holds = _table("files"), _table("conversations"), _table("holds")
    days = timedelta(days=classes()["file"].days)
    unfiled = sa.and_(files.c.about == "", files.c.state == "kept", files.c.received_at < now - days)
    query = sa.select(files.c.id, files.c.received_at, files.c.conversation_id, talks.c.party_id).where(unfiled)
    found = session.execute(query.join(talks, talks.c.id == files.c.conversation_id)).all()
    held = session.execute(sa.select(holds.c.party_id, holds.c.conversation_id).where(contact.in_force(now)))
    stays = {one for row in held for one in row if one is not None}
    return [
        Due("file", row.id, (row.received_at + days).date())
        for row in found
        if row.party_id not in stays and row.conversation_id not in stays
    ]


def _drop_files(session: Session, which: Any) -> None:
    """The bytes go, and where they were; that something was sent stays."""
    files, contents = _table("files"), _table("file_contents")
    session.execute(contents.delete().where(contents.c.file_id.in_(sa.select(files.c.id).where(which))))
    session.execute(files.update().where(which).values(state="gone", source="", digest="", why="retention"))


def _drop_documents(session: Session, party_id: str) -> None:
    """Their name stands in them. Numbers stay: another document must not get one of theirs."""
    links, kept = _table("document_links"), _table("documents")
    theirs = sa.select(kept.c.number).where(kept.c.party_id == party_id)
    session.execute(links.delete().where(links.c.number.in_(theirs)))
    session.execute(kept.delete().where(kept.c.party_id == party_id))


def _erase(session: Session, party_id: str, now: datetime, actor: str, why: str) -> None:
    kept = records.gather(session, party_id).rows
    _blank(session, {row["id"] for row in kept.get("conversations", ())})
    values: dict[str, Any] = {"given_name": GONE, "family_name": GONE, "customer": f"erased:{party_id}", "state": ""}
    session.execute(_table("parties").update().where(_table("parties").c.id == party_id).values(**values))
    couples = _table("couples")
    session.execute(couples.delete().where(sa.or_(couples.c.party_id == party_id, couples.c.spouse_id == party_id)))
    for name in ("addresses", "identity_factors", "places", "inconvenient_times", "hardships", "paydays", "scores"):
        session.execute(_table(name).delete().where(_table(name).c.party_id == party_id))
    _drop_documents(session, party_id)
    holds = _table("holds")
    session.execute(holds.update().where(holds.c.party_id == party_id).values(given=None))
    disputes = _table("disputes")
    session.execute(disputes.update().where(disputes.c.party_id == party_id).values(text=GONE))
    mandates = _table("mandates")
    session.execute(mandates.update().where(mandates.c.party_id == party_id).values(network="", last4="", brand=""))
    data = {"why": why}
    record(session, "PersonErased", subject=party_id, data=data, now=now, actor=actor)


def _blank(session: Session, conversation_ids: set[str]) -> None:
    """What was written there, and from where."""
    some = sorted(conversation_ids)
    for name in ("inbox", "outbox"):
        its = _table(name).c.conversation_id.in_(some)
        session.execute(_table(name).update().where(its).values(text=GONE))
    holds = _table("holds")
    session.execute(holds.update().where(holds.c.conversation_id.in_(some)).values(given=None))
    outbox, talks, states = _table("outbox"), _table("conversations"), _table("dialogue_states")
    session.execute(outbox.update().where(outbox.c.conversation_id.in_(some)).values(address=GONE))
    session.execute(_table("inbox").update().where(_table("inbox").c.conversation_id.in_(some)).values(media=[]))
    session.execute(states.delete().where(states.c.conversation_id.in_(some)))
    session.execute(_table("heard").delete().where(_table("heard").c.conversation_id.in_(some)))
    _drop_files(session, _table("files").c.conversation_id.in_(some))
    for one in some:  # a channel and an address name one conversation
        session.execute(talks.update().where(talks.c.id == one).values(address=f"erased:{one}"))


def _table(name: str) -> sa.Table:
    return core.metadata.tables[name]
