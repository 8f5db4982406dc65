"""From outside, a room is entered by its front door: `from bot import accounts`, never `bot.accounts.store`."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = sorted(path.parent.name for path in (ROOT / "bot").glob("*/__init__.py"))
WIRING = {path.name for path in (ROOT / "bot").glob("*.py")}
"""The launcher and the commands wire rooms together; they may name a module that loads late."""


def _inner_imports(path: Path) -> Iterator[str]:
    # `actions/` is where Rasa looks for the dialogue's other half.
    own = path.relative_to(ROOT / "bot").parts[0] if path.is_relative_to(ROOT / "bot") else "dialogue"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            parts = name.split(".")
            if parts[0] == "bot" and len(parts) > 2 and parts[1] in ROOMS and parts[1] != own:
                yield f"{path.relative_to(ROOT)} imports {name}"


def test_nobody_climbs_through_a_window() -> None:
    files = [*(ROOT / "bot").rglob("*.py"), *(ROOT / "actions").glob("*.py")]
    files = [path for path in files if not (path.parent == ROOT / "bot" and path.name in WIRING)]
    assert [found for path in files for found in _inner_imports(path)] == []


def test_the_check_sees_a_window() -> None:
    assert ROOMS and "accounts" in ROOMS
    source = ROOT / "bot" / "handoff" / "service.py"
    tree = ast.parse("from bot.accounts.store import debts")
    node = tree.body[0]
    assert isinstance(node, ast.ImportFrom) and node.module == "bot.accounts.store" and source.exists()


def test_every_front_door_says_what_the_room_is_for() -> None:
    for room in ROOMS:
        tree = ast.parse((ROOT / "bot" / room / "__init__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), f"bot/{room} has no idea written at its door"
