"""One case at the desk: taking it, answering, notes, decisions that are shown before they are made, handing back."""

from __future__ import annotations

import re
import threading
from datetime import timedelta

import httpx
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import accounts, contact, core, demo, handoff
from bot.core import Settings
from tests.web.desk_kit import PASSWORD, PHONE, at_desk, case, do, maria_is_here, post, say

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]
WHY = "the register says so"


@pytest.fixture
def talk(engine: Engine, settings: Settings) -> str:
    return case(engine, settings)


@pytest.fixture
def sam(app) -> TestClient:
    return at_desk(app, "sam")


@pytest.fixture
def ana(app) -> TestClient:
    return at_desk(app, "ana")


@pytest.fixture
def sue(app) -> TestClient:
    return at_desk(app, "sue")


def outbox(engine: Engine) -> list:
    with core.reading(engine) as session:
        table = core.metadata.tables["outbox"]
        return session.execute(table.select().order_by(table.c.number)).all()


def facts(engine: Engine, kind: str) -> list[core.Fact]:
    with core.reading(engine) as session:
        return core.facts(session, kind=kind)


def page(client: TestClient, talk: str) -> str:
    return client.get(f"/desk/conversations/{talk}").text


def test_of_two_who_take_it_at_once_one_gets_it_and_the_other_reads_who(sam, ana, talk) -> None:
    pages: dict[str, str] = {}
    start = threading.Barrier(2)

    def take(name: str, client: TestClient) -> None:
        token = client.get(f"/desk/conversations/{talk}").text.split('name="token" value="')[1].split('"')[0]
        start.wait(timeout=10)
        pages[name] = client.post(f"/desk/conversations/{talk}/take", data={"token": token}).text

    threads = [threading.Thread(target=take, args=pair) for pair in (("Sam Agent", sam), ("Ana Second", ana))]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    [winner] = [name for name, shown in pages.items() if say("desk_is_mine") in shown]
    [loser] = [name for name in pages if name != winner]
    assert say("desk_not_yours", who=winner) in pages[loser]


def test_a_reply_goes_out_by_the_same_door_under_the_name_of_who_wrote_it(sam, talk, engine) -> None:
    post(sam, talk, "take")
    post(sam, talk, "reply", text="Hello, this is Sam.", key="k1")
    [row] = outbox(engine)
    assert (row.channel, row.address, row.state) == ("sms", PHONE, "ready")
    assert row.author.startswith("agent:stf_") and row.text.startswith("Hello, this is Sam.")
    shown = page(sam, talk)
    assert "Hello, this is Sam." in shown and say("sent_queued") in shown


def test_whoever_does_not_have_it_sends_nothing_and_keeps_what_they_wrote(sam, ana, talk, engine) -> None:
    post(sam, talk, "take")
    answer = post(ana, talk, "reply", text="Ana here with a long answer", key="k1")
    assert answer.status_code == 409 and outbox(engine) == []
    assert say("desk_not_yours", who="Sam Agent") in answer.text and "Ana here with a long answer" in answer.text


def test_a_message_that_the_door_stops_is_kept_with_the_rule(sam, talk, engine, settings) -> None:
    post(sam, talk, "take")
    with core.transaction(engine) as session:
        contact.opt_out(session, "sms", PHONE, source="word", now=settings.clock.now())
        contact.receive(session, contact.Incoming("sms", PHONE, "SM9", "stop"), settings.clock.now())
    post(sam, talk, "reply", text="One", key="k1")
    shown = post(sam, talk, "reply", text="Two", key="k2").text
    assert [row.state for row in outbox(engine)] == ["ready", "blocked"]
    assert say("case_done_stopped") in shown and say("sent_blocked") in shown
    assert "Who has revoked consent by any reasonable means" in shown


def test_a_message_that_waits_for_the_morning_says_until_when_and_why(sam, talk, engine, settings) -> None:
    post(sam, talk, "take")
    now = settings.clock.now()
    midnight = now.replace(hour=7, minute=0) + timedelta(days=now.hour >= 7)  # in the small hours everywhere in the US
    settings.clock.move(midnight - now)
    sam = at_desk(sam.app, "sam")
    shown = post(sam, talk, "reply", text="Good morning", key="k1").text
    assert outbox(engine)[0].held_until is not None
    assert "held until" in shown and "[12 CFR 1006.6(b)" in shown


def test_only_a_supervisor_takes_over(sam, ana, sue, talk) -> None:
    post(sam, talk, "take")
    assert "Take over from" not in page(ana, talk)
    assert post(ana, talk, "take-over").status_code == 403
    assert say("desk_is_mine") in post(sue, talk, "take-over").text
    assert "Sue Supervisor took over from Sam Agent" in page(sam, talk)
    assert post(sam, talk, "reply", text="still me", key="k").status_code == 409


