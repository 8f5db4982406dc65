"""Every figure of `docs/nlu-report.html`, from one run over messages that never train.

A share comes with its Wilson interval at 95 per cent. "Noised" is SMS spelling and a slip in 8 per cent of the
letters, seeded. Of the blind sets only figures are kept: nobody who tunes is to read what was missed.
"""

from __future__ import annotations

import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.dialogue.nlu.examples import Example
from bot.dialogue.nlu.intents import CRITICAL, NOT_UNDERSTOOD, OUT_OF_SCOPE, PRECEDENCE
from bot.dialogue.nlu.noise import noised
from bot.dialogue.nlu.pipeline import Understanding
from bot.dialogue.parsing import parse
from bot.dialogue.report.blind import Blind, Several, Told

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
class Values:
    """Amounts, days, rhythms of one blind set: messages read exactly right, and values read that are wrong."""

    name: str
    exact: Share
    wrong: Share


@dataclass(frozen=True)
class Matters:
    """Messages of one blind set that say several things."""

    name: str
    all_heard: Share
    first_right: Share
    imagined: Share
    """Of the matters heard, those that nobody said."""


@dataclass(frozen=True)
class Report:
    """`sets` are held out by those who wrote the training messages, `blind` written by others; clean and noised,
    English and Spanish. `curves` come from training."""

    sets: Sequence[Set]
    curves: Mapping[str, Any]
    trained_on: int
    with_encoder: bool
    settings: Mapping[str, Any] = field(default_factory=dict)
    blind: Sequence[Set] = ()
    values: Sequence[Values] = ()
    matters: Sequence[Matters] = ()

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


def measured(understanding: Understanding, heldout: Sequence[Example], blind: Blind) -> Report:
    """Reads every message clean and noised; some minutes for five thousand."""
    return Report(
        sets=list(_sets(understanding, heldout, "")),
        curves=understanding.parts.curves,
        trained_on=understanding.parts.trained_on,
        with_encoder=understanding.encoder is not None,
        settings=vars(understanding.settings),
        blind=blind_sets(understanding, blind),
        values=[values(understanding, told, name) for name, told in _by_writing(blind.money)],
        matters=[matters(understanding, said, name) for name, said in _by_writing(blind.several)],
    )


def blind_sets(understanding: Understanding, blind: Blind, *, also_noised: bool = True) -> list[Set]:
    """Messages of every intent, then alarms beside their look-alikes."""
    kinds = (("", blind.messages), ("alarms and look-alikes, ", blind.look_alikes))
    return [
        one
        for kind, writings in kinds
        for name, examples in _by_writing(writings)
        for one in _sets(understanding, examples, f"{kind}{name}: ", also_noised=also_noised)
    ]


def _by_writing(writings: Mapping[int, Any]) -> list[tuple[str, Any]]:
    return [(f"writing {number}", said) for number, said in sorted(writings.items())]


def _sets(
    understanding: Understanding, examples: Sequence[Example], before: str, *, also_noised: bool = True
) -> Iterable[Set]:
    """English and Spanish, each clean and noised."""
    chance = random.Random(_SEED)
    for language, name in (("en", "English"), ("es", "Spanish")):
        mine = [one for one in examples if one.language == language]
        slipped = [Example(noised(one.text, one.language, chance), one.intent, one.language) for one in mine]
        for said, how in ((mine, name), (slipped if also_noised else [], f"{name}, noised")):
            if said:
                yield Set(f"{before}{how}", [_answer(understanding, one) for one in said])


def values(understanding: Understanding, told: Sequence[Told], name: str) -> Values:
    """A value counts with its role; one that is asked about instead of read is missed, not wrong."""
    exact = wrong = read = 0
    for one in told:
        meant = Counter(_written(one.entities))
        heard = Counter(_written(parse(understanding, one.text, one.reference)["entities"]))
        exact += heard == meant
        wrong += sum((heard - meant).values())
        read += sum(heard.values())
    return Values(name, Share(exact, len(told)), Share(wrong, read))


def _written(entities: Iterable[Mapping[str, Any]]) -> list[str]:
    return [json.dumps(one, sort_keys=True) for one in entities]


def matters(understanding: Understanding, said: Sequence[Several], name: str) -> Matters:
    heard = [[one["intent"] for one in understanding.understand(s.text, {"now": _NOW})["matters"]] for s in said]
    pairs = [(s.matters, found) for s, found in zip(said, heard)]
    return Matters(
        name,
        Share(sum(set(meant) <= set(found) for meant, found in pairs), len(pairs)),
        Share(sum(meant[0] == found[0] for meant, found in pairs), len(pairs)),
        Share(sum(len({*found} - {*meant}) for meant, found in pairs), sum(map(len, heard))),
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
