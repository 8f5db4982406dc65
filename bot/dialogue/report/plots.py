"""Three small plots as SVG, written by hand: points with intervals, lines over a threshold, a calibration curve."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from bot.dialogue.report.figures import Share

_WIDTH, _HEIGHT, _MARGIN = 420, 260, 42
_COLOURS = ("var(--a)", "var(--b)", "var(--c)")
Points = Sequence[tuple[float, float]]


def lines(title: str, series: Mapping[str, Points], *, chosen: float | None = None) -> str:
    """Each series over 0 to 1, values 0 to 1; `chosen` marks a threshold."""
    drawn = [_line(points, _COLOURS[i % len(_COLOURS)]) for i, points in enumerate(series.values())]
    mark = "" if chosen is None else _rule(chosen)
    return _plot(title, "".join(drawn) + mark + _legend(list(series)), "threshold")


def calibration(bins: Sequence[tuple[float, Share]]) -> str:
    """How often the model was right, by how sure it was; on the diagonal it tells the truth."""
    diagonal = f'<path class="aim" d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}"/>'
    bars = "".join(
        f'<path class="bar" d="M{_x(sure)} {_y(share.interval[0])}V{_y(share.interval[1])}"/>'
        f'<circle cx="{_x(sure)}" cy="{_y(share.value)}" r="4"><title>{share.hits} of {share.of}</title></circle>'
        for sure, share in bins
    )
    return _plot("Right, by confidence", diagonal + bars, "confidence")


def interval(share: Share) -> str:
    """One share as a dot on a line, with its interval."""
    low, high = share.interval
    return (
        f'<svg class="dot" viewBox="0 0 100 12" role="img" aria-label="{share.value:.0%}">'
        f'<path d="M0 6H100"/><path class="bar" d="M{100 * low:.1f} 6H{100 * high:.1f}"/>'
        f'<circle cx="{100 * share.value:.1f}" cy="6" r="3"/></svg>'
    )


def _x(value: float) -> str:
    return f"{_MARGIN + value * (_WIDTH - _MARGIN - 12):.1f}"


def _y(value: float) -> str:
    return f"{_HEIGHT - _MARGIN - value * (_HEIGHT - _MARGIN - 30):.1f}"


def _line(points: Points, colour: str) -> str:
    path = "L".join(f"{_x(at)} {_y(value)}" for at, value in points)
    return f'<path class="line" style="stroke:{colour}" d="M{path}"/>'


def _rule(at: float) -> str:
    return (
        f'<path class="chosen" d="M{_x(at)} {_y(0)}V{_y(1)}"/>'
        f'<text x="{_x(at)}" y="{float(_y(1)) - 4:.1f}" text-anchor="middle">chosen {at:g}</text>'
    )


def _legend(names: Sequence[str]) -> str:
    return "".join(
        f'<text x="{_x(0.45 * i)}" y="12" style="fill:{_COLOURS[i]}">— {escape(name)}</text>'
        for i, name in enumerate(names)
    )


def _plot(title: str, inside: str, below: str) -> str:
    ticks = "".join(
        f'<path class="grid" d="M{_x(0)} {_y(at)}H{_x(1)}"/>'
        f'<text x="{_MARGIN - 6}" y="{float(_y(at)) + 4:.1f}" text-anchor="end">{at:g}</text>'
        f'<text x="{_x(at)}" y="{_HEIGHT - _MARGIN + 16}" text-anchor="middle">{at:g}</text>'
        for at in (0, 0.25, 0.5, 0.75, 1)
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}">{ticks}{inside}'
        f'<text x="{_WIDTH / 2}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(below)}</text></svg>'
    )
