"""A debt that is too old for a court: known by its state and day, and whoever is asked to pay it is told before."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot import accounts, compliance, contact
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


def warned(say: contact.Say, facts: Facts) -> tuple[str, ...]:
    return tuple(name for name in added(say, facts) if name.startswith(WARNING))


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


def test_RF_27_what_was_said_of_the_old_one_is_not_said_again_for_another_beside_it() -> None:
    told = Told("time_barred", NOON - timedelta(hours=1), "par_1", frozenset({"debt_1"}))
    both = replace(OFFER, debt_id="debt_1 debt_2")
    assert WARNING in added(both, facts())
    assert WARNING not in added(both, facts(told))
    assert WARNING not in added(replace(OFFER, debt_id=None), facts(told))
    two_old = frozenset({"debt_1", "debt_2"})
    assert WARNING in added(both, facts(told, barred=two_old))
    assert WARNING in added(replace(OFFER, debt_id=None), facts(told, barred=two_old))


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


PRESCRIBED = {
    "NY": (
        "New York State Department of Financial Services", "you must tell the court", "a waiver of the statute of limitations",
        "for certain kinds of debts, if you make a payment", "restarting the time period on this debt is prohibited by law",
    ),
    "MA": ("REGULATION OF THE MASSACHUSETTS ATTORNEY GENERAL", "make any payment on the debt", "affect your credit score"),
    "NM": ("required by New Mexico Attorney General rule to notify you", "You can renew the debt"),
    "CA": ("Because of the age of your debt, we will not sue you for it", "as long as the law permits this reporting"),
    "TX": ("BECAUSE OF THE AGE OF YOUR DEBT, WE WILL NOT SUE YOU FOR IT", "THIS NOTICE IS REQUIRED BY LAW"),
    "WV": ("Northwind cannot sue you for it", "may report or continue to report it"),
}
"""Words of the statute or rule that each of these states has said to who owes there."""


def living_in(state: str, *told: Told, **others: frozenset[str]) -> Facts:
    return replace(facts(*told), regions=frozenset({"US", f"US-{state}"}), **others)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", sorted(PRESCRIBED))
def test_SR_SOL_a_state_that_prescribes_words_hears_those_and_not_the_general_warning(state: str) -> None:
    name = f"{WARNING}_{state.lower()}"
    assert warned(OFFER, living_in(state)) == (name,)
    text = contact.texts.render(name, "en", {"company": "Northwind"}, today=NOON.date())
    assert all(words in text.text for words in PRESCRIBED[state])
    assert text.discloses == ("time_barred",)
    told = Told("time_barred", NOON - timedelta(hours=1), "par_1", frozenset({"debt_1"}))
    assert warned(OFFER, living_in(state, told)) == (), "the general one says nothing more either"
    assert warned(replace(OFFER, tag="facts"), living_in(state)) == ()


@pytest.mark.parametrize("state", ["CA", "TX", "WV"])
def test_SR_SOL_what_no_credit_report_may_show_is_not_said_to_be_reported(state: str) -> None:
    past = living_in(state, past_reporting=frozenset({"debt_1"}))
    name = f"{WARNING}_{state.lower()}_unreported"
    assert warned(OFFER, past) == (name,)
    assert "may report" not in contact.texts.render(name, "en", {"company": "Northwind"}, today=NOON.date()).text
    longer_ago = Told("time_barred", NOON - timedelta(days=3), "par_1", frozenset({"debt_1"}))
    assert warned(OFFER, living_in(state, longer_ago)) == (), "in the first message only"


def test_SR_SOL_words_of_a_state_are_for_who_is_known_to_live_there() -> None:
    assert warned(OFFER, replace(facts(), regions=None)) == (WARNING,)
    assert warned(OFFER, facts()) == (WARNING,)


def test_SR_SOL_nothing_is_said_to_restart_where_nothing_does() -> None:
    table = accounts.limitations()
    for state in PRESCRIBED:
        text = contact.texts.load()[f"{WARNING}_{state.lower()}"].texts["en"]
        says, takes_back = re.search(r"\b(renew|again)\b", text, re.I), "restarting the time period on this debt is prohibited"
        assert not says or table[state].revives or takes_back in text, state


@pytest.mark.parametrize("language", ["en", "es"])
def test_SR_SOL_the_prescribed_words_pass_the_door(language: str) -> None:
    for name in contact.texts.load():
        if name.startswith(WARNING):
            said = contact.texts.render(name, language, {"company": "Northwind", "account": "loan"}, today=NOON.date())
            assert contact.may_send(replace(said, debt_id="debt_1"), facts(), NOON).allowed, name


def test_SR_SOL_a_credit_report_forgets_after_seven_years() -> None:
    end = date(2026, 11, 18)
    assert accounts.past_reporting([owed("US-CA", end.replace(year=2019))], end) == {"debt_1"}
    assert not accounts.past_reporting([owed("US-CA", end.replace(year=2019) + timedelta(days=1))], end)
    assert not accounts.past_reporting([owed("GB-ENG", date(2000, 1, 1)), owed("US-CA", None)], end)


@pytest.mark.parametrize("tag", sorted(contact.texts.ASKING))
def test_SR_SOL_where_the_right_itself_has_ended_nobody_is_asked_reminded_or_given_a_link(tag: str) -> None:
    decided = contact.may_send(replace(OFFER, tag=tag), living_in("WI"), NOON)
    assert not decided.allowed and decided.rules == ("SR-SOL-WI",)
    assert contact.may_send(replace(OFFER, tag="facts"), living_in("WI"), NOON).allowed
    assert contact.may_send(replace(OFFER, tag=tag, debt_id="debt_2"), living_in("WI"), NOON).allowed
    assert contact.may_send(replace(OFFER, tag=tag), living_in("WI", time_barred=frozenset()), NOON).allowed
    assert contact.may_send(replace(OFFER, tag=tag), replace(facts(), regions=None), NOON).allowed, "not known to live there"


def test_SR_SOL_in_maine_no_payment_revives_it() -> None:
    assert not accounts.limitations()["ME"].revives


def test_SR_SOL_how_far_the_words_of_each_state_are_verified_stands_on_the_page() -> None:
    """Nobody reads words from memory as if they were the law's."""
    known, page = compliance.words(), (compliance.ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
    prescribed = {name for name, one in contact.texts.load().items() if one.is_prescribed}
    assert {one.response for one in known if one.response} == prescribed
    assert {"CT", "DC", "ME", "MS", "VT", "WI"} | set(PRESCRIBED) == {one.state for one in known}
    unread = [one for one in known if one.seen == "not verified"]
    assert {one.state for one in unread} >= {"CT", "VT"}
    for one in known:
        [line] = [row for row in page.splitlines() if row.startswith(f"| {one.state} | {one.cite} |")
                  and (not one.response or f"`{one.response}`" in row)]  # fmt: skip
        assert ("**not verified**" in line) == (one in unread)
