"""The place of one's own: one check for chat and portal, all that is owed and why, and what can be done about it."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import accounts, contact, core, handoff, identity, negotiation
from bot.contact import file_check, files
from bot.core import Money, Settings
from bot.web import texts
from bot.web.parts import unbroken
from tests.web.desk_kit import maria_is_here, token_in
from tests.web.desk_kit import say as words
from tests.web.test_files import photo
from tests.web.world import messages, say, talk_of, verify

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
PROOF = {"reference": "NW-1000", "born": "4/12/1985", "zip": "30318"}


@pytest.fixture
def maria(engine: Engine, settings: Settings) -> str:
    with core.transaction(engine) as session:
        return maria_is_here(session, settings)


@pytest.fixture
def debt(engine: Engine, maria: str) -> accounts.Debt:
    with core.reading(engine) as session:
        return accounts.known_debts_of(session, maria)[0]


def send(client: TestClient, what: str, /, follow: bool = True, **form: str):
    """As the page's own form does it."""
    token = token_in(client.get("/portal?idle=1").text)
    return client.post(f"/portal/{what}", data={"token": token, **form}, follow_redirects=follow)


@pytest.fixture
def hers(client: TestClient, maria: str) -> TestClient:
    """Maria's browser, after the check."""
    client.get("/portal")
    assert send(client, "verify", **PROOF).status_code == 200
    return client


def test_before_the_check_nothing_says_that_anybody_owes(client: TestClient, maria: str) -> None:
    page = client.get("/portal").text
    assert words("portal_gate_head") in page
    assert not re.search(r"\$|owe|debt|pay|balance", re.sub(r"<style.*?</style>|<link[^>]*>", "", page), re.I)
    wrong = send(client, "verify", **{**PROOF, "zip": "10001"})
    assert wrong.status_code == 403 and "$612" not in wrong.text
    assert all(f'value="{typed}"' in wrong.text for typed in ("NW-1000", "4/12/1985", "10001"))


def test_after_three_wrong_tries_a_person_helps(client: TestClient, maria: str, engine: Engine) -> None:
    client.get("/portal")
    for _ in range(3):
        page = send(client, "verify", **{**PROOF, "zip": "10001"}).text
    assert words("portal_locked", phone=unbroken("+1 555 010 0199")) in page
    assert send(client, "verify", **PROOF).status_code == 403
    with core.reading(engine) as session:
        [case] = handoff.waiting(session)
    assert case.reason is handoff.Reason.LOCKED


