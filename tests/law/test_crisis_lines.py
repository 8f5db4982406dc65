"""Whoever is in danger hears the numbers of where they are: 988 helps nobody in Leeds."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa

from bot import contact, core
from bot.contact.store import places
from bot.handoff import canned
from tests.law.kit import MARIA, World

HERE = {"US": ("988", "911"), "GB": ("116 123", "999"), "IE": ("116 123", "112"), "MX": ("findahelpline.com", "")}
PHONES = {"US": "+14045550177", "GB": "+447700900123", "IE": "+353861234567", "MX": "+525512345678"}


def lives_in(world: World, country: str) -> None:
    party = world.party("NW-1000")
    with core.transaction(world.database) as session:
        session.execute(sa.update(places).where(places.c.party_id == party).values(country=country, state=""))


def heard(world: World) -> str:
    before = len(world.rows())
    assert world.says("crisis")[0] == "utter_safety_crisis"
    return " ".join(row.text for row in world.rows()[before:])


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("country", HERE)
def test_a_stranger_hears_the_lines_of_the_country_of_their_number(country: str, language: contact.Language) -> None:
    world = World("sms", PHONES[country])
    world.talker.language = language
    text = heard(world)
    assert all(number in text for number in HERE[country])
    assert ("988" in text) == (country == "US")
    assert ("AYUDA al 988" in text) == (country == "US" and language == "es"), "the word that answers in Spanish"


@pytest.mark.parametrize("channel", ["sms", "web"])
def test_who_lives_in_britain_hears_the_samaritans_whatever_their_number(channel: str) -> None:
    world = World(channel, "+15550100001" if channel == "sms" else "visitor")
    world.says(MARIA)
    lives_in(world, "GB")
    text = heard(world)
    assert "116 123" in text and "999" in text and "988" not in text and "911" not in text


def test_of_whom_nothing_is_known_the_lines_are_those_of_where_we_are() -> None:
    assert "988" in heard(World())


def test_every_country_has_its_lines_in_both_languages_with_a_source_and_a_day() -> None:
    for country, entry in contact.crisis.lines().items():
        assert set(entry["lifeline"]) == set(entry["danger"]) == {"en", "es"}, country
        assert entry["source"].startswith("https://") and isinstance(entry["checked"], date)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_ready_reply_of_the_desk_names_the_same_lines(language: str) -> None:
    values = {"lifeline": "call Samaritans on 116 123 any time, free", "danger": "999"}
    (crisis,) = [
        one for one in canned.ready(values, verified=False, language=language, spoken="en") if one.name == "crisis"
    ]
    assert "116 123" in crisis.text and "999" in crisis.text and "988" not in crisis.text
