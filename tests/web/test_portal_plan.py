"""Choosing a plan in one's own place, moving a payment, documents, and whether a file is genuine."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

import bot.web
import bot.web.portal_proof
from bot import accounts, contact, core, negotiation, papers, payments
from bot.core import Settings
from bot.papers import signing
from bot.payments.settle import settle
from bot.web.parts import unbroken
from tests.web.desk_kit import maria_is_here
from tests.web.desk_kit import say as words
from tests.web.test_portal import PROOF, send
from tests.web.world import talk_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    made = replace(settings, signing_key_file=str(tmp_path / "key.pem"), code_for={"web": "nothing"})
    signing.make_key(made.signing_key)
    return made


@pytest.fixture
def debt(engine: Engine, settings: Settings) -> accounts.Debt:
    with core.transaction(engine) as session:
        return accounts.known_debts_of(session, maria_is_here(session, settings))[0]


@pytest.fixture
def hers(client: TestClient, debt: accounts.Debt) -> TestClient:
    client.get("/portal")
    send(client, "verify", **PROOF)
    return client


def options(page: str) -> dict[int, dict[str, str]]:
    """By how many parts: what the page shows of each length."""
    found = [dict(re.findall(r'data-(\w+)="([^"]*)"', one)) for one in re.findall(r"<option value=\"plan:[^>]*>", page)]
    return {int(one["parts"]): one for one in found}


def agreements(engine: Engine, debt: accounts.Debt) -> list[negotiation.Agreement]:
    with core.reading(engine) as session:
        found = negotiation.current_agreement(session, debt.id)
        return [found] if found else []


def chosen(hers: TestClient, debt: accounts.Debt, choice: str, **more: str) -> str:
    """The page that reads it back."""
    return send(hers, "plan", debt=debt.id, choice=choice, every="monthly", **more).text


def offer_in(page: str) -> str:
    found = re.search(r'name="offer" value="(\w+)"', page)
    assert found is not None, page
    return found[1]


def test_the_page_shows_what_policy_takes_and_nothing_is_saved_by_looking(hers, debt, engine) -> None:
    page = hers.get(f"/portal/plan?debt={debt.id}").text
    shown = options(page)
    assert min(shown) == 2 and shown[2]["each"] == "$306.20" and {one["total"] for one in shown.values()} == {"$612.40"}
    with core.reading(engine) as session:
        assert core.facts(session, kind="OfferMade") == []
    for parts in shown:
        with core.reading(engine) as session:
            who = bot.web.portal_proof.known_here(session, hers.cookies["parley_chat"], demo_now(hers))
            today = accounts.me(session, who).today(demo_now(hers))
            wish = negotiation.Proposal(count=parts, frequency=negotiation.Frequency.MONTHLY)
            case = negotiation.case_for(session, who, debt.id, demo_now(hers), today)
            decided = negotiation.decide(case, negotiation.live_policy(session, demo_now(hers)))
            answer = negotiation.answer_to(wish, case, decided)
            assert isinstance(answer, negotiation.Accepted) and len(answer.offer.schedule) == parts


def demo_now(hers: TestClient):  # type: ignore[no-untyped-def]
    return hers.app.state.parts.settings.clock.now()  # type: ignore[attr-defined]


def test_a_choice_is_read_back_whole_and_agreed_in_their_words_as_in_the_chat(hers, debt, engine) -> None:
    page = chosen(hers, debt, "plan:6")
    assert words("portal_agree_head") in page and page.count("<dt>") == 7 and agreements(engine, debt) == []
    done = send(hers, "agree", offer=offer_in(page))
    assert words("portal_agreed") in done.text
    [agreed] = agreements(engine, debt)
    assert len(agreed.schedule) == 6 and agreed.total == debt.balance
    with core.reading(engine) as session:
        lines = contact.transcript(session, talk_of(engine, hers).id)
        document = negotiation.agreement_document(session, agreed.id, "en")
    [theirs] = [line for line in lines if line.author == "debtor"]
    assert theirs.id == agreed.message_id and theirs.text.startswith("Set up this plan: ")
    ours = " ".join(line.text for line in lines if line.author != "debtor")
    assert "it's set up" in ours and "/p/" in ours and "/a/" in ours
    assert "by web chat" in html.unescape(document.html)


def test_pressing_twice_is_one_agreement_and_one_answer(hers, debt, engine) -> None:
    offer = offer_in(chosen(hers, debt, "plan:4"))
    for _ in range(2):
        send(hers, "agree", offer=offer)
    assert len(agreements(engine, debt)) == 1
    with core.reading(engine) as session:
        assert len(core.facts(session, kind="AgreementReached")) == 1
        lines = contact.transcript(session, talk_of(engine, hers).id)
    assert sum(line.author == "debtor" for line in lines) == 1


@pytest.mark.parametrize("choice", ["plan:1", "plan:999", "plan:x", "other:full", "other:nothing", "", "plan:-2"])
def test_what_policy_does_not_take_is_said_and_not_replaced(hers, debt, engine, choice) -> None:
    page = send(hers, "plan", debt=debt.id, choice=choice, every="monthly")
    assert page.status_code == 422 and words("portal_plan_gone") in page.text
    with core.reading(engine) as session:
        assert core.facts(session, kind="OfferMade") == []


def test_an_offer_that_is_over_sets_nothing_up_and_keeps_no_words(hers, debt, engine, settings) -> None:
    offer = offer_in(chosen(hers, debt, "plan:4"))
    settings.clock.move(timedelta(minutes=5))
    with core.transaction(engine) as session:
        accounts.post(session, debt_id=debt.id, kind=accounts.EntryKind.PAYMENT, amount=-debt.balance, source="x",
                      now=settings.clock.now())  # fmt: skip
    page = send(hers, "agree", offer=offer)
    assert words("portal_plan_expired") in page.text and agreements(engine, debt) == []
    with core.reading(engine) as session:
        assert not [one for one in contact.transcript(session, talk_of(engine, hers).id) if one.author == "debtor"]


def test_an_offer_of_somebody_else_is_nobodys_here(hers, engine) -> None:
    assert words("portal_plan_expired") in send(hers, "agree", offer="off_of_another").text


def test_a_held_account_has_nothing_to_choose(hers, debt, engine, settings) -> None:
    with core.transaction(engine) as session:
        contact.place_hold(session, party_id=debt.party_id, debt_id=debt.id, kind=contact.HoldKind.DISPUTE,
                           reason="test", now=settings.clock.now())  # fmt: skip
    assert hers.get(f"/portal/plan?debt={debt.id}", follow_redirects=False).headers["location"] == "/portal"
    assert hers.get("/portal/plan?debt=dbt_other", follow_redirects=False).headers["location"] == "/portal"
    assert "/portal/plan" not in hers.get("/portal").text


@pytest.fixture
def plan(hers, debt, engine) -> negotiation.Agreement:
    send(hers, "agree", offer=offer_in(chosen(hers, debt, "plan:6")))
    return agreements(engine, debt)[0]


def test_the_next_payment_gets_another_day_where_policy_allows_it(hers, debt, engine, plan) -> None:
    due = plan.schedule[0].due
    assert words("portal_move") in hers.get("/portal").text
    late = send(hers, "move", debt=debt.id, to=(due + timedelta(days=300)).isoformat())
    assert late.status_code == 422 and "at the latest" in late.text and 'name="to"' in late.text
    assert send(hers, "move", debt=debt.id, to="someday").status_code == 422
    done = send(hers, "move", debt=debt.id, to=(due + timedelta(days=3)).isoformat())
    assert words("portal_moved") in done.text
    [moved] = agreements(engine, debt)
    assert moved.schedule[0].due == due + timedelta(days=3) and moved.total == plan.total
    with core.reading(engine) as session:
        lines = contact.transcript(session, talk_of(engine, hers).id)
    assert [line.text for line in lines if line.author == "debtor"][-1].startswith("Move the next payment of")


def test_from_elsewhere_than_the_phone_on_file_a_code_comes_first(engine, debt, settings) -> None:
    app = bot.web.create_app(replace(settings, code_for={"web": "changes"}), engine)
    with TestClient(app, base_url="http://127.0.0.1:8000") as hers:
        hers.get("/portal")
        send(hers, "verify", **PROOF)
        send(hers, "agree", offer=offer_in(chosen(hers, debt, "plan:6")))
        [plan] = agreements(engine, debt)
        form = {"debt": debt.id, "to": (plan.schedule[0].due + timedelta(days=2)).isoformat()}
        asked = send(hers, "move", **form)
        assert words("portal_code_sent") in asked.text and 'name="code"' in asked.text
        assert words("portal_code_wrong") in send(hers, "move", **form, code="000000").text
        assert agreements(engine, debt)[0].revision == 0
        with core.reading(engine) as session:
            [text] = [row.text for row in session.exec_driver_sql("SELECT text FROM outbox WHERE channel = 'sms'")]
        [code] = re.findall(r"\b\d{6}\b", text)
        assert words("portal_moved") in send(hers, "move", **form, code=code).text
    assert agreements(engine, debt)[0].revision == 1


def test_documents_are_opened_from_here_and_asked_nothing_again(hers, debt, plan) -> None:
    page = hers.get("/portal").text
    form = dict(re.findall(r'name="(agreement)" value="(\w+)"', page))
    assert "Payment agreement" in send(hers, "document", **form).text
    [year] = re.findall(r"<option>(\d{4})</option>", page)[:1]
    statement = send(hers, "statement", debt=debt.id, year=year)
    assert f"Your account in {year}" in statement.text and "What came and went" in statement.text
    assert "Statement S " in hers.get("/portal").text
    for wrong in ({"debt": debt.id, "year": "1999"}, {"debt": debt.id, "year": "x"}):
        assert send(hers, "statement", follow=False, **wrong).headers["location"] == "/portal"
    assert send(hers, "document", follow=False, number="R00000000").headers["location"] == "/portal"


def signed(settings: Settings) -> bytes:
    sheet = papers.Sheet("Payment receipt", ("Thank you.",), (("You paid", "$50.00"),), None, ())
    frozen = papers.Frozen("receipt", "R 1234 5674", {"en": sheet, "es": sheet}, 64 * "a", settings.clock.now())
    return signing.load(settings.signing_key).signed(frozen, "Northwind Energy")


def test_anybody_can_ask_whether_a_file_is_genuine(client, settings) -> None:
    raw = signed(settings)
    assert client.get("/verify").status_code == 200
    for given in ({"files": {"file": ("x.json", raw)}}, {"data": {"text": raw.decode()}}):
        page = client.post("/verify", **given)
        assert page.status_code == 200 and words("genuine_yes") in page.text and "$50.00" in page.text
    cases = {"genuine_changed": raw.replace(b"$50.00", b"$90.00"), "genuine_no_file": b"%PDF <script>", "genuine_none": b"  ",
             "genuine_other": re.sub(rb'"key": "\w+"', b'"key": "0"', raw)}  # fmt: skip
    for problem, content in cases.items():
        page = client.post("/verify", files={"file": ("x.json", content)})
        assert page.status_code == 422 and words(problem, phone=unbroken("+1 555 010 0199")) in html.unescape(page.text), problem
        assert "$90.00" not in page.text and "<script>" not in page.text.replace("<script type", "")
    assert client.post("/verify", content=b"a" * 600_000).status_code == 413
    bad = client.post("/verify", content=b"xx", headers={"content-type": "multipart/form-data; boundary=b"})
    assert bad.status_code in (400, 422)


def test_the_keys_are_published_while_there_are_any(client, settings) -> None:
    page = client.get("/.well-known/parley-signing-keys.json")
    assert signing.verify(signed(settings), signing.read_published(page.content)).is_genuine
    assert json.loads(page.text)["issuer"] == "Northwind Energy"
    settings.signing_key.unlink()
    assert client.get("/.well-known/parley-signing-keys.json").status_code == 404
    assert client.post("/verify", data={"text": "{}"}).status_code == 422


def test_the_paid_page_says_what_is_left_to_themselves_and_nothing_to_others(hers, app, debt, plan, engine, settings) -> None:
    page = send(hers, "pay", debt=debt.id, what="next")
    token, now = str(page.url).rsplit("/", 1)[1], settings.clock.now()
    with core.transaction(engine) as session:
        attempt = payments.begin_checkout(session, token, now, public_url=settings.public_url)
    paid = payments.Payment(
        attempt.request_id, attempt.number, "cs_1", "complete", "pi_1", "succeeded", plan.schedule[0].amount
    )  # fmt: skip
    with core.transaction(engine) as session:
        settle(session, paid, contact.Sending(key="x"), now)
    mine, others = hers.get(f"/p/{token}").text, TestClient(app, base_url="http://127.0.0.1:8000").get(f"/p/{token}").text
    left, following = debt.balance - plan.schedule[0].amount, plan.schedule[1]
    assert re.search(r"<dd>R \d{4} \d{4}</dd>", mine) and f"/p/{token}/receipt.pdf" in mine
    assert '<a class="button primary wide" href="/">' in mine and "$" not in others and "receipt" not in others
    assert left.text("en") in mine and f"{following.amount.text('en')} on " in mine
    there = talk_of(engine, hers).id
    with core.transaction(engine) as session:
        contact.clear_verified(session, there, now)
    kept = hers.get(f"/p/{token}").text
    assert left.text("en") not in kept and "asks for your date of birth" in kept and "/receipt.pdf" in kept


def test_the_desk_finds_a_person_by_the_number_of_a_document(debt, plan, engine) -> None:
    with core.reading(engine) as session:
        document = negotiation.agreement_document(session, plan.id, "en")
        assert papers.owner(session, dict(document.sheet.facts)["Number"]) == debt.party_id
