"""Records: one account's file, how long things are kept, and how they go."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from bot import accounts, contact, core, papers, payments, records, retention, tables
from bot.accounts import EntryKind
from bot.core import Session
from tests.accounts.marias_account import MARIA, PHONE, SECRET, placement, verified

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=timezone.utc)
assert tables.ROOMS


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


@pytest.fixture
def maria(session: Session) -> str:
    """Her id: she wrote, and was answered."""
    accounts.place(session, [placement()], now=NOW, secret=SECRET)
    talk = contact.open_conversation(session, "sms", PHONE, NOW)
    contact.receive(session, contact.Incoming("sms", PHONE, "SM1", "how much is it"), NOW)
    who = verified(session, PHONE, NOW)
    say = contact.Say("utter_accounts_balance", "You owe $612.40 to Northwind Energy.", tag="facts")
    how = contact.Sending("k1", reply_to="in_1", answers_at=NOW)
    contact.send(session, contact.conversation(session, talk.id), [say], how, NOW)
    return who.party_id


def pays_all(session: Session, party_id: str, at: datetime) -> None:
    (debt,) = accounts.known_debts_of(session, party_id)
    accounts.post(session, debt_id=debt.id, kind=EntryKind.PAYMENT, amount=-debt.balance, source="cheque", now=at)


def written(session: Session) -> str:
    inbox, outbox = core.metadata.tables["inbox"], core.metadata.tables["outbox"]
    return " ".join(
        [*session.execute(sa.select(inbox.c.text)).scalars(), *session.execute(sa.select(outbox.c.text)).scalars()]
    )


def test_RF_43_one_file_says_who_was_told_what_when_and_under_which_rules(session: Session, maria: str) -> None:
    contact.place_hold(session, party_id=maria, kind=contact.HoldKind.COMPLAINT, reason="too many texts", now=NOW)
    page = records.as_page(session, records.gather(session, maria), NOW)
    for said in ("Maria Gomez", "$612.40 to Northwind", "how much is it", "BOT-01", "too many texts", "2026-11-18 15:00 UTC",
                 "HoldPlaced", "-$60.00"):  # fmt: skip
        assert said in page, said


def test_EU_01_a_person_gets_their_data_without_secrets_and_without_other_people(session: Session, maria: str) -> None:
    from dataclasses import replace

    other = replace(placement(reference="NW-2"), person=replace(MARIA, customer="C-2", given_name="Bob"))
    accounts.place(session, [other], now=NOW, secret=SECRET)
    text = records.as_json(records.gather(session, maria))
    whole = json.loads(text)
    assert {"parties", "debts", "ledger_entries", "addresses", "inbox", "outbox", "conversations"} <= set(
        whole["records"]
    )
    assert "Bob" not in text and "NW-2" not in text
    names = {name for rows in whole["records"].values() for row in rows for name in row}
    assert not [name for name in names if "hash" in name or "token" in name or name == "fingerprint"]


def test_RF_43_nothing_of_an_account_goes_before_three_years_after_its_last_activity(
    session: Session, maria: str
) -> None:
    pays_all(session, maria, NOW)
    day = timedelta(days=1)
    assert retention.due(session, NOW + 1095 * day) == ()
    (due,) = retention.due(session, NOW + 1096 * day)
    assert (due.of, due.id, due.since) == ("account", maria, (NOW + 1096 * day).date())


@pytest.mark.parametrize("why", ["owed", "held", "disputed"])
def test_RF_43_what_is_open_is_kept_however_old_it_is(session: Session, maria: str, why: str) -> None:
    if why != "owed":
        pays_all(session, maria, NOW)
    if why == "held":
        contact.place_hold(session, party_id=maria, kind=contact.HoldKind.COMPLAINT, reason="x", now=NOW)
    if why == "disputed":
        claim = accounts.Claim(accounts.DisputeReason.OTHER, "x")
        accounts.place_dispute(session, party_id=maria, debt_id=None, claim=claim, source="letter:1", now=NOW)
    assert retention.due(session, NOW + timedelta(days=4000)) == ()


def test_RF_43_a_dry_run_changes_nothing_and_says_what_the_purge_then_does(session: Session, maria: str) -> None:
    pays_all(session, maria, NOW)
    later = NOW + timedelta(days=1100)
    before = written(session)
    announced = retention.due(session, later)
    assert written(session) == before and "how much is it" in before
    assert retention.purge(session, later, actor="operator:ann") == announced
    assert set(written(session).split()) == {retention.GONE}
    assert retention.due(session, later + timedelta(days=4000)) == (), "once"


def test_EU_01_an_erasure_that_cannot_be_done_is_written_down_with_its_day_and_reason(
    session: Session, maria: str
) -> None:
    asked = retention.erase(session, maria, NOW, actor="operator:ann")
    assert (asked.done, asked.keep_until, asked.why) == (False, None, ("something is owed",))
    pays_all(session, maria, NOW)
    again = retention.erase(session, maria, NOW, actor="operator:ann")
    assert (again.done, again.keep_until) == (False, (NOW + timedelta(days=1096)).date())
    assert [fact.data["keep_until"] for fact in core.facts(session, subject=maria, kind="ErasureAsked")] == [
        None, "2029-11-18",
    ]  # fmt: skip
    assert "how much is it" in written(session)


def test_EU_01_after_its_time_the_person_is_gone_and_the_sums_and_the_chain_stay(session: Session, maria: str) -> None:
    pays_all(session, maria, NOW)
    entries = accounts.known_history(session, accounts.known_debts_of(session, maria)[0].id)
    number = payments.write_year(session, entries[0].debt_id, NOW.year, NOW)
    papers.link(session, number, "", NOW)
    done = retention.erase(session, maria, NOW + timedelta(days=1100), actor="operator:ann")
    assert done.done
    party = accounts.known_party(session, maria)
    assert (party.given_name, party.family_name) == (retention.GONE, retention.GONE)
    assert contact.parties_at(session, "sms", PHONE) == ()
    kept = str(records.gather(session, maria).rows)
    assert "Maria" not in kept and PHONE not in kept and "how much" not in kept
    assert accounts.known_history(session, entries[0].debt_id) == entries


def test_RF_43_a_stranger_who_is_silent_for_a_year_goes_and_one_who_is_held_stays(session: Session) -> None:
    for number in (1, 2):
        contact.receive(session, contact.Incoming("web", f"visitor-{number}", f"w{number}", "hello there"), NOW)
    held = contact.open_conversation(session, "web", "visitor-2", NOW)
    contact.place_hold_here(session, held.id, kind=contact.HoldKind.CEASE, reason="stop", now=NOW)
    year = NOW + timedelta(days=366)
    (due,) = retention.purge(session, year, actor="operator:ann")
    assert due.of == "stranger" and due.id != held.id
    assert sorted(written(session).split()) == sorted([retention.GONE, "hello", "there"])


def sends_a_photo(session: Session, provider_id: str, at: datetime) -> contact.files.File:
    incoming = contact.Incoming(
        "sms", PHONE, provider_id, "", ("https://api.twilio.com/x",), media_kinds=("image/png",)
    )
    message = contact.receive(session, incoming, at)
    assert message is not None
    [one] = contact.files.of(session, [message.id])
    contact.files.keep(session, one.id, contact.file_check.Checked("image/jpeg", "jpg", b"bytes"), at)
    return one


def test_a_photo_that_belongs_to_nothing_goes_after_its_year_and_one_of_a_dispute_stays(
    session: Session, maria: str
) -> None:
    loose, filed = sends_a_photo(session, "SM2", NOW), sends_a_photo(session, "SM3", NOW)
    contact.files.belong(session, [filed], "D-1001", NOW)
    year = timedelta(days=retention.classes()["file"].days)
    assert [one.of for one in retention.due(session, NOW + year - timedelta(days=1))] == []
    retention.purge(session, NOW + year + timedelta(days=1), actor="cli")
    assert contact.files.content(session, loose.id) is None and contact.files.content(session, filed.id) == b"bytes"
    [now_gone] = contact.files.of(session, [loose.message_id])
    assert (now_gone.state, now_gone.why) == ("gone", "retention")  # that it was sent is still known


def test_with_the_account_its_photos_go_too(session: Session, maria: str) -> None:
    one = sends_a_photo(session, "SM2", NOW)
    contact.files.belong(session, [one], "D-1001", NOW)
    pays_all(session, maria, NOW)
    retention.purge(session, NOW + timedelta(days=1200), actor="cli")
    assert contact.files.content(session, one.id) is None
