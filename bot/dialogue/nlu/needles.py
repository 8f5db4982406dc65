"""Which letters a text must have for a pattern to be found in it: most patterns need not be tried at all. Pure.

Looking for a word is many times faster than trying a pattern, and there are more than a thousand of them.
"""

from __future__ import annotations

import sre_parse
from collections.abc import Iterable
from typing import Any

_MOST = 40
_SHORTEST = 2


def needles(pattern: str) -> frozenset[str]:
    """One of them is in every text in which the pattern is found; none: it may be found in any text."""
    return frozenset(_needed(sre_parse.parse(pattern).data))


def _needed(items: Iterable[Any]) -> set[str]:
    """The best choice of those that a run of items offers: whose shortest word is longest."""
    offers: list[set[str]] = []
    run = ""
    for kind, value in items:
        if kind is sre_parse.LITERAL:
            run += chr(value)
            continue
        offers.append({run})
        run = ""
        offers.append(_inside(kind, value))
    offers.append({run})
    usable = [one for one in offers if one and len(one) <= _MOST and min(map(len, one)) >= _SHORTEST]
    return max(usable, key=lambda one: (min(map(len, one)), -len(one)), default=set())


def _inside(kind: Any, value: Any) -> set[str]:
    if kind is sre_parse.SUBPATTERN:
        return _needed(value[-1].data)
    if kind is sre_parse.BRANCH:
        branches = [_needed(branch.data) for branch in value[1]]
        return set().union(*branches) if all(branches) else set()
    if kind in (sre_parse.MAX_REPEAT, sre_parse.MIN_REPEAT) and value[0] > 0:
        return _needed(value[2].data)
    return set()
