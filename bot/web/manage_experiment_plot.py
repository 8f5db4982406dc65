"""The interval over time, as it is drawn: a band that narrows, the estimate in it, and nothing as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.experiments import Design, Reading
from bot.web import manage_experiment_words as words

WIDTH, HEIGHT = 600, 160


@dataclass(frozen=True)
class Plot:
    """Points as SVG wants them; `y` from the top. `rows` are its data, newest first."""

    band: str
    line: str
    dots: tuple[tuple[int, int, str], ...]
    smallest: tuple[int, int]
    zero: int
    highest: str
    lowest: str
    first: date
    last: date
    rows: tuple[tuple[date, str, str, str, int, int], ...]


def plot(readings: Sequence[tuple[date, Reading]], design: Design) -> Plot | None:
    """None while no day has an interval."""
    known = [
        (day, one.estimate, one.lower, one.upper, one)
        for day, one in readings
        if one.estimate is not None and one.lower is not None and one.upper is not None
    ]
    if not known:
        return None
    later = known[len(known) // 3 :]  # the first days, which are much wider, are cut at the edge
    top = max([design.smallest * 1.5, *(abs(bound) for _, _, lower, upper, _ in later for bound in (lower, upper))])
    first, last = known[0][0], known[-1][0]
    span = max((last - first).days, 1)

    def x(day: date) -> int:
        return (day - first).days * WIDTH // span if last > first else WIDTH // 2

    def y(value: float) -> int:
        return round(HEIGHT / 2 * (1 - max(-1.0, min(1.0, value / top))))

    upper_edge = [f"{x(day)},{y(upper)}" for day, _, _, upper, _ in known]
    lower_edge = [f"{x(day)},{y(lower)}" for day, _, lower, _, _ in known]

    def told(value: float) -> str:
        return words.size_of(value, design, signed=True)

    return Plot(
        band=" ".join([*upper_edge, *reversed(lower_edge)]),
        line=" ".join(f"{x(day)},{y(estimate)}" for day, estimate, *_ in known),
        dots=tuple((x(day), y(one), f"{day}: {told(one)}, between {told(low)} and {told(up)}") for day, one, low, up, _ in known),
        smallest=(y(design.smallest), y(-design.smallest)), zero=y(0), highest=told(top), lowest=told(-top), first=first, last=last,
        rows=tuple((day, told(one), told(low), told(up), seen.champion[1], seen.challenger[1]) for day, one, low, up, seen in known[::-1]),
    )  # fmt: skip
