"""Another wording: what it may say, how it comes into force, and that it is what is sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from bot import contact, core, handoff
from bot.contact import text_rules, texts, wording, wording_versions
from bot.contact.texts import Response
from tests.examples import each

pytestmark = pytest.mark.postgres
SHIPPED = {**texts.shipped(), **handoff.as_texts()}
ASK, MISS, MENU = "utter_identity_ask", "utter_dialogue_not_understood", "utter_negotiation_countered"
HELLO = "Hi, I'm the automated assistant of {company}, with something private for {name}. What are your date of birth and ZIP code? Reply HELP for a person, STOP to end."


@pytest.fixture(autouse=True)
def as_it_ships() -> Iterator[None]:
    yield
    texts.use(None)


EDITED = sorted(name for name, one in SHIPPED.items() if not getattr(one, "is_prescribed", False))
"""What a state prescribes word by word nobody edits, and it is as long as the state has it."""


@each("name", EDITED)
def test_what_ships_passes_every_rule_for_what_is_edited(name: str) -> None:
    assert wording_versions.of_text(SHIPPED[name], SHIPPED[name].slots) == ()


@pytest.mark.parametrize(
    ("name", "language", "text", "told"),
    [
        (MISS, "en", "", "a text"),
        (MISS, "en", "I didn't get that, {name}.", "only values that this text is given"),
        (MENU, "en", "What I can do is {terms}. Would that work?", "every value that it has now"),
        (MISS, "en", "I didn't get that }.", "braces"),
        (MISS, "en", "I didn't get that. We may sue you.", "no threat"),
        (MISS, "es", "No le entendí. Habrá un embargo.", "no threat"),
        (MISS, "en", "I didn't get that. This may ruin your credit.", "no words that RF-22 forbids"),
        (MISS, "en", "I didn't get that. Could you borrow it?", "no hint to borrow"),
        (MISS, "en", "I didn't get that!", "no exclamation mark"),
        (ASK, "en", HELLO.replace("something private", "a debt"), "somebody else could tell"),
        (ASK, "en", HELLO.replace("automated ", ""), "automated assistant"),
        (MISS, "en", "I didn't get that. I've put this on hold.", "no claim that nobody makes sure of (held)"),
        (MISS, "en", "I didn't get that. Pay now by link.", "no invitation to pay"),
        (MISS, "en", " ".join(["it"] * 30), "at most 20 words"),
        (MISS, "en", "Notwithstanding incomprehensibility, reformulation facilitates administrative determination.", "grade 8"),
        (MISS, "es", "La administración recomienda encarecidamente reformular considerablemente su comunicación.", "ease of 60"),
        (MISS, "en", "I did not get it. " * 20, "at most 2 SMS"),
        ("utter_contact_opted_out", "en", "You won't get any more messages from {company} on this number. See http://x.example", "says nothing else"),
    ],
)  # fmt: skip
def test_a_wording_that_may_not_be_is_told_with_its_reason(name: str, language: str, text: str, told: str) -> None:
    found = text_rules.problems(SHIPPED[name], language, text)
    assert any(told in one.expected for one in found), found


def test_a_good_wording_passes_and_a_page_has_words_of_its_own() -> None:
    assert text_rules.problems(SHIPPED[ASK], "en", HELLO) == ()
    found = text_rules.problems(SHIPPED[ASK], "en", HELLO, "web")
    assert [one.where for one in found] == ["English on web"] and "telephone" in found[0].expected


def test_the_law_says_what_it_says() -> None:
    locked = {name for name, one in texts.shipped().items() if one.is_of_the_law}
    assert {"utter_law_notice", "utter_contact_mini_miranda", "utter_contact_opt_out_notice"} <= locked
    from_locked_replies = {entry["response"] for entry in handoff.canned._all() if "response" in entry}
    assert from_locked_replies - {"utter_handoff_write_back"} <= locked  # a template that the channel approved


def begun(session, *, name: str = ASK, text: str = HELLO, now: datetime) -> wording_versions.Wording:
    found = wording_versions.begin(session, "mia", now)
    return wording_versions.save(session, found, SHIPPED[name], {"en": text}, "mia", now, found.revision)


def live(engine, now: datetime, *, name: str = ASK, text: str = HELLO) -> str:
    """Another wording all the way to force. Returns the version's id."""
    with core.transaction(engine) as session:
        found = begun(session, name=name, text=text, now=now)
        found = wording_versions.submit(session, found, "mia", now, "Shorter and warmer", SHIPPED)
        found = wording_versions.decide(session, found, "max", now, "", approved=True)
        return wording_versions.publish(session, found, "max", now).id


def said(response: str, **values: object) -> str:
    return texts.render(response, "en", values, today=datetime(2026, 11, 18).date()).text


def test_what_two_managers_agreed_on_is_what_is_sent_and_goes_back_in_one_step(engine, now) -> None:
    values = {"company": "Acme", "name": "Ana"}
    with core.transaction(engine) as session:
        before = said(ASK, **values)
    live(engine, now)
    with core.transaction(engine) as session:
        talk = contact.open_conversation(session, "sms", "+15550100001", now)
        assert contact.say(ASK, talk, values, now, "America/New_York").text.startswith("Hi, I'm the automated")
        spanish = contact.texts.render(ASK, "es", values, today=now.date()).text
        assert spanish == SHIPPED[ASK].texts["es"].format(**values), "what was not changed is as it ships"
        wording_versions.roll_back(session, "max", now, "it read badly")
    with core.transaction(engine) as session:
        assert said(ASK, **values) == before
        states = {one.state for one in wording_versions.versions(session)}
    assert states == {"live", "retired"}