def test_a_note_is_seen_by_colleagues_and_stands_in_nothing_that_is_sent(sam, ana, talk, engine) -> None:
    post(ana, talk, "note", text="He sounded drunk")
    shown = page(sam, talk)
    assert "He sounded drunk" in shown and say("desk_note_mark") in shown
    assert outbox(engine) == []
    assert [fact.data.keys() for fact in facts(engine, "NoteWritten")] == [{"case"}]


def test_nothing_is_decided_by_who_does_not_have_it(ana, talk, engine) -> None:
    shown = post(ana, talk, "act", act="hold", kind="bankruptcy", reason=WHY)
    assert say("case_done_not_yours") in shown.text
    assert facts(engine, "HoldPlaced") == []


def test_a_hold_is_shown_before_it_is_placed_and_lifted_with_a_reason(sam, talk, engine, settings) -> None:
    post(sam, talk, "take")
    shown, after = do(sam, talk, act="hold", kind="bankruptcy", reason=WHY)
    assert "Held from now on: Bankruptcy." in shown and facts(engine, "HoldPlaced")[0].actor.startswith("agent:stf_")
    assert f"Sam Agent placed a hold, Bankruptcy: {WHY}" in after.text
    with core.reading(engine) as session:
        [hold] = contact.every_active_hold(session, settings.clock.now())
    shown, after = do(sam, talk, act="lift", hold=hold.id, reason="the petition was dismissed")
    assert "No longer held: Bankruptcy" in shown and say("change_holds_gone") in shown
    with core.reading(engine) as session:
        assert contact.every_active_hold(session, settings.clock.now()) == ()
    assert say("case_done_unchanged") in post(sam, talk, "act", act="lift", hold=hold.id, reason=WHY).text


def test_looking_at_what_something_changes_changes_nothing(sam, talk, engine, settings) -> None:
    post(sam, talk, "take")
    for form in ({"act": "hold", "kind": "cease", "reason": WHY}, {"act": "hand_back", "code": "deceased"}):
        post(sam, talk, "act", **form)
    with core.reading(engine) as session:
        assert contact.every_active_hold(session, settings.clock.now()) == ()
        assert handoff.open_case_of(session, talk) is not None
    assert outbox(engine) == []


def test_nothing_is_done_without_a_reason_or_with_an_old_mark(sam, talk, engine) -> None:
    post(sam, talk, "take")
    answer = post(sam, talk, "act", act="hold", kind="cease", reason="no", mark="0" * 64)
    assert answer.status_code == 400 and say("act_reason_short", shortest=10) in answer.text
    answer = post(sam, talk, "act", act="hold", kind="cease", reason=WHY, mark="0" * 64)
    assert say("act_changed") in answer.text
    assert facts(engine, "HoldPlaced") == []


def test_a_dispute_is_decided_and_its_hold_ends(sam, talk, engine, settings) -> None:
    post(sam, talk, "take")
    with core.transaction(engine) as session:
        here = contact.conversation(session, talk)
        claim = accounts.Claim(accounts.DisputeReason.NOT_MY_DEBT, "never lived there <script>")
        accounts.open_dispute(session, here, claim, message_id="in_1", now=settings.clock.now())
    assert "never lived there &lt;script&gt;" in page(sam, talk)
    shown, after = do(sam, talk, act="decide", number="D-1001", outcome="upheld", reason=WHY)
    assert "No longer held: Disputes what is owed" in shown
    assert "Sam Agent decided D-1001: upheld" in after.text and "never lived there" not in after.text
    [fact] = facts(engine, "DisputeDecided")
    assert fact.data == {"number": "D-1001", "outcome": "upheld"} and fact.actor.startswith("agent:stf_")


def test_handing_back_shows_what_they_are_told_and_does_it(sam, talk, engine, settings) -> None:
    post(sam, talk, "take")
    with core.transaction(engine) as session:
        message = contact.receive(session, contact.Incoming("sms", PHONE, "SM2", "hello?"), settings.clock.now())
        assert message is not None
        handoff.debtor_wrote(session, contact.conversation(session, talk), message, settings.clock.now())
        contact.inbox.finish(session, [message], settings.clock.now())
    shown, after = do(sam, talk, act="hand_back", code="answered")
    assert "My colleague has left this chat." in shown and say("change_answers_one") in shown
    assert say("desk_done_handed_back") in after.text
    assert outbox(engine)[0].text.startswith("My colleague has left this chat.")
    with core.reading(engine) as session:
        assert contact.conversation(session, talk).owner == contact.BOT
        found = contact.inbox.peek(session, settings.clock.now())
    assert found is not None and found[1].text == "hello?"
    assert [fact.data["code"] for fact in facts(engine, "HandedBack")] == ["answered"]
    assert post_gone(sam, talk)


