"""Small and boring: settings, money, clock, transaction, audit log, errors."""

from bot.core.audit import Fact, count, facts, record, seal, sealed, sealed_after, verify
from bot.core.chatwoot import Chatwoot
from bot.core.clock import Clock, from_unix
from bot.core.creditors import Creditor, in_brief
from bot.core.db import (
    Session,
    UtcDateTime,
    alone,
    at_begin,
    changes,
    connect,
    insert_once,
    is_there,
    lock,
    metadata,
    new_id,
    new_ids,
    reading,
    sibling,
    transaction,
    upsert,
)
from bot.core.errors import ParleyError, Problem, Problems, Refusal
from bot.core.mail import LOOPBACK, Smtp
from bot.core.money import Money
from bot.core.opening import ALWAYS, Opening
from bot.core.outages import is_outage
from bot.core.patience import BY_HAND, DOORBELL, SENDING, SERVING, Patience
from bot.core.settings import Settings, Stripe, Telegram, Twilio, secret_key
from bot.core.unchanged import Unchanged

__all__ = [
    "LOOPBACK",
    "Smtp",
    "ALWAYS",
    "BY_HAND",
    "DOORBELL",
    "SENDING",
    "SERVING",
    "Chatwoot",
    "Clock",
    "Creditor",
    "Fact",
    "Money",
    "Opening",
    "ParleyError",
    "Patience",
    "Problem",
    "Problems",
    "Refusal",
    "Session",
    "Settings",
    "Stripe",
    "Telegram",
    "Twilio",
    "Unchanged",
    "UtcDateTime",
    "changes",
    "count",
    "at_begin",
    "connect",
    "in_brief",
    "is_there",
    "facts",
    "from_unix",
    "insert_once",
    "alone",
    "lock",
    "is_outage",
    "metadata",
    "new_id",
    "new_ids",
    "reading",
    "record",
    "seal",
    "sealed",
    "sealed_after",
    "secret_key",
    "sibling",
    "transaction",
    "upsert",
    "verify",
]
