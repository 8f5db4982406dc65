"""What the operator may turn: every threshold with what it does. `config.yml` holds the chosen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from bot.core import Problem, Problems


@dataclass(frozen=True)
class UnderstandingSettings:
    """Probabilities are between 0 and 1. `python -m bench.nlu thresholds` prints the curves that chose them."""

    seed: int = 20
    encoder: bool = True
    """False leaves the sentence encoder out even where its weights are installed."""
    phrases: str = "data/phrases/safety.yml"
    cues: str = "data/phrases/cues.yml"
    word_share_en: float = 0.3
    word_share_es: float = 0.4
    """How much of the joined score comes from words and letters, by language."""
    understood: float = 0.15
    """Below it the message is not understood."""
    out_of_scope: float = 0.05
    """From this probability of `out_of_scope` on, the message is none of our business, whatever else is likely."""
    critical: float = 0.4
    """What all safety and dispute intents together need for the likeliest to be heard where no phrase caught it."""
    clause: float = 0.7
    """What a piece of a message needs to count as a matter of its own."""


def checked(config: Mapping[str, Any]) -> UnderstandingSettings:
    """Ignores Rasa's own keys. Raises Problems: unknown names, and numbers that are no probabilities."""
    known = {one.name: one for one in fields(UnderstandingSettings)}
    problems = [
        Problem(name, "a probability from 0 to 1", repr(value))
        for name, value in config.items()
        if name in known and known[name].type == "float" and not _is_probability(value)
    ]
    if problems:
        raise Problems(problems)
    return UnderstandingSettings(**{name: value for name, value in config.items() if name in known})


def _is_probability(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 1
