"""A debt that is too old for a court: known by its state and day, and whoever is asked to pay it is told before."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot import accounts, contact
from bot.accounts import Debt, DebtStatus, ItemisationKind
from bot.contact.facts import Facts, Told
from bot.core import Money, Problems

NOON = datetime(2026, 11, 18, 17, 0, tzinfo=timezone.utc)
OFFER = contact.Say("utter_negotiation_read_back", "That works: $40 a month.", tag="offer", debt_id="debt_1")
WARNING = "utter_law_time_barred"


def owed(state: str, since: date | None) -> Debt:
    return Debt(
        id="debt_1", party_id="par_1", client="Northwind", product="electricity", reference="NW-1", opened_on=since or NOON.date(),
        last_statement_on=None, itemisation_date=NOON.date(), itemisation_kind=ItemisationKind.LAST_STATEMENT, due_since=since,
        service_from=None, service_to=None, jurisdiction=state, balance=Money(60000, "USD"), status=DebtStatus.OPEN,
    )  # fmt: skip


def facts(*told: Told, barred: frozenset[str] = frozenset({"debt_1"})) -> Facts:
    return Facts(
        channel="web", is_verified=True, party_id="par_1", is_reply=True, answers_at=NOON, regions=frozenset({"US", "US-GA"}),
        time_barred=barred, told=told,
    )  # fmt: skip


def added(say: contact.Say, facts: Facts, now: datetime = NOON) -> tuple[str, ...]:
    return contact.may_send(say, facts, now).disclosures


def test_SR_SOL_the_table_has_every_state_with_years_source_and_day() -> None:
    table = accounts.limitations()
    assert len(table) == 51
    assert all(one.source and one.as_of >= date(2026, 1, 1) and 2 <= one.years <= 10 for one in table.values())


def test_SR_SOL_every_problem_of_a_table_is_listed_at_once(tmp_path: Path) -> None:
    bad = tmp_path / "states.yml"
    bad.write_text("- {state: XX, written: 0, open: 3, revives: maybe, source: '', as_of: soon, extra: 1}\n")
    with pytest.raises(Problems) as raised:
        accounts.limitations(bad)
    assert len(raised.value.problems) == 6 + 51


@pytest.mark.parametrize(("state", "years"), [("US-GA", 4), ("US-NY", 3), ("US-RI", 10), ("US-PR", 2)])
def test_SR_SOL_the_shorter_time_of_the_state_counts_from_the_first_missed_day(state: str, years: int) -> None:
    end = date(2026, 11, 18)
    assert accounts.is_time_barred(owed(state, end.replace(year=2026 - years)), end)
    assert not accounts.is_time_barred(owed(state, end.replace(year=2026 - years) + timedelta(days=1)), end)


def test_SR_SOL_what_is_not_overdue_or_not_american_is_not_in_this_table() -> None:
    assert accounts.runs_out(owed("US-GA", None)) is None
    assert accounts.runs_out(owed("GB-ENG", date(2000, 1, 1))) is None
    assert accounts.time_barred([owed("US-GA", date(2020, 1, 1))], NOON.date()) == {"debt_1"}


@pytest.mark.parametrize("tag", sorted(contact.texts.ASKING))
def test_RF_27_who_is_asked_to_pay_what_is_too_old_is_told_so_in_the_same_message(tag: str) -> None:
    assert WARNING in added(replace(OFFER, tag=tag), facts())
    assert WARNING in added(replace(OFFER, tag=tag, debt_id=None), facts()), "it may be about any of theirs"
    assert WARNING not in added(replace(OFFER, tag=tag, debt_id="debt_2"), facts())
    assert WARNING not in added(replace(OFFER, tag=tag), facts(barred=frozenset()))
    assert WARNING not in added(replace(OFFER, tag="facts"), facts())


def test_RF_27_it_is_said_once_a_day_to_each_person_and_about_each_debt() -> None:
    told = Told("time_barred", NOON - timedelta(hours=1), "par_1", frozenset({"debt_1"}))
    assert WARNING not in added(OFFER, facts(told))
    assert WARNING in added(OFFER, facts(replace(told, party_id="par_2")))
    assert WARNING in added(OFFER, facts(replace(told, debts=frozenset({"debt_2"}))))
    assert WARNING in added(OFFER, facts(replace(told, at=NOON - timedelta(hours=25))))


@pytest.mark.parametrize("words", ["We will sue you for it.", "This may end in a lawsuit.", "Vamos a demandarlo."])
def test_RF_27_no_court_is_threatened_on_what_is_too_old_by_nobody(words: str) -> None:
    by_hand = contact.Say("agent", words, tag="person", debt_id="debt_1")
    decided = contact.may_send(by_hand, replace(facts(), by_bot=False, author="agent:7", owner="agent:7"), NOON)
    assert not decided.allowed and decided.rules == ("RF-22",)


@pytest.mark.parametrize("language", ["en", "es"])
def test_RF_27_the_warning_itself_threatens_nothing_and_passes_the_door(language: str) -> None:
    said = contact.texts.render(WARNING, language, {}, today=NOON.date())
    assert contact.may_send(replace(said, debt_id="debt_1"), facts(), NOON).allowed
    assert said.discloses == ("time_barred",)
