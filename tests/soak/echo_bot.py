"""A bot process whose conversation is a stand-in that needs no model: everything around it is the real thing.

Every other answer has the same text as all the others: the hardest case for finding out what was sent.
"""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

from bot import contact, core, logs, roles, tables
from bot.core import Settings, health
from bot.dialogue import Turn, Underway
from bot.dialogue.meaning.acts import Meaning, Plain, Said, Unclear
from bot.dialogue.meaning.scene import Scene

TURN_SECONDS = float(os.environ.get("SOAK_TURN_SECONDS", "0.06"))
UNDERSTAND_SECONDS = float(os.environ.get("SOAK_UNDERSTAND_SECONDS", "0"))


def answers(text: str) -> list[str]:
    """One for each line: messages that follow each other closely come as one."""
    return [f"Heard {line}." if line.startswith("new") else "Thanks." for line in re.findall(r"(?:new|same) \d+", text)]


def parts(said: str) -> list[str]:
    """What was said to each line."""
    return re.findall(r"Heard new \d+\.|Thanks\.", said)


class Echo:
    def understand(self, text: str, scene: Scene) -> Meaning:
        """Most can be acted on; "same 5" alone cannot, and waits for the rest of its burst."""
        time.sleep(UNDERSTAND_SECONDS)
        if re.fullmatch(r"same \d*[05]", text):
            return Meaning((Said(Unclear(), text),), "en", 0.0)
        return Meaning((Said(Plain(name="thanks"), text),), "en", 0.0)

    def talk(self, turn: Turn) -> list[contact.Say]:
        """Reads, writes a fact, thinks, writes another: what a turn does to a database."""
        core.record(turn.session, "TurnBegan", subject=turn.conversation.id, data={}, now=turn.now)
        time.sleep(TURN_SECONDS)
        core.record(turn.session, "TurnThought", subject=turn.conversation.id, data={}, now=turn.now)
        said = " ".join(answers(turn.message.text))
        return [contact.Say("utter_dialogue_thanks", said, audience="anyone", tag="receipt", discloses=("automated",))]


def main() -> None:
    logs.configure()
    assert tables.ROOMS
    settings = Settings.load()
    stop = roles.Stop()
    health.serve(roles.BOT_PORT, {})
    underway = Underway(Path(os.environ["SOAK_UNDERWAY"]))
    roles.answer_all(stop, settings, core.connect(settings.database_url), Echo(), underway)


if __name__ == "__main__":
    main()
