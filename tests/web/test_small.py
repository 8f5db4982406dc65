"""The small parts that need no app."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import bot.web
from bot import handoff
from bot.web import chat_view, desk_view, texts
from bot.web.limits import Bucket
from tests.examples import each


def test_a_bucket_fills_again_with_time_and_each_key_has_its_own() -> None:
    time = [0.0]
    bucket = Bucket(burst=2, per_second=0.5, timer=lambda: time[0])
    assert [bucket.take("a") for _ in range(3)] == [0, 0, 2]
    assert bucket.take("b") == 0
    time[0] = 1.9
    assert bucket.take("a") == 1
    time[0] = 2.1
    assert bucket.take("a") == 0


def test_a_link_is_cut_out_of_its_sentence_whole() -> None:
    line = chat_view.Shown("i", 1, "bot", "A http://h/p/1, http://h/p/12.", None, (), ("http://h/p/1", "http://h/p/12"))
    assert line.pieces() == [
        ("A ", False), ("http://h/p/1", True), (", ", False), ("http://h/p/12", True), (".", False)
    ]  # fmt: skip


def test_every_text_of_a_page_exists_in_both_languages() -> None:
    for name, spoken in texts.catalogue().items():
        assert set(spoken) == {"en", "es"}, name
        english, spanish = (set(re.findall(r"\{(\w+)\}", spoken[lang])) for lang in ("en", "es"))
        assert english == spanish, name


def test_every_reason_has_words_in_both_languages() -> None:
    for reason in handoff.Reason:
        assert set(texts.catalogue()[f"reason_{reason.value}"]) == {"en", "es"}


@each(
    ("seconds", "expected"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (3660, "1 h 1 min"), (90000, "1 d 1 h")],
)
def test_a_length_of_time_has_its_two_largest_units(seconds, expected) -> None:
    assert desk_view.length(timedelta(seconds=seconds), "en") == expected


def test_no_script_of_a_page_is_imported_by_another() -> None:
    """The browser takes `x.js?v=…` of the page and `./x.js` of the import for two scripts: each press would count twice."""
    web = Path(bot.web.__file__).parent
    loaded = {
        name
        for page in (web / "templates").rglob("*.html")
        for name in re.findall(r"asset\('(\w+\.js)'\)", page.read_text())
    }
    imported = {
        name
        for script in (web / "static").glob("*.js")
        for name in re.findall(r'from "\./(\w+\.js)"', script.read_text())
    }
    assert loaded and imported
    assert not loaded & imported
