"""`parley law`: the rules of the door, what an operator decided about them, and the pages for a compliance officer."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from bot import accounts, compliance, contact, core, last_words, law_year, notices, tables, voices
from bot.core import Problems, Session, Settings

ROOT = Path(__file__).parents[1]
TABLE, YEAR = ROOT / "docs" / "compliance.md", ROOT / "docs" / "compliance-year.md"


@click.group()
def law() -> None:
    """The rules of the door."""


@law.command(name="list")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Only those in force on this day.")
def list_(on: datetime | None) -> None:
    """Every rule, with its source and where it applies."""
    with _problems():
        rules = contact.law.load()
    for rule in rules:
        if on is None or (rule.effective_from <= on.date() and (rule.effective_until or on.date().max) > on.date()):
            channels = ", ".join(sorted(rule.channels)) or "all channels"
            click.echo(f"{rule.id:18} {rule.jurisdiction:7} {channels}\n{'':18} {rule.says} [{rule.cite}]")


@law.command()
@click.option("--check", is_flag=True, help="Changes nothing; exit code 1 when the page is not up to date.")
def table(check: bool) -> None:
    """Writes docs/compliance.md: rule, where it stands, which tests hold it, and what is missing."""
    _page(TABLE, compliance.table(compliance.rows()), check=check)


@law.command()
@click.option("--of", "year", default=2027, show_default=True, type=click.IntRange(2020, 2100))
@click.option("--write", is_flag=True, help="Into docs/compliance-year.md.")
def year(year: int, write: bool) -> None:
    """A simulated year for one debtor, as a calendar."""
    if write:
        _page(YEAR, law_year.page(year), check=False)
    else:
        click.echo(law_year.page(year))


_by = click.option("--by", required=True, help="Who decides.")
_reason = click.option("--reason", required=True, help="Why, in a sentence; it is kept.")
_until = click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The first day on which it no longer holds.")


@law.command()
@click.argument("rule")
@_by
@_reason
@_until
def relax(rule: str, by: str, reason: str, until: datetime | None) -> None:
    """A rule does not apply to us. What protects people everywhere cannot be relaxed."""
    with _deciding() as (session, known):
        now = known.clock.now()
        end = until.replace(tzinfo=now.tzinfo) if until else None
        contact.orders.relax(session, rule, reason=reason, actor=f"operator:{by}", now=now, until=end)
    click.echo(f"{rule} no longer applies{f' until {until:%Y-%m-%d}' if until else ''}.")


@law.command()
@click.argument("rule")
@_by
@_reason
def restore(rule: str, by: str, reason: str) -> None:
    """A rule applies again."""
    with _deciding() as (session, known):
        contact.orders.restore(session, rule, reason=reason, actor=f"operator:{by}", now=known.clock.now())
    click.echo(f"{rule} applies again.")


@law.command()
@click.argument("switch")
@_by
@_reason
def stop(switch: str, by: str, reason: str) -> None:
    """Nothing goes out under `all`, `channel:sms`, `sequence:missed` or `policy:v3`, but what keeps people safe."""
    with _deciding() as (session, known):
        contact.orders.stop(session, switch, reason=reason, actor=f"operator:{by}", now=known.clock.now())
    click.echo(f"Stopped: {switch}.")


@law.command()
@click.argument("switch")
@_by
@_reason
def resume(switch: str, by: str, reason: str) -> None:
    """What was stopped goes out again."""
    with _deciding() as (session, known):
        contact.orders.resume(session, switch, reason=reason, actor=f"operator:{by}", now=known.clock.now())
    click.echo(f"Resumed: {switch}.")


@law.command(name="last-notice")
@click.argument("reference")
@_by
def last_notice(reference: str, by: str) -> None:
    """Whoever asked us to cease is told, once, that our efforts end: 12 CFR 1006.6(c)(2)(i). The door lets no other."""
    with _deciding() as (session, known):
        debt = _debt(session, reference)
        sent = last_words.say_efforts_end(session, debt.party_id, known, actor=f"operator:{by}")
    click.echo("It waits to be sent." if sent else "Nothing may be sent: they have had it, or did not ask us to cease.")


@law.command()
@click.argument("reference")
@click.argument("other")
@click.option("--ended", is_flag=True, help="They are married no longer.")
@_by
def spouse(reference: str, other: str, ended: bool, by: str) -> None:
    """The people of these two accounts are married: where a rule counts a spouse's messages, both are counted."""
    with _deciding() as (session, known):
        one, two = _debt(session, reference).party_id, _debt(session, other).party_id
        if one == two:
            raise Problems([core.Problem("other", "the account of somebody else", other)])
        tell = contact.couples.part if ended else contact.couples.marry
        new = tell(session, one, two, source="operator", now=known.clock.now(), actor=f"operator:{by}")
    click.echo("Written down." if new else "That was known already.")


