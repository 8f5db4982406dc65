"""Letters over the mail server of the operator. A password goes over an encrypted line or not at all.

`MailSender` carries what the outbox has for the channel `email`: one-time codes, and word to who left the web chat that
somebody answered. The subject says who writes and nothing else. A mail server keeps no list of what it took: where nobody knows whether a letter went, it is not sent twice.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from email.utils import formataddr, localtime, make_msgid
from functools import partial

from bot import contact
from bot.core import LOOPBACK, Settings, Smtp


@contextmanager
def connected(smtp: Smtp, timeout: float, trust: ssl.SSLContext | None = None) -> Iterator[smtplib.SMTP]:
    """Raises OSError and smtplib.SMTPException."""
    trust = trust or ssl.create_default_context()
    make = partial(smtplib.SMTP_SSL, context=trust) if smtp.at_once else smtplib.SMTP
    with make(smtp.host, smtp.port, timeout=timeout) as server:
        if not smtp.at_once and smtp.host not in LOOPBACK:
            server.starttls(context=trust)
        if smtp.user:
            server.login(smtp.user, smtp.password)
        yield server


def letter(smtp: Smtp, to: str, subject: str, words: str, name: str = "") -> EmailMessage:
    """`name` is who writes."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = formataddr((name, smtp.sender)), to, subject
    made["Date"], made["Message-ID"] = localtime(), make_msgid(domain=smtp.sender.rpartition("@")[2])
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(words + "\n")
    return made


class MailSender:
    """Implements contact.Sender."""

    provider = "mail"
    settle = timedelta(seconds=1)

    def __init__(
        self, smtp: Smtp, settings: Settings, timeout: float = 10.0, trust: ssl.SSLContext | None = None
    ) -> None:
        self._smtp, self._company, self._timeout, self._trust = smtp, settings.company, timeout, trust

    def send(self, message: contact.OutboxMessage, may_begin: Callable[[], bool]) -> str:
        made = letter(self._smtp, message.address, self._company, message.text, self._company)
        began = taken = False
        try:
            with connected(self._smtp, self._timeout, self._trust) as server:
                if not may_begin():
                    raise contact.TooLate
                began = True
                server.send_message(made)
                taken = True
        except smtplib.SMTPRecipientsRefused as error:
            code = next(iter(error.recipients.values()))[0]
            raise _refusal(code) from error
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code) if began else contact.Away(f"SMTP {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            if not began:
                raise contact.Away(type(error).__name__) from error
            if not taken:  # what goes wrong at the good-bye changes nothing
                raise contact.Uncertain(type(error).__name__, away=True) from error
        return str(made["Message-ID"])

    def find(
        self, message: contact.OutboxMessage, are_ours: Callable[[Collection[str]], Collection[str]]
    ) -> str | None:
        raise contact.Undeliverable("a mail server keeps no list of what it took")


def _refusal(code: int) -> Exception:
    """4 is for now, 5 for good."""
    return (contact.TryLater if code < 500 else contact.Undeliverable)(f"SMTP {code}")
