"""The command line: what somebody reads who has not prepared anything yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import main


@pytest.mark.parametrize("command", ["policy versions", "audit verify"])
def test_a_database_that_was_never_prepared_is_told_in_a_sentence(command: str, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    done = CliRunner(mix_stderr=False).invoke(main, command.split(), env={"PARLEY_DATABASE_URL": url})
    assert done.exit_code == 2
    assert "cannot be used: no such table" in done.stderr and "`parley migrate`" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_server_that_does_not_answer_is_told_in_a_sentence() -> None:
    environment = {"PARLEY_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    done = CliRunner(mix_stderr=False).invoke(main, ["audit", "verify"], env=environment)
    assert done.exit_code == 2 and "cannot be used" in done.stderr
