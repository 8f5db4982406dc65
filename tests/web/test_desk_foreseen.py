"""What the desk says before something is done about money: the link that it ends, the money that is counted already, the
yes that it rests on, the agreement that it replaces, and whose authority it takes.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import accounts, contact, core, demo, handoff, identity, negotiation
from bot.core import Money, Settings
from tests.web.desk_kit import at_desk, do, post, say

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
WHY = "the bank statement shows it"


def page(sam: TestClient, talk: str) -> str:
    return sam.get(f"/desk/conversations/{talk}").text


def look(sam: TestClient, talk: str, **form: str) -> str:
    """What it would change; nothing is done."""
    return post(sam, talk, "act", **form).text


def an_offer(debt: accounts.Debt, settings: Settings, **changed: str) -> dict[str, str]:
    on = negotiation.banking_day(settings.clock.now().date() + timedelta(days=7)).isoformat()
    return {"act": "offer", "debt": debt.id, "kind": "plan", "amount": "60", "how": "monthly", "on": on, **changed}


def balance(engine: Engine, debt: accounts.Debt) -> str:
    with core.reading(engine) as session:
        return accounts.balance(session, debt.id).text("en")


def writes(engine: Engine, settings: Settings, text: str, **how) -> str:
    """She answers while Sam has it. The id of her message."""
    now = settings.clock.now()
    with core.transaction(engine) as session:
        said = contact.Incoming("sms", demo.MARIA.phone, f"SM{text}{now}", text, **how)
        message = contact.receive(session, said, now)
        assert message is not None
        handoff.debtor_wrote(session, contact.conversation(session, message.conversation_id), message, now)
        contact.inbox.finish(session, [message], now)
        return message.id


def disputes(engine: Engine, settings: Settings, talk: str, debt_id: str | None = None) -> str:
    with core.transaction(engine) as session:
        claim = accounts.Claim(accounts.DisputeReason.ALREADY_PAID, "i paid 50 already", debt_id)
        here = contact.conversation(session, talk)
        return accounts.open_dispute(session, here, claim, message_id="in_1", now=settings.clock.now()).number


def a_cheque(debt: accounts.Debt, settings: Settings) -> dict[str, str]:
    on = (settings.clock.now().date() - timedelta(days=2)).isoformat()
    return {"act": "record", "debt": debt.id, "amount": "50", "on": on, "how": "cheque", "reference": "1042"}


# Links


def test_a_preview_names_the_link_that_it_ends_and_the_thread_marks_it(sam, talk, debt, engine, settings) -> None:
    do(sam, talk, act="link", debt=debt.id, amount="100")
    assert "stops working" not in page(sam, talk) and "They have a link for $100.00 on NW-1000" in page(sam, talk)
    settings.clock.move(timedelta(minutes=2))
    ends = "The link for $100.00 of "
    assert ends in look(sam, talk, act="link", debt=debt.id, amount="40")
    shown, after = do(sam, talk, **an_offer(debt, settings, said="voice"))
    assert ends in shown and say("link_dead_cancelled") in after.text
    assert after.text.count(say("link_dead_cancelled")) == 1, "the new one works"
    live = sam.get(f"/desk/conversations/{talk}/live").text
    assert say("link_dead_cancelled") in live


def test_what_pays_it_off_or_holds_it_ends_the_link_too_and_says_so(sam, talk, debt, engine, settings) -> None:
    do(sam, talk, act="link", debt=debt.id, amount="100")
    settings.clock.move(timedelta(minutes=2))
    everything = {**a_cheque(debt, settings), "amount": "612.40"}
    assert "The link for $100.00 of " not in look(sam, talk, **a_cheque(debt, settings))
    assert "The link for $100.00 of " in look(sam, talk, **everything)
    shown, after = do(sam, talk, act="hold", kind="complaint", reason=WHY)
    assert "The link for $100.00 of " in shown and say("link_dead_paused") in after.text


def test_a_link_that_has_run_out_is_marked(sam, talk, debt, settings) -> None:
    do(sam, talk, act="link", debt=debt.id, amount="100")
    settings.clock.move(timedelta(days=9))
    assert say("link_dead_expired") in page(at_desk(sam.app, "sam"), talk)


# A payment and its dispute


def test_upholding_takes_nothing_off_that_was_recorded_since(sam, talk, debt, engine, settings) -> None:
    number = disputes(engine, settings, talk)
    do(sam, talk, **a_cheque(debt, settings))
    assert balance(engine, debt) == "$562.40"
    shown = page(sam, talk)
    assert "off the balance already: $50.00 (NW-1000, " in shown and say("correct_besides") in shown
    decide = {"act": "decide", "number": number, "outcome": "upheld", "debt": debt.id, "amount": "50", "reason": WHY}
    shown = look(sam, talk, **decide)
    assert say("correct_not_twice", off="$50.00") in shown and "goes from" not in shown
    assert "from $562.40 to $512.40" in look(sam, talk, **decide, besides="1")
    assert "off the balance already" in look(sam, talk, **{**decide, "amount": ""})
    _, after = do(sam, talk, **decide)
    assert balance(engine, debt) == "$562.40" and "corrected the balance" not in after.text


def test_more_comes_off_when_the_agent_says_so(sam, talk, debt, engine, settings) -> None:
    number = disputes(engine, settings, talk)
    do(sam, talk, **a_cheque(debt, settings))
    decide = {"act": "decide", "number": number, "outcome": "upheld", "debt": debt.id, "amount": "50", "reason": WHY}
    do(sam, talk, **decide, besides="1")
    assert balance(engine, debt) == "$512.40"


@pytest.mark.parametrize("before", ["recorded before the dispute", "taken back since"])
def test_a_payment_that_is_not_the_one_meant_stands_in_no_way(sam, talk, debt, engine, settings, before) -> None:
    if before == "recorded before the dispute":
        do(sam, talk, **a_cheque(debt, settings))
    settings.clock.move(timedelta(minutes=1))
    number = disputes(engine, settings, talk)
    if before == "taken back since":
        do(sam, talk, **a_cheque(debt, settings))
        entry = re.findall(r'value="take_back">.*?name="entry" value="(\d+)"', page(sam, talk), re.S)[0]
        do(sam, talk, act="take_back", debt=debt.id, entry=entry, reason=WHY)
    owed = balance(engine, debt)
    decide = {"act": "decide", "number": number, "outcome": "upheld", "debt": debt.id, "amount": "50", "reason": WHY}
    assert "off the balance already" not in page(sam, talk)
    do(sam, talk, **decide)
    assert balance(engine, debt) != owed


def test_recording_what_a_decision_took_off_already_warns(sam, talk, debt, engine, settings) -> None:
    number = disputes(engine, settings, talk)
    assert "was taken off here already" not in look(sam, talk, **a_cheque(debt, settings))
    do(sam, talk, act="decide", number=number, outcome="upheld", debt=debt.id, amount="50", reason=WHY)
    shown = look(sam, talk, **a_cheque(debt, settings))
    assert say("record_taken_off", amount="$50.00", number=number) in shown


# Their yes


def test_only_what_they_wrote_since_they_were_told_can_be_the_yes(sam, talk, debt, engine, settings) -> None:
    early = writes(engine, settings, "yes to whatever")
    settings.clock.move(timedelta(minutes=1))
    do(sam, talk, **an_offer(debt, settings))
    [offer] = set(re.findall(r'name="entry" value="(off_[^"]+)"', page(sam, talk)))
    assert say("yes_none") in page(sam, talk)
    settings.clock.move(timedelta(minutes=1))
    proof = writes(engine, settings, "[birth date removed] [ZIP code removed]")
    first, second = writes(engine, settings, "let me think"), writes(engine, settings, "ok, do it please")
    options = re.findall(r'<option value="(in_[^"]+)">', sam.get(f"/desk/conversations/{talk}/live").text)
    assert set(options) == {first, second} and not {early, proof} & set(options), "live, without a reload"
    for wrong in (early, proof):
        assert say("case_done_offer_said") in look(sam, talk, act="agree", entry=offer, said=wrong)
    shown = look(sam, talk, act="agree", entry=offer, said=second)
    assert "Their yes: “ok, do it please”, " in shown and "Set up the plan: " in shown
    assert say("yes_by_voice") in look(sam, talk, act="agree", entry=offer, said="voice")


def test_the_newest_answer_stands_first(sam, talk, debt, engine, settings) -> None:
    do(sam, talk, **an_offer(debt, settings))
    for text in ("one", "two", "three"):
        settings.clock.move(timedelta(minutes=1))
        writes(engine, settings, text)
    listed = re.findall(r'<option value="in_[^"]+">“(\w+)”', page(sam, talk))
    assert listed == ["three", "two", "one"]


def test_an_offer_that_waits_for_the_morning_has_no_yes_yet(sam, talk, debt, engine, settings) -> None:
    do(sam, talk, **an_offer(debt, settings))
    writes(engine, settings, "yes")
    outbox = core.metadata.tables["outbox"]
    later = settings.clock.now() + timedelta(hours=8)
    with core.transaction(engine) as session:
        session.execute(outbox.update().values(held_until=later))
    assert not re.findall(r'<option value="in_', page(sam, talk))


def test_before_a_person_has_answered_nothing_can_be_the_yes_to_a_form(sam, talk, debt, engine, settings) -> None:
    where = f"/desk/conversations/{talk}/offer/{debt.id}"
    assert "can do 10 a month" not in sam.get(where).text
    settings.clock.move(timedelta(minutes=1))
    post(sam, talk, "reply", text="I could do 60 a month, shall I set it up?", key="k1")
    settings.clock.move(timedelta(minutes=1))
    yes = writes(engine, settings, "yes, 60 is fine")
    assert "yes, 60 is fine" in sam.get(where).text and "can do 10 a month" not in sam.get(where).text
    shown, after = do(sam, talk, **an_offer(debt, settings, said=yes))
    assert "Set up the plan: NW-1000" in shown and "Their yes: “yes, 60 is fine”" in shown
    assert "Offer: NW-1000" not in shown and "Done, it&#39;s set up" in after.text


# What is agreed


def test_a_new_plan_shows_the_old_one_and_says_that_it_ends(sam, talk, debt, engine, settings) -> None:
    assert say("agreed_heading") not in sam.get(f"/desk/conversations/{talk}/offer/{debt.id}").text
    do(sam, talk, **an_offer(debt, settings, said="voice"))
    settings.clock.move(timedelta(minutes=2))
    where = f"/desk/conversations/{talk}"
    for path in (f"{where}/offer/{debt.id}", f"{where}/person"):
        seen = sam.get(path).text
        assert "11 payments left, $612.40 in all" in seen and seen.count("$60.00</dd>") == 10 and "$12.40</dd>" in seen
    document = re.findall(rf'href="({where}/agreements/[^"]+)"', seen)[0]
    answer = sam.get(document)
    assert answer.status_code == 200 and "612.40" in answer.text and "no-store" in answer.headers["cache-control"]
    shown = look(sam, talk, **an_offer(debt, settings, amount="100", said="voice"))
    assert "a new agreement. Plan: $100.00" in shown and "It was: Plan: $60.00" in shown
    assert "NW-1000: the agreement of " in shown and "The link for $60.00 of " in shown


def test_an_agreement_opens_only_for_whoever_has_the_case(app, sam, talk, debt, engine, settings) -> None:
    do(sam, talk, **an_offer(debt, settings, said="voice"))
    document = re.findall(r'href="([^"]+/agreements/[^"]+)"', sam.get(f"/desk/conversations/{talk}/person").text)[0]
    assert at_desk(app, "ana").get(document).status_code == 404
    assert sam.get(document.rpartition("/")[0] + "/agr_of_nobody").status_code == 404
    assert sam.get(document).status_code == 200


def test_a_day_that_moves_for_the_banks_is_said(sam, talk, debt, settings) -> None:
    today = settings.clock.now().date()
    sunday = today + timedelta(days=(6 - today.weekday()) % 7 or 7)
    shown = look(sam, talk, **an_offer(debt, settings, on=sunday.isoformat()))
    assert "is no bank day: that payment falls due on " in shown
    weekday = negotiation.banking_day(today + timedelta(days=8))
    form = an_offer(debt, settings, kind="promise", amount="50", on=weekday.isoformat())
    assert "is no bank day" not in look(sam, talk, **form)


def test_a_promise_is_called_one_and_brings_no_link_unasked(sam, talk, debt, engine, settings) -> None:
    do(sam, talk, act="link", debt=debt.id, amount="100")
    settings.clock.move(timedelta(minutes=2))
    form = an_offer(debt, settings, kind="promise", amount="50", said="voice")
    shown = look(sam, talk, **form)
    assert "Set up the promise: NW-1000" in shown and "a new agreement. Promise: $50.00 by " in shown
    assert "1 to go" not in shown and "/p/…" not in shown and "stops working" not in shown
    asked = look(sam, talk, **form, with_link="yes")
    assert "/p/…" in asked and "The link for $100.00 of " in asked
    _, after = do(sam, talk, **form)
    assert "Promise: $50.00 by " in after.text and say("link_dead_cancelled") not in after.text


def test_a_plan_goes_without_a_link_where_they_pay_another_way(sam, talk, debt, settings) -> None:
    assert "/p/…" in look(sam, talk, **an_offer(debt, settings, said="voice"))
    shown = look(sam, talk, **an_offer(debt, settings, said="voice", with_link="no"))
    assert "/p/…" not in shown and "/a/…" in shown


# Whose authority


def test_how_long_a_plan_may_run_is_said_in_one_unit_with_the_limit_of_ones_own(sam, talk, debt, settings) -> None:
    seen = sam.get(f"/desk/conversations/{talk}/offer/{debt.id}").text
    assert "months from the first payment to the last (yours)" in seen
    own = re.findall(r"([\w ]+): paying less, down to [^;]+; a plan, up to (\d+) months[^(<]* \(yours\)", seen)
    assert len(own) == 1
    shown = look(sam, talk, **an_offer(debt, settings, amount="30", reason=WHY))
    told = re.findall(r"It takes (\d+) months from the first payment to the last. The policy gives (\d+); (\w+): up to (\d+)", shown)
    assert len(told) == 1
    takes, table, role, mine = told[0]
    assert role.lower() == "agent" and int(takes) > int(mine) >= int(table)
    assert "payments are more than the policy gives" not in shown


def test_the_limit_that_is_named_is_the_limit_that_holds(sam, talk, debt, engine, settings) -> None:
    """The longest plan that the sentence lets an agent offer is offered by them; a month more is asked for."""
    with core.reading(engine) as session:
        who = identity.known_in(contact.conversation(session, talk), settings.clock.now())
        assert who is not None
        today = settings.clock.now().date()
        first = negotiation.banking_day(today + timedelta(days=7))
        for dollars in range(20, 100):
            wanted = negotiation.ByHand("plan", Money(dollars * 100, "USD"), first)
            weighed = negotiation.weigh(session, who, debt.id, wanted, settings.clock.now(), today)
            if weighed.needs is not None and weighed.term is not None:
                within = weighed.term.takes <= weighed.term.by_role["agent"]
                assert weighed.may("agent") == within, dollars


# What they are told, and what is held


@pytest.mark.parametrize("outcome", ["upheld", "partly_upheld", "verified"])
@pytest.mark.parametrize("spoken", ["en", "es"])
def test_a_decision_says_that_nothing_is_sent_and_has_a_reply_ready(
    sam, talk, debt, engine, settings, outcome, spoken
) -> None:
    number = disputes(engine, settings, talk, debt.id)
    with core.transaction(engine) as session:
        contact.set_language(session, talk, spoken)
    shown, after = do(sam, talk, act="decide", number=number, outcome=outcome, reason=WHY)
    assert say("change_silent") in shown and say("change_ready") in shown
    words = {"en": "looked into", "es": "Ya revisé"}[spoken]
    suggested = after.text.split('id="suggested"')[1].split("</div>")[0]
    assert words in suggested and number in suggested
    with core.reading(engine) as session:
        assert not [one for one in contact.transcript(session, talk) if one.author.startswith("agent:")]


def test_recording_a_payment_says_that_nothing_is_sent(sam, talk, debt, settings) -> None:
    shown = look(sam, talk, **a_cheque(debt, settings))
    assert say("change_silent") in shown and say("change_ready") in shown
    linked = look(sam, talk, act="link", debt=debt.id, amount="50")
    assert say("change_silent") not in linked and say("change_ready") not in linked


def test_dispute_and_hold_name_their_account_and_nothing_is_offered_there(sam, talk, debt, engine, settings) -> None:
    with core.transaction(engine) as session:
        fee = {"kind": accounts.EntryKind.FEE, "amount": Money(2500, "USD"), "source": "fee:1"}
        accounts.post(session, debt_id=debt.id, now=settings.clock.now(), **fee)
    free = page(sam, talk)
    for possible in (f"/offer/{debt.id}", 'id="link"', "Waive up to"):
        assert possible in free
    number = disputes(engine, settings, talk, debt.id)
    held = page(sam, talk)
    assert f"<b>{number}</b> · NW-1000 · {say('dispute_already_paid')}" in held and "already_paid</" not in held
    assert say("held_on", what="NW-1000") in held and say("held_whole") in held
    for impossible in (f"/offer/{debt.id}", 'id="link"', "Waive up to"):
        assert impossible not in held
    assert 'id="money"' in held, "what came may be recorded"


def test_a_part_that_is_held_leaves_the_rest_to_be_paid(sam, talk, debt, engine, settings) -> None:
    with core.transaction(engine) as session:
        claim = accounts.Claim(accounts.DisputeReason.WRONG_AMOUNT, "50 too much", debt.id, Money(5000, "USD"))
        here = contact.conversation(session, talk)
        accounts.open_dispute(session, here, claim, message_id="in_1", now=settings.clock.now())
    seen = page(sam, talk)
    assert say("held_part", part="$50.00") in seen and say("held_on", what="$50.00 of NW-1000") in seen
    assert f"/offer/{debt.id}" in seen and 'id="link"' in seen
