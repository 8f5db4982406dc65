"""A scene as numbers: which question is open, what was offered, what runs. What the heads see beside the words."""

from __future__ import annotations

from typing import Any, get_args

import numpy as np

from bot.dialogue.meaning.scene import Asked, Missing, OfferKind, Scene

_ASKED, _MISSING, _KINDS = get_args(Asked), get_args(Missing), get_args(OfferKind)
_MOST_OFFERS = 3
NAMES: tuple[str, ...] = (
    *(f"asked {name}" for name in _ASKED),
    *(f"missing {name}" for name in _MISSING),
    *(f"offered {name}" for name in _KINDS),
    *(f"offers {number}" for number in range(_MOST_OFFERS + 1)),
    "asked nothing", "plan", "several debts", "one of several", "verified", "a plan waits", "a settlement waits",
)  # fmt: skip
ASKED = [place for place, name in enumerate(NAMES) if name.startswith("asked ")]
"""Where the open question stands."""
_PLACES = {name: place for place, name in enumerate(NAMES)}


def features(scene: Scene) -> Any:
    """float32, one for each of NAMES."""
    row = np.zeros(len(NAMES), dtype=np.float32)
    row[[_PLACES[name] for name in _true(scene)]] = 1
    return row


def _true(scene: Scene) -> list[str]:
    kinds = [offer.kind for offer in scene.offers]
    found = [f"asked {scene.asked}" if scene.asked else "asked nothing", f"offers {min(len(kinds), _MOST_OFFERS)}"]
    found += [f"missing {scene.missing}"] if scene.missing else []
    found += [f"offered {kind}" for kind in set(kinds)]
    told = {
        "plan": scene.plan is not None,
        "several debts": len(scene.debts) > 1,
        "one of several": len(scene.debts) > 1 and len(scene.talking_of) == 1,
        "verified": scene.verified,
        "a plan waits": scene.asked == "accept" and "plan" in kinds,
        "a settlement waits": scene.asked == "accept" and "settlement" in kinds,
    }
    return found + [name for name, is_so in told.items() if is_so]
