"""What a score may look at: how a payer has kept to days before, as it was known on the day of the score. Pure.

Nothing of the due itself that comes later, and nothing of the person: no name, age, language, place, sex, channel or
amount of income. A feature may count one way only, so that a better record never makes a score worse.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import erfc, exp, pi, sqrt

from bot.scores.model import Due, Known, Target

HALF_LIFE = 180
"""Days after which a payment counts half."""
LIKE_OTHERS = 2.0
"""So many payments of their own weigh as much as what everybody does."""
SPREAD = 10.0
"""Days by which payments of one payer differ, as a standard deviation: it says how much longer what is open may take."""
LONG_PAST = timedelta(days=30)
FARTHEST = 90
"""Days before or after the due day; what is farther off counts as this."""
LAST = 4
_STEPS = 8
USUALLY_DISPUTED = 0.2
"""What is taken of who has closed none yet."""


@dataclass(frozen=True)
class Feature:
    """More of it means more likely to miss, or nothing. `why` says why a score may look at it (Regulation B)."""

    name: str
    label: str
    why: str


FEATURES = (
    Feature("late_share", "Share that came late, newer ones counting more",
            "conduct of the account: how earlier payments to the same creditors came"),
    Feature("days_after", "Days after the due day, what is open counting as long as that mostly takes",
            "conduct of the account: the same, by days"),
    Feature("disputed_share", "Share that was disputed, of what is closed",
            "conduct of the account; only closed ones, so that a dispute that is open never counts against anybody"),
    Feature("open_now", "Others that are open", "how much is due at the same time"),
    Feature("amount", "Amount, in times of the usual one", "what is due"),
)  # fmt: skip


class History:
    """All dues, so that what was known on a day can be asked of any of them."""

    def __init__(self, dues: Iterable[Due]) -> None:
        self._found: dict[str, Known] = {}
        self._by_party: dict[str, list[Due]] = defaultdict(list)
        self._sums: dict[str, list[int]] = defaultdict(lambda: [0])
        self._begun: dict[str, list[date]] = defaultdict(list)
        self._judged: dict[Target, list[date]] = defaultdict(list)
        self._missed: dict[Target, list[int]] = defaultdict(lambda: [0])
        self._past: dict[Target, list[date]] = defaultdict(list)
        self._days: dict[Target, list[int]] = defaultdict(lambda: [0])
        all_of_them = sorted(dues, key=lambda one: (one.begun_on, one.key))
        for due in all_of_them:
            self._by_party[due.party_id].append(due)
            self._begun[due.amount.currency].append(due.begun_on)
            _add(self._sums[due.amount.currency], due.amount.minor)
        for due in sorted(all_of_them, key=lambda one: one.judged_on):
            if due.missed is not None:
                self._judged[due.target].append(due.judged_on)
                _add(self._missed[due.target], due.missed)
        for due in sorted(all_of_them, key=lambda one: one.due_on):
            if due.missed is not None and due.due_on <= date.max - LONG_PAST:
                self._past[due.target].append(due.due_on + LONG_PAST)
                _add(self._days[due.target], due.days_after(due.due_on + LONG_PAST))

    def everybody(self, target: Target, day: date) -> float:
        """The share that was missed of all that was judged by the beginning of `day`; a third where there is none."""
        count = bisect_right(self._judged[target], day)
        return (self._missed[target][count] + LIKE_OTHERS / 3) / (count + LIKE_OTHERS)

    def days_of_everybody(self, target: Target, day: date) -> float:
        """After the due day, on average of all that was long past by the beginning of `day`: of younger ones only the quick
        ones are paid.
        """
        count = bisect_right(self._past[target], day)
        return self._days[target][count] / (count + LIKE_OTHERS)

    def known(self, due: Due) -> Known:
        """At the beginning of the day on which it began."""
        if due.key not in self._found:
            self._found[due.key] = self._known(due)
        return self._found[due.key]

    def _known(self, due: Due) -> Known:
        day = due.begun_on
        before = [one for one in self._by_party[due.party_id] if one.begun_on < day and one.key != due.key]
        told = [one for one in before if one.known_late(day) is not None]
        told.sort(key=lambda one: (one.known_on(day), one.key))
        late = [bool(one.known_late(day)) for one in told]
        closed = [one for one in before if one.ended(day) is not None]
        weights = [0.5 ** ((day - one.known_on(day)).days / HALF_LIFE) for one in told]
        missed, weight = sum(w for w, is_late in zip(weights, late) if is_late), sum(weights)
        disputed, still_open = sum(one.disputed for one in closed), len(before) - len(closed)
        values = {
            "late_share": _share(missed, weight, self.everybody(due.target, day)),
            "days_after": usual_days(*_closed_and_open(before, day), self.days_of_everybody(due.target, day)),
            "disputed_share": _share(disputed, len(closed), USUALLY_DISPUTED),
            "open_now": float(still_open),
            "amount": self._size(due, day),
        }
        words = _words(late, values["days_after"], disputed, len(closed), still_open)
        return Known(day, values, {**words, "amount": f"{values['amount']:.1f} times the usual amount"})

    def _size(self, due: Due, day: date) -> float:
        """In times of what was due on average until then, in the same currency."""
        count = bisect_left(self._begun[due.amount.currency], day)
        return due.amount.minor * count / self._sums[due.amount.currency][count] if count else 1.0


def usual_days(closed: Sequence[int], still_open: Sequence[int], others: float) -> float:
    """What a payer's next one takes on average: days after the due day of those that are closed, and how far those that are
    open have come. Every one counts alike, and one more as everybody's do. Of an open one is only known that it takes
    longer: it counts as those of this payer that do (a normal distribution, by steps).
    """
    fixed, count, found = sum(map(_within, closed)) + others, len(closed) + len(still_open) + 1, others
    for _ in range(_STEPS if still_open else 1):
        found = (fixed + sum(_if_longer(_within(days), found) for days in still_open)) / count
    return found


def _if_longer(days: int, mean: float) -> float:
    z = min((days - mean) / SPREAD, 6.0)
    density, left = exp(-z * z / 2) / sqrt(2 * pi), erfc(z / sqrt(2)) / 2
    return max(float(days), mean + SPREAD * density / left)


def _within(days: int) -> int:
    return max(-FARTHEST, min(FARTHEST, days))


def _closed_and_open(before: Sequence[Due], day: date) -> tuple[list[int], list[int]]:
    """Without what counts for nothing."""
    counts = [one for one in before if one.missed is not None or one.judged_on > day]
    return [one.days_after(day) for one in counts if one.ended(day)], [one.days_after(day) for one in counts if not one.ended(day)]


def _add(sums: list[int], number: int) -> None:
    sums.append(sums[-1] + number)


def _share(some: float, of: float, usual: float) -> float:
    return (some + LIKE_OTHERS * usual) / (of + LIKE_OTHERS)


def _words(late: Sequence[bool], after: float, disputed: int, closed: int, still_open: int) -> dict[str, str]:
    none = "nothing is known yet of how they pay"
    last, count = late[-LAST:], len(late)
    return {
        "late_share": f"paid {sum(last)} of the last {len(last)} late, {sum(late)} of {count} in all" if late else none,
        "days_after": f"usually pays {_days(after)}" if late else none,
        "disputed_share": f"disputed {disputed} of {closed} that are closed" if closed else none,
        "open_now": f"{still_open} {'other is' if still_open == 1 else 'others are'} open",
    }


def _days(after: float) -> str:
    mean = round(after)
    if mean == 0:
        return "on the day"
    return f"{abs(mean)} {'day' if abs(mean) == 1 else 'days'} {'after' if mean > 0 else 'before'} the day"
