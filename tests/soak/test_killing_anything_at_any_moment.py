"""`kill -9` of bot, web or worker at random moments while ten conversations run.

After the last restart every message was answered exactly once, and the ledger sums.
"""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot import contact
from tests.whole.running import Parley, parley, until

ROLES = ("bot", "web", "worker")
LINES = (
    "hi",
    "{born} {zip}",
    "what do i owe",
    "how was it made up",
    "what are my options",
    "i can do 60 a month",
    "ok deal",
)
"""What each of them writes, whatever comes back."""
LONGEST = 1800.0
"""Seconds for an answer: each bot that is killed loads its model anew, which takes a minute where others are at work."""


@pytest.mark.rasa
@pytest.mark.xdist_group("whole")
def test_a_few_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    """Each role once: a bot that was killed takes seconds of the processor to load again."""
    chance = random.Random(1)
    _kill_while_talking(tmp_path, chance.sample(ROLES, len(ROLES)), people=2, chance=chance)


@pytest.mark.soak
@pytest.mark.rasa
def test_thirty_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    chance = random.Random(30)
    _kill_while_talking(tmp_path, chance.choices(ROLES, k=30), people=10, chance=chance)


def _kill_while_talking(folder: Path, roles: list[str], *, people: int, chance: random.Random) -> None:
    with parley(folder) as running:
        phones = _people(running, people)
        talkers = ThreadPoolExecutor(people)
        talks = [talkers.submit(_talk, running, *person) for person in phones]
        for role in roles:
            time.sleep(chance.uniform(0.3, 3.0))
            running.kill(role)
            time.sleep(chance.uniform(0.0, 0.5))
            running.start(role)
            if (
                role == "bot" and chance.random() < 0.7
            ):  # it takes seconds to load: let it do something before it dies again
                _wait_bot(running)
        running.wait_ready()
        for talk in talks:
            talk.result(timeout=LONGEST)
        _settle(running)
        _everything_once(running, [phone for phone, _, _ in phones])


def _people(running: Parley, count: int) -> list[tuple[str, str, str]]:
    import csv

    from tests.whole.running import ROOT

    with (ROOT / "data/demo/people.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["phone"] and row["language"] == "en"]
    return [(row["phone"], row["date_of_birth"], row["postcode"]) for row in rows[:count]]


_TURNS_OVER = (
    "SELECT 1 FROM inbox JOIN conversations c ON c.id = conversation_id WHERE c.address = ? AND state = 'done'"
)


def _talk(running: Parley, phone: str, born: str, postcode: str) -> None:
    for number, line in enumerate(LINES, 1):
        running.sms(line.format(born=born, zip=postcode), phone)
        what = f"the end of turn {number} of {phone}"
        until(lambda number=number: len(running.rows(_TURNS_OVER, phone)) >= number, LONGEST, what)


def _wait_bot(running: Parley) -> None:
    until(lambda: running.is_ready("bot"), 240, "the bot")


def _settle(running: Parley) -> None:
    until(lambda: not running.rows("SELECT 1 FROM inbox WHERE state = 'ready'"), 120, "an empty inbox")
    waiting = "SELECT 1 FROM outbox WHERE state NOT IN ('sent', 'blocked', 'dead')"
    until(lambda: not running.rows(waiting), 120, "an empty outbox")


def _everything_once(running: Parley, phones: list[str]) -> None:
    """Each message has one answer, of one SMS or of two, that reached the phone once, or stands in the thread of a person."""
    answered = dict(running.rows("SELECT reply_to, count(*) FROM outbox WHERE state = 'sent' GROUP BY reply_to"))
    with_person = {
        message
        for (message,) in running.rows(
            "SELECT json_extract(data, '$.message') FROM thread_entries WHERE kind = 'debtor_wrote'"
        )
    }
    messages = [message for (message,) in running.rows("SELECT id FROM inbox")]
    assert len(messages) == len(phones) * len(LINES), "each was stored once"
    for message in messages:
        assert (answered.get(message, 0) in (1, 2)) != (message in with_person), message
    for phone in phones:
        assert len([m for m in running.phone(phone) if m["direction"] == "out"]) == len(LINES)
        sent = running.rows("SELECT text FROM outbox WHERE state = 'sent' AND address = ? ORDER BY number", phone)
        texts = [contact.link_text.opened(text) for (text,) in sent]
        assert running.received(phone) == texts, "what was sent arrived once, in order"
    assert running.rows("SELECT debt_id FROM agreements GROUP BY debt_id HAVING count(*) > 1") == []
    assert "whole" in running.run("audit", "verify")