def test_another_process_follows_within_a_second(engine, now, monkeypatch) -> None:
    at = [1000.0]
    monkeypatch.setattr(wording.time, "monotonic", lambda: at[0])
    with core.reading(engine):
        shipped = said(MISS)
    live(engine, now, name=MISS, text="Sorry, I didn't get that.")
    wording._followed[engine] = wording._Followed(1000.0, None, None, {})  # as it stands in a process of its own
    with core.reading(engine):
        assert said(MISS) == shipped
    at[0] += 1.1
    with core.reading(engine):
        assert said(MISS) == "Sorry, I didn't get that."


def test_a_ready_reply_says_what_is_in_force(engine, now) -> None:
    live(engine, now, name="canned:more", text="Thanks for writing. What happened?")
    with core.reading(engine):
        [more] = [one for one in handoff.ready({}, verified=False, language="en", spoken="en") if one.name == "more"]
    assert more.text == "Thanks for writing. What happened?"


def test_nobody_approves_what_they_wrote_and_nothing_wrong_or_unchanged_is_handed_in(engine, now) -> None:
    with core.transaction(engine) as session:
        found = wording_versions.begin(session, "mia", now)
        with pytest.raises(wording_versions.WordingRefused, match="changes nothing"):
            wording_versions.submit(session, found, "mia", now, "because it is so", SHIPPED)
        bad = wording_versions.save(session, found, SHIPPED[MISS], {"en": "Pay now!"}, "mia", now, found.revision)
        with pytest.raises(core.Problems, match="exclamation"):
            wording_versions.submit(session, bad, "mia", now, "because it is so", SHIPPED)
        good = wording_versions.save(session, bad, SHIPPED[MISS], {"en": "Sorry, come again?"}, "max", now, bad.revision)
        handed = wording_versions.submit(session, good, "mia", now, "because it is so", SHIPPED)
        for writer in ("mia", "max"):
            with pytest.raises(wording_versions.WordingRefused, match="second manager"):
                wording_versions.decide(session, handed, writer, now, "", approved=True)
        with pytest.raises(wording_versions.WordingRefused, match="cannot be written"):
            wording_versions.save(session, handed, SHIPPED[MISS], {"en": "Other."}, "mia", now, handed.revision)
        with pytest.raises(wording_versions.WordingRefused, match="only what is approved"):
            wording_versions.publish(session, handed, "mia", now)
        back = wording_versions.decide(session, handed, "zoe", now, "not like this", approved=False)
        assert back.state == "rejected" and back.is_open


def test_of_two_who_write_at_once_the_second_is_told(engine, now) -> None:
    with core.transaction(engine) as session:
        found = wording_versions.begin(session, "mia", now)
        wording_versions.save(session, found, SHIPPED[MISS], {"en": "One."}, "max", now, found.revision)
        with pytest.raises(wording_versions.WordingChanged, match="max saved this"):
            wording_versions.save(session, found, SHIPPED[MISS], {"en": "Two."}, "mia", now, found.revision)


def test_a_wording_begun_before_another_went_in_force_does_not_undo_it(engine, now) -> None:
    with core.transaction(engine) as session:
        late = begun(session, name=MISS, text="Sorry, come again?", now=now)
        late = wording_versions.submit(session, late, "mia", now, "because it is so", SHIPPED)
        late = wording_versions.decide(session, late, "max", now, "", approved=True)
    live(engine, now + timedelta(hours=1))
    with core.transaction(engine) as session, pytest.raises(wording_versions.WordingRefused, match="begin again"):
        wording_versions.publish(session, late, "max", now)
    with core.transaction(engine) as session:
        anew = wording_versions.again(session, late, "zoe", now)
        assert anew.content == {ASK: {"en": HELLO}, MISS: {"en": "Sorry, come again?"}}, "both changes"
        assert anew.is_open and anew.writers == ("mia", "zoe")
        assert wording_versions.version(session, late.id).state == "withdrawn"


def test_a_stored_wording_that_somebody_changed_is_not_said_and_can_be_rolled_back(engine, now) -> None:
    version = live(engine, now)
    with core.transaction(engine) as session:
        forged = {ASK: {"en": "Pay here: http://evil.example {company} {name}"}}
        session.execute(wording.text_versions.update().where(wording.text_versions.c.id == version).values(content=forged))
    wording._followed.clear()
    with core.transaction(engine) as session:
        assert "evil" not in said(ASK, company="Acme", name="Ana")
        assert wording_versions.version(session, version).state == "tampered"
        assert wording_versions.roll_back(session, "max", now, "somebody changed it").id == wording.SHIPPED


def test_words_with_a_value_that_a_newer_parley_does_not_give_are_not_said() -> None:
    changed = wording.worded({ASK: {"en": "Hi {company}, {name}, {gone}", "es": "Hola {company}, {name}"}})
    assert changed is not None
    assert changed[ASK].texts["en"] == SHIPPED[ASK].texts["en"] and changed[ASK].texts["es"] == "Hola {company}, {name}"


def test_a_name_that_no_longer_ships_changes_nothing() -> None:
    assert wording.worded({"utter_gone": {"en": "x"}}) is None
    assert isinstance(SHIPPED[ASK], Response) and re.search("automated", SHIPPED[ASK].texts["en"])
