"""Teaches the figures' head from the figures that are marked in messages with their scenes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.dialogue import grammar
from bot.dialogue.nlu import figures_head
from bot.dialogue.nlu.encoder import Encoder
from bot.dialogue.nlu.figures_head import FiguresHead, Span, fits
from bot.dialogue.nlu.listening import lowered
from bot.dialogue.nlu.scenes import Figure, SceneExample

_FEWEST = 50


def head(
    scenes: Sequence[SceneExample], readings: Sequence[grammar.Reading], e5: Encoder | None, seed: int
) -> FiguresHead | None:
    """`readings` are the grammar's, in the order of the messages; None where too few figures are marked."""
    marked = [
        (one, figures, [_span(figure, read) for figure in figures])
        for one, read in zip(scenes, readings)
        if (figures := [figure for figure in one.figures if fits(figure.kind, figure.about)])
    ]
    if sum(len(figures) for _, figures, _ in marked) < _FEWEST:
        return None
    around = _vectors(e5, [one.text for one, _, _ in marked], [spans for _, _, spans in marked])
    rows = [figures_head.rows(one.text, spans, vectors, one.scene) for (one, _, spans), vectors in zip(marked, around)]
    return figures_head.taught(np.concatenate(rows), [one.about for _, found, _ in marked for one in found], seed)


def _vectors(e5: Encoder | None, texts: Sequence[str], spans: Sequence[Sequence[Span]]) -> list[list[Any]]:
    if e5 is None:
        return [[np.zeros(0, dtype=np.float32)] * len(found) for found in spans]
    return e5.all_readings([lowered(text) for text in texts], [[(a.start, a.end) for a in found] for found in spans])[1]


def _span(marked: Figure, read: grammar.Reading) -> Span:
    """With what the grammar thinks of it, if it sees it at all."""
    seen = (
        figures_head.thought(one)
        for one in read.entities
        if one.kind == marked.kind and one.start < marked.end and marked.start < one.end
    )
    return Span(marked.start, marked.end, marked.kind, next(seen, ""))
