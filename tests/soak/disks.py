"""A small disk in memory for the database alone, to be filled.

PostgreSQL gets a tablespace there: its tables run out of room, its log and everybody else's tables do not.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.conftest import POSTGRES

SIZE = "24m"


@contextmanager
def small_disk(kind: str) -> Iterator[tuple[Path, str]]:
    """Where it is, and the name of the tablespace on it, empty on SQLite. Skips the test where none may be mounted.

    The tablespace goes before its disk, or the disk stays: a server that cannot write what it has in memory is of no
    use to anybody.
    """
    at = Path(tempfile.mkdtemp(prefix="parley-soak-"))
    at.chmod(0o755)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "parley-soak", str(at)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode != 0:
        at.rmdir()
        pytest.skip("no small disk may be mounted here")
    tablespace = ""
    try:
        tablespace = _tablespace(at / "tables") if kind == "postgresql" else ""
        yield at, tablespace
    finally:
        if tablespace:
            _administer(f"DROP TABLESPACE {tablespace}")
        subprocess.run(["umount", "--lazy", str(at)], check=True)
        at.rmdir()


def _tablespace(at: Path) -> str:
    name = f"soak{uuid.uuid4().hex[:10]}"
    at.mkdir()
    try:
        shutil.chown(at, "postgres")
        _administer(f"CREATE TABLESPACE {name} LOCATION '{at}'")
    except (LookupError, sa.exc.DBAPIError):
        pytest.skip("the server of PostgreSQL is not on this machine, or not ours")
    return name


def _administer(statement: str) -> None:
    admin = sa.create_engine(POSTGRES, future=True, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(statement)
    admin.dispose()


def fill(disk: Path) -> Path:
    """To the last byte, by one file; returns it."""
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    return ballast