def post_gone(client: TestClient, talk: str) -> bool:
    return client.get(f"/desk/conversations/{talk}").url.path.startswith("/desk/closed/")


def test_supervisors_decide_what_came_by_post_and_agents_only_read_it(sam, sue, engine, settings) -> None:
    with core.transaction(engine) as session:
        demo.load(session, settings.clock.now(), settings.secret_key)
        open_ones = accounts.every_open_dispute(session)
    number = open_ones[0].number
    assert number in sam.get("/desk/disputes").text
    assert say("act_decide_open", number=number) not in sam.get("/desk/disputes").text
    assert "only supervisors" in post(sam, None, "act", act="decide", number=number, outcome="upheld", reason=WHY).text
    shown, after = do(sue, None, act="decide", number=number, outcome="verified", reason=WHY)
    assert "No longer held" in shown and number not in after.text


def test_the_three_views_count_what_is_in_them(sam, ana, engine, settings) -> None:
    talks = [case(engine, settings, address=f"+1202555010{number}") for number in range(3)]
    post(sam, talks[0], "take")
    for client, counts in ((sam, (1, 2, 3)), (ana, (0, 2, 3))):
        asked = client.get("/desk/waiting?view=mine").json()
        assert (
            tuple(asked["counts"][view] for view in ("mine", "unassigned", "all")) == counts
            and len(asked["cases"]) == counts[0]
        )
    assert "Sam Agent" in ana.get("/desk?view=all").text
    assert say("desk_none_mine") in ana.get("/desk?view=mine").text


def test_inside_a_priority_the_one_that_will_miss_its_target_first_comes_first(sam, engine, settings) -> None:
    case(engine, settings, handoff.Reason.ASKED, "first asked", "+12025550101", ago=29)
    case(engine, settings, handoff.Reason.STUCK, "later and stuck", "+12025550102", ago=3)
    case(engine, settings, handoff.Reason.ATTORNEY, "my lawyer", "+12025550103", ago=1)
    case(engine, settings, handoff.Reason.PAYMENT, "in between", "+12025550104", ago=10)
    shown = sam.get("/desk").text
    order = [shown.index(text) for text in ("my lawyer", "first asked", "in between", "later and stuck")]
    assert order == sorted(order)


def test_a_row_shows_their_words_what_they_owe_and_the_reference(sam, engine, settings) -> None:
    now = settings.clock.now()
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
    talk = case(engine, settings, text="<b>why so much</b>", address=demo.MARIA.phone)
    with core.transaction(engine) as session:
        contact.mark_verified(session, talk, maria, now + timedelta(minutes=30), now)
    shown = sam.get("/desk").text
    assert "&lt;b&gt;why so much" in shown and "$612.40" in shown and "NW-1000" in shown


@pytest.mark.parametrize(
    "path",
    [
        "/desk",
        "/desk?q=human",
        "/desk/waiting",
        "/desk/holds",
        "/desk/disputes",
        "/desk/wall",
        "/desk/approvals",
        "/desk/reviews",
        "review",
        "case",
        "mine",
    ],
)
def test_a_page_asks_as_often_for_many_as_for_few(sue, engine, settings, path) -> None:
    def queries() -> int:
        counted: list[str] = []

        def count(*args: object) -> None:
            counted.append(str(args[2]))

        sa.event.listen(engine, "before_cursor_execute", count)
        where = f"/desk/conversations/{first}" if path in ("case", "mine") else path
        if path == "review":
            with core.reading(engine) as session:
                where = f"/desk/reviews/{handoff.entries(session, first)[0].case_id}"
        assert sue.get(where).status_code == 200
        sa.event.remove(engine, "before_cursor_execute", count)
        return len(counted)

    first = case(engine, settings)
    if path == "mine":
        settings.clock.move(timedelta(hours=1))  # what is not answered at once is asked about in full
        sue = at_desk(sue.app, "sue")
        post(sue, first, "take")
    few = queries()
    for number in range(10):
        talk = case(engine, settings, address=f"+120255502{number:02}")
        with core.transaction(engine) as session:
            kind = contact.HoldKind.BANKRUPTCY
            contact.place_hold_here(session, talk, kind=kind, reason="said", now=settings.clock.now())
    assert queries() <= few + 2, "of ten more cases"
    assert few <= 42


def test_everything_that_is_read_or_done_is_in_the_log(sam, talk, engine) -> None:
    post(sam, talk, "take")
    post(sam, talk, "reply", text="Hello", key="k1")
    post(sam, talk, "note", text="asks nicely")
    post(sam, talk, "release")
    for path in ("/desk", "/desk/holds", "/desk/disputes"):
        sam.get(path)
    kinds = ("QueueRead", "HoldsRead", "DisputesRead", "ConversationRead", "CaseTaken", "MessageQueued", "NoteWritten",
             "CaseReleased")  # fmt: skip
    assert {kind for kind in kinds if not facts(engine, kind)} == set()
    assert {fact.actor[:10] for kind in kinds for fact in facts(engine, kind)} == {"agent:stf_"}


