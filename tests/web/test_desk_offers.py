"""Offers of a person: within the policy, beyond it with somebody's authority, never beyond the law; and their yes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine

from bot import accounts, contact, core, demo, dialogue, handoff, identity, negotiation
from bot.core import Settings
from bot.dialogue import known, questions
from tests.web.desk_kit import at_desk, do, post, say, token_in

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
WHY = "she lost her job and asked twice"


def day(settings: Settings, ahead: int = 7) -> str:
    return (settings.clock.now() + timedelta(days=ahead)).date().isoformat()


def an_offer(debt: accounts.Debt, settings: Settings, **changed: str) -> dict[str, str]:
    form = {"act": "offer", "debt": debt.id, "kind": "plan", "amount": "60", "how": "monthly", "on": day(settings)}
    return {**form, **changed}


def said_to_her(engine: Engine, talk: str) -> list[str]:
    with core.reading(engine) as session:
        return [line.text for line in contact.transcript(session, talk) if line.author.startswith("agent:")]


def agreements(engine: Engine, talk: str, settings: Settings) -> list[negotiation.Agreement]:
    with core.reading(engine) as session:
        who = identity.known_in(contact.conversation(session, talk), settings.clock.now())
        assert who is not None
        return [plan for plan, _ in negotiation.running(session, who).values()]


def writes(engine: Engine, settings: Settings, text: str) -> str:
    """She answers while Sam has it. The id of her message."""
    now = settings.clock.now()
    with core.transaction(engine) as session:
        message = contact.receive(session, contact.Incoming("sms", demo.MARIA.phone, f"SM{text}", text), now)
        assert message is not None
        handoff.debtor_wrote(session, contact.conversation(session, message.conversation_id), message, now)
        contact.inbox.finish(session, [message], now)
        return message.id


def test_what_the_policy_allows_is_offered_said_and_set_up_with_her_yes(sam, talk, debt, engine, settings) -> None:
    page = sam.get(f"/desk/conversations/{talk}/offer/{debt.id}").text
    assert "Policy row:" in page and "(yours)" in page and "option:full" in page
    shown, after = do(sam, talk, **an_offer(debt, settings))
    assert say("offer_within") in shown and "I can offer you this: $60 a month" in shown
    assert "I can offer you this: $60 a month" in said_to_her(engine, talk)[-1]
    assert "Sam Agent offered NW-1000" in after.text and say("offer_waits") in after.text
    assert say("case_done_unchanged") in post(sam, talk, "act", **an_offer(debt, settings)).text  # the same form twice
    offer = re.findall(r'name="entry" value="(off_[^"]+)"', after.text)[0]
    yes = writes(engine, settings, "yes please")
    assert say("case_done_offer_said") in post(sam, talk, "act", act="agree", entry=offer, said="in_none").text
    assert "“yes please” · " in sam.get(f"/desk/conversations/{talk}").text
    shown, after = do(sam, talk, act="agree", entry=offer, said=yes)
    assert "a new agreement" in shown and "/p/…" in shown and "/a/…" in shown
    [agreed] = agreements(engine, talk, settings)
    assert agreed.message_id == yes and agreed.schedule[0].amount.minor == 6000
    assert "Done, it&#39;s set up" in after.text and "“yes please”" in after.text
    assert f"{settings.public_url}/p/" in said_to_her(engine, talk)[-1]
    assert say("case_done_unchanged") in post(sam, talk, "act", act="agree", entry=offer, said=yes).text


def test_a_promise_made_on_the_telephone_is_offered_and_set_up_at_once(sam, talk, debt, engine, settings) -> None:
    form = an_offer(debt, settings, kind="promise", amount="50", said="voice")
    do(sam, talk, **form)
    [agreed] = agreements(engine, talk, settings)
    assert agreed.kind == "promise" and agreed.message_id is None and agreed.total.minor == 5000
    assert "you pay $50" in said_to_her(engine, talk)[-1]


def test_more_than_an_agent_may_is_asked_for_and_said_when_it_is_granted(
    app, sam, talk, debt, engine, settings
) -> None:
    form = an_offer(debt, settings, amount="30", reason=WHY)  # 21 payments; the policy has fewer
    assert "at least 10 characters" in post(sam, talk, "act", **{**form, "reason": "", "mark": "x"}).text
    shown, after = do(sam, talk, **form)
    assert "Ask a supervisor to offer: NW-1000" in shown and "It takes the authority of: " in shown
    assert said_to_her(engine, talk) == [] and "Sam Agent asked for more than they may" in after.text
    assert say("case_done_money_asked") in post(sam, talk, "act", **form).text
    sue = at_desk(app, "sue")
    page = sue.get("/desk/approvals").text
    assert "Policy row:" in page and WHY in page and "I can offer you this: $30 a month" in page
    where = re.findall(r'action="(/desk/approvals/[^"]+)"', page)[0]
    form = {"token": token_in(page), "answer": "granted", "note": "her hardship is plain"}
    assert say("approval_offered") in sue.post(where, data=form).text
    assert "I can offer you this: $30 a month" in said_to_her(engine, talk)[-1]
    assert say("approval_unchanged") in sue.post(where, data=form).text and len(said_to_her(engine, talk)) == 1
    page = sam.get(f"/desk/conversations/{talk}").text
    assert "Sue Supervisor granted what was asked for" in page and say("offer_waits") in page
    offer = re.findall(r'name="entry" value="(off_[^"]+)"', page)[0]
    do(sam, talk, act="agree", entry=offer, said=writes(engine, settings, "yes"))
    [agreed] = agreements(engine, talk, settings)
    assert len(agreed.schedule) == 21
    with core.reading(engine) as session:
        explained = negotiation.explain(session, offer)
        [made] = [one for one in core.facts(session, kind="OfferMade") if one.data["offer"] == offer]
    assert explained.breaches == () and explained.made_as == "by_hand" and explained.reason == "supervisor"
    assert made.actor != "parley"


def test_nothing_is_granted_once_the_case_has_moved_or_she_is_not_known(app, sam, talk, debt, engine, settings) -> None:
    do(sam, talk, **an_offer(debt, settings, amount="30", reason=WHY))
    sue = at_desk(app, "sue")
    page = sue.get("/desk/approvals").text
    where = re.findall(r'action="(/desk/approvals/[^"]+)"', page)[0]
    form = {"token": token_in(page), "answer": "granted", "note": "her hardship is plain"}
    post(sue, talk, "take-over")
    assert say("approval_moved") in sue.post(where, data=form).text
    settings.clock.move(timedelta(minutes=29, seconds=30))
    sue.get("/desk")
    settings.clock.move(timedelta(minutes=1))
    assert say("approval_unknown") in sue.post(where, data=form).text
    assert said_to_her(engine, talk) == []
    with core.reading(engine) as session:
        assert len(handoff.open_approvals(session)) == 1


@pytest.mark.parametrize(
    ("changed", "news"),
    [
        ({"on": "soon"}, "offer_day"), ({"on": "2099-01-01"}, "offer_nobody"), ({"amount": "0"}, "money_amount"),
        ({"amount": "0.01"}, "offer_nobody"), ({"kind": "promise", "amount": "0.50"}, "offer_nobody"),
        ({"kind": "gift"}, "unchanged"), ({"kind": "option:gift"}, "unchanged"), ({"how": "payday"}, "unchanged"),
        ({"debt": "debt_of_somebody_else"}, "unchanged"), ({"said": "in_none"}, "offer_said"),
    ],
)  # fmt: skip
def test_what_nobody_may_offer_is_refused_and_nothing_is_said(sam, talk, debt, engine, settings, changed, news) -> None:
    form = {**an_offer(debt, settings, reason=WHY), **changed}
    assert say(f"case_done_{news}") in post(sam, talk, "act", **form).text
    assert said_to_her(engine, talk) == [] and agreements(engine, talk, settings) == []


def test_under_a_hold_nothing_is_offered_linked_or_agreed(sam, talk, debt, engine, settings) -> None:
    do(sam, talk, **an_offer(debt, settings))
    offer = re.findall(r'name="entry" value="(off_[^"]+)"', sam.get(f"/desk/conversations/{talk}").text)[0]
    now = settings.clock.now()
    with core.transaction(engine) as session:
        contact.place_hold(
            session, party_id=debt.party_id, kind=contact.HoldKind.ATTORNEY, reason="test", now=now, actor="x"
        )
    assert say("offer_is_held") in sam.get(f"/desk/conversations/{talk}/offer/{debt.id}").text
    assert say("case_done_offer_held") in post(sam, talk, "act", **an_offer(debt, settings, amount="70")).text
    assert say("case_done_offer_held") in post(sam, talk, "act", act="link", debt=debt.id, amount="50").text
    assert say("case_done_offer_gone") in post(sam, talk, "act", act="agree", entry=offer, said="voice").text
    assert agreements(engine, talk, settings) == []


def test_a_link_to_pay_is_sent_for_the_amount_that_they_want(sam, talk, debt, engine, settings) -> None:
    shown, after = do(sam, talk, act="link", debt=debt.id, amount="50")
    assert "/p/…" in shown and "Sam Agent sent a link to pay, NW-1000 $50.00" in after.text
    assert f"{settings.public_url}/p/" in said_to_her(engine, talk)[-1]
    assert say("case_done_unchanged") in post(sam, talk, "act", act="link", debt=debt.id, amount="50").text
    assert say("case_done_link_amount") in post(sam, talk, "act", act="link", debt=debt.id, amount="5000").text


def test_only_whoever_has_it_sees_the_floor(app, sam, talk, debt, settings) -> None:
    ana = at_desk(app, "ana")
    assert say("case_done_not_yours") in ana.get(f"/desk/conversations/{talk}/offer/{debt.id}").text
    assert say("case_done_not_yours") in post(ana, talk, "act", **an_offer(debt, settings)).text


def test_contact_data_is_put_right_and_the_balance_is_explained(sam, talk, debt, engine, settings) -> None:
    where = f"/desk/conversations/{talk}/person"
    page = sam.get(where).text
    assert say("item_balance") in page and "$612.40" in page and demo.MARIA.phone in page
    _, after = do(
        sam, talk, act="address", kind="sms", reference="(202) 555-0177", reason="she said it on the telephone"
    )
    assert "Sam Agent changed contact data, + sms …0177" in after.text and "+12025550177" in sam.get(where).text
    again = {"act": "address", "kind": "sms", "reference": "+12025550177", "reason": WHY}
    assert say("case_done_address_known") in post(sam, talk, "act", **again).text
    assert say("case_done_address_wrong") in post(sam, talk, "act", **{**again, "reference": "soon"}).text
    with core.reading(engine) as session:
        [new] = [one for one in contact.addresses_of(session, debt.party_id) if one.value == "+12025550177"]
    do(sam, talk, act="address_off", entry=new.id, reason="it is her sister's")
    assert "+12025550177" not in sam.get(where).text
    do(sam, talk, **again)
    assert "+12025550177" in sam.get(where).text
    assert "12 Peachtree Lane, Atlanta, GA 30318" in sam.get(where).text
    moved = {"act": "address", "kind": "post", "reason": "she wrote it here"}
    for wrong in ("soon", "Oak Street, Savannah", "1" * 129):
        assert say("case_done_address_wrong") in post(sam, talk, "act", **moved, reference=wrong).text
    do(sam, talk, **moved, reference="7 Oak Street, Savannah,  GA 31419")
    with core.reading(engine) as session:
        assert contact.postal_address(session, debt.party_id) == "7 Oak Street, Savannah, GA 31419"
    do(sam, talk, act="speak", kind="es")
    with core.reading(engine) as session:
        assert contact.conversation(session, talk).language == "es"


def test_what_was_offered_waits_for_a_yes_with_the_assistant_too_and_is_put_once(
    sam, talk, debt, engine, settings
) -> None:
    do(sam, talk, **an_offer(debt, settings))
    state, now = dialogue.State(), settings.clock.now()
    with core.reading(engine) as session:
        hers = contact.conversation(session, talk)
        seen = known.load(session, settings, hers, state, now)
        assert isinstance(state.question, questions.Accept)
        [offer] = state.question.offers
        assert seen.offers[offer].offer.schedule[0].amount.minor == 6000 and seen.scene.asked == "accept"
        state.question = None  # she said no
        known.load(session, settings, hers, state, now)
    assert state.question is None
