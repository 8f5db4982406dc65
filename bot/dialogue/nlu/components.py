"""The understanding as components of Rasa's graph. Thin: all that decides stands in `pipeline`."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import ENTITIES, INTENT, INTENT_RANKING_KEY, METADATA, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bot.dialogue.meaning.acts import Meaning
from bot.dialogue.nlu import pipeline
from bot.dialogue.nlu.encoder import PACKAGE
from bot.dialogue.nlu.examples import read
from bot.dialogue.nlu.scenes import read_scenes
from bot.dialogue.nlu.settings import UnderstandingSettings, checked

_KEPT = {"matters", "vague", "caught_by", "needs_check", "language_heard", "meaning"}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class SpacyTokens(Tokenizer):
    """spaCy's rules for English, without a model to download. Emoji and bare punctuation are tokens too."""

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._split = spacy.blank("en").tokenizer

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    @staticmethod
    def required_packages() -> list[str]:
        return ["spacy"]

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        return [Token(token.text, token.idx) for token in self._split(message.get(attribute)) if token.text.strip()]


@DefaultV1Recipe.register(
    [DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR],
    is_trainable=True,
)
class Understanding(GraphComponent):
    """Trains on our messages, and adds to each message what `pipeline.Understanding` makes of it."""

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, trained: pipeline.Understanding | None
    ) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._trained = trained

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**vars(UnderstandingSettings()), "messages": "data/nlu"}

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn", "onnxruntime", "tokenizers", "safetensors"]

    @staticmethod
    def fingerprint_addon(config: dict[str, Any]) -> str:
        """What else the trained model depends on. Without it Rasa would bring back a model with old phrases."""
        told = hashlib.sha256(str(find_spec(PACKAGE) is not None).encode())
        here = Path(__file__).parent
        for path in (
            Path(config["phrases"]),
            Path(config["cues"]),
            *sorted(here.glob("*.py")),
            *sorted(here.glob("*.txt")),
        ):
            told.update(path.read_bytes() if path.is_file() else b"-")
        return told.hexdigest()

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> Understanding:
        return cls(config, model_storage, resource, None)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> Understanding:
        # The sums of one message are small: a second thread would only wait for the first, and burn a core.
        threadpool_limits(1, "blas")
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, pipeline.Understanding.load(Path(folder)))

    def train(self, training_data: TrainingData) -> Resource:
        """From the files, which say the language and the scene; Rasa has one message of each intent only."""
        folder = Path(self._config["messages"])
        examples = list(dict.fromkeys(read(folder)))
        with self._storage.write_to(self._resource) as made:
            self._trained = pipeline.Understanding.train(
                examples, Path(made), checked(self._config), read_scenes(folder)
            )
            self._trained.save(Path(made))
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        assert self._trained is not None, "a message came before the training"
        for message in messages:
            hints = message.get(METADATA) or {}
            scene, text = hints.get("scene"), message.get(TEXT) or ""
            if scene is None:
                told = self._trained.understand(text, hints)
            else:
                told = _told(self._trained.meaning(text, scene))
            message.set(INTENT, told["intent"], add_to_output=True)
            message.set(INTENT_RANKING_KEY, told["intent_ranking"], add_to_output=True)
            message.set(ENTITIES, [_for_rasa(one) for one in told["entities"]], add_to_output=True)
            for name in _KEPT & told.keys():
                message.set(name, told[name], add_to_output=True)
        return messages


def _told(meaning: Meaning) -> dict[str, Any]:
    """For Rasa, the first act stands for the intent."""
    first = meaning.said[0]
    ranking = [{"name": name, "confidence": sure} for name, sure in meaning.ranking]
    intent = {"name": first.name, "confidence": first.confidence}
    return {"intent": intent, "intent_ranking": ranking, "entities": meaning.entities, "meaning": meaning}


def _for_rasa(entity: dict[str, Any]) -> dict[str, Any]:
    """Rasa expects every entity to have a `value`."""
    value = entity.get("minor", entity.get("days"))
    return {"value": value, **entity, "extractor": "Understanding"}
