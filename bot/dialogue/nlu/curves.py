"""What each threshold costs and brings: the curves by which the values in `config.yml` were chosen. Pure.

They are drawn over messages that the model did not learn, by cross-validation on the training messages, without
the phrase list.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bot.dialogue.nlu.classifier import Array
from bot.dialogue.nlu.intents import CRITICAL, OUT_OF_SCOPE

_STEPS = tuple(round(0.05 * step, 2) for step in range(1, 20))
Curve = list[dict[str, float]]


def curves(probabilities: Array, intents: Array, labels: Sequence[str]) -> Mapping[str, Curve]:
    """One row a message; `intents` are columns. Shares are between 0 and 1, None-free."""
    ours = np.array([label != OUT_OF_SCOPE for label in labels])
    critical = np.array([label in CRITICAL for label in labels])
    best, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    serious = probabilities[:, critical].sum(axis=1)
    nonsense = probabilities[:, ~ours].sum(axis=1)
    mine = ours[intents]
    return {
        "understood": [_understood(sure >= at, best == intents, at) for at in _STEPS],
        "out_of_scope": [
            {
                "threshold": at,
                "recall": _share(nonsense[~mine] >= at),
                "false_rejections": _share(nonsense[mine] >= at),
            }
            for at in _STEPS
        ],
        "critical": [_critical(critical[best] & (serious >= at), critical[intents], at) for at in _STEPS],
    }


def _understood(answered: Array, right: Array, at: float) -> dict[str, float]:
    return {"threshold": at, "asked_again": _share(~answered), "right_when_answered": _share(right[answered])}


def _critical(heard: Array, meant: Array, at: float) -> dict[str, float]:
    return {"threshold": at, "recall": _share(heard[meant]), "precision": _share(meant[heard])}


def _share(hits: Any) -> float:
    return round(float(np.mean(hits)), 4) if len(hits) else 1.0
