"""The operator's mail server: letters to somebody on call, and word to debtors who left the chat that they were answered.

A mail server has no list of what it took: what was cut off while it left is not sent again.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from functools import partial

from bot import contact
from bot.core import Settings, on_call

_FOR_LATER = 500
"""A reply below it asks to try again; from it on it is a no for good."""


@contextmanager
def connected(smtp: on_call.Smtp, timeout: float, trust: ssl.SSLContext | None = None) -> Iterator[smtplib.SMTP]:
    """A password goes over an encrypted line or not at all."""
    trust = trust or ssl.create_default_context()
    make = partial(smtplib.SMTP_SSL, context=trust) if smtp.at_once else smtplib.SMTP
    with make(smtp.host, smtp.port, timeout=timeout) as server:
        if not smtp.at_once and smtp.host not in on_call.LOOPBACK:
            server.starttls(context=trust)
        if smtp.user:
            server.login(smtp.user, smtp.password)
        yield server


def letter(smtp: on_call.Smtp, to: str, subject: str, text: str) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = smtp.sender, to, subject
    made["Date"], made["Message-ID"] = localtime(), make_msgid(domain=smtp.sender.rpartition("@")[2])
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text + "\n")
    return made


class MailSender:
    """One message, one letter. Implements contact.Sender."""

    provider = "smtp"
    settle = timedelta(0)

    def __init__(self, settings: Settings, timeout: float = 10.0, trust: ssl.SSLContext | None = None) -> None:
        self._settings, self._timeout, self._trust = settings, timeout, trust

    def send(self, message: contact.OutboxMessage, may_begin: Callable[[], bool]) -> str:
        """Nothing on a lock screen says what it is about: the subject is the company's name."""
        smtp = self._settings.smtp
        if smtp is None:
            raise contact.Undeliverable("there is no PARLEY_SMTP")
        made, has_begun = letter(smtp, message.address, self._settings.company, message.text), False
        try:
            with connected(smtp, self._timeout, self._trust) as server:
                if not may_begin():
                    raise contact.TooLate
                has_begun = True
                server.send_message(made)
        except smtplib.SMTPRecipientsRefused as error:
            raise contact.Undeliverable("the mail server refused the address") from error
        except smtplib.SMTPResponseException as error:
            refused = contact.TryLater if error.smtp_code < _FOR_LATER else contact.Undeliverable
            raise (refused if has_begun else contact.Away)(f"SMTP {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise (contact.Uncertain if has_begun else contact.Away)(type(error).__name__) from error
        return str(made["Message-ID"])

    def find(self, message: contact.OutboxMessage, are_ours: Callable[[Collection[str]], Collection[str]]) -> str | None:
        raise contact.Undeliverable("it may have arrived: a mail server cannot be asked")
