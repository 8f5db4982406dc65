"""Small and boring: settings, money, clock, transaction, audit log, errors."""

from bot.core.audit import Fact, facts, record, verify
from bot.core.clock import Clock
from bot.core.db import Session, UtcDateTime, changes, connect, insert_once, metadata, new_id, reading, transaction
from bot.core.errors import ParleyError, Problem, Problems, Refusal
from bot.core.money import Money
from bot.core.settings import Settings, Stripe, Twilio

__all__ = [
    "Clock",
    "Fact",
    "Money",
    "ParleyError",
    "Problem",
    "Problems",
    "Refusal",
    "Session",
    "Settings",
    "Stripe",
    "Twilio",
    "UtcDateTime",
    "changes",
    "connect",
    "facts",
    "insert_once",
    "metadata",
    "new_id",
    "reading",
    "record",
    "transaction",
    "verify",
]
