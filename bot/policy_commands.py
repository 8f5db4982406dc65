"""`parley policy`: from a file to a live version, with a second manager in between, and back in one step.

`--by` is the log-in of the manager who does it, and of nobody else; it stands in the audit log.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy.engine import Engine

from bot import core
from bot.core import ParleyError, Problem, Problems, Session, Settings

if TYPE_CHECKING:
    from bot.negotiation import Account, Logged, Policy, Report, Version

Opened = Callable[[Engine], AbstractContextManager[Session]]
_file = click.Path(exists=True, dir_okay=False, path_type=Path)
_by = click.option("--by", required=True, help="The manager's log-in: `parley staff list` shows who there is.")
_why = click.option("--note", required=True, help="Why.")


@click.group()
def policy() -> None:
    """The rules of negotiation: draft, simulate, submit, approve, publish, roll back."""


@policy.command()
@click.argument("file", type=_file)
def check(file: Path) -> None:
    """Says everything that is wrong with a policy file, for every possible debtor, row by row, with an example."""
    from bot import negotiation

    with _refusals():
        found = negotiation.policy_problems(negotiation.load_policy(file.read_bytes()))
    for problem in found:
        click.echo(f"  {problem}", err=True)
        if problem.example is not None:
            from bot import web

            click.echo(f"    for example somebody who {web.debtor(problem.example)}", err=True)
    if found:
        sys.exit(1)
    click.echo("No problems: looked at for every possible debtor.")


@policy.command()
@click.argument("draft")
@click.option("--by", help="The manager's log-in; then the report is kept with the version.")
@click.option("--json", "as_json", is_flag=True, help="The report as JSON.")
def simulate(draft: str, by: str | None, as_json: bool) -> None:
    """What DRAFT (a file, or a version) would do to the cases of now, against the policy in force."""
    from bot import negotiation

    with _refusals():
        if by:
            with _by_manager(by):
                pass
        with _transaction(core.reading) as (session, now):
            wanted, base = _named(session, draft, now), negotiation.live_policy(session, now)
            cases, log = negotiation.stored_cases(session, now)
        report = _replayed(wanted, base, cases, log)
        click.echo(negotiation.report_json(report) if as_json else negotiation.report_text(report))
        if by and not Path(draft).is_file():
            with _by_manager(by) as (session, now, by):
                negotiation.simulated(session, draft, report, by, now)
            click.echo("Kept with the version: it can be submitted within 7 days.", err=True)
    sys.exit(0 if report.safety.clean else 1)


def _replayed(draft: Policy, base: Policy, cases: list[Account], log: list[Logged]) -> Report:
    """No transaction is open meanwhile: the assistant goes on answering."""
    from bot import negotiation

    bar: Any
    with click.progressbar(length=len(cases), label=f"Replaying {len(cases):,} cases", file=sys.stderr) as bar:
        return negotiation.simulate(draft, base, cases, log, lambda done, _all: bar.update(done - bar.pos), workers=2)


@policy.command("simulate-asked")
def simulate_asked() -> None:
    """Runs the simulations that managers asked for on their page. The worker calls this by itself."""
    from bot import negotiation, tables

    assert tables.ROOMS
    known = Settings.load()
    database = core.connect(known.database_url, core.BY_HAND)
    negotiation.simulations.run_waiting(database, known.clock)
    database.dispose()


@policy.command()
@click.argument("draft")
def diff(draft: str) -> None:
    """Every cell in which DRAFT (a file, or a version) differs from the policy in force."""
    from bot import negotiation

    with _refusals(), _transaction(core.reading) as (session, now):
        found = negotiation.policy_changes(negotiation.live_policy(session, now), _named(session, draft, now))
    click.echo("\n".join(found) or "No differences.")


@policy.command()
@click.argument("file", type=_file)
@_by
def draft(file: Path, by: str) -> None:
    """Keeps a policy file as a draft; prints the id of the version."""
    from bot import negotiation

    with _refusals(), _by_manager(by) as (session, now, by):
        click.echo(negotiation.draft(session, file.read_bytes(), by, now).id)


@policy.command()
@click.argument("version")
@click.argument("file", type=_file)
@_by
def revise(version: str, file: Path, by: str) -> None:
    """Puts FILE in the place of a version that is not published; what was said about it ends. Prints the new id."""
    from bot import negotiation

    with _refusals(), _by_manager(by) as (session, now, by):
        click.echo(negotiation.revise(session, version, file.read_bytes(), by, now).id)


@policy.command()
@click.argument("version")
@_by
def submit(version: str, by: str) -> None:
    """Hands a draft to a second manager: no problems, a fresh simulation, and every golden case green."""
    from bot import negotiation

    with _refusals(), _by_manager(by) as (session, now, by):
        done = negotiation.submit(session, version, by, now)
    click.echo(f"Submitted: {done.name}. Somebody else than {done.author} can approve it.")


@policy.command()
@click.argument("version")
@_by
@click.option("--note", default="", help="Anything to keep with it.")
def approve(version: str, by: str, note: str) -> None:
    """The second manager's yes."""
    from bot import negotiation

    with _refusals(), _by_manager(by) as (session, now, by):
        done = negotiation.approve(session, version, by, now, note)
    click.echo(f"Approved: {done.name}. It can be published.")


