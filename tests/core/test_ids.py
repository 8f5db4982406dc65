"""Ids: none is alike, and those that are made at once lie side by side."""

from __future__ import annotations

from bot.core import new_id, new_ids


def test_ids_made_at_once_are_as_long_as_others_and_lie_side_by_side() -> None:
    first, second = new_ids("debt", 1_000), new_ids("debt", 1_000)
    assert len({*first, *second}) == 2_000 and new_ids("debt", 0) == []
    assert {len(one) for one in first} == {len(new_id("debt"))}
    assert len({one[: len("debt_") + 6] for one in first}) == 1, "they begin alike"
    assert len({one[len("debt_") + 6 :] for one in first}) == 1_000, "and no rest comes twice"
