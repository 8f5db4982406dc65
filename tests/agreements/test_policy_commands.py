"""`parley policy`, as a manager types it: the whole way to live and back, and what each refusal says."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from click.testing import CliRunner, Result
from sqlalchemy.engine import Engine

from bot import core, web
from bot.negotiation import live
from bot.policy_commands import policy
from bot.web import staff

NOW = datetime(2026, 11, 18, 15, tzinfo=timezone.utc)


class Manager:
    """Types commands; `said` is all that came back, `code` how it ended."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said, self.code = folder, "", 0

    def file(self, name: str, **cells: object) -> str:
        raw = json.loads(live.STANDARD.read_bytes())
        raw["name"] = name
        raw["defaults"] |= cells
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(raw))
        return str(path)

    def __call__(self, words: str, *more: str) -> str:
        done: Result = CliRunner().invoke(policy, [*words.split(), *more], catch_exceptions=False)
        self.said, self.code = done.output.strip(), done.exit_code
        return self.said

    def submitted(self, name: str, **cells: object) -> str:
        version = self(f"draft {self.file(name, **cells)} --by ana")
        self(f"simulate {version} --by ana")
        self(f"submit {version} --by ana")
        assert self.code == 0, self.said
        return version

    def approved(self, name: str, **cells: object) -> str:
        version = self.submitted(name, **cells)
        self(f"approve {version} --by ben")
        assert self.code == 0, self.said
        return version


@pytest.fixture
def manager(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Manager:
    monkeypatch.setenv("PARLEY_DATABASE_URL", engine.url.render_as_string(hide_password=False))
    monkeypatch.setattr(staff, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    with core.transaction(engine) as session:
        for login, role in (("ana", "manager"), ("ben", "manager"), ("cem", "agent"), ("dot", "manager")):
            web.add_staff(session, login, login.title(), "correct horse battery", role, NOW)
        web.leave(session, "dot", by="operator", now=NOW)
    return Manager(tmp_path)


def test_only_a_manager_who_works_here_does_anything(manager: Manager) -> None:
    version = manager.approved("Winter", skips_per_year=3)
    file = manager.file("Other", skips_per_year=4)
    for login in ("nobody", "cem", "dot", "Ana2", ""):
        _is_refused(manager, login, version, file)


def _is_refused(manager: Manager, login: str, version: str, file: str) -> None:
    refused = f'--by: expected the log-in of a manager who works here: ana, ben, got "{login}"'
    for words in (f"draft {file}", f"revise {version} {file}", f"submit {version}", f"approve {version}",
                  f"publish {version}", f"simulate {version}"):  # fmt: skip
        if login or not words.startswith("simulate"):
            assert manager(f"{words} --by", login) == refused and manager.code == 2
    for words in (f"reject {version}", f"withdraw {version}", "roll-back"):
        assert manager(f"{words} --note why --by", login) == refused and manager.code == 2
    assert [line.split()[1] for line in manager("versions").splitlines()] == ["live", "approved"]


def test_from_a_file_to_live_and_back(manager: Manager) -> None:
    assert manager("versions") == 'No versions yet. In force is "Standard", which ships in data/policies.'
    winter = manager.file("Winter", skips_per_year=3)
    assert manager(f"check {winter}") == "No problems: looked at for every possible debtor."
    assert manager(f"diff {winter}").splitlines() == ["name: Standard -> Winter", "every row, skips_per_year: 2 -> 3"]
    version = manager.approved("Winter", skips_per_year=3)
    assert manager(f"publish {version} --by ben").startswith("Published: Winter, in force from 20")
    assert sorted(line.split()[1] for line in manager("versions").splitlines()) == ["live", "retired"]
    steps = [line.split()[3] for line in manager(f"show {version}").splitlines()[1:]]
    assert steps == ["drafted", "simulated", "submitted", "approved", "live"]
    assert manager("roll-back --by ben --note", "complaints").startswith("Back in force: Standard (pol_shipped_")


def test_each_refusal_is_one_clear_sentence(manager: Manager) -> None:
    version = manager.submitted("Winter", skips_per_year=3)
    assert manager(f"approve {version} --by", " Ana") == (
        '"Winter" was written by ana: a second manager has to look at it'
    )
    assert manager(f"publish {version} --by ben") == '"Winter" is submitted: only what is approved can be published'
    assert manager("approve pol_none --by ben") == (
        'there is no version "pol_none"; `parley policy versions` lists them'
    )
    assert manager("simulate none.json") == (
        'draft: expected a policy file or the id of a version, got "none.json", which is neither'
    )
    assert manager("roll-back --by ben --note why") == "no version was in force before this one"
    assert manager.code == 2


def test_a_draft_is_not_submitted_before_its_simulation_or_with_a_red_golden_case(manager: Manager) -> None:
    version = manager(f"draft {manager.file('Dear', min_payment='30.00')} --by ana")
    assert "simulation: expected a clean one of the last 7 days, got none" in manager(f"submit {version} --by ana")
    manager(f"simulate {version} --by ana")
    red = manager(f"submit {version} --by ana").splitlines()
    assert red and all(line.strip().startswith('golden case "') and ": expected " in line for line in red)


def test_an_approval_dies_with_the_wording_that_it_was_for(manager: Manager) -> None:
    version = manager.approved("Winter", skips_per_year=3)
    other = manager(f"revise {version} {manager.file('Again', skips_per_year=4)} --by ana")
    assert manager(f"publish {version} --by ben") == '"Winter" is replaced: only what is approved can be published'
    assert manager(f"publish {other} --by ben") == '"Again" is a draft: only what is approved can be published'


def test_a_draft_that_was_begun_before_another_went_live_has_to_begin_again(manager: Manager) -> None:
    first, second = manager.approved("First", skips_per_year=3), manager.approved("Second", skips_per_year=4)
    manager(f"publish {first} --by ben --from 2099-01-01")
    refused = manager(f"publish {second} --by ben")
    assert refused.startswith('"First" was published since "Second" was begun.')
    assert f"parley policy revise {second} FILE" in refused
    assert manager(f"withdraw {first} --by ben --note", "not yet") == "Withdrawn: First."
    assert manager(f"publish {second} --by ben").startswith("Published: Second")


def test_what_is_revised_begins_from_what_is_in_force_by_then(manager: Manager) -> None:
    first, second = manager.approved("First", skips_per_year=3), manager.approved("Second", skips_per_year=4)
    late = manager(f"draft {manager.file('Late', skips_per_year=5)} --by ana")
    assert manager(f"publish {first} --by ben").startswith("Published: First")
    assert (
        manager(f"simulate {late} --by ana").splitlines()[-1].strip().startswith('"First" was published since "Late"')
    )
    assert manager(f"publish {second} --by ben").startswith('"First" was published since "Second"')
    again = manager(f"revise {second} {manager.file('Second', skips_per_year=4)} --by ana")
    assert "3 -> 4" in manager(f"diff {again}")
    manager(f"simulate {again} --by ana")
    manager(f"submit {again} --by ana")
    manager(f"approve {again} --by ben")
    assert manager(f"publish {again} --by ben").startswith("Published: Second")