@policy.command()
@click.argument("version")
@_by
@_why
def reject(version: str, by: str, note: str) -> None:
    """The second manager's no."""
    from bot import negotiation

    with _refusals(), _by_manager(by) as (session, now, by):
        done = negotiation.reject(session, version, by, now, note)
    click.echo(f"Rejected: {done.name}. `parley policy revise` begins it anew.")


@policy.command()
@click.argument("version")
@_by
@click.option("--from", "effective", type=click.DateTime(), help="In force from this moment on (UTC); at once without.")
def publish(version: str, by: str, effective: datetime | None) -> None:
    """Puts an approved version in force."""
    from bot import negotiation

    with _refusals(), _by_manager(by) as (session, now, by):
        start = effective.replace(tzinfo=timezone.utc) if effective else None
        done = negotiation.publish(session, version, by, now, start)
    click.echo(f"Published: {done.name}, {_since(done)}.")


@policy.command()
@click.argument("version")
@_by
@_why
def withdraw(version: str, by: str, note: str) -> None:
    """Takes back what is published for a later day."""
    from bot import negotiation

    with _refusals(), _by_manager(by) as (session, now, by):
        done = negotiation.withdraw(session, version, by, now, note)
    click.echo(f"Withdrawn: {done.name}.")


@policy.command(name="roll-back")
@_by
@_why
def roll_back(by: str, note: str) -> None:
    """Puts the version that was in force before back in force, at once."""
    from bot import negotiation

    with _refusals(), _by_manager(by) as (session, now, by):
        version = negotiation.roll_back(session, by, now, note)
    click.echo(f"Back in force: {version.name} ({version.id}).")


@policy.command()
def versions() -> None:
    """All versions, the newest first, and where each stands."""
    from bot import negotiation

    with _refusals(), _transaction(core.reading) as (session, now):
        found = negotiation.all_versions(session, now)
        shipped = negotiation.live_policy(session, now).name
    for version in found:
        since = _since(version) if version.effective_from else ""
        line = f"{version.id:<36}  {version.state.value:<9}  {version.author:<12}  {version.name:<28}  {since}"
        click.echo(line.rstrip())
    if not found:
        click.echo(f'No versions yet. In force is "{shipped}", which ships in data/policies.')


@policy.command()
@click.argument("version")
def show(version: str) -> None:
    """Who did what to a version, and when."""
    from bot import negotiation

    with _refusals(), _transaction(core.reading) as (session, now):
        found = negotiation.version(session, version, now)
    click.echo(
        f'"{found.name}" is {found.state.value}; its content is {found.hash[:12]}, begun from {found.base or "nothing"}'
    )
    click.echo(f"{found.created_at:%Y-%m-%d %H:%M} UTC  {'drafted':<10}  {found.author}")
    for event in found.events:
        is_live = event.step is negotiation.VersionStep.LIVE and event.effective_from is not None
        note = f"from {event.effective_from:%Y-%m-%d %H:%M} UTC  {event.note}" if is_live else event.note[:80]
        click.echo(f"{event.at:%Y-%m-%d %H:%M} UTC  {event.step.value:<10}  {event.by:<12}  {note}".rstrip())


def _since(version: Version) -> str:
    assert version.effective_from is not None
    return f"in force from {version.effective_from:%Y-%m-%d %H:%M} UTC"


def _named(session: Session, name: str, now: datetime) -> Policy:
    """The policy in a file, or of a version."""
    from bot import negotiation

    if Path(name).is_file():
        return negotiation.load_policy(Path(name).read_bytes())
    if not name.startswith("pol_"):
        raise Problems([Problem("draft", "a policy file or the id of a version", f'"{name}", which is neither')])
    return negotiation.version(session, name, now).policy


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
def _by_manager(login: str) -> Iterator[tuple[Session, datetime, str]]:
    """Raises Problems when no manager who works here has this log-in; else it comes as it is stored."""
    from bot import web

    with _transaction() as (session, now):
        yield session, now, web.manager(session, login)


@contextmanager
def _transaction(opened: Opened = core.transaction) -> Iterator[tuple[Session, datetime]]:
    from bot import tables

    assert tables.ROOMS
    try:
        known = Settings.load()
    except Problems as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    database = core.connect(known.database_url, core.BY_HAND)
    with opened(database) as session:
        yield session, known.clock.now()
    database.dispose()
