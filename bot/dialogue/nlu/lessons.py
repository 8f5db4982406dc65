"""What the acts head learns from: messages with their scene, and messages without one under scenes drawn at random.

What a message without its scene leaves open counts neither for nor against.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bot.dialogue.meaning.scene import Scene
from bot.dialogue.nlu.examples import Example
from bot.dialogue.nlu.intents import PRECEDENCE
from bot.dialogue.nlu.scenes import SceneExample, sketched

Array = Any
NOTHING = "nothing"
LEAST = 4
"""How many examples an act needs to be learned."""
_WEIGHT = 0.5
_SKIPPED = frozenset({"affirm", "deny", "inform", "choose_option"})
_AS = {"propose_terms": "propose", "promise_to_pay": "promise"}
_NEVER_LEARNED = frozenset(
    {"propose_terms", "promise_to_pay", "pay_now", "refuse_offer", "reschedule_payment", *_SKIPPED}
)
_UNASKED = (
    "plan_status", "reschedule_payment", "cancel_plan", "thanks", "greet", "goodbye", "ask_fees", "ask_credit_report",
    "pay_now", "out_of_scope", "help", "ask_options",
)  # fmt: skip
_BEFORE_OFFERS = (
    "propose_terms", "promise_to_pay", "request_plan", "request_settlement", "needs_time", "cannot_pay",
)  # fmt: skip
_SCENES: dict[str, tuple[str | None, ...]] = {
    **dict.fromkeys(_UNASKED, (None,)),
    **dict.fromkeys(_BEFORE_OFFERS, (None, "options", "menu", "terms")),
}
_ANY = (
    None, None, None, "accept", "choice", "menu", "options", "terms", "identity", "else", "debt", "relief", "move", "change",
    "cancel", "ahead", "person", "safe", "meant", "shares",
)  # fmt: skip
_WITH_PLAN = frozenset({"plan_status", "reschedule_payment", "cancel_plan"})


@dataclass(frozen=True)
class Drawn:
    """A message without a scene of its own; `at` is its place among them."""

    at: int
    scene: Scene
    intent: str


def labels_of(scenes: Sequence[SceneExample]) -> tuple[str, ...]:
    counts = Counter(label for one in scenes for label in (one.acts or (NOTHING,)))
    frequent = {label for label, number in counts.items() if number >= LEAST}
    return tuple(sorted(frequent | {name for name in PRECEDENCE if name not in _NEVER_LEARNED}))


def drawn(examples: Sequence[Example], seed: int) -> list[Drawn]:
    """Each under one scene in which it means what it says."""
    chance = random.Random(seed)
    return [Drawn(at, _scene(one, chance), one.intent) for at, one in enumerate(examples) if one.intent not in _SKIPPED]


def _scene(example: Example, chance: random.Random) -> Scene:
    asked = chance.choice(_SCENES.get(example.intent, _ANY))
    told: dict[str, Any] = {"asked": asked, "verified": asked != "identity" and chance.random() > 0.15}
    if asked == "accept":
        told["offers"] = [chance.choice(("plan", "plan", "settlement", "full", "pause", "promise"))]
    if asked == "choice":
        told["offers"] = chance.sample(("plan", "settlement", "full", "pause"), chance.choice((2, 3)))
    if asked == "terms":
        told["missing"] = chance.choice(("amount", "frequency", "date"))
    if asked in ("move", "change", "cancel", "ahead") or example.intent in _WITH_PLAN or chance.random() < 0.2:
        told["plan"] = True
    if asked in ("debt", "shares") or chance.random() < 0.15:
        told["debts"] = 2
    return sketched(told, example.language)


def right_answers(labels: Sequence[str], scenes: Sequence[SceneExample], plain: Sequence[Drawn]) -> tuple[Array, Array]:
    """The share of each act in what a message does, and how much the message counts; those with scenes come first."""
    column = {label: at for at, label in enumerate(labels)}
    right = np.zeros((len(scenes) + len(plain), len(labels)), dtype=np.float32)
    counts = np.full(len(right), _WEIGHT, dtype=np.float32)
    for row, one in enumerate(scenes):
        right[row, [column[label] for label in one.acts or (NOTHING,) if label in column]] = 1
        counts[row] = 0 if _depends_on_figures(one) else 1
    for row, drawn_one in enumerate(plain, len(scenes)):
        label = _AS.get(drawn_one.intent, drawn_one.intent)
        if label in column:
            right[row, column[label]] = 1
    known = right.sum(axis=1, keepdims=True)
    return right / np.maximum(known, 1), counts * (known[:, 0] > 0)


def _depends_on_figures(one: SceneExample) -> bool:
    """Whether "51 a month" is a yes or a proposal shows only beside the figures of the offer."""
    named = any(figure.kind == "amount" and figure.about not in ("no", "not") for figure in one.figures)
    return one.acts == ("accept",) and named
