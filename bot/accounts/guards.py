"""The database itself refuses to change or delete an entry of the ledger.

A mistake is corrected by another entry. SQLite's INSERT OR REPLACE deletes without asking delete triggers, so
a second entry with the same number or source is refused before it is looked at. A migration runs
LEDGER_GUARDS.
"""

from __future__ import annotations

import sqlalchemy as sa

_NEVER = "ledger entries are never changed or deleted"
LEDGER_GUARDS: dict[str, list[str]] = {
    "sqlite": [
        f"CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries "
        f"BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END",
        f"CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries "
        f"BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END",
        f"CREATE TRIGGER ledger_entries_no_replace BEFORE INSERT ON ledger_entries "
        f"WHEN EXISTS (SELECT 1 FROM ledger_entries WHERE number = NEW.number OR source = NEW.source) "
        f"BEGIN SELECT RAISE(ABORT, '{_NEVER}'); END",
    ],
    "postgresql": [
        f"CREATE OR REPLACE FUNCTION ledger_entries_stay() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_NEVER}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER ledger_entries_no_change BEFORE UPDATE OR DELETE ON ledger_entries "
        "FOR EACH ROW EXECUTE FUNCTION ledger_entries_stay()",
        "CREATE TRIGGER ledger_entries_no_truncate BEFORE TRUNCATE ON ledger_entries "
        "FOR EACH STATEMENT EXECUTE FUNCTION ledger_entries_stay()",
    ],
}


def guard(table: sa.Table) -> None:
    """Create the guards together with the table."""
    for dialect, statements in LEDGER_GUARDS.items():
        for statement in statements:
            sa.event.listen(table, "after_create", sa.DDL(statement).execute_if(dialect=dialect))
