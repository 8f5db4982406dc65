"""`parley doctor`: what is on, what is missing, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy.exc import SQLAlchemyError

from bot import core, migrate, model_file, pager
from bot.core import Problems, Settings


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
    where = "the sandbox; set STRIPE_API_KEY and STRIPE_WEBHOOK_SECRET for the real one"
    yield True, "Stripe: " + (where if settings.stripe.api_base else "live")
    yield True, f"Collection role: {settings.collection_role}"
    yield True, f"Public address: {settings.public_url}"
    trained = model_file.path().exists()
    yield trained, "The assistant is trained" + ("" if trained else ": no, run `make train`")
    yield _database(settings)
    wrong = pager.tried(settings)
    yield wrong is None or not settings.is_live, f"Somebody on call: {wrong or 'the pager answers'}"


def _database(settings: Settings) -> tuple[bool, str]:
    try:
        current = migrate.is_current(core.connect(settings.database_url))
    except SQLAlchemyError as error:
        return False, f"Database: not reached ({type(error).__name__})"
    return current, "Database: " + ("at the newest version" if current else "old tables, run `parley migrate`")
