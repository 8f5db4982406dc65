"""The sandbox's memory: one small SQLite file, so that killing the sandbox loses nothing.

Stripe objects are kept as the JSON that Stripe would answer. Deliveries are webhooks still owed to Parley.
Every public call of the doubles is one transaction here.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import string
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_SCHEMA = """
create table if not exists objects (
    seq integer primary key autoincrement, id text unique not null, kind text not null,
    created integer not null, body text not null);
create index if not exists objects_kind on objects (kind, seq);
create index if not exists objects_open on objects (json_extract(body, '$.expires_at'))
    where kind = 'checkout.session' and json_extract(body, '$.status') = 'open';
create table if not exists idempotency (
    key text primary key, fingerprint text not null, status integer not null, body text not null,
    created integer not null);
create table if not exists messages (
    seq integer primary key autoincrement, sid text unique not null,
    phone text not null, channel text not null,
    inbound integer not null, status text not null, created text not null, body text not null);
create index if not exists messages_phone on messages (phone, seq);
create table if not exists opt_outs (phone text primary key, at text not null);
create table if not exists steps (
    seq integer primary key autoincrement, due real not null, sid text not null, status text not null,
    error integer);
create table if not exists deliveries (
    seq integer primary key autoincrement, provider text not null, subject text not null, lane text not null,
    url text not null,
    signed_url text not null, body text not null, due real not null, tries integer not null default 0,
    state text not null default 'waiting', answer text not null default '');
create index if not exists deliveries_due on deliveries (state, due);
create table if not exists letters (
    seq integer primary key autoincrement, address text not null, sender text not null, subject text not null,
    body text not null, at text not null);
create index if not exists letters_address on letters (address, seq);
create table if not exists settings (name text primary key, value text not null);
"""


class Store:
    """Opened once per process and used from its event loop only."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.db.row_factory = sqlite3.Row
        self.db.execute("pragma journal_mode = wal")
        self.db.execute("pragma synchronous = normal")
        self.db.executescript(_SCHEMA)

    def close(self) -> None:
        self.db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commits on success, rolls back on any error."""
        self.db.execute("begin immediate")
        try:
            yield
            self.db.execute("commit")
        except BaseException:
            if self.db.in_transaction:  # a full disk may have ended it
                self.db.execute("rollback")
            raise

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return list(self.db.execute(sql, values))

    def row(self, sql: str, *values: Any) -> sqlite3.Row | None:
        found: sqlite3.Row | None = self.db.execute(sql, values).fetchone()
        return found

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self.db.execute(sql, values)

    def save(self, body: Json) -> Json:
        """Inserts or replaces a Stripe object under its id, keeping its place in the order of creation."""
        self.db.execute(
            "insert into objects (id, kind, created, body) values (?, ?, ?, ?)"
            " on conflict (id) do update set body = excluded.body",
            (body["id"], body["object"], body.get("created", 0), json.dumps(body)),
        )
        return body

    def find(self, id_: str, kind: str | None = None) -> Json | None:
        row = self.row("select kind, body from objects where id = ?", id_)
        if row is None or (kind and row["kind"] != kind):
            return None
        body: Json = json.loads(row["body"])
        return body

    def all(self, kind: str) -> list[Json]:
        """Newest first, as Stripe lists."""
        return [
            json.loads(r["body"]) for r in self.rows("select body from objects where kind = ? order by seq desc", kind)
        ]

    def setting(self, name: str, default: Any) -> Any:
        row = self.row("select value from settings where name = ?", name)
        return default if row is None else json.loads(row["value"])

    def set(self, name: str, value: Any) -> None:
        self.db.execute(
            "insert into settings (name, value) values (?, ?) on conflict (name) do update set value = excluded.value",
            (name, json.dumps(value)),
        )


_LETTERS = string.ascii_letters + string.digits


def stripe_id(prefix: str, length: int = 24) -> str:
    """ "pi_" and random letters, as Stripe's ids look."""
    return f"{prefix}_{''.join(secrets.choice(_LETTERS) for _ in range(length))}"


def twilio_sid(prefix: str) -> str:
    """ "SM" and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)
