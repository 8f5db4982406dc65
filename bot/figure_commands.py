"""`parley figures`: what the worker does by itself, by hand."""

from __future__ import annotations

from datetime import datetime

import click


@click.group("figures")
def figures() -> None:
    """Sums of each day, for the managers' page."""


@figures.command("count")
@click.argument("first", type=click.DateTime(["%Y-%m-%d"]))
@click.argument("last", type=click.DateTime(["%Y-%m-%d"]), required=False)
def count(first: datetime, last: datetime | None) -> None:
    """Count the days from FIRST to LAST again, or FIRST alone. The numbers take the place of those that were there."""
    from datetime import timedelta

    from bot import cli, insight

    known = cli.settings()
    database, day = cli._database(known), first.date()
    while day <= (last or first).date():
        insight.roll(database, known, day)
        click.echo(f"Counted {day}.")
        day += timedelta(days=1)
