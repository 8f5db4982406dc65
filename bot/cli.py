"""The command `parley`. Each subcommand wires the rooms for one task; the tasks themselves are in the rooms."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot import core, logs, voices
from bot.core import Problems, Settings

_APART = {
    "chat": "chat_command.chat",
    "export": "account_commands.export",
    "figures": "figure_commands.figures",
    "law": "law_commands.law",
    "policy": "policy_commands.policy",
    "records": "record_commands.record_group",
    "scores": "score_commands.scores",
    "signing-key": "document_commands.signing_key",
    "staff": "staff_commands.staff",
    "verify": "document_commands.verify",
}
"""Commands of a module of their own. It is imported when its command is asked for: some need every room, which takes seconds."""


class _Answering(click.Group):
    """Says what to do about a database that is not there or was never prepared."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_APART})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _APART:
            return super().get_command(ctx, cmd_name)
        module, _, name = _APART[cmd_name].partition(".")
        found: click.Command = getattr(import_module(f"bot.{module}"), name)
        return found

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as error:
            said = str(error.orig).strip()
            if "no such table" not in said and "does not exist" not in said and "connect" not in said:
                raise
            click.echo(f"  The database cannot be used: {said.splitlines()[0]}", err=True)
            click.echo("  See PARLEY_DATABASE_URL; `parley migrate` prepares it, `make run` does all of it.", err=True)
            sys.exit(2)


@click.group(cls=_Answering)
def main() -> None:
    """Parley lets people who owe money sort it out by message."""
    from bot import family

    logs.configure()
    family.follow_parent()


def settings() -> Settings:  # type: ignore[return]
    """Settings of the environment, or all that is wrong with them and exit code 2."""
    try:
        return voices.with_a_hand(Settings.load(voices.environ(os.environ)))
    except Problems as error:
        _fail(error)


def _fail(error: Problems) -> None:  # type: ignore[misc]
    for problem in error.problems:
        click.echo(f"  {problem}", err=True)
    sys.exit(2)


def _database(known: Settings, patience: core.Patience = core.SERVING):  # type: ignore[no-untyped-def]
    from bot import tables

    assert tables.ROOMS
    return core.connect(known.database_url, patience)


@main.command()
def up() -> None:
    """Everything: trains when stale, migrates, loads demo people into an empty database, starts all roles."""
    from bot import family, starting

    try:
        starting.up(settings(), click.echo)
    except family.CannotStart as no:
        for sentence in no.sentences:
            click.echo(f"  {sentence}", err=True)
        sys.exit(2)


@main.command()
def web() -> None:
    """The pages and the webhooks, on port 8000."""
    import httpx

    from bot import web as pages

    known = settings()
    port = httpx.URL(known.public_url).port or 8000
    pages.serve(known, _database(known), host="0.0.0.0" if known.is_live else "127.0.0.1", port=port)


@main.command()
def bot() -> None:
    """Answers messages."""
    from bot import model_file, roles

    known = settings()
    roles.run_bot(known, _database(known), str(model_file.train()))


@main.command()
def worker() -> None:
    """Sends, and follows payments."""
    from bot import roles

    known = settings()
    roles.run_worker(known, _database(known, core.SENDING))


@main.command()
def sandbox() -> None:
    """The doubles of Twilio and Stripe, and the phones, on port 8010."""
    from bot import starting

    starting.sandbox(settings())


@main.command()
def train() -> None:
    """Trains the assistant when what it learns from has changed; what managers taught only where its figures hold."""
    from bot import model_file, teaching

    try:
        known = Settings.load(voices.environ(os.environ))
        database = _database(known, core.BY_HAND) if core.is_there(known.database_url) else None
    except Problems:
        database = None  # whoever only trains needs no settings
    if database is not None:
        try:
            teaching.learn(database, known.clock, click.echo)
        except (OperationalError, ProgrammingError):
            click.echo("  The database cannot be read: what managers taught there is not learned.", err=True)
    click.echo(f"The model is {model_file.train(click.echo)}")


