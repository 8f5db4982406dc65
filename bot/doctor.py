"""`parley doctor`: what is on, what is missing, and what to do about it. It changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from bot import chatwoot, contact, core, migrate, model_file, pager, papers
from bot.core import Problems, Settings, health


def run(say: Callable[[str], None]) -> int:
    """0 when Parley could start now."""
    try:
        settings = Settings.load()
    except Problems as error:
        say("The settings do not fit together:")
        for problem in error.problems:
            say(f"  {problem}")
        return 2
    failed = False
    for good, sentence in _findings(settings):
        say(f"{'ok     ' if good else 'MISSING'}  {sentence}")
        failed = failed or not good
    return 1 if failed else 0


def _findings(settings: Settings) -> Iterator[tuple[bool, str]]:
    where = "the sandbox; set TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN and TWILIO_SMS_FROM for the real one"
    yield True, "Twilio: " + (where if settings.twilio.api_base else f"live, from {settings.twilio.sms_from}")
    if settings.twilio.api_base is None:
        yield True, "WhatsApp: " + (settings.twilio.whatsapp_from or "off; set TWILIO_WHATSAPP_FROM")
    yield _templates(settings)
    where = "the sandbox; set STRIPE_API_KEY and STRIPE_WEBHOOK_SECRET for the real one"
    yield True, "Stripe: " + (where if settings.stripe.api_base else "live")
    where = "the sandbox; set TELEGRAM_BOT_TOKEN and TELEGRAM_SECRET_TOKEN for the real one"
    live = "live; `parley telegram` tells Telegram where to send what people write"
    yield True, "Telegram: " + (where if settings.telegram.api_base else live)
    yield True, f"Collection role: {settings.collection_role}"
    yield True, f"Public address: {settings.public_url}"
    yield _signing_key(settings)
    trained = model_file.path().exists()
    yield trained, "The assistant is trained" + ("" if trained else ": no, run `make train`")
    yield _disk(settings)
    database = _database(settings)
    yield database
    if database[0]:
        yield from _providers(settings)
    if settings.chatwoot is not None:
        wrong = chatwoot.tried(settings)
        yield wrong is None, f"Chatwoot: {wrong or f'mirrors the queue, {settings.chatwoot.url}'}"
    wrong = pager.tried(settings)
    yield wrong is None or not settings.is_live, f"Somebody on call: {wrong or 'the pager answers'}"


def _templates(settings: Settings) -> tuple[bool, str]:
    """What goes after the 24 hours of WhatsApp; all else waits until they write."""
    known = contact.texts.load()
    unknown = [each for each in settings.twilio.templates if each.partition(".")[0] not in known]
    if unknown:
        return False, f"WhatsApp templates: there is no response {', '.join(unknown)} (TWILIO_WHATSAPP_TEMPLATES)"
    return True, f"WhatsApp templates: {len(settings.twilio.templates)}; other messages wait for a word of theirs"


def _signing_key(settings: Settings) -> tuple[bool, str]:
    """A demo makes one by itself."""
    try:
        papers.signing.load(settings.signing_key)
    except papers.signing.NoKey as no:
        return not settings.is_live, f"Signing key: {no}; `parley signing-key` makes one (PARLEY_SIGNING_KEY)"
    return True, "Signing key: receipts and agreements come as signed files too"


def _disk(settings: Settings) -> tuple[bool, str]:
    problem = health.disk_problem(settings.data_folder, settings.least_free_mb)
    return problem is None, f"Disk: {problem or 'there is room'}"


def _database(settings: Settings) -> tuple[bool, str]:
    """Looks without touching: no file is made for a path that was mistyped, and none is switched to WAL."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return (
            False,
            f"Database: there is none at {url.database}; `parley migrate` makes it, PARLEY_DATABASE_URL names it",
        )
    engine = _reader(settings)
    try:
        current = migrate.is_current(engine)
    except SQLAlchemyError as error:
        return False, f"Database: not reached ({type(error).__name__})"
    finally:
        engine.dispose()
    return current, "Database: " + ("at the newest version" if current else "old tables, run `parley migrate`")


def _providers(settings: Settings) -> Iterator[tuple[bool, str]]:
    """Those that do not do what the workers ask of them."""
    engine = _reader(settings)
    with engine.connect() as session:
        for away in contact.circuit.open_ones(session):
            said = f"{away.name} does not answer since {away.since:%Y-%m-%d %H:%M} UTC ({away.reason}); messages wait"
            yield False, said
    engine.dispose()


def _reader(settings: Settings) -> Engine:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return core.connect(settings.database_url)
    return sa.create_engine(_read_only(Path(url.database or "")), future=True)


def _read_only(path: Path) -> str:
    """Not even the two files beside a database in WAL are made, unless somebody uses it and they are there."""
    in_use = path.with_name(f"{path.name}-wal").exists()
    how = "mode=ro" if in_use else "mode=ro&immutable=1"
    return f"sqlite:///file:{quote(str(path.absolute()))}?{how}&uri=true"
