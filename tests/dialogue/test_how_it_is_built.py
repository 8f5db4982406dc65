"""Rules about the code of a conversation that no import contract can say."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from bot import contact
from bot.dialogue.meaning.acts import BY_NAME
from tests.dialogue.acting import ACTIONS
from tests.dialogue.test_any_talk import OURS
from tests.examples import each

ROOT = Path(__file__).parents[2]
SHARED = {"baskets", "beside", "holds", "wishing", "worries", "handler", "reasons", "say", "links", "codes",
          "terms_asked", "record_asked", "answering", "proving", "companies"}  # fmt: skip
FILES = sorted((ROOT / "actions").glob("*.py"))
MEANING = sorted((ROOT / "bot" / "dialogue" / "meaning").rglob("*.py"))
READS_TEXT = {"re", "regex", "difflib"}


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@each("path", FILES, named=lambda path: path.stem)
def test_a_handler_reads_no_text_and_imports_no_other_handler(path: Path) -> None:
    names = list(imported(path))
    assert not READS_TEXT & {name.split(".")[0] for name in names}
    others = {name.split(".")[1] for name in names if name.startswith("actions.")}
    assert others <= SHARED
    if path.stem in SHARED - {"handler"}:
        assert "handler" not in others


@each("path", MEANING, named=lambda path: path.stem)
def test_understanding_is_pure(path: Path) -> None:
    ours = {
        name for name in imported(path) if name.split(".")[0] in ("bot", "actions", "sqlalchemy", "rasa", "rasa_sdk")
    }
    allowed = ("bot.dialogue.meaning", "bot.dialogue.grammar", "bot.dialogue.nlu", "bot.core")
    assert [name for name in sorted(ours) if not name.startswith(allowed)] == []
    assert not [name for name in ours if name in ("bot.core.Session", "bot.core.Clock", "bot.core.transaction")]


def domain() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    return found


def rules() -> dict[str, str]:
    """The action of each intent."""
    found = [rule["steps"] for path in sorted((ROOT / "data" / "rules").glob("*.yml"))
             for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]]  # fmt: skip
    return {steps[0]["intent"]: steps[1]["action"] for steps in found}


def test_every_act_has_an_action_in_the_domain() -> None:
    assert set(ACTIONS) == set(domain()["actions"])


def test_every_act_that_somebody_can_mean_has_a_rule() -> None:
    acts = {name.removeprefix("action_") for name in ACTIONS}
    led_to = {action.removeprefix("action_") for action in rules().values()}
    assert acts - OURS <= led_to <= acts
    assert set(BY_NAME) <= set(rules())


def test_every_text_that_puts_a_question_again_needs_no_value() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in [*FILES, ROOT / "bot/dialogue/repeating.py"])
    again = set(re.findall(r'again="(utter_\w+)"', source))
    assert again
    texts = contact.texts.load()
    assert [name for name in sorted(again) if any("{" in text for text in texts[name].texts.values())] == []
