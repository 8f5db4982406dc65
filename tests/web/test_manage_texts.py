"""Texts at the managers' desk by HTTP: found, worded otherwise, told what is wrong, approved by another, said, and back."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

import bot.web
from bot import contact, core
from bot.contact import texts
from bot.core.creditors import Creditor
from tests.web.desk_kit import at_desk, token_in
from tests.web.test_manage import code_of, managers

__all__ = ["managers"]
HERE, MISS = "/manage/texts", "utter_dialogue_not_understood"


@pytest.fixture(autouse=True)
def as_it_ships() -> Iterator[None]:
    yield
    texts.use(None)


def post(client, path: str, **form):
    return client.post(path, data={"token": token_in(client.get("/manage").text), **form})


def write(client, name: str, at: str = "", **slots: str):
    """Words a text otherwise, as the form of its page does; `at` is a page that is open already."""
    page = client.get(at) if at else post(client, f"{HERE}/versions", name=name)
    revision = re.search(r'name="revision" value="(\d+)"', page.text)
    assert revision
    form = dict(
        re.findall(r'<textarea[^>]*name="(slot\.[\w.]+)"[^>]*>([^<]*)</textarea>', page.text)
    )
    form = {slot: html.unescape(words) for slot, words in form.items()} | {f"slot.{slot}": words for slot, words in slots.items()}
    return post(client, page.url.path, revision=revision[1], **form)


def test_only_managers_read_and_write_texts(app, managers) -> None:
    for login in ("sam", "sue"):
        client = at_desk(app, login)
        for path in (HERE, f"{HERE}/{MISS}"):
            assert client.get(path).status_code == 403
        token = token_in(client.get("/desk").text)
        assert client.post(f"{HERE}/versions", data={"token": token, "name": MISS}).status_code == 403
        assert client.post(f"{HERE}/roll-back", data={"token": token}).status_code == 403
    mia = at_desk(app, "mia")
    assert mia.post(f"{HERE}/versions", data={"token": "x", "name": MISS}).status_code == 403
    for path in (f"{HERE}/utter_none", f"{HERE}/versions/txt_none", f"{HERE}/versions/txt_none/{MISS}"):
        assert mia.get(path).status_code == 404


def test_every_text_is_found_and_shown_on_each_channel_in_both_languages(app, managers) -> None:
    mia = at_desk(app, "mia")
    page = mia.get(HERE).text
    assert "texts are as they came with Parley" in page and "ready replies" in page
    assert "not understood" in mia.get(f"{HERE}?q=didn%27t+get").text
    shown = mia.get(f"{HERE}/{MISS}").text
    for channel in ("SMS", "WhatsApp", "Telegram", "web chat"):
        assert shown.count(f"<h3>{channel}") == 2, channel
    assert "GSM-7" in shown and "too short to measure" in shown and "Write it otherwise" in shown
    longer = mia.get(f"{HERE}/utter_identity_ask").text
    assert "grade" in longer and "ease" in longer and "{company}" in longer and "{name}" in longer
    law = mia.get(f"{HERE}/utter_law_notice").text
    assert "words of the law" in law and "Write it otherwise" not in law
    assert post(mia, f"{HERE}/versions", name="utter_law_notice").status_code == 404
    for name in [*texts.shipped()][::40] + ["canned:balance"]:
        assert mia.get(f"{HERE}/{name}").status_code == 200, name


def test_a_text_reads_as_each_creditor_says_it(engine, settings, managers) -> None:
    named = {"acme": Creditor("Acme Gas", "1-800-555-0177", {})}
    app = bot.web.create_app(replace(settings, creditors=named), engine)
    mia = at_desk(app, "mia")
    assert "Acme Gas" in mia.get(f"{HERE}/utter_contact_automated?creditor=acme").text.split("</select>")[1]
    assert settings.company in mia.get(f"{HERE}/utter_contact_automated").text.split("</select>")[1]


def test_a_wording_is_written_put_right_approved_by_another_said_and_taken_back(app, engine, settings, managers) -> None:
    mia, max_ = at_desk(app, "mia"), at_desk(app, "max")
    page = write(mia, MISS, en="We will sue you!").text
    assert "no threat and no word of the court" in page and "no exclamation mark" in page
    version = re.search(rf"{HERE}/versions/(txt_\w+)", page)[0]
    assert "3 problems" in mia.get(version).text and "Hand in" not in mia.get(version).text
    assert "no threat" in post(mia, f"{version}/steps/submit", why="because I can").text
    assert write(mia, MISS, en="Sorry, I lost you there.", es="Perdone, no le entendí bien.").status_code == 200
    page = mia.get(version).text
    assert "<ins>Sorry, I lost you there.</ins>" in page and "Spanish" in page
    assert "a reason of 10 characters" in post(mia, f"{version}/steps/submit", why="so").text
    assert "waits for a second manager" in post(mia, f"{version}/steps/submit", why="It sounds warmer", ticket="T-1").text
    assert "a second manager has to look at it" in post(mia, f"{version}/steps/approve", code="1").text
    assert "a second step that is set up" in post(max_, f"{version}/steps/approve", code="123456").text
    code = code_of(engine, settings, "max")
    assert "the six digits" in post(max_, f"{version}/steps/approve", code=str((int(code) + 1) % 10**6).zfill(6)).text
    assert "Put it in force now" in post(max_, f"{version}/steps/approve", code=code).text
    assert "It is said from now on" in post(max_, f"{version}/steps/publish").text
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", "+15550100001", settings.clock.now())
        assert contact.say(MISS, talk, {}, settings.clock.now(), "UTC").text == "Sorry, I lost you there."
    page = max_.get(HERE).text
    assert "1 of" in page and "It sounds warmer [T-1]" in page and "put in force by max" in page
    assert "is so again" in post(max_, f"{HERE}/roll-back").text or "in force again" in max_.get(f"{HERE}?done=back").text
    with core.transaction(engine) as session:
        assert contact.say(MISS, talk, {}, settings.clock.now(), "UTC").text == texts.shipped()[MISS].texts["en"]


def test_steps_of_a_sequence_are_turned_on_and_timed_in_the_same_change(app, managers) -> None:
    mia = at_desk(app, "mia")
    page = mia.get(f"{HERE}/sequence:plan").text
    assert "3 days before, from 10:00" in page and "Coming: on" in page and "is coming up on {date}" in page
    page = post(mia, f"{HERE}/versions", name="sequence:plan")
    steps = {"coming": ("on", "-2", "09:30"), "today": ("off", "0", "10:00"), "missed": ("on", "1", "10:00"), "still_open": ("off", "3", "10:00")}
    form = {f"{step}.{field}": value for step, told in steps.items() for field, value in zip(("on", "days", "at"), told)}
    wrong = post(mia, page.url.path, revision="1", **{**form, "missed.days": "-2", "coming.at": "06:00"}).text
    assert "a time from 08:00 to 20:00" in wrong and "another day than" in wrong and 'value="06:00"' in wrong
    assert "a number of days" in post(mia, page.url.path, revision="2", **{**form, "missed.days": "soon"}).text
    post(mia, page.url.path, revision="3", **form)
    version = mia.get(str(page.url.path).rsplit("/", 1)[0]).text
    assert "<ins>on -2 09:30</ins>" in version and "<del>on -3 10:00</del>" in version and "No problem" in version


def test_whoever_saves_second_is_told_and_a_change_can_be_given_up(app, managers) -> None:
    mia, max_ = at_desk(app, "mia"), at_desk(app, "max")
    page = post(mia, f"{HERE}/versions", name=MISS)
    assert "Saved." in write(max_, MISS, str(page.url.path), en="One more time, please.").text
    told = post(mia, page.url.path, revision="1", **{"slot.en": "Two.", "slot.es": "Dos."})
    assert told.status_code == 409 and "max saved this" in told.text
    version = str(page.url.path).rsplit("/", 1)[0]
    assert "given up" in post(mia, f"{version}/steps/withdraw").text
    assert "cannot be written at" in post(mia, page.url.path, revision="2", **{"slot.en": "Two."}).text
