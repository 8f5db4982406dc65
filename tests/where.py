"""Which tests run on which database, and which worker takes which.

`make test` runs everything on SQLite. On PostgreSQL it runs what may differ by database, which is marked `postgres`
(stores, locks, queues, what happens at once), each test with the first row of its table; migrations and the waiting for
locks have fixtures of their own and run on both. `make soak` runs all tests on both, with every row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

import pytest

from tests.browsing import FIXTURES
from tests.examples import NEW

SAYS = (
    "all rows, all examples and new ones, all on SQLite and PostgreSQL"
    if NEW
    else "a tenth of the examples of each property, pairs where a table has every combination, one window for a flow in "
    "the browser, PostgreSQL for the tests marked `postgres`; `make soak` runs the rest and what is marked `soak`"
)


def left_to_soak(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Those on PostgreSQL that tell no more than another one does."""
    if NEW:
        return []
    tried: set[str] = set()
    left = []
    for item in items:
        if getattr(item, "callspec", None) is None or item.callspec.params.get("engine") != "postgresql":
            continue
        name = re.sub(r"\[.*", "", item.nodeid, flags=re.DOTALL)
        if item.get_closest_marker("postgres") is None or name in tried:
            left.append(item)
        tried.add(name)
    return left


FIRST = ("whole", "engine 1", "engine 2", "understanding", "browser 1", "browser 2")
"""What takes longest begins first. Each loads a model, or starts a browser or processes, which a test alone would have
to do for itself; two workers do what one would do while the others have nothing left."""
_HALVED = ("engine", "browser")


def to_workers(items: list[pytest.Item]) -> None:
    """One worker takes what shares something that takes long to make; of the other tests, a file at a time.

    What a file makes once for its tests is then made once, and not by each worker.
    """
    groups = {item: _group(item) for item in items}
    longest = Counter(groups.values())
    order = {name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: (order.get(groups[item], len(FIRST)), -longest[groups[item]], groups[item]))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(groups[item]))


def _group(item: pytest.Item) -> str:
    named = item.get_closest_marker("xdist_group")
    name = named.args[0] if named else ""
    wants = set(getattr(item, "fixturenames", ()))
    if not name and "running" in wants:  # all roles as processes, started once
        name = "whole"
    if not name and FIXTURES & wants:
        name = "browser"
    if not name and {"understanding", "examples"} & wants:  # the model, and all messages that it learned from
        name = "understanding"
    if name in _HALVED:
        return f"{name} {1 + sum(item.nodeid.encode()) % 2}"
    return name or "/".join(item.path.with_suffix("").parts[-2:])