@pytest.mark.parametrize(
    ("typed", "spoken", "read"),
    [
        ("4/12/1985", "en", ["1985-04-12", "1985-12-04"]), ("4/12/1985", "es", ["1985-12-04", "1985-04-12"]),
        ("1985-04-12", "en", ["1985-04-12", "None"]), ("31.1.1985", "en", ["1985-01-31", "None"]),
        ("04 12 1985", "en", ["1985-04-12", "1985-12-04"]), ("5/5/1985", "en", ["1985-05-05", "None"]),
        ("someday", "en", ["None", "None"]), ("13/13/1985", "en", ["None", "None"]),
        ("april 12, 1985", "en", ["1985-04-12", "None"]), ("12 de abril de 1985", "es", ["1985-04-12", "None"]),
        ("Apr 12th 85", "en", ["1985-04-12", "None"]), ("12 Ene. 1985", "en", ["1985-01-12", "None"]),
        ("04121985", "en", ["1985-04-12", "1985-12-04"]), ("4/12/85", "en", ["1985-04-12", "1985-12-04"]),
        ("april 1985", "en", ["None", "None"]), ("12 april 12 1985", "en", ["None", "None"]),
        ("april 31 1985", "en", ["None", "None"]), ("ma 3 1985", "en", ["None", "None"]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("engine")
def test_a_date_is_read_as_it_is_typed(typed: str, spoken: str, read: list[str]) -> None:
    assert [str(day) for day in identity.birth_dates(typed, spoken, date(2026, 11, 18))] == read


def test_a_date_in_words_fits_into_its_field(client: TestClient) -> None:
    page = client.get("/portal?lang=es").text
    longest = re.search(r'name="born" maxlength="(\d+)"', page)
    assert longest and int(longest[1]) >= len("28 de septiembre de 1985")


def test_one_check_is_enough_for_chat_and_portal(client, maria, engine, settings) -> None:
    say(client, "hi")
    verify(engine, client, settings, maria)
    assert "$612.40" in client.get("/portal").text
    here = talk_of(engine, client).id
    with core.transaction(engine) as session:
        contact.clear_verified(session, here, settings.clock.now())
    assert "$612" not in client.get("/portal").text
    send(client, "verify", **PROOF)
    assert not messages(client)["locked"] and talk_of(engine, client).party_id == maria


def test_the_page_says_what_is_owed_and_what_it_is_made_of(hers: TestClient, debt: accounts.Debt) -> None:
    page = hers.get("/portal").text
    assert "$612.40" in page and f"account ending {debt.ending}" in page and debt.reference not in page
    for row in ("portal_row_then", "portal_row_fees", "portal_row_balance"):
        assert words(row) in page
    assert "<td>Payment</td>" in page
    assert "<title>Northwind Energy</title>" in page


def test_after_quiet_minutes_it_closes_and_looking_again_by_itself_keeps_nothing_open(hers, settings) -> None:
    settings.clock.move(timedelta(minutes=10))
    assert "$612.40" in hers.get("/portal?idle=1").text
    settings.clock.move(timedelta(minutes=6))
    page = hers.get("/portal?idle=1").text
    assert words("portal_idle") in page and "$612" not in page
    assert send(hers, "pay", debt="x", what="all", follow=False).headers["location"] == "/portal?idle=1"


def test_a_form_keeps_it_open(hers, settings) -> None:
    for _ in range(3):
        settings.clock.move(timedelta(minutes=10))
        assert "$612.40" in send(hers, "stay").text


@pytest.mark.parametrize(
    "what", ["pay", "dispute", "preferences", "document", "statement", "plan", "agree", "move", "verify", "stay"]
)
def test_forms_of_other_sites_do_nothing(hers, debt, what, engine) -> None:
    form = {"debt": debt.id, "what": "all", "sure": "1", "reason": "other", "text": "it is wrong"}
    assert hers.post(f"/portal/{what}", data=form).status_code == 403
    token = token_in(hers.get("/portal").text)
    foreign = hers.post(f"/portal/{what}", data={"token": token, **form}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    with core.reading(engine) as session:
        assert core.facts(session, kind="PaymentRequested") == [] and core.facts(session, kind="DisputeOpened") == []


def asked(engine: Engine) -> list[int]:
    with core.reading(engine) as session:
        return [fact.data["amount"] for fact in core.facts(session, kind="PaymentRequested")]


@pytest.mark.parametrize(
    ("form", "minor"), [({"what": "other", "amount": "$40.50"}, 4050), ({"what": "all", "sure": "1"}, 61240)]
)
def test_any_part_is_paid_on_a_page_of_its_own(hers, debt, engine, form, minor) -> None:
    page = send(hers, "pay", debt=debt.id, **form)
    assert re.fullmatch(r"http://127.0.0.1:8000/p/[\w-]{22}", str(page.url)) and asked(engine) == [minor]
    assert Money(minor, "USD").text("en") in page.text


@pytest.mark.parametrize(
    ("typed", "problem"),
    [("0.49", "portal_too_little"), ("612.41", "portal_too_much"), ("", "portal_amount"), ("ten", "portal_amount"),
     ("-5", "portal_amount"), ("1e3", "portal_too_much")],
)  # fmt: skip
def test_what_cannot_be_paid_is_said_and_never_replaced(hers, debt, engine, typed, problem) -> None:
    page = send(hers, "pay", debt=debt.id, what="other", amount=typed)
    said = words(problem, amount="$612.40", least="$0.50")
    assert page.status_code == 422 and said in page.text and f'value="{typed}"' in page.text and asked(engine) == []


def test_nobody_pays_on_an_account_of_somebody_else(hers, engine) -> None:
    assert str(send(hers, "pay", debt="debt_of_somebody", what="all").url).endswith("/portal") and asked(engine) == []


def test_a_plan_shows_what_is_next_and_can_be_paid_ahead(hers, debt, engine, settings) -> None:
    now, here = settings.clock.now(), talk_of(engine, hers)
    with core.transaction(engine) as session:
        who = identity.require(session, here, now)
        today = accounts.me(session, who).today(now)
        made = negotiation.options(session, who, debt.id, now, today)
        plan = next(one for one in made if one.offer.kind in (negotiation.Kind.SHORT_PLAN, negotiation.Kind.LONG_PLAN))
        agreed = negotiation.accept(session, who, plan.id, now, today)
    first = agreed.schedule[0]
    page = hers.get("/portal").text
    assert words("portal_plan_all", n=len(agreed.schedule)) in page and first.amount.text("en") in page
    send(hers, "pay", debt=debt.id, what="next")
    assert asked(engine) == [first.amount.minor]
    document = send(hers, "document", agreement=agreed.id)
    assert document.status_code == 200 and "/a/" in str(document.url) and first.amount.text("en") in document.text
    assert send(hers, "document", agreement="agr_other", follow=False).headers["location"] == "/portal"


def test_what_is_wrong_is_held_at_once_and_sent_twice_is_one(hers, debt, engine) -> None:
    form = {"debt": debt.id, "id": "one", "reason": "wrong_amount", "text": "I moved out in May."}
    assert send(hers, "dispute", **{**form, "text": " "}).status_code == 422
    for _ in range(2):
        page = send(hers, "dispute", **form)
    [opened] = disputes(engine)
    assert words("portal_disputed", number=opened.number) in page.text and opened.text == form["text"]
    assert words("portal_disputed_now", number=opened.number) in page.text and words("portal_pay") not in page.text
    assert send(hers, "pay", debt=debt.id, what="all", sure="1").status_code == 422 and asked(engine) == []
    with core.reading(engine) as session:
        assert [one.reason for one in handoff.waiting(session)] == [handoff.Reason.DISPUTE]


def with_file(client: TestClient, content: bytes, **form: str):
    """As the page's own form does it where a file was chosen."""
    form = {"token": token_in(client.get("/portal?idle=1").text), "id": "one", "reason": "already_paid", **form}
    return client.post("/portal/dispute", data=form, files={"file": ("bill.jpg", content)})


def test_a_photo_that_shows_it_is_with_the_dispute_and_sent_twice_is_one(hers, debt, engine) -> None:
    for _ in range(2):
        assert with_file(hers, photo(), debt=debt.id, text="here is the bill").status_code == 200
    [opened] = disputes(engine)
    with core.reading(engine) as session:
        [shown] = files.about(session, [opened.number])
        [sent] = accounts.evidence(session, opened)
    assert (shown.state, shown.kind, shown.message_id) == ("kept", "image/jpeg", sent.message_id)
    assert [one["text"] for one in messages(hers)["messages"]] == ["here is the bill"]
    with core.transaction(engine) as session:
        assert contact.inbox.peek(session, hers.app.state.parts.settings.clock.now()) is None, "the page answered"


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"MZ this is a program", "portal_wrong_file"), (b"OggS a voice note", "portal_wrong_file"),
     (bytes(file_check.LARGEST + 1), "portal_wrong_large")],
    ids=["program", "voice", "large"],
)  # fmt: skip
def test_a_file_of_no_use_is_said_beside_it_and_the_words_are_kept(hers, debt, engine, content, problem) -> None:
    page = with_file(hers, content, debt=debt.id, text="here is the bill")
    assert page.status_code == 422 and words(problem) in page.text and "here is the bill</textarea>" in page.text
    assert disputes(engine) == [] and messages(hers)["messages"] == []


def test_nobody_sends_a_file_who_has_not_proved_who_they_are(client, maria, debt, engine) -> None:
    client.get("/portal")
    page = with_file(client, photo(), debt=debt.id, text="here is the bill")
    assert page.url.path == "/portal" and disputes(engine) == []


def test_an_account_on_hold_names_no_day_to_pay(hers, debt, engine, settings) -> None:
    now, here = settings.clock.now(), talk_of(engine, hers)
    with core.transaction(engine) as session:
        who = identity.require(session, here, now)
        today = accounts.me(session, who).today(now)
        made = negotiation.options(session, who, debt.id, now, today)
        plan = next(one for one in made if one.offer.kind in (negotiation.Kind.SHORT_PLAN, negotiation.Kind.LONG_PLAN))
        negotiation.accept(session, who, plan.id, now, today)
    assert "Next: $" in hers.get("/portal").text
    send(hers, "dispute", debt=debt.id, id="one", reason="wrong_amount", text="I moved out in May.")
    page = hers.get("/portal").text
    assert words("portal_plan_paused") in page and "Next: $" not in page


def disputes(engine: Engine) -> list[accounts.Dispute]:
    with core.reading(engine) as session:
        return list(accounts.every_open_dispute(session))


def test_preferences_hold_where_we_decide_what_goes_out(hers, maria, engine) -> None:
    page = send(hers, "preferences", lang="es", no_sms="on", **{"from": "09:00", "to": "17:00"})
    assert texts.text("portal_saved", "es") in page.text and 'lang="es"' in page.text
    with core.reading(engine) as session:
        assert contact.barred_media(session, maria) == {"sms"}
        [barred] = contact.places.barred_times(session, [maria])
    assert (barred.begins.hour, barred.ends.hour) == (9, 17) and talk_of(engine, hers).language == "es"
    send(hers, "preferences", lang="en")
    with core.reading(engine) as session:
        assert contact.barred_media(session, maria) == frozenset()
    assert send(hers, "preferences", lang="en", **{"from": "17:00", "to": "09:00"}).status_code == 422


def test_a_time_that_was_barred_is_taken_off_again_and_only_that_one(hers, maria, engine) -> None:
    for begins, ends in (("09:00", "17:00"), ("20:00", "21:00")):
        send(hers, "preferences", lang="en", **{"from": begins, "to": ends})
    page = hers.get("/portal").text
    first, second = re.findall(r'name="lift_(\d+)"', page)
    assert "9:00" in page and "20:00" not in page, "as they read a clock"
    send(hers, "preferences", lang="en", **{f"lift_{first}": "on", "lift_999": "on"})
    with core.reading(engine) as session:
        [left] = contact.places.times_barred(session, maria)
    assert left.number == int(second)


def test_what_is_written_there_is_in_the_chat(hers, engine) -> None:
    page = hers.get("/portal").text
    sent = re.search(r'action="/chat/messages".*?name="id" value="([^"]+)"', page, re.S)
    assert sent
    hers.post("/chat/messages", data={"token": token_in(page), "id": sent[1], "text": "can we talk"})
    assert [one["text"] for one in messages(hers)["messages"]] == ["can we talk"]


@pytest.mark.usefixtures("engine")
def test_its_words_are_there_in_both_languages() -> None:
    for name, said in texts.catalogue().items():
        if name.startswith("portal_"):
            assert said["en"].strip() and said["es"].strip(), name