def test_an_open_page_is_nudged_when_something_is_new(server, engine, talk) -> None:
    """Through the real server: the stream says that something has changed, and nothing else."""
    token = re.compile(r'name="token" value="([^"]+)"')
    with httpx.Client(base_url=server.url, follow_redirects=True, timeout=10) as browser:
        form = {"login": "sam", "password": PASSWORD, "token": token.findall(browser.get("/desk/login").text)[0]}
        assert browser.post("/desk/login", data=form).url.path == "/desk"
        with browser.stream("GET", "/desk/events") as stream:
            lines = stream.iter_lines()
            assert [next(lines) for _ in range(5)] == ["retry: 2000", "", "event: ping", "data: {}", ""]
            with core.transaction(engine) as session:
                contact.receive(session, contact.Incoming("sms", PHONE, "SM7", "hello?"), server.settings.clock.now())
            assert [next(lines) for _ in range(2)] == ["event: changed", "data: {}"]


def maria_disputes(engine: Engine, settings: Settings) -> tuple[str, str, str]:
    """(the conversation, the dispute's number, the account)."""
    now = settings.clock.now()
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
    talk = case(engine, settings, handoff.Reason.DISPUTE, "i paid 120 of this", demo.MARIA.phone)
    with core.transaction(engine) as session:
        contact.mark_verified(session, talk, maria, now + timedelta(minutes=30), now)
        claim = accounts.Claim(accounts.DisputeReason.WRONG_AMOUNT, "i paid 120 of this")
        here = contact.conversation(session, talk)
        number = accounts.open_dispute(session, here, claim, message_id="in_1", now=now).number
        [debt] = accounts.known_debts_of(session, maria)
    return talk, number, debt.id


def owed(engine: Engine, debt: str) -> str:
    with core.reading(engine) as session:
        return accounts.balance(session, debt).text("en")


def test_a_dispute_that_is_upheld_corrects_the_balance_by_an_entry_of_its_own(sam, engine, settings) -> None:
    talk, number, debt = maria_disputes(engine, settings)
    post(sam, talk, "take")
    upheld = {"act": "decide", "number": number, "outcome": "partly_upheld", "debt": debt, "reason": WHY}
    assert "The balance is not corrected by this: NW-1000 $612.40." in post(sam, talk, "act", **upheld).text
    for outcome, amount in (
        ("verified", "120"),
        ("upheld", "0"),
        ("upheld", "612.41"),
        ("upheld", "-5"),
        ("upheld", "all"),
    ):
        wrong = {**upheld, "outcome": outcome, "amount": amount}
        assert say("case_done_unfit") in post(sam, talk, "act", **wrong).text, amount
    assert owed(engine, debt) == "$612.40"
    shown, after = do(sam, talk, **upheld, amount="$120.00")
    assert shown.count("goes from $612.40 to $492.40") == 1 == shown.count("$492.40")
    assert "Sam Agent corrected the balance, NW-1000" in after.text and owed(engine, debt) == "$492.40"
    [fact] = facts(engine, "BalanceCorrected")
    assert fact.data == {"number": number, "minor": 12000, "currency": "USD"} and fact.actor.startswith("agent:stf_")
    with core.reading(engine) as session:
        last = accounts.known_history(session, debt)[-1]
    assert (last.kind, last.amount.minor) == (accounts.EntryKind.ADJUSTMENT, -12000)
    assert say("case_done_unchanged") in post(sam, talk, "act", **upheld, amount="120").text
    assert owed(engine, debt) == "$492.40"


def test_the_page_says_whether_a_reply_would_go_out_and_what_is_owed_once_it_is_proved(sam, engine, settings) -> None:
    talk, _, _ = maria_disputes(engine, settings)
    other = case(engine, settings, address="+12025550177")
    assert 'id="door"' not in page(sam, talk)
    for one in (talk, other):
        post(sam, one, "take")
    assert "NW-1000" in page(sam, talk).split(say("owed_heading"))[1] and "days overdue" in page(sam, talk)
    assert say("owed_heading") not in page(sam, other) and say("now_goes") in page(sam, other)
    with core.transaction(engine) as session:
        contact.opt_out(session, "sms", "+12025550177", source="word", now=settings.clock.now())
        contact.receive(session, contact.Incoming("sms", "+12025550177", "SM9", "stop"), settings.clock.now())
    post(sam, other, "reply", text="One last word", key="k1")
    assert say("now_stopped") in page(sam, other)
    assert post(sam, other, "reply", text="And another", key="k2").text.count(say("sent_blocked")) == 1