@main.command()
def migrate() -> None:
    """Brings the database to the newest tables."""
    from bot import migrate as migrations

    migrations.upgrade(_database(settings(), core.BY_HAND))
    click.echo("The database is at the newest version.")


@main.command()
def demo() -> None:
    """Loads 200 made-up people into an empty database."""
    from bot import demo as people

    known = settings()
    try:
        with core.transaction(_database(known, core.BY_HAND)) as session:
            people.load(session, known.clock.now(), known.secret_key)
    except Problems as error:
        _fail(error)
    click.echo(f"Loaded. Try {people.MARIA.name}, {people.MARIA.phone}.")


@main.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_(file: Path) -> None:
    """Takes debts from a CSV file: all of them, or none and every problem by row."""
    from bot import accounts

    known = settings()
    try:
        with core.transaction(_database(known, core.BY_HAND)) as session:
            report = accounts.import_csv(session, file.read_bytes(), known.clock.now(), known.secret_key)
    except Problems as error:
        _fail(error)
    click.echo(
        f"New: people {report.people}, debts {report.debts}, ledger entries {report.entries}. "
        f"Accounts that were here already: {report.unchanged}."
    )


@main.group()
def audit() -> None:
    """The log of facts."""


@audit.command()
def verify() -> None:
    """Checks the chain of hashes; names every row that was changed, is missing or came late."""
    known = settings()
    with core.reading(_database(known, core.BY_HAND)) as session:
        broken, sealed = list(core.verify(session, known.clock.now())), core.sealed(session)
    for sentence in broken:
        click.echo(sentence, err=True)
    if broken:
        sys.exit(1)
    at = f" of {sealed.at:%Y-%m-%d %H:%M:%S} UTC" if sealed.at is not None else ""
    click.echo(
        f"The log is whole. It is sealed up to row {sealed.number}{at}; {sealed.waiting} newer facts wait for it."
    )


@main.group()
def nlu() -> None:
    """What is understood."""


@nlu.command()
def parse() -> None:
    """JSON lines {"text", "reference", "scene"} in, {"intent", "confidence", "ranking", "entities", "matters", "acts"} out.

    A line that cannot be read is answered with {"error"}, which names it; the others are answered all the same.
    """
    from bot import model_file
    from bot.dialogue import parsing

    understanding = parsing.load(model_file.train())
    for answer in parsing.parse_lines(understanding, sys.stdin, settings().clock.now()):
        click.echo(answer)


@nlu.command()
@click.option("--out", default="docs/nlu-report.html", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--set", "sets", multiple=True, type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="JSON lines with scenes and acts: prints figures over these instead of writing the page.")  # fmt: skip
def report(out: Path, sets: tuple[Path, ...]) -> None:
    """How well messages that never trained are understood, as a page with plots; a few minutes."""
    from bot import model_file
    from bot.dialogue import nlu, parsing
    from bot.dialogue import report as reporting

    understanding, tests = parsing.load(model_file.train(click.echo)), model_file.ROOT / "tests" / "nlu"
    if sets:
        click.echo(reporting.shown(reporting.score(understanding, sets)))
        return
    told = reporting.measured(understanding, nlu.read(tests / "heldout"), reporting.read_blind(tests / "blind"))
    out.write_text(reporting.html(told), encoding="utf-8")
    click.echo(f"The report is {out}")


@main.command()
def doctor() -> None:
    """What is on, what is missing, and what to do about it."""
    from bot import doctor as checks

    sys.exit(checks.run(click.echo))


@main.command()
def telegram() -> None:
    """Tells Telegram where to send what people write to the bot. Once, and again when the address changes."""
    import asyncio

    from telegram.error import TelegramError

    from bot import channels

    try:
        name = asyncio.run(channels.telegram.connect(settings()))
    except TelegramError as error:
        click.echo(f"  Telegram did not take it: {error.message}", err=True)
        sys.exit(2)
    click.echo(f"Telegram sends what people write to @{name} here.")


if __name__ == "__main__":
    main()
