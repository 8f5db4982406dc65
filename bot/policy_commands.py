"""`parley policy`: from a file to a live version, with a second manager in between, and back in one step.

`--by` is the log-in of the manager who does it; it stands in the audit log.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot import core, tables
from bot.core import ParleyError, Problems, Session, Settings

_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_by = click.option("--by", required=True, help="The manager's log-in.")


@click.group()
def policy() -> None:
    """The rules of negotiation."""


@policy.command()
@click.argument("file", type=_file)
def check(file: Path) -> None:
    """Says everything that is wrong with a policy file, row by row."""
    from bot import negotiation

    with _refusals():
        found = negotiation.policy_problems(negotiation.load_policy(file.read_bytes()))
    for problem in found:
        click.echo(f"  {problem}", err=True)
    if found:
        sys.exit(1)
    click.echo("No problems.")


@policy.command()
@click.argument("draft")
@click.option("--by", help="The manager's log-in; then the report is kept with the version.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def simulate(draft: str, by: str | None, as_json: bool) -> None:
    """What DRAFT (a file, or a version) would do to the cases of now, against the policy in force."""
    from bot import negotiation

    with _refusals(), _transaction() as (session, now):
        is_file = Path(draft).is_file()
        wanted = (
            negotiation.load_policy(Path(draft).read_bytes())
            if is_file
            else negotiation.version(session, draft, now).policy
        )
        cases, log = negotiation.stored_cases(session, now)
        bar: Any
        with click.progressbar(length=len(cases), label="Replaying", file=sys.stderr) as bar:
            report = negotiation.simulate(
                wanted,
                negotiation.live_policy(session, now),
                cases,
                log,
                lambda done, _all: bar.update(done - bar.pos),
                workers=2,
            )
        click.echo(negotiation.report_json(report) if as_json else negotiation.report_text(report))
        if by and not is_file:
            negotiation.simulated(session, draft, report, by, now)
    sys.exit(0 if report.safety.clean else 1)


@policy.command()
@click.argument("file", type=_file)
@_by
def draft(file: Path, by: str) -> None:
    """Keeps a policy file as a draft; prints the id of the version."""
    from bot import negotiation

    with _refusals(), _transaction() as (session, now):
        click.echo(negotiation.draft(session, file.read_bytes(), by, now).id)


@policy.command()
@click.argument("version")
@_by
def submit(version: str, by: str) -> None:
    """Hands a draft to a second manager: no problems, a fresh simulation, and every golden case green."""
    from bot import negotiation

    with _refusals(), _transaction() as (session, now):
        negotiation.submit(session, version, by, now)
    click.echo("Submitted. A second manager can approve it.")


@policy.command()
@click.argument("version")
@_by
def approve(version: str, by: str) -> None:
    """The second manager's yes."""
    from bot import negotiation

    with _refusals(), _transaction() as (session, now):
        negotiation.approve(session, version, by, now)
    click.echo("Approved.")


@policy.command()
@click.argument("version")
@_by
@click.option("--from", "effective", type=click.DateTime(), help="In force from this moment on (UTC); at once without.")
def publish(version: str, by: str, effective: datetime | None) -> None:
    """Puts an approved version in force."""
    from datetime import timezone

    from bot import negotiation

    with _refusals(), _transaction() as (session, now):
        start = effective.replace(tzinfo=timezone.utc) if effective else None
        negotiation.publish(session, version, by, now, start)
    click.echo("Published.")


@policy.command(name="roll-back")
@_by
@click.option("--note", required=True, help="Why.")
def roll_back(by: str, note: str) -> None:
    """Puts the version that was in force before back in force, at once."""
    from bot import negotiation

    with _refusals(), _transaction() as (session, now):
        version = negotiation.roll_back(session, by, now, note)
    click.echo(f"Back in force: {version.name} ({version.id}).")


@policy.command()
def versions() -> None:
    """All versions, and where each stands."""
    from bot import negotiation

    with _transaction() as (session, now):
        for version in negotiation.all_versions(session, now):
            click.echo(f"{version.id}  {version.state.value:<10}  {version.author:<12}  {version.name}")


@contextmanager
def _refusals() -> Iterator[None]:
    """Problems as a list, one refusal as a sentence; exit code 2."""
    try:
        yield
    except Problems as error:
        for problem in error.problems:
            click.echo(f"  {problem}", err=True)
        sys.exit(2)
    except ParleyError as error:
        click.echo(f"  {error}", err=True)
        sys.exit(2)


@contextmanager
def _transaction() -> Iterator[tuple[Session, datetime]]:
    assert tables.ROOMS
    try:
        known = Settings.load()
    except Problems as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    database = core.connect(known.database_url)
    with core.transaction(database) as session:
        yield session, known.clock.now()
    database.dispose()