@law.command()
def post() -> None:
    """Validation notices that have to go by post; `parley law posted REFERENCE` when one is in it."""
    with _deciding() as (session, _):
        for one in accounts.to_post(session):
            debt = accounts.known_debt(session, one.notice.debt_id)
            click.echo(
                f"{debt.reference}  {one.notice.consumer}, {one.notice.consumer_address}  ends {one.notice.ends_on}"
            )


@law.command()
@click.argument("reference")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The PDF to write.")
@click.option("--language", default="en", show_default=True, type=click.Choice(["en", "es"]))
def notice(reference: str, out: Path, language: str) -> None:
    """The validation notice of an account as a PDF; it is made when there is none, for the post."""
    with _deciding() as (session, known):
        debt = _debt(session, reference)
        sent = notices.make(session, debt, known, known.clock.now())
    out.write_bytes(notices.document(sent, language).pdf)
    click.echo(f"Written: {out} (the right to dispute ends {sent.notice.ends_on}; by {sent.delivery})")


@law.command()
@click.argument("reference")
@_by
def posted(reference: str, by: str) -> None:
    """The validation notice of this account is in the post."""
    with _deciding() as (session, known):
        accounts.posted(session, _debt(session, reference).id, actor=f"operator:{by}", now=known.clock.now())
    click.echo(f"{reference} has had its notice.")


@law.command()
@click.argument("reference")
@click.option("--what", required=True, help="Which step, in a few words; it is kept.")
@_by
def step(reference: str, what: str, by: str) -> None:
    """A legal step was taken about this account: nobody is told any more that we know of none."""
    with _deciding() as (session, known):
        debt, now = _debt(session, reference), known.clock.now()
        accounts.take_legal_step(session, debt.id, what, actor=f"operator:{by}", now=now)
    click.echo(f"{reference}: a legal step is recorded.")


@law.command()
def orders() -> None:
    """What operators decided, oldest first."""
    with _deciding() as (session, _):
        for order in contact.orders.orders(session):
            until = f" until {order.until:%Y-%m-%d}" if order.until else ""
            click.echo(f"{order.at:%Y-%m-%d %H:%M} {order.what} {order.about}{until}, {order.actor}: {order.reason}")


def _debt(session: Session, reference: str) -> accounts.Debt:
    """Raises Problems."""
    found = accounts.known_debt_by_reference(session, reference)
    if found is None:
        raise Problems([core.Problem("reference", "the number of an account", reference)])
    return found


def _page(path: Path, text: str, *, check: bool) -> None:
    if not check:
        path.write_text(text, encoding="utf-8")
        click.echo(f"Written: {path.relative_to(ROOT)}")
    elif not path.exists() or path.read_text(encoding="utf-8") != text:
        click.echo(f"{path.relative_to(ROOT)} is not up to date: run `parley law table`.", err=True)
        sys.exit(1)


@contextmanager
def _deciding() -> Iterator[tuple[Session, Settings]]:
    assert tables.ROOMS
    with _problems():
        known = Settings.load(voices.environ(os.environ))
        with core.transaction(core.connect(known.database_url)) as session:
            yield session, known


@contextmanager
def _problems() -> Iterator[None]:
    """All that is wrong, and exit code 2."""
    try:
        yield
    except Problems as error:
        for problem in error.problems:
            click.echo(f"  {problem}", err=True)
        sys.exit(2)
