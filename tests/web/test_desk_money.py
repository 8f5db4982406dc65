"""Money by hand at the desk: recorded with its day, waived within one's authority, taken back; shown before it is done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from argon2 import PasswordHasher
from markupsafe import escape
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import accounts, contact, core, demo, handoff
from bot.core import Money, Settings
from bot.web import staff, texts
from tests.web.desk_kit import at_desk, case, do, post, staffed

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
WHY = "it was ours to avoid"


@pytest.fixture(autouse=True)
def people(engine: Engine, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staff, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    staffed(engine, settings)


@pytest.fixture
def sam(app) -> TestClient:
    return at_desk(app, "sam")


@pytest.fixture
def debt(engine: Engine, settings: Settings) -> accounts.Debt:
    now = settings.clock.now()
    with core.transaction(engine) as session:
        demo.load(session, now, settings.secret_key)
        [maria] = contact.parties_at(session, "sms", demo.MARIA.phone)
        [debt] = accounts.known_debts_of(session, maria)
        for number, amount in enumerate((2500, 9000)):
            fee, source = accounts.EntryKind.FEE, f"fee:{number}"
            accounts.post(session, debt_id=debt.id, kind=fee, amount=Money(amount, "USD"), source=source, now=now)
        return accounts.known_debt(session, debt.id)


@pytest.fixture
def talk(engine: Engine, settings: Settings, debt: accounts.Debt, sam: TestClient) -> str:
    """Hers, taken by Sam; she has proved who she is."""
    now = settings.clock.now()
    made = case(engine, settings, handoff.Reason.PAYMENT, "i sent you a cheque", demo.MARIA.phone)
    with core.transaction(engine) as session:
        contact.mark_verified(session, made, debt.party_id, now + timedelta(minutes=30), now)
    post(sam, made, "take")
    return made


def say(name: str, **values: object) -> str:
    return str(escape(texts.text(name, "en", **values)))


def balance(engine: Engine, debt: accounts.Debt) -> str:
    with core.reading(engine) as session:
        return accounts.balance(session, debt.id).text("en")


def entries(engine: Engine, debt: accounts.Debt) -> tuple[accounts.Entry, ...]:
    with core.reading(engine) as session:
        return accounts.known_history(session, debt.id)


def yesterday(settings: Settings) -> date:
    return settings.clock.now().date() - timedelta(days=2)


def cheque(account: accounts.Debt, settings: Settings, **changed: str) -> dict[str, str]:
    form = {"act": "record", "debt": account.id, "amount": "$50.00", "on": yesterday(settings).isoformat()}
    return {**form, "how": "cheque", "reference": "1042", **changed}


def test_a_cheque_is_shown_recorded_with_its_day_and_taken_back(sam, talk, debt, engine, settings) -> None:
    shown, after = do(sam, talk, **cheque(debt, settings))
    assert "NW-1000: what is owed goes from $727.40 to $677.40" in shown and balance(engine, debt) == "$677.40"
    assert f"Sam Agent recorded a payment, NW-1000 $50.00, cheque 1042, {yesterday(settings)}" in after.text
    last = next(one for one in entries(engine, debt) if one.source.startswith("elsewhere:"))
    assert last.effective_on == yesterday(settings) and last.memo == "cheque 1042"
    assert say("money_back", amount="$50.00") in after.text
    again = post(sam, talk, "act", **cheque(debt, settings))
    assert say("case_done_money_known") in again.text and balance(engine, debt) == "$677.40"
    undo = {"act": "take_back", "debt": debt.id, "entry": str(last.number), "reason": "the cheque bounced"}
    shown, after = do(sam, talk, **undo)
    assert "from $677.40 to $727.40" in shown and balance(engine, debt) == "$727.40"
    assert "Sam Agent took a recorded payment back, NW-1000: the cheque bounced" in after.text
    assert say("case_done_unchanged") in post(sam, talk, "act", **undo).text
    with core.reading(engine) as session:
        facts = [*core.facts(session, kind="PaymentRecorded"), *core.facts(session, kind="PaymentRecordUndone")]
    assert len(facts) == 2 and {fact.actor[:10] for fact in facts} == {"agent:stf_"}


@pytest.mark.parametrize(
    ("changed", "news"),
    [
        ({"amount": "0"}, "money_amount"), ({"amount": "a lot"}, "money_amount"), ({"amount": "1e30"}, "money_amount"),
        ({"on": "2099-01-01"}, "money_day"), ({"on": "1999-01-01"}, "money_day"), ({"on": "soon"}, "money_day"),
        ({"reference": " "}, "money_reference"), ({"reference": "9" * 41}, "money_reference"),
        ({"how": "magic"}, "unchanged"), ({"debt": "debt_of_somebody_else"}, "unchanged"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_and_changes_nothing(sam, talk, debt, engine, settings, changed, news) -> None:
    assert say(f"case_done_{news}") in post(sam, talk, "act", **cheque(debt, settings, **changed)).text
    assert balance(engine, debt) == "$727.40"


def test_nothing_is_shown_or_done_while_nobody_is_verified(sam, talk, debt, engine, settings) -> None:
    assert say("money_record") in sam.get(f"/desk/conversations/{talk}").text
    settings.clock.move(timedelta(minutes=31))
    sam = at_desk(sam.app, "sam")
    assert say("money_record") not in sam.get(f"/desk/conversations/{talk}").text
    assert say("case_done_unchanged") in post(sam, talk, "act", **cheque(debt, settings)).text
    assert balance(engine, debt) == "$727.40"


def test_a_charge_is_waived_within_the_authority_of_the_role(app, sam, talk, debt, engine) -> None:
    fees = {one.amount.minor: one.number for one in entries(engine, debt) if one.source.startswith("fee:")}
    form = {"act": "waive", "debt": debt.id, "reason": WHY}
    small, large = {**form, "entry": str(fees[2500])}, {**form, "entry": str(fees[9000])}
    shown, after = do(sam, talk, **small, amount="25.00")
    assert "from $727.40 to $702.40" in shown and "Sam Agent waived a charge, NW-1000 $25.00" in after.text
    assert (
        say("case_done_money_amount") in post(sam, talk, "act", **small, amount="1").text.replace("\n", " ")
        or say("case_done_unchanged") in post(sam, talk, "act", **small, amount="1").text
    )
    assert say("case_done_money_authority") in post(sam, talk, "act", **large, amount="50.01").text
    do(sam, talk, **large, amount="50.00")
    assert balance(engine, debt) == "$652.40"
    sue = at_desk(app, "sue")
    post(sue, talk, "take-over")
    assert say("case_done_money_amount") in post(sue, talk, "act", **large, amount="40.01").text
    do(sue, talk, **large, amount="40.00")
    assert balance(engine, debt) == "$612.40"
    waiver = next(one for one in entries(engine, debt) if one.amount.minor == -4000)
    again = {"act": "charge_again", "debt": debt.id, "entry": str(waiver.number), "reason": "on the wrong account"}
    shown, _ = do(sue, talk, **again)
    assert "from $612.40 to $652.40" in shown and balance(engine, debt) == "$652.40"
