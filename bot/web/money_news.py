"""How what a page has heard of a payment is told: as the worker tells it."""

from __future__ import annotations

from bot import contact
from bot.core import Settings


def how(settings: Settings) -> contact.Sending:
    """The key is set for each piece of news."""
    return contact.Sending(
        key="page", role=settings.collection_role, time_zone=settings.time_zone, company=settings.company,
        licence_ca=settings.licence_ca, public_url=settings.public_url,
        templates=frozenset(settings.twilio.templates),
    )  # fmt: skip
