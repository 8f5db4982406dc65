"""`parley staff`: who may work at the desk. Nobody is told a password: an invitation is a link that works once."""

from __future__ import annotations

import sys

import click

from bot import core, tables
from bot.core import Problems, Settings


@click.group()
def staff() -> None:
    """Who works at the desk."""


@staff.command()
@click.option("--login", required=True, help="What they log in with.")
@click.option("--name", required=True, help="How colleagues see them.")
@click.option("--role", required=True, help="agent, supervisor or manager.")
@click.option("--by", default="operator", show_default=True, help="Who invites; it stands in the audit log.")
def add(login: str, name: str, role: str, by: str) -> None:
    """Prints a link with which this person chooses a password: once, within three days."""
    from bot import web

    assert tables.ROOMS
    try:
        known = Settings.load()
        invited = web.Invitation(login, name, role)
        with core.transaction(core.connect(known.database_url, core.BY_HAND)) as session:
            secret = web.invite(session, invited, by=by, now=known.clock.now())
    except Problems as error:
        for problem in error.problems:
            click.echo(f"  {problem}", err=True)
        sys.exit(2)
    click.echo(f"Give this link to {name}; it works once, until {known.clock.now() + web.LASTS:%Y-%m-%d %H:%M} UTC:")
    click.echo(f"  {known.public_url}/desk/join/{secret}")


@staff.command("forget-second-step")
@click.option("--login", required=True, help="Whose telephone is lost.")
@click.option("--by", default="operator", show_default=True, help="Who says so; it stands in the audit log.")
def forget_second_step(login: str, by: str) -> None:
    """At their next log-in they set up another. Make sure first that it is they who ask."""
    from bot import web

    assert tables.ROOMS
    known = Settings.load()
    with core.transaction(core.connect(known.database_url, core.BY_HAND)) as session:
        done = web.forget_second_step(session, login.strip().casefold(), by=by, now=known.clock.now())
    if not done:
        click.echo(f"  Nobody has the log-in {login}.", err=True)
        sys.exit(2)
    click.echo(f"{login} logs in with the password alone once, and sets up another second step then.")


@staff.command()
@click.option("--login", required=True, help="Who is given cases.")
@click.option("--languages", default="en,es", show_default=True, help="What they speak: en, es.")
@click.option("--skills", default="safety,law,disputes,money", show_default=True, help="What they deal with.")
@click.option("--capacity", type=int, required=True, help="Cases at once; 0: they take cases by hand only.")
@click.option("--by", default="operator", show_default=True, help="Who says so; it stands in the audit log.")
def seat(login: str, languages: str, skills: str, capacity: int, by: str) -> None:
    """Cases go by themselves to who has the desk open, speaks the language, deals with such cases and has room."""
    from bot import handoff, web

    assert tables.ROOMS
    known = Settings.load()
    try:
        with core.transaction(core.connect(known.database_url, core.BY_HAND)) as session:
            handoff.seat(
                session, web.actor_of(session, login), languages=_listed(languages), skills=_listed(skills),
                capacity=capacity, by=by, now=known.clock.now(),
            )  # fmt: skip
    except Problems as error:
        for problem in error.problems:
            click.echo(f"  {problem}", err=True)
        sys.exit(2)
    click.echo(f"{login} is given up to {capacity} cases at once." if capacity else f"{login} takes cases by hand.")


def _listed(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


@staff.command("list")
def list_() -> None:
    """Everybody who has a log-in, and who has left."""
    from bot import web

    assert tables.ROOMS
    with core.reading(core.connect(Settings.load().database_url, core.BY_HAND)) as session:
        for login, name, role, works_here in web.everybody(session):
            click.echo(f"{login:<24}  {role:<10}  {name}{'' if works_here else '  (has left)'}")


@staff.command()
@click.option("--login", required=True, help="Who leaves.")
@click.option("--by", default="operator", show_default=True, help="Who says so; it stands in the audit log.")
def leave(login: str, by: str) -> None:
    """They are logged out and log in no more. What they did keeps their name."""
    from bot import web

    assert tables.ROOMS
    known = Settings.load()
    with core.transaction(core.connect(known.database_url, core.BY_HAND)) as session:
        done = web.leave(session, login, by=by, now=known.clock.now())
    if not done:
        click.echo(f"  Nobody who works here has the log-in {login}.", err=True)
        sys.exit(2)
    click.echo(f"{login} logs in no more.")
