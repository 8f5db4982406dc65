"""What managers taught is learned, named by the model's hash, measured before and after, and taken only if it holds."""

from __future__ import annotations

import shutil
import tarfile
from datetime import datetime, timezone
from pathlib import Path

import pytest
import yaml

from bot import core, model_file, teaching
from bot.dialogue.nlu import Example, Understanding, UnderstandingSettings, read
from bot.dialogue.nlu.scenes import read_scenes
from bot.dialogue.report import Share
from bot.handoff import hearing
from bot.handoff.hearing import Lesson

AT = datetime(2026, 11, 23, 15, tzinfo=timezone.utc)
ASKED = {
    "verified": True, "asked": "accept", "talking_of": [1],
    "offers": [{"kind": "plan", "each": 5104, "frequency": "monthly", "count": 12, "first": "2026-12-04"}],
    "debts": [{"name": "Northwind Energy", "product": "electricity", "balance": 61240}],
}  # fmt: skip
SHIPPED = {
    "ask_balance": ["how much do i owe", "whats my balance", "what do i owe you", "how much is left", "balance please", "tell me what i owe"],
    "greet": ["hi", "hello there", "good morning", "hey", "hi there", "good evening"],
    "thanks": ["thanks", "thank you so much", "thx", "cheers for that", "many thanks", "ty"],
}  # fmt: skip


def lesson(number: int, text: str, *acts: str, held_out: bool = False, language: str = "en") -> Lesson:
    return Lesson(f"in_{number}", text, language, ASKED, acts, held_out, "agent:x", AT)


SLANG = [
    "yeet it over", "go on and yeet it", "yeet me in", "yeet that one", "im yeeting it", "yeet it pls", "ok yeet", "just yeet it",
]  # fmt: skip
LESSONS = [
    *(lesson(number, text, "accept") for number, text in enumerate(SLANG)),
    *(lesson(20 + number, f"nope not [this]{{x}} {number}", "refuse", "adjust:less") for number in range(5)),
    lesson(30, "lo tomo pues", "accept", language="es"),
    lesson(40, "yeet it already", "accept", held_out=True),
    lesson(41, "ok yeet it now", "accept", held_out=True),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """What a training needs, with few messages."""
    (tmp_path / "data" / "nlu").mkdir(parents=True)
    blocks = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in said)} for intent, said in SHIPPED.items()
    ]
    (tmp_path / "data" / "nlu" / "few.yml").write_text(yaml.safe_dump({"nlu": blocks}))
    shutil.copy(model_file.ROOT / "config.yml", tmp_path / "config.yml")
    return tmp_path


@pytest.fixture
def taught(tmp_path: Path) -> Path:
    teaching.write(LESSONS, tmp_path / "made")
    return tmp_path / "made"


def trained(messages: Path, into: Path) -> Understanding:
    into.mkdir()
    settings = UnderstandingSettings(encoder=False, phrases="none", cues=str(model_file.ROOT / "data/phrases/cues.yml"))
    examples: list[Example] = read(messages)
    return Understanding.train(examples, into, settings, read_scenes(messages))


def test_the_examples_are_what_a_training_reads_and_none_of_them_is_held_out(taught) -> None:
    scenes = read_scenes(taught)
    assert {one.text for one in scenes} == {one.text.replace("]{", "] {") for one in LESSONS if not one.is_held_out}
    first = next(one for one in scenes if one.text == SLANG[0])
    assert (first.acts, first.scene.asked, first.scene.offers[0].kind) == (("accept",), "accept", "plan")
    assert first.scene.debts[0].product == "electricity"
    assert next(one for one in scenes if "nope" in one.text).acts == ("refuse", "adjust:less")
    assert [one.language for one in scenes if one.text == "lo tomo pues"] == ["es"]
    assert "yeet it already" not in (taught / "taught.yml").read_text()


def test_the_name_of_the_model_covers_what_was_taught_and_nothing_else(taught, tmp_path) -> None:
    bare = model_file.fingerprint()
    (tmp_path / "nothing").mkdir()
    assert model_file.fingerprint(taught=tmp_path / "nothing") == bare, "where nothing was taught it is as before"
    with_lessons = model_file.fingerprint(taught=taught)
    assert with_lessons != bare
    (taught / teaching.HELD_OUT).write_text("")
    assert model_file.fingerprint(taught=taught) == with_lessons, "what is held out teaches nothing"
    (taught / "taught.yml").write_text((taught / "taught.yml").read_text() + "\n# another\n")
    assert model_file.fingerprint(taught=taught) != with_lessons


def test_without_lessons_a_training_reads_the_files_that_ship(root, tmp_path) -> None:
    config, messages = model_file.lessons(tmp_path, root / "data" / "taught", root)
    assert (config, messages) == (root / "config.yml", root / "data" / "nlu")


def test_what_was_taught_is_understood_by_the_new_model_and_measured_against_the_old(root, taught, tmp_path, monkeypatch) -> None:
    (tmp_path / "merged").mkdir()
    config, messages = model_file.lessons(tmp_path / "merged", taught, root)
    [ours] = [one for one in yaml.safe_load(config.read_text())["pipeline"] if "messages" in one]
    assert ours["messages"] == str(messages) and ours["seed"] == 20
    monkeypatch.setattr(teaching, "STRANGERS", tmp_path / "nobody")
    before, after = trained(root / "data" / "nlu", tmp_path / "old"), trained(messages, tmp_path / "new")
    by_name = {one.name: one for one in teaching.compared(before, after, taught)}
    heard = by_name["held out: acts by name"]
    assert (heard.before, heard.after, heard.of, heard.is_worse) == (0, 2, 2, False)
    back = {one.name: one for one in teaching.compared(after, before, taught)}
    assert back["held out: acts by name"].is_worse


