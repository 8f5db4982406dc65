"""`parley signing-key` and `parley verify`: the key that documents are signed with, and whether a file is genuine."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from bot.core import Problems, Settings


@click.command(name="signing-key")
@click.option("--replace", is_flag=True, help="A new key signs from now on; what the old one signed stays genuine.")
def signing_key(replace: bool) -> None:
    """Makes the key that receipts and agreements are signed with, in the file of PARLEY_SIGNING_KEY."""
    from bot.papers import signing

    path = _settings().signing_key
    try:
        made = signing.make_key(path, replace=replace)
    except FileExistsError:
        click.echo(f"  There is a key already: {path}. --replace puts a new one in its place.", err=True)
        sys.exit(2)
    click.echo(f"Key {made} is in {path}. Keep a copy of the file: nobody can make it again.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--keys", help="A file or an address with the keys of whoever wrote it; else our own are taken.")
def verify(file: Path, keys: str | None) -> None:
    """Whether a signed FILE is genuine: 0 when it is, 1 when not, 2 when that cannot be told."""
    from bot.papers import signing

    try:
        known = signing.read_published(_read(keys)) if keys else signing.load(_settings().signing_key).public
    except (signing.NoKey, OSError) as error:
        click.echo(f"  {error}", err=True)
        sys.exit(2)
    with file.open("rb") as opened:
        verdict = signing.verify(opened.read(signing.LARGEST + 1), known)
    if verdict.why == "not_a_document":
        click.echo("NOT TOLD: this is not a signed file. A photo or a PDF cannot be checked; the file to keep (.json) can.")
        sys.exit(2)
    if verdict.document is None:
        click.echo(f"NOT GENUINE: {_WHY[verdict.why]}")
        sys.exit(1)
    found = verdict.document
    click.echo(f"GENUINE: {found.kind} {found.number}, written by {found.issuer} on {found.at}")
    for label, value in found.sheets["en"].facts if "en" in found.sheets else ():
        click.echo(f"  {label}: {value}")


_WHY = {
    "other_key": "the signature is by a key that is not known",
    "changed": "something in it is not as it was signed",
}


def _read(where: str) -> bytes:
    """A file, or an address. Raises OSError."""
    import httpx

    if not where.startswith(("https://", "http://")):
        return Path(where).read_bytes()
    try:
        return httpx.get(where, timeout=10, follow_redirects=True).raise_for_status().content
    except httpx.HTTPError as error:
        raise OSError(f"{where}: {error}") from error


def _settings() -> Settings:
    try:
        return Settings.load()
    except Problems as error:
        for problem in error.problems:
            click.echo(f"  {problem}", err=True)
        sys.exit(2)
