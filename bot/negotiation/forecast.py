"""What endings are worth: rates from the negotiation log where it has enough, stated assumptions where it has not.

The model is small on purpose: an offer is agreed to with the rate of its kind, each part is paid with the rate of
its kind given that all before it were, and a case that goes to a person brings nothing that we would count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from bot.negotiation.model import Kind
from bot.negotiation.replaying import Ending

ENOUGH = 30
MINUTES_A_CASE = 12
"""Of a person's time; an assumption that the report names."""
YEARLY_DISCOUNT = 0.10
HORIZONS = (30, 60, 90, 180)
ASSUMED_AGREED = {"accepted": 0.80, "countered": 0.40, "final": 0.35, "listed": 0.25}
ASSUMED_KEPT = {
    Kind.FULL: 0.85,
    Kind.SETTLEMENT: 0.85,
    Kind.SETTLEMENT_PARTS: 0.90,
    Kind.PROMISE: 0.60,
    Kind.TOKEN: 0.90,
}
ASSUMED_PLAN_KEPT = 0.93
Figures = npt.NDArray[np.float64]
Drawn = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Logged:
    """One offer of the negotiation log and what followed. `parts_paid` counts to today, `broken` ends it."""

    account: str
    kind: Kind
    how: str
    agreed: bool
    parts_paid: int = 0
    broken: bool = False


@dataclass(frozen=True)
class Rate:
    """A rate and where it is from; `seen` offers or parts stand behind it (0 means assumed)."""

    name: str
    value: float
    seen: int


@dataclass(frozen=True)
class Rates:
    """Shares of offers agreed to, by how and kind, and of parts paid, by kind."""

    agreed: Mapping[tuple[str, Kind], Rate]
    kept: Mapping[Kind, Rate]

    @property
    def all(self) -> tuple[Rate, ...]:
        return (*self.agreed.values(), *self.kept.values())


def rates(log: Sequence[Logged], endings: Sequence[Ending]) -> Rates:
    """The rates that these endings need."""
    needed = sorted({(ending.how, ending.kind) for ending in endings if ending.kind}, key=str)
    agreed, kept = dict[tuple[str, Kind], Rate](), dict[Kind, Rate]()
    for how, kind in needed:
        same = [entry for entry in log if entry.how == how and entry.kind is kind]
        share = sum(entry.agreed for entry in same) / max(len(same), 1)
        agreed[how, kind] = _rate(f"agreed to, {how} {kind.value}", share, len(same), ASSUMED_AGREED[how])
        parts = [entry for entry in log if entry.kind is kind and entry.agreed]
        paid, broken = sum(entry.parts_paid for entry in parts), sum(entry.broken for entry in parts)
        usual = ASSUMED_KEPT.get(kind, ASSUMED_PLAN_KEPT)
        kept[kind] = _rate(f"parts paid, {kind.value}", paid / max(paid + broken, 1), paid + broken, usual)
    return Rates(agreed, kept)


def _rate(name: str, share: float, seen: int, assumed: float) -> Rate:
    return Rate(name, round(share, 4), seen) if seen >= ENOUGH else Rate(name, assumed, 0)


class Forecast:
    """Endings as arrays, so that any variant of the rates is one pass over all parts.

    `agreeing` multiplies the share that agrees, `breaking` the share of parts that is not paid.
    """

    def __init__(self, endings: Sequence[Ending], todays: Sequence[date], known: Rates) -> None:
        self.size = len(endings)
        self.agreed = np.array(
            [known.agreed[one.how, one.kind].value if one.kind else 0.0 for one in endings], dtype=float
        )
        self.kept = np.array([known.kept[one.kind].value if one.kind else 0.0 for one in endings], dtype=float)
        self.discount = np.array([one.offer.discount.minor if one.offer else 0 for one in endings], dtype=float)
        self.parts = np.array([len(one.offer.schedule) if one.offer else 0 for one in endings], dtype=float)
        rows = [
            (number, (part.due - today).days, part.amount.minor, place)
            for number, (one, today) in enumerate(zip(endings, todays, strict=True))
            if one.offer
            for place, part in enumerate(one.offer.schedule, 1)
        ]
        table = np.array(rows, dtype=float).reshape(-1, 4)
        self.owner, self.day = table[:, 0].astype(int), table[:, 1]
        self.amount, self.place = table[:, 2], table[:, 3]

    def collected(self, days: int, agreeing: float = 1.0, breaking: float = 1.0) -> Figures:
        """Expected minor units within `days`, by account."""
        return self._sum(np.where(self.day <= days, self.amount, 0.0), agreeing, breaking)

    def present_value(self) -> Figures:
        """Expected minor units, each at its worth today, by account."""
        return self._sum(self.amount / (1 + YEARLY_DISCOUNT) ** (self.day / 365), 1.0, 1.0)

    def forgiven(self) -> Figures:
        """Expected minor units of discount, by account."""
        found: Figures = self.agreed * self.discount
        return found

    def broken(self) -> Figures:
        """The chance that an agreement is made and then broken, by account."""
        found: Figures = self.agreed * (1 - self.kept**self.parts)
        return found

    def breakable(self) -> Figures:
        """The chance that an agreement is made that has something to pay, by account."""
        found: Figures = np.where(self.parts > 0, self.agreed, 0.0)
        return found

    def _sum(self, amounts: Figures, agreeing: float, breaking: float) -> Figures:
        kept: Figures = np.clip(1 - (1 - self.kept) * breaking, 0, 1)[self.owner] ** self.place
        paid = np.bincount(self.owner, weights=amounts * kept, minlength=self.size).astype(np.float64)
        found: Figures = np.minimum(self.agreed * agreeing, 1.0) * paid
        return found


def interval(change: Figures, seed: int, rounds: int = 400) -> tuple[float, float]:
    """95 per cent interval of the total of `change`, drawing accounts anew; (0, 0) when there are none."""
    return _interval(len(change), lambda drawn: float(change[drawn].sum()), seed, rounds)


def break_rate(one: Forecast) -> Callable[[Drawn | None], float]:
    """Broken of agreed, of all accounts or of those that were drawn; 0 where nothing is agreed."""
    broken, agreed = one.broken(), one.breakable()

    def rate(drawn: Drawn | None = None) -> float:
        chosen = (broken, agreed) if drawn is None else (broken[drawn], agreed[drawn])
        made = float(chosen[1].sum())
        return float(chosen[0].sum()) / made if made else 0.0

    return rate


def break_rate_interval(before: Forecast, after: Forecast, seed: int, rounds: int = 400) -> tuple[float, float]:
    """95 per cent interval of the change of the break rate: both rates of the same accounts, drawn anew."""
    old, new = break_rate(before), break_rate(after)
    return _interval(before.size, lambda drawn: new(drawn) - old(drawn), seed, rounds)


def _interval(size: int, figure: Callable[[Drawn], float], seed: int, rounds: int) -> tuple[float, float]:
    if not size:
        return 0.0, 0.0
    chance = np.random.default_rng(seed)
    found = [figure(chance.integers(0, size, size)) for _ in range(rounds)]
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)
