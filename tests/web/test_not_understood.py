"""The page of what was not understood: who may read it, what is taken out, and what is taught."""

from __future__ import annotations

import re

import pytest

from bot import contact, core, model_file
from bot.handoff import hearing
from bot.web import act_words
from tests.web.desk_kit import at_desk, case, maria_is_here, token_in
from tests.web.test_manage import managers

__all__ = ["managers"]
ACTS = re.compile(r"\bacts: \[([^\]]*)\]")
HERE = "/manage/not-understood"
SCENE = {"verified": True, "asked": "accept", "offers": [{"kind": "plan", "each": 5104}], "debts": [{"name": "N"}]}
WROTE = "Maria here, 12 Oak Street, 555-010-0143: not that one"


@pytest.fixture
def message(engine, settings) -> str:
    """One that was not understood. Returns its id."""
    now = settings.clock.now()
    with core.transaction(engine) as session:
        maria = maria_is_here(session, settings)
        talk = contact.open_conversation(session, "sms", "+15550100001", now)
        got = contact.receive(session, contact.Incoming("sms", talk.address, "SM77", WROTE), now)
        assert got is not None and maria in contact.parties_at(session, "sms", talk.address)
        hearing.hear(session, talk.id, [got.id], SCENE, ["unclear"], language="en", why="not_understood", now=now)
    return got.id


def post(client, path: str, **form):
    return client.post(path, data={"token": token_in(client.get("/manage").text), **form})


def test_managers_read_it_without_who_wrote_it(app, managers, message) -> None:
    for login in ("sam", "sue"):
        assert at_desk(app, login).get(HERE).status_code == 403
        assert at_desk(app, login).get(f"{HERE}/{message}").status_code == 403
    mia = at_desk(app, "mia")
    for page in (mia.get(HERE).text, mia.get(f"{HERE}/{message}").text):
        assert "[name] here, [address], [number]: not that one" in page
        assert "Maria" not in page and "Oak" not in page and "555-010" not in page
        assert "an offer waited for a yes" in page and "$51.04" in page and "not understood" in page


def test_what_it_meant_is_an_example_or_held_out_and_it_leaves_the_list(app, engine, managers, message) -> None:
    mia = at_desk(app, "mia")
    assert "one to 4 of the list" in post(mia, f"{HERE}/{message}", text="not that one").text
    assert "names of the list" in post(mia, f"{HERE}/{message}", text="not that one", acts=["rob_a_bank"]).text
    assert "nothing personal" in post(mia, f"{HERE}/{message}", text=WROTE, acts=["refuse"]).text
    page = post(mia, f"{HERE}/{message}", text="not that one", acts=["refuse", "adjust:less"]).text
    assert "Every message has been looked at" in page
    with core.reading(engine) as session:
        [lesson] = hearing.lessons(session)
    assert (lesson.text, lesson.acts, lesson.scene["asked"]) == ("not that one", ("refuse", "adjust:less"), "accept")
    assert lesson.is_held_out == hearing.is_held_out("NOT  that one")
    again = post(mia, f"{HERE}/{message}", text="no, not that one", acts=["refuse"])
    assert again.status_code == 200
    with core.reading(engine) as session:
        assert [one.text for one in hearing.lessons(session)] == ["no, not that one"]
    post(mia, f"{HERE}/{message}/leave")
    with core.reading(engine) as session:
        assert hearing.lessons(session) == ()


def test_an_agent_says_that_a_message_was_misheard(app, engine, settings, managers) -> None:
    talk = case(engine, settings)
    with core.transaction(engine) as session:
        [line] = [one for one in contact.transcript(session, talk) if one.author == "debtor"]
        hearing.hear(session, talk, [line.id], {}, ["greet"], language="en", why="", now=settings.clock.now())
    sam, mia = at_desk(app, "sam"), at_desk(app, "mia")
    assert mia.get(f"{HERE}/{line.id}").status_code == 404, "what was understood is nobody's to read here"
    here = f"/desk/conversations/{talk}"
    sam.post(f"{here}/take", data={"token": token_in(sam.get(here).text)})
    assert "The assistant got this wrong" in sam.get(here).text
    told = sam.post(f"{here}/misheard", data={"token": token_in(sam.get(here).text), "message": line.id})
    assert "A manager will say what it meant" in told.text
    assert "The assistant got this wrong" not in sam.get(here).text
    assert "corrected by an agent" in mia.get(HERE).text
    again = sam.post(f"{here}/misheard", data={"token": token_in(sam.get(here).text), "message": line.id})
    assert "A manager will say" not in again.text


def test_the_page_knows_every_act_that_training_learns() -> None:
    files = [path.read_text(encoding="utf-8") for path in (model_file.ROOT / "data" / "nlu").glob("*.yml")]
    labels = {name.strip(" '\"") for text in files for acts in ACTS.findall(text) for name in acts.split(",")}
    shown = {name for group in act_words.groups().values() for name in group}
    assert shown == {*labels, "nothing"} - {"", "unclear", "inform"}


def test_about_one_message_in_four_is_held_out_and_its_words_decide() -> None:
    held = [hearing.is_held_out(f"message {number}") for number in range(400)]
    assert 70 < sum(held) < 130
    assert hearing.is_held_out("I can't") == hearing.is_held_out(" i CAN'T ")


def test_what_was_heard_goes_with_the_conversation_and_after_a_time(engine, settings, message) -> None:
    with core.transaction(engine) as session:
        assert hearing.forget(session, settings.clock.now()) == 0
        assert hearing.forget(session, settings.clock.now() + hearing.KEPT * 2) == 1
