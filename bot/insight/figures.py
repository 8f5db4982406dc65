"""What a figure is: its formula, and the sums that it is made of. The figures themselves stand in figures.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Literal

import msgspec

_FILE = Path(__file__).with_name("figures.yml")
Unit = Literal["share", "per_thousand", "days", "money", "count", "minutes", "ratio"]
Over = Literal["window", "close", "to_date"]
Bars = Literal["", "cohorts", "buckets", "outcomes", "rules", "ratings"]


class Figure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """(top - minus) / (bottom - less), or top - minus where there is no bottom. A measure that ends with a colon stands
    for all that begin so. `days`: the bottom is summed over so many days before the close, and the figure is in days.
    """

    unit: Unit
    title: str
    formula: str
    top: tuple[str, ...]
    minus: tuple[str, ...] = ()
    bottom: tuple[str, ...] = ()
    less: tuple[str, ...] = ()
    over: Over = "window"
    days: int = 0
    bars: Bars = ""
    by_channel: bool = True
    good: Literal["high", "low"] = "high"
    not_shown: str = ""
    label: str = ""
    """What it is called where there is no answer yet; what stands before the colon of the title, where nothing is said."""
    name: str = ""
    group: str = ""

    @property
    def called(self) -> str:
        return self.label or self.title.partition(":")[0]

    @property
    def measures(self) -> tuple[str, ...]:
        """What it is made of, the whole before its part."""
        return tuple(dict.fromkeys((*self.bottom, *self.less, *self.top, *self.minus)))

    @property
    def over_words(self) -> str:
        """The window, for the page and the file."""
        return {
            "window": "summed over the days of the window",
            "close": "as it stood at the close of the last day of the window",
            "to_date": "summed over all days up to the last day of the window",
        }[self.over] + (f"; the divisor over the {self.days} days up to it" if self.days else "")


@lru_cache(maxsize=1)
def figures() -> dict[str, Figure]:
    """By name, in the order of the page."""
    import yaml

    groups = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {
        name: msgspec.convert({**values, "name": name, "group": group}, Figure)
        for group, named in groups.items()
        for name, values in named.items()
    }
