"""`parley records`: one account's file for a regulator or the person, what may go, and erasure."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from bot import accounts, core, tables
from bot.core import Problems, Session, Settings


@click.group(name="records")
def record_group() -> None:
    """What is kept about people, for how long, and how it goes."""


@record_group.command()
@click.argument("reference")
@click.option("--json", "as_json", is_flag=True, help="For the person, or for machines; else a page to read.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="The file to write; else it is printed.")
def export(reference: str, as_json: bool, out: Path | None) -> None:
    """Who was told what, when and under which rules, and all else that is kept about the person of this account."""
    from bot import records

    with _session() as (session, known):
        party_id = _party(session, reference)
        kept, now = records.gather(session, party_id), known.clock.now()
        text = records.as_json(kept) if as_json else records.as_page(session, kept, now)
        core.record(session, "RecordsExported", subject=party_id, data={"json": as_json}, now=now, actor="operator")
    if out is None:
        click.echo(text)
    else:
        out.write_text(text, encoding="utf-8")
        click.echo(f"Written: {out}")


@record_group.command()
@click.option("--do", "really", is_flag=True, help="Without it nothing is changed.")
@click.option("--by", default="operator", show_default=True, help="Who decides.")
def purge(really: bool, by: str) -> None:
    """What has been kept long enough; with --do it goes."""
    from bot import retention

    with _session() as (session, known):
        now = known.clock.now()
        going = retention.purge(session, now, actor=f"operator:{by}") if really else retention.due(session, now)
    for kind in retention.classes().values():
        count = sum(one.of == kind.id for one in going)
        click.echo(f"{kind.id:10} {count:6}  kept {kind.days} days after {kind.after} ({kind.source})")
    click.echo("Done." if really else "Nothing was changed: --do does it.")


@record_group.command()
@click.argument("reference")
@click.option("--by", required=True, help="Who decides.")
def erase(reference: str, by: str) -> None:
    """The person of this account asked for it. Where something must be kept, until when and why is said."""
    from bot import retention

    with _session() as (session, known):
        found = retention.erase(session, _party(session, reference), known.clock.now(), actor=f"operator:{by}")
    if found.done:
        click.echo("Erased: names, addresses, what was written. The ledger and the log stay, without a name.")
    else:
        until = f"until {found.keep_until}" if found.keep_until else "while that is so"
        click.echo(f"Kept {until}: {'; '.join(found.why)}. It is written down that they asked.")


def _party(session: Session, reference: str) -> str:
    found = accounts.known_debt_by_reference(session, reference)
    if found is None:
        raise Problems([core.Problem("reference", "the number of an account", reference)])
    return found.party_id


@contextmanager
def _session() -> Iterator[tuple[Session, Settings]]:
    """All that is wrong, and exit code 2."""
    assert tables.ROOMS
    try:
        known = Settings.load()
        with core.transaction(core.connect(known.database_url)) as session:
            yield session, known
    except Problems as error:
        for problem in error.problems:
            click.echo(f"  {problem}", err=True)
        sys.exit(2)
