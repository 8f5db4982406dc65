"""How well held-out messages are understood: every figure of `docs/nlu-report.html`, from one run.

A share comes with its Wilson interval at 95 per cent. "Noised" is SMS spelling and a slip in 8 per cent of the
letters, seeded.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.dialogue.nlu.examples import Example
from bot.dialogue.nlu.intents import CRITICAL, NOT_UNDERSTOOD, OUT_OF_SCOPE, PRECEDENCE
from bot.dialogue.nlu.noise import noised
from bot.dialogue.nlu.pipeline import Understanding

_NOW = "2026-11-23T10:00:00-05:00"
_SEED = 3
_BINS = 10
_REJECTED = (OUT_OF_SCOPE, NOT_UNDERSTOOD)
_Z = 1.959964


@dataclass(frozen=True)
class Share:
    """`hits` of `of`."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson 1927, 95 per cent; from 0 to 1 when nothing was seen."""
        if not self.of:
            return 0.0, 1.0
        spread = _Z**2 / self.of
        middle = (self.value + spread / 2) / (1 + spread)
        half = _Z / (1 + spread) * math.sqrt(self.value * (1 - self.value) / self.of + spread / (4 * self.of))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True)
class Answer:
    """What was meant and what was heard; `best` and `sure` are the model's own, before phrases and thresholds."""

    text: str
    language: str
    meant: str
    heard: str
    confidence: float
    matters: tuple[str, ...]
    best: str
    sure: float
    caught_by: str | None


@dataclass(frozen=True)
class Set:
    """One set of messages and the figures over it."""

    name: str
    answers: Sequence[Answer]

    @property
    def figures(self) -> Mapping[str, Share]:
        critical = [a for a in self.answers if a.meant in CRITICAL]
        alarms = [a for a in self.answers if a.heard in CRITICAL]
        nonsense = [a for a in self.answers if a.meant == OUT_OF_SCOPE]
        ours = [a for a in self.answers if a.meant != OUT_OF_SCOPE]
        return {
            "intent right": _share(self.answers, lambda a: a.heard == a.meant),
            "intent among the matters": _share(self.answers, lambda a: a.meant in a.matters),
            "safety and disputes noticed": _share(critical, lambda a: a.heard in CRITICAL),
            "safety and disputes exactly right": _share(critical, lambda a: a.heard == a.meant),
            "of those raised, really so": _share(alarms, lambda a: a.meant in CRITICAL),
            "out of scope turned away": _share(nonsense, lambda a: a.heard in _REJECTED),
            "ours turned away": _share(ours, lambda a: a.heard in _REJECTED),
        }


@dataclass(frozen=True)
class Report:
    """`sets` are clean and noised, English and Spanish; `curves` come from training."""

    sets: Sequence[Set]
    curves: Mapping[str, Any]
    trained_on: int
    with_encoder: bool
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def clean(self) -> list[Answer]:
        return [answer for one in self.sets if "noised" not in one.name for answer in one.answers]

    def intents(self) -> list[tuple[str, Share, Share]]:
        """Name, precision, recall; in order of precedence."""
        told = self.clean
        return [
            (
                name,
                _share([a for a in told if a.heard == name], lambda a, name=name: a.meant == name),
                _share([a for a in told if a.meant == name], lambda a, name=name: a.heard == name),
            )
            for name in PRECEDENCE
            if any(name in (a.meant, a.heard) for a in told)
        ]

    def confusions(self, most: int = 25) -> list[tuple[str, str, int]]:
        """Meant, heard, how often; the commonest first."""
        pairs = Counter((a.meant, a.heard) for a in self.clean if a.meant != a.heard)
        return [(meant, heard, n) for (meant, heard), n in sorted(pairs.items(), key=lambda p: (-p[1], p[0]))[:most]]

    def worst(self, most: int = 30) -> list[Answer]:
        """Surely wrong: the most confident mistakes."""
        wrong = [a for a in self.clean if a.heard != a.meant and a.heard != NOT_UNDERSTOOD]
        return sorted(wrong, key=lambda a: (-a.confidence, a.text))[:most]

    def calibration(self) -> list[tuple[float, Share]]:
        """Mean confidence of the model in each tenth, and how often it was right there."""
        told = [[a for a in self.clean if min(int(a.sure * _BINS), _BINS - 1) == tenth] for tenth in range(_BINS)]
        return [
            (sum(a.sure for a in some) / len(some), _share(some, lambda a: a.best == a.meant)) for some in told if some
        ]


def report(understanding: Understanding, heldout: Sequence[Example]) -> Report:
    """Reads every held-out message clean and noised; about a minute for two thousand."""
    chance = random.Random(_SEED)
    sets = []
    for language, name in (("en", "English"), ("es", "Spanish")):
        mine = [one for one in heldout if one.language == language]
        slipped = [Example(noised(one.text, one.language, chance), one.intent, one.language) for one in mine]
        for examples, how in ((mine, name), (slipped, f"{name}, noised")):
            sets.append(Set(how, [_answer(understanding, one) for one in examples]))
    return Report(
        sets=sets,
        curves=understanding.parts.curves,
        trained_on=len(understanding.parts.classifier.meaning.votes) if understanding.parts.classifier.meaning else 0,
        with_encoder=understanding.encoder is not None,
        settings=vars(understanding.settings),
    )


def _answer(understanding: Understanding, example: Example) -> Answer:
    told = understanding.understand(example.text, {"now": _NOW})
    best = told["intent_ranking"][0]
    return Answer(
        text=example.text,
        language=example.language,
        meant=example.intent,
        heard=told["intent"]["name"],
        confidence=told["intent"]["confidence"],
        matters=tuple(matter["intent"] for matter in told["matters"]),
        best=best["name"],
        sure=best["confidence"],
        caught_by=told["caught_by"],
    )


def _share(answers: Sequence[Answer], hit: Any) -> Share:
    return Share(sum(1 for answer in answers if hit(answer)), len(answers))
