"""The providers of messages, spoken in their own words: Twilio for SMS and WhatsApp, Telegram, and mail. Web chat is in `web`."""

from bot import contact
from bot.channels import fetching, telegram, telegram_updates, twilio_errors
from bot.channels.ours import is_ours
from bot.channels.smtp import MailSender
from bot.channels.telegram import TelegramSender
from bot.channels.twilio import (
    KEY,
    TIMEOUT,
    BadSignature,
    Status,
    TwilioSender,
    incoming,
    pressed,
    status,
    verified_form,
)
from bot.core import Settings

__all__ = [
    "KEY", "TIMEOUT", "BadSignature", "MailSender", "Status", "TelegramSender", "TwilioSender", "fetching", "incoming", "is_ours", "pressed",
    "senders", "status", "telegram", "telegram_updates", "twilio_errors", "verified_form",
]  # fmt: skip


def senders(settings: Settings, timeout: float = TIMEOUT) -> dict[str, contact.Sender]:
    """Who sends on which channel; channels whose reader fetches are not among them."""
    twilio = TwilioSender(settings, timeout)
    telegram_sender, mail = TelegramSender(settings, timeout), MailSender(settings, timeout)
    return {"sms": twilio, "whatsapp": twilio, "telegram": telegram_sender, "email": mail}
