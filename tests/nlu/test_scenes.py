"""Messages that carry their scene: how they are read, learned from, asked about in lines, and scored."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from bot.dialogue import parsing
from bot.dialogue.meaning.scene_json import scene_of
from bot.dialogue.nlu import Example, Understanding, UnderstandingSettings, read
from bot.dialogue.nlu.network import Lessons, Practice, learnt, one_of
from bot.dialogue.nlu.scenes import SceneExample, read_scenes
from bot.dialogue.report import score, shown

NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
CUES = str(Path(__file__).parents[2] / "data" / "phrases" / "cues.yml")
BLOCK = """
nlu:
  - intent: refuse_offer
    metadata: {acts: ['adjust:less'], scene: {asked: accept, offers: [plan]}}
    examples: |
      - can you do [40]{"entity": "amount", "role": "each"} im on [900]{"entity": "amount", "role": "no"}
  - intent: greet
    examples: |
      - hello
"""
SCENES = """
nlu:
  - intent: affirm
    metadata: {acts: [accept], scene: {asked: accept, offers: [plan]}}
    examples: |
      - lets go with that one
      - put me down for it
      - sounds like a plan to me
      - i could live with that
      - that would work for us
  - intent: deny
    metadata: {acts: [think_it_over], scene: {asked: accept, offers: [plan]}}
    examples: |
      - let me ask my wife first
      - i need to sleep on it
      - gotta check with my husband
      - let me think about it
      - ill get back to you on that
"""


@pytest.fixture(scope="module")
def trained_and_loaded(
    few: list[Example], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Understanding, Understanding]:
    folder = tmp_path_factory.mktemp("small")
    (folder / "scenes.yml").write_text(SCENES)
    settings = UnderstandingSettings(encoder=False, phrases="none", cues=CUES)
    trained = Understanding.train(few, folder, settings, read_scenes(folder))
    trained.save(folder)
    return trained, Understanding.load(folder)


@pytest.fixture
def small(trained_and_loaded: tuple[Understanding, Understanding]) -> Understanding:
    return trained_and_loaded[1]


def test_a_block_with_a_scene_gives_examples_with_their_figures(tmp_path: Path) -> None:
    (tmp_path / "scenes.yml").write_text(BLOCK)
    (one,) = read_scenes(tmp_path)
    assert (one.text, one.acts) == ("can you do 40 im on 900", ("adjust:less",))
    assert one.scene.asked == "accept" and one.scene.offers[0].kind == "plan"
    assert [(one.text[f.start : f.end], f.about) for f in one.figures] == [("40", "each"), ("900", "no")]


def test_what_carries_a_scene_is_no_example_of_an_intent(tmp_path: Path) -> None:
    (tmp_path / "scenes.yml").write_text(BLOCK)
    assert [one.text for one in read(tmp_path)] == ["hello"]


def test_a_network_learns_what_only_two_things_together_say() -> None:
    known = np.array([[0, 0], [0, 1], [1, 0], [1, 1]] * 32, dtype=np.float32)
    right = np.eye(2, dtype=np.float32)[(known[:, 0] != known[:, 1]).astype(int)]
    lessons = Lessons(known, right, np.ones(len(known), dtype=np.float32))
    network = learnt(lessons, Practice(hidden=16, rounds=400, rate=0.02, forget=(0, 0)))
    assert (one_of(network.scores(known)).argmax(axis=1) == right.argmax(axis=1)).all()


def test_the_same_words_mean_what_the_open_question_makes_of_them(small: Understanding) -> None:
    told = {"asked": "accept", "offers": [{"kind": "plan", "each": 5104, "frequency": "monthly"}]}
    waiting = parsing.parse(small, "yes", NOW, told)
    assert waiting["acts"] == [{"act": "accept"}]
    assert parsing.parse(small, "yes", NOW, {})["acts"] == []


def test_a_message_does_the_same_after_loading(trained_and_loaded: tuple[Understanding, Understanding]) -> None:
    scene = scene_of({"asked": "accept", "offers": [{"kind": "plan"}]}, now=NOW)
    before, after = (one.meaning("i need to sleep on it", scene) for one in trained_and_loaded)
    assert [one.name for one in after.said] == [one.name for one in before.said]
    assert after.said[0].confidence == pytest.approx(before.said[0].confidence, abs=0.02)


def test_a_bad_line_is_answered_with_a_sentence_and_the_others_all_the_same(small: Understanding) -> None:
    lines = ['{"text": "STOP"}', "{not json", '{"scene": {}}', '{"text": "hi", "scene": {"asked": "weather"}}', "", "3"]
    told = [json.loads(one) for one in parsing.parse_lines(small, lines, NOW)]
    assert told[0]["acts"] == [{"act": "opt_out"}]
    assert [one["error"][:6] for one in told[1:]] == ["Line 2", "Line 3", "Line 4", "Line 6"]
    assert "asked: expected one of identity" in told[3]["error"]


def test_a_set_is_scored_by_names_fields_and_commitments(small: Understanding, tmp_path: Path) -> None:
    scene = {"asked": "accept", "offers": [{"kind": "plan", "each": 5104}]}
    rows = [
        {"text": "yes", "scene": scene, "acts": [{"act": "accept"}]},
        {"text": "ok", "scene": scene, "acts": [{"act": "think_it_over"}]},
        {"text": "no", "scene": scene, "acts": [{"act": "drop"}], "or": [[{"act": "refuse"}]]},
        {"text": "STOP", "acts": [{"act": "opt_out"}]},
        {"text": "40", "scene": scene, "acts": [{"act": "propose", "each": 4100}]},
        {"text": "40 a month", "entities": []},
    ]
    path = tmp_path / "set.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    figures = score(small, [path])
    counted = {name: (share.hits, share.of) for name, share in figures.items()}
    assert counted["acts by name"] == (4, 5)
    assert counted["acts with their fields"] == (3, 5)
    assert counted["a commitment that nobody made"] == (1, 5)
    assert counted["alarms noticed"] == (1, 1) and counted["false alarms"] == (0, 4)
    assert counted["values exactly right"] == (0, 1)
    assert "acts by name" in shown(figures)


def test_figures_that_are_marked_must_be_where_they_are_said() -> None:
    marked = [one for one in read_scenes(Path(__file__).parents[2] / "data" / "nlu") if one.figures]
    assert marked and all(_said(one) for one in marked)


def _said(one: SceneExample) -> bool:
    return all(one.text[figure.start : figure.end].strip() for figure in one.figures)
