"""What is done in one's own place, kept and answered as words of the conversation that it belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot import accounts, contact, negotiation
from bot.web import money_news
from bot.web.portal import Visit


def heard(visit: Visit, key: str, words: str) -> contact.InboxMessage | None:
    """Their press on a button, as words that the page showed beside it; None when it was stored before.

    It waits for no answer of the assistant: whoever stores it answers it.
    """
    incoming = contact.Incoming("web", visit.talk.address, f"{visit.talk.address}:{key}", words)
    message = contact.receive(visit.session, incoming, visit.now)
    if message is not None:
        contact.inbox.finish(visit.session, [message], visit.now)
    return message


def answer(
    visit: Visit, key: str, says: Sequence[tuple[str, dict[str, object]]], to: contact.InboxMessage, debt_id: str
) -> None:
    """Through the door like every reply."""
    settings = accounts.speaking(visit.session, visit.parts.settings, visit.talk)
    zone = accounts.me(visit.session, visit.who).time_zone
    talk = contact.conversation(visit.session, visit.talk.id)
    said = [contact.say(name, talk, {**values, "debt_id": debt_id}, visit.now, zone) for name, values in says]
    how = replace(money_news.how(settings), key=key, reply_to=to.id, answers_at=visit.now, time_zone=zone)
    contact.send(visit.session, talk, said, how, visit.now)


def terms(offer: negotiation.Offer, today: date, spoken: str) -> str:
    """In the words of the chat."""

    def phrase(response: str, **values: object) -> str:
        return contact.texts.render(response, spoken, values, today=today).text

    return negotiation.in_words(offer, phrase)


def collector(visit: Visit, debt_id: str) -> negotiation.Collector:
    """The company that an agreement names."""
    settings = accounts.speaking(visit.session, visit.parts.settings, visit.talk)
    client = accounts.debt(visit.session, visit.who, debt_id).client
    name = client if settings.name_of(client) == settings.company else settings.company
    return negotiation.Collector(name, settings.company_phone, settings.collection_role == "third_party")
