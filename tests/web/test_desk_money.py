"""Money by hand at the desk: recorded with its day, waived within one's authority, taken back; shown before it is done."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

import bot.web
from bot import accounts, contact, core, demo, handoff, identity, negotiation, payments
from bot.core import Money, Settings
from tests.agreements.kit import make_world
from tests.web.desk_kit import PASSWORD, at_desk, case, do, maria_is_here, post, say, token_in

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
WHY = "it was ours to avoid"


@pytest.fixture
def sam(app) -> TestClient:
    return at_desk(app, "sam")


@pytest.fixture
def debt(engine: Engine, settings: Settings) -> accounts.Debt:
    now = settings.clock.now()
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
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


def hold_it(engine: Engine, settings: Settings, debt: accounts.Debt, on: str | None) -> None:
    kind = contact.HoldKind.COMPLAINT
    how = {"kind": kind, "reason": "being looked into", "now": settings.clock.now(), "actor": "system"}
    with core.transaction(engine) as session:
        contact.place_hold(session, party_id=debt.party_id, debt_id=on, **how)


@pytest.mark.parametrize("on_all", (True, False))
def test_nothing_is_waived_on_an_account_that_is_held_whatever_the_page_offered(
    app, sam, talk, debt, engine, settings, on_all: bool
) -> None:
    number = next(str(one.number) for one in entries(engine, debt) if one.amount.minor == 2500)
    form = {"act": "waive", "debt": debt.id, "entry": number, "amount": "25", "reason": WHY}
    shown = post(sam, talk, "act", **form).text
    mark = re.search(r'name="mark" value="([^"]+)"', shown)
    assert mark and "from $727.40 to $702.40" in shown
    do(sam, talk, **large_fee(engine, debt))
    hold_it(engine, settings, debt, None if on_all else debt.id)
    for more in ({"mark": mark[1]}, {}):
        assert say("case_done_offer_held") in post(sam, talk, "act", **form, **more).text
    assert say("case_done_offer_held") in post(sam, talk, "act", **{**large_fee(engine, debt), "amount": "80"}).text
    assert say("approval_held") in answer(at_desk(app, "sue"), "granted").text
    assert balance(engine, debt) == "$727.40"
    with core.reading(engine) as session:
        assert [one.amount.minor for one in handoff.open_approvals(session)] == [9000]


def large_fee(engine: Engine, debt: accounts.Debt) -> dict[str, str]:
    number = next(one.number for one in entries(engine, debt) if one.amount.minor == 9000)
    return {"act": "waive", "debt": debt.id, "entry": str(number), "amount": "90.00", "reason": WHY}


def answer(client: TestClient, said: str, note: str = "the fee was our mistake"):
    page = client.get("/desk/approvals").text
    where = re.findall(r'action="(/desk/approvals/[^"]+)"', page)
    form = {"token": token_in(page), "answer": said, "note": note}
    return client.post(where[0] if where else "/desk/approvals/apr_none", data=form)


def test_more_than_they_may_is_asked_for_and_a_supervisor_does_it(app, sam, talk, debt, engine) -> None:
    form = large_fee(engine, debt)
    shown, after = do(sam, talk, **form)
    assert say("act_ask", what="NW-1000, $90.00") in shown and say("change_asked") in shown
    assert balance(engine, debt) == "$727.40"
    assert f"Sam Agent asked for more than they may, NW-1000 $90.00: {WHY}" in after.text
    assert say("case_done_money_asked") in post(sam, talk, "act", **form).text
    assert sam.get("/desk/approvals").status_code == 403
    sue = at_desk(app, "sue")
    page = sue.get("/desk/approvals").text
    assert "from $727.40 to $637.40" in page and "Sam Agent" in page and WHY in page
    assert "at least 10 characters" in answer(sue, "granted", "ok").text and balance(engine, debt) == "$727.40"
    assert say("approval_granted") in answer(sue, "granted").text and balance(engine, debt) == "$637.40"
    assert say("approval_unchanged") in answer(sue, "granted").text and balance(engine, debt) == "$637.40"
    assert "Sue Supervisor granted what was asked for, NW-1000 $90.00" in sam.get(f"/desk/conversations/{talk}").text
    with core.reading(engine) as session:
        [waived], [granted] = core.facts(session, kind="ChargeWaived"), core.facts(session, kind="ApprovalGranted")
        [asked] = core.facts(session, kind="ApprovalAsked")
        sams = handoff.unread_mentions(session, asked.actor)
    assert waived.actor == granted.actor != asked.actor
    assert sams == frozenset()  # read with the page above


def test_what_is_refused_changes_nothing_and_may_be_asked_again(app, sam, talk, debt, engine) -> None:
    do(sam, talk, **large_fee(engine, debt))
    sue = at_desk(app, "sue")
    assert say("approval_refused") in answer(sue, "refused", "they used the service").text
    assert balance(engine, debt) == "$727.40"
    assert "Sue Supervisor refused what was asked for" in sam.get(f"/desk/conversations/{talk}").text
    do(sam, talk, **large_fee(engine, debt))
    with core.reading(engine) as session:
        assert len(handoff.open_approvals(session)) == 1


def test_nobody_grants_what_they_asked_for_or_more_than_they_may(app, sam, talk, debt, engine, settings) -> None:
    with core.transaction(engine) as session:
        fee, now = accounts.EntryKind.FEE, settings.clock.now()
        accounts.post(session, debt_id=debt.id, kind=fee, amount=Money(40000, "USD"), source="fee:9", now=now)
        bot.web.add_staff(session, "max", "Max Manager", PASSWORD, "manager", now)
    sue, number = at_desk(app, "sue"), next(e.number for e in entries(engine, debt) if e.amount.minor == 40000)
    post(sue, talk, "take-over")
    do(sue, talk, act="waive", debt=debt.id, entry=str(number), amount="400", reason=WHY)
    page = sue.get("/desk/approvals").text
    assert say("approval_own") in page and say("approval_beyond") in page and 'value="granted"' not in page
    assert say("approval_beyond") in answer(sue, "granted").text and balance(engine, debt) == "$1,127.40"
    assert say("approval_granted") in answer(at_desk(app, "max"), "granted").text
    assert balance(engine, debt) == "$727.40"


def test_what_is_suggested_follows_from_the_facts_and_goes_out_only_by_hand(sam, talk, debt, engine, settings) -> None:
    def suggested() -> str:
        page = sam.get(f"/desk/conversations/{talk}").text
        return page.split('id="suggested"')[1].split("</div>")[0] if 'id="suggested"' in page else ""

    assert "Today you owe $727.40 on NW-1000" in suggested()
    now = settings.clock.now()
    with core.transaction(engine) as session:
        who = identity.require(session, contact.conversation(session, talk), now)
        link = {"purpose": payments.Purpose.OTHER, "amount": Money(4000, "USD"), "valid_until": now + timedelta(days=3)}
        payments.request(session, who, debt_id=debt.id, now=now, public_url="https://pay.example", **link)
    assert "The link that we sent you takes $40 and works until" in suggested()
    do(sam, talk, **cheque(debt, settings))
    assert "recorded your $50 of" in suggested() and "You now owe $677.40" in suggested()
    with core.transaction(engine) as session:
        claim = accounts.Claim(accounts.DisputeReason.WRONG_AMOUNT, "too much")
        accounts.open_dispute(session, contact.conversation(session, talk), claim, message_id="in_1", now=settings.clock.now())
    assert "looking into D-1" in suggested()
    settings.clock.move(timedelta(minutes=1))
    do(sam, talk, **{**cheque(debt, settings), "amount": "20", "reference": "CHK-8"})
    assert "recorded your $20 of" in suggested(), "the newest of what was done, also where a dispute is open"
    with core.reading(engine) as session:
        assert session.execute(core.metadata.tables["outbox"].select()).all() == []
    post(sam, talk, "reply", text="I am looking into it", key="k1")
    assert suggested() == ""
    settings.clock.move(timedelta(minutes=1))
    do(sam, talk, **{**cheque(debt, settings), "amount": "30", "reference": "CHK-9"})
    assert "recorded your $30 of" in suggested(), "they were answered, and what was done since is to be told"
    settings.clock.move(timedelta(minutes=1))
    post(sam, talk, "reply", text="It is recorded", key="k2")
    assert suggested() == ""


def test_a_cheque_that_came_in_time_shows_what_becomes_of_the_plan(sam, engine, settings) -> None:
    world = make_world(engine, settings.clock.now())
    first = negotiation.banking_day(world.today + timedelta(days=10))
    world.monthly(200, first.isoformat())
    settings.clock.move(timedelta(days=25))
    world.now = settings.clock.now()
    plan = world.current()
    assert plan is not None and world.look_after(plan) == ("missed",)
    with core.transaction(engine) as session:
        handoff.open_case(
            session, contact.conversation(session, world.conversation_id), handoff.Reason.PAYMENT, {}, world.now
        )
        contact.mark_verified(
            session, world.conversation_id, world.who.party_id, world.now + timedelta(minutes=30), world.now
        )
    sam = at_desk(sam.app, "sam")
    post(sam, world.conversation_id, "take")
    form = {"act": "record", "debt": world.debt_id, "amount": "200", "on": first.isoformat(), "how": "bank_transfer"}
    shown, _ = do(sam, world.conversation_id, **form, reference="TX 9")
    assert "no longer counted as missed: " in shown and "2 to go. Until now: Plan: $200.00 due" in shown
    assert "It counts from" in shown and "Bank transfer, number TX 9" in shown
    assert len(world.left()) == 2 and world.facts("AgreementReplayed")
    [entry] = [one for one in world.run(accounts.known_history, world.debt_id) if one.source.startswith("elsewhere:")]
    undo = {
        "act": "take_back",
        "debt": world.debt_id,
        "entry": str(entry.number),
        "reason": "it went to another account",
    }
    shown, _ = do(sam, world.conversation_id, **undo)
    assert "counted as missed: " in shown and len(world.left()) == 3


def ready_reply(client: TestClient, talk: str, title: str) -> str:
    """What stands under it in the list."""
    return client.get(f"/desk/conversations/{talk}").text.split(f"<b>{title}</b>")[1].split("</li>")[0]


def test_who_pays_by_check_is_told_where_it_goes_and_asked_where_they_live(sam, talk, settings) -> None:
    assert "12 Peachtree Lane, Atlanta, GA 30318" in ready_reply(sam, talk, "Check where letters go")
    assert settings.company_address == "" and say("ready_lacks") in ready_reply(sam, talk, "Where to send a check")
    object.__setattr__(settings, "company_address", "PO Box 9, Albany NY 12201")
    assert "PO Box 9, Albany NY 12201" in ready_reply(sam, talk, "Where to send a check")
    settings.clock.move(timedelta(minutes=31))
    sam = at_desk(sam.app, "sam")
    for title in ("Where to send a check", "Check where letters go", "What they asked for comes by post"):
        assert say("ready_unverified") in ready_reply(sam, talk, title)
    assert "date of birth and ZIP code" in ready_reply(sam, talk, "Ask who they are")
