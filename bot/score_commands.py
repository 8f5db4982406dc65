"""`parley scores`: what the worker does by itself, by hand, and what came of it."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import click

TITLES = {"miss": "Will miss: accounts that are not late yet", "keep": "Will keep: what was agreed on"}


@click.group("scores")
def scores() -> None:
    """How likely what is to come is missed: orders work and times messages, never terms."""


@scores.command("train")
def train() -> None:
    """Train both scorecards now; each is put in force only where it is better on the last window."""
    from bot import cli
    from bot import scores as room

    known = cli.settings()
    database = cli._database(known)
    while room.keep_parts(database, known):
        pass
    for target in room.Target:
        click.echo(TITLES[target.value])
        found = room.train(database, known, target)
        if isinstance(found, str):
            click.echo(f"  Not trained: {found}.")
        else:
            click.echo(f"  {'In force' if found.is_taken else 'Not taken'}: {found.why}.")
            _say(found)
    click.echo(f"Told of {room.tell(database, known)} payments that are to come.")


@scores.command("report")
@click.option("--currency", default="USD", show_default=True)
def report(currency: str) -> None:
    """Days sales outstanding and lateness by month, and what the scorecards in force reached."""
    from bot import cli, core
    from bot import scores as room

    known = cli.settings()
    today: date = known.clock.now().astimezone(ZoneInfo(known.time_zone)).date()
    with core.reading(cli._database(known)) as session:
        months = room.lateness.by_currency(room.all_dues(session, today, known.time_zone), today).get(currency, [])
        cards = {target: room.in_force(session, target) for target in room.Target}
    click.echo("Month    Days sales outstanding  Late of those due     Days until paid  Days late")
    for one in months:
        late = f"{one.late:,} of {one.judged:,}"
        click.echo(f"{one.last:%Y-%m}  {_days(one.dso):>22}  {late:>17}  {_days(one.to_pay):>17}  {_days(one.when_late):>9}")
    for target, card in cards.items():
        click.echo(TITLES[target.value])
        if card is None:
            click.echo("  No scorecard is in force.")
        else:
            _say(card)


def _days(value: float | None) -> str:
    return "" if value is None else f"{value:.1f}"


def _say(trained) -> None:  # type: ignore[no-untyped-def]
    found, card = trained.figures, trained.card
    click.echo(f"  Learned from {trained.trained_on:,} payments until {card.until}; measured on {found.count:,} since, {found.first} to {found.last}:")
    click.echo(f"  AUC {found.auc:.3f}, ECE {found.ece:.3f} (a perfect card stays under {found.chance_ece:.3f} in 19 of 20), "
               f"Brier {found.brier:.3f} (own share alone {found.history:.3f}).")  # fmt: skip
