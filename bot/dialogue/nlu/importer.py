"""What Rasa gets to see of our messages: one of each intent, which is what it holds our rules against.

`components.Understanding` reads the files themselves. Rasa would check every line and every mark of thirty thousand
messages against a schema, copy them five times and take their fingerprints: two and a half minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rasa.shared.importers.rasa import RasaFileImporter
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.dialogue.nlu.examples import blocks, lines
from bot.dialogue.nlu.scenes import plain


class Importer(RasaFileImporter):
    """Messages from folders named `nlu`, everything else as Rasa reads it."""

    def __init__(
        self,
        config_file: str | None = None,
        domain_path: str | None = None,
        training_data_paths: Sequence[str] | str | None = None,
    ) -> None:
        paths = [training_data_paths] if isinstance(training_data_paths, str) else list(training_data_paths or ())
        self._messages = [Path(path) for path in paths if Path(path).name == "nlu"]
        super().__init__(config_file, domain_path, [path for path in paths if Path(path) not in self._messages])

    def get_nlu_data(self, language: str | None = "en") -> TrainingData:
        found = {
            block["intent"]: plain(line)
            for folder in self._messages
            for path in sorted(folder.glob("*.yml"))
            for block in blocks(path)
            for line in lines(block)[:1]
        }
        return TrainingData([Message.build(text, intent) for intent, text in found.items()])
