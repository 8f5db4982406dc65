"""Files of creditors: taken in, laid out, checked, asked about, and then in or given up.

new → waiting → checked → ready → taken, and given_up or failed from anywhere before. Whoever checks or takes is the
worker (`work`); here is what a manager does.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
import sqlalchemy as sa

from bot import accounts, negotiation
from bot.core import ParleyError, Problem, Problems, Session, Settings, new_id, record, upsert, vault
from bot.exchange import fields, reading, sheet, store
from bot.exchange.fields import Kind
from bot.exchange.reading import Layout, Writing
from bot.exchange.report import Report

KEPT = timedelta(days=7)
"""How long a file waits for somebody to take it."""
OPEN = ("new", "waiting", "checked", "ready")
LONGEST = 80
_files = store.files


class NoSuchFile(ParleyError):
    """It was never here, or is somebody else's."""


class TakenBefore(ParleyError):
    """The very same file was taken already: nothing would change."""

    def __init__(self, earlier: File) -> None:
        super().__init__(f"this file was taken on {earlier.at:%B %d, %Y}; nothing changes")
        self.earlier = earlier


@dataclass(frozen=True)
class File:
    id: str
    client: str
    kind: Kind
    name: str
    state: str
    says: Sequence[str]
    names: Sequence[str]
    layout: Layout
    total: int
    done: int
    report: Report | None
    by: str
    at: datetime
    ended_at: datetime | None
    failed: str | None
    sealed: bytes | None = field(default=None, repr=False)
    sealed_problems: bytes | None = field(default=None, repr=False)


def add(
    session: Session, *, client: str, kind: Kind, name: str, raw: bytes, read: sheet.Sheet, by: str, now: datetime,
    settings: Settings,
) -> File:
    """`read` is what `sheet.read` made of `raw`: that may take a minute, in which no transaction should be open. Raises
    Problems, TakenBefore.
    """
    client = client.strip()
    if not 0 < len(client) <= LONGEST or not client.isprintable():
        raise Problems([Problem("Creditor", f"1 to {LONGEST} letters", client[:60])])
    keyed = hmac.new(settings.secret_key.encode(), kind.encode() + client.encode() + raw, hashlib.sha256).hexdigest()
    earlier = sa.select(_files).where(_files.c.hash == keyed, _files.c.state == "taken").limit(1)
    if (row := session.execute(earlier).first()) is not None:
        raise TakenBefore(_file(row))
    known = _remembered(session, client, kind)
    columns = fields.proposed(kind, read.names, known.columns)
    fixed = {**({"client": client} if kind == "accounts" else {}), **known.fixed}
    fixed = {one: value for one, value in fixed.items() if one not in columns}
    writing, says = reading.seen((row for _, row in sheet.lines(read.content)), read.names, columns)
    values = {
        "id": new_id("file"), "client": client, "kind": kind, "name": name[-200:] or "file", "hash": keyed, "state": "new",
        "says": [read.says, *says], "names": list(read.names),
        "layout": msgspec.to_builtins(Layout(columns, fixed, {}, writing)),
        "content": vault.seal(settings.secret_key, read.content.encode()), "total": read.rows, "done": 0, "by": by, "at": now,
    }  # fmt: skip
    session.execute(_files.insert().values(**values))
    record(session, "FileUploaded", subject=values["id"], data={"rows": read.rows, "of": kind}, now=now, actor=by)
    return file(session, values["id"])


def file(session: Session, file_id: str) -> File:
    """Raises NoSuchFile."""
    row = session.execute(sa.select(_files).where(_files.c.id == file_id)).first()
    if row is None:
        raise NoSuchFile
    return _file(row)


def newest(session: Session, most: int = 50) -> list[File]:
    light = [column for column in _files.c if column.name not in ("content", "problems")]
    rows = session.execute(sa.select(*light).order_by(_files.c.at.desc(), _files.c.id).limit(most)).all()
    return [_file(row) for row in rows]


def _file(row: Any) -> File:
    """Without its content where that was not read."""
    told = row._mapping
    return File(
        row.id, row.client, row.kind, row.name, row.state, row.says, row.names, msgspec.convert(row.layout, Layout), row.total,
        row.done, msgspec.convert(row.report, Report) if row.report else None, row.by, row.at, row.ended_at, row.failed,
        told.get("content"), told.get("problems"),
    )  # fmt: skip


def examples(this: File, settings: Settings, most: int = 3) -> dict[str, list[str]]:
    """The first values of each column."""
    if this.sealed is None:
        return {}
    try:
        content = vault.unseal(settings.secret_key, this.sealed).decode()
    except vault.OtherKey:
        return {}
    found: dict[str, list[str]] = {name: [] for name in this.names}
    for number, (_, row) in enumerate(sheet.lines(content)):
        if number == 200:
            break
        for name, cell in zip(this.names, row):
            if cell and len(found[name]) < most and cell not in found[name]:
                found[name].append(cell[:40])
    return found


