"""Teaches the figures' head from the figures that are marked in messages with their scenes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from bot.dialogue import grammar
from bot.dialogue.nlu import figures_head
from bot.dialogue.nlu.figures_head import FiguresHead, Span, fits
from bot.dialogue.nlu.scenes import Figure, SceneExample

Array = Any
_FEWEST = 50


def marked(one: SceneExample, read: grammar.Reading) -> list[Span]:
    """The figures that are marked in a message and need to say what they are about."""
    return [_span(figure, read) for figure in _needed(one)]


def head(
    scenes: Sequence[SceneExample], around: Sequence[Sequence[Array]], spans: Sequence[Sequence[Span]], seed: int
) -> FiguresHead | None:
    """`around` are the vectors around the `spans`, which `marked` gives; None where too few figures are marked."""
    about = [figure.about for one in scenes for figure in _needed(one)]
    if len(about) < _FEWEST:
        return None
    rows = [
        figures_head.rows(one.text, found, vectors, one.scene)
        for one, found, vectors in zip(scenes, spans, around)
        if found
    ]
    return figures_head.taught(np.concatenate(rows), about, seed)


def _needed(one: SceneExample) -> list[Figure]:
    return [figure for figure in one.figures if fits(figure.kind, figure.about)]


def _span(figure: Figure, read: grammar.Reading) -> Span:
    """With what the grammar thinks of it, if it sees it at all."""
    seen = (
        figures_head.thought(one)
        for one in read.entities
        if one.kind == figure.kind and one.start < figure.end and figure.start < one.end
    )
    return Span(figure.start, figure.end, figure.kind, next(seen, ""))
