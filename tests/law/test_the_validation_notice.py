"""The validation notice: all its fields or none of it, its days, a page and a PDF that can be kept, in time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot import accounts, contact, core, negotiation, notice_pages, notice_words, notices, tables
from bot.accounts import Notice, Sender, validation
from bot.contact.facts import Facts, Told
from bot.core import Money, Problems, Session, Settings
from tests.accounts.marias_account import MARIA, PHONE, POWER, SECRET, placement, usd, verified

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=timezone.utc)
assert tables.ROOMS
HOME = "12 Elm Street, Atlanta GA 30318"
SENDER = Sender("Parley Recovery LLC", "PO Box 9, Albany NY 12201", "+1 555 010 0199")


def settings(**environ: str) -> Settings:
    known = {"PARLEY_SECRET_KEY": SECRET, "PARLEY_COLLECTION_ROLE": "third_party", "PARLEY_COMPANY": SENDER.name,
             "PARLEY_COMPANY_ADDRESS": SENDER.address, "PARLEY_PUBLIC_URL": "https://parley.example"}  # fmt: skip
    return replace(Settings.load({**known, **environ}), clock=core.Clock(fixed=NOW))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    made = core.connect(f"sqlite:///{tmp_path}/parley.db")
    core.metadata.create_all(made)
    yield made
    made.dispose()


@pytest.fixture
def session(database: Engine) -> Iterator[Session]:
    with core.transaction(database) as session:
        yield session


def with_address(**changes: object) -> accounts.Placement:
    return replace(placement(**changes), person=replace(MARIA, address=HOME))


@pytest.fixture
def debt(session: Session) -> accounts.Debt:
    accounts.place(session, [with_address()], now=NOW, secret=SECRET)
    who = verified(session, PHONE, NOW)
    return accounts.open_debts(session, who, NOW)[0]


def the_notice(session: Session, debt: accounts.Debt) -> Notice:
    return notices.make(session, debt, settings(), NOW, is_first=True).notice


def test_RF_34_sent_before_thanksgiving_it_ends_on_the_last_day_of_december() -> None:
    sent = date(2026, 11, 23)
    assert validation.assumed_receipt(sent) == date(2026, 12, 1)
    assert validation.ends_on(sent) == date(2026, 12, 31)


def test_RF_34_no_weekend_and_no_federal_holiday_counts() -> None:
    assert validation.assumed_receipt(date(2026, 6, 8)) == date(2026, 6, 15)
    assert validation.assumed_receipt(date(2026, 6, 15)) == date(2026, 6, 23), "Juneteenth is a Friday"


def test_RF_32_all_fields_stand_in_it_in_both_languages_and_it_sums(session: Session, debt: accounts.Debt) -> None:
    made = the_notice(session, debt)
    items = made.items
    assert items.amount_then + items.charges + items.interest + items.fees - items.payments - items.credits == usd(
        "612.40"
    )
    for language, end in (("en", "December 31, 2026"), ("es", "31 de diciembre de 2026")):
        sheet = notice_words.sheets(made, third_party=True, too_old=False)[language]
        said = str(sheet)
        wanted = [SENDER.name, SENDER.address, "Maria Gomez", HOME, "Northwind Energy", "$612.40", "$540.00", "$72.40", end,
                  "cfpb.gov/debt-collection", debt.ending]  # fmt: skip
        assert [one for one in wanted if one not in said] == []
        assert debt.reference not in said.replace(debt.ending, "") and len(sheet.payments.rows) == 6  # type: ignore[union-attr]


MISSING: dict[str, Any] = {
    "sender.name": lambda made: replace(made, sender=replace(made.sender, name="")),
    "sender.address": lambda made: replace(made, sender=replace(made.sender, address=" ")),
    "consumer": lambda made: replace(made, consumer=""),
    "consumer_address": lambda made: replace(made, consumer_address=""),
    "owed_then": lambda made: replace(made, owed_then=""),
    "owed_to": lambda made: replace(made, owed_to=""),
    "ending": lambda made: replace(made, ending=""),
    "sum": lambda made: replace(made, items=replace(made.items, fees=made.items.fees + Money(1, "USD"))),
    "date": lambda made: replace(made, items=replace(made.items, on=date(2026, 11, 24))),
}


@pytest.mark.parametrize("name", MISSING)
def test_RF_32_with_a_field_missing_there_is_no_notice(session: Session, debt: accounts.Debt, name: str) -> None:
    made = the_notice(session, debt)
    assert list(validation.problems(made)) == []
    assert len(list(validation.problems(MISSING[name](made)))) == 1


def test_RF_32_every_problem_is_said_at_once_and_nothing_is_stored(session: Session) -> None:
    accounts.place(session, [placement()], now=NOW, secret=SECRET)
    debt = accounts.known_open_debts(session)[0]
    with pytest.raises(Problems) as raised:
        notices.make(session, debt, settings(PARLEY_COMPANY_ADDRESS=""), NOW)
    assert [problem.expected for problem in raised.value.problems] == [
        "the collector's postal address", "the consumer's postal address",
    ]  # fmt: skip
    assert accounts.notice_of(session, debt.id) is None


def test_RF_33_the_itemisation_date_is_one_of_five_kinds_and_stays(session: Session, debt: accounts.Debt) -> None:
    first = the_notice(session, debt)
    with pytest.raises(Problems):
        accounts.place(session, [with_address(itemisation_date=date(2026, 8, 31))], now=NOW, secret=SECRET)
    with pytest.raises(Problems):
        other = accounts.ItemisationKind.CHARGE_OFF
        accounts.place(session, [with_address(itemisation_kind=other)], now=NOW, secret=SECRET)
    assert len(accounts.ItemisationKind) == 5
    assert the_notice(session, debt).items.on == first.items.on == POWER.itemisation_date


def test_RF_35_the_prompts_of_a_dispute_stand_in_the_notice_and_as_buttons_in_the_talk(
    session: Session, debt: accounts.Debt
) -> None:
    sheet = notice_words.sheets(the_notice(session, debt), third_party=True, too_old=False)["en"]
    prompts = str(sheet.sections[1].lines)
    asked = contact.texts.load()["utter_accounts_ask_what_is_wrong"].choices
    for words, button in (("this is not my debt", 0), ("the amount is wrong", 1), ("original creditor", 3)):
        assert words in prompts and words in asked["en"][button].casefold()
    assert len(asked["en"]) == len(asked["es"]) == 4


def test_RF_36_no_offer_ends_before_the_right_to_dispute_does(session: Session, debt: accounts.Debt) -> None:
    who = verified(session, PHONE, NOW)
    before = negotiation.options(session, who, debt.id, NOW, NOW.date())
    assert before and min(one.offer.expires for one in before) < date(2026, 12, 31)
    the_notice(session, debt)
    after = negotiation.options(session, who, debt.id, NOW, NOW.date())
    assert after and min(one.offer.expires for one in after) >= date(2026, 12, 31)


def told_before(days: int) -> Facts:
    told = Told("collection", NOW - timedelta(days=days), "par_1", frozenset({"debt_1"}))
    place = {"regions": frozenset({"US", "US-GA"}), "zones": frozenset({"America/New_York"})}
    return Facts("sms", is_verified=True, party_id="par_1", role="third_party", told=(told,),
                 bases={"given_by_debtor": NOW - timedelta(days=1)}, **place)  # type: ignore[arg-type]  # fmt: skip


def test_RF_31_five_days_after_the_first_word_nothing_is_started_about_a_debt_without_its_notice() -> None:
    reminder = contact.Say("utter_x", "A reminder.", tag="reminder", debt_id="debt_1")
    late = told_before(6)
    assert contact.may_send(reminder, late, NOW).rules == ("RF-31",)
    assert contact.may_send(reminder, told_before(5), NOW).allowed
    assert contact.may_send(reminder, replace(late, noticed=frozenset({"debt_1"})), NOW).allowed
    assert not contact.may_send(reminder, replace(late, noticed=frozenset({"debt_2"})), NOW).allowed
    assert contact.may_send(reminder, replace(late, role="first_party"), NOW).allowed


def test_RF_31_who_was_told_that_we_collect_gets_the_notice_by_itself(session: Session, debt: accounts.Debt) -> None:
    known = settings()
    assert notices.send_due(session, known, NOW) == 0, "nobody was told"
    tell(session, NOW - timedelta(hours=1))
    assert notices.send_due(session, known, NOW) == 1
    assert notices.send_due(session, known, NOW) == 0, "once"
    row = last_sent(session)
    assert [part["response"] for part in row.parts][0] == "utter_law_notice" and row.state == "ready"
    assert "/n/" in row.text and contact.noticed(session, debt.party_id) == {debt.id}


def test_RF_42_later_than_that_it_goes_by_post_unless_they_take_electronic_documents(
    session: Session, debt: accounts.Debt
) -> None:
    tell(session, NOW - timedelta(days=6))
    notices.send_due(session, settings(), NOW)
    (waiting,) = accounts.to_post(session)
    assert (waiting.delivery, waiting.notice.debt_id) == ("post", debt.id)
    assert contact.noticed(session, debt.party_id) == frozenset()
    accounts.posted(session, debt.id, actor="agent:7", now=NOW)
    assert accounts.to_post(session) == () and contact.noticed(session, debt.party_id) == {debt.id}


def test_PY_05_consent_to_electronic_documents_is_kept_with_its_words_and_can_be_taken_back(
    session: Session, debt: accounts.Debt
) -> None:
    party = debt.party_id
    assert not contact.takes_electronic(session, party)
    contact.agree_to_electronic(session, party_id=party, language="en", message_id="in_1", now=NOW)
    assert contact.takes_electronic(session, party)
    (fact,) = core.facts(session, subject=party, kind="ElectronicAgreed")
    words = contact.consent_words()["en"]
    assert fact.data == {"version": contact.version_of(words), "message": "in_1"}
    for right in ("paper", "change your mind", "browser", "notices, agreements and receipts"):
        assert right in words.replace("\n", " ")
    contact.withdraw_electronic(session, party_id=party, message_id="in_2", now=NOW)
    assert not contact.takes_electronic(session, party)
    tell(session, NOW - timedelta(days=6))
    notices.send_due(session, settings(), NOW)
    assert [one.delivery for one in accounts.to_post(session)] == ["post"]


@pytest.fixture
def page(database: Engine) -> Iterator[tuple[TestClient, str]]:
    with core.transaction(database) as session:
        accounts.place(session, [with_address()], now=NOW, secret=SECRET)
        debt = accounts.known_open_debts(session)[0]
        token = notices.make(session, debt, settings(), NOW, is_first=True).token
    yield (
        TestClient(Starlette(routes=notice_pages.routes(settings(), database)), base_url="https://parley.example"),
        token,
    )


def test_RF_42_behind_date_of_birth_and_zip_it_is_a_page_and_a_pdf_that_stay_the_same(
    page: tuple[TestClient, str], database: Engine
) -> None:
    client, token = page
    closed = client.get(f"/n/{token}")
    assert closed.status_code == 200 and "612.40" not in closed.text and "Gomez" not in closed.text
    assert client.get(f"/n/{token}.pdf").status_code == 401
    wrong = client.post(f"/n/{token}", data={"born": "1990-01-01", "zip": "30318"})
    assert wrong.status_code == 403 and "612.40" not in wrong.text
    shown = client.post(f"/n/{token}", data={"born": "1985-04-12", "zip": "30318"})
    assert shown.status_code == 200 and "$612.40" in shown.text and "December 31, 2026" in shown.text
    pdf = client.get(f"/n/{token}.pdf")
    assert pdf.content.startswith(b"%PDF") and client.get(f"/n/{token}.pdf").content == pdf.content
    assert "31 de diciembre" in client.get(f"/n/{token}?lang=es").text
    assert client.get("/n/guessed").status_code == 404
    with core.reading(database) as session:
        sent = accounts.notice_by_token(session, token)
    assert sent is not None and sent.sha256 in shown.text


def tell(session: Session, at: datetime) -> None:
    """They heard, in a text message, that we collect."""
    talk = contact.open_conversation(session, "sms", PHONE, at)
    verified(session, PHONE, at)
    talk = contact.conversation(session, talk.id)
    contact.receive(session, contact.Incoming("sms", PHONE, f"p:{at}", "hi"), at)
    said = contact.say("utter_contact_mini_miranda", talk, {"company": SENDER.name}, at, "America/New_York")
    contact.send(
        session, talk, [said], contact.Sending(f"told:{at}", role="third_party", reply_to="in_1", answers_at=at), at
    )
    rows = core.metadata.tables["outbox"]
    session.execute(rows.update().values(state="sent", sent_at=at))


def last_sent(session: Session) -> Any:
    rows = core.metadata.tables["outbox"]
    return session.execute(sa.select(rows).order_by(rows.c.number.desc())).first()
