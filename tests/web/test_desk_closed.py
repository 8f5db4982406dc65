"""Cases that are over: found by the same words as the open ones, read by whoever is at the desk, and opened again."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from starlette.testclient import TestClient

from bot import contact, core, demo, handoff
from bot.core import Settings
from bot.web import desk_closed
from tests.web.desk_kit import at_desk, case, maria_is_here, post, say, token_in

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


@pytest.fixture
def sam(app) -> TestClient:
    return at_desk(app, "sam")


def end(engine: Engine, settings: Settings, talk: str, code: handoff.Code = handoff.Code.ANSWERED) -> str:
    """Handed back by Sam, who answered; the id of the case."""
    with core.transaction(engine) as session:
        found = handoff.open_case_of(session, talk)
        assert found is not None
        handoff.hand_back(session, found.id, by="agent:stf_x", code=code, settings=settings)
    return found.id


def marias(engine: Engine, settings: Settings) -> str:
    now = settings.clock.now()
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
    talk = case(engine, settings, handoff.Reason.PAYMENT, "¿dónde está mi Recibo?", demo.MARIA.phone)
    with core.transaction(engine) as session:
        contact.mark_verified(session, talk, maria, now + timedelta(minutes=30), now)
    return talk


def listed(client: TestClient, **query: str) -> list[str]:
    page = client.get("/desk", params={"view": "closed", **query}).text
    return re.findall(r'<h2><a href="/desk/closed/([^"]+)"', page)


@pytest.mark.parametrize(
    ("words", "finds"),
    [("gomez", "maria"), ("NW-1000", "maria"), ("recibo", "maria"), ("0101", "other"), ("100% human", "other"),
     ("payment to be", "maria"), ("zebra", None)],
)  # fmt: skip
def test_what_is_over_is_found_by_the_same_words_as_what_is_open(sam, engine, settings, words, finds) -> None:
    talks = {"maria": marias(engine, settings)}
    talks["other"] = case(engine, settings, text="a 100% human please", address="+12025550101")
    still = case(engine, settings, text="zebra recibo gomez NW-1000", address="+12025550199")
    over = {name: end(engine, settings, talk) for name, talk in talks.items()}
    assert set(listed(sam)) == set(over.values())
    assert listed(sam, q=words) == ([over[finds]] if finds else [])
    assert still in sam.get("/desk").text and over["maria"] not in sam.get("/desk").text
    assert say("find_closed") in sam.get("/desk", params={"q": "receipt of nobody"}).text


def test_the_filters_narrow_what_is_over_and_further_back_stands_the_rest(sam, engine, settings, monkeypatch) -> None:
    monkeypatch.setattr(desk_closed, "AT_ONCE", 2)
    monkeypatch.setattr(desk_closed, "LOOKED", 4)
    talks = [
        case(engine, settings, handoff.Reason.DISPUTE if n == 0 else handoff.Reason.ASKED, address=f"+1202555010{n}")
        for n in range(7)
    ]
    over = []
    for talk in talks:
        settings.clock.move(timedelta(seconds=1))
        over.insert(0, end(engine, settings, talk))
    sam = at_desk(sam.app, "sam")
    assert listed(sam) == over[:4]
    assert listed(sam, before=over[3]) == over[4:]
    assert listed(sam, reason="dispute") == [] and listed(sam, reason="dispute", before=over[3]) == over[6:]
    page = sam.get("/desk?view=closed&reason=dispute").text
    assert say("closed_older") in page and f"before={over[3]}" in page
    assert say("closed_older") not in sam.get(f"/desk?view=closed&before={over[3]}").text
    assert listed(sam, before="cas_of_nobody") == over[:4]


def test_it_says_how_it_ended_and_is_read_with_a_fact(sam, engine, settings) -> None:
    talk = case(engine, settings, text="a long story")
    post(sam, talk, "take")
    post(sam, talk, "reply", text="Here is the answer.", key="k1")
    over = end(engine, settings, talk, handoff.Code.PROMISE)
    page = sam.get(f"/desk/conversations/{talk}").text
    assert say("desk_done_gone") in page and say("code_promise_taken") in page
    assert "a long story" in page and "Here is the answer." in page and "Sam Agent" in page
    with core.reading(engine) as session:
        assert {"case": over} in [fact.data for fact in core.facts(session, kind="ConversationRead")]
    assert sam.get("/desk/closed/cas_of_nobody").status_code == 404
    waits = case(engine, settings, address="+12025550199")
    with core.reading(engine) as session:
        is_open = handoff.open_case_of(session, waits)
    assert f'action="/desk/conversations/{waits}/take"' in sam.get(f"/desk/closed/{is_open.id}").text


def open_again(client: TestClient, case_id: str):
    page = client.get(f"/desk/closed/{case_id}").text
    return client.post(f"/desk/closed/{case_id}", data={"token": token_in(page)})


def test_whoever_opens_it_again_has_it_and_the_assistant_is_silent(app, sam, engine, settings) -> None:
    talk = case(engine, settings, handoff.Reason.PAYMENT)
    over = end(engine, settings, talk)
    ana = at_desk(app, "ana")
    late = ana.get(f"/desk/closed/{over}").text
    page = open_again(sam, over).text
    assert say("case_done_reopened") in page and "Sam Agent opened the case again: " in page
    answer = ana.post(f"/desk/closed/{over}", data={"token": token_in(late)})
    assert "Sam Agent" in answer.text and "/take-over" not in answer.text
    with core.reading(engine) as session:
        [one] = [each for each in handoff.waiting(session) if each.conversation_id == talk]
        owner = contact.conversation(session, talk).owner
        [fact] = core.facts(session, kind="CaseReopened")
    assert one.id != over and one.waiting_since is None and owner == fact.actor
    assert fact.data == {"case": one.id, "of": over}
    assert say("closed_open_now") in ana.get(f"/desk/closed/{over}").text


def test_what_is_written_there_starts_anew_and_answers_nothing(sam, engine, settings) -> None:
    """Their words of two days ago ask for an answer while the case waits; once it is over, nobody may start from them."""
    waits, over = (case(engine, settings, ago=2 * 24 * 60, address=f"+1202555010{n}") for n in (1, 2))
    open_again(sam, end(engine, settings, over))
    post(sam, waits, "take")
    for talk in (waits, over):
        post(sam, talk, "reply", text="One more thing.", key="k1")
    later = {talk: sam.get(f"/desk/conversations/{talk}").text.split("One more thing.")[1] for talk in (waits, over)}
    assert say("sent_blocked") in later[over] and say("sent_blocked") not in later[waits]


def test_the_list_asks_as_often_for_many_as_for_few(sam, engine, settings) -> None:
    def queries() -> int:
        seen: list[str] = []
        event.listen(engine, "before_cursor_execute", lambda *given: seen.append(given[2]))
        assert sam.get("/desk?view=closed").status_code == 200
        return len(seen)

    end(engine, settings, case(engine, settings))
    few = queries()
    for number in range(10):
        end(engine, settings, case(engine, settings, address=f"+1202555011{number}"))
    assert queries() <= few + 2
