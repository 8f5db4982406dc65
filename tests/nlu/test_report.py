"""The figures of the report, on a few answers where they can be counted by hand."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from bot.dialogue.report import plots
from bot.dialogue.report.figures import Answer, Report, Set, Share
from bot.dialogue.report.page import html


def answer(meant: str, heard: str, confidence: float = 0.9, text: str = "a <b> & c") -> Answer:
    return Answer(text, "en", meant, heard, confidence, (heard,), heard, confidence, None)


@pytest.fixture
def report() -> Report:
    answers = [
        answer("opt_out", "opt_out"), answer("opt_out", "greet", 0.4), answer("greet", "greet"),
        answer("greet", "opt_out", 0.99), answer("out_of_scope", "nlu_fallback", 0.1), answer("thanks", "nlu_fallback"),
    ]  # fmt: skip
    curve = [{"threshold": 0.1, "recall": 0.9, "precision": 0.5}, {"threshold": 0.2, "recall": 0.8, "precision": 0.7}]
    curves = {"understood": curve, "out_of_scope": curve, "critical": curve}
    return Report([Set("English", answers), Set("English, noised", answers)], curves, 100, True, {"understood": 0.2})


def test_shares_are_counted_over_what_was_meant_and_what_was_heard(report: Report) -> None:
    figures = report.sets[0].figures
    assert (figures["intent right"].hits, figures["intent right"].of) == (2, 6)
    assert figures["safety and disputes noticed"] == Share(1, 2)
    assert figures["of those raised, really so"] == Share(1, 2)
    assert figures["out of scope turned away"] == Share(1, 1)
    assert figures["ours turned away"] == Share(1, 5)


def test_an_interval_is_wilsons() -> None:
    low, high = Share(9, 10).interval
    assert (low, high) == (pytest.approx(0.5958, abs=1e-3), pytest.approx(0.9821, abs=1e-3))
    assert Share(0, 0).interval == (0.0, 1.0)


def test_noised_messages_are_not_counted_twice(report: Report) -> None:
    assert len(report.clean) == 6
    assert ("greet", "opt_out", 1) in report.confusions()
    assert report.worst()[0].confidence == 0.99


def test_the_page_is_whole_and_escapes_what_people_wrote(report: Report) -> None:
    page = html(report)
    assert "a &lt;b&gt; &amp; c" in page
    assert page.count("<svg") == page.count("</svg>") > 4


def test_every_plot_is_well_formed(report: Report) -> None:
    for svg in (
        plots.calibration(report.calibration()),
        plots.lines("a", {"one": [(0.1, 0.2), (0.5, 0.9)]}, chosen=0.2),
        plots.interval(Share(1, 3)),
    ):
        ET.fromstring(svg)
