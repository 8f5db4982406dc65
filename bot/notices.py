"""The validation notice, worded and frozen, and the job that sends it in time: 12 CFR 1006.34(a)(1), 1006.42."""

from __future__ import annotations

from datetime import datetime

import msgspec
import structlog
from sqlalchemy.engine import Engine

from bot import accounts, contact, notice_words, papers
from bot.accounts import Debt, Notice, Sender, Sent
from bot.core import Problems, Session, Settings, transaction
from bot.papers import Document, Frozen, Sheet

log = structlog.get_logger(__name__)


def make(session: Session, debt: Debt, settings: Settings, now: datetime, *, is_first: bool = False) -> Sent:
    """The notice of this debt, frozen with its words. Raises Problems when a field is missing."""
    third_party = settings.collection_role == "third_party"

    def worded(notice: Notice) -> dict[str, Sheet]:
        too_old = accounts.is_time_barred(debt, notice.sent_on)
        return notice_words.sheets(notice, third_party=third_party, too_old=too_old)

    sender = Sender(settings.company, settings.company_address, settings.company_phone)
    return accounts.make_notice(session, debt.id, sender, worded, now, is_first=is_first)


def document(sent: Sent, language: str, **page: object) -> Document:
    """As it was sent: `page` is the frame of a web page."""
    sheets = msgspec.convert(sent.words, dict[str, Sheet])
    return papers.rendered(Frozen("validation", "", sheets, sent.sha256, sent.at), language, **page)


def work(database: Engine, settings: Settings) -> int:
    """The job of the worker."""
    if settings.collection_role != "third_party":
        return 0
    with transaction(database) as session:
        return send_due(session, settings, settings.clock.now())


def send_due(session: Session, settings: Settings, now: datetime) -> int:
    """Who was told that we collect, and has had no notice, gets one for each debt: a link where they were told, or a
    task for the post. What stands in the way of one is in the log; until it is gone, rule RF-31 lets nothing be
    started. Returns how many were made.
    """
    made = 0
    for party_id, (conversation_id, first) in contact.told_of_collecting(session).items():
        for debt in accounts.known_debts_of(session, party_id):
            if debt.balance.is_positive and accounts.notice_of(session, debt.id) is None:
                made += _send(session, settings, debt, (conversation_id, first), now)
    return made


def _send(session: Session, settings: Settings, debt: Debt, told: tuple[str, datetime], now: datetime) -> int:
    conversation_id, first = told
    try:
        sent = make(session, debt, settings, now, is_first=now - first <= accounts.NOTICE_WITHIN)
    except Problems as found:
        log.error("validation_notice_incomplete", debt=debt.id, missing=[str(one) for one in found.problems])
        return 0
    if sent.delivery == "electronic":
        talk = contact.conversation(session, conversation_id)
        settings = accounts.speaking_of_debt(session, settings, debt.id)
        values = {"company": settings.company, "url": f"{settings.public_url}/n/{sent.token}"}
        said = contact.say("utter_law_notice", talk, values, now, settings.time_zone)
        how = contact.Sending(
            f"notice:{debt.id}", role=settings.collection_role, time_zone=settings.time_zone,
            company=settings.company, licence_ca=settings.licence_ca,
        )  # fmt: skip
        contact.send(session, talk, [said], how, now)
    return 1
