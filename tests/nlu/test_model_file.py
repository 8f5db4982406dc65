"""Which changes call for a new model."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from bot import model_file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of all that the name of the model depends on."""
    for path in (*model_file.inputs(), model_file.ROOT / "domain.yml"):
        copy = tmp_path / path.relative_to(model_file.ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    return tmp_path


def changed(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_same_files_are_the_same_model(root: Path) -> None:
    assert model_file.fingerprint(root) == model_file.fingerprint()


def test_another_wording_needs_no_other_model(root: Path) -> None:
    changed(root / "domain.yml", '- text: "', '- text: "Well, ')
    assert model_file.fingerprint(root) == model_file.fingerprint()


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("domain.yml", "intents:\n", "intents:\n- ask_weather\n"),
        ("domain.yml", "responses:\n", "responses:\n  utter_weather:\n  - text: Rain.\n"),
        ("data/nlu/payments.yml", "examples: |\n", "examples: |\n    - one message more\n"),
        ("data/phrases/safety.yml", "\n", "\n# reviewed\n"),
        ("bot/dialogue/nlu/glossary_es.txt", "\n", "\n# reviewed\n"),
        ("bot/dialogue/nlu/training.py", "FOLDS", "PARTS"),
        ("config.yml", "seed: 20", "seed: 21"),
    ],
)
def test_whatever_is_learnt_from_names_another_model(root: Path, path: str, before: str, after: str) -> None:
    changed(root / path, before, after)
    assert model_file.fingerprint(root) != model_file.fingerprint()


@pytest.mark.rasa
def test_what_is_said_is_the_present_wording_not_that_of_the_model() -> None:
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.trackers import DialogueStateTracker

    from bot import contact
    from bot.dialogue.responses import ApprovedResponses

    name = next(name for name, one in contact.texts.load().items() if "{" not in one.texts["en"])
    trained_with = Domain.from_dict({"responses": {name: [{"text": "an old wording"}]}})
    tracker = DialogueStateTracker.from_events("anna", [], domain=trained_with)
    said = asyncio.run(ApprovedResponses(domain=trained_with).generate(name, tracker, "sms"))
    assert said["text"] == contact.texts.load()[name].texts["en"]
