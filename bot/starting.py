"""`parley up` from nothing to addresses, in plain words; and the pieces of it that run alone."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
from sqlalchemy.engine import Engine
from starlette.applications import Starlette

from bot import accounts, core, deciding, demo, migrate, model_file, papers, tables
from bot.core import Settings

Say = Callable[[str], None]
STAFF = (
    ("agent", "Ana Agent", "agent"),
    ("supervisor", "Sue Supervisor", "supervisor"),
    ("manager", "Max Manager", "manager"),
    ("manager2", "Mia Manager", "manager"),  # who approves what the first one wrote
)
"""Demo log-ins: the password is the log-in with -demo."""


def up(settings: Settings, say: Say) -> None:
    """Runs until Ctrl-C. Raises CannotStart when something of it runs already."""
    from bot import family, launcher

    parts = launcher.known_roles(settings)
    with family.only_one(settings):
        launcher.check_ports(parts)
        _train_and_prepare(settings, say)
        launcher.up(parts, lambda line: _addresses(settings, say) if line == "ready" else say(line))


def _train_and_prepare(settings: Settings, say: Say) -> None:
    if model_file.path().exists():
        say("The assistant is trained.")
    else:
        started = time.monotonic()
        say("Training the assistant on its examples. This takes five to ten minutes, and only when they have changed.")
        model_file.train(say)
        say(f"Trained in {time.monotonic() - started:.0f} seconds.")
    database = prepare(settings, say)
    database.dispose()
    say(
        "Starting web, bot, worker"
        + ("." if settings.is_live else " and the sandbox providers.")
        + " About 15 seconds."
    )


def prepare(settings: Settings, say: Say) -> Engine:
    """A database at the newest version; with demo people when it is empty and nothing is live."""
    assert tables.ROOMS
    database = core.connect(settings.database_url, core.BY_HAND)
    migrate.upgrade(database)
    say("The database is ready.")
    if settings.is_live:
        return database
    if not settings.signing_key.exists():
        papers.signing.make_key(settings.signing_key)
    with core.transaction(database) as session:
        if accounts.is_empty(session):
            if settings.clock.hand is not None:
                settings.clock.hand.unlink(missing_ok=True)  # of a demo that is gone
            demo.load(session, settings.clock.now(), settings.secret_key)
            _demo_staff(session, settings)
            say("Loaded 200 made-up people to try it with.")
    return database


def _demo_staff(session: core.Session, settings: Settings) -> None:
    from bot import web

    for login, name, role in STAFF:
        web.add_staff(session, login=login, name=name, password=f"{login}-demo", role=role, now=settings.clock.now())


def _addresses(settings: Settings, say: Say) -> None:
    maria = demo.MARIA
    say("")
    say("Parley is running. Ctrl-C stops everything.")
    say(f"  Web chat      {settings.public_url}/")
    if not settings.is_live:
        say(
            f"  Phones        {settings.sandbox_url}/   write as a debtor by SMS, WhatsApp or Telegram and see what arrives"
        )
    say(f"  Agent desk    {settings.public_url}/desk   log-in: agent, password: agent-demo")
    say(f"  Managers      {settings.public_url}/manage   log-in: manager, password: manager-demo")
    say("")
    say(f"  Try {maria.name}: phone {maria.phone}, born {maria.date_of_birth:%m/%d/%Y}, ZIP {maria.postcode},")
    say(f"  reference {maria.reference}. She owes {maria.client} some money.")
    say("")


def sandbox(settings: Settings) -> None:
    """Serves the doubles on the port of `settings.sandbox_url`, on loopback only."""
    import uvicorn

    port = httpx.URL(settings.sandbox_url).port or 8010
    uvicorn.run(sandbox_app(settings, settings.data_folder / "sandbox.db", beside=True), host="127.0.0.1", port=port, ws="none", log_level="warning",
                timeout_graceful_shutdown=2)  # fmt: skip


def _web_of(settings: Settings) -> str:
    """Where the web process listens, also behind a proxy of this machine that speaks https."""
    port = httpx.URL(settings.public_url).port or 8000
    return settings.public_url if settings.public_url.startswith("http://") else f"http://127.0.0.1:{port}"


def sandbox_app(settings: Settings, remembers: Path, *, beside: bool = False) -> Starlette:
    """The doubles, with the people of the demo on their phones; `remembers` is their own database. `beside`: each message
    is shown with the rules that let it out, read from Parley's database.
    """
    from bot.sandbox import Person, SandboxConfig, create_app

    agent, *_ = STAFF[0]
    config = SandboxConfig(
        public_url=settings.sandbox_url,
        web_url=_web_of(settings),
        public_web_url=settings.public_url,
        twilio_account_sid=settings.twilio.account_sid,
        twilio_auth_token=settings.twilio.auth_token,
        twilio_sms_from=settings.twilio.sms_from,
        twilio_whatsapp_from=settings.twilio.whatsapp_from,
        stripe_api_key=settings.stripe.api_key,
        stripe_webhook_secret=settings.stripe.webhook_secrets[0],
        database_path=remembers,
        mail_port=settings.smtp.port if beside and settings.smtp is not None and settings.smtp.is_double else None,
        telegram_bot_token=settings.telegram.bot_token,
        telegram_secret_token=settings.telegram.secret_token,
        clock=settings.clock,
        later=settings.clock.move if settings.clock.hand is not None else None,
        beside=partial(deciding.beside, core.connect(settings.database_url)) if beside else None,
        people=tuple(Person(*person) for person in demo.people_for_phones()),
        desk_as=None if settings.is_live else (agent, f"{agent}-demo"),
    )
    return create_app(config)
