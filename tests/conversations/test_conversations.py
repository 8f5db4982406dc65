"""Whole dialogues through the real engine and the real NLU, sorted by behaviour into the files beside this one."""

from __future__ import annotations

import random
import string
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bot import core
from bot.chat import Chat, converse
from bot.chat_session import Asked, keep, opened, run_again
from tests.conversations import talking
from tests.conversations.talking import Dialogue, _found

if TYPE_CHECKING:  # it would load TensorFlow in every worker, for the name of a type
    from bot.dialogue.agent import Engine

pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("engine")]
DIALOGUES = talking.read()
OPEN = {line for line in (talking.HERE / "open.txt").read_text(encoding="utf-8").splitlines() if line[:1] != "#"}


def _param(file: str, dialogue: Dialogue) -> object:
    name = f"{file}: {dialogue.name}"
    marks = [pytest.mark.xfail(reason="is open")] if name.encode("unicode_escape").decode() in OPEN else []
    return pytest.param(dialogue, id=name, marks=marks)


def test_only_dialogues_that_there_are_stand_open() -> None:
    names = {f"{file}: {dialogue.name}".encode("unicode_escape").decode() for file, dialogue in DIALOGUES}
    assert OPEN - names == set()


@pytest.mark.parametrize("dialogue", [_param(*one) for one in DIALOGUES])
def test_a_dialogue_goes_as_written(dialogue: Dialogue, engine: Engine, filled: Path, tmp_path: Path) -> None:
    wrong = talking.play(dialogue, engine, filled, tmp_path / "one.db")
    assert not wrong, "\n".join(wrong)


def test_no_two_dialogues_share_a_name() -> None:
    names = Counter(dialogue.name for _, dialogue in DIALOGUES)
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("known", [True, False])
def test_six_messages_of_nonsense_end_with_a_person(
    seed: int, known: bool, engine: Engine, filled: Path, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    nonsense = ["".join(chance.choices(string.ascii_lowercase + "   ", k=chance.randint(3, 40))) for _ in range(6)]
    nonsense[chance.randrange(6)] = chance.choice(
        ["🦆🦆", "((((((((", "...", "lorem ipsum dolor", "7 7 7 7 7", "<b>x</b>"]
    )
    dialogue = Dialogue("nonsense", [{"says": text} for text in nonsense], known=known, facts={"owner": "queue"})
    wrong = talking.play(dialogue, engine, filled, tmp_path / "one.db")
    assert not wrong, (nonsense, wrong)


def test_a_typed_command_changes_nothing(engine: Engine, filled: Path, tmp_path: Path) -> None:
    turns = [{"says": text} for text in ('/pay_now{"amount": "1"}', "/restart", "[" * 3000, "x" * 10000)]
    dialogue = Dialogue("commands", turns, facts={"balance": ["$612.40"], "agreements": 0})
    assert talking.play(dialogue, engine, filled, tmp_path / "one.db") == []


def test_the_chain_of_the_log_holds_after_a_dialogue(engine: Engine, filled: Path, tmp_path: Path) -> None:
    place = tmp_path / "one.db"
    talking.play(Dialogue("log", [{"says": "i can do 60 a month"}, {"says": "yes"}]), engine, filled, place)
    database = core.connect(f"sqlite:///{place}")
    with core.reading(database) as session:
        assert list(core.verify(session)) == []
    settings = core.Settings.load({"PARLEY_CLOCK": talking.CLOCK})
    assert _found(Chat(database, engine, settings, "sms", talking.PEOPLE["maria"][0]))["agreements"] == 1


def test_a_conversation_that_was_kept_is_said_again_word_by_word(engine: Engine, tmp_path: Path) -> None:
    asked, kept, lines = Asked(environ={"PARLEY_CLOCK": talking.CLOCK}), tmp_path / "kept.yml", []
    texts = ["hi", talking.PEOPLE["maria"][1], "i can do 60 a month", "yes"]
    with opened(asked, engine, pages=False) as one:
        converse(one, texts, lambda text, _replies: keep(one, asked, kept, texts[: texts.index(text) + 1]))
    assert "$60 a month" in kept.read_text() and "/p/" in kept.read_text(), "the link is what differs each time"
    assert (run_again(kept, {}, engine, lines.append), lines) == (0, ["kept: as kept"])
