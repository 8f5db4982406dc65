"""The queue says why nobody fits; a colleague relieves whoever has gone; a supervisor reviews a conversation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner

import bot.web
from bot import core, handoff
from bot.staff_commands import staff as command
from tests.web.desk_kit import at_desk, case, do, post, say, token_in

pytestmark = [pytest.mark.usefixtures("desk_staff"), pytest.mark.parametrize("engine", ["sqlite"], indirect=True)]


def sits(engine, settings, login: str, **how: object) -> str:
    given = {"languages": ["en"], "skills": ["money"], "capacity": 1, **how}
    with core.transaction(engine) as session:
        who = bot.web.actor_of(session, login)
        handoff.seat(session, who, by="operator", now=settings.clock.now(), **given)
    return who


def test_the_queue_says_why_nobody_fits_and_somebody_may_pause(app, engine, settings) -> None:
    sam = at_desk(app, "sam")
    case(engine, settings, handoff.Reason.DISPUTE, "not mine")
    assert "Given to nobody yet" not in sam.get("/desk").text
    who = sits(engine, settings, "sam")
    assert say("seat_why_nobody_here") in sam.get("/desk").text
    with core.transaction(engine) as session:
        handoff.seen(session, who, "", settings.clock.now(), typing=False)
    page = sam.get("/desk").text
    assert say("seat_why_skill") in page and say("seat_open", n=1) in page
    page = sam.post("/desk/seat", data={"token": token_in(page), "paused": "1"}).text
    assert say("desk_done_paused") in page and say("seat_paused") in page and say("seat_why_nobody_here") in page
    assert say("seat_open", n=1) in sam.post("/desk/seat", data={"token": token_in(page), "paused": "0"}).text
    assert sam.post("/desk/seat", data={"token": "forged", "paused": "1"}).status_code == 403


def test_an_operator_says_what_somebody_can_do(engine, settings, monkeypatch) -> None:
    monkeypatch.setattr(core, "connect", lambda *_: engine)
    run = CliRunner().invoke
    done = run(command, ["seat", "--login", "sam", "--languages", "es", "--skills", "law, money", "--capacity", "4"])
    assert done.exit_code == 0, done.output
    with core.reading(engine) as session:
        [seat] = handoff.seats(session).values()
    assert (seat.languages, seat.skills, seat.capacity) == ({"es"}, {"law", "money"}, 4)
    assert run(command, ["seat", "--login", "nobody", "--capacity", "4"]).exit_code == 2
    assert run(command, ["seat", "--login", "sam", "--skills", "magic", "--capacity", "99"]).exit_code == 2


def test_a_colleague_takes_over_only_from_somebody_who_has_gone_while_they_wait(app, engine, settings) -> None:
    talk = case(engine, settings)
    sam, ana = at_desk(app, "sam"), at_desk(app, "ana")
    post(sam, talk, "take")
    sam.post("/desk/here", data={"token": token_in(sam.get("/desk").text)})
    assert post(ana, talk, "take-over").status_code == 403
    settings.clock.move(timedelta(minutes=9))
    assert post(ana, talk, "take-over").status_code == 403
    settings.clock.move(timedelta(minutes=2))
    assert say("desk_take_over", who="Sam Agent") in ana.get(f"/desk/conversations/{talk}").text
    assert say("desk_is_mine") in post(ana, talk, "take-over").text
    post(ana, talk, "reply", text="I am Ana, I take it from here.", key="k1")
    settings.clock.move(timedelta(minutes=12))
    assert post(sam, talk, "take-over").status_code == 403  # nobody waits


def reviewed(engine, talk: str) -> str:
    with core.reading(engine) as session:
        [entry] = [one for one in handoff.entries(session, talk) if one.kind == "opened"]
    return entry.case_id


def test_a_supervisor_reviews_a_conversation_and_whose_work_it_was_reads_it(app, engine, settings) -> None:
    talk = case(engine, settings)
    sam, ana, sue = at_desk(app, "sam"), at_desk(app, "ana"), at_desk(app, "sue")
    post(sam, talk, "take")
    post(sam, talk, "reply", text="I looked into it for you.", key="k1")
    do(sam, talk, act="hand_back", code="answered")
    case_id = reviewed(engine, talk)
    where = f"/desk/reviews/{case_id}"
    assert where in sue.get("/desk/reviews").text
    page = sue.get(where).text
    assert "I looked into it for you." in page and "get me a human" in page and say("review_do") in page
    with core.reading(engine) as session:
        who = bot.web.actor_of(session, "sam")
    form = {"token": token_in(page), "who": who, "heard": "2", "kind": "1", "words": "Say when they hear again. <b>"}
    refused = sue.post(where, data={**form, "kind": "9", "words": ""})
    assert refused.status_code == 400 and say("review_unfit") in refused.text
    assert sam.get(where).status_code == 403 and sam.post(where, data=form).status_code == 403
    kept = sue.post(where, data=form).text
    assert say("review_kept") in kept and "75 %" in kept and "again. &lt;b&gt;" in kept and "again. <b>" not in kept
    assert "75 %" in sam.get("/desk/reviews").text and "Say when they hear again." in sam.get(where).text
    assert say("review_do") not in sam.get(where).text
    assert "75 %" not in ana.get("/desk/reviews").text and ana.get(where).status_code == 403
    assert where not in sue.get("/desk/reviews").text.split(say("reviews_all"))[0]
    with core.reading(engine) as session:
        [fact] = core.facts(session, kind="ConversationReviewed")
        [one] = handoff.reviews(session, case_id=case_id)
    assert fact.actor == one.by and one.at == fact.at and one.points == {"heard": 2, "kind": 1}


def test_nobody_reviews_their_own_work(app, engine, settings) -> None:
    talk = case(engine, settings)
    sue = at_desk(app, "sue")
    post(sue, talk, "take")
    where = f"/desk/reviews/{reviewed(engine, talk)}"
    page = sue.get(where).text
    assert say("review_do") not in page
    with core.reading(engine) as session:
        who = bot.web.actor_of(session, "sue")
    form = {"token": token_in(page), "who": who, "heard": "2", "words": "splendid"}
    assert say("review_own") in sue.post(where, data=form).text
