"""What the docs name is there: files, functions in them, and pages that they link to."""

from __future__ import annotations

import re
from pathlib import Path

from tests.examples import each

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_FILE = r"`((?:bot|actions|data|tests|bench|migrations)/[\w/.-]+\.(?:py|yml|json))`"


@each("page", PAGES, named=lambda page: page.name)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    links = [link for link in re.findall(r"\]\(([^)#:]+)(?:#[\w-]+)?\)", text) if not (page.parent / link).exists()]
    assert [name for name in re.findall(_FILE, text) if not (ROOT / name).exists()] + links == []


@each("page", PAGES, named=lambda page: page.name)
def test_every_function_that_a_page_names_is_in_its_file(page: Path) -> None:
    named = re.findall(_FILE + r" `(\w+)`", page.read_text(encoding="utf-8"))
    named += [(file, name) for name, file in re.findall(r"`(\w+)` in " + _FILE, page.read_text(encoding="utf-8"))]
    assert [f"{file} {name}" for file, name in named if not _defines(file, name)] == []


def test_a_message_is_followed_in_at_most_twenty_stops() -> None:
    stops = re.findall(r"^(\d+)\. `", (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8"), re.M)
    assert 10 <= len(stops) <= 20 and stops == [str(number) for number in range(1, len(stops) + 1)]


def _defines(file: str, name: str) -> bool:
    path = ROOT / file
    return path.exists() and re.search(rf"^\s*(?:async )?(?:def|class) {name}\b", path.read_text(), re.M) is not None
