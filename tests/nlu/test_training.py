"""Training where something is missing or malformed."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from bot.core import Problems
from bot.dialogue.nlu import Example, Understanding, UnderstandingSettings, checked, e5_weights, encoder, read
from bot.dialogue.nlu.phrases import SafetyPhrases

NOW = "2026-11-23T10:00:00-05:00"


@pytest.fixture
def no_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoder, "PACKAGE", "a_package_that_is_not_there")
    monkeypatch.setattr(e5_weights, "PACKAGE", "a_package_that_is_not_there")


@pytest.mark.usefixtures("no_weights")
def test_without_the_weights_training_says_so_and_goes_on(
    few: list[Example], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        trained = Understanding.train(few, tmp_path, UnderstandingSettings(phrases="none"))
    assert "Training without a sentence encoder" in caplog.text
    trained.save(tmp_path)
    loaded = Understanding.load(tmp_path)
    assert loaded.encoder is None
    assert loaded.understand("how much do i owe you", {"now": NOW})["intent"]["name"] == "ask_balance"
    assert loaded.understand("cuánto les debo", {"now": NOW})["intent"]["name"] == "ask_balance"


def test_weights_that_are_not_the_known_ones_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = tmp_path / "a_wrong_model" / "model"
    model.mkdir(parents=True)
    (model.parent / "__init__.py").write_text("raise AssertionError('imported')")
    (model / "model.safetensors").write_bytes(b"other weights")
    (model / "tokenizer.json").write_text("{}")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(encoder.WeightsMissing, match="expected sha256 53aa51"):
        encoder.weights("a_wrong_model")


def test_equal_messages_give_equal_models(few: list[Example], tmp_path: Path) -> None:
    settings = UnderstandingSettings(encoder=False, phrases="none")
    one, other = (Understanding.train(few, tmp_path, settings) for _ in range(2))
    assert one.understand("20 a week", {"now": NOW}) == other.understand("20 a week", {"now": NOW})


def test_the_curves_are_kept_with_the_model(few: list[Example], tmp_path: Path) -> None:
    trained = Understanding.train(few, tmp_path, UnderstandingSettings(encoder=False, phrases="none"))
    assert set(trained.parts.curves) == {"understood", "out_of_scope", "critical"}
    asked = [row["asked_again"] for row in trained.parts.curves["understood"]]
    assert asked == sorted(asked)


def test_all_malformed_settings_are_told_at_once() -> None:
    with pytest.raises(Problems) as told:
        checked({"understood": 2, "clause": "high", "name": "bot.dialogue.nlu.components.Understanding"})
    assert len(told.value.problems) == 2


def test_all_malformed_phrases_are_told_at_once() -> None:
    with pytest.raises(Problems) as told:
        SafetyPhrases({"opt_out": {"en": ["(", "stop"]}, "no_such_intent": {"en": ["x"]}, "crisis": ["y"]})
    assert len(told.value.problems) == 3


def test_a_file_without_messages_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wrong.yml").write_text("version: '3.1'\n")
    with pytest.raises(ValueError, match="expected a list under `nlu:`"):
        read(tmp_path)


def test_no_held_out_message_trains(examples: list[Example], heldout: list[Example]) -> None:
    learnt = {one.text.casefold() for one in examples}
    assert not [one.text for one in heldout if one.text.casefold() in learnt]
