"""The rules of `reference/domain.md` §2 at the door, each by its id: what is sent, what waits, what is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.contact import Hold, HoldKind, Say, law, may_send, texts
from bot.contact.facts import Facts, Started, Told
from bot.contact.hours import Barred
from bot.core import Problems
from tests.examples import each

NEW_YORK, LOS_ANGELES = ZoneInfo("America/New_York"), ZoneInfo("America/Los_Angeles")
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=NEW_YORK)
REMINDER = Say("utter_payments_link", "Your $40.00 is due on Friday.", tag="reminder")
RECEIPT = Say("utter_payments_receipt", "Thanks, $40.00 arrived.", tag="receipt")
GEORGIA = Facts(
    channel="sms", is_verified=True, party_id="par_1", regions=frozenset({"US", "US-GA"}),
    zones=frozenset({"America/New_York"}), heard_at=NOON - timedelta(days=1), bases={"given_by_debtor": NOON},
    told=(Told("automated", NOON - timedelta(hours=1)),),
)  # fmt: skip
"""Somebody in Atlanta who wrote to us yesterday."""


def at(clock: str, day: datetime = NOON, zone: ZoneInfo = NEW_YORK) -> datetime:
    return datetime.combine(day.date(), time.fromisoformat(clock), zone)


def verdict(facts: Facts, now: datetime, message: Say = REMINDER) -> str:
    decision = may_send(message, facts, now)
    return "held" if decision.until is not None else "sent" if decision.allowed else decision.rules[0]


def started(*ago: float, channel: str = "sms", debts: str = "dbt_1", **more: object) -> tuple[Started, ...]:
    return tuple(Started(NOON - timedelta(days=days), channel, frozenset(debts.split()), **more) for days in ago)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("clock", "expected"), [("07:59", "held"), ("08:00", "sent"), ("21:00", "sent"), ("21:01", "held")]
)
def test_RF_01_between_eight_and_nine_where_they_live(clock: str, expected: str) -> None:
    assert verdict(GEORGIA, at(clock)) == expected


def test_RF_01_what_waits_goes_at_eight_the_next_morning_also_when_the_clocks_change_that_night() -> None:
    assert may_send(REMINDER, GEORGIA, at("21:01")).until == at("08:00", NOON + timedelta(days=1))
    before_spring = datetime(2027, 3, 13, 22, 0, tzinfo=NEW_YORK)
    heard = replace(GEORGIA, heard_at=before_spring)
    until = may_send(REMINDER, heard, before_spring).until
    assert until == datetime(2027, 3, 14, 12, 0, tzinfo=timezone.utc), "eight in daylight time"


@pytest.mark.parametrize(
    ("clock", "expected"), [("10:59", "held"), ("11:00", "sent"), ("21:00", "sent"), ("21:01", "held")]
)
def test_RF_02_a_number_of_new_york_and_an_address_in_california_leave_eleven_to_nine(
    clock: str, expected: str
) -> None:
    both = replace(GEORGIA, zones=frozenset({"America/New_York", "America/Los_Angeles"}))
    assert verdict(both, at(clock)) == expected


def test_RF_02_of_whom_nothing_says_where_it_is_day_from_new_york_to_honolulu() -> None:
    nowhere = replace(GEORGIA, zones=Facts("sms").zones, regions=None, bases={"opt_in": NOON})
    assert verdict(nowhere, at("12:59")) == "held"
    assert verdict(nowhere, at("13:00")) == "sent"


def test_RF_03_what_they_called_inconvenient_is_barred() -> None:
    """ "dont text me before 5 im at work": workdays until five."""
    at_work = replace(GEORGIA, barred=(Barred(time(0), time(17), frozenset({1, 2, 3, 4, 5})),))
    assert verdict(at_work, at("16:59")) == "held"
    assert verdict(at_work, at("17:00")) == "sent"
    assert verdict(at_work, at("10:00", NOON + timedelta(days=3))) == "sent", "a Saturday"


def test_RF_04_who_writes_at_night_is_answered_and_not_written_to_again_till_eight() -> None:
    night = at("23:30")
    answer = replace(GEORGIA, is_reply=True, answers_at=night)
    assert verdict(answer, night + timedelta(minutes=1)) == "sent"
    assert may_send(REMINDER, GEORGIA, night + timedelta(minutes=2)).until == at("08:00", NOON + timedelta(days=1))


@pytest.mark.parametrize(("basis", "expected"), [("creditor_notice", "RF-05"), ("used_by_debtor", "sent")])
def test_RF_05_no_mail_to_an_address_of_the_employer_unless_they_used_it(basis: str, expected: str) -> None:
    mail = replace(GEORGIA, channel="email", is_work_address=basis == "creditor_notice", bases={basis: NOON})
    assert verdict(mail, NOON) == expected


def hold(kind: HoldKind, debt: str | None = None) -> tuple[Hold, ...]:
    return (Hold("hld_1", "par_1", kind, debt, NOON - timedelta(days=1)),)


@pytest.mark.parametrize("tag", ["reminder", "offer", "payment", "facts", "reply", "handoff", "hold"])
def test_RF_06_who_has_an_attorney_is_sent_nothing(tag: str) -> None:
    represented = replace(GEORGIA, holds=hold(HoldKind.ATTORNEY))
    assert verdict(represented, NOON, Say("r", "x", tag=tag)) == "HOLD-ATTORNEY"


def test_RF_07_after_a_cease_only_the_last_notice_may_go_and_once() -> None:
    ceased, notice = replace(GEORGIA, holds=hold(HoldKind.CEASE)), Say("r", "We end our efforts.", tag="last_notice")
    assert verdict(ceased, NOON) == "HOLD-CEASE"
    assert verdict(ceased, NOON, notice) == "sent"
    once = replace(ceased, started=started(0.5, tags=frozenset({"last_notice"})))
    assert verdict(once, NOON, notice) == "HOLD-CEASE"


def test_RF_09_nothing_private_before_they_are_verified() -> None:
    assert verdict(replace(GEORGIA, is_verified=False), NOON) == "PAR-VERIFIED"


@pytest.mark.parametrize(("days", "expected"), [(60, "sent"), (61, "RF-10")])
def test_RF_10_a_text_needs_a_word_of_theirs_within_sixty_days(days: int, expected: str) -> None:
    silent = replace(GEORGIA, heard_at=NOON - timedelta(days=days), bases={"client_file": NOON})
    assert verdict(silent, NOON) == expected


@pytest.mark.parametrize(("days", "expected"), [(60, "sent"), (61, "RF-10")])
def test_RF_10_a_yes_to_be_told_of_each_payment_grows_old_as_any_consent(days: int, expected: str) -> None:
    silent = replace(GEORGIA, heard_at=None, bases={"client_file": NOON}, answers_at=NOON - timedelta(days=days))
    assert verdict(silent, NOON) == expected


@pytest.mark.parametrize(("bases", "expected"), [({}, "RF-11"), ({"creditor_notice": NOON}, "sent")])
def test_RF_11_an_address_for_mail_has_a_basis_with_its_date(bases: dict[str, datetime], expected: str) -> None:
    mail = replace(GEORGIA, channel="email", bases=bases, heard_at=None, regions=frozenset({"US", "US-GA"}))
    assert verdict(mail, NOON) == expected


@pytest.mark.parametrize("channel", ["sms", "whatsapp", "telegram", "email"])
@pytest.mark.parametrize("role", ["first_party", "third_party"])
def test_RF_12_what_we_start_says_how_to_end_it_and_a_collector_says_so_always(channel: str, role: str) -> None:
    facts = replace(GEORGIA, channel=channel, role=role, bases={"opt_in": NOON})
    notice = "utter_contact_opt_out_notice"
    assert notice in may_send(REMINDER, facts, NOON).disclosures
    answer = may_send(REMINDER, replace(facts, is_reply=True, answers_at=NOON), NOON)
    assert (notice in answer.disclosures) is (role == "third_party")
    says_it = replace(REMINDER, text="Due on Friday. Reply STOP to end.")
    assert notice not in may_send(says_it, facts, NOON).disclosures


def test_RF_13_the_confirmation_of_an_opt_out_carries_nothing_else_and_waits_for_no_hour() -> None:
    out = replace(GEORGIA, opted_out=True, role="third_party", told=())
    decision = may_send(Say("utter_contact_opted_out", "No more.", "anyone", "opt_out"), out, at("23:00"))
    assert (decision.allowed, decision.until, decision.disclosures) == (True, None, ())


def test_RF_14_who_writes_after_opting_out_is_answered_once() -> None:
    back = replace(GEORGIA, opted_out=True, is_reply=True, answers_at=NOON)
    assert verdict(back, NOON) == "sent"
    assert verdict(replace(back, answered_since_opt_out=True), NOON) == "TC-01"
    assert verdict(replace(back, is_reply=False, answers_at=None), NOON) == "TC-01"


def test_RF_16_seven_calls_in_seven_days_for_a_debt_and_none_for_a_week_after_a_talk() -> None:
    phone = replace(GEORGIA, channel="phone", started=())
    call = Say("call", "", tag="reminder", debt_id="dbt_1")
    six = [0.5, 1, 2, 3, 4, 5]
    calls = lambda *ago, **how: replace(phone, started=started(*ago, channel="phone", **how))  # noqa: E731
    law_only = [rule for rule in law.load() if rule.id.startswith("RF-16")]
    assert may_send(call, calls(*six), NOON, law_only).until is None
    assert may_send(call, calls(*six, 6), NOON, law_only).until is not None
    assert may_send(call, calls(*six, 6, debts="dbt_2"), NOON, law_only).until is None
    talked = replace(phone, talked_at=NOON - timedelta(days=6))
    assert not may_send(call, talked, NOON, law_only).allowed
    assert may_send(call, talked, NOON + timedelta(days=1), law_only).allowed


def test_RF_17_the_fourth_message_in_seven_days_waits_whatever_the_channel() -> None:
    two = started(1, 2, channel="web") + started(6.9, channel="whatsapp")
    assert verdict(replace(GEORGIA, started=two[:2]), NOON) == "sent"
    decision = may_send(REMINDER, replace(GEORGIA, started=two), NOON)
    assert decision.until == NOON - timedelta(days=6.9) + timedelta(days=7) and decision.rules[0] == "RF-17"
    assert verdict(replace(GEORGIA, started=two), NOON, RECEIPT) == "sent", "what they are owed is no reminder"


def test_RF_19_a_collector_says_so_at_first_for_each_person_and_each_debt() -> None:
    collector = replace(GEORGIA, role="third_party")
    about = replace(REMINDER, debt_id="dbt_1")
    said = lambda facts, message=about: may_send(message, facts, NOON).disclosures  # noqa: E731
    assert "utter_contact_mini_miranda" in said(collector)
    told = (*GEORGIA.told, Told("collection", NOON, "par_1", frozenset({"dbt_1"})))
    assert "utter_contact_collector" in said(replace(collector, told=told)), "RF-20: each later one"
    assert "utter_contact_mini_miranda" in said(replace(collector, told=told), replace(about, debt_id="dbt_2"))
    assert "utter_contact_mini_miranda" in said(replace(collector, told=told, party_id="par_2")), "a shared phone"


def test_RF_20_a_collector_says_so_in_each_later_message() -> None:
    told = (*GEORGIA.told, Told("collection", NOON, "par_1", None))
    for is_reply in (True, False):
        later = replace(
            GEORGIA, role="third_party", told=told, is_reply=is_reply, answers_at=NOON if is_reply else None
        )
        assert "utter_contact_collector" in may_send(REMINDER, later, NOON).disclosures


@pytest.mark.parametrize("text", ["pay or you go to jail", "We will garnish your wages", "vamos a embargar su sueldo"])
def test_RF_22_nobody_is_threatened_not_by_a_colleague_either(text: str) -> None:
    colleague = replace(GEORGIA, by_bot=False, is_reply=True, answers_at=NOON)
    assert verdict(colleague, NOON, Say("agent", text)) == "RF-22"


def test_RF_22_who_asks_hears_that_nobody_goes_to_jail() -> None:
    asked = replace(GEORGIA, is_reply=True, answers_at=NOON)
    assert verdict(asked, NOON, texts.render("utter_questions_jail", "en", {}, today=NOON.date())) == "sent"


@pytest.mark.parametrize(
    ("channel", "address", "expected"), [("telegram", "-100123", True), ("telegram", "123", False)]
)
def test_RF_25_a_group_is_told_nothing(channel: str, address: str, expected: bool) -> None:
    from bot.contact.gathering import is_group

    assert is_group(channel, address) is expected
    group = replace(GEORGIA, channel=channel, is_group=is_group(channel, address))
    assert (verdict(group, NOON) == "RF-25") is expected


@pytest.mark.parametrize(("days", "expected"), [(5, "sent"), (6, "RF-31")])
def test_RF_31_without_the_notice_nothing_is_started_after_five_days(days: int, expected: str) -> None:
    told = (Told("collection", NOON - timedelta(days=days), "par_1", None),)
    assert verdict(replace(GEORGIA, role="third_party", told=told), NOON) == expected
    assert verdict(replace(GEORGIA, role="third_party", told=told, notice_sent=True), NOON) == "sent"


def test_RF_38_a_dispute_of_one_debt_stops_what_may_be_about_it_and_no_other() -> None:
    disputing = replace(GEORGIA, holds=hold(HoldKind.DISPUTE, "dbt_1"))
    assert verdict(disputing, NOON, replace(REMINDER, debt_id="dbt_1")) == "HOLD-DISPUTE"
    assert verdict(disputing, NOON, REMINDER) == "HOLD-DISPUTE"
    assert verdict(disputing, NOON, replace(REMINDER, debt_id="dbt_2")) == "sent"


def test_RF_44_the_strictest_of_all_places_wins() -> None:
    both = replace(GEORGIA, regions=frozenset({"US", "US-MA", "US-WA"}), started=started(1, 2))
    assert may_send(REMINDER, both, NOON).rules[0] == "SR-MA"
    assert may_send(REMINDER, replace(both, regions=None), NOON).rules[0] in ("SR-MA", "SR-NYC-CONSENT")


@pytest.mark.parametrize(("hours", "expected"), [(24, "sent"), (24.02, "held")])
def test_PL_03_free_text_on_whatsapp_within_a_day_of_their_word(hours: float, expected: str) -> None:
    chat = replace(GEORGIA, channel="whatsapp", heard_at=NOON - timedelta(hours=hours))
    assert verdict(chat, NOON) == expected
    if expected == "held":
        decision = may_send(REMINDER, chat, NOON)
        assert decision.rules[0] == "PL-03" and not decision.template


def test_PL_03_after_that_day_only_what_was_approved_as_a_template_in_their_language() -> None:
    chat = replace(GEORGIA, channel="whatsapp", heard_at=NOON - timedelta(days=3))
    approved = replace(chat, templates=frozenset({f"{REMINDER.response}.en"}))
    assert may_send(REMINDER, approved, NOON).template == f"{REMINDER.response}.en"
    assert verdict(approved, NOON) == "sent"
    assert verdict(approved, at("21:01")) == "held", "an approved text keeps the hours all the same"
    assert verdict(replace(approved, language="es"), NOON) == "held"
    assert may_send(REMINDER, replace(approved, heard_at=NOON), NOON).template == ""


def test_PL_02_whatsapp_needs_an_opt_in_or_their_word() -> None:
    chat = replace(GEORGIA, channel="whatsapp", heard_at=None, bases={"client_file": NOON})
    assert verdict(chat, NOON) == "PL-02"


def test_PL_04_telegram_is_begun_by_them() -> None:
    chat = replace(GEORGIA, channel="telegram", heard_at=None, bases={"opt_in": NOON})
    assert verdict(chat, NOON) == "PL-04"


def test_SR_MA_the_third_text_in_seven_days_waits() -> None:
    there = replace(GEORGIA, regions=frozenset({"US", "US-MA"}))
    assert verdict(replace(there, started=started(1)), NOON) == "sent"
    assert verdict(replace(there, started=started(1, 2)), NOON) == "held"


def test_SR_DC_five_messages_for_an_account_and_only_after_consent() -> None:
    there = replace(GEORGIA, regions=frozenset({"US", "US-DC"}))
    rules = [rule for rule in law.load() if rule.id.startswith("SR-DC")]
    assert may_send(REMINDER, replace(there, started=started(1, 2, 3, 4)), NOON, rules).until is None
    assert may_send(REMINDER, replace(there, started=started(1, 2, 3, 4, 5)), NOON, rules).until is not None
    assert may_send(REMINDER, replace(there, bases={"client_file": NOON}, heard_at=None), NOON, rules).rules == (
        "SR-DC-CONSENT",
    )


def test_SR_NYC_without_consent_no_text_and_with_it_three() -> None:
    there = replace(GEORGIA, regions=frozenset({"US", "US-NY", "US-NYC"}))
    assert verdict(there, NOON) == "SR-NYC-CONSENT"
    consented = replace(there, bases={"opt_in": NOON})
    rules = [rule for rule in law.load() if rule.id.startswith("SR-NYC")]
    assert may_send(REMINDER, consented, NOON, rules).until is None
    assert may_send(REMINDER, replace(consented, started=started(1, 2, 3)), NOON, rules).until is not None
    before = datetime(2026, 8, 31, 12, 0, tzinfo=NEW_YORK)
    assert may_send(REMINDER, replace(there, heard_at=before), before, rules).allowed, "not yet in force"


def test_SR_FL_no_text_after_nine() -> None:
    there = replace(GEORGIA, regions=frozenset({"US", "US-FL"}))
    rules = [rule for rule in law.load() if rule.id == "SR-FL"]
    assert may_send(REMINDER, there, at("21:05"), rules).until is not None
    assert may_send(REMINDER, there, at("20:55"), rules).until is None


def test_SR_WA_the_pack_loads_and_the_stricter_hours_win() -> None:
    there = replace(GEORGIA, regions=frozenset({"US", "US-WA"}), zones=frozenset({"America/Los_Angeles"}))
    assert verdict(there, at("07:45", zone=LOS_ANGELES)) == "held"
    assert verdict(replace(there, started=started(1, 2, 3)), at("12:00", zone=LOS_ANGELES)) == "held"


def test_SR_CA_and_SR_NYS_the_packs_load() -> None:
    assert {"SR-CA", "SR-NYS"} <= {rule.id for rule in law.load()}


def test_SR_CA_a_licensee_names_its_licence_in_every_message_and_nobody_else_one() -> None:
    there = replace(GEORGIA, regions=frozenset({"US", "US-CA"}), is_reply=True, answers_at=NOON)
    assert "utter_contact_licence_ca" in may_send(REMINDER, replace(there, licence_ca="10042-99"), NOON).disclosures
    for other in (there, replace(GEORGIA, licence_ca="10042-99"), replace(there, is_verified=False)):
        assert "utter_contact_licence_ca" not in may_send(REMINDER, other, NOON).disclosures


def test_UK_08_hours_and_number_are_within_reason() -> None:
    there = replace(GEORGIA, regions=frozenset({"GB"}), zones=frozenset({"Europe/London"}), started=started(1, 2, 3))
    assert may_send(REMINDER, there, NOON).until is not None
    assert verdict(replace(there, started=()), NOON, Say("agent", "You could borrow it")) == "UK-02"


def test_EU_01_a_message_needs_a_basis() -> None:
    there = replace(GEORGIA, channel="email", regions=frozenset({"EU"}), bases={}, heard_at=None)
    assert verdict(there, NOON) == "EU-01"


@each("kind", list(HoldKind))
@each("is_reply", [True, False])
def test_ST_05_every_hold_names_what_it_lets_through_and_money_is_never_in_it(kind: HoldKind, is_reply: bool) -> None:
    held = replace(GEORGIA, holds=hold(kind), is_reply=is_reply, answers_at=NOON if is_reply else None)
    for tag in ("offer", "payment", "reminder"):
        assert verdict(held, NOON, Say("r", "x", tag=tag)) == f"HOLD-{kind.value.upper()}"


def test_UK_06_breathing_space_lets_no_demand_through() -> None:
    assert verdict(replace(GEORGIA, holds=hold(HoldKind.BREATHING_SPACE)), NOON) == "HOLD-BREATHING_SPACE"


@pytest.mark.parametrize("switch", ["all", "channel:sms", "sequence:missed", "policy:v3"])
def test_a_switch_stops_what_stands_under_it_and_never_what_keeps_people_safe(switch: str) -> None:
    facts = replace(GEORGIA, sequence="missed", policy="v3", stopped=frozenset({switch}))
    assert verdict(facts, NOON) == "PAR-STOP"
    assert verdict(replace(facts, stopped=frozenset({"channel:web"})), NOON) == "sent"
    assert verdict(facts, NOON, Say("utter_safety_crisis", "988", "anyone", "safety")) == "sent"


def test_a_relaxed_rule_does_not_apply() -> None:
    night = at("21:01")
    assert verdict(replace(GEORGIA, relaxed=frozenset({"RF-01"})), night) == "sent"


def test_a_pack_that_is_wrong_is_told_all_that_is_wrong_with_it(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text(
        "jurisdiction: Mars\nrules:\n- {id: A, cite: x, says: y, effective_from: soon, kind: hours, params: {opens: 8}}\n"
        "- {id: A, cite: x, says: y, effective_from: 2026-01-01, jurisdiction: US, kind: spell}\n",
        encoding="utf-8",
    )
    with pytest.raises(Problems) as raised:
        law.load(tmp_path)
    told = "\n".join(str(problem) for problem in raised.value.problems)
    for wrong in ("effective_from", "jurisdiction", "closes", "answer_within_minutes", "opens", "kind"):
        assert wrong in told, (wrong, told)
