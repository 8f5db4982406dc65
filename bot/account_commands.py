"""`parley export`: what a creditor gets back, as the managers' desk gives it."""

from __future__ import annotations

from datetime import datetime

import click

from bot import core


@click.command()
@click.argument("kind", type=click.Choice(["payments", "agreements", "remittance"]))
@click.argument("creditor")
@click.option("--first", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The first day.")
@click.option("--last", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day, included.")
def export(kind: str, creditor: str, first: datetime, last: datetime) -> None:
    """Writes what a creditor gets back as CSV: payments, agreements, or what is handed on."""
    from bot import exchange
    from bot.cli import _database, settings

    with core.reading(_database(settings(), core.BY_HAND)) as session:
        click.echo(exchange.exports.as_csv(exchange.exports.KINDS[kind](session, creditor, first.date(), last.date())), nl=False)