def lay_out(
    session: Session, this: File, columns: Mapping[str, str], fixed: Mapping[str, str], writing: Writing, *, by: str,
    now: datetime,
) -> None:  # fmt: skip
    """Says which column is which; it is remembered for the creditor, and the file is checked. Raises Problems."""
    _must_be(this, "new", "checked")
    columns = {name: column for name, column in columns.items() if column in this.names}
    problems = [
        Problem(one.label, "a column, or one value for the whole file" if one.fixed else "a column", "nothing")
        for one in fields.fields(this.kind)
        if one.name not in columns and not fixed.get(one.name)
        and (one.needed is True or (one.needed == "person" and "company" not in columns))
    ]  # fmt: skip
    if this.kind == "accounts" and not {"amount_then", "balance"} & set(columns):
        problems.append(Problem("Owed now", "a column for it, or for what was owed on the day of itemisation", "nothing"))
    if problems:
        raise Problems(problems)
    fixed = {name: value[:LONGEST] for name, value in fixed.items() if value and name not in columns}
    layout = Layout(columns, fixed, products_of(session, this.client), writing)
    kept = {"client": this.client, "kind": this.kind, "layout": msgspec.to_builtins(layout), "at": now}
    upsert(session, store.layouts, kept)
    _to(session, this, "waiting", layout=msgspec.to_builtins(layout), done=0, report=None, problems=None, seen_at=None)


def answer_products(session: Session, this: File, answers: Mapping[str, str], *, by: str, now: datetime) -> None:
    """What the creditor's own codes are, or that accounts with one stay out (`LEFT_OUT`). The file is checked again."""
    _must_be(this, "checked")
    known = {*known_products(session, now), reading.LEFT_OUT}
    wrong = [Problem(code, "one of the products that there are, or to leave them out", product)
             for code, product in answers.items() if product not in known]  # fmt: skip
    if wrong:
        raise Problems(wrong)
    for code, product in answers.items():
        upsert(session, store.products, {"client": this.client, "code": code[:80], "product": product, "by": by, "at": now})
        record(session, "ProductCodeNamed", subject=this.id, data={"code": code[:80], "product": product}, now=now, actor=by)
    lay_out(session, this, this.layout.columns, this.layout.fixed, this.layout.writing, by=by, now=now)


def take(session: Session, this: File, *, leaving: int, by: str, now: datetime) -> None:
    """The worker takes it. `leaving` is how many rows with problems whoever says so saw: those stay out. Raises Problems."""
    _must_be(this, "checked")
    report = this.report
    assert report is not None
    if report.products:
        raise Problems([Problem("Products", "an answer for each code that nobody knows", ", ".join(report.products))])
    if leaving != report.bad:
        raise Problems([Problem("Rows", f"to leave out the {report.bad} with problems", str(leaving))])
    if not report.good:
        raise Problems([Problem("Rows", "one at least that can be taken", "none")])
    _to(session, this, "ready", done=0, seen_at=None, by=by)
    record(session, "FileAccepted", subject=this.id, data={"rows": report.good, "left_out": leaving}, now=now, actor=by)


def give_up(session: Session, this: File, *, by: str, now: datetime) -> None:
    """Nothing of it was taken; what it said is gone."""
    _must_be(this, "new", "waiting", "checked")
    _to(session, this, "given_up", content=None, problems=None, ended_at=now)
    record(session, "FileGivenUp", subject=this.id, data={}, now=now, actor=by)


def fail(session: Session, this: File, why: str, now: datetime) -> None:
    """It cannot be read any more. What is in of it stays in."""
    _to(session, this, "failed", failed=why, content=None, problems=None, ended_at=now)
    record(session, "FileFailed", subject=this.id, data={"why": why}, now=now, actor="parley")


def forget_old(session: Session, now: datetime) -> int:
    """What nobody took within a week is given up; how many."""
    old = sa.select(_files.c.id).where(_files.c.state.in_(("new", "checked")), _files.c.at < now - KEPT)
    found = list(session.execute(old).scalars())
    for one in found:
        give_up(session, file(session, one), by="parley", now=now)
    return len(found)


def known_products(session: Session, now: datetime) -> frozenset[str]:
    """Those that the policy in force knows."""
    return frozenset(negotiation.live_policy(session, now).products)


def clients(session: Session, settings: Settings) -> list[str]:
    """Every creditor that there is, for a list to choose from."""
    uploaded = set(session.execute(sa.select(_files.c.client).distinct()).scalars())
    return sorted(accounts.known_clients(session) | uploaded | set(settings.creditors))


def _remembered(session: Session, client: str, kind: Kind) -> Layout:
    query = sa.select(store.layouts.c.layout).where(store.layouts.c.client == client, store.layouts.c.kind == kind)
    found = session.execute(query).scalar()
    return msgspec.convert(found, Layout) if found else Layout({}, {})


def products_of(session: Session, client: str) -> dict[str, str]:
    query = sa.select(store.products).where(store.products.c.client == client)
    return {row.code: row.product for row in session.execute(query)}


def _must_be(this: File, *states: str) -> None:
    if this.state not in states:
        raise Problems([Problem("File", f"one that is {' or '.join(states)}", this.state)])


def _to(session: Session, this: File, state: str, **values: Any) -> None:
    """Raises Problems when somebody else was faster."""
    here = sa.and_(_files.c.id == this.id, _files.c.state == this.state)
    if not session.execute(_files.update().where(here).values(state=state, **values)).rowcount:
        raise Problems([Problem("File", f"one that is {this.state} still", "something else: look again")])