def figures(*, acts: int = 500, alarms: int = 100, bound: int = 2) -> dict[str, Share]:
    return {
        "acts by name": Share(acts, 600), "first act right": Share(500, 600), "alarms noticed": Share(alarms, 100),
        "a commitment that nobody made": Share(bound, 600), "false alarms acted on at once": Share(3, 500),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("after", "one_in", "holds"),
    [
        ({}, 100, True),
        ({"acts": 494}, 100, True),
        ({"acts": 493}, 100, False),
        ({"acts": 499}, 0, False),
        ({"alarms": 99}, 100, False),
        ({"bound": 3}, 100, False),
        ({"acts": 520, "bound": 1}, 0, True),
    ],
)
def test_no_alarm_is_lost_and_no_commitment_made_up_for_better_figures(after, one_in, holds) -> None:
    told = list(teaching._figures("set", figures(), figures(**after), one_in=one_in))
    assert any(one.is_worse for one in told) != holds


def taught_in(engine, lessons: list[Lesson]) -> None:
    with core.transaction(engine) as session:
        for one in lessons:
            session.execute(hearing.taught_messages.insert().values(**vars(one)))


@pytest.fixture
def small(root, tmp_path, monkeypatch):
    """Trains as `parley train` does, on few messages and without Rasa's packing."""
    monkeypatch.setattr(teaching, "STRANGERS", tmp_path / "nobody")
    made: list[Path] = []

    def train(_say, taught: Path) -> Path:
        here = tmp_path / f"training-{len(made)}"
        here.mkdir()
        _, messages = model_file.lessons(here, taught, root)
        understanding = trained(messages, here / "Understanding")
        understanding.save(here / "Understanding")
        made.append(here / "model.tar.gz")
        with tarfile.open(made[-1], "w:gz") as archive:
            archive.add(here / "Understanding", "train_Understanding")
        return made[-1]

    train.made = made  # type: ignore[attr-defined]
    return train


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_training_that_holds_is_taken_once_and_kept_for_the_page(engine, small, tmp_path) -> None:
    in_force, said = tmp_path / "taught", list[str]()
    assert teaching.learn(engine, core.Clock(fixed=AT), said.append, small, in_force) is None, "nothing was taught"
    taught_in(engine, [one for one in LESSONS if not one.is_held_out])
    assert teaching.learn(engine, core.Clock(fixed=AT), said.append, small, in_force) is None
    assert small.made == [] and "held out yet" in said[-1], "what cannot be measured is not learned"
    taught_in(engine, [one for one in LESSONS if one.is_held_out])
    done = teaching.learn(engine, core.Clock(fixed=AT), said.append, small, in_force)
    assert done is not None and done.is_taken and (done.examples, done.held_out) == (14, 2)
    assert sorted(path.name for path in in_force.iterdir()) == [teaching.HELD_OUT, "taught.es.yml", "taught.yml"]
    with core.reading(engine) as session:
        [kept] = hearing.last_trainings(session)
    assert {"name": "held out: acts by name", "before": 0, "after": 2, "of": 2, "is_worse": False} in kept.figures
    assert teaching.learn(engine, core.Clock(fixed=AT), said.append, small, in_force) is None, "it is learned already"


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_a_training_that_forgets_what_was_understood_is_not_taken(engine, small, tmp_path) -> None:
    in_force = tmp_path / "taught"
    teaching.write(LESSONS, in_force)
    wrong = [lesson(n, text, "refuse") for n, text in enumerate(SLANG)]
    taught_in(engine, [*wrong, *(one for one in LESSONS if one.is_held_out)])
    before = {path.name: path.read_bytes() for path in in_force.iterdir()}
    done = teaching.learn(engine, core.Clock(fixed=AT), lambda line: None, small, in_force)
    assert done is not None and not done.is_taken and any(one["is_worse"] for one in done.figures)
    assert {path.name: path.read_bytes() for path in in_force.iterdir()} == before
    with core.reading(engine) as session:
        assert [one.is_taken for one in hearing.last_trainings(session)] == [False]


def test_what_is_taken_takes_the_place_of_what_was_taught_before(taught, tmp_path) -> None:
    in_force = tmp_path / "taught"
    assert not teaching.is_learned(taught, in_force)
    teaching.take(taught, in_force)
    assert teaching.is_learned(taught, in_force)
    teaching.write(LESSONS[:1], tmp_path / "fewer")
    assert not teaching.is_learned(tmp_path / "fewer", in_force)
    teaching.take(tmp_path / "fewer", in_force)
    assert sorted(path.name for path in in_force.iterdir()) == [teaching.HELD_OUT, "taught.yml"]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("taught.")]


def test_whoever_trains_without_a_database_makes_none(tmp_path) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    assert not core.is_there(url) and not list(tmp_path.iterdir())
    (tmp_path / "none.db").touch()
    assert core.is_there(url) and core.is_there("postgresql://x@127.0.0.1/y")
