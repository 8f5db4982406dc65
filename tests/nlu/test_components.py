"""What Rasa sees of the understanding."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from bot.dialogue.nlu import Example, UnderstandingSettings, checked

pytestmark = [pytest.mark.rasa, pytest.mark.xdist_group("engine")]  # Rasa takes seconds to load
ROOT = Path(__file__).parent.parent.parent


def test_emoji_and_bare_punctuation_are_tokens() -> None:
    from rasa.shared.nlu.training_data.message import Message

    from bot.dialogue.nlu.components import SpacyTokens

    tokens = SpacyTokens(SpacyTokens.get_default_config())
    for text in ("👍", "?", "can't pay 🙏", "¿quién?"):
        assert tokens.tokenize(Message({"text": text}), "text")


def test_a_message_gets_everything_that_the_tracker_needs(few: list[Example], tmp_path: Path) -> None:
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from bot.dialogue.nlu.components import Understanding

    storage, resource = LocalModelStorage(tmp_path), Resource("understanding")
    (tmp_path / "nlu").mkdir()
    for language, name in (("en", "few.yml"), ("es", "few.es.yml")):
        by_intent: dict[str, list[str]] = {}
        for one in few:
            if one.language == language:
                by_intent.setdefault(one.intent, []).append(f"- {one.text}")
        blocks = [{"intent": intent, "examples": "\n".join(lines)} for intent, lines in by_intent.items()]
        (tmp_path / "nlu" / name).write_text(yaml.safe_dump({"nlu": blocks}, allow_unicode=True), encoding="utf-8")
    config = {**Understanding.get_default_config(), "encoder": False, "messages": str(tmp_path / "nlu")}
    context = SimpleNamespace(node_name="understanding")
    Understanding.create(config, storage, resource, context).train(TrainingData())
    loaded = Understanding.load(config, storage, resource, context)
    (told,) = loaded.process(
        [Message({"text": "40 a month", "metadata": {"now": "2026-11-23T10:00:00-05:00", "question": "terms"}})]
    )
    shown = told.as_dict(only_output_properties=True)
    assert shown["intent"]["name"] == "propose_terms"
    assert {"matters", "entities", "intent_ranking", "needs_check", "language_heard"} <= set(shown)
    assert all("value" in entity for entity in shown["entities"])


def test_rasa_sees_one_message_of_each_intent(examples: list[Example]) -> None:
    from rasa.shared.importers.importer import TrainingDataImporter

    importer = TrainingDataImporter.load_from_config(
        str(ROOT / "config.yml"), str(ROOT / "domain.yml"), [str(ROOT / "data" / "nlu"), str(ROOT / "data" / "rules")]
    )
    seen = [message.get("intent") for message in importer.get_nlu_data().intent_examples if message.get("text")]
    assert len(seen) == len(set(seen))
    assert {one.intent for one in examples} <= set(seen)


def test_the_configuration_names_only_what_there_is() -> None:
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    settings = pipeline[-1]
    assert checked(settings) == UnderstandingSettings()
    assert set(settings) - {"name"} <= set(vars(UnderstandingSettings()))


def test_other_phrases_are_another_model(tmp_path: Path) -> None:
    """Rasa keeps trained components; a changed phrase must not meet an old one."""
    from bot.dialogue.nlu.components import Understanding

    config = {"phrases": str(tmp_path / "safety.yml"), "cues": str(tmp_path / "cues.yml")}
    (tmp_path / "safety.yml").write_text("{}")
    before = Understanding.fingerprint_addon(config)
    (tmp_path / "safety.yml").write_text("opt_out: {en: [stop]}")
    assert Understanding.fingerprint_addon(config) != before
