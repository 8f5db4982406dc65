"""`parley chat`: a person of the demo in the terminal, in a pipe, or out of a file that is compared."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot import personas
from bot.core import Problem, Problems

if TYPE_CHECKING:
    from bot.chat import Chat
    from bot.chat_session import Asked

CHANNELS = ("sms", "whatsapp", "telegram", "web")


@click.command()
@click.option("--persona", type=click.Choice(list(personas.PERSONAS)), help="Who writes; Maria by default.")
@click.option("--phone", help="Or anybody else, by phone.")
@click.option("--channel", type=click.Choice(CHANNELS), default="sms", show_default=True)
@click.option("--lines", is_flag=True, help="A message a line on standard input; an empty line ends each answer. "
              "So it is too when standard input is no terminal.")  # fmt: skip
@click.option(
    "--database",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file in which the conversation goes on next time.",
)
@click.option("--clock", default="", help="+1d: a day after the last message. Or an ISO time with offset.")
@click.option("--save", type=click.Path(dir_okay=False, path_type=Path), help="Keeps the conversation as YAML.")
@click.option(
    "--replay",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Runs kept conversations again; exit code 1 when something is said otherwise.",
)
def chat(  # fmt: skip
    persona: str | None, phone: str | None, channel: str, lines: bool, database: Path | None, clock: str,
    save: Path | None, replay: Path | None,
) -> None:  # fmt: skip
    """Talk to the assistant as a person of the demo. Nothing is sent, and its links open while this runs."""
    _aside("Getting the people of the demo ready …")
    from bot.chat_session import Asked, Late, opened, run_again

    asked = Asked(personas.at(phone)[0] if phone else persona or "maria", channel, database, clock, save, os.environ)
    try:
        _check(persona, phone, replay, asked)
        if replay is not None:
            sys.exit(run_again(replay, asked.environ, Late(_aside), click.echo))
        talker = Late(_aside)
        with opened(asked, talker) as one:
            _greet(asked, one)
            talker.begin()
            _talk(one, asked, in_lines=lines or not sys.stdin.isatty())
    except Problems as error:
        for problem in error.problems:
            _aside(f"  {problem}")
        sys.exit(2)


def _check(persona: str | None, phone: str | None, replay: Path | None, asked: Asked) -> None:
    """Raises Problems with all that does not go together."""
    problems = [Problem("--phone", "no --persona beside it", phone or "")] if persona and phone else []
    if replay is not None and (asked.save or asked.database or asked.clock or persona or phone):
        problems.append(Problem("--replay", "nothing else beside it: who writes, and when, stands in the file"))
    if asked.save is not None and asked.save.exists() and asked.database is None:
        problems.append(Problem("--save", "a file that is not there yet", str(asked.save)))
    if problems:
        raise Problems(problems)


def _talk(one: Chat, asked: Asked, *, in_lines: bool) -> None:
    from bot.chat import converse, typed
    from bot.chat_session import keep

    written: list[str] = []

    def say(text: str, replies: list[str]) -> None:
        written.append(text)
        for reply in replies:
            click.echo("\n".join(line for line in reply.splitlines() if line.strip()))
        if in_lines:
            click.echo("")
        sys.stdout.flush()
        if asked.save is not None:
            keep(one, asked, asked.save, written)

    texts = (line.rstrip("\n") for line in sys.stdin if line.strip()) if in_lines else typed(input)
    converse(one, texts, say)


def _greet(asked: Asked, one: Chat) -> None:
    from bot.chat_session import who

    persona = who(asked.person)
    known = persona.known
    name = f"{known.name}, {persona.why}" if known else persona.why
    _aside(f"You are {name}; {asked.channel} from {persona.phone}.")
    if known is not None:
        born = f"{known.date_of_birth:%m/%d/%Y}"
        _aside(f"  What proves it: {persona.proof} (born {born}, ZIP {known.postcode}, {', '.join(known.references)})")
    _aside(f"  The links open while this runs: {one.settings.public_url}. An empty line or Ctrl-D ends it.")


def _aside(line: str) -> None:
    """What is no answer goes to standard error."""
    click.echo(line, err=True)
