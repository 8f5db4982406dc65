"""Every row of the table that joins what was learned with what is counted, each in its situation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot.dialogue.meaning import table
from bot.dialogue.meaning.acts import Refuse
from bot.dialogue.meaning.acts_json import as_json
from bot.dialogue.meaning.cues import Cues
from bot.dialogue.meaning.figures import by_the_grammar, near
from bot.dialogue.meaning.heard import Alarm, Clause, Heard
from bot.dialogue.meaning.scene_json import scene_of
from bot.dialogue.nlu.listening import cues_in, option_in, proofs_in, reading
from tests.examples import each

HERE = Path(__file__).parent
NOW = datetime.fromisoformat("2026-11-23T10:00:00-06:00")
CUES = Cues.read(HERE.parents[1] / "data" / "phrases" / "cues.yml")
SITUATIONS = yaml.safe_load((HERE / "situations.yml").read_text(encoding="utf-8"))


def heard(told: Mapping[str, Any]) -> Heard:
    text, scene = told["text"], scene_of(told.get("scene") or {}, now=NOW)
    cues = cues_in(CUES, text)
    return Heard(
        text=text,
        likely=told.get("likely") or {},
        clauses=tuple(Clause(words, shares) for words, shares in (told.get("clauses") or {}).items()),
        figures=near(by_the_grammar(reading(text, NOW, scene.language, scene)), scene),
        cues=cues,
        begins=CUES.begins(text),
        is_nonsense=bool(told.get("nonsense")),
        holds_back="no longer plain" in cues,
        alarms=tuple(Alarm(intent, f"phrase:{intent}:0", False) for intent in told.get("alarms") or ()),
        proofs=proofs_in(text, scene),
        option=option_in(text),
    )


@each("told", SITUATIONS, named=lambda told: told["name"])
def test_a_situation_means_what_is_written(told: Mapping[str, Any]) -> None:
    said = table.joined(heard(told), scene_of(told.get("scene") or {}, now=NOW))
    assert [as_json(one.act) for one in said if one.name != table.NOTHING] == told["acts"]
    assert [one.name for one in said if one.needs_check] == told.get("asked_about", [])
    refusals = [one.act.passed_over for one in said if isinstance(one.act, Refuse)]
    assert any(refusals) == told.get("passed_over", False)
    if "about" in told:  # which accounts a question names, which the public form leaves out
        assert [getattr(one.act, "debts", None) for one in said] == [tuple(places) for places in told["about"]]


def test_every_row_has_a_situation() -> None:
    assert {told["row"] for told in SITUATIONS} == {name for name, _, _ in table.ROWS}


@each("told", SITUATIONS, named=lambda told: told["name"])
def test_the_row_that_decides_is_the_one_that_is_named(told: Mapping[str, Any]) -> None:
    scene = scene_of(told.get("scene") or {}, now=NOW)
    case = table.Case(table.as_meant(heard(told), scene), scene, table.Limits())
    assert next(name for name, fits, _ in table.ROWS if fits(case)) == told["row"]


def off(told: Mapping[str, Any]) -> Heard:
    """The same where the head takes every figure for one that is no offer."""
    one = heard(told)
    return replace(one, figures=replace(one.figures, all=tuple(replace(f, about="no") for f in one.figures.all)))


def test_who_is_asked_for_a_day_and_writes_only_a_day_means_it() -> None:
    told = {"text": "el 4", "likely": {"propose": 0.7}, "scene": {"asked": "terms", "missing": "date"}}
    [said] = table.joined(off(told), scene_of(told["scene"], now=NOW))
    assert as_json(said.act) == {"act": "propose", "first": "2026-12-04"}


def test_a_yes_that_names_another_day_is_none() -> None:
    offer = {"kind": "plan", "each": 2839, "first": "2026-12-04"}
    told = {"text": "bro 8 de ENERO dije jaja. eso sí y ya, dale", "likely": {"accept": 0.84},
            "scene": {"asked": "accept", "offers": [offer]}}  # fmt: skip
    said = table.joined(off(told), scene_of(told["scene"], now=NOW))
    assert "accept" not in [one.name for one in said]
    told["text"] = "el 4 de diciembre, sí, dale"
    assert [one.name for one in table.joined(off(told), scene_of(told["scene"], now=NOW))] == ["accept"]
