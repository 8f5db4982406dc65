"""A message that goes by e-mail, over the operator's own mail server."""

from __future__ import annotations

import pytest

from bot import contact
from bot.channels import MailSender
from tests.law.mail_server import mail_server
from tests.law.test_somebody_is_on_call import certificate, smtp, trusting
from tests.web.world import settings_for

__all__ = ["certificate"]
MAIL = "maria@example.com"


def message(to: str) -> contact.OutboxMessage:
    now = settings_for().clock.now()
    return contact.OutboxMessage("out_1", "con_1", "email", to, "somebody has answered you", "ready", 0, 0, now)


def test_a_letter_goes_over_the_operators_server_and_a_refusal_is_told_apart(certificate) -> None:
    settings, trust = settings_for(), trusting(certificate)
    with mail_server(certificate, starttls=False) as server:
        server_of = smtp(server.port, starttls=False)
        assert MailSender(server_of, settings, trust=trust).send(message(MAIL), lambda: True).endswith("@northwind.example>")
        with pytest.raises(contact.TooLate):
            MailSender(server_of, settings, trust=trust).send(message(MAIL), lambda: False)
        with pytest.raises(contact.Undeliverable, match="550"):
            MailSender(server_of, settings, trust=trust).send(message("nobody@northwind.example"), lambda: True)
    [letter] = server.letters
    assert server.to == [MAIL] and letter["Subject"] == settings.company
    assert letter.get_content().strip() == "somebody has answered you"
    with pytest.raises(contact.Away):
        MailSender(server_of, settings, trust=trust).send(message(MAIL), lambda: True)
